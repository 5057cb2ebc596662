package desk

import (
	"maps"
	"slices"
	"strings"
	"time"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// records is what an old store says of people while its tickets are made anew. Who
// had a ticket and who was told of it are facts: today's configuration does not
// decide them again, or the answers of agents would find nobody who may give them.
type records struct {
	known    map[ticket.Participant]ticket.ParticipantID // numbers that are signed into addresses
	given    map[ticket.Participant]ticket.ParticipantID // to those who are new
	last     ticket.ParticipantID                        // of all that may be out
	agents   map[ticket.ID][]ticket.Participant
	assigned map[ticket.ID][]assignment
	number   ticket.ID                      // of the ticket that the mail at hand made, 0: none
	drawn    []drawn                        // taken out of assigned by the decision that is being made
	mails    map[outgoing]ticket.OutboxMail // without Bytes
	lastMail ticket.OutboxID                // of all that may be out
}

// outgoing is what makes an outgoing mail itself: no two are alike in it.
type outgoing struct {
	ticket    ticket.ID
	template  string
	cause     ticket.MailID
	event     int64
	recipient string // in lower case
}

// NumbersOut is the highest numbers of an old store that may be known outside.
type NumbersOut struct {
	Participant ticket.ParticipantID
	Mail        ticket.OutboxID
}

// assignment is one that the desk made by itself.
type assignment struct {
	at    time.Time
	agent string
}

// drawn is the assignments of a ticket before one was taken out.
type drawn struct {
	ticket ticket.ID
	was    []assignment
}

// clockStep is how far the clock of a rebuild may be off: it runs by the hour.
const clockStep = time.Hour

// person is a participant without what may differ.
func person(p ticket.Participant) ticket.Participant {
	return ticket.Participant{Ticket: p.Ticket, Role: p.Role, Address: strings.ToLower(p.Address)}
}

// readRecords reads of an old store what it can; on an error it holds what was read
// until then. What is new gets numbers after those that are out.
func readRecords(old ticket.Reader, out NumbersOut) (*records, error) {
	r := newRecords(out)
	mails, err := old.OutboxOf(0)
	if err != nil {
		return r, err
	}
	for _, m := range mails {
		r.mails[outgoingOf(m)], r.lastMail = m, max(r.lastMail, m.ID)
	}
	tickets, err := old.Tickets(ticket.Filter{})
	if err != nil {
		return r, err
	}
	ids := map[ticket.ID]bool{}
	for _, t := range tickets {
		ids[t.ID] = true
	}
	for _, m := range mails { // of tickets whose own rows are lost
		if m.Ticket != 0 {
			ids[m.Ticket] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		people, err := old.Participants(id)
		if err != nil {
			return r, err
		}
		for _, who := range people {
			r.known[person(who)], r.last = who.ID, max(r.last, who.ID)
			if who.Role == ticket.RoleAgent {
				r.agents[id] = append(r.agents[id], who)
			}
		}
		events, err := old.Events(id)
		if err != nil {
			return r, err
		}
		r.assigned[id] = []assignment{}
		for _, e := range events {
			if e.Kind == ticket.EventAssigned && e.Actor == ticket.ActorDesk {
				r.assigned[id] = append(r.assigned[id], assignment{e.At, e.To})
			}
		}
	}
	return r, nil
}

func newRecords(out NumbersOut) *records {
	return &records{
		known: map[ticket.Participant]ticket.ParticipantID{}, given: map[ticket.Participant]ticket.ParticipantID{}, last: out.Participant,
		agents: map[ticket.ID][]ticket.Participant{}, assigned: map[ticket.ID][]assignment{},
		mails: map[outgoing]ticket.OutboxMail{}, lastMail: out.Mail,
	}
}

func outgoingOf(m ticket.OutboxMail) outgoing {
	return outgoing{m.Ticket, m.Template, m.Cause, m.CauseEvent, strings.ToLower(m.Recipient)}
}

// outgoing names the mail of a notice.
func (c *change) outgoing(t ticket.ID, recipient string, n notify.Notice) outgoing {
	return outgoing{t, string(n.Template), c.cause, c.causeEvent, strings.ToLower(recipient)}
}

// sent returns an outgoing mail of the old store; a zero one where there is none,
// and where no store is rebuilt.
func (r *records) sent(o outgoing) ticket.OutboxMail {
	if r == nil {
		return ticket.OutboxMail{}
	}
	return r.mails[o]
}

// numberOf returns the number of a participant: the one they had, else one that
// nobody had.
func (r *records) numberOf(who ticket.Participant) ticket.ParticipantID {
	like := person(who)
	if id := r.known[like]; id != 0 {
		return id
	}
	if r.given[like] == 0 {
		r.last++
		r.given[like] = r.last
	}
	return r.given[like]
}

// assignee returns whom the old desk gave a ticket by itself at a time, empty:
// nobody; 0 is the ticket that is about to be made. known is false where the old store
// does not tell, and where no store is rebuilt.
func (r *records) assignee(t ticket.ID, at time.Time) (agent string, known bool) {
	if r == nil {
		return "", false
	}
	if t == 0 {
		t = r.number
	}
	all, known := r.assigned[t]
	best := -1
	for i, a := range all {
		off := a.at.Sub(at).Abs()
		if off <= clockStep && (best < 0 || off < all[best].at.Sub(at).Abs()) {
			best = i
		}
	}
	if best < 0 {
		return "", known
	}
	r.assigned[t] = slices.Delete(slices.Clone(all), best, best+1)
	r.drawn = append(r.drawn, drawn{t, all})
	return all[best].agent, true
}

// begin begins a decision: what the last one took out is gone.
func (r *records) begin() {
	if r != nil {
		r.drawn = nil
	}
}

// again puts back what the decision took out that is to be made again.
func (r *records) again() {
	if r == nil {
		return
	}
	for _, d := range slices.Backward(r.drawn) {
		r.assigned[d.ticket] = d.was
	}
	r.drawn = nil
}

// settings returns settings in which those who were agents are agents still, with
// the addresses that they had. They are in no queue: nobody is told anew.
func (r *records) settings(now *Settings) *Settings {
	s := *now
	s.Agents = slices.Clone(now.Agents)
	for _, t := range slices.Sorted(maps.Keys(r.agents)) {
		for _, who := range r.agents[t] {
			if _, ok := s.agentAt(who.Address); ok {
				continue
			}
			i := slices.IndexFunc(s.Agents, func(a Agent) bool { return strings.EqualFold(a.Name, who.Name) })
			if i < 0 {
				s.Agents = append(s.Agents, Agent{Name: who.Name, Mail: []string{who.Address}})
				continue
			}
			s.Agents[i].Mail = append(slices.Clone(s.Agents[i].Mail), who.Address)
		}
	}
	return &s
}
