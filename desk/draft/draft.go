// Package draft lets a decision be made on a snapshot: a [Draft] can be asked and
// changed like the store itself, but collects the changes in a plan, with all that
// the decision relied on. Whoever decides sees what they have changed already.
package draft

import (
	"maildesk/addr"
	"maildesk/ticket"
)

// Draft is a [ticket.Draft] that writes nothing. What it does not answer by itself its
// snapshot does. It is for one goroutine, as long as the snapshot lasts; its plan
// may be kept.
type Draft struct {
	ticket.Reader // the snapshot
	plan          ticket.Plan
	numbers       *Numbers

	mails   map[ticket.MailID]ticket.Mail // read, supposed or changed
	changed map[ticket.MailID]bool        // those that are changed
	judged  map[ticket.MailID]ticket.Judgement
	tickets tickets
	people  people
	entries map[ticket.ID][]ticket.Entry // read, by their ticket
	latest  map[latest][]ticket.Entry    // likewise: each agent who is told is told the same

	added     map[ticket.ID][]ticket.Entry
	noted     []ticket.MakeNote
	happened  map[ticket.ID][]ticket.Event
	refs      map[string][]ticket.MessageRef // added, by Message-ID
	outbox    outbox
	incidents incidents
	staff     staff
	silence   silence
	wanted    map[string]string // languages, by address
	confirmed map[string]string // agents, by address; empty: nobody's any more
	troubles  map[troubleKey]trouble
	articles  articles
}

var _ ticket.Draft = (*Draft)(nil)

// New returns a draft on a snapshot. Numbers that it needs come from those.
func New(snapshot ticket.Reader, numbers *Numbers) *Draft {
	d := &Draft{
		Reader:    snapshot,
		numbers:   numbers,
		mails:     map[ticket.MailID]ticket.Mail{},
		changed:   map[ticket.MailID]bool{},
		judged:    map[ticket.MailID]ticket.Judgement{},
		entries:   map[ticket.ID][]ticket.Entry{},
		latest:    map[latest][]ticket.Entry{},
		added:     map[ticket.ID][]ticket.Entry{},
		happened:  map[ticket.ID][]ticket.Event{},
		refs:      map[string][]ticket.MessageRef{},
		tickets:   newTickets(),
		people:    newPeople(),
		outbox:    newOutbox(),
		incidents: newIncidents(),
		staff:     newStaff(),
		silence:   newSilence(),
		wanted:    map[string]string{},
		confirmed: map[string]string{},
		troubles:  map[troubleKey]trouble{},
		articles:  articles{saved: map[string][]ticket.Article{}, reminded: map[string]string{}},
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

func key(address string) string { return addr.Key(address) }
