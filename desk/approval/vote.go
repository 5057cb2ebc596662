package approval

import (
	"fmt"
	"slices"
	"strings"

	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// Mail is a mail of somebody who was asked to approve, or who holds an address that was
// made for one.
type Mail struct {
	ticket   ticket.Ticket
	approver ticket.Participant
	approval int    // its number on the ticket, 0: the mail does not show it
	says     string // the vote, empty: it is none
	known    string // how well it is known who wrote it
}

// How well it is known who voted: the Topic of an event.
const (
	knownAddress = "the address that was made for them"
	knownFrom    = "an authenticated From field"
	knownLogin   = "a password"
)

// Find reports whether the mail at hand is of somebody who was asked to approve.
func Find(h *incoming.Handling) (m Mail, found bool, err error) {
	match := h.Verdict.Match
	if match.Ticket == 0 || h.FromUs() || h.Msg.Class == mailparse.BounceClass || h.Msg.Class == mailparse.Report {
		return Mail{}, false, nil
	}
	if token := match.Token; token != nil {
		if token.Role != string(ticket.RoleApprover) {
			return Mail{}, false, nil
		}
		if m.approver, err = h.Tx.Participant(ticket.ParticipantID(token.Participant)); err != nil {
			return Mail{}, false, fmt.Errorf("the approver of a signed address: %w", err)
		}
		m.approval = int(token.Round)
		m.says, m.known = vote(h)
	} else if m.approver, found, err = h.AskedBeside(ticket.ID(match.Ticket), ticket.RoleApprover); err != nil || !found {
		return Mail{}, false, err
	}
	m.ticket, err = h.Tx.Ticket(m.approver.Ticket)
	return m, err == nil, err
}

// vote returns what the mail at hand votes, and how well it is known who wrote it. It is
// no vote where a machine wrote it, where somebody else did, or where it goes to both
// addresses.
func vote(h *incoming.Handling) (says, known string) {
	match := h.Verdict.Match
	proof := h.Proof()
	marked := h.Marked && proof < incoming.ProofAuthenticated && !h.Was.Caused(ticket.EventVoted)
	if match.Holder || marked || h.Msg.Class != mailparse.Person || proof < incoming.ProofAddress || len(match.Actions) != 1 {
		return "", ""
	}
	switch match.Actions[0] {
	case notify.ActApprove:
		says = ticket.VoteApprove
	case notify.ActReject:
		says = ticket.VoteReject
	default:
		return "", ""
	}
	switch proof {
	case incoming.ProofSubmitted:
		return says, knownLogin
	case incoming.ProofAuthenticated:
		return says, knownFrom
	}
	return says, knownAddress
}

// File files an approver's mail among agents, counts it where it is a vote, and does what
// the votes come to.
func File(h *incoming.Handling, m Mail) error {
	h.DropQuotedPictures()
	if err := h.ReadLater(m.ticket.ID); err != nil {
		return err
	}
	if h.Msg.Silence == mailparse.Hard {
		if err := h.FileEntry(m.ticket.ID, ticket.EntryMachine); err != nil {
			return err
		}
		if err := isAway(h, &m.ticket, m); err != nil {
			return err
		}
		return h.Finish(ticket.DispositionMachine, h.Msg.ClassReason, m.ticket.ID)
	}
	if err := h.FileEntry(m.ticket.ID, ticket.EntryNote); err != nil {
		return err
	}
	all, err := approvals(h.Change, m.ticket.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(a history.Approval) bool { return a.Number == m.approval })
	n := notify.Notice{Template: notify.TemplateVote, Actor: h.ActorName(), Text: h.NewText(), Vote: m.says, Asked: m.approver.Address, Says: h.SaysContrary()}
	if !settings.SameAddress(m.approver.Address, h.Msg.From.Address) {
		n.Actor = h.Msg.From.Address // not by a name that anybody may choose
	}
	if h.Set.SamePerson(m.approver.Address, m.ticket.Requester) {
		m.says, n.Vote = "", "" // it became their own request since
	}
	quiet := false
	if i >= 0 && m.says != "" {
		if n.Outcome, quiet, err = count(h, &m.ticket, all[i], m); err != nil {
			return err
		}
	}
	if quiet {
		return h.Finish(ticket.DispositionAppended, "approver", m.ticket.ID)
	}
	if i >= 0 {
		if err := askAgain(h, m.ticket, all[i], m.approver.Address); err != nil {
			return err
		}
	}
	told := h.Responsible(m.ticket)
	if i >= 0 {
		told = h.Concerned(m.ticket, all[i].Agent)
	}
	if err := notices.SendToAgents(h.Change, m.ticket, told, n, settings.Agent{}); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionAppended, "approver", m.ticket.ID)
}

