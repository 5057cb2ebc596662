package desk

import (
	"fmt"

	"maildesk/desk/agentmail"
	"maildesk/desk/answer"
	"maildesk/desk/approval"
	"maildesk/desk/command"
	"maildesk/desk/copies"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/loop"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/request"
	"maildesk/desk/said"
	"maildesk/desk/settings"
	"maildesk/desk/silence"
	"maildesk/desk/thanks"
	"maildesk/desk/wish"
	"maildesk/mailparse"
	"maildesk/ticket"
)

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
	asked := wish.Of(h)
	slug, solved, err := wish.SolvedBy(h, seat, asked)
	if err != nil {
		return err
	}
	f, err := factsOf(h, t, seat, asked)
	if err != nil {
		return err
	}
	f.Solved, h.WantsClosed = solved, f.WantsClosed()
	switch outcome := f.Outcome(); outcome {
	case said.Rated:
		return wish.Rate(h, t, seat, asked, f.More)
	case said.Solved:
		return solvedByArticle(h, t, seat, slug)
	case said.Thanked:
		return thanked(h, t, seat)
	case said.Recalled, said.Doubted, said.Agreed, said.Absent:
		return noteOver(h, t, seat, string(outcome))
	case said.Anew:
		return request.NewTicket(h)
	case said.ToConfirm:
		return confirmClose(h, t, seat)
	case said.Closed:
		if err := fileAgain(h, &t, seat); err != nil {
			return err
		}
		return closedByRequester(h, t, asked.Rest != "" || hasMore(h))
	}
	return goOn(h, t, seat, f)
}

// factsOf returns what is known of a requester's mail, but whether an article solved the matter.
func factsOf(h *incoming.Handling, t, seat ticket.Ticket, asked command.Wish) (f said.Facts, err error) {
	f = said.Facts{
		Status: t.Status, Own: seat.ID == t.ID && (h.Silent || settings.SameAddress(t.Requester, h.Msg.From.Address)),
		Proven: request.AnswersUs(h), Silent: h.Silent, Marked: h.OnlyMarked(),
		KeepsSolved: h.Was.Caused(ticket.EventArticleSolved), KeepsClosed: h.Was != nil && h.Was.Reason != string(said.Doubted),
		Rates: wish.Rates(h, seat, asked), Closes: wish.Closes(asked), Reopens: wish.Reopens(asked),
		Meaning: request.Meaning(h, seat), Recall: isRecall(h), Away: seemsAway(h),
	}
	f.More = asked.Rest != "" && f.Meaning == thanks.Other || hasMore(h)
	if f.MayAnswer() {
		f.Answers, err = request.SaysYes(h, t)
	}
	return f, err
}

// hasMore reports whether a mail has more than its text, which an agent has to read.
func hasMore(h *incoming.Handling) bool { return agentmail.HasFiles(h) || h.Msg.Hidden != "" }

// seemsAway reports whether a requester's mail may be a note of absence: rules of mail programs
// send them without any mark.
func seemsAway(h *incoming.Handling) bool {
	return len(h.Verdict.Match.Actions) == 0 && !hasMore(h) && mailparse.BeginsAway(h.Msg.Words())
}

// isRecall reports whether a requester's mail only calls another one back, which nobody can do.
func isRecall(h *incoming.Handling) bool {
	return !hasMore(h) && silence.IsRecall(h.Msg.Subject, h.Msg.Words())
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

// confirmClose files the wish to close a ticket of somebody who named no more than its number, and
// asks them to confirm it.
func confirmClose(h *incoming.Handling, t, seat ticket.Ticket) error {
	if err := fileAgain(h, &t, seat); err != nil {
		return err
	}
	return request.AskToConfirm(h, t, seat, notify.ConfirmClose)
}

// goOn lets the work on a ticket go on after what was written again: it is opened where it was
// resolved or waited, and its agents are told.
func goOn(h *incoming.Handling, t, seat ticket.Ticket, f said.Facts) error {
	if err := fileAgain(h, &t, seat); err != nil {
		return err
	}
	if err := takeUp(h, &t); err != nil {
		return err
	}
	template := notify.TemplateMessage
	if t.Status == ticket.StatusResolved {
		if !f.Proven {
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
	if err := request.TellOfMessage(h, t, template, f.Beside()); err != nil {
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
