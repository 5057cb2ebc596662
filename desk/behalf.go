package desk

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"maildesk/desk/command"
	"maildesk/desk/notify"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// An agent's new mail may be about somebody else's matter: it passes on what they
// wrote, it goes to them with the desk among the recipients, or it names them on top
// (#for). The ticket is theirs then. Nothing is granted by that: whoever forges the
// agent's address could as well forge theirs, and nothing of the mail is shown to
// them. A mail that a server calls forged stays the agent's.

// behalf is for whom an agent's mail opens a ticket, and why.
type behalf struct {
	how   string // one of ticket's Request constants; empty: the author asks
	agent mailparse.Address
	who   mailparse.Address

	// Of what is passed on.
	wrote   time.Time // zero: not known
	id      string    // Message-ID, empty: not known
	whole   string    // the mail as agents read it
	comment string    // what the agent wrote above it
}

// readBehalf finds for whom the mail opens a ticket. What is passed on is read as its
// author would have sent it.
func (h *handling) readBehalf() {
	if h.author != inFrom || h.verdict.Match.Ticket != 0 {
		return
	}
	h.behalf, h.msg = h.set.behalfOf(h.mail, h.msg)
	if h.behalf.how == ticket.RequestForwarded {
		h.author = behindAgent
	}
}

// behalfOf returns for whom a mail opens a ticket, where an agent wrote it, and the
// mail as it is read then.
func (s *Settings) behalfOf(m ticket.Mail, msg *mailparse.Message) (behalf, *mailparse.Message) {
	_, agent := s.AgentAt(msg.From.Address)
	if !agent || m.Envelope.Source == ticket.SourceImport || s.forged(m, msg) {
		return behalf{}, msg
	}
	if a, is := s.named(msg); is {
		return behalf{how: ticket.RequestNamed, agent: msg.From, who: a}, msg
	}
	if people := s.peopleIn(msg.To); len(people) > 0 {
		return behalf{how: ticket.RequestAddressed, agent: msg.From, who: people[0]}, msg
	}
	if passed := s.passedOn(msg.Forwarded); len(passed) > 0 {
		return theirs(msg, passed)
	}
	return behalf{}, msg
}

// named returns the address in "#for ana@example.net", where that is the first line of
// a new mail.
func (s *Settings) named(msg *mailparse.Message) (mailparse.Address, bool) {
	commands := command.Read(msg.Reply).Commands
	i := slices.IndexFunc(commands, func(c command.Command) bool { return c.Name == "for" })
	if i < 0 || msg.Origin == mailparse.Foreign {
		return mailparse.Address{}, false
	}
	a, err := mailparse.ParseIdentity([]string{commands[i].Arg})
	if err != nil {
		return mailparse.Address{}, false
	}
	people := s.peopleIn([]mailparse.Address{a})
	if len(people) == 0 {
		return mailparse.Address{}, false
	}
	return people[0], true
}

// passedOn returns the mails of the one person outside whose mail is passed on. Where
// several people's mails are attached it is nobody's; in a conversation within the
// text it is that of the first who wrote from outside.
func (s *Settings) passedOn(all []mailparse.Forwarded) (theirs []mailparse.Forwarded) {
	for _, f := range all {
		people := s.peopleIn([]mailparse.Address{f.From})
		switch {
		case len(people) == 0:
		case len(theirs) == 0 || sameAddress(theirs[0].From.Address, people[0].Address):
			f.From = people[0]
			theirs = append(theirs, f)
		case f.Attachment:
			return nil
		}
	}
	return theirs
}

// theirs returns a mail in which an agent passes on others as their author would have
// sent them.
func theirs(msg *mailparse.Message, passed []mailparse.Forwarded) (behalf, *mailparse.Message) {
	first := passed[0]
	b := behalf{how: ticket.RequestForwarded, agent: msg.From, who: first.From, wrote: first.Date, whole: msg.Whole(), id: first.MessageID}
	if answered := answeredBy(msg); b.id == "" && len(passed) == 1 && len(answered) > 0 {
		b.id = answered[len(answered)-1] // programs name what they pass on as they name what they answer
	}
	var texts []string
	for _, f := range passed {
		texts = append(texts, f.Text)
	}
	words := strings.TrimSpace(strings.Join(texts, "\n\n"))
	if msg.Origin != mailparse.Foreign && strings.TrimSpace(msg.Reply) != words {
		b.comment = msg.Reply
	}
	read := *msg
	read.From, read.FromShown, read.Writer = first.From, first.From, first.From
	read.Text, read.Reply = b.whole, cmp.Or(words, b.whole)
	read.Language = mailparse.LanguageOf(read.Reply)
	if first.Attachment && first.Subject != "" {
		read.Subject = first.Subject
	}
	return b, &read
}

