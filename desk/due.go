package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"maildesk/desk/answer"
	"maildesk/desk/apart"
	"maildesk/desk/approval"
	"maildesk/desk/deadline"
	"maildesk/desk/decision"
	"maildesk/desk/digest"
	"maildesk/desk/figures"
	"maildesk/desk/incident"
	"maildesk/desk/knowledge"
	"maildesk/desk/later"
	"maildesk/desk/notices"
	"maildesk/desk/shift"
	"maildesk/desk/silence"
	"maildesk/desk/vendor"
	"maildesk/ticket"
)

// Due does what the clock brings by now: pending tickets whose time is over open again,
// resolved ones whose grace time is over close, if the requester was told, agents are
// reminded of vendors who have not answered, owners who let a requester wait lose their
// ticket to its queue, agents are invited to their shifts, what agents have planned goes out, announcements and solutions of incidents
// reach all who reported them, what targets promise is watched, the admin is told what
// could not be told before, and the bytes of mails that were sent long ago are dropped.
// It returns the number of tickets it changed.
func (d *Desk) Due(ctx context.Context, now time.Time) (changed int, err error) {
	waiting := ticket.Filter{Status: []ticket.Status{ticket.StatusPending, ticket.StatusOnHold}, WakeBy: now, Limit: decision.PageSize}
	informed := ticket.Filter{Status: []ticket.Status{ticket.StatusResolved}, WakeBy: now, Informed: true, Limit: decision.PageSize}
	for _, step := range []struct {
		what string
		do   func() (int, error)
	}{
		{"wake tickets", func() (int, error) { return d.EachDue(ctx, now, waiting, deadline.WakeUp) }},
		{"close tickets", func() (int, error) { return d.EachDue(ctx, now, informed, deadline.CloseTicket) }},
		{"who is expected to do something", func() (int, error) {
			return d.EachDue(ctx, now, ticket.Filter{AwaitBy: now, Limit: decision.PageSize}, overdue)
		}},
		{"send what was planned", func() (int, error) {
			return d.EachDue(ctx, now, ticket.Filter{PlanBy: now, Limit: decision.PageSize}, planned)
		}},
		{"tell an answer to all who report an incident", func() (int, error) { return incident.PassOnAnnouncements(ctx, d.Maker, now) }},
		{"pass on the solution of an incident", func() (int, error) { return incident.PassOnSolutions(ctx, d.Maker, now) }},
		{"watch targets", func() (int, error) { return deadline.OverdueTargets(ctx, d.Maker, now) }},
		{"invite to shifts", func() (int, error) { _, err := shift.Invite(ctx, d.Maker, now); return 0, err }},
		{"write digests", func() (int, error) {
			_, err := digest.SendDue(ctx, d.Maker, now)
			return 0, err
		}},
		{"tell of spam", func() (int, error) { return 0, apart.SendDue(ctx, d.Maker, now) }},
		{"remind of articles", func() (int, error) { _, err := knowledge.RemindDue(ctx, d.Maker, now); return 0, err }},
		{"send figures", func() (int, error) { _, err := figures.SendDue(ctx, d.Maker, now); return 0, err }},
		{"budgets of automatic mail", func() (int, error) { return 0, d.settleBudgets(ctx) }},
	} {
		n, err := step.do()
		if changed += n; err != nil {
			return changed, fmt.Errorf("%s: %w", step.what, err)
		}
	}
	return changed, errors.Join(d.NotifyLate(ctx, now), d.forgetLostPast(ctx, now), d.DropSent(ctx, now))
}

// overdue takes a ticket from an owner who is idle, and reminds agents of those who were
// asked about it and have not answered in time.
func overdue(c *decision.Change, t *ticket.Ticket) error {
	if err := deadline.IdleOwner(c, t); err != nil {
		return err
	}
	if err := approval.Overdue(c, t); err != nil {
		return err
	}
	return vendor.Overdue(c, t)
}

// planned sends what agents have planned for now.
func planned(c *decision.Change, t *ticket.Ticket) error {
	return later.Due(c, t, answer.SendPlanned)
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
