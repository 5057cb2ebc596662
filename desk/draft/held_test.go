package draft_test

import (
	"errors"
	"testing"

	"maildesk/desk/draft"
	"maildesk/store"
	"maildesk/ticket"
)

// TestAnyOfTheHeldStands: a plan that relies on any one of the mails that wait stands when
// others join it. That it is let go overtakes the plan, and where none waited, that one
// begins to.
func TestAnyOfTheHeldStands(t *testing.T) {
	db := openStore(t)
	update := func(fn func(ticket.Tx) error) {
		t.Helper()
		if err := db.Update(t.Context(), fn); err != nil {
			t.Fatal(err)
		}
	}
	wait := func(event int64) (id ticket.OutboxID) {
		t.Helper()
		update(func(tx ticket.Tx) (err error) {
			id, err = tx.AddOutbox(ticket.OutboxMail{
				CauseEvent: event, Template: "new-ticket", Recipient: "alice@example.org", Held: "many", HeldKey: "alice", CreatedAt: noon, NextAt: noon, Bytes: []byte("x"),
			})
			return err
		})
		return id
	}
	stands := func(p *ticket.Plan) bool {
		t.Helper()
		err := db.Commit(t.Context(), ticket.InTurn, p)
		if err != nil && !errors.Is(err, ticket.ErrOvertaken) {
			t.Fatal(err)
		}
		return err == nil
	}

	none := planOnHeld(t, db)
	first := wait(1)
	if stands(none) {
		t.Error("a plan that saw none stands although one waits now")
	}
	one := planOnHeld(t, db)
	wait(2)
	if !stands(one) {
		t.Error("a plan on one of them was overtaken by another that joined it")
	}
	update(func(tx ticket.Tx) error { return tx.AllowOutbox(first, noon) })
	if stands(one) {
		t.Error("a plan on one of them stands although that was let go")
	}
}

// planOnHeld returns a plan that asked for any mail that waits for an agent.
func planOnHeld(t *testing.T, db *store.DB) *ticket.Plan {
	t.Helper()
	var plan *ticket.Plan
	err := db.View(t.Context(), func(r ticket.Reader) error {
		d := draft.New(r, new(draft.Numbers))
		_, err := d.HeldOutbox(ticket.HeldFilter{Held: "many", Key: "alice", Any: true})
		plan = d.Plan()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}
