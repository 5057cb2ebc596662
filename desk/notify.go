package desk

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"maildesk/compose"
	"maildesk/desk/notify"
	"maildesk/desk/silence"
	"maildesk/threading"
	"maildesk/ticket"
)

// tellQueue tells the one who has the ticket, or else everyone in its queue,
// except the one who did it.
func (h *handling) tellQueue(t ticket.Ticket, template notify.Template, except Agent) error {
	return h.tellAgents(t, h.responsible(t), notify.Notice{Template: template, Actor: h.actorName(), Text: h.newText()}, except)
}

// actorName returns the name by which people know who wrote the mail.
func (h *handling) actorName() string {
	if address, name := h.requester(); name == "" {
		return address
	} else {
		return name
	}
}

// responsible returns the assignee, or else every agent of the queue; of a merged
// ticket those of the one in which it is worked on.
func (c *change) responsible(t ticket.Ticket) []Agent {
	if on, err := workedOn(c.tx, t); err == nil { // else the store's error shows where they are told
		t = on
	}
	if a, ok := c.set.agentNamed(t.Assignee); ok {
		return []Agent{a}
	}
	return c.set.agentsOf(t.Queue)
}

// tellAgents sends a notice to agents, each with an address of their own to answer to.
func (c *change) tellAgents(t ticket.Ticket, agents []Agent, n notify.Notice, except Agent) error {
	agents, err := c.reachable(t, agents)
	if err == nil {
		agents, err = c.deliverable(t, agents)
	}
	if err != nil {
		return err
	}
	for _, a := range agents {
		if a.Name == except.Name || len(a.Mail) == 0 {
			continue
		}
		p, err := c.participant(t.ID, ticket.RoleAgent, a.Mail[0], a.Name)
		if err != nil {
			return err
		}
		own := n
		if len(a.Languages) > 0 {
			own.Language = a.Languages[0]
		}
		if err := c.tell(t, p, own); err != nil {
			return err
		}
	}
	return nil
}

// tell puts a mail to one participant into the outbox.
func (c *change) tell(t ticket.Ticket, p ticket.Participant, n notify.Notice) error {
	if c.silent || p.Address == "" || !mayReadAlong(p, n) {
		return nil
	}
	var pass passage
	if n.Unwritten(p.Role) {
		var send bool
		var err error
		if pass, send, err = c.guarded(t, p, &n); err != nil || !send {
			return err
		}
		n.Bare = true
	}
	if pass.held != "" && n.Template == notify.TemplateAcknowledgement {
		// Times of a day that may be over when it is read.
		t.DueFirstResponse, t.DueUpdate, t.DueResolution = time.Time{}, time.Time{}, time.Time{}
	}
	token := threading.Token{Ticket: int64(t.ID), Participant: int64(p.ID), Role: string(p.Role), Kind: threading.Public, Round: int64(t.Round)}
	if n.Template.Internal() {
		token.Kind = threading.Internal
	}
	base := firstOf(t.Address, c.set.primary().Mail)
	answer, signed, err := c.answerAddress(t, token)
	if err != nil {
		return err
	}
	answers := "" // what a link must say that it answers, where its address does not
	if !signed {
		answers = c.maker.messageID(token, c.sequence(n), c.set.Hostname)
	}
	if err := c.fill(&n, t, p, token, base, answer, answers); err != nil {
		return err
	}
	words, err := c.set.Words.Render(n)
	if err != nil {
		return fmt.Errorf("render %s: %w", n.Template, err)
	}
	m, err := c.mail(t, p, n, words, token)
	if err != nil {
		return err
	}
	known := "" // to requesters
	if a, is := c.set.agentNamed(n.Actor); is && p.Role != ticket.RoleAgent {
		known = a.Display
	}
	m.From = compose.Address{Name: n.Sender(known), Address: base}
	if p.Role == ticket.RoleParticipant && signed {
		leave := token
		leave.Action = leaveAction
		if address, signed, err := c.answerAddress(t, leave); err == nil && signed {
			m.Unsubscribe = address
		}
	}
	m.ReplyTo = compose.Address{Name: firstOf(words.Answers, c.set.Name), Address: answer}
	return c.post(t, p, n, m, pass)
}

