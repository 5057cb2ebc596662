package recover

import (
	"maps"
	"slices"
	"strings"
	"time"

	"maildesk/addr"
	"maildesk/desk/decision"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/threading"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// past is what an old store says of people while its tickets are made anew. Who
// had a ticket and who was told of it are facts: today's configuration does not
// decide them again, or the answers of agents would find nobody who may give them.
type past struct {
	known    map[ticket.Participant]ticket.ParticipantID // numbers that are signed into addresses
	given    map[ticket.Participant]ticket.ParticipantID // to those who are new
	last     ticket.ParticipantID                        // of all that may be out
	agents   map[ticket.ID][]ticket.Participant
	assigned map[ticket.ID][]assignment
	reported map[ticket.MailID]decision.Reported
	offered  map[ticket.MailID][]string     // articles, by the mail that was acknowledged
	idle     map[ticket.ID][]time.Time      // when a ticket was taken from its owner
	strikes  strikes                        // when the clock did something
	read     time.Time                      // when the old store was read
	planned  map[ticket.ID][]ticket.Event   // what the clock did of what agents had planned
	number   ticket.ID                      // of the ticket that the mail at hand made, 0: none
	mails    map[outgoing]ticket.OutboxMail // without Bytes
	lastMail ticket.OutboxID                // of all that may be out
	learnt   map[ticket.MailID]ticket.Learnt
}

// outgoing is what makes an outgoing mail itself: no two are alike in it.
type outgoing struct {
	ticket      ticket.ID
	participant ticket.ParticipantID
	sequence    string
}

// NumbersOut is the highest numbers of an old store that may be known outside.
type NumbersOut struct {
	Participant ticket.ParticipantID
	Mail        ticket.OutboxID
}

// assignment is one that the desk made by itself.
type assignment struct {
	at    time.Time
	mail  ticket.MailID // that caused it, 0: the clock did
	agent string
}

// person is a participant without what may differ.
func person(p ticket.Participant) ticket.Participant {
	return ticket.Participant{Ticket: p.Ticket, Role: p.Role, Address: addr.Key(p.Address)}
}

// readPast reads of an old store what it can; on an error it holds what was read
// until then. What is new gets numbers after those that are out.
func readPast(old ticket.Reader, out NumbersOut) (r *past, err error) {
	r = newPast(out)
	defer func() { r.strikes = r.strikes.inTurn() }()
	if err := r.readLearnt(old); err != nil {
		return r, err
	}
	mails, err := old.OutboxOf(0)
	if err != nil {
		return r, err
	}
	for _, m := range mails {
		r.mails[outgoingOf(m)], r.lastMail = m, max(r.lastMail, m.ID)
	}
	r.strikes = strikesIn(mails)
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
		if err := r.readTicket(old, id); err != nil {
			return r, err
		}
	}
	return r, nil
}

// readTicket reads who takes part in a ticket, and what the desk itself did on it.
func (r *past) readTicket(old ticket.Reader, id ticket.ID) error {
	people, err := old.Participants(id)
	if err != nil {
		return err
	}
	for _, who := range people {
		r.known[person(who)], r.last = who.ID, max(r.last, who.ID)
		if who.Role == ticket.RoleAgent {
			r.agents[id] = append(r.agents[id], who)
		}
	}
	events, err := old.Events(id)
	if err != nil {
		return err
	}
	r.assigned[id], r.strikes = []assignment{}, append(r.strikes, strikesOf(events)...)
	for _, e := range events {
		if e.Kind == ticket.EventAssigned && e.Actor == ticket.ActorDesk {
			r.assigned[id] = append(r.assigned[id], assignment{e.At, e.Mail, e.To})
		}
		if e.Kind == ticket.EventArticleOffered {
			r.offered[e.Mail] = append(r.offered[e.Mail], e.To)
		}
		if e.Kind == ticket.EventAssigned && e.Reason == ticket.ReasonIdle {
			r.idle[id] = append(r.idle[id], e.At)
		}
		if e.Actor == ticket.ActorDesk && (e.Kind == ticket.EventReminded || e.Kind == ticket.EventPlanEnded) {
			r.planned[id] = append(r.planned[id], e)
		}
		if err := r.readReport(old, e); err != nil {
			return err
		}
	}
	return nil
}

func newPast(out NumbersOut) *past {
	return &past{
		known: map[ticket.Participant]ticket.ParticipantID{}, given: map[ticket.Participant]ticket.ParticipantID{}, last: out.Participant,
		agents: map[ticket.ID][]ticket.Participant{}, assigned: map[ticket.ID][]assignment{}, reported: map[ticket.MailID]decision.Reported{}, planned: map[ticket.ID][]ticket.Event{},
		mails: map[outgoing]ticket.OutboxMail{}, lastMail: out.Mail,
		offered: map[ticket.MailID][]string{}, idle: map[ticket.ID][]time.Time{}, read: time.Now(), learnt: map[ticket.MailID]ticket.Learnt{},
	}
}

// readLearnt reads what was said of mails by what the old desk had learnt.
func (p *past) readLearnt(old ticket.JudgementReader) error {
	for after := ticket.MailID(0); ; {
		page, err := old.Judgements(after, time.Time{}, 1000)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, j := range page {
			if after = j.Mail; !j.Learnt.IsZero() {
				p.learnt[j.Mail] = j.Learnt
			}
		}
	}
}

func outgoingOf(m ticket.OutboxMail) outgoing {
	return outgoing{m.Ticket, m.Participant, notices.Sequence(notify.Template(m.Template), m.Cause, m.CauseEvent)}
}

