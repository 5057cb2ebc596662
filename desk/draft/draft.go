// Package draft lets a decision be made on a snapshot: a [Draft] can be asked and
// changed like the store itself, but collects the changes in a plan, with all that
// the decision relied on. Whoever decides sees what they have changed already.
package draft

import (
	"fmt"
	"strings"
	"time"

	"maildesk/ticket"
)

// Draft is a [ticket.Draft] that writes nothing. What it does not answer by itself its
// snapshot does. It is for one goroutine, as long as the snapshot lasts; its plan
// may be kept.
type Draft struct {
	ticket.Reader // the snapshot
	plan          ticket.Plan
	numbers       *Numbers

	mails   map[ticket.MailID]ticket.Mail
	tickets tickets
	people  people
	entries map[ticket.ID][]ticket.Entry // read, by their ticket
	events  map[ticket.ID][]ticket.Event // likewise

	added     map[ticket.ID][]ticket.Entry
	happened  map[ticket.ID][]ticket.Event
	refs      map[string][]ticket.MessageRef // added, by Message-ID
	outbox    outbox
	incidents incidents
	staff     staff
	silence   silence
	troubles  map[troubleKey]ticket.TroubleState
}

var _ ticket.Draft = (*Draft)(nil)

// New returns a draft on a snapshot. Numbers that it needs come from those.
func New(snapshot ticket.Reader, numbers *Numbers) *Draft {
	d := &Draft{
		Reader:    snapshot,
		numbers:   numbers,
		mails:     map[ticket.MailID]ticket.Mail{},
		entries:   map[ticket.ID][]ticket.Entry{},
		events:    map[ticket.ID][]ticket.Event{},
		added:     map[ticket.ID][]ticket.Entry{},
		happened:  map[ticket.ID][]ticket.Event{},
		refs:      map[string][]ticket.MessageRef{},
		tickets:   newTickets(),
		people:    newPeople(),
		outbox:    newOutbox(),
		incidents: newIncidents(),
		staff:     newStaff(),
		silence:   newSilence(),
		troubles:  map[troubleKey]ticket.TroubleState{},
	}
	d.plan.Seen = snapshot.Moment()
	numbers.begin()
	return d
}

// Plan returns the changes so far and what they rely on.
func (d *Draft) Plan() *ticket.Plan { return &d.plan }

// Suppose lets the decision find a mail that is in no journal.
func (d *Draft) Suppose(m ticket.Mail) { d.mails[m.ID] = m }

// rely notes that something was read.
func (d *Draft) rely(of ticket.Subject, id int64, text string) {
	d.plan.Rely(ticket.Key{Of: of, ID: id, Text: text}, 0)
}

// change adds a change to the plan and returns its place there.
func (d *Draft) change(c ticket.Change) int {
	d.plan.Changes = append(d.plan.Changes, c)
	return len(d.plan.Changes) - 1
}

func (d *Draft) next(kind ticket.NumberKind) int64 { return d.numbers.next(d.Reader, kind) }

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
	d.mails[id] = m
	d.change(ticket.Dispose{Mail: id, Disposition: as, Reason: reason, Ticket: t, At: at})
	return nil
}

// Reconsider is described at [ticket.Draft].
func (d *Draft) Reconsider(id ticket.MailID) error {
	m, err := d.Mail(id)
	if err == nil && m.Disposition != ticket.DispositionQuarantined {
		err = ticket.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("mail in quarantine %d: %w", id, err)
	}
	m.Disposition, m.Reason, m.Ticket, m.HandledAt, m.Attempts = ticket.DispositionPending, "", 0, time.Time{}, 0
	d.mails[id] = m
	d.change(ticket.Reconsider{Mail: id})
	return nil
}

// BeginAttempt is described at [ticket.Draft].
func (d *Draft) BeginAttempt(id ticket.MailID) (int, error) {
	m, err := d.Mail(id)
	if err != nil {
		return 0, err
	}
	m.Attempts++
	d.mails[id] = m
	d.change(ticket.BeginAttempt{Mail: id})
	return m.Attempts, nil
}

// TakeBackAttempt is described at [ticket.Draft].
func (d *Draft) TakeBackAttempt(id ticket.MailID) error {
	m, err := d.Mail(id)
	if err != nil || m.Disposition != ticket.DispositionPending || m.Attempts == 0 {
		return err
	}
	m.Attempts--
	d.mails[id] = m
	d.change(ticket.TakeBackAttempt{Mail: id})
	return nil
}

// AddJudgement is described at [ticket.Draft].
func (d *Draft) AddJudgement(j ticket.Judgement) error {
	d.change(ticket.AddJudgement{Judgement: j})
	return nil
}

func key(address string) string { return strings.ToLower(address) }