// fill completes what a template may say.
func (c *change) fill(n *notify.Notice, t ticket.Ticket, p ticket.Participant, token threading.Token, base, answer, answers string) error {
	n.Desk, n.Support, n.Ticket, n.Recipient, n.CloseAfter = c.set.Name, base, t, p, c.set.Grace
	if n.Now.IsZero() {
		n.Now = c.now.In(c.set.zone())
	}
	n.Ticket.CreatedAt = n.Ticket.CreatedAt.In(n.Now.Location())
	if !n.PendingUntil.IsZero() {
		n.PendingUntil = n.PendingUntil.In(n.Now.Location())
	}
	if p.Role != ticket.RoleAgent {
		n.Language = t.Language
		n.Text = notify.ForReader(n.Text, firstOf(t.Language, c.set.Language))
		if c.formatted.page != "" && strings.TrimSpace(n.Text) == c.formatted.text {
			n.Formatted = c.formatted.page
		}
		if n.Bare && p.Proven && t.Subject != noSubject {
			n.Subject = t.Subject
		}
		return nil
	}
	n.Actions = n.Offer(c.mailto(t, token, answer, answers), c.cause)
	for _, a := range c.files {
		n.Attachments = append(n.Attachments, a.Name)
	}
	var err error
	if n.LeftOut, err = c.leftFiles(t.ID); err != nil {
		return err
	}
	if n.OtherTickets, err = c.otherTickets(t, p); err != nil {
		return err
	}
	if n.Participants, err = c.readAlong(t.ID); err != nil {
		return err
	}
	if !n.Template.AnswersMail() { // those show nothing but their answer
		if n.Thanks, err = c.thanksFor(p); err != nil {
			return err
		}
	}
	if n.Template.TellsWay() {
		if n.Stages, err = c.journey(t); err != nil {
			return err
		}
	}
	if n.Template.TellsStory() {
		entries, err := c.latestEntries(t.ID, n.Template.Latest())
		if err != nil {
			return err
		}
		n.Correspondence = n.Template.Story(entries, n.Now.Location())
	}
	return nil
}

// otherTickets returns the requester's latest tickets besides this one, as far as an
// agent may read them.
func (c *change) otherTickets(t ticket.Ticket, p ticket.Participant) ([]ticket.Ticket, error) {
	if t.Requester == "" {
		return nil, nil
	}
	all, err := c.tx.Tickets(ticket.Filter{Requester: t.Requester, Newest: true, Limit: 6})
	if err != nil {
		return nil, err
	}
	agent, _ := c.set.AgentAt(p.Address)
	return c.seen(slices.DeleteFunc(all, func(o ticket.Ticket) bool { return o.ID == t.ID }), agent)
}

// mailto returns where the links of a notice about a ticket lead: to the address
// at which it is answered and, where that does not say enough, the Message-ID
// that they answer. An action has an address of its own where answers have.
func (c *change) mailto(t ticket.Ticket, token threading.Token, answer, answers string) notify.Mailto {
	m := notify.Mailto{Address: answer, Subject: threading.Tag(c.set.Name, int64(t.ID)), Answers: answers}
	if answers != "" {
		return m
	}
	m.For = func(action string) string {
		asks := token
		asks.Action = action
		if address, signed, err := c.answerAddress(t, asks); err == nil && signed {
			return address
		}
		return ""
	}
	return m
}

