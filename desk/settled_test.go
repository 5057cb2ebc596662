package desk_test

import (
	"fmt"
	"testing"
	"testing/synctest"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// TestRebuildKeepsSettled: after somebody was erased a rebuild still knows what agents settled by
// mails on that ticket.
func TestRebuildKeepsSettled(t *testing.T) { synctest.Test(t, rebuildKeepsSettled) }

func rebuildKeepsSettled(t *testing.T) {
	const home = "alice@home.example"
	b := open(t, nights)
	b.until("2000-01-07 12:00")
	a := b.asks(0, "The lamp is dark.\n")
	b.take(letter{from: "Alice <" + home + ">", envelope: ptr(home), to: a.noticeOf(aliceAt).answer(), subject: "Re: Lamp 0", text: "Since when?\n"})
	a.says(aliceAt, b.last(notify.TemplateNotDone, aliceAt), "#myaddress\n")
	b.agentWrites(aliceBox, notify.TemplateNewTicket, "#away until 2000-02-20\n")
	first := b.mail(1)
	if err := b.db.KeepErased(b.ctx, ticket.ErasedMail{Mail: first.ID, How: ticket.ErasedOut, Erasure: 1}); err != nil {
		t.Fatal(err)
	}
	is := func(b *bench) string {
		said := ""
		b.view(func(r ticket.Reader) error {
			agent, err := r.AgentAt(home)
			if err != nil {
				return err
			}
			away, err := r.Away()
			said = fmt.Sprint(agent, " ", away)
			return err
		})
		return said
	}
	if was, now := is(b), is(b.rebuilt()); was != now {
		t.Errorf("rebuilt: %s, was %s", now, was)
	}
}
