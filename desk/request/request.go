package request

import (
	"fmt"
	"slices"
	"strings"

	"maildesk/desk/approval"
	"maildesk/desk/copies"
	"maildesk/desk/decision"
	"maildesk/desk/incident"
	"maildesk/desk/incoming"
	"maildesk/desk/loop"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/mailparse"
	"maildesk/routing"
	"maildesk/ticket"
)

// NewTicket makes a ticket of the mail, acknowledges it where that is right
// and tells the agents of its queue.
func NewTicket(h *incoming.Handling) error {
	h.ReadBehalf()
	if err := Look(h); err != nil {
		return err
	}
	route := judge(h)
	h.Verdict.Route = &route
	if done, err := needsNoTicket(h, route); done || err != nil {
		return err
	}
	t := TicketOf(h, route)
	o, refused, err := readOpening(h, &t, route)
	if refused || err != nil {
		return err
	}
	h.Channel = o.Channel
	if t.Follows, err = followed(h); err != nil {
		return err
	}
	if err := h.ReadOpening(t.Follows); err != nil {
		return err
	}
	outage, known, err := incident.Known(h, t)
	if err != nil {
		return err
	}
	if !known {
		if err := assignNew(h, &t, &o); err != nil {
			return err
		}
	}
	if !h.Silent {
		if err := h.UpdateDue(&t); err != nil {
			return err
		}
	}
	requester, err := openTicket(h, &t, route)
	if err != nil {
		return err
	}
	if err := keepOpening(h, t, o); err != nil {
		return err
	}
	if known {
		err = incident.Join(h.Change, &t, outage, ticket.ActorDesk)
	} else {
		known, err = incident.Detect(h, &t)
	}
	if err != nil {
		return err
	}
	if h.Similar, err = findSimilar(h, t, known); err != nil {
		return err
	}
	return announceNew(h, t, o, requester, route, known)
}

// assignNew finds who works on a new ticket: nobody yet where it must be approved first.
func assignNew(h *incoming.Handling, t *ticket.Ticket, o *opening) (err error) {
	if o.demand, o.nobody, err = approval.Demanded(h.Change, *t); err != nil || len(o.demand.By) > 0 {
		return err
	}
	return h.Assign(t)
}

// keepOpening does what else an agent's new mail says of the ticket that it opens.
func keepOpening(h *incoming.Handling, t ticket.Ticket, o opening) error {
	if err := h.ChangePeople(t, o.Order); err != nil || o.Worked == 0 {
		return err
	}
	return h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventWorked, Actor: o.Agent.Name, Number: o.Worked})
}

// needsNoTicket finishes a mail that becomes no ticket of its own: a rule says so, or it
// belongs to one that there is.
func needsNoTicket(h *incoming.Handling, route routing.Decision) (done bool, err error) {
	reason := "rule " + strings.Join(route.Rules, ", ")
	switch {
	case route.Spam:
		if ended, err := copies.EndsAsSpam(h); ended || err != nil {
			return true, err
		}
		return true, finishJudged(h, ticket.DispositionSpam, reason)
	case route.Ticket == routing.TicketNo && h.Msg.Class != mailparse.Person:
		return true, finishJudged(h, ticket.DispositionMachine, reason)
	}
	if route.Requester == routing.RequesterReplyTo {
		h.ReadReplyTo()
	} else {
		h.ReadReplyToOfMachine()
	}
	if open, found, err := folded(h, route); err != nil {
		return false, err
	} else if found {
		return true, foldInto(h, open, route)
	}
	if endsNothing(h, route) {
		return true, h.Finish(ticket.DispositionMachine, reason, 0)
	}
	return joinsSame(h)
}

