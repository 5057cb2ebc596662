package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"maildesk/desk/deadline"
	"maildesk/desk/decision"
	"maildesk/desk/incident"
	"maildesk/desk/notices"
	"maildesk/desk/silence"
	"maildesk/desk/vendor"
	"maildesk/ticket"
)

// Due does what the clock brings by now: pending tickets whose time is over
// open again, resolved ones whose grace time is over close, if the requester
// was told, agents are reminded of vendors who have not answered, solutions of incidents reach all who reported them, what targets
// promise is watched, the admin is told what could not be told before, and the
// bytes of mails that were sent long ago are dropped. It returns the number of
// tickets it changed.
func (d *Desk) Due(ctx context.Context, now time.Time) (int, error) {
	woken, err := d.EachDue(ctx, now, ticket.Filter{Status: []ticket.Status{ticket.StatusPending, ticket.StatusOnHold}, WakeBy: now, Limit: decision.PageSize}, deadline.WakeUp)
	if err != nil {
		return woken, fmt.Errorf("wake tickets: %w", err)
	}
	closed, err := d.EachDue(ctx, now, ticket.Filter{Status: []ticket.Status{ticket.StatusResolved}, WakeBy: now, Informed: true, Limit: decision.PageSize}, deadline.CloseTicket)
	if err != nil {
		return woken + closed, fmt.Errorf("close tickets: %w", err)
	}
	reminded, err := d.EachDue(ctx, now, ticket.Filter{AwaitBy: now, Limit: decision.PageSize}, vendor.Overdue)
	if woken += reminded; err != nil {
		return woken + closed, fmt.Errorf("remind of vendors: %w", err)
	}
	solved, err := incident.PassOnSolutions(ctx, d.Maker, now)
	if err != nil {
		return woken + closed + solved, fmt.Errorf("pass on the solution of an incident: %w", err)
	}
	late, err := deadline.OverdueTargets(ctx, d.Maker, now)
	if err != nil {
		return woken + closed + solved + late, fmt.Errorf("watch targets: %w", err)
	}
	if err := d.settleBudgets(ctx); err != nil {
		return woken + closed + solved + late, fmt.Errorf("budgets of automatic mail: %w", err)
	}
	return woken + closed + solved + late, errors.Join(d.NotifyLate(ctx, now), d.forgetLostPast(ctx, now), d.DropSent(ctx, now))
}

// settleBudgets ends the trouble when nothing waits for a budget any more.
func (d *Desk) settleBudgets(ctx context.Context) error {
	waiting := false
	err := d.Store.View(ctx, func(r ticket.Reader) error {
		for _, held := range []string{silence.BudgetDomain, silence.BudgetHour} {
			mails, err := r.HeldOutbox(ticket.HeldFilter{Held: held, Limit: 1})
			if err != nil {
				return err
			}
			waiting = waiting || len(mails) > 0
		}
		return nil
	})
	if err != nil || waiting {
		return err
	}
	return d.TroubleOver(ctx, ticket.TroubleBudget, notices.BudgetTrouble)
}
