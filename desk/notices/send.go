package notices

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"maildesk/compose"
	"maildesk/desk/decision"
	"maildesk/desk/imitation"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/desk/silence"
	"maildesk/threading"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// SendToAgents sends a notice to agents, each with an address of their own to answer to.
func SendToAgents(c *decision.Change, t ticket.Ticket, agents []settings.Agent, n notify.Notice, except settings.Agent) error {
	agents, err := c.Reachable(t, agents)
	if err == nil {
		agents, err = listening(c, t, agents, n)
	}
	if err == nil {
		agents, err = deliverable(c, t, agents)
	}
	if err != nil {
		return err
	}
	many, err := isMany(c, t, n)
	if err != nil {
		return err
	}
	for _, a := range agents {
		if a.Name == except.Name || len(a.Mail) == 0 || theirOwn(c, a, n, len(agents)) {
			continue
		}
		p, err := c.Participant(t.ID, ticket.RoleAgent, a.Mail[0], a.Name)
		if err != nil {
			return err
		}
		own := n
		if len(a.Languages) > 0 {
			own.Language = a.Languages[0]
		}
		pass, err := waits(c, t, a, n, many)
		if err != nil {
			return err
		}
		if err := send(c, t, p, own, pass); err != nil {
			return err
		}
	}
	return nil
}

// Send puts a mail to one participant into the outbox.
func Send(c *decision.Change, t ticket.Ticket, p ticket.Participant, n notify.Notice) error {
	return send(c, t, p, n, passage{})
}

// send is Send of a mail that goes as pass says, unless the guard says otherwise.
func send(c *decision.Change, t ticket.Ticket, p ticket.Participant, n notify.Notice, pass passage) error {
	if c.Silent || p.Address == "" || ticket.IsErasedAddress(p.Address) || !mayReadAlong(p, n) {
		return nil
	}
	if n.Unwritten(p.Role) {
		var send bool
		var err error
		if pass, send, err = guarded(c, t, p, &n); err != nil || !send {
			return err
		}
		n.Bare = true
	}
	if pass.held != "" && n.Template == notify.TemplateAcknowledgement {
		// Times of a day that may be over when it is read.
		t.DueFirstResponse, t.DueUpdate, t.DueResolution = time.Time{}, time.Time{}, time.Time{}
	}
	token := tokenOf(t, p, n)
	base := settings.FirstOf(t.Address, c.Set.Primary().Mail)
	reply := token
	if n.Template == notify.TemplateArticle { // programs lose what a mail answers
		reply.Action, reply.To = notify.ActReview, int64(c.Cause)
	}
	answer, signed, err := AnswerAddress(c, t, reply)
	if err != nil {
		return err
	}
	answers := "" // what a link must say that it answers, where its address does not
	if !signed {
		answers = c.Maker.MessageID(token, SequenceOf(c, n), c.Set.Hostname)
	}
	if err := fill(c, &n, t, p, token, base, answer, answers); err != nil {
		return err
	}
	words, err := c.Set.Words.Render(n)
	if err != nil {
		return fmt.Errorf("render %s: %w", n.Template, err)
	}
	m, err := mail(c, t, p, n, words, token)
	if err != nil {
		return err
	}
	known := "" // to requesters
	if a, is := c.Set.AgentNamed(n.Actor); is && p.Role != ticket.RoleAgent {
		known = a.Display
	}
	m.From = compose.Address{Name: n.Sender(known), Address: base}
	if p.Role == ticket.RoleParticipant && signed {
		leave := token
		leave.Action = LeaveAction
		if address, signed, err := AnswerAddress(c, t, leave); err == nil && signed {
			m.Unsubscribe = address
		}
	}
	m.ReplyTo = compose.Address{Name: settings.FirstOf(words.Answers, c.Set.Name), Address: answer}
	return post(c, t, p, n, m, pass)
}

// tokenOf returns the token of a notice to a participant of a ticket.
func tokenOf(t ticket.Ticket, p ticket.Participant, n notify.Notice) threading.Token {
	token := threading.Token{Ticket: int64(t.ID), Participant: int64(p.ID), Role: string(p.Role), Kind: threading.Public, Round: int64(t.Round)}
	if n.Internal() {
		token.Kind = threading.Internal
	}
	switch p.Role {
	case ticket.RoleAgent:
		token.To = int64(n.Vendor.ID)
	case ticket.RoleApprover: // each approval has its own addresses
		token.Round = int64(n.Approval)
	}
	return token
}

