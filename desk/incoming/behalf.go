package incoming

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"maildesk/desk/author"
	"maildesk/desk/command"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/search/attached"
	"maildesk/ticket"
)

// An agent's new mail may be about somebody else's matter: it passes on what they
// wrote, it goes to them with the desk among the recipients, or it names them on top
// (#for). The ticket is theirs then. Nothing is granted by that: whoever forges the
// agent's address could as well forge theirs, and nothing of the mail is shown to
// them. A mail that a server calls forged stays the agent's.

// Behalf is for whom an agent's mail opens a ticket, and why.
type Behalf struct {
	How   string // one of ticket's Request constants; empty: the author asks
	agent mailparse.Address
	Who   mailparse.Address

	// Of what is passed on.
	wrote   time.Time // zero: not known
	id      string    // Message-ID, empty: not known
	whole   string    // the mail as agents read it
	comment string    // what the agent wrote above it
	words   string    // of its author
}

// ReadBehalf finds for whom the mail opens a ticket. What is passed on is read as its
// author would have sent it.
func (h *Handling) ReadBehalf() {
	if h.Author != author.InFrom || h.Verdict.Match.Ticket != 0 {
		return
	}
	h.Behalf, h.Msg = BehalfOf(h.Set, h.Mail, h.Msg)
	if h.Behalf.How == ticket.RequestForwarded {
		h.Author = author.BehindAgent
	}
}

// BehalfOf returns for whom a mail opens a ticket, where an agent wrote it, and the
// mail as it is read then.
func BehalfOf(s *settings.Settings, m ticket.Mail, msg *mailparse.Message) (Behalf, *mailparse.Message) {
	_, agent := s.AgentAt(msg.From.Address)
	if _, forged := s.Authentication(m, msg); !agent || m.Envelope.Source == ticket.SourceImport || forged {
		return Behalf{}, msg
	}
	if a, is := named(s, msg); is {
		return Behalf{How: ticket.RequestNamed, agent: msg.From, Who: a}, msg
	}
	if people := s.PeopleIn(msg.To); len(people) > 0 {
		return Behalf{How: ticket.RequestAddressed, agent: msg.From, Who: people[0]}, msg
	}
	if passed := passedOn(s, msg.Forwarded); len(passed) > 0 {
		return theirs(msg, passed)
	}
	return Behalf{}, msg
}

// named returns the address in "#for ana@example.net", where that is the first line of
// a new mail.
func named(s *settings.Settings, msg *mailparse.Message) (mailparse.Address, bool) {
	commands := command.Read(msg.Reply).Commands
	i := slices.IndexFunc(commands, func(c command.Command) bool { return c.Name == "for" })
	if i < 0 || msg.Origin == mailparse.Foreign {
		return mailparse.Address{}, false
	}
	a, err := mailparse.ParseIdentity([]string{commands[i].Arg})
	if err != nil {
		return mailparse.Address{}, false
	}
	people := s.PeopleIn([]mailparse.Address{a})
	if len(people) == 0 {
		return mailparse.Address{}, false
	}
	return people[0], true
}

