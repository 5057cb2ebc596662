package store

import (
	"fmt"
	"testing"
	"time"

	"maildesk/ticket"
)

func TestStaff(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		update(t, s, func(tx ticket.Tx) error {
			for _, x := range []struct {
				assignee string
				status   ticket.Status
			}{{"alice", ticket.StatusOpen}, {"alice", ticket.StatusPending}, {"alice", ticket.StatusClosed}, {"bob", ticket.StatusNew}, {"", ticket.StatusNew}, {"carol", ticket.StatusResolved}} {
				opened := testTicket("x")
				opened.Assignee, opened.Status = x.assignee, x.status
				if _, err := tx.InsertTicket(opened); err != nil {
					return err
				}
			}
			for _, agent := range []string{"bob", "alice"} {
				if err := tx.SetRotation("first-line", agent); err != nil {
					return err
				}
			}
			for _, a := range []ticket.Absence{{Agent: "bob", Last: "2026-12-24"}, {Agent: "alice", Last: "2026-12-01"}, {Agent: "bob", Last: "2026-12-31"}, {Agent: "carol", Last: "2027-01-01"}, {Agent: "carol"}} {
				if err := tx.SetAway(a); err != nil {
					return err
				}
			}
			for _, agent := range []string{"bob", "alice", "bob"} {
				if err := tx.AddDuty(ticket.Duty{Rota: "nights", Agent: agent, From: noon, Until: noon.Add(time.Hour), By: "alice"}); err != nil {
					return err
				}
			}
			for i, agent := range []string{"bob", "alice", "bob"} {
				if err := tx.SetInvitation(ticket.Invitation{Rota: "nights", Agent: agent, From: noon, Until: noon.Add(time.Hour), Sequence: i, State: ticket.Invited}); err != nil {
					return err
				}
			}
			return nil
		})
		view(t, s, func(r ticket.Reader) error {
			invited, err := r.Invitations()
			at := func(i ticket.Invitation) string {
				return fmt.Sprintf("%s %s %d %s", i.Rota, i.Agent, i.Sequence, i.State)
			}
			if err != nil || len(invited) != 2 || at(invited[0]) != "nights alice 1 invited" || at(invited[1]) != "nights bob 2 invited" || !invited[0].From.Equal(noon) || !invited[1].Until.Equal(noon.Add(time.Hour)) {
				t.Errorf("Invitations() = %v, %v", invited, err)
			}
			open, err := r.OpenPerAgent()
			equal(t, "OpenPerAgent()", open, map[string]int{"alice": 2, "bob": 1})
			if err != nil {
				return err
			}
			turn, err := r.Rotation("first-line")
			equal(t, "Rotation(first-line)", turn, "alice")
			if err != nil {
				return err
			}
			turn, err = r.Rotation("never used")
			equal(t, "Rotation(never used)", turn, "")
			if err != nil {
				return err
			}
			duties, err := r.Duties()
			if len(duties) != 3 || duties[1] != (ticket.Duty{Rota: "nights", Agent: "alice", From: noon, Until: noon.Add(time.Hour), By: "alice"}) || duties[2].Agent != "bob" {
				t.Errorf("Duties() is %v", duties)
			}
			if err != nil {
				return err
			}
			away, err := r.Away()
			equal(t, "Away()", away, []ticket.Absence{{Agent: "alice", Last: "2026-12-01"}, {Agent: "bob", Last: "2026-12-31"}})
			return err
		})
	})
}
