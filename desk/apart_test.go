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