// joinsSame files a mail on a ticket that may be about the same matter, where it says
// nothing new. Else the latest of these tickets is offered to the agents.
func joinsSame(h *incoming.Handling) (done bool, err error) {
	same, err := sameMatters(h)
	if err != nil {
		return false, err
	}
	b, forwards := h.Forwards()
	for _, t := range same {
		if forwards {
			if known, err := hasWords(h, t, b); err != nil {
				return false, err
			} else if known && (h.Was == nil || h.Was.Reason == reasonPassedOn) {
				return true, JoinForward(h, t)
			}
			continue
		}
		if repeats, err := repeats(h, t); err != nil {
			return false, err
		} else if repeats {
			return true, fileRepeat(h, t)
		}
	}
	if len(same) > 0 {
		h.Same = same[0]
	}
	return false, nil
}

// finishJudged finishes a mail and keeps how it was judged.
func finishJudged(h *incoming.Handling, d ticket.Disposition, reason string) error {
	if err := h.Judge(0); err != nil {
		return err
	}
	return h.Finish(d, reason, 0)
}

// openTicket keeps a new ticket with the mail as its first entry, and how it
// came to be. It returns the requester's part in it.
func openTicket(h *incoming.Handling, t *ticket.Ticket, route routing.Decision) (ticket.Participant, error) {
	var err error
	if t.ID, err = h.Tx.InsertTicket(*t); err != nil {
		return ticket.Participant{}, fmt.Errorf("make ticket: %w", err)
	}
	h.Verdict.Opened = *t
	if p := h.Set.Rules.Promise(t.Target, string(t.Priority), t.Category, t.Queue); p != nil {
		h.Verdict.Target = p.Name
	}
	if err := h.Judge(t.ID); err != nil {
		return ticket.Participant{}, err
	}
	requester, err := h.Participant(t.ID, ticket.RoleRequester, t.Requester, t.Name)
	if err != nil {
		return ticket.Participant{}, err
	}
	if requester, err = h.ProveReader(requester); err != nil {
		return ticket.Participant{}, err
	}
	if err := h.FileOpening(*t); err != nil {
		return ticket.Participant{}, err
	}
	if err := h.AddPeople(*t, true); err != nil {
		return ticket.Participant{}, err
	}
	if err := bindThread(h, *t, route); err != nil {
		return ticket.Participant{}, err
	}
	if err := createdEvents(h, *t, route); err != nil {
		return ticket.Participant{}, err
	}
	if err := h.RecordBehalf(*t); err != nil {
		return ticket.Participant{}, err
	}
	if err := noteFailedRules(h, *t, route); err != nil {
		return ticket.Participant{}, err
	}
	return requester, loop.WarnAgents(h, *t)
}

// announceNew tells whoever must be told of a new ticket. Where it reports a known
// incident its requester learns that, and agents hear of the incident instead.
func announceNew(h *incoming.Handling, t ticket.Ticket, o opening, requester ticket.Participant, route routing.Decision, known bool) error {
	if !known && len(o.demand.By) > 0 {
		o.demand.Careful = h.Caution()
		if err := approval.AskFor(h.Change, &t, o.demand, h.NewText()); err != nil {
			return err
		}
		if err := h.Save(&t); err != nil {
			return err
		}
	}
	if err := Acknowledge(h, t, requester, route, known); err != nil {
		return err
	}
	if err := sendTexts(h, &t, o); err != nil {
		return err
	}
	if !known {
		if err := notifyNew(h, t, o); err != nil {
			return err
		}
		if err := copies.JoinCopies(h); err != nil {
			return err
		}
		if err := copies.AddOnlookers(h, t, slices.Concat(route.Onlookers, copies.QueuesOf(h, h.Mail.Envelope.ForwardPaths, copies.IsHome(h, t.Address, t.Queue)))); err != nil {
			return err
		}
	}
	if err := fileAway(h, t); err != nil {
		return err
	}
	if err := tellUndone(h, t); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionNew, newReason(h, t), t.ID)
}

// notifyNew tells the agents of a new ticket, unless it has to be approved first.
func notifyNew(h *incoming.Handling, t ticket.Ticket, o opening) error {
	says := ticket.Together(approval.Before(o.demand, o.nobody), h.SaysMarked(), h.SaysThrough(), h.SaysBeside(), h.SaysElsewhere(), h.SaysSentBy())
	if len(o.demand.By) > 0 {
		return h.NotifyOpener(t, says)
	}
	return h.NotifyNew(t, says)
}

