package desk_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// TestCopiedAnswerReleased: where an agent had the copy of their answer carried out before the answer came,
// the answer itself goes out no more.
func TestCopiedAnswerReleased(t *testing.T) {
	const words = "Please hold the red button until the lamp is green.\n"
	for _, like := range []struct{ less, id string }{{words, "<true@example.org>"}, {"Please hold the red button\n", "<true@example.org>"}, {words, ""}} {
		for _, header := range []string{"", results + "dmarc=fail header.from=example.org\n"} {
			for _, instead := range []string{"#anyway\n", "Please hold the blue button.\n"} {
				synctest.Test(t, func(t *testing.T) {
					b := open(t, faster, func(s *settings.Settings) { s.Routing.Rules = nil })
					before := b.request()
					n := b.last(notify.TemplateNewTicket, aliceAt)
					copied := letter{from: aliceAt, to: support, subject: "Re: " + n.msg.Subject, text: like.less, id: like.id, header: header}
					b.takeRaw(copied, copied.bytes())
					b.agentWrites(aliceAt, notify.TemplateNotDone, instead)
					b.sendsOnce(t, "reply "+ana, func() {
						l := letter{from: aliceAt, to: n.answer(), subject: "Re: " + n.msg.Subject, text: words, id: like.id, header: "In-Reply-To: " + n.MessageID + "\n"}
						m := b.takeRaw(l, l.bytes())
						if m.Ticket != before.ID {
							t.Errorf("after %q in place of a copy with %q the answer is %s (%s) in #%d", instead, header, m.Disposition, m.Reason, m.Ticket)
						}
						b.hasNoMoreEffect(l, b.firstOf(m))
					})
				})
			}
		}
	}
}

// sendsOnce checks that one mail was sent, and that nothing more of it is because of something that happens.
func (b *bench) sendsOnce(t *testing.T, what string, happens func()) {
	t.Helper()
	sends := func() int {
		return len(slices.DeleteFunc(b.summary(), func(s string) bool { return s != what }))
	}
	if n := sends(); n != 1 {
		t.Fatalf("%s is sent %d times", what, n)
	}
	happens()
	if n := sends(); n != 1 {
		t.Errorf("%s is sent %d times", what, n)
	}
	b.sound()
	b.sameRebuilt()
}

// firstOf returns the mail that one repeats, or it itself.
func (b *bench) firstOf(m ticket.Mail) ticket.Mail {
	if m.Disposition == ticket.DispositionDuplicate {
		return b.mail(m.DuplicateOf)
	}
	return m
}

// TestConfirmedThenAuthenticated: a mail that its agent has confirmed has its effect once, also where it is
// delivered again, and authenticated then.
func TestConfirmedThenAuthenticated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, strictly)
		id := b.request().ID
		n := b.last(notify.TemplateNewTicket, aliceAt)
		l := letter{from: aliceAt, to: n.answer(), subject: "Re: " + n.msg.Subject, text: "#take\n\nIs it better by cable?\n", id: "<true@example.org>", header: "In-Reply-To: " + n.MessageID + "\n"}
		first := b.takeRaw(l, l.bytes())
		b.confirms(aliceAt)
		b.sendsOnce(t, "reply "+ana, func() {
			l.client = "192.0.2.9"
			if m := b.takeRaw(l, l.bytes()); m.Disposition != ticket.DispositionDuplicate {
				t.Errorf("mail %d, which was confirmed, is %s (%s) when it comes again", first.ID, m.Disposition, m.Reason)
			}
		})
		if first.Reason != string(notify.UndoneLevel) || b.ticket(id).Status != ticket.StatusOpen {
			t.Errorf("the first delivery is %s, the ticket %s", first.Reason, b.ticket(id).Status)
		}
	})
}

