package undo

import (
	"slices"
	"strings"
	"time"

	"maildesk/desk/agentmail"
	"maildesk/ticket/history"

	"maildesk/desk/command"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// An agent takes back what a mail of theirs did: with #undo, with UNDO, or with a "stop"
// in answer to the mail that says when it leaves. What has not left is kept in, and the
// ticket is again what it was, as far as nobody has changed it since.

// The reasons of the disposition of such a mail. What has left by then is decided by what
// the sender does meanwhile, so that a rebuild goes by them.
const (
	undoneAll    = "undone"
	undonePart   = "undone-in-part" // somebody outside had it
	undoneNot    = "undo-late"
	undoneFailed = "undo-nothing"
)

// Asked reports whether an agent's mail takes back what they did, and what else
// stands in it.
func Asked(h *incoming.Handling, t ticket.Ticket, agent settings.Agent) (takes bool, rest string, err error) {
	read := agentmail.Read(h)
	commands := agentmail.Asked(h, &read)
	isUndo := func(c command.Command) bool { return c.Name == "undo" }
	if slices.ContainsFunc(commands, isUndo) {
		others := order.Order{}
		for _, c := range slices.DeleteFunc(commands, isUndo) {
			others.Lines = append(others.Lines, notify.Line{Command: c.String()})
		}
		rest = strings.TrimSpace(others.Written() + "\n" + read.Whole())
		if agentmail.IsName(rest, agent.Name, agent.Display, h.Msg.From.Name) {
			rest = ""
		}
		return true, rest, nil
	}
	word, weak, more := command.TakesBack(read.Text)
	if len(commands) > 0 || !word || agentmail.HasFiles(h) || more != "" && !agentmail.IsName(more, agent.Name, agent.Display, h.Msg.From.Name) {
		return false, "", nil
	}
	if !weak {
		return true, "", nil
	}
	copied, err := agentmail.CauseAnswered(h, t.ID, notify.TemplateSending)
	if err != nil || copied != 0 {
		return copied != 0, "", err
	}
	if copied, err = agentmail.CauseAnswered(h, t.ID, notify.TemplateTranscript); err != nil || copied == 0 {
		return false, "", err
	}
	planned, err := plannedBy(h, t.ID, copied)
	return planned, "", err
}

// plannedBy reports whether something waits that a mail planned.
func plannedBy(h *incoming.Handling, t ticket.ID, mail ticket.MailID) (bool, error) {
	events, err := h.Tx.Events(t, history.SendingEvents...)
	return slices.ContainsFunc(history.Waiting(history.SendingsOf(events)), func(s history.Sending) bool { return s.Mail == mail }), err
}

// taking is what a mail did that is taken back.
type taking struct {
	mail     ticket.MailID
	answered bool                // it answered the readers
	events   []ticket.Event      // of the ticket
	waiting  []ticket.OutboxMail // to people outside, not sent yet
	left     []ticket.OutboxMail // to people outside, sent or being sent
	told     []settings.Agent    // of it
	seats    []ticket.Ticket     // that are worked on in the ticket
	planned  bool                // it planned what waits still
}

// TakeBack takes back what an agent did, and tells them what became of it.
func TakeBack(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, rest string) error {
	x, why, err := findTaking(h, t, agent)
	if err != nil {
		return err
	}
	if !why.IsZero() {
		return endUndo(h, t, agent, x, undoneFailed, []notify.Line{{Command: "#undo", Message: why}}, rest)
	}
	outside := len(x.left) > 0
	if h.Was != nil {
		outside = h.Was.Reason != undoneAll
	}
	r := order.Restore(t, x.events, x.mail, x.answered && outside, h.Set.Grace)
	if h.Was != nil && h.Was.Reason == undoneNot || len(x.waiting) == 0 && len(r.Changes) == 0 && !x.planned {
		return endUndo(h, t, agent, x, undoneNot, []notify.Line{{Command: "#undo", Message: tooLate(x)}}, rest)
	}
	if err := takeBack(h, &t, agent, x, r, outside); err != nil {
		return err
	}
	if err := tellTakenBack(h, t, agent, x, r); err != nil {
		return err
	}
	reason := undoneAll
	if outside {
		reason = undonePart
	}
	lines := []notify.Line{{Command: "#undo", OK: true, Message: keptIn(x, r)}}
	for _, stays := range r.Stays {
		lines = append(lines, notify.Line{Command: "#undo", Message: stays})
	}
	return endUndo(h, t, agent, x, reason, lines, rest)
}

// findTaking finds which mail of an agent is meant: the one whose copy they answer,
// else the last one that did something. why says why there is none.
func findTaking(h *incoming.Handling, t ticket.Ticket, agent settings.Agent) (x taking, why ticket.Phrase, err error) {
	if x.events, err = h.Tx.Events(t.ID); err != nil {
		return x, why, err
	}
	if x.mail, err = named(h, t.ID, agent, x.events); err != nil {
		return x, why, err
	}
	if x.mail, why = x.meant(agent); !why.IsZero() {
		return x, why, nil
	}
	if slices.ContainsFunc(x.events, func(e ticket.Event) bool { return e.Mail == x.mail && e.Kind == ticket.EventMerged }) {
		return x, ticket.Say("a merge is taken back by #split %d, in answer to an email about the request in which it is worked on", t.ID), nil
	}
	x.answered = slices.ContainsFunc(x.events, func(e ticket.Event) bool {
		return e.Mail == x.mail && e.Kind == ticket.EventAnswered
	})
	x.planned = slices.ContainsFunc(history.Waiting(history.SendingsOf(x.events)), func(s history.Sending) bool { return s.Mail == x.mail })
	return x, why, x.findMails(h, t)
}

// named returns the mail of an agent that a mail which takes something back names: by the
// address of the link in its copy, by the copy or transcript that it answers, or as what
// is still planned where it answers what somebody outside wrote meanwhile. 0: none.
func named(h *incoming.Handling, t ticket.ID, agent settings.Agent, events []ticket.Event) (ticket.MailID, error) {
	if token := h.Verdict.Match.Token; token != nil && token.Action == notify.ActUndo && token.To != 0 {
		return ticket.MailID(token.To), nil
	}
	mail, err := agentmail.CauseAnswered(h, t, notify.TemplateSending, notify.TemplateTranscript)
	if err != nil || mail != 0 {
		return mail, err
	}
	if wrote, err := agentmail.CauseAnswered(h, t, notify.TemplateMessage, notify.TemplateReopened, notify.TemplateVendor); err != nil || wrote == 0 {
		return 0, err
	}
	for _, s := range slices.Backward(history.Waiting(history.SendingsOf(events))) {
		if s.What == ticket.PlanLater && strings.EqualFold(s.Agent, agent.Name) {
			return s.Mail, nil
		}
	}
	return 0, nil
}

// meant returns which mail of an agent is taken back: the one that is named, else the last
// one that did something. What was taken back once is not taken back again, nor is what
// was before it in its place. why says why there is none.
func (x taking) meant(agent settings.Agent) (mail ticket.MailID, why ticket.Phrase) {
	over, undo := map[ticket.MailID]bool{}, map[ticket.MailID]bool{}
	for _, e := range x.events {
		if e.Kind == ticket.EventTakenBack {
			over[e.OtherMail], undo[e.Mail] = true, true
		}
	}
	if over[x.mail] {
		return x.mail, ticket.Say("that email was taken back already")
	}
	for _, e := range slices.Backward(x.events) {
		own := e.Mail != 0 && strings.EqualFold(e.Actor, agent.Name) && order.Restorable(e) && !undo[e.Mail]
		switch {
		case !own || x.mail != 0 && e.Mail != x.mail:
		case over[e.Mail]:
			return e.Mail, ticket.Say("your last email on this request was taken back already; to take back an earlier one, answer its copy")
		default:
			return e.Mail, why
		}
	}
	return 0, ticket.Say("there is nothing of yours on this request that could be taken back")
}

// findMails finds the outgoing mails that a mail caused.
func (x *taking) findMails(h *incoming.Handling, t ticket.Ticket) (err error) {
	if x.seats, err = decision.MergedInto(h.Tx, t.ID); err != nil {
		return err
	}
	toReaders := func(m ticket.OutboxMail) bool {
		return m.Cause == x.mail && notify.Template(m.Template).Audience() != notify.AudienceAgent
	}
	ready, err := h.Tx.OutboxOf(0, ticket.OutboxReady) // also those on other reports of an incident
	if err != nil {
		return err
	}
	reports, solved, err := x.reports(h, t)
	if err != nil {
		return err
	}
	all := slices.Concat([]ticket.Ticket{t}, x.seats, reports)
	for _, m := range ready {
		if !toReaders(m) {
			continue
		}
		among := slices.ContainsFunc(all, func(on ticket.Ticket) bool { return on.ID == m.Ticket })
		if stays, err := x.didMore(h, m.Ticket); err != nil {
			return err
		} else if among || !stays {
			x.waiting = append(x.waiting, m)
		}
	}
	for _, on := range all {
		all, err := h.Tx.OutboxOf(on.ID)
		if err != nil {
			return err
		}
		for _, m := range all {
			agent, isAgent := h.Set.AgentAt(m.Recipient)
			passedOn := on.ID != t.ID && !solved.IsZero() && m.Template == string(notify.TemplateResolution) && !m.CreatedAt.Before(solved)
			switch {
			case passedOn && m.State != ticket.OutboxReady && m.State != ticket.OutboxCancelled:
				x.left = append(x.left, m)
			case passedOn && m.State == ticket.OutboxReady:
				x.waiting = append(x.waiting, m)
			case m.Cause != x.mail:
			case toReaders(m) && m.State != ticket.OutboxReady && m.State != ticket.OutboxCancelled:
				x.left = append(x.left, m)
			case isAgent && !toReaders(m) && !settings.SameAddress(m.Recipient, h.Msg.From.Address):
				x.told = append(x.told, agent)
			}
		}
	}
	return nil
}

// didMore reports whether the mail did something to another ticket beside, as #bulk does: what was
// done there stays.
func (x *taking) didMore(h *incoming.Handling, other ticket.ID) (more bool, err error) {
	events, err := h.Tx.Events(other)
	for _, e := range events {
		_, byAgent := h.Set.AgentNamed(e.Actor)
		switch {
		case e.Mail != x.mail || !byAgent:
		case e.Kind == ticket.EventAnswered: // of an announcement, which is one for all
			return false, err
		default:
			more = more || order.Restorable(e)
		}
	}
	return more, err
}

// reports returns the other tickets of an incident that t leads, and when the mail solved
// it; zero: it did not.
func (x *taking) reports(h *incoming.Handling, t ticket.Ticket) (all []ticket.Ticket, solved time.Time, err error) {
	i, err := h.Tx.IncidentOf(t.ID)
	if err != nil || i.Lead != t.ID {
		return nil, solved, decision.IgnoreNotFound(err)
	}
	if all, err = h.Tx.Reports(t.ID); err != nil {
		return nil, solved, err
	}
	if x.solved(i) {
		solved = i.SolvedAt
	}
	return slices.DeleteFunc(all, func(r ticket.Ticket) bool { return r.ID == t.ID }), solved, nil
}

// solved reports whether the mail solved an incident.
func (x *taking) solved(i ticket.Incident) bool {
	return slices.ContainsFunc(x.events, func(e ticket.Event) bool {
		return e.Mail == x.mail && e.Kind == ticket.EventStatus && e.To == string(ticket.StatusResolved) && e.At.Equal(i.SolvedAt)
	})
}

// takeBack keeps in what has not left, and makes the ticket what it was.
func takeBack(h *incoming.Handling, t *ticket.Ticket, agent settings.Agent, x taking, r order.Restoring, outside bool) error {
	taken := ticket.Event{Kind: ticket.EventTakenBack, Actor: agent.Name, OtherMail: x.mail, Topic: ticket.TakenAll}
	if outside {
		taken.Topic = ticket.TakenChanges
	}
	for _, on := range append([]ticket.Ticket{*t}, x.seats...) {
		if taken.Ticket = on.ID; on.ID != t.ID && !x.answered {
			continue
		}
		if err := h.Record(taken); err != nil {
			return err
		}
		if x.answered && !outside {
			if err := h.Tx.MakeNote(on.ID, x.mail); err != nil {
				return err
			}
		}
	}
	for _, m := range x.waiting {
		if err := h.Tx.SetOutboxState(m.ID, ticket.OutboxCancelled, h.Now); err != nil {
			return err
		}
	}
	for _, e := range r.Changes {
		e.Actor = agent.Name
		if err := h.Record(e); err != nil {
			return err
		}
	}
	if err := goOn(h, *t, x); err != nil {
		return err
	}
	if err := sendWithdrawn(h, *t, r.Withdrawn); err != nil {
		return err
	}
	*t = r.After
	if err := h.UpdateAwait(t); err != nil {
		return err
	}
	if err := h.UpdatePlan(t); err != nil {
		return err
	}
	return h.Save(t)
}

// goOn lets an incident go on that was solved by a mail which is taken back, and ends what
// the mail announces there.
func goOn(h *incoming.Handling, t ticket.Ticket, x taking) error {
	i, err := h.Tx.IncidentOf(t.ID)
	if err != nil {
		return decision.IgnoreNotFound(err)
	}
	solved := x.solved(i)
	announces := func(a ticket.Announcement) bool { return a.Mail == x.mail }
	if i.Lead != t.ID || !solved && !slices.ContainsFunc(i.Announcements, announces) {
		return nil
	}
	if solved {
		i.SolvedAt, i.Solver, i.Solution = time.Time{}, "", ""
	}
	i.Announcements = slices.DeleteFunc(slices.Clone(i.Announcements), announces)
	return h.Tx.SaveIncident(i)
}

// sendWithdrawn sends the notices of a solution that were withdrawn when the ticket was
// opened again, as it is solved after all.
func sendWithdrawn(h *incoming.Handling, t ticket.Ticket, at time.Time) error {
	if at.IsZero() {
		return nil
	}
	mails, err := h.Tx.OutboxOf(t.ID, ticket.OutboxCancelled)
	if err != nil {
		return err
	}
	for _, m := range mails {
		if m.Automatic && notify.Template(m.Template).Waited() && m.DoneAt.Equal(at) {
			if err := h.Tx.SetOutboxState(m.ID, ticket.OutboxReady, h.Now); err != nil {
				return err
			}
		}
	}
	return nil
}
