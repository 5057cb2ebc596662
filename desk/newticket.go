package desk

import (
	"fmt"
	"slices"
	"strings"

	"maildesk/desk/notify"
	"maildesk/mailparse"
	"maildesk/routing"
	"maildesk/ticket"
)

// newTicket makes a ticket of the mail, acknowledges it where that is right
// and tells the agents of its queue.
func (h *handling) newTicket() error {
	h.readBehalf()
	if err := h.look(); err != nil {
		return err
	}
	decision := h.set.Rules.Route(h.facts())
	h.verdict.Route = &decision
	if decision.Spam {
		if err := h.judge(0); err != nil {
			return err
		}
		return h.finish(ticket.DispositionSpam, "rule "+strings.Join(decision.Rules, ", "), 0)
	}
	if decision.Ticket == routing.TicketNo && h.msg.Class != mailparse.Person {
		if err := h.judge(0); err != nil {
			return err
		}
		return h.finish(ticket.DispositionMachine, "rule "+strings.Join(decision.Rules, ", "), 0)
	}
	if decision.Requester == routing.RequesterReplyTo {
		h.readReplyTo()
	}
	if open, found, err := h.folded(decision); err != nil {
		return err
	} else if found {
		return h.foldInto(open, decision)
	}
	if h.endsNothing(decision) {
		return h.finish(ticket.DispositionMachine, "rule "+strings.Join(decision.Rules, ", "), 0)
	}
	var err error
	if h.same, err = h.sameMatterAs(); err != nil {
		return err
	}
	if repeats, err := h.repeats(h.same); err != nil {
		return err
	} else if repeats {
		return h.fileRepeat(h.same)
	}
	t := h.ticketOf(decision)
	o, refused, err := h.commandOpening(&t)
	if refused || err != nil {
		return err
	}
	h.channel = o.channel
	if t.Language, err = h.language(decision); err != nil {
		return err
	}
	if t.Follows, err = h.followed(); err != nil {
		return err
	}
	if err := h.readOpening(t.Follows); err != nil {
		return err
	}
	incident, known, err := h.known(t)
	if err != nil {
		return err
	}
	if !known {
		if err := h.assign(&t); err != nil {
			return err
		}
	}
	if !h.silent {
		if err := h.count(&t); err != nil {
			return err
		}
	}
	requester, err := h.openTicket(&t, decision)
	if err != nil {
		return err
	}
	if err := h.changePeople(t, o); err != nil {
		return err
	}
	if known {
		err = h.join(&t, incident, ticket.ActorDesk)
	} else {
		known, err = h.watch(&t)
	}
	if err != nil {
		return err
	}
	return h.announceNew(t, requester, decision, known)
}

// openTicket keeps a new ticket with the mail as its first entry, and how it
// came to be. It returns the requester's part in it.
func (h *handling) openTicket(t *ticket.Ticket, decision routing.Decision) (ticket.Participant, error) {
	var err error
	if t.ID, err = h.tx.InsertTicket(*t); err != nil {
		return ticket.Participant{}, fmt.Errorf("make ticket: %w", err)
	}
	h.verdict.Opened = *t
	if p := h.set.Rules.Promise(t.Target, string(t.Priority), t.Category, t.Queue); p != nil {
		h.verdict.Target = p.Name
	}
	if err := h.judge(t.ID); err != nil {
		return ticket.Participant{}, err
	}
	requester, err := h.participant(t.ID, ticket.RoleRequester, t.Requester, t.Name)
	if err != nil {
		return ticket.Participant{}, err
	}
	if requester, err = h.proveReader(requester); err != nil {
		return ticket.Participant{}, err
	}
	if err := h.fileOpening(*t); err != nil {
		return ticket.Participant{}, err
	}
	if err := h.addPeople(*t, true); err != nil {
		return ticket.Participant{}, err
	}
	if err := h.bindThread(*t, decision); err != nil {
		return ticket.Participant{}, err
	}
	if err := h.createdEvents(*t, decision); err != nil {
		return ticket.Participant{}, err
	}
	if err := h.recordBehalf(*t); err != nil {
		return ticket.Participant{}, err
	}
	if err := h.noteFailedRules(*t, decision); err != nil {
		return ticket.Participant{}, err
	}
	return requester, h.tellOfLoop(*t)
}

