package notices

import (
	"slices"

	"maildesk/compose"
	"maildesk/desk/decision"
	"maildesk/desk/notify"
	"maildesk/ticket"
)

// nobodyToWrite is why an answer goes to nobody.
const nobodyToWrite = "nobody can be written to"

// SendToReaders sends a notice to everybody who reads a ticket, also in one that is worked on
// in it. An answer that nobody can get leaves an event instead.
func SendToReaders(c *decision.Change, t ticket.Ticket, n notify.Notice) error {
	readers, err := c.Readers(t.ID)
	if err != nil {
		return err
	}
	n, seats, err := forAll(c, t.ID, n)
	if err != nil {
		return err
	}
	if len(readers)+len(seats) == 0 && n.Template == notify.TemplateReply {
		return c.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventNotSent, Actor: ticket.ActorDesk, Reason: nobodyToWrite})
	}
	for _, p := range readers {
		if err := Send(c, t, p, n); err != nil {
			return err
		}
	}
	return sendToSeats(c, seats, n)
}

// InformReaders sends the notice that makes a resolved ticket "informed" once
// the next hop has accepted it, with what an agent wrote for its readers.
func InformReaders(c *decision.Change, t *ticket.Ticket, template notify.Template, text string) error {
	return Inform(c, t, notify.Notice{Template: template, Actor: t.Assignee, Text: text})
}

// Inform is InformReaders with a whole notice. Where nobody can be told, nobody
// waits.
func Inform(c *decision.Change, t *ticket.Ticket, n notify.Notice) error {
	readers, err := c.Readers(t.ID)
	if err == nil && n.Auto() != compose.Human {
		readers, err = Tellable(c, *t, readers)
		readers = slices.DeleteFunc(readers, func(p ticket.Participant) bool { return !mayReadAlong(p, n) })
	}
	if err != nil {
		return err
	}
	var seats []Seat
	if n.Template != notify.TemplateMerged { // whoever reads what is worked on in it knows
		if n, seats, err = forAll(c, t.ID, n); err != nil {
			return err
		}
	}
	if len(readers) == 0 || c.Silent {
		t.InformedAt = c.Now
		if err := sendToSeats(c, seats, n); err != nil {
			return err
		}
		return c.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventInformed, Actor: ticket.ActorDesk, Reason: decision.NobodyToTell})
	}
	for _, p := range readers {
		if err := Send(c, *t, p, n); err != nil {
			return err
		}
	}
	return sendToSeats(c, seats, n)
}
