package desk_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/faulttest"
	"maildesk/ticket"
)

// TestT171ForgersSilenceNobody: whatever a stranger writes in somebody's name or
// reports about our mails, the person is confirmed and told afterwards, the agent
// gets notices, and a closed ticket stays closed.
func TestT171ForgersSilenceNobody(t *testing.T) {
	const vera, stranger = "vera@third.example", "x@elsewhere.example"
	forged := func(subject, text string) func(*bench, int) {
		return func(b *bench, i int) {
			b.take(letter{from: "Vera <" + vera + ">", envelope: ptr(stranger), to: support, id: fmt.Sprintf("<forged.%d@elsewhere.example>", i),
				subject: strings.ReplaceAll(subject, "%d", fmt.Sprint(i)), text: strings.ReplaceAll(text, "%d", fmt.Sprint(i)) + "\n"})
		}
	}
	about := func(template notify.Template, to string, report func(sent) []byte) func(*bench, int) {
		return func(b *bench, _ int) {
			b.takeRaw(letter{from: stranger, to: support, subject: "report", envelope: null()}, report(b.last(template, to)))
		}
	}
	bounce := func(status string) func(sent) []byte {
		return func(m sent) []byte {
			return dsn{to: support, recipient: m.Recipient, action: "failed", status: status, reported: m.MessageID}.bytes()
		}
	}
	arf := func(m sent) []byte { return complaint(support, m) }
	for _, tt := range []struct {
		name string
		do   func(*bench, int)
	}{
		{"equal mails", forged("Hello", "This is my request, please help me with it.")},
		{"equal mails but for a number", forged("Order %d", "Please send %d of them.")},
		{"our tag once", forged("Re: [Example IT #1] Door", "And one more thing.")},
		{"our tag twice", forged("Re: [Example IT #1] Re: [Example IT #1] Door", "And one more thing.")},
		{"our tag beside another desk's", forged("Ticket Received - %d - [Example IT #1] Door", "Thank you. Your ticket is %d.")},
		{"receipts", forged("Ticket %d received", "Thank you. Your ticket is %d.")},
		{"a bounce of her receipt", about(notify.TemplateAcknowledgement, vera, bounce("5.1.1"))},
		{"a bounce of her resolution", about(notify.TemplateResolution, vera, bounce("5.1.1"))},
		{"a full mailbox", about(notify.TemplateResolution, vera, bounce("5.2.2"))},
		{"a complaint about her resolution", about(notify.TemplateResolution, vera, arf)},
		{"a bounce of an agent's notice", about(notify.TemplateNewTicket, "alice@example.org", bounce("5.1.1"))},
		{"a complaint about an agent's notice", about(notify.TemplateNewTicket, "alice@example.org", arf)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, func(s *settings.Settings) { s.Limits = settings.Limits{SenderHour: 30, DomainHour: 50, Hour: 300} })
			first := b.take(letter{from: vera, to: support, subject: "Door", text: "The door of the archive jams.\n"}).Ticket
			b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#resolve\nDone.\n")
			b.deliver()
			b.due(time.Now().Add(15 * 24 * time.Hour))
			if got := b.ticket(first); got.Status != ticket.StatusClosed {
				t.Fatalf("the first ticket is %s", got.Status)
			}
			before := len(b.outbox())
			for i := range 4 {
				tt.do(b, i)
			}
			notes := 0
			for _, s := range b.outbox()[before:] {
				if s.Template == string(notify.TemplateNote) && s.Recipient == "alice@example.org" {
					notes++
				}
			}
			if notes > 1 {
				t.Errorf("the agent is told %d times, want once", notes)
			}
			if got := b.ticket(first); got.Status != ticket.StatusClosed {
				t.Errorf("the closed ticket is %s", got.Status)
			}
			for _, s := range b.suppressions() {
				if s.Active(time.Now()) {
					t.Errorf("silenced: %+v", s)
				}
			}
			before = len(b.summary())
			b.take(letter{from: vera, to: support, subject: "Window", text: "The window of the archive does not close.\n\nVera\n"})
			equal(t, "her next request", b.since(before), []string{"acknowledgement " + vera, "new-ticket alice@example.org", "new-ticket bob@example.org"})
			before = len(b.outbox())
			b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#resolve\n")
			if b.made(notify.TemplateResolution, before) != 1 {
				t.Errorf("she is not told that it is solved: %q", b.since(before))
			}
		})
	}
	faulttest.Seen(t, "T171", "four times each: forged equal mails, our tag once, twice and beside another desk's number, receipts; DSN and ARF with a known Message-ID about mails to a person and to an agent", "nobody suppressed, the closed ticket stays closed, the agent is told once; the person's next request is confirmed and its solution told")
}

