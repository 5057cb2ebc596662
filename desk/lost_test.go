package desk_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"maildesk/desk"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/faulttest"
	"maildesk/store"
	"maildesk/threading"
	"maildesk/ticket"
)

// restored returns a desk on an empty store whose keys know that all that was
// given before is lost.
func restored(t *testing.T) (before, after *bench) {
	t.Helper()
	keys := threading.GenerateKeys()
	next, err := keys.NextEpoch(threading.Kept{})
	if err != nil {
		t.Fatal(err)
	}
	benches := [2]*bench{}
	for i, k := range []threading.Keys{keys, next} {
		db, err := store.Open(t.Context(), t.TempDir(), store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		b := openOn(t, db, "Example IT", func(s *settings.Settings) { s.Admin = "root@example.org" })
		ring, err := threading.NewKeyring(k)
		if err != nil {
			t.Fatal(err)
		}
		b.Desk, b.keys = desk.New(db, ring, b.Settings(), slog.New(slog.NewTextHandler(t.Output(), nil))), ring
		benches[i] = b
	}
	return benches[0], benches[1]
}

func TestT174AddressesOfALostPast(t *testing.T) {
	before, b := restored(t)
	lost := before.request() // of ana
	ack, notice := before.last(notify.TemplateAcknowledgement, ana), before.last(notify.TemplateNewTicket, alice)
	other := b.ticket(b.take(letter{from: "ben@example.net", to: support, subject: "Lamp", text: "My lamp is dark.\n"}).Ticket)
	if other.ID != lost.ID {
		t.Fatalf("the test wants one number twice: #%d and #%d", lost.ID, other.ID)
	}
	tag := fmt.Sprintf("Re: [Example IT #%d] VPN drops", lost.ID)
	for i, tt := range []struct {
		name string
		l    letter
		to   []string // who is written to beside the agents
	}{
		{"agent, by the address", letter{from: alice, to: notice.answer(), subject: tag, text: "#resolve\nDone, ana.\n"}, nil},
		{"agent, by the Message-ID", letter{from: alice, to: support, subject: tag, text: "Done, ana.\n", header: "References: " + notice.MessageID + "\n"}, nil},
		{"agent, by the root of the thread", letter{from: alice, to: support, subject: tag, text: "Done, once more.\n", header: "References: " + notice.msg.References[0] + "\n"}, nil},
		{"requester, by the address", letter{from: ana, to: ack.answer(), subject: tag, text: "Any news?\n"}, []string{"acknowledgement " + ana}},
		{"requester, by the Message-ID", letter{from: ana, to: support, subject: tag, text: "#close\n", header: "References: " + ack.MessageID + "\n"}, []string{"acknowledgement " + ana}},
		{"the other's requester, by the address", letter{from: "ben@example.net", to: ack.answer(), subject: tag, text: "#close\n"}, []string{"acknowledgement ben@example.net"}},
	} {
		entries, mails := len(b.entries(other.ID)), len(b.summary())
		m := b.take(tt.l)
		if m.Disposition != ticket.DispositionNew || m.Reason != "lost-past" || m.Ticket == other.ID {
			t.Errorf("%s: it is %s (%s) in #%d", tt.name, m.Disposition, m.Reason, m.Ticket)
			continue
		}
		if len(b.entries(other.ID)) != entries || b.ticket(other.ID).Status != ticket.StatusNew {
			t.Errorf("%s: it came to #%d of another requester", tt.name, other.ID)
		}
		if !hasEvent(b.events(m.Ticket), fmt.Sprintf("lost past: names #%d", lost.ID)) {
			t.Errorf("%s: the ticket does not name the old number: %q", tt.name, b.events(m.Ticket))
		}
		outside, queue, admin := []string{}, false, false
		for _, s := range b.since(mails) {
			queue = queue || s == "new-ticket bob@example.org"
			admin = admin || strings.HasSuffix(s, " root@example.org")
			if !strings.HasSuffix(s, "@example.org") {
				outside = append(outside, s)
			}
		}
		equal(t, tt.name+": mails to people outside", outside, tt.to)
		if !queue || admin != (i == 0) {
			t.Errorf("%s: told are %v, want bob, and the admin once", tt.name, b.since(mails))
		}
		if tt.to == nil && !says(b.last(notify.TemplateNotDone, alice), "lost when the desk’s data were restored") {
			t.Errorf("%s: alice is not told", tt.name)
		}
	}
	if m := b.take(letter{from: ana, to: ack.answer(), subject: tag, text: "I am away.\n", header: "Auto-Submitted: auto-replied\n"}); m.Disposition != ticket.DispositionMachine {
		t.Errorf("an absence note to a lost address is %s (%s)", m.Disposition, m.Reason)
	}
	faulttest.Seen(t, "T174", "six answers to mails of a ticket that was lost, whose number somebody else has now", "a ticket of its own each, which names the old number; agents and admin told, nothing of it to the other requester")
}
