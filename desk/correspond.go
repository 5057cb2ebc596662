package desk

import (
	"fmt"

	"maildesk/desk/agentmail"

	"maildesk/desk/answer"
	"maildesk/desk/approval"
	"maildesk/desk/copies"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/loop"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/request"
	"maildesk/desk/settings"
	"maildesk/desk/silence"
	"maildesk/desk/thanks"
	"maildesk/desk/wish"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// reasonMarked is the reason of a mail that is marked as spam, so that it did not close its request.
const reasonMarked = "marked"

// correspond files a mail into the ticket it belongs to. What it may do there
// depends on who wrote it and by which evidence it came.
func correspond(h *incoming.Handling) error {
	match := h.Verdict.Match
	t, err := h.Tx.Ticket(ticket.ID(match.Ticket))
	if err != nil {
		return fmt.Errorf("ticket of the mail: %w", err)
	}
	h.DropQuotedPictures()
	agent, isAgent := h.Set.AgentAt(h.Msg.From.Address)
	switch {
	case h.FromUs():
		return answerOfThen(h, t)
	case match.Holder:
		return answer.NoteFromHolder(h, t)
	case isAgent && match.Token == nil && answer.WroteDirectly(h, t):
		return answer.FileDirect(h, t, agent)
	case isAgent && request.PassesOnKnown(h):
		return request.JoinForward(h, t)
	case isAgent && match.Token != nil && match.Token.Role == string(ticket.RoleAgent),
		isAgent && !settings.SameAddress(t.Requester, h.Msg.From.Address) && !h.Mail.Trusted:
		return answer.FromAgentIfProven(h, t, agent)
	}
	seat, err := h.SeatOf(t)
	if err == nil {
		t, err = decision.WorkedOn(h.Tx, t)
	}
	if err != nil {
		return err
	}
	if seat.ID != t.ID {
		h.Verdict.WorkedOn = t.ID
	}
	return fromRequester(h, t, seat)
}

// fromRequester files what the requester or a participant wrote again. t is where it
// is worked on, seat the writer's own ticket: the same one, but where theirs was merged.
// There it is filed, and they end nothing: the matter is others' as well. So it is for those
// in copy: that one of them wants it closed is told to the agents.
func fromRequester(h *incoming.Handling, t, seat ticket.Ticket) error {
	if p, leaves, err := leaver(h, seat); err != nil {
		return err
	} else if leaves {
		return letGo(h, seat, p)
	}
	if wish.FollowsLinks(h) {
		return machine(h)
	}
	asked, meaning, answers := wish.Of(h), request.Meaning(h, seat), request.AnswersUs(h)
	more := asked.Rest != "" && meaning == thanks.Other || agentmail.HasFiles(h) || h.Msg.Hidden != "" // to be read by an agent
	if wish.Rates(h, seat, asked) {
		return wish.Rate(h, t, seat, asked, more)
	}
	if slug, solved, err := wish.SolvedBy(h, seat, asked); err != nil {
		return err
	} else if solved && (h.Was.Caused(ticket.EventArticleSolved) || !more && !h.OnlyMarked()) {
		return solvedByArticle(h, t, seat, slug)
	}
	inWork := t.Status != ticket.StatusResolved && t.Status != ticket.StatusClosed
	own := seat.ID == t.ID && (h.Silent || settings.SameAddress(t.Requester, h.Msg.From.Address))
	closes := meaning == thanks.Close && t.Status == ticket.StatusResolved && answers && own || own && wish.Closes(asked)
	h.WantsClosed = wish.Closes(asked) && !own
	switch {
	case isRecall(h):
		return noteOver(h, t, seat, "recall")
	case closes && h.OnlyMarked() && (h.Was == nil || h.Was.Reason == reasonMarked):
		return noteOver(h, t, seat, reasonMarked)
	case wish.Closes(asked) && !more && (t.Status == ticket.StatusClosed || h.WantsClosed && !inWork):
		return thanked(h, t, seat) // there is nothing to end
	case closes, wish.Reopens(asked):
	case meaning == thanks.Mere && inWork:
		if yes, err := request.SaysYes(h, t); err != nil {
			return err
		} else if !yes {
			return thanked(h, t, seat)
		}
	case meaning == thanks.Agree && !inWork:
		return agreed(h, t, seat)
	case meaning != thanks.Other && !inWork:
		return thanked(h, t, seat)
	case !inWork && seemsAway(h):
		return noteOver(h, t, seat, "absence")
	}
	if t.Status == ticket.StatusClosed && !h.Silent {
		return request.NewTicket(h)
	}
	if err := fileAgain(h, &t, seat); err != nil {
		return err
	}
	if closes {
		if !answers {
			return request.AskToConfirm(h, t, seat, notify.ConfirmClose)
		}
		return closedByRequester(h, t, asked.Rest != "" || agentmail.HasFiles(h) || h.Msg.Hidden != "")
	}
	return goOn(h, t, seat, answers, meaning > thanks.Agree || h.WantsClosed)
}

// seemsAway reports whether a requester's mail may be a note of absence: rules of mail programs
// send them without any mark.
func seemsAway(h *incoming.Handling) bool {
	return len(h.Verdict.Match.Actions) == 0 && !agentmail.HasFiles(h) && h.Msg.Hidden == "" && mailparse.BeginsAway(h.Msg.Words())
}

// isRecall reports whether a requester's mail only calls another one back, which nobody can do.
func isRecall(h *incoming.Handling) bool {
	return !agentmail.HasFiles(h) && h.Msg.Hidden == "" && silence.IsRecall(h.Msg.Subject, h.Msg.Words())
}

// agreed files an "ok" on a ticket that is over: mere thanks, unless the solution asks something.
func agreed(h *incoming.Handling, t, seat ticket.Ticket) error {
	if yes, err := request.SaysYes(h, t); err != nil {
		return err
	} else if yes {
		return noteOver(h, t, seat, "agreed")
	}
	return thanked(h, t, seat)
}

// noteOver files what may be a note of absence, or may answer a question, on a ticket that is
// over, and what calls a mail back on any: it stays as it is, and an agent, who can open it again, is told what was written.
func noteOver(h *incoming.Handling, t, seat ticket.Ticket, reason string) error {
	if err := fileAgain(h, &t, seat); err != nil {
		return err
	}
	if err := h.Save(&t); err != nil {
		return err
	}
	if err := request.TellOfMessage(h, t, notify.TemplateMessage, false); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionAppended, reason, seat.ID)
}