// announceNew tells who must be told of a new ticket. Where it reports a known
// incident its requester learns that, and agents hear of the incident instead.
func (h *handling) announceNew(t ticket.Ticket, requester ticket.Participant, decision routing.Decision, known bool) error {
	if err := h.acknowledge(t, requester, decision, known); err != nil {
		return err
	}
	if !known {
		if err := h.tellNew(t); err != nil {
			return err
		}
		if err := h.joinCopies(); err != nil {
			return err
		}
		if err := h.addOnlookers(t, slices.Concat(decision.Onlookers, h.queuesOf(h.mail.Envelope.ForwardPaths, h.isHome(t.Address, t.Queue)))); err != nil {
			return err
		}
	}
	if err := h.fileAway(t); err != nil {
		return err
	}
	return h.finish(ticket.DispositionNew, h.newReason(t), t.ID)
}

// noSubject stands for a subject of which nothing is left.
const noSubject = "(no subject)"

// ticketOf returns the ticket that a new request opens.
func (h *handling) ticketOf(decision routing.Decision) ticket.Ticket {
	address, name := h.requester()
	if b := h.behalf; b.how != "" {
		address, name = b.who.Address, b.who.Name
	}
	subject := h.cleanSubject()
	if subject == "" {
		subject = noSubject
	}
	return ticket.Ticket{
		Subject:   subject,
		Address:   h.intake(),
		Requester: address,
		Name:      name,
		Status:    ticket.StatusNew,
		Category:  decision.Category,
		Kind:      ticket.Kind(decision.Kind),
		Priority:  ticket.Priority(decision.Priority),
		Queue:     decision.Queue,
		Level:     decision.Level,
		Assignee:  decision.Assignee,
		Target:    decision.Target,
		Tags:      h.tags(decision),
		Rules:     decision.Rules,
		CreatedAt: h.now,
		UpdatedAt: h.now,
	}
}

// intake returns the address of ours that the mail names first, in To before Cc, else
// the one that it came to.
func (h *handling) intake() string {
	named := h.recipients()[len(h.mail.Envelope.ForwardPaths):]
	for _, path := range slices.Concat(named, h.mail.Envelope.ForwardPaths) {
		if a, ok := h.set.addressFor(path); ok {
			return a.Mail
		}
	}
	return h.set.primary().Mail
}

// requester returns who asks: the strict From, or else the envelope's sender.
// Both empty means that nobody can be answered.
func (h *handling) requester() (address, name string) {
	if h.msg.Writer.Address != "" {
		return h.msg.Writer.Address, h.msg.Writer.Name
	}
	if path := h.mail.Envelope.ReversePath; !h.mail.Envelope.Unknown && path != "" {
		if a, err := mailparse.ParseIdentity([]string{path}); err == nil {
			return a.Address, h.msg.FromShown.Name
		}
	}
	return "", h.msg.FromShown.Name
}

// tags returns the tags of the rules, and what the desk marks by itself.
func (h *handling) tags(decision routing.Decision) []string {
	if h.fetched().Whole > 0 {
		return append(slices.Clip(decision.Tags), "too-large")
	}
	return decision.Tags
}

// followed returns the closed ticket that the mail belongs to, 0 when there is none.
func (h *handling) followed() (ticket.ID, error) {
	id := ticket.ID(h.verdict.Match.Ticket)
	if id == 0 {
		return 0, nil
	}
	t, err := h.tx.Ticket(id)
	if err != nil {
		return 0, ignoreNotFound(err)
	}
	return t.ID, nil
}

// fileEntry puts the mail into the correspondence of a ticket.
func (h *handling) fileEntry(t ticket.ID, kind ticket.EntryKind) error {
	return h.fileText(t, kind, h.newText())
}

// fileText is fileEntry with another text in place of what the author wrote.
func (h *handling) fileText(t ticket.ID, kind ticket.EntryKind, text string) error {
	address, name := h.requester()
	e := ticket.Entry{
		Ticket: t, Mail: h.mail.ID, Kind: kind,
		Author: address, Name: name, Subject: h.msg.Subject,
		Text: text, At: h.now,
	}
	if h.msg.Text != e.Text {
		e.Full = h.msg.Text
	}
	if _, err := h.tx.AddEntry(e); err != nil {
		return fmt.Errorf("file mail: %w", err)
	}
	return h.bindIDs(t)
}

// maxNamed bounds the ids that are kept of one mail of an archive.
const maxNamed = 50

