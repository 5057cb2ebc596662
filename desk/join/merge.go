package join

import (
	"fmt"
	"slices"

	"maildesk/desk/agentmail"

	"maildesk/desk/command"
	"maildesk/desk/decision"
	"maildesk/desk/incident"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// Tickets about one matter are worked on in one of them: #merge. The other one is
// closed and keeps its requester, its correspondence and its reply addresses, so that
// each of several requesters reads a conversation of their own: what agents write, and
// never what another requester wrote. What comes to a merged ticket is filed there and
// told to the agents of the one in which it is worked on. #split takes it apart again.

// FindMerge finds the ticket that a #merge means, and those of #link, and marks the
// command where it cannot be.
func FindMerge(h *incoming.Handling, t ticket.Ticket, o *order.Order) error {
	for _, n := range o.Links {
		_, err := readable(h, n, o.Agent)
		switch {
		case decision.IgnoreNotFound(err) != nil:
			return err
		case err != nil:
			o.Mistake("link", ticket.Say("there is no ticket #%d", n))
		case n == t.ID:
			o.Mistake("link", ticket.Say("#%d is this ticket itself", n))
		}
	}
	if o.Merge == 0 {
		return nil
	}
	into, err := readable(h, o.Merge, o.Agent)
	if err == nil {
		into, err = decision.WorkedOn(h.Tx, into)
	}
	if err == nil && into.ID != o.Merge {
		into, err = readable(h, into.ID, o.Agent)
	}
	var why ticket.Phrase
	switch {
	case decision.IgnoreNotFound(err) != nil:
		return err
	case err != nil:
		why = ticket.Say("there is no ticket #%d", o.Merge)
	case o.Merge == t.ID:
		why = ticket.Say("#%d is this ticket itself", o.Merge)
	case into.ID == t.ID:
		why = ticket.Say("#%d is worked on here already", o.Merge)
	case into.Status == ticket.StatusClosed:
		why = ticket.Say("#%d is closed; #link %[1]d lets the two name each other", into.ID)
	case t.Status == ticket.StatusClosed:
		why = ticket.Say("this ticket is closed")
	case o.After.Status == ticket.StatusResolved && t.Status != ticket.StatusResolved, o.Closing, o.Spam, o.Splits.Asked:
		why = ticket.Say("the ticket cannot end in another way as well")
	case o.Incident.Of == t.ID:
		why = ticket.Say("the ticket leads an incident; #incident 17 makes one of it and that of ticket 17")
	}
	if !why.IsZero() {
		o.Mistake("merge", why)
		return nil
	}
	if o.Merge != into.ID { // that one is merged itself
		o.Say("merge", ticket.Say("worked on in #%d from now on, as #%d is; #split in answer to this mail takes it apart again", into.ID, o.Merge))
	}
	o.Merge = into.ID
	return nil
}

// readable returns a ticket that an agent names. One that they may not read is not
// found: that it exists is nobody's business.
func readable(h *incoming.Handling, n ticket.ID, agent settings.Agent) (ticket.Ticket, error) {
	t, err := h.Tx.Ticket(n)
	if err != nil {
		return t, err
	}
	may, err := h.MaySee(t, agent)
	if err == nil && !may {
		err = fmt.Errorf("ticket %d of a private queue: %w", n, ticket.ErrNotFound)
	}
	return t, err
}

// Link writes down on both tickets that they belong together.
func Link(h *incoming.Handling, t ticket.ID, o order.Order) error {
	for _, n := range o.Links {
		for _, e := range []ticket.Event{{Ticket: t, OtherTicket: n}, {Ticket: n, OtherTicket: t}} {
			e.Kind, e.Actor = ticket.EventLinked, o.Agent.Name
			if err := h.Record(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// FileOnSeats files what an agent wrote to the readers of a ticket on those that are
// worked on in it, too: their readers get it.
func FileOnSeats(h *incoming.Handling, t ticket.ID, agent settings.Agent, text string) error {
	merged, err := decision.MergedInto(h.Tx, t)
	if err != nil {
		return err
	}
	for _, m := range merged {
		if err := h.FileText(m.ID, ticket.EntryReply, notices.WithoutQuotes(text)); err != nil {
			return err
		}
		if err := h.Record(ticket.Event{Ticket: m.ID, Kind: ticket.EventAnswered, Actor: agent.Name, OtherTicket: t}); err != nil {
			return err
		}
	}
	return nil
}

// Merge lets a ticket be worked on in another one. The requesters of both are told,
// once each; what the agent wrote goes with it to the one whose ticket is merged.
func Merge(h *incoming.Handling, t ticket.Ticket, o order.Order, text string) error {
	into, err := h.Tx.Ticket(o.Merge)
	if err != nil {
		return err
	}
	if err := h.Change.Apply(&t, o); err != nil {
		return err
	}
	had := h.Responsible(t)
	for _, e := range []ticket.Event{
		{Ticket: t.ID, Kind: ticket.EventMerged, OtherTicket: into.ID},
		{Ticket: into.ID, Kind: ticket.EventMergedIn, OtherTicket: t.ID},
	} {
		e.Actor = o.Agent.Name
		if err := h.Record(e); err != nil {
			return err
		}
	}
	if err := h.Move(&t, ticket.StatusResolved, o.Agent.Name); err != nil {
		return err
	}
	if into.Status == ticket.StatusResolved {
		if err := h.Move(&into, ticket.StatusOpen, o.Agent.Name); err != nil {
			return err
		}
	}
	t.Merged, t.WakeAt = into.ID, h.Now
	if err := tellMerged(h, &t, into, o, text); err != nil {
		return err
	}
	if err := h.Save(&t); err != nil {
		return err
	}
	if err := h.Save(&into); err != nil {
		return err
	}
	if err := tellAgentsOfMerge(h, t, into, o, had); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionAppended, string(h.Verdict.Match.Reason), t.ID)
}

// tellMerged tells the readers of both tickets. Whoever reads both is told once.
func tellMerged(h *incoming.Handling, t *ticket.Ticket, into ticket.Ticket, o order.Order, text string) error {
	reply := text
	if o.Note {
		reply = ""
	}
	same := settings.SameAddress(t.Requester, into.Requester)
	n := notify.Notice{Template: notify.TemplateMerged, Actor: o.Agent.Name, Text: reply, Written: agentmail.AnswersReaders(h, o, text), Into: into.ID, Same: same}
	own, err := h.Readers(t.ID)
	if err != nil {
		return err
	}
	if err := notices.Inform(h.Change, t, n); err != nil {
		return err
	}
	others, err := h.Readers(into.ID)
	if err != nil {
		return err
	}
	others = slices.DeleteFunc(others, func(p ticket.Participant) bool { return notices.IsAmong(own, p.Address) })
	if others, err = notices.Tellable(h.Change, into, others); err != nil {
		return err
	}
	for _, p := range others {
		if err := notices.Send(h.Change, into, p, notify.Notice{Template: notify.TemplateJoined}); err != nil {
			return err
		}
	}
	return nil
}

// tellAgentsOfMerge tells those who have the two tickets what is worked on where, with
// the words of the request that is new to them, and its writer how to take it back.
func tellAgentsOfMerge(h *incoming.Handling, t, into ticket.Ticket, o order.Order, had []settings.Agent) error {
	words, err := incident.FirstText(h.Change, t.ID)
	if err != nil {
		return err
	}
	n := notify.Notice{Template: notify.TemplateColleague, Actor: o.Agent.Name, Did: notify.DidMerge, Text: words, Into: t.ID}
	told := slices.Clone(h.Responsible(into))
	for _, a := range had {
		if !slices.ContainsFunc(told, func(b settings.Agent) bool { return b.Name == a.Name }) {
			told = append(told, a)
		}
	}
	if err := notices.SendToAgents(h.Change, into, told, n, o.Agent); err != nil {
		return err
	}
	return agentmail.Respond(h, into, o.Agent, notify.Notice{Template: notify.TemplateTranscript, Lines: o.Lines})
}

// unmerge makes a merged ticket one of its own again and announces it.
func unmerge(h *incoming.Handling, t *ticket.Ticket, agent settings.Agent) error {
	for _, e := range []ticket.Event{{Ticket: t.ID, OtherTicket: t.Merged}, {Ticket: t.Merged, OtherTicket: t.ID}} {
		e.Kind, e.Actor = ticket.EventUnmerged, agent.Name
		if err := h.Record(e); err != nil {
			return err
		}
	}
	t.Merged = 0
	if t.Status == ticket.StatusClosed {
		if err := h.Move(t, ticket.StatusResolved, agent.Name); err != nil {
			return err
		}
	}
	if err := h.Move(t, ticket.StatusOpen, agent.Name); err != nil {
		return err
	}
	if err := h.Assign(t); err != nil {
		return err
	}
	text, err := incident.FirstText(h.Change, t.ID)
	if err != nil {
		return err
	}
	n := notify.Notice{Template: notify.TemplateNewTicket, Actor: settings.FirstOf(t.Name, t.Requester), Text: text}
	return notices.SendToAgents(h.Change, *t, h.Responsible(*t), n, settings.Agent{})
}

// AboutItself reports whether an agent's mail says something of the merged ticket that
// it came to, and not of the one in which that is worked on.
func AboutItself(h *incoming.Handling) bool {
	commands := command.Read(h.Msg.Reply).Commands
	return len(commands) > 0 && !slices.ContainsFunc(commands, func(c command.Command) bool {
		return c.Name != "split" && c.Name != "accept"
	})
}