// isAway asks the deputy of an approver whose note of absence came.
func isAway(h *incoming.Handling, t *ticket.Ticket, m Mail) error {
	if h.Msg.Class != mailparse.AutoReply || h.Verdict.Match.Holder {
		return nil
	}
	all, err := approvals(h.Change, t.ID)
	if err != nil {
		return err
	}
	for _, a := range all {
		if m.approval != 0 && a.Number != m.approval || !slices.Contains(a.Missing(), m.approver.Address) {
			continue
		}
		if asked, err := askDeputy(h.Change, *t, a.Number, m.approver.Address); err != nil || !asked {
			return err
		}
		if err := h.UpdateAwait(t); err != nil {
			return err
		}
		return h.Save(t)
	}
	return nil
}

// count keeps a vote, and decides the approval where that suffices. After a decision a
// vote is kept and changes nothing. quiet is true where agents need not hear of the vote:
// the queue has not heard of the ticket, or hears of it by this.
func count(h *incoming.Handling, t *ticket.Ticket, a history.Approval, m Mail) (outcome string, quiet bool, err error) {
	voted := ticket.Event{Ticket: t.ID, Kind: ticket.EventVoted, Actor: h.Msg.From.Address, From: m.approver.Address, To: m.says, Topic: m.known, Number: a.Number}
	if err := h.Record(voted); err != nil || a.Decided != "" {
		return "", false, err
	}
	all, err := approvals(h.Change, t.ID)
	if err != nil {
		return "", false, err
	}
	a = all[slices.IndexFunc(all, func(b history.Approval) bool { return b.Number == a.Number })]
	unseen := false
	if t.Status == ticket.StatusOnHold {
		if unseen, err = isUnseen(h.Change, *t, a); err != nil {
			return "", false, err
		}
	}
	if outcome = a.Outcome(); outcome == "" {
		return "", unseen, nil
	}
	if unseen {
		return outcome, true, decideUnseen(h.Change, t, a, outcome)
	}
	return outcome, false, decide(h.Change, t, a, outcome)
}

// decideUnseen ends an approval of a ticket of which its queue has not heard: it hears of
// it now, or never.
func decideUnseen(c *decision.Change, t *ticket.Ticket, a history.Approval, outcome string) error {
	if outcome == ticket.VoteReject {
		if err := c.Record(decided(*t, a, outcome)); err != nil {
			return err
		}
		return closeRejected(c, t, a)
	}
	if err := decide(c, t, a, outcome); err != nil {
		return err
	}
	all, err := remarks(c, *t, a.Number)
	if err != nil {
		return err
	}
	if err := release(c, t, withRemarks(ticket.Say("Approved by %s.", strings.Join(a.Approvers(), ", ")), all)); err != nil {
		return err
	}
	return c.Save(t)
}

// decided returns the event that ends an approval.
func decided(t ticket.Ticket, a history.Approval, outcome string) ticket.Event {
	return ticket.Event{Ticket: t.ID, Kind: ticket.EventApproval, Actor: ticket.ActorDesk, To: outcome, Number: a.Number}
}

// decide ends an approval: the ticket waits no more, and its requester is told.
func decide(c *decision.Change, t *ticket.Ticket, a history.Approval, outcome string) error {
	if err := c.Record(decided(*t, a, outcome)); err != nil {
		return err
	}
	if t.Status == ticket.StatusOnHold {
		if err := c.Move(t, ticket.StatusOpen, ticket.ActorDesk); err != nil {
			return err
		}
	}
	if err := c.UpdateAwait(t); err != nil {
		return err
	}
	if err := c.Save(t); err != nil {
		return err
	}
	on, err := decision.WorkedOn(c.Tx, *t)
	if err != nil || on.Status == ticket.StatusResolved || on.Status == ticket.StatusClosed {
		return err
	}
	readers, err := c.Readers(t.ID)
	if err != nil {
		return err
	}
	if readers, err = notices.Tellable(c, *t, readers); err != nil {
		return err
	}
	for _, p := range readers {
		if p.Role != ticket.RoleRequester {
			continue
		}
		if err := notices.Send(c, *t, p, notify.Notice{Template: notify.TemplateDecided, Vote: outcome}); err != nil {
			return err
		}
	}
	return nil
}
