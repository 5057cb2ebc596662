package recover

import (
	"errors"
	"fmt"
	"slices"

	"maildesk/search/attached"
	"maildesk/ticket"
)

// Where something was taken out of mails, since a person was erased, what they said cannot
// be decided on again. The tickets of such mails are taken as they stand, with all that
// belongs to them, and so are those that hang together with them: the rest is made anew
// around them.
type frozen struct {
	tickets map[ticket.ID]bool
	mails   map[ticket.MailID]bool
	made    map[ticket.ID]bool
}

// readFrozen finds the tickets that are taken as they stand.
func (r *rebuilding) readFrozen() error {
	r.frozen = frozen{map[ticket.ID]bool{}, map[ticket.MailID]bool{}, map[ticket.ID]bool{}}
	return r.old.View(r.ctx, func(old ticket.Reader) error {
		erased, err := old.ErasedMails()
		if err != nil {
			return err
		}
		tickets, err := old.Tickets(ticket.Filter{})
		if err != nil {
			return err
		}
		h := hanging{map[ticket.ID][]ticket.ID{}, map[ticket.ID][]ticket.MailID{}, map[ticket.MailID][]ticket.ID{}}
		var begin []ticket.ID
		for _, t := range tickets {
			whole, err := h.add(old, t)
			if err != nil {
				return err
			}
			if whole {
				begin = append(begin, t.ID)
			}
		}
		for _, e := range erased {
			r.frozen.mails[e.Mail] = true
			m, err := old.Mail(e.Mail)
			if err != nil {
				return err
			}
			if m.Ticket != 0 {
				begin = append(begin, m.Ticket)
			}
			begin = append(begin, h.of[e.Mail]...)
		}
		r.frozen.spread(h, begin)
		return nil
	})
}

// hanging is which tickets hang together, and by which mails.
type hanging struct {
	next  map[ticket.ID][]ticket.ID
	mails map[ticket.ID][]ticket.MailID
	of    map[ticket.MailID][]ticket.ID
}

// add takes down what hangs together with a ticket, and reports whether it was erased.
func (h hanging) add(old ticket.Reader, t ticket.Ticket) (erased bool, err error) {
	link := func(a, b ticket.ID) {
		if b != 0 {
			h.next[a], h.next[b] = append(h.next[a], b), append(h.next[b], a)
		}
	}
	mail := func(m ticket.MailID) {
		if m != 0 && !slices.Contains(h.mails[t.ID], m) {
			h.mails[t.ID], h.of[m] = append(h.mails[t.ID], m), append(h.of[m], t.ID)
		}
	}
	link(t.ID, t.Follows)
	link(t.ID, t.Merged)
	if i, err := old.IncidentOf(t.ID); err == nil {
		link(t.ID, i.Lead)
	} else if !errors.Is(err, ticket.ErrNotFound) {
		return false, err
	}
	entries, err := old.LatestEntries(t.ID, every)
	if err != nil {
		return false, err
	}
	for _, e := range entries {
		mail(e.Mail)
	}
	events, err := old.Events(t.ID)
	for _, e := range events {
		mail(e.Mail)
		erased = erased || e.Kind == ticket.EventErased
		if e.Kind == ticket.EventSplitOff || e.Kind == ticket.EventComesOf {
			link(t.ID, e.OtherTicket)
		}
	}
	return erased, err
}

// every is more than there are of anything.
const every = 1 << 30

// spread freezes tickets, and what hangs together with them.
func (f frozen) spread(h hanging, begin []ticket.ID) {
	for len(begin) > 0 {
		t := begin[0]
		begin = begin[1:]
		if f.tickets[t] {
			continue
		}
		f.tickets[t] = true
		begin = append(begin, h.next[t]...)
		for _, m := range h.mails[t] {
			f.mails[m] = true
			begin = append(begin, h.of[m]...)
		}
	}
}

// repeatFrozen brings a mail to its disposition as it stands in the old store, with the
// tickets on which it stands.
func (r *rebuilding) repeatFrozen(m ticket.Mail) error {
	return r.old.View(r.ctx, func(old ticket.Reader) error {
		if m.Ticket != 0 {
			if err := r.copyTicket(old, m.Ticket); err != nil {
				return fmt.Errorf("ticket #%d as it stands: %w", m.Ticket, err)
			}
		}
		return r.store.Update(r.ctx, func(tx ticket.Tx) error { return tx.Dispose(m.ID, m.Disposition, m.Reason, m.Ticket, m.HandledAt) })
	})
}