// bindIDs keeps the mail's Message-ID for its ticket. In a trusted archive it
// keeps those that the mail names, too, as refs of no mail: they may come
// later, or never, and still show which mails belong together.
func (h *handling) bindIDs(t ticket.ID) error {
	if h.msg.MessageID != "" {
		if err := h.tx.AddMessageRef(ticket.MessageRef{MessageID: h.msg.MessageID, Ticket: t, Mail: h.mail.ID}); err != nil {
			return err
		}
	}
	if !h.mail.Trusted {
		return nil
	}
	named := slices.Concat(h.msg.InReplyTo, h.msg.References)
	for _, id := range named[:min(len(named), maxNamed)] {
		known, err := h.tx.FindMessageID(id)
		if err != nil {
			return err
		}
		if len(known) > 0 {
			continue
		}
		if err := h.tx.AddMessageRef(ticket.MessageRef{MessageID: id, Ticket: t}); err != nil {
			return err
		}
	}
	return nil
}

// createdEvents writes down how the ticket came to be.
func (h *handling) createdEvents(t ticket.Ticket, decision routing.Decision) error {
	events := []ticket.Event{{Kind: ticket.EventCreated, To: t.Queue, Number: t.Level, Reason: strings.Join(decision.Rules, ", ")}}
	if t.Assignee != "" {
		events = append(events, ticket.Event{Kind: ticket.EventAssigned, To: t.Assignee})
	}
	if t.Follows != 0 {
		events = append(events, ticket.Event{Kind: ticket.EventFollows, OtherTicket: t.Follows})
	}
	if lost := h.verdict.Match.Lost; lost != 0 {
		events = append(events, ticket.Event{Kind: ticket.EventLost, OtherTicket: ticket.ID(lost)})
	} else if claimed := h.verdict.Match.Claims; claimed != 0 {
		events = append(events, ticket.Event{Kind: ticket.EventClaims, OtherTicket: ticket.ID(claimed)})
	}
	for _, e := range events {
		e.Ticket, e.Actor = t.ID, ticket.ActorDesk
		if err := h.record(e); err != nil {
			return err
		}
	}
	return nil
}

// newReason says why the mail opened a ticket.
func (h *handling) newReason(t ticket.Ticket) string {
	switch {
	case t.Follows != 0:
		return "follow-up"
	case h.verdict.Match.Lost != 0:
		return lostReason
	case h.verdict.Match.Claims != 0:
		return "claims-other-ticket"
	case h.msg.Class != mailparse.Person:
		return h.msg.ClassReason
	default:
		return "new-request"
	}
}

// acknowledge decides, once per ticket, whether the requester gets an
// acknowledgement, and keeps the reason where not.
func (h *handling) acknowledge(t ticket.Ticket, requester ticket.Participant, decision routing.Decision, known bool) error {
	n := notify.Notice{Template: notify.TemplateAcknowledgement, Variant: decision.Template, Known: known, Channel: h.channel}
	reason, never := h.whyNoAcknowledgement(t, decision)
	if never {
		if err := h.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventNeverAnswered, Actor: ticket.ActorDesk, Reason: reason}); err != nil {
			return err
		}
	}
	if reason != "" {
		return h.withhold(t, requester, n, reason)
	}
	n.Now, n.Abroad = h.requesterClock()
	return h.tell(t, requester, n)
}

// whyNoAcknowledgement returns what of the mail itself asks for silence, empty
// when there is nothing, and whether it holds for every automatic mail.
func (h *handling) whyNoAcknowledgement(t ticket.Ticket, decision routing.Decision) (reason string, never bool) {
	switch {
	case h.silent:
		return ticket.ReasonImport, false
	case t.Requester == "":
		return "no-sender", false
	case h.behalf.how == ticket.RequestAddressed:
		return "agent-wrote", false // they asked for nothing, and have the agent's mail
	case h.msg.Silence != mailparse.Answerable:
		return h.msg.ClassReason, true
	case h.set.Guard.Marks(h.msg.Header):
		return "guard-header", true
	case decision.NoAck:
		return "rule", false
	case h.fetched().Relisted:
		return "relisted", false
	case h.fetched().Whole > 0:
		return "too-large", false
	case h.late():
		return "late", false
	case slices.ContainsFunc(h.mail.Envelope.ForwardPaths, h.set.official):
		return "postmaster", false
	}
	return h.loop, false
}
