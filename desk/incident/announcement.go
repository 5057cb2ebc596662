package incident

import (
	"context"
	"fmt"
	"slices"
	"time"

	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// tellPage bounds the tickets on which something is told in one transaction: each brings
// a mail to every reader of it.
const tellPage = 25

// TellReports sends an agent's answer on the lead of an incident to the readers of its
// other tickets, as an answer on each of them: at once where they are few, else the clock
// goes on with it.
func TellReports(h *incoming.Handling, lead ticket.Ticket, agent settings.Agent, text string) error {
	i, err := h.Tx.IncidentOf(lead.ID)
	if err != nil {
		return err
	}
	tickets, err := h.Tx.Reports(lead.ID)
	if err != nil {
		return err
	}
	a := ticket.Announcement{On: lead.ID, Mail: h.Mail.ID, Agent: agent.Name, From: h.Now.Add(h.Window), Last: tickets[len(tickets)-1].ID}
	page, more := waiting(tickets, i.Lead, a)
	entry := h.Entry(0, ticket.EntryReply, text)
	for _, id := range page {
		if err := tellOne(h.Change, i.Lead, id, a, entry); err != nil {
			return err
		}
	}
	if !more {
		return nil
	}
	a.After = page[len(page)-1]
	i.Announcements = append(slices.Clip(i.Announcements), a)
	return h.Tx.SaveIncident(i)
}

// waiting returns the next tickets on which an answer is to be told; more: there are others
// after them.
func waiting(reports []ticket.Ticket, lead ticket.ID, a ticket.Announcement) (page []ticket.ID, more bool) {
	for _, t := range reports {
		if t.ID == lead || t.ID <= a.After || t.ID > a.Last || t.Status == ticket.StatusResolved || t.Status == ticket.StatusClosed {
			continue
		}
		if len(page) == tellPage {
			return page, true
		}
		page = append(page, t.ID)
	}
	return page, false
}

// tellOne sends an answer on the lead to the readers of one ticket, unless it was solved
// or taken out of the incident meanwhile.
func tellOne(c *decision.Change, lead, id ticket.ID, a ticket.Announcement, entry ticket.Entry) error {
	t, err := c.Tx.Ticket(id)
	if err != nil || t.Status == ticket.StatusResolved || t.Status == ticket.StatusClosed {
		return err
	}
	if i, err := c.Tx.IncidentOf(id); err != nil || i.Lead != lead {
		return decision.IgnoreNotFound(err)
	}
	entry.ID, entry.Ticket, entry.At = 0, id, c.Now
	if _, err := c.Tx.AddEntry(entry); err != nil {
		return err
	}
	if err := c.Record(ticket.Event{Ticket: id, Kind: ticket.EventAnswered, Actor: a.Agent, OtherTicket: lead}); err != nil {
		return err
	}
	if t.Status == ticket.StatusNew {
		if err := c.Move(&t, ticket.StatusOpen, a.Agent); err != nil {
			return err
		}
	}
	// Nobody looked at this ticket: its own words stay out.
	n := notify.Notice{Template: notify.TemplateReply, Bare: true, Actor: a.Agent, Text: entry.Text}
	if err := notices.SendToReaders(c, t, n); err != nil {
		return err
	}
	return c.Save(&t)
}

// PassOnAnnouncements goes on with the answers that are told to all who report an
// incident. It returns the number of tickets on which it told one.
func PassOnAnnouncements(ctx context.Context, m *decision.Maker, now time.Time) (int, error) {
	for done := 0; ; {
		var next announced
		err := m.Store.View(ctx, func(r ticket.Reader) (err error) {
			next, err = nextAnnounced(r, now)
			return err
		})
		if err != nil || next.incident.Lead == 0 {
			return done, err
		}
		err = m.Decide(ctx, ticket.InTurn, func(tx ticket.Draft) error {
			c := m.ChangeAt(ctx, tx, now)
			c.Cause = next.incident.Announcements[0].Mail
			return next.tell(c)
		})
		if err != nil {
			return done, err
		}
		done += len(next.page)
		decision.Signal(m.Posted)
	}
}

// announced is the next step of an answer that is told to all who report an incident.
type announced struct {
	incident ticket.Incident // ID 0: there is none
	entry    ticket.Entry    // the answer, as it stands on the lead
	page     []ticket.ID
	more     bool
}

// nextAnnounced returns the next step of the oldest answer of the first incident that has
// one under way.
func nextAnnounced(r ticket.Reader, now time.Time) (next announced, err error) {
	open, err := r.OpenIncidents()
	if err != nil {
		return next, err
	}
	at := slices.IndexFunc(open, func(i ticket.Incident) bool { return len(i.Announcements) > 0 && !now.Before(i.Announcements[0].From) })
	if at < 0 {
		return next, nil
	}
	next.incident = open[at]
	a := next.incident.Announcements[0]
	reports, err := r.Reports(next.incident.Lead)
	if err != nil {
		return next, err
	}
	next.page, next.more = waiting(reports, next.incident.Lead, a)
	entries, err := r.Correspondence(a.On)
	if err != nil {
		return next, err
	}
	n := slices.IndexFunc(entries, func(e ticket.Entry) bool { return e.Mail == a.Mail && e.Kind == ticket.EntryReply })
	if n < 0 { // it was taken back
		next.page, next.more = nil, false
		return next, nil
	}
	next.entry = entries[n]
	return next, nil
}

// same reports whether nothing was told between two looks at an announcement.
func same(a, b ticket.Announcement) bool { return a.Mail == b.Mail && a.After == b.After }

// tell does the step, unless another one did or the incident is over.
func (next announced) tell(c *decision.Change) error {
	i, err := c.Tx.IncidentOf(next.incident.Lead)
	if err != nil {
		return decision.IgnoreNotFound(err)
	}
	if len(i.Announcements) == 0 || !same(i.Announcements[0], next.incident.Announcements[0]) {
		return nil
	}
	a := i.Announcements[0]
	for _, id := range next.page {
		if err := tellOne(c, i.Lead, id, a, next.entry); err != nil {
			return err
		}
	}
	i.Announcements = slices.Clone(i.Announcements)
	if next.more {
		i.Announcements[0].After = next.page[len(next.page)-1]
	} else {
		i.Announcements = i.Announcements[1:]
	}
	return c.Tx.SaveIncident(i)
}

// maxNamedReaders bounds the readers that a question names.
const maxNamedReaders = 50

// WithoutPart names the readers of an answer that has parts for several
// languages who have none in theirs. What resolves the lead of an incident, or
// is announced there, goes to all who reported it.
func WithoutPart(h *incoming.Handling, t ticket.Ticket, o order.Order, text string) ([]notify.Line, error) {
	parts := notify.PartsOf(text)
	if len(parts.Order) == 0 {
		return nil, nil
	}
	tickets := []ticket.Ticket{t}
	if o.Incident.Of == t.ID && (o.Incident.Tell || o.After.Status == ticket.StatusResolved) {
		var err error
		if tickets, err = h.Tx.Reports(t.ID); err != nil {
			return nil, err
		}
	}
	var lines []notify.Line
	for _, t := range tickets {
		language := settings.FirstOf(t.Language, h.Set.Language)
		if t.Requester == "" || parts.Has(language) {
			continue
		}
		lines = append(lines, notify.Line{Command: fmt.Sprintf("#%d %s [%s]", t.ID, settings.FirstOf(t.Name, t.Requester), language)})
	}
	if more := len(lines) - maxNamedReaders; more > 0 {
		lines = append(lines[:maxNamedReaders], notify.Line{Command: fmt.Sprintf("… %d more", more)})
	}
	return lines, nil
}