// fileOpening files the mail as the first of a ticket: what is passed on as its
// author's, with what the agent wrote above it as a note; and what an agent wrote to
// the requester as an answer.
func (h *handling) fileOpening(t ticket.Ticket) error {
	switch h.behalf.how {
	case ticket.RequestAddressed:
		return h.fileEntry(t.ID, ticket.EntryReply)
	case ticket.RequestForwarded:
	default:
		return h.fileEntry(t.ID, ticket.EntryMessage)
	}
	if err := h.fileText(t.ID, ticket.EntryMessage, h.msg.Reply); err != nil {
		return err
	}
	if h.behalf.id != "" {
		if err := h.tx.AddMessageRef(ticket.MessageRef{MessageID: h.behalf.id, Ticket: t.ID}); err != nil {
			return err
		}
	}
	if strings.TrimSpace(h.behalf.comment) == "" {
		return nil
	}
	_, err := h.tx.AddEntry(ticket.Entry{
		Ticket: t.ID, Mail: h.mail.ID, Kind: ticket.EntryNote, Author: h.behalf.agent.Address, Name: h.behalf.agent.Name,
		Subject: h.msg.Subject, Text: h.behalf.comment, At: h.now,
	})
	return err
}

// recordBehalf writes down whose request a new ticket is, where the mail is not its
// requester's.
func (h *handling) recordBehalf(t ticket.Ticket) error {
	b := h.behalf
	if b.how == "" {
		return nil
	}
	agent, _ := h.set.AgentAt(b.agent.Address)
	return h.record(ticket.Event{
		Ticket: t.ID, Kind: ticket.EventRequester, Actor: agent.Name, From: b.agent.Address, To: b.who.Address, Topic: b.how, Reason: b.id, Until: b.wrote,
	})
}

// tellNew tells the agents of a new ticket and, where an agent's mail opened it for
// somebody else, that one too.
func (h *handling) tellNew(t ticket.Ticket) error {
	n := notify.Notice{Template: notify.TemplateNewTicket, Actor: h.actorName(), Text: h.newText(), SameAs: h.same}
	told := h.responsible(t)
	if b := h.behalf; b.how != "" {
		agent, _ := h.set.AgentAt(b.agent.Address)
		n.Actor, n.Behalf, n.At = firstOf(agent.Display, b.agent.Name, agent.Name), b.how, b.wrote
		if !slices.ContainsFunc(told, func(a Agent) bool { return a.Name == agent.Name }) {
			told = append(slices.Clone(told), agent)
		}
	}
	return h.tellAgents(t, told, n, Agent{})
}

// openedBy returns the agent whose mail opened a ticket for somebody else: the event
// that says so; zero where none does.
func (c *change) openedBy(t ticket.ID) (ticket.Event, error) {
	events, err := c.tx.Events(t, ticket.EventRequester)
	if err != nil || len(events) == 0 || events[0].Topic == ticket.RequestOwn {
		return ticket.Event{}, err
	}
	return events[0], nil
}

// stepMine makes the ticket the request of the agent whose mail opened it.
func stepMine(_ *Settings, o *order, _ string, _ time.Time) (ticket.Phrase, error) {
	o.mine = true
	return ticket.Say("the request is that of who passed it on; nobody else is told of it"), nil
}

// stepFor makes the ticket somebody else's request.
func stepFor(s *Settings, o *order, arg string, _ time.Time) (ticket.Phrase, error) {
	all, err := addresses("for", arg)
	if err != nil {
		return ticket.Phrase{}, err
	}
	people := s.peopleIn(all)
	if len(all) != 1 || len(people) != 1 {
		return ticket.Phrase{}, errOnePerson
	}
	o.requester = people[0]
	return ticket.Say("the request is that of %s from now on", o.requester.Address), nil
}

// findOpener finds whose request a ticket is by #mine, and marks the command where
// nobody passed it on.
func (h *handling) findOpener(t ticket.Ticket, o *order) error {
	if !o.mine {
		return nil
	}
	e, err := h.openedBy(t.ID)
	if err != nil {
		return err
	}
	if e.From == "" {
		o.mistake("mine", ticket.Say("no agent's mail opened this request for somebody else; #for ADDRESS says whose it is"))
		return nil
	}
	o.requester = mailparse.Address{Address: e.From}
	return nil
}

// changeRequester makes a ticket somebody else's request, as an agent says. Who asked
// until now hears no more of it.
func (h *handling) changeRequester(t *ticket.Ticket, o order) error {
	to := o.requester
	if to.Address == "" || sameAddress(to.Address, t.Requester) {
		return nil
	}
	people, err := h.tx.Participants(t.ID)
	if err != nil {
		return err
	}
	for _, p := range people { // a participant who asks now has one part, not two
		if p.Role == ticket.RoleRequester && !sameAddress(p.Address, to.Address) || p.Role == ticket.RoleParticipant && sameAddress(p.Address, to.Address) {
			if err := h.tx.SetLeft(p.ID, true); err != nil {
				return err
			}
		}
	}
	p, err := h.participant(t.ID, ticket.RoleRequester, to.Address, to.Name)
	if err == nil && p.Left {
		err = h.tx.SetLeft(p.ID, false)
	}
	if err != nil {
		return err
	}
	e := ticket.Event{Ticket: t.ID, Kind: ticket.EventRequester, Actor: o.agent.Name, From: t.Requester, To: to.Address, Topic: ticket.RequestNamed}
	if o.mine {
		e.Topic = ticket.RequestOwn
	}
	t.Requester, t.Name = to.Address, to.Name
	return h.record(e)
}
