package desk_test

import (
	"context"
	"fmt"
	"log/slog"
	"maildesk/ticket"
	"testing"

	"maildesk/desk"
	"maildesk/threading"
)

// asked is a store that counts how it is asked to keep things.
type asked struct {
	ticket.Store
	first, soon int
}

func (a *asked) UpdateFirst(ctx context.Context, fn func(ticket.Tx) error) error {
	a.first++
	return a.Store.UpdateFirst(ctx, fn)
}

func (a *asked) UpdateSoon(ctx context.Context, fn func(ticket.Tx) error) error {
	a.soon++
	return a.Store.UpdateSoon(ctx, fn)
}

// A burst is taken before anything else; in a flood custody takes turns with
// the handling.
func TestCustodyGoesFirstInABurst(t *testing.T) {
	const mails, burst = 600, 512
	keys, err := threading.NewKeyring(threading.GenerateKeys())
	if err != nil {
		t.Fatal(err)
	}
	a := &asked{Store: open(t).db}
	d := desk.New(a, keys, settings(t, "Example IT"), slog.New(slog.DiscardHandler))
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
