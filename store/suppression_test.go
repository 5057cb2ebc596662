package store

import (
	"testing"
	"time"

	"maildesk/ticket"
)

func TestSuppressions(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		first := ticket.Suppression{Address: "Ana@example.net", Cause: ticket.CauseBounce, Detail: "full", Strikes: 1, At: noon}
		second := ticket.Suppression{Address: "ana@Example.net", Cause: ticket.CauseBounce, Detail: "gone", Strikes: 2, At: noon.Add(time.Hour), Until: noon.Add(48 * time.Hour)}
		loop := ticket.Suppression{Address: "bob@example.net", Cause: ticket.CauseLoop, Detail: "quick", Strikes: 1, At: noon}
		update(t, s, func(tx ticket.Tx) error {
			for _, x := range []ticket.Suppression{first, second, loop} {
				if err := tx.SetSuppression(x); err != nil {
					return err
				}
			}
			return nil
		})
		view(t, s, func(r ticket.Reader) error {
			got, err := r.Suppressions("ANA@example.net")
			equal(t, "Suppressions(ANA@example.net)", got, []ticket.Suppression{second})
			if err != nil {
				return err
			}
			if err != nil {
				return err
			}
			got, err = r.Suppressions("ana@example.net", "Bob@example.net", "nobody@example.net")
			equal(t, "Suppressions(ana, bob, nobody)", got, []ticket.Suppression{second, loop})
			if err != nil {
				return err
			}
			got, err = r.Suppressions()
			equal(t, "Suppressions()", got, []ticket.Suppression{second, loop})
			return err
		})
		update(t, s, func(tx ticket.Tx) error {
			for address, want := range map[string]int{"ana@example.NET": 1, "nobody@example.net": 0} {
				n, err := tx.RemoveSuppressions(address)
				if n != want || err != nil {
					t.Errorf("RemoveSuppressions(%s) = %d, %v, want %d", address, n, err, want)
				}
			}
			return nil
		})
		view(t, s, func(r ticket.Reader) error {
			got, err := r.Suppressions("ana@example.net")
			equal(t, "Suppressions after the removal", len(got), 0)
			return err
		})
	})
}

func TestStorm(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		hour := noon.Truncate(time.Hour)
		update(t, s, func(tx ticket.Tx) error {
			id, err := tx.InsertTicket(testTicket("storm"))
			if err != nil {
				return err
			}
			for i, want := range []ticket.Storm{{Count: 1}, {Count: 2, Ticket: id}} {
				got, err := tx.CountStorm("bounce", hour)
				equal(t, "CountStorm(bounce)", got, want)
				if err != nil || i > 0 {
					return err
				}
				if err := tx.SetStormTicket("bounce", hour, id); err != nil {
					return err
				}
			}
			return nil
		})
		update(t, s, func(tx ticket.Tx) error {
			got, err := tx.CountStorm("bounce", hour.Add(time.Hour))
			equal(t, "CountStorm of the next hour", got, ticket.Storm{Count: 1})
			return err
		})
	})
}

func TestCameBack(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		id := addOutgoing(t, s, ticket.OutboxMail{Template: "resolution", Recipient: "ana@example.net"})[0]
		attempted(t, s, ticket.Attempt{Outbox: id, At: noon, State: ticket.OutboxSent, Code: 250, Text: "taken"})
		update(t, s, func(tx ticket.Tx) error {
			return tx.CameBack(ticket.Attempt{Outbox: id, At: noon.Add(time.Hour), State: ticket.OutboxFailed, Host: "report", Text: "mailbox full"})
		})
		view(t, s, func(r ticket.Reader) error {
			m, err := r.OutboxMail(id)
			if m.State != ticket.OutboxFailed || m.LastText != "mailbox full" || m.LastCode != 0 {
				t.Errorf("the mail is %s, %d %s; want failed, in the words of the report", m.State, m.LastCode, m.LastText)
			}
			if err != nil {
				return err
			}
			attempts, err := r.Attempts(id)
			if len(attempts) != 2 || attempts[1].Host != "report" {
				t.Errorf("the attempts are %+v", attempts)
			}
			return err
		})
	})
}
