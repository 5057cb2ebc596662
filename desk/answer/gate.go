package answer

import (
	"slices"

	"maildesk/desk/agentmail"
	"maildesk/desk/join"
	"maildesk/desk/undo"

	"maildesk/desk/command"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/knowledge"
	"maildesk/desk/ladder"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// standing is what decides whether an agent's mail may act on a ticket.
type standing struct {
	proof  incoming.Proof
	answer bool // it answers a mail of ours to the agent
	plus   bool // the ticket's address takes plus addresses, so that mails to agents have a signed one
	ended  bool // the ticket was closed token_life ago or earlier
	round  bool // the mail answered is of the ticket's present round
	theirs bool // the agent may act on the ticket as it is now
	level  bool // the mail shows as much proof as what it asks for needs
}

// whyNot returns why the mail may not act; "" when it may.
func (s standing) whyNot() notify.Undone {
	switch {
	case s.proof == incoming.ProofForged:
		return notify.UndoneForged
	case !s.answer:
		return notify.UndoneUnproven
	case s.proof == incoming.ProofMessageID && s.plus:
		return notify.UndoneMessageID
	case s.ended:
		return notify.UndoneEnded
	case !s.round:
		return notify.UndoneRound
	case !s.theirs:
		return notify.UndoneNotTheirs
	case !s.level:
		return notify.UndoneLevel
	}
	return ""
}

// whyNot returns why the mail of an agent may not act on a ticket; "" when it
// may. A mail that is handled again by rebuild may what it might.
func whyNot(h *incoming.Handling, t ticket.Ticket, agent settings.Agent) (notify.Undone, error) {
	if h.Was != nil {
		if u := notify.Undone(h.Was.Reason); slices.Contains(notify.Undones, u) {
			return u, nil
		}
		return "", nil
	}
	on, err := decision.WorkedOn(h.Tx, t)
	if err != nil {
		return "", err
	}
	theirs, err := h.MayAct(on, agent)
	if err == nil && !theirs && join.AboutItself(h) {
		theirs, err = h.MayAct(t, agent)
	}
	if err != nil {
		return "", err
	}
	undo, _, err := undo.Asked(h, on, agent) // of what they did themselves
	if err == nil && !theirs {
		theirs, err = knowledge.MayDraft(h, on, agent)
	}
	if err != nil {
		return "", err
	}
	token := h.Verdict.Match.Token
	s := standing{
		proof:  h.Proof(),
		answer: token != nil && token.Role == string(ticket.RoleAgent),
		ended:  on.Status == ticket.StatusClosed && !h.Now.Before(on.ClosedAt.Add(h.Set.TokenLife)) && !knowledge.Reviews(h), // an article outlives its ticket
		theirs: theirs || undo,
	}
	if s.answer {
		s.round = token.Round == int64(t.Round) || undo || knowledge.Reviews(h)
		_, signed, err := notices.AnswerAddress(h.Change, t, *token)
		if err != nil {
			return "", err
		}
		s.plus = signed
	}
	s.level = ladder.Enough(shown(s.proof, s.plus), needed(h, agent))
	return s.whyNot(), nil
}

// shown returns the level that a proof reaches on a ticket: where its address takes no plus
// addresses, the Message-ID is all that stands for a signed one.
func shown(p incoming.Proof, plus bool) command.Proof {
	if p == incoming.ProofMessageID && !plus {
		return command.Address
	}
	return p.Level()
}

// needed returns the level that what an agent's mail asks for needs.
func needed(h *incoming.Handling, agent settings.Agent) command.Proof {
	read := agentmail.Read(h)
	commands := agentmail.Asked(h, &read)
	token := h.Verdict.Match.Token
	inside := token != nil && token.To == 0 && incoming.IsInternal(token.Kind)
	need := command.Answer
	for _, c := range commands {
		need = ladder.Higher(need, h.Set.Ladder.Needs(order.OnLadder(h.Set, agent, c, h.Now), agent.Proof))
		inside = inside || c.Name == "note"
	}
	if knowledge.IsReview(h) {
		need = ladder.Higher(need, h.Set.Ladder.Needs("kb", agent.Proof))
	}
	if !inside && (read.Text != "" || agentmail.HasFiles(h)) {
		need = ladder.Higher(need, h.Set.Ladder.Needs(ladder.Words, agent.Proof))
	}
	return need
}

// onlyNotes reports whether the mail of an agent asks for nothing that needs to be
// proven: it is to be kept as a note, by its first lines or as an answer to an internal
// mail.
func onlyNotes(h *incoming.Handling) bool {
	read := agentmail.Read(h)
	read.Commands = agentmail.Asked(h, &read)
	internal := h.Verdict.Match.Token != nil && incoming.IsInternal(h.Verdict.Match.Token.Kind)
	if token := h.Verdict.Match.Token; token != nil && token.To != 0 {
		internal = false // it would go to a vendor
	}
	return read.Text != "" && (internal || len(read.Commands) > 0) && !slices.ContainsFunc(read.Commands, func(c command.Command) bool {
		e, known := command.Lookup(c.Name)
		return !known || e.Proof != command.Answer
	})
}

// noteUndone keeps the mail of an agent that may not act as a note, and tells
// the agent, at the address that the config has for them, what was not done.
// Those who have the ticket get the note.
func noteUndone(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, why notify.Undone) error {
	if err := h.FileEntry(t.ID, ticket.EntryNote); err != nil {
		return err
	}
	if err := h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventUndone, Actor: agent.Name, Reason: string(why)}); err != nil {
		return err
	}
	tell, err := TellUndone(h, t, agent, why)
	if err != nil {
		return err
	}
	if tell {
		n := notify.Notice{Template: notify.TemplateNote, Actor: h.ActorName(), Text: h.NewText(), Unproven: why.Doubtful(), Told: agent.Known(), Says: h.SaysMarked()}
		if err := notices.SendToAgents(h.Change, t, h.Responsible(t), n, agent); err != nil {
			return err
		}
	}
	return h.Finish(ticket.DispositionAppended, string(why), t.ID)
}

// TellUndone is [agentmail.TellUndone] of a mail that answers one of ours, with the address at which
// the agent confirms it where they could not have it carried out otherwise.
func TellUndone(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, why notify.Undone) (bool, error) {
	if not, err := wantsDisowned(h, t.ID, agent); err != nil {
		return false, err
	} else if not {
		return agentmail.TellUndone(h, t, agent, notify.Notice{Reason: string(notify.UndoneDisowned)}, false)
	}
	// An #anyway would be below its level as well.
	confirms := why == notify.UndoneLevel || why.Releasable() && !ladder.Enough(command.Address, needed(h, agent))
	return agentmail.TellUndone(h, t, agent, notify.Notice{Reason: string(why)}, confirms)
}
