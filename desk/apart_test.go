package desk_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// TestAdminLearnsOfSpam: what a filter has marked is said to the admin once a day, and a person can have it handled.
func TestAdminLearnsOfSpam(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, func(s *settings.Settings) { s.Admin = "root@example.org" })
		told := func() (all []string) {
			t.Helper()
			b.due(time.Now())
			for _, m := range b.outbox() {
				if m.Recipient == "root@example.org" {
					all = append(all, m.msg.Subject+"\n"+m.msg.Text)
				}
			}
			return all
		}
		time.Sleep(time.Until(time.Date(2000, 1, 3, 7, 0, 0, 0, time.UTC)))
		b.take(letter{from: ana, to: support, subject: "A lottery", text: "Spam by a rule of the desk.\n"})
		m := b.take(letter{from: "Ana Roth <" + ana + ">", to: support, subject: "Printer", text: "The printer in the corridor jams.\n", header: marks[0]})
		if all := told(); len(all) != 0 {
			t.Errorf("before 8:00 the admin is told %q", all)
		}
		time.Sleep(2 * time.Hour)
		all := told()
		if len(all) != 1 || !strings.Contains(all[0], "] 1 mail was set apart as spam") || !strings.Contains(all[0], fmt.Sprint("mail ", m.ID, ", ")) ||
			!strings.Contains(all[0], "Ana Roth <"+ana+">: Printer (spam-flag)") || !strings.Contains(all[0], "maildesk quarantine release N") {
			t.Errorf("the admin is told %q", all)
		}
		b.restart()
		time.Sleep(25 * time.Hour)
		for range 3 { // the last of them are told, all are counted
			b.take(letter{from: "kim@example.com", to: support, subject: "Offer", text: "Buy two of these, and get three.\n", header: marks[3]})
		}
		if all := told(); len(all) != 1 {
			t.Errorf("on a day with spam since 8:00 only, the admin is told %q", all[1:])
		}
		time.Sleep(24 * time.Hour)
		if all := told(); len(all) != 2 || !strings.Contains(all[1], "] 3 mails were set apart as spam") || strings.Contains(all[1], "Printer") {
			t.Errorf("on the next day, the admin is told %q", all[1:])
		}
		n := len(b.summary())
		released, err := b.ReleaseMarked(b.ctx, m.ID, "root at the console")
		if err != nil || released.Disposition != ticket.DispositionNew || released.Ticket == 0 {
			t.Fatalf("released, it is %s (%s) in #%d, %v", released.Disposition, released.Reason, released.Ticket, err)
		}
		if got := b.since(n); !slices.Contains(got, "acknowledgement "+ana) || !slices.Contains(got, "new-ticket "+aliceAt) {
			t.Errorf("released, it makes %q", got)
		}
		for id, want := range map[ticket.MailID]string{m.ID: "new-request", 1: "rule junk"} {
			_, err := b.ReleaseMarked(b.ctx, id, "root at the console")
			if e, ok := errors.AsType[*desk.NotMarkedError](err); !ok || !strings.Contains(e.Error(), want) {
				t.Errorf("mail %d is released: %v, want %s", id, err, want)
			}
		}
		b.sound()
		b.sameRebuilt()
	})
}

// TestAdminLearnsOfSpamInAFlood: a known sender is named among however many strangers, and what was handled late as well.
func TestAdminLearnsOfSpamInAFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, func(s *settings.Settings) { s.Admin = "root@example.org" })
		b.request()
		long := strings.Repeat("y", 60) + "@long.example.com"
		time.Sleep(time.Until(time.Date(2000, 1, 3, 7, 0, 0, 0, time.UTC)))
		b.take(letter{from: "long@example.com", to: support, subject: "Long", text: "A long one.\n", header: marks[0]})
		for i := range 5 {
			b.take(letter{from: strings.Repeat("Name ", 20) + " <" + long + ">", to: support, subject: fmt.Sprint("Offer ", i), text: "Buy.\n", header: marks[0], envelope: ptr(long)})
		}
		m := b.take(letter{from: ana, to: support, subject: "Printer", text: "The printer in the corridor jams.\n", header: marks[0]})
		for i := range 30 {
			b.take(letter{from: fmt.Sprintf("kim%d@example.com", i), to: support, subject: "Offer", text: "Buy two of these.\n", header: marks[0]})
		}
		late := letter{from: "late@example.com", to: support, subject: "Late", text: "Handled late.\n", header: marks[0]}
		time.Sleep(time.Until(time.Date(2000, 1, 3, 7, 59, 0, 0, time.UTC)))
		id, err := b.Accept(b.ctx, ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: late.from, ForwardPaths: []string{support}}, late.bytes())
		if err != nil {
			t.Fatal(err)
		}
		day := func(clock time.Duration) (text string) {
			time.Sleep(time.Until(time.Date(2000, 1, 3, 0, 0, 0, 0, time.UTC).Add(clock)))
			b.due(time.Now())
			for _, m := range b.outbox() {
				if m.Recipient == "root@example.org" {
					text = m.msg.Subject + "\n" + m.msg.Text
				}
			}
			return text
		}
		first := day(8*time.Hour + 6*time.Minute)
		if !strings.Contains(first, "] 37 mails were set apart") || !strings.Contains(first, fmt.Sprint("mail ", m.ID, ", ")) || !strings.Contains(first, "and 17 from 13 further senders") {
			t.Errorf("the admin is told\n%s", first)
		}
		b.work()
		b.take(letter{from: strings.Repeat("Name ", 20) + " <" + long + ">", to: support, subject: "Offer", text: "Buy.\n", header: marks[0], envelope: ptr(long)})
		b.take(letter{from: long, to: support, subject: "Offer", text: "Buy more.\n", header: marks[0]})
		if next := day(32*time.Hour + 6*time.Minute); !strings.Contains(next, "] 3 mails were set apart") || !strings.Contains(next, fmt.Sprint("mail ", id, ", ")) || !strings.Contains(strings.ReplaceAll(next, "\n", ""), "<"+long+">") || !strings.Contains(next, "and 1 before it from there") {
			t.Errorf("on the next day the admin is told\n%s", next)
		}
	})
}
