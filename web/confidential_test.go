package web

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"maildesk/report"
	"maildesk/ticket"
)

// TestFiguresOfPrivateQueues: what was written of a confidential ticket, and its subject, are
// shown to its own agents alone, also where it became confidential after it was counted.
func TestFiguresOfPrivateQueues(t *testing.T) {
	s := open(t)
	end := report.Week.Begin(time.Now().UTC())
	week := end.AddDate(0, 0, -1) // its last day
	ids := map[string]ticket.ID{}
	if err := s.db.Update(t.Context(), func(tx ticket.Tx) (err error) {
		for _, x := range []struct{ subject, queue, reason string }{
			{"Salary of Kim", "hr", "Kim was dismissed"},
			{"VPN drops", "network", "needs the router"},
			{"Quiet word", "first-line", ""},
		} {
			of := ticket.Ticket{Subject: x.subject, Requester: "ana@example.net", Status: ticket.StatusOpen, Queue: x.queue, Level: 1, CreatedAt: week, UpdatedAt: week}
			if of.ID, err = tx.InsertTicket(of); err != nil {
				return err
			}
			ids[x.subject] = of.ID
			events := []ticket.Event{{Kind: ticket.EventCreated, To: x.queue, Number: 1, At: week}}
			if x.reason != "" {
				events = append(events, ticket.Event{Kind: ticket.EventEscalated, Actor: "carol", Reason: x.reason, At: week})
			}
			for _, e := range events {
				e.Ticket = of.ID
				if _, err := tx.AddEvent(e); err != nil {
					return err
				}
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	path := "/figures?unit=week&to=" + end.Format(time.DateOnly)
	page := s.loggedIn(t, "alice").shows(path)
	for _, secret := range []string{"Salary of Kim", "Kim was dismissed"} {
		if strings.Contains(page, secret) {
			t.Errorf("alice reads %q:\n%s", secret, page)
		}
	}
	for _, open := range []string{"needs the router", "VPN drops", "Quiet word", "confidential"} {
		if !strings.Contains(page, open) {
			t.Errorf("alice does not read %q:\n%s", open, page)
		}
	}
	if page := s.loggedIn(t, "carol").shows(path); !strings.Contains(page, "Kim was dismissed") || !strings.Contains(page, "Salary of Kim") {
		t.Errorf("carol does not read what is hers:\n%s", page)
	}
	if err := s.db.Update(t.Context(), func(tx ticket.Tx) error {
		of, err := tx.Ticket(ids["Quiet word"])
		if err != nil {
			return err
		}
		of.Queue = "hr"
		return tx.UpdateTicket(of)
	}); err != nil {
		t.Fatal(err)
	}
	if page := s.loggedIn(t, "alice").shows(path); strings.Contains(page, "Quiet word") {
		t.Errorf("alice reads the subject of a ticket that is confidential by now:\n%s", page)
	}
}

// TestLoginGoesWhereTheConfigurationSays: however an agent's address is typed, the link goes
// to the address in the configuration, and all spellings are throttled as one.
func TestLoginGoesWhereTheConfigurationSays(t *testing.T) {
	s := open(t)
	codes := map[int]int{}
	for _, address := range []string{"ALICE@example.org", "alice@EXAMPLE.org", "alice@ｅxample.org", "alice@exam\u00adple.org", "alice@example.org"} {
		codes[s.browser(t).post("/login", ask(address)).StatusCode]++
	}
	if codes[200] != 3 || codes[429] != 2 {
		t.Errorf("five spellings of one address are answered %v, want three links", codes)
	}
	for seen := range 3 {
		mail, _ := s.link(t, seen)
		if to := mail.To[0].Address; to != "alice@example.org" {
			t.Errorf("the link goes to %q", to)
		}
	}
}

// TestHistoryCountsWhatIsRead: beside a ticket the requester's others are counted as its reader
// finds them.
func TestHistoryCountsWhatIsRead(t *testing.T) {
	s := open(t)
	ids := map[string]ticket.ID{}
	if err := s.db.Update(t.Context(), func(tx ticket.Tx) (err error) {
		for _, x := range []struct {
			subject, requester, queue, assignee string
			status                              ticket.Status
		}{
			{"ana's", "ana@example.net", "network", "", ticket.StatusOpen},
			{"salary", "ana@example.net", "hr", "", ticket.StatusOpen},
			{"old salary", "ana@example.net", "hr", "", ticket.StatusClosed},
			{"alice's", "ana@example.net", "hr", "alice", ticket.StatusOpen},
			{"ida's", "ida@example.net", "network", "", ticket.StatusClosed},
			{"ida's other", "ida@example.net", "first-line", "", ticket.StatusOpen},
			{"kim's", "kim@example.net", "network", "", ticket.StatusOpen},
			{"old sick leave", "kim@example.net", "hr", "", ticket.StatusResolved},
		} {
			if ids[x.subject], err = tx.InsertTicket(ticket.Ticket{Subject: x.subject, Requester: x.requester, Queue: x.queue, Assignee: x.assignee, Status: x.status, Level: 1, CreatedAt: time.Now(), UpdatedAt: time.Now()}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ agent, subject, want string }{
		{"alice", "ana's", "2 in all, 2 open"},
		{"carol", "ana's", "4 in all, 3 open"},
		{"alice", "ida's", "2 in all, 1 open"},
		{"carol", "ida's", "2 in all, 1 open"},
		{"alice", "kim's", "1 in all, 1 open"},
		{"carol", "kim's", "2 in all, 1 open"},
	} {
		if page := s.loggedIn(t, tt.agent).shows(fmt.Sprintf("/ticket/%d", ids[tt.subject])); !strings.Contains(page, ">"+tt.want+"<") {
			t.Errorf("%s, at %s, is not shown %s:\n%s", tt.agent, tt.subject, tt.want, page)
		}
	}
}
