package draft

import (
	"slices"
	"time"

	"maildesk/ticket"
)

// Correspondence is described at [ticket.Reader].
func (d *Draft) Correspondence(t ticket.ID) ([]ticket.Entry, error) {
	all, known := d.entries[t]
	if !known && !d.tickets.made[t] {
		d.rely(ticket.OfEntries, int64(t), "")
		var err error
		if all, err = d.Reader.Correspondence(t); err != nil {
			return nil, err
		}
		d.entries[t] = all
	}
	return d.withNotes(slices.Concat(all, d.added[t])), nil
}

// withNotes returns entries with those that became notes as such. It changes what it is
// given.
func (d *Draft) withNotes(all []ticket.Entry) []ticket.Entry {
	for i, e := range all {
		if e.Kind == ticket.EntryReply && slices.Contains(d.noted, ticket.MakeNote{Ticket: e.Ticket, Mail: e.Mail}) {
			all[i].Kind = ticket.EntryNote
		}
	}
	return all
}

// MakeNote is described at [ticket.Draft].
func (d *Draft) MakeNote(t ticket.ID, mail ticket.MailID) error {
	x := ticket.MakeNote{Ticket: t, Mail: mail}
	d.noted = append(d.noted, x)
	d.change(x)
	return nil
}

// AddEntry is described at [ticket.Draft]; the number of the entry is not known yet.
func (d *Draft) AddEntry(e ticket.Entry) (int64, error) {
	d.added[e.Ticket] = append(d.added[e.Ticket], e)
	d.change(ticket.AddEntry{Entry: e})
	return 0, nil
}

// LatestEntries is described at [ticket.Reader].
func (d *Draft) LatestEntries(t ticket.ID, limit int) ([]ticket.Entry, error) {
	own := slices.Clone(d.added[t])
	slices.Reverse(own)
	if len(own) >= limit || d.tickets.made[t] {
		return d.withNotes(own[:min(limit, len(own))]), nil
	}
	asked := latest{t, limit - len(own)}
	before, known := d.latest[asked]
	if !known {
		d.rely(ticket.OfEntries, int64(t), "")
		var err error
		if before, err = d.Reader.LatestEntries(t, asked.limit); err != nil {
			return nil, err
		}
		d.latest[asked] = before
	}
	return d.withNotes(append(own, before...)), nil
}

// latest names the last entries of a ticket.
type latest struct {
	of    ticket.ID
	limit int
}

// maxThread is how many Message-IDs a thread has at most.
const maxThread = 20

// ThreadOf is described at [ticket.Reader].
func (d *Draft) ThreadOf(t ticket.ID) ([]string, error) {
	var ids []string
	if !d.tickets.made[t] {
		d.rely(ticket.OfEntries, int64(t), "")
		var err error
		if ids, err = d.Reader.ThreadOf(t); err != nil {
			return nil, err
		}
	}
	for _, e := range d.added[t] {
		if e.Kind != ticket.EntryMessage || e.Mail == 0 {
			continue
		}
		m, err := d.Mail(e.Mail)
		if err != nil {
			return nil, err
		}
		if m.MessageID != "" {
			ids = append(ids, m.MessageID)
		}
	}
	return ids[max(0, len(ids)-maxThread):], nil
}

// Events is described at [ticket.Reader].
func (d *Draft) Events(t ticket.ID, kinds ...ticket.EventKind) ([]ticket.Event, error) {
	var before []ticket.Event
	if !d.tickets.made[t] {
		d.rely(ticket.OfEvents, int64(t), "")
		var err error
		if before, err = d.Reader.Events(t, kinds...); err != nil {
			return nil, err
		}
	}
	for _, e := range d.happened[t] {
		if len(kinds) == 0 || slices.Contains(kinds, e.Kind) {
			before = append(before, e)
		}
	}
	return before, nil
}

// AddEvent is described at [ticket.Draft].
func (d *Draft) AddEvent(e ticket.Event) (int64, error) {
	if e.ID == 0 {
		e.ID = d.next(ticket.EventNumber)
	}
	d.happened[e.Ticket] = append(d.happened[e.Ticket], e)
	d.change(ticket.AddEvent{Event: e})
	return e.ID, nil
}

// FindMessageID is described at [ticket.Reader].
func (d *Draft) FindMessageID(id string) ([]ticket.MessageRef, error) {
	d.rely(ticket.OfMessageID, 0, id)
	refs, err := d.Reader.FindMessageID(id)
	for _, m := range d.refs[id] {
		if !slices.Contains(refs, m) {
			refs = append(refs, m)
		}
	}
	return refs, err
}

// AddMessageRef is described at [ticket.Draft].
func (d *Draft) AddMessageRef(m ticket.MessageRef) error {
	if slices.Contains(d.refs[m.MessageID], m) {
		return nil
	}
	d.refs[m.MessageID] = append(d.refs[m.MessageID], m)
	d.change(ticket.AddMessageRef{Ref: m})
	return nil
}

// RatedSince is described at [ticket.Reader]. It relies on nothing: what is rated
// meanwhile is told the next time.
func (d *Draft) RatedSince(since time.Time) ([]ticket.Event, error) {
	all, err := d.Reader.RatedSince(since)
	for _, events := range d.happened {
		for _, e := range events {
			if e.Kind == ticket.EventRated && !e.At.Before(since) {
				all = append(all, e)
			}
		}
	}
	return all, err
}
