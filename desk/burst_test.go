package desk_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"

	"maildesk/desk"
	"maildesk/threading"
	"maildesk/ticket"
)

// asked is a store that counts how it is asked to keep things.
type asked struct {
	ticket.Store
	first, soon int
}

func (a *asked) Keep(ctx context.Context, u ticket.Urgency, m ticket.Mail, raw []byte) (ticket.Mail, bool, error) {
	switch u {
	case ticket.First:
		a.first++
	case ticket.Soon:
		a.soon++
	}
	return a.Store.Keep(ctx, u, m, raw)
}

// A burst is taken before anything else; in a flood custody takes turns with
// the handling.
func TestCustodyGoesFirstInABurst(t *testing.T) {
	const mails, burst = 100, 64
	keys, err := threading.NewKeyring(threading.GenerateKeys())
	if err != nil {
		t.Fatal(err)
	}
	a := &asked{Store: open(t).db}
	d := desk.New(a, keys, exampleIT(t, "Example IT"), slog.New(slog.DiscardHandler))
	for i := range mails { // nobody handles them
		l := letter{from: ana, to: support, subject: fmt.Sprint("Mail ", i), text: "Help.\n"}
		if _, err := d.Accept(t.Context(), ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: ana, ForwardPaths: []string{support}}, l.bytes()); err != nil {
			t.Fatal(err)
		}
	}
	if a.first != burst || a.soon != mails-burst {
		t.Errorf("of %d mails %d were kept first and %d soon, want %d and %d", mails, a.first, a.soon, burst, mails-burst)
	}
}