// TestT172PeopleAreNoRobots: everybody of the house writes at once, somebody
// orders by a form, somebody remembers two more things at once.
func TestT172PeopleAreNoRobots(t *testing.T) {
	t.Run("158 colleagues within half an hour", func(t *testing.T) {
		inHouse(t, 158, "c%d@example.org", 0)
	})
	t.Run("158 people of a customer within half an hour", func(t *testing.T) {
		inHouse(t, 158, "c%d@mill.example.com", 4*time.Hour)
	})
	t.Run("seven orders by a form", func(t *testing.T) {
		b := open(t, func(s *settings.Settings) { s.Limits = settings.Limits{SenderHour: 30} })
		for _, n := range []int{1201, 1202, 1305, 1411, 2207, 2208, 3301} {
			b.take(letter{from: ana, to: support, subject: fmt.Sprintf("Toner for printer P-%d", n), text: fmt.Sprintf("Good morning,\n\nplease bring a black toner for printer P-%d, floor %d.\n\nAna\n", n, n/100)})
		}
		b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#resolve\n")
		if acks, solved := b.made(notify.TemplateAcknowledgement, 0), b.made(notify.TemplateResolution, 0); acks != 7 || solved != 1 {
			t.Errorf("%d of 7 requests are confirmed, %d of one solution told", acks, solved)
		}
	})
	t.Run("two quick additions", func(t *testing.T) {
		b := open(t, usual)
		for range 2 { // and the same again
			m := b.take(letter{from: ana, to: support, subject: "Laptop", text: "My laptop is very slow.\n"})
			ack := b.last(notify.TemplateAcknowledgement, ana)
			if ack.Ticket != m.Ticket {
				t.Fatal("the request is not confirmed")
			}
			for _, text := range []string{"Thank you for your message. I forgot: it is the one in room 12.\n", "And the sticker says 4711.\n", "Thanks!\n", "Thanks!\n"} {
				b.take(letter{from: ana, to: ack.answer(), subject: "Re: " + ack.msg.Subject, text: text, header: "In-Reply-To: " + ack.MessageID + "\n"})
			}
		}
		if all := b.suppressions(ana); len(all) > 0 && all[0].Active(time.Now()) {
			t.Errorf("she is taken for a machine: %+v", all)
		}
	})
	faulttest.Seen(t, "T172", "158 colleagues of the house, and 158 people of a customer, within 30 minutes; seven orders by a form; quick additions and thanks", "all of the house confirmed at once, all of the customer by and by, the admin told; every order confirmed; nobody silenced")
}

// inHouse lets many people write within half an hour, about different things. All
// are to be acknowledged within a time; where that takes time the admin is told.
func inHouse(t *testing.T, people int, address string, within time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, usual, oneAgent, func(s *settings.Settings) { s.Admin = "root@example.net" })
		start := time.Now()
		for i := range people {
			from := fmt.Sprintf(address, i)
			b.take(letter{from: from, to: support, subject: "matter " + word(i), text: "This is about " + word(i) + ".\n"})
			b.deliver()
			time.Sleep(30 * time.Minute / time.Duration(people))
		}
		b.pass(30*time.Minute + within - time.Since(start))
		acknowledged := map[string]bool{}
		for _, s := range b.outbox() {
			if s.Template == string(notify.TemplateAcknowledgement) && s.State == ticket.OutboxSent {
				acknowledged[s.Recipient] = true
			}
		}
		if len(acknowledged) != people {
			t.Errorf("%d of %d people are acknowledged", len(acknowledged), people)
		}
		want := 0
		if within > 0 {
			want = 2 // it began, it is over
		}
		if told := len(b.sent("root@example.net")); told != want {
			t.Errorf("the admin got %d mails, want %d: %q", told, want, b.toAdmin())
		}
	})
}

// TestRespondersThatMutate: machines without any mark that say it in other words
// each time, at once or slowly.
func TestRespondersThatMutate(t *testing.T) {
	const peer = "help@peer.example"
	words := []string{
		"We have received your mail about %s and will look at it.", "Thank you for contacting us! %s is a fine matter.", "Your ticket number is %s.", "Ihre Anfrage %s ist bei uns eingegangen.",
		"Nous avons bien reçu votre demande %s.", "Hemos recibido su mensaje %s.", "Acknowledgement of your mail %s.", "Your request has been registered as %s.",
	}
	for _, pause := range []time.Duration{0, 30 * time.Minute} {
		for _, threads := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				b := open(t, usual)
				b.take(letter{from: peer, to: support, subject: "Question", text: "Who answers first?\n"})
				ours, n := 0, 0
				for range 24 {
					paths := b.deliver()
					time.Sleep(pause)
					for _, s := range b.outbox() {
						if _, now := paths[s.ID]; !now || s.Recipient != peer {
							continue
						}
						ours++
						n++
						l := letter{from: peer, to: support, subject: "Nr. " + word(n*7919), text: fmt.Sprintf(words[n%len(words)], word(n*104729)) + "\n"}
						if threads {
							l.header = "In-Reply-To: <unknown." + word(n) + "@peer.example>\n"
						}
						b.take(l)
					}
				}
				if ours > 3 {
					t.Errorf("pause %s: %d mails of ours to a machine, want 3 at most", pause, ours)
				}
			})
		}
	}
}