// sent returns an outgoing mail of the old store that is the same; a zero one where there
// is none.
func (p *past) sent(m ticket.OutboxMail) ticket.OutboxMail { return p.mails[outgoingOf(m)] }

// messageID returns the Message-ID that a mail was sent with, whatever keys sign today.
func (p *past) messageID(to threading.Token, sequence string) string {
	return p.mails[outgoing{ticket.ID(to.Ticket), ticket.ParticipantID(to.Participant), sequence}].MessageID
}

// numberOf returns the number of a participant: the one they had, else one that
// nobody had.
func (p *past) numberOf(who ticket.Participant) ticket.ParticipantID {
	like := person(who)
	if id := p.known[like]; id != 0 {
		return id
	}
	if p.given[like] == 0 {
		p.last++
		p.given[like] = p.last
	}
	return p.given[like]
}

// happened is what has happened to tickets so far.
type happened interface {
	Events(t ticket.ID, kinds ...ticket.EventKind) ([]ticket.Event, error)
}

// assignee returns whom the old desk gave a ticket by itself because of a mail, 0: because
// of the clock at a time; empty: nobody. Ticket 0 is the one that is about to be made. now
// has what was decided so far: of several assignments those that were repeated are passed
// over. known is false where the old store does not say.
func (p *past) assignee(now happened, t ticket.ID, cause ticket.MailID, at time.Time) (agent string, known bool, err error) {
	alike := func(mail ticket.MailID, other time.Time) bool {
		return mail == cause && (mail != 0 || other.Sub(at).Abs() <= clockStep)
	}
	repeated := 0
	if t == 0 {
		t = p.number
	} else {
		events, err := now.Events(t, ticket.EventAssigned)
		if err != nil {
			return "", false, err
		}
		for _, e := range events {
			if e.Actor == ticket.ActorDesk && alike(e.Mail, e.At) {
				repeated++
			}
		}
	}
	all, known := p.assigned[t]
	var off time.Duration
	for _, a := range all {
		if !alike(a.mail, a.at) {
			continue
		}
		if repeated > 0 {
			repeated--
			continue
		}
		if d := a.at.Sub(at).Abs(); agent == "" || d < off {
			agent, off = a.agent, d
		}
	}
	return agent, known, nil
}

// readReport keeps of an event that its ticket became a report of an incident, or its
// lead, because of a mail.
func (p *past) readReport(old ticket.IncidentReader, e ticket.Event) error {
	if e.Mail == 0 || e.Kind != ticket.EventLeads && e.Kind != ticket.EventReports {
		return nil
	}
	was := p.reported[e.Mail]
	if was.Lead = e.OtherTicket; e.Kind == ticket.EventLeads {
		was.Lead, was.Opened = e.Ticket, true
	}
	was.Tickets = append(was.Tickets, e.Ticket)
	i, err := old.IncidentOf(was.Lead)
	if err != nil {
		return decision.IgnoreNotFound(err) // it is decided anew
	}
	was.Incident = i
	p.reported[e.Mail] = was
	return nil
}

// wasReported returns what a mail on a ticket brought to an incident; 0 is the ticket
// that is about to be made. known is false where the old store does not say.
func (p *past) wasReported(cause ticket.MailID, t ticket.ID) (was decision.Reported, known bool) {
	if t == 0 {
		t = p.number
	}
	_, known = p.assigned[t]
	return p.reported[cause], known
}

// wasOffered returns which articles the old desk offered in answer to a mail that opens a
// ticket; known is false where the old store does not have the ticket.
func (p *past) wasOffered(cause ticket.MailID) (slugs []string, known bool) {
	_, known = p.assigned[p.number]
	return p.offered[cause], known
}

// step returns when the clock took the next step of a planned sending, zero: it did not;
// known is false where the old store does not have the ticket.
func (p *past) step(t ticket.ID, s history.Sending) (at time.Time, known bool) {
	if _, known := p.assigned[t]; !known {
		return time.Time{}, false
	}
	for _, e := range p.planned[t] {
		next := e.Kind == ticket.EventReminded && e.Number == s.Done+1 || e.Kind == ticket.EventPlanEnded
		if next && e.OtherMail == s.Mail && addr.Key(e.From) == addr.Key(s.Vendor) {
			return e.At, true
		}
	}
	return time.Time{}, true
}

// wasIdle returns when the old clock took a ticket from its owner, after so many times
// before; zero: it did not, and its time is over.
func (p *past) wasIdle(t ticket.ID, before int, due time.Time) (at time.Time, known bool) {
	if _, known := p.assigned[t]; !known {
		return time.Time{}, false
	}
	if all := p.idle[t]; before < len(all) {
		return all[before], true
	}
	if due.After(p.read) {
		return due, true
	}
	return time.Time{}, true
}

// settings returns settings in which those who were agents are agents still, with
// the addresses that they had. They are in no queue: nobody is told anew.
func (p *past) settings(now *settings.Settings) *settings.Settings {
	s := *now
	s.Agents = slices.Clone(now.Agents)
	for _, t := range slices.Sorted(maps.Keys(p.agents)) {
		for _, who := range p.agents[t] {
			if _, ok := s.AgentAt(who.Address); ok {
				continue
			}
			i := slices.IndexFunc(s.Agents, func(a settings.Agent) bool { return strings.EqualFold(a.Name, who.Name) })
			if i < 0 {
				s.Agents = append(s.Agents, settings.Agent{Name: who.Name, Mail: []string{who.Address}})
				continue
			}
			s.Agents[i].Mail = append(slices.Clone(s.Agents[i].Mail), who.Address)
		}
	}
	return &s
}
