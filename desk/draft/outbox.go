package draft

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"maildesk/ticket"
)

// outbox is the outgoing mails that are new or changed.
type outbox struct {
	now      map[ticket.OutboxID]ticket.OutboxMail // new ones with their bytes
	was      map[ticket.OutboxID]ticket.OutboxMail // of those that changed, as the snapshot has them
	attempts map[ticket.OutboxID][]ticket.Attempt  // added
}

func newOutbox() outbox {
	return outbox{
		now:      map[ticket.OutboxID]ticket.OutboxMail{},
		was:      map[ticket.OutboxID]ticket.OutboxMail{},
		attempts: map[ticket.OutboxID][]ticket.Attempt{},
	}
}

// Outgoing is described at [ticket.Reader].
func (d *Draft) Outgoing(id ticket.OutboxID) (ticket.OutboxMail, error) {
	if m, ok := d.outbox.now[id]; ok {
		return withoutBytes(m), nil
	}
	d.rely(ticket.OfOutgoing, int64(id), "")
	return d.Reader.Outgoing(id)
}

// OutboxMail is described at [ticket.Reader].
func (d *Draft) OutboxMail(id ticket.OutboxID) (ticket.OutboxMail, error) {
	now, known := d.outbox.now[id]
	if d.isNew(id) {
		now.Files = nil
		return now, nil
	}
	d.rely(ticket.OfOutgoing, int64(id), "")
	m, err := d.Reader.OutboxMail(id)
	if err == nil && known {
		now.Bytes = m.Bytes
		m = now
	}
	return m, err
}

// OutboxOf is described at [ticket.Reader].
func (d *Draft) OutboxOf(t ticket.ID, states ...ticket.OutboxState) ([]ticket.OutboxMail, error) {
	var all []ticket.OutboxMail
	if !d.tickets.made[t] {
		d.rely(ticket.OfOutbox, int64(t), "")
		var err error
		if all, err = d.Reader.OutboxOf(t, states...); err != nil {
			return nil, err
		}
	}
	return d.merged(all, func(m ticket.OutboxMail) bool {
		return (t == 0 || m.Ticket == t) && (len(states) == 0 || slices.Contains(states, m.State))
	}, func(a, b ticket.OutboxMail) int { return cmp.Compare(a.ID, b.ID) }), nil
}

// LatestTo is described at [ticket.Reader].
func (d *Draft) LatestTo(p ticket.ParticipantID, limit int) ([]ticket.OutboxMail, error) {
	d.rely(ticket.OfOutbox, int64(d.people.ticket[p]), "")
	all, err := d.Reader.LatestTo(p, limit+len(d.outbox.now))
	if err != nil {
		return nil, err
	}
	all = d.merged(all, func(m ticket.OutboxMail) bool { return m.Participant == p },
		func(a, b ticket.OutboxMail) int { return cmp.Compare(b.ID, a.ID) })
	return all[:min(len(all), limit)], nil
}

// OutboxWith is described at [ticket.Reader].
func (d *Draft) OutboxWith(t ticket.ID, templates ...string) ([]ticket.OutboxMail, error) {
	var all []ticket.OutboxMail
	if !d.tickets.made[t] {
		d.rely(ticket.OfOutbox, int64(t), "")
		var err error
		if all, err = d.Reader.OutboxWith(t, templates...); err != nil {
			return nil, err
		}
	}
	return d.merged(all, func(m ticket.OutboxMail) bool { return m.Ticket == t && slices.Contains(templates, m.Template) },
		func(a, b ticket.OutboxMail) int { return cmp.Compare(a.ID, b.ID) }), nil
}

// merged returns the mails of the snapshot with those that are new or changed in
// their places, without bytes.
func (d *Draft) merged(snapshot []ticket.OutboxMail, chosen func(ticket.OutboxMail) bool, order func(a, b ticket.OutboxMail) int) []ticket.OutboxMail {
	all := slices.DeleteFunc(snapshot, func(m ticket.OutboxMail) bool { _, changed := d.outbox.now[m.ID]; return changed })
	for _, m := range d.outbox.now {
		if chosen(m) {
			all = append(all, withoutBytes(m))
		}
	}
	slices.SortFunc(all, order)
	return all
}

// HeldOutbox is described at [ticket.Reader].
func (d *Draft) HeldOutbox(f ticket.HeldFilter) ([]ticket.OutboxMail, error) {
	if !f.Any {
		d.rely(ticket.OfHeld, 0, f.Key)
		return d.held(f)
	}
	f.Any, f.Limit = false, 1
	one, err := d.held(f)
	switch {
	case err == nil && len(one) == 0:
		d.rely(ticket.OfHeld, 0, f.Key)
	case err == nil && !d.isNew(one[0].ID):
		d.rely(ticket.OfOutgoing, int64(one[0].ID), "")
	}
	return one, err
}