// copyTicket copies a ticket with all that belongs to it, once. Tickets to which it refers
// may come later: finishFrozen sets these.
func (r *rebuilding) copyTicket(old ticket.Reader, id ticket.ID) error {
	if r.frozen.made[id] {
		return nil
	}
	t, err := old.Ticket(id)
	if err != nil {
		return err
	}
	t.Follows, t.Merged = 0, 0
	people, err := old.Participants(id)
	if err != nil {
		return err
	}
	entries, err := old.LatestEntries(id, every)
	if err != nil {
		return err
	}
	slices.Reverse(entries)
	events, err := old.Events(id)
	if err != nil {
		return err
	}
	r.frozen.made[id] = true
	err = r.store.Update(r.ctx, func(tx ticket.Tx) error {
		if _, err := tx.InsertTicket(t); err != nil {
			return err
		}
		for _, p := range people {
			if _, err := tx.AddParticipant(p); err != nil {
				return err
			}
		}
		for _, e := range entries {
			var err error
			if e.Files, err = attached.OfEntry(old, e); err != nil {
				return err
			}
			if _, err := tx.AddEntry(e); err != nil {
				return err
			}
			if err := copyRefs(old, tx, e.Mail); err != nil {
				return err
			}
		}
		for _, e := range events {
			e.ID = 0
			if _, err := tx.AddEvent(e); err != nil {
				return err
			}
		}
		if j, err := old.Judgement(id); err == nil {
			return tx.AddJudgement(j)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.copyOutgoing(old, id)
}

// copyRefs copies to which tickets a mail's Message-ID leads.
func copyRefs(old ticket.Reader, tx ticket.Tx, id ticket.MailID) error {
	if id == 0 {
		return nil
	}
	m, err := old.Mail(id)
	if err != nil || m.MessageID == "" {
		return err
	}
	return copyRefsOf(old, tx, m.MessageID)
}

func copyRefsOf(old ticket.Reader, tx ticket.Tx, messageID string) error {
	refs, err := old.FindMessageID(messageID)
	for _, ref := range refs {
		if _, missing := tx.Ticket(ref.Ticket); missing != nil {
			continue // it comes with its own ticket
		}
		if err := tx.AddMessageRef(ref); err != nil {
			return err
		}
	}
	return err
}

// copyOutgoing copies the outgoing mails of a ticket with what became of them. Of one whose
// bytes were dropped, none are there.
func (r *rebuilding) copyOutgoing(old ticket.Reader, id ticket.ID) error {
	mails, err := old.OutboxOf(id)
	for _, m := range mails {
		if m.DroppedAt.IsZero() {
			if m, err = old.OutboxMail(m.ID); err != nil {
				return err
			}
		}
		attempts, err := old.Attempts(m.ID)
		if err != nil {
			return err
		}
		waits := m.State == ticket.OutboxReady || m.State == ticket.OutboxClaimed
		if waits {
			m.State, m.Attempts = ticket.OutboxReady, 0 // the attempts count themselves
		}
		err = r.store.Update(r.ctx, func(tx ticket.Tx) error {
			if _, err := tx.AddOutbox(m); err != nil {
				return err
			}
			for _, a := range attempts {
				if _, err := tx.Attempted(a); err != nil {
					return err
				}
			}
			if m.State == ticket.OutboxCancelled { // an attempt says otherwise, of one that was cancelled later
				if err := tx.SetOutboxState(m.ID, m.State, m.DoneAt); err != nil {
					return err
				}
			}
			return copyRefsOf(old, tx, m.MessageID)
		})
		if err != nil {
			return err
		}
	}
	return err
}

// finishFrozen copies the frozen tickets that no mail made, and sets what the frozen ones
// refer to, now that all are there.
func (r *rebuilding) finishFrozen() error {
	return r.old.View(r.ctx, func(old ticket.Reader) error {
		for id := range r.frozen.tickets {
			if err := r.copyTicket(old, id); err != nil {
				return fmt.Errorf("ticket #%d as it stands: %w", id, err)
			}
		}
		for id := range r.frozen.tickets {
			t, err := old.Ticket(id)
			if err != nil {
				return err
			}
			incident, err := old.IncidentOf(id)
			known := err == nil
			if err != nil && !errors.Is(err, ticket.ErrNotFound) {
				return err
			}
			err = r.store.Update(r.ctx, func(tx ticket.Tx) error {
				if t.Follows != 0 || t.Merged != 0 {
					if err := tx.UpdateTicket(t); err != nil {
						return err
					}
				}
				if !known {
					return nil
				}
				if err := tx.SaveIncident(incident); err != nil {
					return err
				}
				return tx.SetReport(id, incident.Lead, true)
			})
			if err != nil {
				return fmt.Errorf("what ticket #%d refers to: %w", id, err)
			}
		}
		return r.copySettled(old)
	})
}
