package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/desk/notify"
	"maildesk/routing"
	"maildesk/ticket"
)

// Where nobody reads a ticket, the writer of an answer is told that it went to nobody.
func TestAnswerThatNobodyReads(t *testing.T) {
	for text, want := range map[string]struct {
		told   notify.Template // the mail that says so to its writer, empty: none
		status ticket.Status
	}{
		"Please write again.\n":                 {notify.TemplateHeld, ticket.StatusNew},
		"#pending 2d\n\nPlease write again.\n":  {notify.TemplateHeld, ticket.StatusNew},
		"#resolve\n\nPlease write again.\n":     {notify.TemplateUndeliverable, ticket.StatusResolved},
		"#close\n\nPlease write again.\n":       {notify.TemplateUndeliverable, ticket.StatusResolved},
		"#note this is for us\n":                {"", ticket.StatusNew},
		"#escalate\nthis is for the network.\n": {"", ticket.StatusOpen},
	} {
		t.Run(text, func(t *testing.T) {
			b, _ := openBrittle(t)
			stub := b.take(letter{from: ana, to: support, subject: "poison", text: "drink me\n"})
			before := len(b.summary())
			b.agentWrites(alice, notify.TemplateNewTicket, text)
			var told []notify.Template
			for _, s := range b.outbox()[before:] {
				if s.Recipient == alice && strings.Contains(s.msg.Text, "Please write again.") {
					told = append(told, notify.Template(s.Template))
				}
			}
			if want.told == "" && len(told) > 0 || want.told != "" && !slices.Equal(told, []notify.Template{want.told}) {
				t.Errorf("the agent is told by %q, want %q; sent were %v", told, want.told, b.since(before))
			}
			if got := b.ticket(stub.Ticket).Status; got != want.status {
				t.Errorf("the ticket is %s, want %s", got, want.status)
			}
		})
	}
}

// What an agent calls spam is as sound as anything else.
func TestAgentsSpamIsSound(t *testing.T) {
	b := open(t)
	b.request()
	b.agentWrites(alice, notify.TemplateNewTicket, "#spam\n")
	b.sound()
}

// The ticket of a mail in quarantine has its times from the beginning.
func TestStubHasTargets(t *testing.T) {
	b, _ := openBrittle(t)
	s := *b.Settings()
	s.Routing.Targets = []routing.Target{{Name: "usual", FirstResponse: "4h", Calendar: "24x7"}}
	var err error
	if s.Rules, err = routing.Compile(s.Routing); err != nil {
		t.Fatal(err)
	}
	b.Reload(&s)
	b.due(time.Now()) // from here on no ticket is counted anew
	stub := b.ticket(b.take(letter{from: ana, to: support, subject: "poison", text: "drink me\n"}).Ticket)
	if got := stub.DueFirstResponse.Sub(stub.CreatedAt); got != 4*time.Hour || stub.TargetAt.IsZero() {
		t.Errorf("the first response is due %s after it came, and looked at %s; want 4h", got, stub.TargetAt)
	}
}