// passedOn returns the mails of the one person outside whose mail is passed on. Where
// several people's mails are attached it is nobody's; in a conversation within the
// text it is that of the first who wrote from outside.
func passedOn(s *settings.Settings, all []mailparse.Forwarded) (theirs []mailparse.Forwarded) {
	for _, f := range all {
		people := s.PeopleIn([]mailparse.Address{f.From})
		switch {
		case len(people) == 0:
		case len(theirs) == 0 || settings.SameAddress(theirs[0].From.Address, people[0].Address):
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
func theirs(msg *mailparse.Message, passed []mailparse.Forwarded) (Behalf, *mailparse.Message) {
	first := passed[0]
	b := Behalf{How: ticket.RequestForwarded, agent: msg.From, Who: first.From, wrote: first.Date, whole: msg.Whole(), id: first.MessageID}
	if answered := AnsweredBy(msg); b.id == "" && len(passed) == 1 && len(answered) > 0 {
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
	b.words = cmp.Or(words, b.whole)
	read := *msg
	read.From, read.FromShown, read.Writer = first.From, first.From, first.From
	read.Text, read.Reply = b.whole, b.words
	read.Language = mailparse.LanguageOf(read.Reply)
	if first.Attachment && first.Subject != "" {
		read.Subject = first.Subject
	}
	return b, &read
}

// FileOpening files the mail as the first of a ticket: what is passed on as its
// author's, with what the agent wrote above it as a note; and what an agent wrote to
// the requester as an answer.
func (h *Handling) FileOpening(t ticket.Ticket) error {
	switch h.Behalf.How {
	case ticket.RequestAddressed:
		return h.FileEntry(t.ID, ticket.EntryReply)
	case ticket.RequestForwarded:
	default:
		return h.FileEntry(t.ID, ticket.EntryMessage)
	}
	if err := h.FileText(t.ID, ticket.EntryMessage, h.Msg.Reply+h.hiddenBelow()); err != nil {
		return err
	}
	if h.Behalf.id != "" {
		if err := h.Tx.AddMessageRef(ticket.MessageRef{MessageID: h.Behalf.id, Ticket: t.ID}); err != nil {
			return err
		}
	}
	if strings.TrimSpace(h.Behalf.comment) == "" {
		return nil
	}
	_, err := h.Tx.AddEntry(ticket.Entry{
		Ticket: t.ID, Mail: h.Mail.ID, Kind: ticket.EntryNote, Author: h.Behalf.agent.Address, Name: h.Behalf.agent.Name,
		Subject: h.Msg.Subject, Text: h.Behalf.comment, At: h.Now, Files: attached.Text(h.Msg),
	})
	return err
}

// Forwards returns what an agent's mail passes on, and whether it passes on the mail of
// one person outside at all. It may be read as that person's already.
func (h *Handling) Forwards() (Behalf, bool) {
	if h.Behalf.How == ticket.RequestForwarded {
		return h.Behalf, true
	}
	b, _ := BehalfOf(h.Set, h.Mail, h.Msg)
	return b, b.How == ticket.RequestForwarded
}

// FilePassedOn files the mail of an agent on a ticket to which what it passes on belongs:
// as a note with what the agent wrote above it, or whole where the ticket has not got the
// mail that is passed on.
func (h *Handling) FilePassedOn(t ticket.ID, b Behalf, known bool) (text string, err error) {
	if text = b.comment; !known || strings.TrimSpace(text) == "" {
		text = b.whole
	}
	_, err = h.Tx.AddEntry(ticket.Entry{
		Ticket: t, Mail: h.Mail.ID, Kind: ticket.EntryNote, Author: b.agent.Address, Name: b.agent.Name,
		Subject: h.Msg.Subject, Text: text, Full: b.whole, At: h.Now, Files: attached.Text(h.Msg),
	})
	if err != nil {
		return "", err
	}
	return text, h.bindIDs(t)
}

// Comment returns what an agent wrote above what is passed on.
func (b Behalf) Comment() string { return b.comment }

// Agent returns the agent's own address.
func (b Behalf) Agent() mailparse.Address { return b.agent }

// Words returns what is passed on, as its author wrote it.
func (b Behalf) Words() string { return b.words }

// RecordBehalf writes down whose request a new ticket is, where the mail is not its
// requester's.
func (h *Handling) RecordBehalf(t ticket.Ticket) error {
	b := h.Behalf
	if b.How == "" {
		return nil
	}
	agent, _ := h.Set.AgentAt(b.agent.Address)
	return h.Record(ticket.Event{
		Ticket: t.ID, Kind: ticket.EventRequester, Actor: agent.Name, From: b.agent.Address, To: b.Who.Address, Topic: b.How, Reason: b.id, Until: b.wrote,
	})
}

// NotifyNew tells the agents of a new ticket and, where an agent's mail opened it for
// somebody else, that one too. says is what the desk says to them by itself.
func (h *Handling) NotifyNew(t ticket.Ticket, says ticket.Phrase) error {
	return h.notifyNew(t, h.Responsible(t), says)
}

// NotifyOpener tells the agent whose mail opened a ticket for somebody else, and nobody
// else.
func (h *Handling) NotifyOpener(t ticket.Ticket, says ticket.Phrase) error {
	if h.Behalf.How == "" {
		return nil
	}
	return h.notifyNew(t, nil, says)
}

func (h *Handling) notifyNew(t ticket.Ticket, told []settings.Agent, says ticket.Phrase) error {
	n := notify.Notice{Template: notify.TemplateNewTicket, Actor: h.ActorName(), Text: h.NewText(), Alike: h.Similar.Tickets, Says: says, Careful: h.Caution()}
	if !h.Set.IsPrivate(h.Same.Queue) || h.Same.Queue == t.Queue {
		n.SameAs = h.Same
	}
	if b := h.Behalf; b.How != "" {
		agent, _ := h.Set.AgentAt(b.agent.Address)
		n.Actor, n.Behalf, n.At = settings.FirstOf(agent.Display, b.agent.Name, agent.Name), b.How, b.wrote
		if !slices.ContainsFunc(told, func(a settings.Agent) bool { return a.Name == agent.Name }) {
			told = append(slices.Clone(told), agent)
		}
	}
	return notices.SendToAgents(h.Change, t, told, n, settings.Agent{})
}

// AnsweredBy is answer.answeredIDs of any mail.
func AnsweredBy(msg *mailparse.Message) []string {
	if len(msg.InReplyTo) == 0 && len(msg.References) > 0 {
		return msg.References[len(msg.References)-1:]
	}
	return slices.Clone(msg.InReplyTo)
}