// mail returns the mail of a notice, all but its sender's addresses.
func (c *change) mail(t ticket.Ticket, p ticket.Participant, n notify.Notice, words compose.Words, token threading.Token) (m compose.Mail, err error) {
	m = n.Mail(words, c.files)
	m.Date, m.LoopMark, m.MessageID = c.now, c.set.Hostname, c.maker.messageID(token, c.sequence(n), c.set.Hostname)
	m.InReplyTo, m.References, err = c.thread(t, p)
	if p.Role == ticket.RoleAgent { // a requester's conversation is the one that their own mail began
		m.Began = compose.Began{At: t.CreatedAt, Key: m.InReplyTo}
	}
	return m, err
}

// sequence makes the Message-ID of a mail its own: one mail of a template for
// each cause.
func (c *change) sequence(n notify.Notice) string { return Sequence(n.Template, c.cause, c.causeEvent) }

// Sequence is what makes the Message-ID of a mail its own among those to one participant.
func Sequence(t notify.Template, cause ticket.MailID, event int64) string {
	return fmt.Sprintf("%s.%d.%d", t, cause, event)
}

// thread returns what a mail answers. Requesters' clients thread by the mails
// that they wrote themselves; agents' by a root that all our notices of a
// ticket share, since they never got the requester's mail.
func (c *change) thread(t ticket.Ticket, p ticket.Participant) (inReplyTo string, references []string, err error) {
	if p.Role == ticket.RoleAgent {
		root := threading.Token{Ticket: int64(t.ID), Role: string(ticket.RoleAgent), Kind: threading.Internal}
		id := c.maker.keys.MessageID(root, "root", c.set.Hostname)
		return id, []string{id}, nil
	}
	references, err = c.tx.ThreadOf(t.ID)
	if err != nil {
		return "", nil, err
	}
	if opened, err := c.openedBy(t.ID); err != nil {
		return "", nil, err
	} else if opened.Topic == ticket.RequestForwarded && opened.Reason != "" {
		references = append([]string{opened.Reason}, references...) // what they wrote, and not to us
	}
	if len(references) == 0 {
		return "", nil, nil
	}
	return references[len(references)-1], references, nil
}

// post keeps the mail in the outbox, its bytes frozen, to be sent as the guard
// says.
func (c *change) post(t ticket.Ticket, p ticket.Participant, n notify.Notice, m compose.Mail, pass passage) error {
	raw, files, err := m.BytesAndFiles()
	if odd, ok := errors.AsType[*compose.AddressError](err); ok {
		// The address cannot be written to; no other try will change that.
		return c.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventNotSent, Actor: ticket.ActorDesk, Topic: string(n.Template), Reason: odd.Error()})
	}
	if err != nil {
		return fmt.Errorf("compose %s: %w", n.Template, err)
	}
	out := ticket.OutboxMail{
		Ticket: t.ID, Participant: p.ID, Cause: c.cause, CauseEvent: c.causeEvent,
		Template: string(n.Template), Language: n.Language, Recipient: p.Address,
		MessageID: m.MessageID, Automatic: n.Unwritten(p.Role), Bytes: raw, Files: files, State: ticket.OutboxReady, NextAt: later(c.now, pass.until), CreatedAt: c.now,
		Held: pass.held, HeldKey: pass.key, Standing: pass.standing,
	}
	if out.Automatic {
		out.BudgetMailbox, out.BudgetDomain = silence.Mailbox(p.Address), silence.Domain(p.Address)
		if out.Held == "" {
			out.AllowedAt = c.now
		}
	}
	if !n.Template.AnswersMail() {
		out.ReversePath = m.From.Address
	}
	if m.Auto == compose.AutoGenerated {
		out.Priority = 1
	}
	id, err := c.tx.AddOutbox(out)
	if err != nil || id == 0 {
		return err
	}
	c.planned = append(c.planned, PlannedMail{To: p.Address, Template: n.Template, Language: n.Language})
	return c.tx.AddMessageRef(ticket.MessageRef{MessageID: m.MessageID, Ticket: t.ID, Participant: p.ID, Own: true})
}
