package desk

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"maildesk/compose"
	"maildesk/desk/command"
	"maildesk/desk/notify"
	"maildesk/ticket"
)

// Tickets about one matter are worked on in one of them: #merge. The other one is
// closed and keeps its requester, its correspondence and its reply addresses, so that
// each of several requesters reads a conversation of their own: what agents write, and
// never what another requester wrote. What comes to a merged ticket is filed there and
// told to the agents of the one in which it is worked on. #split takes it apart again.

// maxMerges bounds how far merged tickets are followed.
const maxMerges = 50

// stepMerge lets the ticket be worked on in another one; findMerge looks whether it can.
func stepMerge(_ *Settings, o *order, arg string, _ time.Time) (ticket.Phrase, error) {
	n, err := ticketNumber("merge", arg)
	if err != nil {
		return ticket.Phrase{}, err
	}
	o.merge = n
	return ticket.Say("worked on in #%d from now on; #split in answer to this mail takes it apart again", n), nil
}

// stepLink mentions a ticket in another one, and the other way round.
func stepLink(_ *Settings, o *order, arg string, _ time.Time) (ticket.Phrase, error) {
	n, err := ticketNumber("link", arg)
	if err != nil {
		return ticket.Phrase{}, err
	}
	o.links = append(o.links, n)
	return ticket.Say("each of the two names the other: #%d", n), nil
}

// ticketNumber parses the argument of a command: "17", "#17".
func ticketNumber(name, arg string) (ticket.ID, error) {
	n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimPrefix(arg, "#")), 10, 64)
	if err != nil || n <= 0 {
		return 0, ticket.Say("the number of a ticket is needed, as in #%s 17", name)
	}
	return ticket.ID(n), nil
}

// findMerge finds the ticket that a #merge means, and those of #link, and marks the
// command where it cannot be.
func (h *handling) findMerge(t ticket.Ticket, o *order) error {
	for _, n := range o.links {
		_, err := h.tx.Ticket(n)
		switch {
		case ignoreNotFound(err) != nil:
			return err
		case err != nil:
			o.mistake("link", ticket.Say("there is no ticket #%d", n))
		case n == t.ID:
			o.mistake("link", ticket.Say("#%d is this ticket itself", n))
		}
	}
	if o.merge == 0 {
		return nil
	}
	into, err := h.tx.Ticket(o.merge)
	if err == nil {
		into, err = workedOn(h.tx, into)
	}
	var why ticket.Phrase
	switch {
	case ignoreNotFound(err) != nil:
		return err
	case err != nil:
		why = ticket.Say("there is no ticket #%d", o.merge)
	case o.merge == t.ID:
		why = ticket.Say("#%d is this ticket itself", o.merge)
	case into.ID == t.ID:
		why = ticket.Say("#%d is worked on here already", o.merge)
	case into.Status == ticket.StatusClosed:
		why = ticket.Say("#%d is closed; #link %[1]d lets the two name each other", into.ID)
	case t.Status == ticket.StatusClosed:
		why = ticket.Say("this ticket is closed")
	case o.after.Status == ticket.StatusResolved && t.Status != ticket.StatusResolved, o.closing, o.spam, o.splits.asked:
		why = ticket.Say("the ticket cannot end in another way as well")
	case o.report.of == t.ID:
		why = ticket.Say("the ticket leads an incident; #incident 17 makes one of it and that of ticket 17")
	}
	if !why.IsZero() {
		o.mistake("merge", why)
		return nil
	}
	if o.merge != into.ID { // that one is merged itself
		o.say("merge", ticket.Say("worked on in #%d from now on, as #%d is; #split in answer to this mail takes it apart again", into.ID, o.merge))
	}
	o.merge = into.ID
	return nil
}

// say changes what is said of a command.
func (o *order) say(name string, message ticket.Phrase) {
	for i, line := range o.lines {
		if first, _, _ := strings.Cut(line.Command, " "); first == "#"+name {
			o.lines[i].Message = message
		}
	}
}

