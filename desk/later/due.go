package later

import (
	"slices"
	"time"

	"maildesk/desk/decision"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// Send sends the text of a planned mail now, or returns why it cannot.
type Send func(c *decision.Change, t *ticket.Ticket, s history.Sending) (Unsent, error)

// Unsent is why a planned mail cannot be sent.
type Unsent int

// The reasons.
const (
	Sent      Unsent = iota // it is sent
	Gone                    // the mail with its text is not kept any more
	Undivided               // nothing shows surely which part of its text is for whom
)

// phrase says that the mail that somebody planned for a time was not sent, and what they
// can do.
func (u Unsent) phrase(by string, at ticket.Relative) ticket.Phrase {
	if u == Undivided {
		return ticket.Say("The email of %s that was planned for %s did not go out: it is not sure which part of its text is for whom. Write to each of them in an email of its own.", by, at)
	}
	return ticket.Say("The email of %s that was planned for %s did not go out: it cannot be read any more.", by, at)
}

// again is when the clock looks again at what it could not do.
const again = time.Minute

// Due carries out what was planned on a ticket for now. Nothing goes out on one that was
// resolved, closed or merged since: who planned it is told instead.
func Due(c *decision.Change, t *ticket.Ticket, send Send) error {
	events, err := c.Tx.Events(t.ID, history.SendingEvents...)
	if err != nil {
		return err
	}
	did, next := false, c.Now.Add(again)
	for _, s := range history.Waiting(history.SendingsOf(events)) {
		at, ready := c.PlanReady(t.ID, s)
		if !ready {
			if at.After(c.Now) && at.Before(next) {
				next = at
			}
			continue
		}
		one := c.Maker.ChangeAt(c.Ctx, c.Tx, at)
		one.Cause, one.CauseEvent = s.Mail, int64(s.Done)+1
		done, err := step(one, t, s, send)
		if err != nil {
			return err
		}
		did = did || done
	}
	if err := c.UpdatePlan(t); err != nil {
		return err
	}
	if !t.PlanAt.IsZero() && !t.PlanAt.After(c.Now) {
		t.PlanAt = next // what could not be done yet
	}
	if did {
		return c.Save(t)
	}
	return c.Tx.UpdateTicket(*t)
}

// step carries out one planned sending, and reports whether anything came of it.
func step(c *decision.Change, t *ticket.Ticket, s history.Sending, send Send) (did bool, err error) {
	if t.Merged != 0 {
		return true, stop(c, *t, s, ticket.EndedMerged, ticket.Say("The email of %s that was planned for %s did not go out: the request is worked on in #%d.", known(c, s), planned(c, s), t.Merged))
	}
	if over(*t, s) {
		return true, stop(c, *t, s, ticket.EndedOver, ticket.Say("The email of %s that was planned for %s did not go out: the request was resolved before.", known(c, s), planned(c, s)))
	}
	if s.What == ticket.PlanChase {
		return chase(c, t, s)
	}
	unsent, err := send(c, t, s)
	switch {
	case err != nil:
		return false, err
	case unsent != Sent:
		return true, stop(c, *t, s, ticket.EndedLost, unsent.phrase(known(c, s), planned(c, s)))
	}
	return true, end(c, t.ID, s, ticket.ActorDesk, ticket.EndedSent)
}

func planned(c *decision.Change, s history.Sending) ticket.Relative {
	return ticket.Relative(s.Next.In(c.Set.Zone()))
}

// over reports whether the ticket was resolved or closed after something was planned.
func over(t ticket.Ticket, s history.Sending) bool {
	return t.Status == ticket.StatusResolved && t.ResolvedAt.After(s.Planned) || t.Status == ticket.StatusClosed && t.ClosedAt.After(s.Planned)
}

// stop ends a planned sending, and tells whoever planned it why.
func stop(c *decision.Change, t ticket.Ticket, s history.Sending, how string, says ticket.Phrase) error {
	if err := end(c, t.ID, s, ticket.ActorDesk, how); err != nil {
		return err
	}
	if s.What == ticket.PlanChase && how != ticket.EndedFailed { // nothing of theirs was kept in
		return nil
	}
	e, _, err := entryOf(c, t.ID, s.Mail)
	if err != nil {
		return err
	}
	n := notify.Notice{Template: notify.TemplateNote, Actor: c.Set.Name, Says: says, Text: e.Text}
	return notices.SendToAgents(c, t, c.Concerned(t, s.Agent), n, settings.Agent{})
}

// entryOf returns what a mail says on a ticket.
func entryOf(c *decision.Change, t ticket.ID, mail ticket.MailID) (ticket.Entry, bool, error) {
	entries, err := c.Tx.Correspondence(t)
	if err != nil {
		return ticket.Entry{}, false, err
	}
	i := slices.IndexFunc(entries, func(e ticket.Entry) bool { return e.Mail == mail })
	if i < 0 {
		return ticket.Entry{}, false, nil
	}
	return entries[i], true, nil
}
