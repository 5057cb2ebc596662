package draft

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"maildesk/ticket"
)

// Mail is described at [ticket.Reader].
func (d *Draft) Mail(id ticket.MailID) (ticket.Mail, error) {
	if m, ok := d.mails[id]; ok {
		return m, nil
	}
	d.rely(ticket.OfMail, int64(id), "")
	m, err := d.Reader.Mail(id)
	if err == nil {
		d.mails[id] = m
	}
	return m, err
}

// Dispose is described at [ticket.Draft].
func (d *Draft) Dispose(id ticket.MailID, as ticket.Disposition, reason string, t ticket.ID, at time.Time) error {
	m, err := d.Mail(id)
	if err != nil {
		return fmt.Errorf("dispose: %w", err)
	}
	if m.Disposition != ticket.DispositionPending {
		return fmt.Errorf("dispose mail %d as %s: it was disposed before as %s", id, as, m.Disposition)
	}
	m.Disposition, m.Reason, m.Ticket, m.HandledAt = as, reason, t, at
	d.mails[id], d.changed[id] = m, true
	d.change(ticket.Dispose{Mail: id, Disposition: as, Reason: reason, Ticket: t, At: at})
	return nil
}

// Reconsider is described at [ticket.Draft].
func (d *Draft) Reconsider(id ticket.MailID) error {
	m, err := d.Mail(id)
	if err == nil && m.Disposition != ticket.DispositionQuarantined && m.Disposition != ticket.DispositionSpam {
		err = ticket.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("mail that is set apart %d: %w", id, err)
	}
	m.Disposition, m.Reason, m.Ticket, m.HandledAt, m.Attempts = ticket.DispositionPending, "", 0, time.Time{}, 0
	d.mails[id], d.changed[id] = m, true
	d.change(ticket.Reconsider{Mail: id})
	return nil
}

// BeginAttempt is described at [ticket.Draft].
func (d *Draft) BeginAttempt(id ticket.MailID) (int, error) {
	m, err := d.Mail(id)
	if err != nil || m.Disposition != ticket.DispositionPending {
		return m.Attempts, err
	}
	m.Attempts++
	d.mails[id], d.changed[id] = m, true
	d.change(ticket.BeginAttempt{Mail: id})
	return m.Attempts, nil
}

// TakeBackAttempt is described at [ticket.Draft].
func (d *Draft) TakeBackAttempt(id ticket.MailID) error {
	m, err := d.Mail(id)
	if isMissing(err) {
		return nil
	}
	if err != nil || m.Disposition != ticket.DispositionPending || m.Attempts == 0 {
		return err
	}
	m.Attempts--
	d.mails[id], d.changed[id] = m, true
	d.change(ticket.TakeBackAttempt{Mail: id})
	return nil
}

// Pending is described at [ticket.Reader].
func (d *Draft) Pending(after ticket.MailID, limit int) ([]ticket.Mail, error) {
	return d.Mails(ticket.DispositionPending, after, limit)
}

// Mails is described at [ticket.Reader].
func (d *Draft) Mails(of ticket.Disposition, after ticket.MailID, limit int) ([]ticket.Mail, error) {
	all, err := d.Reader.Mails(of, after, limit+len(d.changed))
	if err != nil {
		return nil, err
	}
	all = d.withChanged(all, func(m ticket.Mail) bool { return m.ID > after && (of == "" || m.Disposition == of) })
	return all[:min(limit, len(all))], nil
}

// DuplicatesOf is described at [ticket.Reader].
func (d *Draft) DuplicatesOf(id ticket.MailID) ([]ticket.Mail, error) {
	d.rely(ticket.OfCopies, int64(id), "")
	all, err := d.Reader.DuplicatesOf(id)
	if err != nil {
		return nil, err
	}
	return d.withChanged(all, func(m ticket.Mail) bool { return m.DuplicateOf == id }), nil
}

// OtherCopies is described at [ticket.Reader].
func (d *Draft) OtherCopies(id ticket.MailID) ([]ticket.Mail, error) {
	d.rely(ticket.OfCopies, int64(id), "")
	all, err := d.Reader.OtherCopies(id)
	if err != nil {
		return nil, err
	}
	return d.withChanged(all, func(m ticket.Mail) bool {
		return m.DuplicateOf == id && m.Disposition != ticket.DispositionPending && m.Disposition != ticket.DispositionDuplicate
	}), nil
}

// withChanged returns mails of the snapshot with those that are changed, if they
// are chosen.
func (d *Draft) withChanged(all []ticket.Mail, chosen func(ticket.Mail) bool) []ticket.Mail {
	all = slices.DeleteFunc(all, func(m ticket.Mail) bool { return d.changed[m.ID] })
	for id := range d.changed {
		if m := d.mails[id]; chosen(m) {
			all = append(all, m)
		}
	}
	slices.SortFunc(all, func(a, b ticket.Mail) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// AddJudgement is described at [ticket.Draft].
func (d *Draft) AddJudgement(j ticket.Judgement) error {
	if _, twice := d.judged[j.Mail]; twice {
		return fmt.Errorf("mail %d was judged before", j.Mail)
	}
	d.judged[j.Mail] = j
	d.change(ticket.AddJudgement{Judgement: j})
	return nil
}

// Judgement is described at [ticket.Reader].
func (d *Draft) Judgement(t ticket.ID) (ticket.Judgement, error) {
	for _, j := range d.judged {
		if t != 0 && j.Ticket == t {
			return j, nil
		}
	}
	return d.Reader.Judgement(t)
}