// link writes down on both tickets that they belong together.
func (h *handling) link(t ticket.ID, o order) error {
	for _, n := range o.links {
		for _, e := range []ticket.Event{{Ticket: t, OtherTicket: n}, {Ticket: n, OtherTicket: t}} {
			e.Kind, e.Actor = ticket.EventLinked, o.agent.Name
			if err := h.record(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// workedOn returns the ticket in which one is worked on: itself, or the one into which
// it was merged, and so on.
func workedOn(r ticket.TicketReader, t ticket.Ticket) (ticket.Ticket, error) {
	for range maxMerges {
		if t.Merged == 0 {
			break
		}
		next, err := r.Ticket(t.Merged)
		if err != nil {
			return t, fmt.Errorf("ticket #%d, in which #%d is worked on: %w", t.Merged, t.ID, err)
		}
		t = next
	}
	return t, nil
}

// MergedInto returns the tickets that are worked on in one, in the order in which they
// were merged, with those that had been merged into them.
func MergedInto(r ticket.Reader, id ticket.ID) ([]ticket.Ticket, error) {
	var all []ticket.Ticket
	for from, at := id, 0; ; at++ {
		events, err := r.Events(from, ticket.EventMergedIn)
		if err != nil {
			return nil, err
		}
		for _, e := range events {
			t, err := r.Ticket(e.OtherTicket)
			if err != nil {
				return nil, err
			}
			known := slices.ContainsFunc(all, func(a ticket.Ticket) bool { return a.ID == t.ID })
			if t.Merged == from && !known && len(all) < maxMerges {
				all = append(all, t)
			}
		}
		if at >= len(all) {
			return all, nil
		}
		from = all[at].ID
	}
}

// seat is a reader in the ticket that is theirs.
type seat struct {
	ticket ticket.Ticket
	reader ticket.Participant
}

// seats returns the readers of the tickets that are worked on in one, each person
// once, without those who read that one itself.
func (c *change) seats(t ticket.ID) ([]seat, error) {
	merged, err := MergedInto(c.tx, t)
	if err != nil || len(merged) == 0 {
		return nil, err
	}
	known, err := c.readers(t)
	if err != nil {
		return nil, err
	}
	var all []seat
	for _, m := range merged {
		readers, err := c.readers(m.ID)
		if err != nil {
			return nil, err
		}
		for _, p := range readers {
			if !isAmong(known, p.Address) {
				all, known = append(all, seat{m, p}), append(known, p)
			}
		}
	}
	return all, nil
}

func isAmong(people []ticket.Participant, address string) bool {
	return slices.ContainsFunc(people, func(p ticket.Participant) bool { return sameAddress(p.Address, address) })
}

// seatOf returns the ticket that is the writer's of the mail: the one that its evidence
// leads to or, where they take part only in one that is worked on there, that one.
func (h *handling) seatOf(t ticket.Ticket) (ticket.Ticket, error) {
	readers, err := h.readers(t.ID)
	if err != nil || isAmong(readers, h.msg.From.Address) {
		return t, err
	}
	seats, err := h.seats(t.ID)
	if err != nil {
		return t, err
	}
	if i := slices.IndexFunc(seats, func(s seat) bool { return sameAddress(s.reader.Address, h.msg.From.Address) }); i >= 0 {
		return seats[i].ticket, nil
	}
	return t, nil
}

// forAll returns a notice as it may go to all who read a ticket or one that is worked on
// in it: where these are several requesters, lines that quote somebody stay out, as they
// may be the words of another one.
func (c *change) forAll(t ticket.ID, n notify.Notice) (notify.Notice, []seat, error) {
	seats, err := c.seats(t)
	if len(seats) > 0 {
		n.Text = withoutQuotes(n.Text)
	}
	return n, seats, err
}

// sendToSeats sends a notice about a ticket to the readers of those that are worked on
// in it, each in their own conversation.
func (c *change) sendToSeats(seats []seat, n notify.Notice) error {
	n.Bare = true // nobody looked at these tickets: their own words stay out
	for _, s := range seats {
		to := []ticket.Participant{s.reader}
		if n.Auto() != compose.Human {
			var err error
			if to, err = c.tellable(s.ticket, to); err != nil {
				return err
			}
		}
		for _, p := range to {
			if err := c.tell(s.ticket, p, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// withoutQuotes returns a text without its quoted lines.
func withoutQuotes(text string) string {
	var kept []string
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(strings.TrimLeft(line, " \t"), ">") {
			kept = append(kept, line)
		}
	}
	return strings.TrimSpace(strings.Join(kept, ""))
}

// fileOnSeats files what an agent wrote to the readers of a ticket on those that are
// worked on in it, too: their readers get it.
func (h *handling) fileOnSeats(t ticket.ID, agent Agent, text string) error {
	merged, err := MergedInto(h.tx, t)
	if err != nil {
		return err
	}
	for _, m := range merged {
		if err := h.fileText(m.ID, ticket.EntryReply, withoutQuotes(text)); err != nil {
			return err
		}
		if err := h.record(ticket.Event{Ticket: m.ID, Kind: ticket.EventAnswered, Actor: agent.Name, OtherTicket: t}); err != nil {
			return err
		}
	}
	return nil
}

// mergeInto lets a ticket be worked on in another one. The requesters of both are told,
// once each; what the agent wrote goes with it to the one whose ticket is merged.
func (h *handling) mergeInto(t ticket.Ticket, o order, text string) error {
	into, err := h.tx.Ticket(o.merge)
	if err != nil {
		return err
	}
	if err := h.change.apply(&t, o); err != nil {
		return err
	}
	had := h.responsible(t)
	for _, e := range []ticket.Event{
		{Ticket: t.ID, Kind: ticket.EventMerged, OtherTicket: into.ID},
		{Ticket: into.ID, Kind: ticket.EventMergedIn, OtherTicket: t.ID},
	} {
		e.Actor = o.agent.Name
		if err := h.record(e); err != nil {
			return err
		}
	}
	if err := h.move(&t, ticket.StatusResolved, o.agent.Name); err != nil {
		return err
	}
	if into.Status == ticket.StatusResolved {
		if err := h.move(&into, ticket.StatusOpen, o.agent.Name); err != nil {
			return err
		}
	}
	t.Merged, t.WakeAt = into.ID, h.now
	if err := h.tellMerged(&t, into, o, text); err != nil {
		return err
	}
	if err := h.save(&t); err != nil {
		return err
	}
	if err := h.save(&into); err != nil {
		return err
	}
	if err := h.tellAgentsOfMerge(t, into, o, had); err != nil {
		return err
	}
	return h.finish(ticket.DispositionAppended, string(h.verdict.Match.Reason), t.ID)
}

// tellMerged tells the readers of both tickets. Who reads both is told once.
func (h *handling) tellMerged(t *ticket.Ticket, into ticket.Ticket, o order, text string) error {
	reply := text
	if o.note {
		reply = ""
	}
	same := sameAddress(t.Requester, into.Requester)
	n := notify.Notice{Template: notify.TemplateMerged, Actor: o.agent.Name, Text: reply, Written: h.answersReaders(o, text), Into: into.ID, Same: same}
	own, err := h.readers(t.ID)
	if err != nil {
		return err
	}
	if err := h.inform(t, n); err != nil {
		return err
	}
	others, err := h.readers(into.ID)
	if err != nil {
		return err
	}
	others = slices.DeleteFunc(others, func(p ticket.Participant) bool { return isAmong(own, p.Address) })
	if others, err = h.tellable(into, others); err != nil {
		return err
	}
	for _, p := range others {
		if err := h.tell(into, p, notify.Notice{Template: notify.TemplateJoined}); err != nil {
			return err
		}
	}
	return nil
}

// tellAgentsOfMerge tells those who have the two tickets what is worked on where, with
// the words of the request that is new to them, and its writer how to take it back.
func (h *handling) tellAgentsOfMerge(t, into ticket.Ticket, o order, had []Agent) error {
	words, err := h.firstText(t.ID)
	if err != nil {
		return err
	}
	n := notify.Notice{Template: notify.TemplateColleague, Actor: o.agent.Name, Did: notify.DidMerge, Text: words, Into: t.ID}
	told := slices.Clone(h.responsible(into))
	for _, a := range had {
		if !slices.ContainsFunc(told, func(b Agent) bool { return b.Name == a.Name }) {
			told = append(told, a)
		}
	}
	if err := h.tellAgents(into, told, n, o.agent); err != nil {
		return err
	}
	return h.answerAgent(into, o.agent, notify.Notice{Template: notify.TemplateTranscript, Lines: o.lines})
}

// unmerge makes a merged ticket one of its own again and announces it.
func (h *handling) unmerge(t *ticket.Ticket, agent Agent) error {
	for _, e := range []ticket.Event{{Ticket: t.ID, OtherTicket: t.Merged}, {Ticket: t.Merged, OtherTicket: t.ID}} {
		e.Kind, e.Actor = ticket.EventUnmerged, agent.Name
		if err := h.record(e); err != nil {
			return err
		}
	}
	t.Merged = 0
	if t.Status == ticket.StatusClosed {
		if err := h.move(t, ticket.StatusResolved, agent.Name); err != nil {
			return err
		}
	}
	if err := h.move(t, ticket.StatusOpen, agent.Name); err != nil {
		return err
	}
	if err := h.assign(t); err != nil {
		return err
	}
	text, err := h.firstText(t.ID)
	if err != nil {
		return err
	}
	n := notify.Notice{Template: notify.TemplateNewTicket, Actor: firstOf(t.Name, t.Requester), Text: text}
	return h.tellAgents(*t, h.responsible(*t), n, Agent{})
}

// aboutItself reports whether an agent's mail says something of the merged ticket that
// it came to, and not of the one in which that is worked on.
func (h *handling) aboutItself() bool {
	commands := command.Read(h.msg.Reply).Commands
	return len(commands) > 0 && !slices.ContainsFunc(commands, func(c command.Command) bool {
		return c.Name != "split" && c.Name != "accept"
	})
}

// Story returns the correspondence of a ticket with that of those that are worked on in
// it, oldest first. What was filed on several of them stands once.
func Story(r ticket.Reader, id ticket.ID) ([]ticket.Entry, error) {
	all, err := r.Correspondence(id)
	if err != nil {
		return nil, err
	}
	merged, err := MergedInto(r, id)
	if err != nil || len(merged) == 0 {
		return all, err
	}
	for _, m := range merged {
		entries, err := r.Correspondence(m.ID)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if e.Mail == 0 || !slices.ContainsFunc(all, func(a ticket.Entry) bool { return a.Mail == e.Mail }) {
				all = append(all, e)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b ticket.Entry) int { return a.At.Compare(b.At) })
	return all, nil
}

// latestEntries returns the last entries of a ticket and of those that are worked on in
// it, oldest first.
func (c *change) latestEntries(t ticket.ID, limit int) ([]ticket.Entry, error) {
	merged, err := MergedInto(c.tx, t)
	if err != nil {
		return nil, err
	}
	if len(merged) == 0 {
		entries, err := c.tx.LatestEntries(t, limit)
		slices.Reverse(entries)
		return entries, err
	}
	all, err := Story(c.tx, t)
	return all[max(0, len(all)-limit):], err
}

// readAlong returns who reads what is answered on a ticket, besides its requester.
func (c *change) readAlong(t ticket.ID) ([]ticket.Participant, error) {
	all, err := c.participants(t)
	if err != nil {
		return nil, err
	}
	seats, err := c.seats(t)
	for _, s := range seats {
		all = append(all, s.reader)
	}
	return all, err
}
