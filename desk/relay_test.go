package desk_test

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/faulttest"
	"maildesk/ticket"
)

// lures are words of a stranger who writes in the names of others.
const lures = "http://elsewhere.example/prize"

// luring is a mail full of lures: in the subject, the name, the text, a file.
func luring(from, id, subject, text, header string) letter {
	path := "x@elsewhere.example"
	return letter{from: fmt.Sprintf("%q <%s>", "You have won, see "+lures, from), envelope: &path, to: support, id: id, subject: subject, header: header + `MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b
`, text: "--b\nContent-Type: text/plain\n\n" + text + "\n--b\nContent-Type: text/plain; name=\"" + lures + ".txt\"\nContent-Disposition: attachment; filename=\"" + lures + ".txt\"\n\n" + lures + "\n--b--\n"}
}

// toStrangers returns the mails that went or may go to anybody but agents, without
// those that are held.
func (b *bench) toStrangers() (list []sent) {
	b.t.Helper()
	for _, s := range b.outbox() {
		if _, domain, _ := strings.Cut(s.Recipient, "@"); domain != "example.org" && s.Held == "" && s.State != ticket.OutboxCancelled {
			list = append(list, s)
		}
	}
	return list
}

// pass lets some time pass, in which mails leave as they become due.
func (b *bench) pass(d time.Duration) {
	b.t.Helper()
	for end := time.Now().Add(d); time.Now().Before(end); {
		time.Sleep(min(12*time.Second, time.Until(end)))
		b.deliver()
	}
	b.due(time.Now())
}

// TestT165NoRelayForStrangersWords: a request in a victim's name, then #close in
// a mail that names it. Whatever comes of it, the victims are sent no word of the
// stranger, and neither within the hour nor after it a burst.
func TestT165NoRelayForStrangersWords(t *testing.T) {
	t.Run("short", func(t *testing.T) { storm(t, 100, 60, true) })
	t.Run("long", func(t *testing.T) {
		faulttest.Long(t, "T165")
		out, most := storm(t, 5000, 300, false)
		faulttest.Seen(t, "T165", "10,000 mails in the names of 5,000 victims: a request full of lures, then #close in a mail that names it; three hours", "%d mails out in the first hour, none with a lure; then at most %d within ten minutes", out, most)
	})
}

// storm plays it with so many victims on a desk that writes so many automatic mails
// an hour to strangers. Where they are alike they make an incident, whose reports
// may get a quarter more.
func storm(t *testing.T, victims, limit int, alike bool) (firstHour, most int) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, usual, oneAgent, func(s *settings.Settings) {
			s.Limits.Hour = limit
			s.Outages = settings.Outages{Requests: 8, Within: 30 * time.Minute}
		})
		start := time.Now()
		for first := 0; first < victims; first += 100 {
			for i := first; i < min(first+100, victims); i++ {
				to, id := fmt.Sprintf("v%d@d%s.example", i, word(i)), fmt.Sprintf("<lure.%d@elsewhere.example>", i)
				about := ""
				if !alike {
					about = word(i*7919) + " " + word(i*104729)
				}
				b.accept(luring(to, id, "Pay today at "+lures+" "+about, "This is my request "+lures+" "+about, ""))
				b.accept(luring(to, fmt.Sprintf("<close.%d@elsewhere.example>", i), "Re: Pay today at "+lures, "#close", "In-Reply-To: "+id+"\nReferences: "+id+"\n"))
			}
			b.work()
		}
		b.deliver()
		b.pass(time.Hour - time.Since(start))
		firstHour = len(b.toStrangers())
		if bound := limit + limit/4; firstHour < limit || firstHour > bound {
			t.Errorf("%d mails to strangers within the first hour, want %d to %d", firstHour, limit, bound)
		}
		before := firstHour
		for range 6 {
			b.pass(10 * time.Minute)
			now := len(b.toStrangers())
			most, before = max(most, now-before), now
		}
		if most < limit/12 || most > (limit+limit/4)/6+1 {
			t.Errorf("%d mails to strangers within ten minutes after the first hour, want a sixth of what an hour allows", most)
		}
		for _, s := range b.outbox() {
			if strings.HasSuffix(s.Recipient, "@example.org") {
				continue
			}
			if raw := string(s.Bytes); strings.Contains(raw, "prize") || strings.Contains(raw+s.msg.Subject+s.msg.Text+s.msg.HTML, "Pay today") || strings.Contains(raw, "You have") {
				t.Fatalf("the %s to %s carries the stranger's words:\n%s", s.Template, s.Recipient, raw)
			}
		}
	})
	return firstHour, most
}

