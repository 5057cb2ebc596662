package desk_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"maildesk/desk"
	"maildesk/desk/settings"
	"maildesk/routing"
	"maildesk/store"
	"maildesk/templates"
	"maildesk/threading"
	"maildesk/ticket"
)

// A mail is accepted, which keeps it on disk, and then handled: it opens a ticket,
// and two mails wait to be sent.
func Example() {
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "")
	must(err)
	defer os.RemoveAll(folder)
	d, db := small(ctx, folder)
	defer db.Close()

	env := ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: "ana@example.net", ForwardPaths: []string{"support@example.org"}}
	mail := "From: Ana <ana@example.net>\nTo: support@example.org\nSubject: The printer jams\nMessage-ID: <1@example.net>\n\nIt is the one on the second floor.\n"
	id, err := d.Accept(ctx, env, []byte(strings.ReplaceAll(mail, "\n", "\r\n")))
	fmt.Println("accepted:", id, err)
	handled, err := d.HandleNext(ctx)
	fmt.Println("handled:", handled, err)

	must(db.View(ctx, func(r ticket.Reader) error {
		m, err := r.Mail(id)
		must(err)
		t, err := r.Ticket(m.Ticket)
		must(err)
		fmt.Printf("%s: #%d %q of %s is %s in %s\n", m.Disposition, t.ID, t.Subject, t.Requester, t.Status, t.Queue)
		return nil
	}))
	waiting, err := d.Claim(ctx, "sender", time.Minute, 10)
	must(err)
	for _, m := range waiting {
		fmt.Println("to", m.Recipient, "-", m.Template)
	}
	// Output:
	// accepted: 1 <nil>
	// handled: true <nil>
	// new: #1 "The printer jams" of ana@example.net is new in first-line
	// to ana@example.net - acknowledgement
	// to alice@example.org - new-ticket
}

// small returns a desk with one queue on a store in a folder of its own.
func small(ctx context.Context, folder string) (*desk.Desk, *store.DB) {
	db, err := store.Open(ctx, folder, store.Options{})
	must(err)
	words, err := templates.New("")
	must(err)
	s := &settings.Settings{
		Name: "Example IT", Hostname: "desk.example.org", Words: words, FigureWords: words,
		Addresses: []settings.Address{{Mail: "support@example.org"}},
		Agents:    []settings.Agent{{Name: "alice", Mail: []string{"alice@example.org"}}},
		Routing:   routing.Desk{Fallback: "first-line", Queues: []routing.Queue{{Name: "first-line", Level: 1, Agents: []string{"alice"}}}},
	}
	s.Rules, err = routing.Compile(s.Routing)
	must(err)
	keys, err := threading.NewKeyring(threading.GenerateKeys())
	must(err)
	return desk.New(db, keys, s, slog.New(slog.DiscardHandler)), db
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