// TestConfirmedWish: what a requester has confirmed, as their mail proved too little for it, is done once, also where
// that mail comes again and proves more: it makes no other request, and opens nothing that was resolved since.
func TestConfirmedWish(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		resolved   bool // before
		agree      string
		want       ticket.Status
	}{
		{"close", "#close\n", false, "#close\n", ticket.StatusClosed},
		{"close, and more", "#close\nIt works again. Please send me the bill for the cable.\n", false, "#close\n", ticket.StatusClosed},
		{"reopen", "#reopen\n", true, "#reopen\n", ticket.StatusResolved},
		{"words", "It still drops every ten minutes.\n", true, "Yes, please open it again.\n", ticket.StatusResolved},
	} {
		for _, id := range []string{"<true@example.net>", ""} {
			for name, prove := range map[string]func(b *bench, l *letter){
				"authenticated":          func(_ *bench, l *letter) { l.client = "192.0.2.9" },
				"at the address for Ana": func(b *bench, l *letter) { l.to = b.last(notify.TemplateAcknowledgement, ana).answer() },
				"no better than it did":  func(*bench, *letter) {},
				"as an answer to a mail of": func(b *bench, l *letter) {
					l.header = "In-Reply-To: " + b.last(notify.TemplateAcknowledgement, ana).MessageID + "\n"
				},
			} {
				synctest.Test(t, func(t *testing.T) {
					b := open(t, faster, func(s *settings.Settings) { s.Routing.Rules = nil })
					of := b.request().ID
					if tt.resolved {
						b.agentWrites(aliceAt, notify.TemplateNewTicket, "#resolve\nIt has a new fan.\n")
					}
					b.deliver()
					time.Sleep(time.Minute)
					l := letter{from: ana, to: support, subject: "Re: [Example IT #1] VPN drops", text: tt.text, id: id}
					b.takeRaw(l, l.bytes())
					time.Sleep(time.Minute)
					b.take(letter{from: ana, to: b.last(notify.TemplateConfirm, ana).answer(), subject: "Re: x", text: tt.agree})
					b.deliver()
					if tt.resolved {
						if b.ticket(of).Status != ticket.StatusOpen {
							t.Fatalf("%s: confirmed, the ticket is %s", tt.name, b.ticket(of).Status)
						}
						time.Sleep(time.Minute)
						b.agentWrites(aliceAt, notify.TemplateReopened, "#resolve\nIt has another fan.\n")
						b.deliver()
					}
					time.Sleep(time.Minute)
					before, tickets := len(b.summary()), b.tickets()
					prove(b, &l)
					m := b.takeRaw(l, l.bytes())
					if m.Disposition != ticket.DispositionDuplicate || b.ticket(of).Status != tt.want || b.tickets() != tickets || len(b.since(before)) > 0 {
						t.Errorf("%s, %s: again it is %s (%s) in #%d, #1 is %s, and it makes %v", tt.name, name, m.Disposition, m.Reason, m.Ticket, b.ticket(of).Status, b.since(before))
					}
					b.sound()
					b.sameRebuilt()
				})
			}
		}
	}
}

// TestRebuiltWithoutItsFirst: an altered copy is on the ticket of the first one after a rebuild as well, whether or not it has
// a Message-ID, though the bytes of the first were erased since.
func TestRebuiltWithoutItsFirst(t *testing.T) {
	for _, id := range []string{"<true@example.net>", ""} {
		synctest.Test(t, func(t *testing.T) {
			b := open(t, faster)
			l := letter{from: ana, to: support, subject: "Printer", text: "The printer in the corridor jams after every third page.\n", id: id, client: "192.0.2.9"}
			first := b.takeRaw(l, l.bytes())
			l.header = "Cc: kim@example.com\n"
			if m := b.takeRaw(l, l.bytes()); m.Reason != "altered-copy" || m.Ticket != first.Ticket {
				t.Fatalf("the copy is %s (%s) in #%d", m.Disposition, m.Reason, m.Ticket)
			}
			gone := []byte("From: erased-1@erased.invalid\r\nAuto-Submitted: auto-generated\r\nSubject: (erased)\r\nMessage-ID: <erased-1.m1@erased.invalid>\r\n\r\nWhat stood here was erased (erasure 1).\r\n")
			err := b.db.EraseMails(b.ctx, func(tx *tables.Tx) error {
				return tx.ReplaceMail(ticket.ErasedMail{Mail: first.ID, How: ticket.ErasedOut, Erasure: 1}, gone)
			})
			if err != nil {
				t.Fatal(err)
			}
			b.sameRebuilt()
		})
	}
}

