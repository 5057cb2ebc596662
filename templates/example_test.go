package templates_test

import (
	"fmt"
	"strings"

	"maildesk/desk/notify"
	"maildesk/templates"
	"maildesk/ticket"
)

// A notice is rendered in the language of its reader; what is known of the ticket is data.
func Example() {
	t, err := templates.New("") // no texts of the admin's own
	if err != nil {
		panic(err)
	}
	for _, language := range []string{"en", "fr-CA", "xx"} {
		w, err := t.Render(notify.Notice{
			Template: notify.TemplateAcknowledgement, Language: language, Desk: "Example IT",
			Ticket: ticket.Ticket{ID: 1042},
		})
		if err != nil {
			panic(err)
		}
		greeting, _, _ := strings.Cut(w.Text, "\n")
		fmt.Println(language, "|", w.Subject, "|", greeting)
	}
	// Output:
	// en | We have received your request | Hello,
	// fr-CA | Nous avons bien reçu votre demande | Bonjour,
	// xx | We have received your request | Hello,
}