// fill completes what a template may say.
func fill(c *decision.Change, n *notify.Notice, t ticket.Ticket, p ticket.Participant, token threading.Token, base, answer, answers string) error {
	n.Desk, n.Support, n.Ticket, n.Recipient, n.CloseAfter = c.Set.Name, base, t, p, c.Set.Grace
	if n.Now.IsZero() {
		n.Now = c.Now.In(c.Set.Zone())
	}
	n.Ticket.CreatedAt = n.Ticket.CreatedAt.In(n.Now.Location())
	if !n.PendingUntil.IsZero() {
		n.PendingUntil = n.PendingUntil.In(n.Now.Location())
	}
	n.Show(c.Files, p.Role)
	switch {
	case p.Role == ticket.RoleAgent:
		sayLearnt(c, n, t)
		n.Actions = n.Offer(mailto(c, t, token, answer, answers), c.Cause)
		return fillAgents(c, n, t, p)
	case !p.Role.Reads():
		if n.Template == notify.TemplateApproval {
			n.Actions = n.Votes(mailto(c, t, token, answer, answers))
		}
		return fillOutsider(c, n, t, p)
	default:
		n.Language = t.Language
		n.Text = notify.ForReader(n.Text, settings.FirstOf(t.Language, c.Set.Language))
		if c.Formatted.Page != "" && strings.TrimSpace(n.Text) == c.Formatted.Text {
			n.Formatted = c.Formatted.Page
		}
		if n.Bare && p.Proven && t.Subject != NoSubject {
			n.Subject = t.Subject
		}
		if p.Role == ticket.RoleRequester {
			n.Rates = !c.Set.NoRatings && (n.Template == notify.TemplateResolution || n.Template == notify.TemplateClosing)
			n.Actions = n.Wishes(mailto(c, t, token, answer, answers))
			n.Articles = slices.Clone(n.Articles)
			solvedLinks(c, t, token, n.Articles, mailto(c, t, token, answer, answers))
		}
	}
	return nil
}

// fillAgents completes what an agent reads about the ticket.
func fillAgents(c *decision.Change, n *notify.Notice, t ticket.Ticket, p ticket.Participant) error {
	for _, a := range c.Files {
		n.Attachments = append(n.Attachments, a.Name)
	}
	if n.Careful.IsZero() {
		n.Careful = imitation.Of(c.Set, t.Name, t.Requester)
	}
	var err error
	if n.LeftOut, err = leftFiles(c, t.ID); err != nil {
		return err
	}
	if n.OtherTickets, err = otherTickets(c, t, p, n.Template); err != nil {
		return err
	}
	if len(n.Alike) > 0 {
		if n.Solved, err = solvedAlike(c, n.Alike, p); err != nil {
			return err
		}
	}
	if n.Participants, err = readAlong(c, t.ID); err != nil {
		return err
	}
	if !n.Template.AnswersMail() { // those show nothing but their answer
		if n.Thanks, err = thanksFor(c, p); err != nil {
			return err
		}
	}
	if n.Template.TellsWay() {
		if n.Stages, err = journey(c, t); err != nil {
			return err
		}
	}
	if n.Template.TellsStory() {
		entries, err := latestEntries(c, t.ID, n.Template.Latest())
		if err != nil {
			return err
		}
		n.Correspondence = n.Template.Story(entries, n.Now.Location())
		events, err := c.Tx.Events(t.ID, append(slices.Clone(history.SendingEvents), ticket.EventWorked)...)
		if err != nil {
			return err
		}
		n.Worked, n.Plans = history.Worked(events), plans(c, events)
	}
	return nil
}

// maxOthers and allOthers bound the requester's other tickets, in a notice and in a mail
// that an agent asked for.
const (
	maxOthers = 5
	allOthers = 50
)

// otherTickets returns the requester's latest tickets besides this one, as far as an
// agent may read them.
func otherTickets(c *decision.Change, t ticket.Ticket, p ticket.Participant, template notify.Template) ([]ticket.Ticket, error) {
	if t.Requester == "" {
		return nil, nil
	}
	most := maxOthers
	if template == notify.TemplateShow {
		most = allOthers
	}
	all, err := c.Tx.Tickets(ticket.Filter{Requester: t.Requester, Newest: true, Limit: most + 1})
	if err != nil {
		return nil, err
	}
	agent, _ := c.Set.AgentAt(p.Address)
	return c.Seen(slices.DeleteFunc(all, func(o ticket.Ticket) bool { return o.ID == t.ID }), agent)
}