// goOn lets the work on a ticket go on after what was written again: it is opened where it was
// resolved or waited, and its agents are told. thanks: the mail has thanks as well.
func goOn(h *incoming.Handling, t, seat ticket.Ticket, answers, thanks bool) error {
	if err := takeUp(h, &t); err != nil {
		return err
	}
	template := notify.TemplateMessage
	if t.Status == ticket.StatusResolved {
		if !answers {
			return request.AskToConfirm(h, t, seat, notify.ConfirmReopen)
		}
		template = notify.TemplateReopened
	}
	var err error
	if h.Awaits, err = approval.Waits(h.Change, t); err != nil {
		return err
	}
	if len(h.Awaits) == 0 && (t.Status == ticket.StatusResolved || t.Status == ticket.StatusPending || t.Status == ticket.StatusOnHold) {
		if _, err := h.Moves(&t, ticket.StatusOpen, h.ActorName()); err != nil {
			return err
		}
	}
	if err := request.FollowIn(h, &t, seat); err != nil {
		return err
	}
	if err := h.Save(&t); err != nil {
		return err
	}
	if err := request.TellOfMessage(h, t, template, thanks); err != nil {
		return err
	}
	if err := copies.AddOnlookers(h, t, copies.QueuesBeside(h, t, h.Mail.Envelope.ForwardPaths)); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionAppended, string(h.Verdict.Match.Reason), seat.ID)
}

// fileAgain reads and files what was written to a ticket again. t is where it is worked on.
func fileAgain(h *incoming.Handling, t *ticket.Ticket, seat ticket.Ticket) (err error) {
	if err := request.FindNewSubject(h, seat); err != nil {
		return err
	}
	if err := h.ProveWriter(seat); err != nil {
		return err
	}
	if err := h.ReadLater(seat.ID); err != nil {
		return err
	}
	if err := h.FileEntry(seat.ID, ticket.EntryMessage); err != nil {
		return err
	}
	if err := h.AddPeople(seat, false); err != nil {
		return err
	}
	if err := loop.WarnAgents(h, seat); err != nil {
		return err
	}
	if err := answer.TellCommandsApart(h, *t); err != nil {
		return err
	}
	return request.EndPlans(h, t)
}

// closedByRequester ends a matter that the requester says is over: they get
// the closing notice, and the ticket closes once it was accepted. Where they write more
// than that, agents are told.
func closedByRequester(h *incoming.Handling, t ticket.Ticket, more bool) error {
	if more {
		if err := request.TellOfMessage(h, t, notify.TemplateMessage, true); err != nil {
			return err
		}
	}
	if t.Status != ticket.StatusResolved {
		if err := h.Move(&t, ticket.StatusResolved, h.ActorName()); err != nil {
			return err
		}
	}
	t.WakeAt = h.Now
	if err := notices.InformReaders(h.Change, &t, notify.TemplateClosing, ""); err != nil {
		return err
	}
	if err := h.Save(&t); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionAppended, string(h.Verdict.Match.Reason), t.ID)
}

// solvedByArticle ends a matter that an article of the acknowledgement has solved, as its
// requester says: unless it is over, or others' as well.
func solvedByArticle(h *incoming.Handling, t, seat ticket.Ticket, slug string) error {
	if err := fileAgain(h, &t, seat); err != nil {
		return err
	}
	if err := wish.RecordSolved(h, t, seat, slug); err != nil {
		return err
	}
	if seat.ID == t.ID && t.Status != ticket.StatusClosed {
		return closedByRequester(h, t, false)
	}
	return h.Finish(ticket.DispositionAppended, string(h.Verdict.Match.Reason), seat.ID)
}
