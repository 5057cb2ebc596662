package store

import (
	"errors"
	"testing"
	"time"

	"maildesk/desk"
)

func TestJudgements(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		var want []desk.Judgement
		update(t, s, func(tx desk.Tx) error {
			for i, name := range []string{"a", "b", "c"} {
				m, raw := testMail(name)
				m.ReceivedAt = noon.AddDate(0, 0, i)
				id, _, err := tx.AppendMail(m, raw)
				if err != nil {
					return err
				}
				j := desk.Judgement{Mail: id, Version: "v" + name, LoadedAt: noon, History: desk.History{Open: i, All: 2 * i}}
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
		view(t, s, func(r desk.Reader) error {
			all, err := r.Judgements(0, time.Time{}, 10)
			equal(t, "Judgements", all, want)
			one, err2 := r.Judgements(want[0].Mail, noon.AddDate(0, 0, 1), 1)
			equal(t, "Judgements since the second day, one", one, want[1:2])
			n, err3 := r.CountJudgements(noon.AddDate(0, 0, 1))
			equal(t, "CountJudgements", n, 2)
			j, err4 := r.Judgement(want[2].Ticket)
			equal(t, "Judgement", j, want[2])
			if _, err := r.Judgement(want[2].Ticket + 1); !errors.Is(err, desk.ErrNotFound) {
				t.Errorf("Judgement of a ticket that nobody judged = %v, want ErrNotFound", err)
			}
			return errors.Join(err, err2, err3, err4)
		})
		if err := s.Update(t.Context(), func(tx desk.Tx) error { return tx.AddJudgement(want[0]) }); err == nil {
			t.Error("AddJudgement of a mail twice = nil, want an error")
		}
	})
}

func TestHistory(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		update(t, s, func(tx desk.Tx) error {
			for _, status := range []desk.Status{desk.StatusNew, desk.StatusPending, desk.StatusResolved, desk.StatusClosed, desk.StatusClosed} {
				ticket := testTicket("x")
				ticket.Status = status
				if _, err := tx.InsertTicket(ticket); err != nil {
					return err
				}
			}
			return nil
		})
		view(t, s, func(r desk.Reader) error {
			h, err := r.History("ANA@example.net")
			equal(t, "History", h, desk.History{Open: 2, All: 5})
			none, err2 := r.History("nobody@example.net")
			equal(t, "History of a stranger", none, desk.History{})
			return errors.Join(err, err2)
		})
	})
}
