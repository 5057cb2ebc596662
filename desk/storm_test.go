package desk_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/faulttest"
	"maildesk/store"
	"maildesk/ticket"
)

// TestT073JoeJob: a storm of reports about mail that is not ours is one ticket,
// and people do not wait for it.
func TestT073JoeJob(t *testing.T) {
	t.Run("short", func(t *testing.T) { joeJob(t, 1000) })
	t.Run("long", func(t *testing.T) {
		faulttest.Long(t, "T073")
		slowest := joeJob(t, 10_000)
		faulttest.Seen(t, "T073", "10,000 delivery reports about forged mail as fast as they are taken, a person's request after each 500",
			"no answer, one ticket that counts them; the slowest of 20 requests was handled after %s", slowest.Round(time.Millisecond))
	})
}

func joeJob(t *testing.T, reports int) time.Duration {
	b := open(t, usual, oneAgent)
	start := time.Now()
	done := make(chan error, 1)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go func() { done <- b.Run(ctx) }()
	people := b.flood(reports)
	for b.tally().Dispositions[ticket.DispositionPending] > 0 {
		time.Sleep(5 * time.Millisecond)
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	slowest, n := time.Duration(0), 0
	for _, id := range people {
		m := b.mail(id)
		slowest, n = max(slowest, m.HandledAt.Sub(m.ReceivedAt)), n+1
	}
	if slowest > 10*time.Second {
		t.Errorf("a person's request waited for %s, want less than 10 s", slowest)
	}
	if acks := b.made(notify.TemplateAcknowledgement, 0); acks != n {
		t.Errorf("%d acknowledgements, want those of %d people", acks, n)
	}
	var storms []string
	b.view(func(r ticket.Reader) error {
		tickets, err := r.Tickets(ticket.Filter{})
		for _, opened := range tickets {
			if opened.Requester == "" {
				storms = append(storms, opened.Subject)
			}
		}
		if want := n + len(storms); len(tickets) != want {
			t.Errorf("%d tickets, want %d", len(tickets), want)
		}
		return err
	})
	if len(storms) < 1 || len(storms) > 2 { // two where an hour ended meanwhile
		t.Errorf("tickets of the storm: %q, want one", storms)
	}
	t.Logf("%d reports and %d requests in %s; the slowest request was handled after %s", reports-n, n, time.Since(start).Round(time.Millisecond), slowest)
	return slowest
}

// flood takes custody of reports about mail that is not ours, and of a person's
// request after each 500, whose numbers it returns.
func (b *bench) flood(reports int) (people []ticket.MailID) {
	var mu sync.Mutex
	inEight(reports, func(i int) {
		env := ticket.Envelope{Source: ticket.SourceSMTP, ForwardPaths: []string{support}}
		raw := dsn{to: support, recipient: fmt.Sprintf("victim%d@example.com", i), action: "failed", status: "5.1.1", reported: fmt.Sprintf("<forged.%d@example.org>", i)}.bytes()
		person := i%500 == 499
		if person {
			env.ReversePath = "person" + word(i) + "@p" + word(i) + ".example"
			raw = letter{from: env.ReversePath, to: support, subject: "Printer " + word(i), text: "No ink.\n", id: fmt.Sprintf("<p.%d@example.net>", i)}.bytes()
		}
		id, err := b.Accept(b.ctx, env, raw)
		if err != nil {
			b.t.Errorf("Accept = %v", err)
		}
		if person {
			mu.Lock()
			defer mu.Unlock()
			people = append(people, id)
		}
	})
	return people
}

// TestT074MailBomb: requests in the names of 500 victims.
func TestT074MailBomb(t *testing.T) { synctest.Test(t, mailBomb) } // within an hour

func mailBomb(t *testing.T) {
	b := open(t, usual, oneAgent)
	const lure = "CLICK https://evil.example/ now"
	inEight(500, func(i int) {
		domain := "example.com"
		if i%5 > 0 {
			domain = "d" + word(i) + ".example"
		}
		b.accept(letter{from: fmt.Sprintf("\"%s\" <v%d@%s>", lure, i, domain), envelope: ptr(fmt.Sprintf("v%d@%s", i, domain)), to: support,
			subject: lure + " " + word(i), text: lure + "\n", id: fmt.Sprintf("<bomb.%d@evil.example>", i)})
	})
	b.work()
	if n := b.tally().Dispositions[ticket.DispositionNew]; n != 500 {
		t.Errorf("%d tickets of 500 requests", n)
	}
	perDomain, all := 0, 0
	for _, s := range b.outbox() {
		if s.Template != string(notify.TemplateAcknowledgement) {
			continue
		}
		if s.Held == "" {
			all++
		}
		if strings.HasSuffix(s.Recipient, "@example.com") && s.Held == "" {
			perDomain++
		}
		if raw := string(s.Bytes); strings.Contains(raw, "evil.example/") || strings.Contains(s.msg.Text, "CLICK") || strings.Contains(s.msg.HTML, "CLICK") || strings.Contains(s.msg.Subject, "CLICK") {
			t.Fatalf("an acknowledgement carries the attacker's words:\n%s", raw)
		}
	}
	if perDomain != 50 || all != 300 {
		t.Errorf("%d acknowledgements, %d of them to one domain; want 300 and 50", all, perDomain)
	}
	alarms := 0
	for _, s := range b.outbox() {
		if s.Template == string(notify.TemplateNote) && says(s, "300 automatic mails") {
			alarms++
		}
	}
	if alarms != 1 {
		t.Errorf("the agent was told %d times, want once", alarms)
	}
	faulttest.Seen(t, "T074", "500 requests in the names of 500 victims, 100 of them of one domain, with a lure in name, subject and text", "500 tickets, %d acknowledgements (%d to the one domain), none with a word of the attacker; the agent is told once", all, perDomain)
	faulttest.Seen(t, "T124", "the same: every acknowledgement looked through for the sender's name, subject, text and URL", "not one word of it")
}

// TestT075OneSenderManyMails: the last confirmation says that it is the last.
func TestT075OneSenderManyMails(t *testing.T) {
	b := open(t, usual, oneAgent)
	inEight(100, func(i int) {
		b.accept(letter{from: ana, to: support, subject: "matter " + word(i), text: "This is about " + word(i) + ".\n", id: fmt.Sprintf("<many.%d@example.net>", i)})
	})
	b.work()
	acks, last := b.made(notify.TemplateAcknowledgement, 0), 0
	for _, s := range b.outbox() {
		if s.Template == string(notify.TemplateAcknowledgement) {
			if says(s, "won’t confirm each of them") {
				last++
			}
		}
	}
	if n := b.tally().Dispositions[ticket.DispositionNew]; n != 100 || acks != 5 || last != 1 {
		t.Errorf("%d tickets of 100, %d acknowledgements, %d of them say that they are the last; want 100, 5, 1", n, acks, last)
	}
	if late := b.held(); len(late) != 1 || late[0].Ticket < 90 {
		t.Errorf("late are %v, want the receipt of one of the last requests", late)
	}
	faulttest.Seen(t, "T075", "100 requests of one sender within seconds", "100 tickets, %d acknowledgements, the last one says that further ones are not confirmed", acks)
}

// TestT079RestartInMidStorm: neither budgets nor silence are forgotten.
func TestT079RestartInMidStorm(t *testing.T) {
	folder := t.TempDir()
	acks, tickets := 0, 0
	for run := range 4 {
		db, err := store.Open(t.Context(), folder, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		b := openOn(t, db, "Example IT", usual, oneAgent)
		inEight(20, func(i int) {
			n := run*20 + i
			b.accept(letter{from: ana, to: support, subject: "matter " + word(n), text: "About " + word(n) + ".\n", id: fmt.Sprintf("<r%d@example.net>", n)})
			b.accept(letter{from: "helpdesk@peer.example", to: support, subject: fmt.Sprintf("Ticket %d received", n), text: "Thank you for your mail.\n", id: fmt.Sprintf("<peer%d@peer.example>", n)})
		})
		b.work()
		acks, tickets = b.made(notify.TemplateAcknowledgement, 0), int(b.tally().Dispositions[ticket.DispositionNew])
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if tickets != 160 || acks != 7 {
		t.Errorf("%d tickets of 160, %d acknowledgements; want 160, 5 + 2", tickets, acks)
	}
	faulttest.Seen(t, "T079", "160 mails of a person and of a peer that says the same each time, with three restarts among them", "160 tickets, %d acknowledgements in all: five to the person, two to the peer", acks)
}

// inEight runs do for each number below n, eight at a time.
func inEight(n int, do func(int)) {
	var wg sync.WaitGroup
	for first := range 8 {
		wg.Go(func() {
			for i := first; i < n; i += 8 {
				do(i)
			}
		})
	}
	wg.Wait()
}
