package store

import (
	"errors"
	"testing"
	"time"

	"maildesk/ticket"
)

func TestJudgements(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		var want []ticket.Judgement
		update(t, s, func(tx ticket.Tx) error {
			for i, name := range []string{"a", "b", "c"} {
				m, raw := testMail(name)
				m.ReceivedAt = noon.AddDate(0, 0, i)
				id, _, err := appendMail(s, m, raw)
				if err != nil {
					return err
				}
				j := ticket.Judgement{Mail: id, Version: "v" + name, LoadedAt: noon, History: ticket.History{Open: i, All: 2 * i}}
				if name == "c" {
					j.Learnt = ticket.Learnt{Category: ticket.Guess{Value: "network", Sure: 93, Words: []string{"vpn", "büro"}}, Priority: ticket.Guess{Value: "high", Sure: 50}}
				}
				if name != "b" { // b is spam
					if j.Ticket, err = tx.InsertTicket(testTicket(name)); err != nil {
						return err
					}
				}
				want = append(want, j)
				if err := tx.AddJudgement(j); err != nil {
					return err
				}
			}
			return nil
		})
		view(t, s, func(r ticket.Reader) error {
			all, err := r.Judgements(0, time.Time{}, 10)
			equal(t, "Judgements", all, want)
			one, err2 := r.Judgements(want[0].Mail, noon.AddDate(0, 0, 1), 1)
			equal(t, "Judgements since the second day, one", one, want[1:2])
			n, err3 := r.CountJudgements(noon.AddDate(0, 0, 1))
			equal(t, "CountJudgements", n, 2)
			j, err4 := r.Judgement(want[2].Ticket)
			equal(t, "Judgement", j, want[2])
			if _, err := r.Judgement(want[2].Ticket + 1); !errors.Is(err, ticket.ErrNotFound) {
				t.Errorf("Judgement of a ticket that nobody judged = %v, want ErrNotFound", err)
			}
			return errors.Join(err, err2, err3, err4)
		})
		if err := s.Update(t.Context(), func(tx ticket.Tx) error { return tx.AddJudgement(want[0]) }); err == nil {
			t.Error("AddJudgement of a mail twice = nil, want an error")
		}
	})
}

func TestHistory(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		update(t, s, func(tx ticket.Tx) error {
			for _, status := range []ticket.Status{ticket.StatusNew, ticket.StatusPending, ticket.StatusResolved, ticket.StatusClosed, ticket.StatusClosed} {
				opened := testTicket("x")
				opened.Status = status
				if _, err := tx.InsertTicket(opened); err != nil {
					return err
				}
			}
			return nil
		})
		view(t, s, func(r ticket.Reader) error {
			h, err := r.History("ANA@example.net")
			equal(t, "History", h, ticket.History{Open: 2, All: 5})
			none, err2 := r.History("nobody@example.net")
			equal(t, "History of a stranger", none, ticket.History{})
			return errors.Join(err, err2)
		})
	})
}
