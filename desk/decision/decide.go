package decision

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"maildesk/desk/draft"
	"maildesk/ticket"
)

// Decide makes a decision on a snapshot, beside all others, and commits what it
// changes. One that was overtaken by another is made again, when its turn has come
// and nothing can overtake it. So fn runs more than once, perhaps; it must do nothing but read
// and change what it is given, and set the results of its caller anew each time.
func (m *Maker) Decide(ctx context.Context, u ticket.Urgency, fn func(ticket.Draft) error) error {
	var numbers draft.Numbers
	plan := func(r ticket.Reader) (p *ticket.Plan, err error) {
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			}
		}()
		on := draft.New(r, &numbers)
		if m.Past.Draft != nil {
			err = fn(m.Past.Draft(on))
		} else {
			err = fn(on)
		}
		if fault := numbers.Fault(); fault != nil {
			err = fault
		}
		return on.Plan(), err
	}
	err := m.tryPlan(ctx, u, plan)
	numbers.GiveBack(m.Store, err != nil)
	return err
}

// tryPlan makes a plan and commits it.
func (m *Maker) tryPlan(ctx context.Context, u ticket.Urgency, plan func(ticket.Reader) (*ticket.Plan, error)) error {
	var p *ticket.Plan
	err := m.Store.View(ctx, func(r ticket.Reader) (err error) {
		p, err = plan(r)
		return err
	})
	if err == nil && len(p.Changes) > 0 {
		err = m.Store.Commit(ctx, u, p)
	}
	if errors.Is(err, ticket.ErrOvertaken) {
		return m.Store.CommitInTurn(ctx, u, plan)
	}
	return err
}