// held returns the mails that a filter chooses: those of the snapshot with those that are
// new or changed.
func (d *Draft) held(f ticket.HeldFilter) ([]ticket.OutboxMail, error) {
	wide := f
	if wide.Limit > 0 {
		wide.Limit += len(d.outbox.now)
	}
	all, err := d.Reader.HeldOutbox(wide)
	if err != nil {
		return nil, err
	}
	order := func(a, b ticket.OutboxMail) int { return cmp.Or(a.NextAt.Compare(b.NextAt), cmp.Compare(a.ID, b.ID)) }
	if f.Latest {
		earliest := order
		order = func(a, b ticket.OutboxMail) int { return -earliest(a, b) }
	}
	all = d.merged(all, func(m ticket.OutboxMail) bool {
		return m.Held != "" && (f.Held == "" || f.Held == m.Held) && (f.Key == "" || f.Key == m.HeldKey) &&
			(f.DueBy.IsZero() || !m.NextAt.After(f.DueBy)) && (f.DueAfter.IsZero() || m.NextAt.After(f.DueAfter))
	}, order)
	if f.Limit > 0 && len(all) > f.Limit {
		all = all[:f.Limit]
	}
	return all, nil
}

// IsQueued is described at [ticket.Reader]. It relies on nothing: a mail that
// others queued meanwhile is found when this one is kept.
func (d *Draft) IsQueued(m ticket.OutboxMail) (bool, error) {
	for _, o := range d.outbox.now {
		if sameNotice(o, m) {
			return true, nil
		}
	}
	if d.tickets.made[m.Ticket] {
		return false, nil
	}
	return d.Reader.IsQueued(m)
}

// LatestSent is described at [ticket.Reader]. It relies on nothing: what others
// write to somebody meanwhile, they had not read yet.
func (d *Draft) LatestSent(p ticket.ParticipantID, limit int) ([][]byte, error) {
	var latest [][]byte
	for _, id := range slices.Backward(slices.Sorted(maps.Keys(d.outbox.now))) {
		if m := d.outbox.now[id]; d.isNew(id) && m.Participant == p && len(latest) < limit {
			latest = append(latest, withoutFiles(m))
		}
	}
	earlier, err := d.Reader.LatestSent(p, limit-len(latest))
	return append(latest, earlier...), err
}

// isNew reports whether a mail is not in the snapshot.
func (d *Draft) isNew(id ticket.OutboxID) bool {
	_, known := d.outbox.now[id]
	_, was := d.outbox.was[id]
	return known && !was
}

// withoutBytes returns a mail as it is read without its bytes.
func withoutBytes(m ticket.OutboxMail) ticket.OutboxMail {
	m.Bytes, m.Files = nil, nil
	return m
}

// withoutFiles returns the bytes of a new mail without those of files.
func withoutFiles(m ticket.OutboxMail) []byte {
	own, at := []byte{}, 0
	for _, f := range m.Files {
		own, at = append(own, m.Bytes[at:f.From]...), f.To
	}
	return append(own, m.Bytes[at:]...)
}

// AddOutbox is described at [ticket.Draft].
func (d *Draft) AddOutbox(m ticket.OutboxMail) (ticket.OutboxID, error) {
	if known, err := d.IsQueued(m); err != nil || known {
		return 0, err
	}
	if m.ID == 0 {
		m.ID = ticket.OutboxID(d.next(ticket.OutgoingNumber))
	}
	m.State = cmp.Or(m.State, ticket.OutboxReady)
	if m.NextAt.IsZero() {
		m.NextAt = m.CreatedAt
	}
	m.Size = int64(len(m.Bytes))
	d.outbox.now[m.ID] = m
	d.change(ticket.AddOutbox{Mail: m})
	return m.ID, nil
}

// sameNotice reports whether two outgoing mails are one.
func sameNotice(a, b ticket.OutboxMail) bool {
	return a.Ticket == b.Ticket && a.Template == b.Template && a.Cause == b.Cause && a.CauseEvent == b.CauseEvent && key(a.Recipient) == key(b.Recipient)
}

// alter changes an outgoing mail, if it is in one of the states.
func (d *Draft) alter(id ticket.OutboxID, c ticket.Change, do func(*ticket.OutboxMail), states ...ticket.OutboxState) error {
	m, err := d.Outgoing(id)
	if err == nil && len(states) > 0 && !slices.Contains(states, m.State) {
		err = ticket.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("outgoing mail %d: %w", id, err)
	}
	now, changed := d.outbox.now[id]
	if !changed {
		d.outbox.was[id], now = m, m
	}
	do(&now)
	if now.State != ticket.OutboxClaimed { // nobody has the lease any more
		now.LeaseOwner, now.LeaseUntil = "", time.Time{}
	}
	d.outbox.now[id] = now
	d.change(c)
	return nil
}