// mailto returns where the links of a notice about a ticket lead: to the address
// at which it is answered and, where that does not say enough, the Message-ID
// that they answer. An action has an address of its own where answers have.
func mailto(c *decision.Change, t ticket.Ticket, token threading.Token, answer, answers string) notify.Mailto {
	m := notify.Mailto{Address: answer, Subject: threading.Tag(c.Set.Name, int64(t.ID)), Answers: answers}
	if answers != "" {
		return m
	}
	m.For = func(action string) string {
		asks := token
		asks.Action, asks.To = action, 0
		if notify.AboutMail(action) {
			asks.To = int64(c.Cause)
		}
		if address, signed, err := AnswerAddress(c, t, asks); err == nil && signed {
			return address
		}
		return ""
	}
	return m
}

// mail returns the mail of a notice, all but its sender's addresses.
func mail(c *decision.Change, t ticket.Ticket, p ticket.Participant, n notify.Notice, words compose.Words, token threading.Token) (m compose.Mail, err error) {
	m = n.Mail(words, c.Files)
	m.Date, m.LoopMark, m.MessageID = c.Now, c.Set.Hostname, c.Maker.MessageID(token, SequenceOf(c, n), c.Set.Hostname)
	m.InReplyTo, m.References, err = thread(c, t, p)
	if p.Role == ticket.RoleAgent { // a requester's conversation is the one that their own mail began
		m.Began = compose.Began{At: t.CreatedAt, Key: m.InReplyTo}
	}
	return m, err
}

// SequenceOf makes the Message-ID of a mail its own: one mail of a template for
// each cause.
func SequenceOf(c *decision.Change, n notify.Notice) string {
	return Sequence(n.Template, c.Cause, c.CauseEvent)
}

// Sequence is what makes the Message-ID of a mail its own among those to one participant.
func Sequence(t notify.Template, cause ticket.MailID, event int64) string {
	return fmt.Sprintf("%s.%d.%d", t, cause, event)
}

// thread returns what a mail answers. Requesters' clients thread by the mails
// that they wrote themselves; agents' by a root that all our notices of a
// ticket share, since they never got the requester's mail.
func thread(c *decision.Change, t ticket.Ticket, p ticket.Participant) (inReplyTo string, references []string, err error) {
	if p.Role == ticket.RoleAgent {
		root := threading.Token{Ticket: int64(t.ID), Role: string(ticket.RoleAgent), Kind: threading.Internal}
		id := c.Maker.Keys.MessageID(root, "root", c.Set.Hostname)
		return id, []string{id}, nil
	}
	if !p.Role.Reads() {
		return threadOfVendor(c, p)
	}
	references, err = c.Tx.ThreadOf(t.ID)
	if err != nil {
		return "", nil, err
	}
	if opened, err := OpenedBy(c, t.ID); err != nil {
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
func post(c *decision.Change, t ticket.Ticket, p ticket.Participant, n notify.Notice, m compose.Mail, pass passage) error {
	raw, files, err := m.BytesAndFiles()
	if odd, ok := errors.AsType[*compose.AddressError](err); ok {
		// The address cannot be written to; no other try will change that.
		return c.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventNotSent, Actor: ticket.ActorDesk, Topic: string(n.Template), Reason: odd.Error()})
	}
	if err != nil {
		return fmt.Errorf("compose %s: %w", n.Template, err)
	}
	out := ticket.OutboxMail{
		Ticket: t.ID, Participant: p.ID, Cause: c.Cause, CauseEvent: c.CauseEvent,
		Template: string(n.Template), Language: n.Language, Recipient: p.Address,
		MessageID: m.MessageID, Automatic: n.Unwritten(p.Role), Bytes: raw, Files: files, State: ticket.OutboxReady, NextAt: later(c.Now, pass.until), CreatedAt: c.Now,
		Held: pass.held, HeldKey: pass.key, Standing: pass.standing,
	}
	planned := decision.PlannedMail{To: p.Address, Template: n.Template, Language: n.Language}
	if c.Window > 0 && p.Role != ticket.RoleAgent {
		planned.Leaves = c.Now.Add(c.Window)
		out.NextAt = later(out.NextAt, planned.Leaves)
	}
	if out.Automatic {
		out.BudgetMailbox, out.BudgetDomain = silence.Mailbox(p.Address), silence.Domain(p.Address)
		if out.Held == "" {
			out.AllowedAt = c.Now
		}
	}
	if !n.Template.AnswersMail() {
		out.ReversePath = m.From.Address
	}
	if m.Auto == compose.AutoGenerated {
		out.Priority = 1
	}
	id, err := c.Tx.AddOutbox(out)
	if err != nil || id == 0 {
		return err
	}
	c.Planned = append(c.Planned, planned)
	return c.Tx.AddMessageRef(ticket.MessageRef{MessageID: m.MessageID, Ticket: t.ID, Participant: p.ID, Own: true})
}

// NoSubject stands for a subject of which nothing is left.
const NoSubject = "(no subject)"

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
