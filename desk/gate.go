package desk

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"maildesk/desk/command"
	"maildesk/desk/notify"
	"maildesk/threading"
	"maildesk/ticket"
)

// standing is what decides whether an agent's mail may act on a ticket.
type standing struct {
	proof  Proof
	answer bool // it answers a mail of ours to the agent
	plus   bool // the ticket's address takes plus addresses, so that mails to agents have a signed one
	ended  bool // the ticket was closed token_life ago or earlier
	round  bool // the mail answered is of the ticket's present round
	theirs bool // the agent may act on the ticket as it is now
}

// whyNot returns why the mail may not act; "" when it may.
func (s standing) whyNot() notify.Undone {
	switch {
	case s.proof == ProofForged:
		return notify.UndoneForged
	case !s.answer:
		return notify.UndoneUnproven
	case s.proof == ProofMessageID && s.plus:
		return notify.UndoneMessageID
	case s.ended:
		return notify.UndoneEnded
	case !s.round:
		return notify.UndoneRound
	case !s.theirs:
		return notify.UndoneNotTheirs
	}
	return ""
}

// whyNot returns why the mail of an agent may not act on a ticket; "" when it
// may. A mail that is handled again by rebuild may what it might.
func (h *handling) whyNot(t ticket.Ticket, agent Agent) (notify.Undone, error) {
	if h.was != nil {
		if u := notify.Undone(h.was.Reason); slices.Contains(notify.Undones, u) {
			return u, nil
		}
		return "", nil
	}
	on, err := workedOn(h.tx, t)
	if err != nil {
		return "", err
	}
	theirs, err := h.mayAct(on, agent)
	if err == nil && !theirs && h.aboutItself() {
		theirs, err = h.mayAct(t, agent)
	}
	if err != nil {
		return "", err
	}
	token := h.verdict.Match.Token
	s := standing{
		proof:  h.proof(),
		answer: token != nil && token.Role == string(ticket.RoleAgent),
		ended:  on.Status == ticket.StatusClosed && !h.now.Before(on.ClosedAt.Add(h.set.TokenLife)),
		theirs: theirs,
	}
	if s.answer {
		s.round = token.Round == int64(t.Round)
		_, signed, err := h.answerAddress(t, *token)
		if err != nil {
			return "", err
		}
		s.plus = signed
	}
	return s.whyNot(), nil
}

// mayAct reports whether a ticket, as it is now, is an agent's to work on: they
// have it, or belong to its queue, to one from which the desk itself handed it on,
// or to one that looks on, or said whose request it is. Where its queue is not in the config any more, nobody
// can have lost it: every agent may act.
func (c *change) mayAct(t ticket.Ticket, agent Agent) (bool, error) {
	in := func(queue string) bool { return c.set.isOf(agent, queue) }
	_, known := c.set.queue(t.Queue)
	if !known || in(t.Queue) || strings.EqualFold(t.Assignee, agent.Name) {
		return true, nil
	}
	events, err := c.tx.Events(t.ID, ticket.EventOnlooker, ticket.EventQueue, ticket.EventRequester)
	if err != nil {
		return false, err
	}
	handedOn := true // by nobody but the desk since
	for _, e := range slices.Backward(events) {
		switch e.Kind {
		case ticket.EventRequester:
			if strings.EqualFold(e.Actor, agent.Name) {
				return true, nil
			}
		case ticket.EventOnlooker:
			if in(e.To) {
				return true, nil
			}
		case ticket.EventQueue:
			handedOn = handedOn && e.Actor == ticket.ActorDesk
			if handedOn && in(e.From) {
				return true, nil
			}
		}
	}
	return false, nil
}

// answerAddress returns the address at which a mail about a ticket is answered,
// and whether it is a signed one. Where there is no room or no use for a plus
// address it is the ticket's own, and our Message-ID leads back as well.
func (c *change) answerAddress(t ticket.Ticket, token threading.Token) (address string, signed bool, err error) {
	base := firstOf(t.Address, c.set.primary().Mail)
	if a, ok := c.set.addressFor(base); ok && a.NoPlus {
		return base, false, nil
	}
	address, err = c.maker.keys.ReplyAddress(base, token)
	if errors.Is(err, threading.ErrTooLong) {
		return base, false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("reply address for ticket %d: %w", t.ID, err)
	}
	return address, true, nil
}

// onlyNotes reports whether the mail of an agent asks for nothing that needs to be
// proven: it is to be kept as a note, by its first lines or as an answer to an internal
// mail.
func (h *handling) onlyNotes() bool {
	read := h.readCommands()
	read.Commands = h.asked(&read)
	internal := h.verdict.Match.Token != nil && isInternal(h.verdict.Match.Token.Kind)
	return read.Text != "" && (internal || len(read.Commands) > 0) && !slices.ContainsFunc(read.Commands, func(c command.Command) bool {
		e, known := command.Lookup(c.Name)
		return !known || e.Proof != command.Answer
	})
}

// noteUndone keeps the mail of an agent that may not act as a note, and tells
// the agent, at the address that the config has for them, what was not done.
// Those who have the ticket get the note.
func (h *handling) noteUndone(t ticket.Ticket, agent Agent, why notify.Undone) error {
	if err := h.fileEntry(t.ID, ticket.EntryNote); err != nil {
		return err
	}
	if err := h.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventUndone, Actor: agent.Name, Reason: string(why)}); err != nil {
		return err
	}
	tell, err := h.tellUndone(t, agent, why)
	if err != nil {
		return err
	}
	if tell {
		n := notify.Notice{Template: notify.TemplateNote, Actor: h.actorName(), Text: h.newText(), Unproven: why.Doubtful()}
		if err := h.tellAgents(t, h.responsible(t), n, agent); err != nil {
			return err
		}
	}
	return h.finish(ticket.DispositionAppended, string(why), t.ID)
}

// maxUndone bounds the mails in one agent's name that are told of within an
// hour: a forger can make as many as they like. The rest stand on their tickets.
const maxUndone = 5

// tellUndone tells an agent what was not done and how to get it done, and
// reports whether others are to be told as well.
func (h *handling) tellUndone(t ticket.Ticket, agent Agent, why notify.Undone) (bool, error) {
	kind := "not done "
	if !why.Doubtful() {
		kind = "not done, proven " // a forger's mails do not use up what tells of the agent's own
	}
	s, err := h.tx.CountStorm(kind+agent.Name, h.now.Truncate(time.Hour))
	if err != nil || s.Count > maxUndone {
		return false, err
	}
	p, err := h.participant(t.ID, ticket.RoleAgent, agent.Mail[0], agent.Name)
	if err != nil {
		return false, err
	}
	n := notify.Notice{Template: notify.TemplateNotDone, Actor: h.msg.From.Address, Text: h.msg.Reply, Reason: string(why), LastReceipt: s.Count == maxUndone}
	if len(agent.Languages) > 0 {
		n.Language = agent.Languages[0]
	}
	return true, h.tell(t, p, n)
}