// SetOutboxState is described at [ticket.Draft].
func (d *Draft) SetOutboxState(id ticket.OutboxID, s ticket.OutboxState, at time.Time) error {
	if s == ticket.OutboxClaimed {
		return fmt.Errorf("outgoing mail %d: only a claim does that", id)
	}
	return d.alter(id, ticket.SetOutboxState{Mail: id, State: s, At: at}, func(m *ticket.OutboxMail) {
		m.State, m.NextAt, m.DoneAt, m.Held = s, at, time.Time{}, ""
		if s != ticket.OutboxReady {
			m.DoneAt = at
		}
	})
}

// RetryOutbox is described at [ticket.Draft]; that the mail goes first is not seen yet.
func (d *Draft) RetryOutbox(id ticket.OutboxID, now time.Time) error {
	return d.alter(id, ticket.RetryOutbox{Mail: id, At: now}, func(m *ticket.OutboxMail) {
		if m.Held != "" {
			m.AllowedAt = now
		}
		m.State, m.Attempts, m.Priority, m.NextAt, m.DoneAt, m.Held = ticket.OutboxReady, 0, 0, now, time.Time{}, ""
	})
}

// HoldOutbox is described at [ticket.Draft].
func (d *Draft) HoldOutbox(id ticket.OutboxID, held, budget string, until time.Time) error {
	return d.alter(id, ticket.HoldOutbox{Mail: id, Held: held, Key: budget, Until: until}, func(m *ticket.OutboxMail) {
		m.Held, m.HeldKey, m.NextAt, m.AllowedAt = held, budget, until, time.Time{}
	}, ticket.OutboxReady)
}

// AllowOutbox is described at [ticket.Draft].
func (d *Draft) AllowOutbox(id ticket.OutboxID, now time.Time) error {
	return d.alter(id, ticket.AllowOutbox{Mail: id, At: now}, func(m *ticket.OutboxMail) {
		m.Held, m.HeldKey, m.NextAt, m.AllowedAt = "", "", now, now
	}, ticket.OutboxReady)
}

// Attempts is described at [ticket.Reader].
func (d *Draft) Attempts(id ticket.OutboxID) ([]ticket.Attempt, error) {
	d.rely(ticket.OfOutgoing, int64(id), "")
	all, err := d.Reader.Attempts(id)
	return append(all, d.outbox.attempts[id]...), err
}

// Attempted is described at [ticket.Draft].
func (d *Draft) Attempted(a ticket.Attempt) (ticket.OutboxMail, error) {
	err := d.alter(a.Outbox, ticket.Attempted{Attempt: a}, func(m *ticket.OutboxMail) { attempted(m, a) })
	if err != nil {
		return ticket.OutboxMail{}, err
	}
	d.outbox.attempts[a.Outbox] = append(d.outbox.attempts[a.Outbox], a)
	return d.Outgoing(a.Outbox)
}

// attempted brings a mail that is not done to where an attempt brought it. One that
// was cancelled while it was being sent was sent. What an attempt found that is no more
// the owner's counts only where the mail is sent.
func attempted(m *ticket.OutboxMail, a ticket.Attempt) {
	late := m.State == ticket.OutboxCancelled && a.State == ticket.OutboxSent // it was cancelled in vain
	if m.State != ticket.OutboxReady && m.State != ticket.OutboxClaimed && !late || m.ClaimedByOther(a) {
		return
	}
	if m.Held != "" {
		m.AllowedAt = a.At
	}
	m.State, m.Attempts, m.NextAt, m.Held = a.State, m.Attempts+1, a.NextAt, ""
	m.LastCode, m.LastText, m.DoneAt = a.Code, a.Text, time.Time{}
	if a.State != ticket.OutboxReady {
		m.DoneAt = a.At
	}
}

// CameBack is described at [ticket.Draft].
func (d *Draft) CameBack(a ticket.Attempt) error {
	err := d.alter(a.Outbox, ticket.CameBack{Attempt: a}, func(m *ticket.OutboxMail) {
		attempted(m, a)
		m.State, m.LastCode, m.LastText = ticket.OutboxFailed, a.Code, a.Text
	})
	if err == nil {
		d.outbox.attempts[a.Outbox] = append(d.outbox.attempts[a.Outbox], a)
	}
	return err
}
