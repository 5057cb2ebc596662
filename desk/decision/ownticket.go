package decision

import "maildesk/ticket"

// OwnTicket makes a ticket of the desk's own in the fallback queue, with nobody
// to answer. It tells of a mail, where that is not 0.
func (c *Change) OwnTicket(m ticket.MailID, subject, text string) (ticket.Ticket, error) {
	fallback, _ := c.Set.Queue(c.Set.Rules.Fallback())
	t := ticket.Ticket{
		Subject: subject, Address: c.Set.Primary().Mail, Status: ticket.StatusNew, Kind: ticket.KindIncident, Priority: ticket.PriorityNormal,
		Queue: fallback.Name, Level: fallback.Level, CreatedAt: c.Now, UpdatedAt: c.Now,
	}
	if err := c.UpdateDue(&t); err != nil {
		return t, err
	}
	var err error
	if t.ID, err = c.Tx.InsertTicket(t); err != nil {
		return t, err
	}
	_, err = c.Tx.AddEntry(ticket.Entry{Ticket: t.ID, Mail: m, Kind: ticket.EntrySystem, Author: ticket.ActorDesk, Subject: subject, Text: text, At: c.Now})
	return t, err
}

// CloseStub ends the ticket that stood for a mail in quarantine, with an event that says how. An agent may
// have ended it before.
func CloseStub(c *Change, id ticket.ID, e ticket.Event) error {
	t, err := c.Tx.Ticket(id)
	if err != nil {
		return IgnoreNotFound(err)
	}
	e.Ticket = id
	if err := c.Record(e); err != nil {
		return err
	}
	for _, to := range []ticket.Status{ticket.StatusResolved, ticket.StatusClosed} {
		if t.Status == ticket.StatusClosed {
			return nil
		}
		if err := c.Move(&t, to, e.Actor); err != nil {
			return err
		}
	}
	t.InformedAt = c.Now
	if err := c.Record(ticket.Event{Ticket: id, Kind: ticket.EventInformed, Actor: ticket.ActorDesk, Reason: NobodyToTell}); err != nil {
		return err
	}
	return c.Save(&t)
}
