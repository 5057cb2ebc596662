package desk

import (
	"time"

	"maildesk/ticket"
)

// stormReports counts delivery reports about mail that is not ours. Budgets that
// are spent are counted by their own names.
const stormReports = "foreign-reports"

// manyReports is how many foreign delivery reports within an hour make a
// storm; it is told again at each power of ten.
const manyReports = 100

// foreignReport counts a delivery report that is about no mail of ours:
// somebody sends in our name. No ticket for each, but one for the storm.
func (h *handling) foreignReport() error {
	hour := h.now.Truncate(time.Hour)
	s, err := h.tx.CountStorm(stormReports, hour)
	if err != nil || h.silent || s.Count < manyReports || !isPowerOfTen(s.Count) {
		return err
	}
	reported := ticket.Event{Ticket: s.Ticket, Kind: ticket.EventReported, Actor: ticket.ActorDesk, Number: s.Count, Until: hour}
	if s.Ticket != 0 {
		return h.record(reported)
	}
	says := reported.Phrase()
	t, err := h.ownTicket(0, "Delivery reports about mail that is not ours", says.String())
	if err != nil {
		return err
	}
	if err := h.tellOfStub(t, says); err != nil {
		return err
	}
	return h.tx.SetStormTicket(stormReports, hour, t.ID)
}

// ownTicket makes a ticket of the desk's own in the fallback queue, with nobody
// to answer. It tells of a mail, where that is not 0.
func (c *change) ownTicket(m ticket.MailID, subject, text string) (ticket.Ticket, error) {
	fallback, _ := c.set.queue(c.set.Rules.Fallback())
	t := ticket.Ticket{
		Subject: subject, Address: c.set.primary().Mail, Status: ticket.StatusNew, Kind: ticket.KindIncident, Priority: ticket.PriorityNormal,
		Queue: fallback.Name, Level: fallback.Level, CreatedAt: c.now, UpdatedAt: c.now,
	}
	if err := c.count(&t); err != nil {
		return t, err
	}
	var err error
	if t.ID, err = c.tx.InsertTicket(t); err != nil {
		return t, err
	}
	_, err = c.tx.AddEntry(ticket.Entry{Ticket: t.ID, Mail: m, Kind: ticket.EntrySystem, Author: ticket.ActorDesk, Subject: subject, Text: text, At: c.now})
	return t, err
}

func isPowerOfTen(n int) bool {
	for n >= 10 && n%10 == 0 {
		n /= 10
	}
	return n == 1
}