// TestBareMails: each automatic mail to somebody outside, to whom nobody is known
// to have written, and to whom somebody is.
func TestBareMails(t *testing.T) {
	const subject, name = "Printer jams in room seven", "Ana Reis"
	own := netip.MustParsePrefix("192.0.2.0/24")
	for _, tt := range []struct {
		name   string
		client string
		answer bool // she has answered at the signed address
		known  bool
	}{
		{"a From field", "", false, false},
		{"a trusted client", "192.0.2.7", false, true},
		{"another client", "198.51.100.7", false, false},
		{"an answer at the signed address", "", true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, func(s *settings.Settings) { s.Trusted = []netip.Prefix{own} })
			raw := letter{from: name + " <" + ana + ">", to: support, subject: subject, id: "<q@example.net>", text: "It jams.\n"}.bytes()
			if _, err := b.Accept(t.Context(), ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: ana, ForwardPaths: []string{support}, Client: tt.client}, raw); err != nil {
				t.Fatal(err)
			}
			b.work()
			if tt.answer {
				ack := b.last(notify.TemplateAcknowledgement, ana)
				b.take(letter{from: ana, to: ack.answer(), subject: "Re: x", text: "It is the one in the hall.\n"})
			}
			b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#escalate cannot do it\n")
			b.agentWrites("carol@example.org", notify.TemplateEscalation, "#resolve\n")
			for _, template := range []notify.Template{notify.TemplateAcknowledgement, notify.TemplateEscalated, notify.TemplateResolution} {
				m := b.last(template, ana)
				known := tt.known && (!tt.answer || template != notify.TemplateAcknowledgement) // that went before her answer
				if got := strings.Contains(m.msg.Subject, subject); got != known {
					t.Errorf("the %s has the subject %q; want hers: %t", template, m.msg.Subject, known)
				}
				if strings.Contains(m.msg.Text+m.msg.HTML, subject) || strings.Contains(string(m.Bytes), name) {
					t.Errorf("the %s repeats her subject or name:\n%s", template, m.Bytes)
				}
			}
			b.agentWrites("carol@example.org", notify.TemplateEscalation, "Please use the other one.\n")
			if m := b.last(notify.TemplateReply, ana); !strings.Contains(m.msg.Subject, subject) {
				t.Errorf("an agent's answer has the subject %q", m.msg.Subject)
			}
		})
	}
}

// TestHeldIsAskedAgain: what waited for a budget goes only if nothing speaks
// against it when its time has come.
func TestHeldIsAskedAgain(t *testing.T) {
	for _, tt := range []struct {
		name   string
		meant  func(*bench)
		goes   bool
		reason string // event that tells why not
	}{
		{"nothing happened", func(*bench) {}, true, ""},
		{"an agent answered", func(b *bench) {
			b.agentWrites("alice@example.org", notify.TemplateNewTicket, "Which printer?\n")
		}, false, "not acknowledged: an agent answered before"},
		{"the matter was solved", func(b *bench) {
			b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#resolve\nDone.\n")
		}, false, "not acknowledged: the matter was solved before"},
		{"the address was suppressed", func(b *bench) {
			if err := b.Suppress(b.ctx, "ben@d.example", time.Time{}, "asked for it"); err != nil {
				b.t.Fatal(err)
			}
		}, false, "not acknowledged: suppressed-hand"},
		{"the admin's guard names it", func(b *bench) {
			s := *b.Settings()
			s.Guard.Addresses = []*regexp.Regexp{regexp.MustCompile(`@d\.example$`)}
			b.Reload(&s)
		}, false, "not acknowledged: guard-address"},
		{"nobody asked for two days", func(*bench) { time.Sleep(47 * time.Hour) }, false, "not acknowledged: budget-hour; there was no room in time"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := open(t, func(s *settings.Settings) { s.Limits = settings.Limits{Hour: 1} })
				b.request()
				m := b.take(letter{from: "ben@d.example", to: support, subject: "Printer", text: "No ink.\n"})
				late := b.last(notify.TemplateAcknowledgement, "ben@d.example")
				if late.Held != "budget-hour" || late.NextAt.Sub(late.CreatedAt) < 50*time.Minute {
					t.Fatalf("the receipt is %s, held by %q until %s", late.State, late.Held, late.NextAt)
				}
				if at, err := b.NextAt(t.Context()); err != nil || at.After(late.NextAt) {
					t.Errorf("the outbox wakes at %s, %v; want by %s", at, err, late.NextAt)
				}
				tt.meant(b)
				if _, went := b.deliver()[late.ID]; went && !strings.Contains(tt.name, "days") {
					t.Error("the receipt went before its time")
				}
				time.Sleep(time.Hour + time.Minute)
				if _, went := b.deliver()[late.ID]; went != tt.goes {
					t.Errorf("the receipt went: %t, want %t", went, tt.goes)
				}
				if tt.reason != "" && !slices.Contains(b.events(m.Ticket), tt.reason) {
					t.Errorf("the ticket does not tell %q: %q", tt.reason, b.events(m.Ticket))
				}
			})
		})
	}
}