// TicketOf returns the ticket that a new request opens.
func TicketOf(h *incoming.Handling, route routing.Decision) ticket.Ticket {
	address, name := h.Requester()
	if b := h.Behalf; b.How != "" {
		address, name = b.Who.Address, b.Who.Name
	}
	subject := h.CleanSubject()
	if subject == "" {
		subject = notices.NoSubject
	}
	return ticket.Ticket{
		Subject:   subject,
		Address:   h.Intake(),
		Requester: address,
		Name:      name,
		Status:    ticket.StatusNew,
		Category:  route.Category,
		Kind:      ticket.Kind(route.Kind),
		Priority:  ticket.Priority(route.Priority),
		Queue:     route.Queue,
		Level:     route.Level,
		Assignee:  route.Assignee,
		Target:    route.Target,
		Tags:      tags(h, route),
		Rules:     route.Rules,
		CreatedAt: h.Now,
		UpdatedAt: h.Now,
	}
}

// tags returns the tags of the rules, and what the desk marks by itself.
func tags(h *incoming.Handling, route routing.Decision) []string {
	if h.Fetched().Whole > 0 {
		return append(slices.Clip(route.Tags), "too-large")
	}
	return route.Tags
}

// followed returns the closed ticket that the mail belongs to, 0 when there is none.
func followed(h *incoming.Handling) (ticket.ID, error) {
	id := ticket.ID(h.Verdict.Match.Ticket)
	if id == 0 {
		return 0, nil
	}
	t, err := h.Tx.Ticket(id)
	if err != nil {
		return 0, decision.IgnoreNotFound(err)
	}
	return t.ID, nil
}

// createdEvents writes down how the ticket came to be.
func createdEvents(h *incoming.Handling, t ticket.Ticket, route routing.Decision) error {
	events := []ticket.Event{{Kind: ticket.EventCreated, To: t.Queue, Number: t.Level, Reason: strings.Join(route.Rules, ", ")}}
	if t.Assignee != "" {
		events = append(events, ticket.Event{Kind: ticket.EventAssigned, To: t.Assignee})
	}
	if t.Follows != 0 {
		events = append(events, ticket.Event{Kind: ticket.EventFollows, OtherTicket: t.Follows})
	}
	if lost := h.Verdict.Match.Lost; lost != 0 {
		events = append(events, ticket.Event{Kind: ticket.EventLost, OtherTicket: ticket.ID(lost)})
	} else if claimed := h.Verdict.Match.Claims; claimed != 0 {
		events = append(events, ticket.Event{Kind: ticket.EventClaims, OtherTicket: ticket.ID(claimed)})
	}
	for _, e := range events {
		e.Ticket, e.Actor = t.ID, ticket.ActorDesk
		if err := h.Record(e); err != nil {
			return err
		}
	}
	return nil
}

// newReason says why the mail opened a ticket.
func newReason(h *incoming.Handling, t ticket.Ticket) string {
	switch {
	case t.Follows != 0:
		return ticket.ReasonFollowUp
	case h.Verdict.Match.Lost != 0:
		return LostReason
	case h.Verdict.Match.Claims != 0:
		return ticket.ReasonClaims
	case h.Msg.Class != mailparse.Person:
		return h.Msg.ClassReason
	default:
		return ticket.ReasonNewRequest
	}
}

// fileAway closes the new ticket of an old mail that is history.
func fileAway(h *incoming.Handling, t ticket.Ticket) error {
	if i := h.Imported(); i == nil || i.Open {
		return nil
	}
	if err := h.Move(&t, ticket.StatusResolved, "import"); err != nil {
		return err
	}
	t.InformedAt = h.Now
	if err := h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventInformed, Actor: ticket.ActorImport, Reason: "an old matter: nobody is told"}); err != nil {
		return err
	}
	if err := h.Move(&t, ticket.StatusClosed, "import"); err != nil {
		return err
	}
	return h.Save(&t)
}

// LostReason is the disposition of a mail that answers one of a lost past.
const LostReason = string(notify.UndoneLost)