// TestImportBesideCopies: what is imported takes no effect from what the desk set apart, nor the other way round.
func TestImportBesideCopies(t *testing.T) {
	for _, tt := range []struct {
		name, header string // of what came in
		found        ticket.Authentication
		apart        string // its reason
	}{
		{"called forged", "", forged, ""},
		{"spam by a rule about its sender", "", ticket.Authentication{SPF: "fail", DMARC: "fail", Policy: "none"}, "rule failed"},
		{"marked as spam", "X-Spam-Flag: YES\n", passed, "spam-flag"},
		{"marked as gone round", "X-Maildesk-Loop: desk.example.org\n", passed, "own-loop-mark"},
		{"marked with X-Loop", "X-Loop: support@example.org\n", passed, "in-our-name"},
	} {
		for _, live := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				b := open(t, faster, func(s *settings.Settings) {
					if tt.apart == "" {
						s.Routing.Rules = nil
					}
				})
				b.CheckWith(&checker{found: tt.found})
				l := letter{from: ana, to: support, subject: "Printer", text: "The printer in the corridor jams after every third page.\n", id: "<true@example.net>", client: outside}
				came := l
				came.header = tt.header
				imports := func(round string) ticket.Mail {
					m, err := b.Import(b.ctx, ticket.Envelope{Unknown: true}, append([]byte("X-Round: "+round+"\r\n"), l.bytes()...), true)
					if err != nil {
						t.Fatal(err)
					}
					return m
				}
				if live {
					if m := b.takeRaw(came, came.bytes()); tt.apart != "" && m.Reason != tt.apart {
						t.Errorf("%s: what came is %s (%s)", tt.name, m.Disposition, m.Reason)
					}
				} else {
					imports("1")
				}
				n, entries := b.tickets(), len(b.summary())
				all := []ticket.Mail{imports("2"), imports("3")}
				if !live {
					all = append(all, b.takeRaw(l, l.bytes()))
				}
				for _, m := range all {
					if m.Disposition != ticket.DispositionDuplicate {
						t.Errorf("%s: mail %d, after %t, is %s (%s)", tt.name, m.ID, live, m.Disposition, m.Reason)
					}
				}
				if b.tickets() != n || len(b.summary()) != entries {
					t.Errorf("%s: there are %d tickets, and it makes %v", tt.name, b.tickets(), b.since(entries))
				}
				b.sound()
				b.sameRebuilt()
			})
		}
	}
}

// counted is a store that counts how often the bytes of a mail are read.
type counted struct {
	ticket.Store
	reads atomic.Int32
}

type countedReader struct {
	ticket.Reader
	reads *atomic.Int32
}

func (c *counted) View(ctx context.Context, fn func(ticket.Reader) error) error {
	return c.Store.View(ctx, func(r ticket.Reader) error { return fn(countedReader{r, &c.reads}) })
}

func (c countedReader) Raw(id ticket.MailID) ([]byte, error) {
	c.reads.Add(1)
	return c.Reader.Raw(id)
}

// TestManyAlteredCopies: with the same words and ever other people in Cc, the fortieth copy is compared with no more mails
// than the twentieth, and names few of the people.
func TestManyAlteredCopies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, faster)
		store := &counted{Store: b.Desk.Store}
		b.Desk.Store = store
		var reads [41]int32
		for i := range reads {
			l := letter{from: ana, to: support, subject: "Printer", text: "The printer in the corridor jams after every third page.\n", id: "<true@example.net>"}
			if i > 0 {
				l.header = "Cc: kim@example.com"
				for j := range 19 {
					l.header += fmt.Sprintf(",\n %s.%d@example.com", word(i), j)
				}
				l.header += "\n"
			}
			before := store.reads.Load()
			m := b.takeRaw(l, l.bytes())
			if reads[i] = store.reads.Load() - before; i > 0 && m.Reason != "altered-copy" {
				t.Errorf("copy %d is %s (%s)", i, m.Disposition, m.Reason)
			}
		}
		if reads[40] > reads[20] {
			t.Errorf("of the fortieth copy %d mails are read, of the twentieth %d", reads[40], reads[20])
		}
		told := slices.DeleteFunc(b.summary(), func(s string) bool { return s != "message "+aliceAt })
		if len(told) != 20 {
			t.Errorf("alice is told of %d of 40 copies, want 20", len(told))
		}
		text := strings.Join(strings.Fields(b.last(notify.TemplateMessage, aliceAt).msg.Text), " ")
		if strings.Count(text, "@example.com") > 5 || !strings.Contains(text, "and 15 more") {
			t.Errorf("alice reads\n%s", text)
		}
		b.sound()
	})
}
