package request

import (
	"slices"
	"strings"

	"maildesk/desk/command"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/threading"
	"maildesk/ticket"
)

// An agent passes on a mail that has reached the desk by another way, or one about a
// request that is there. It joins that request, as a note, and its sender learns where it
// is: a second ticket would be worked on twice.

// reasonPassedOn is the reason of such a mail.
const reasonPassedOn = "passed-on"

// PassesOnKnown reports whether an agent's mail, which answers no mail of ours, only
// passes on one that belongs to the ticket it was found to belong to.
func PassesOnKnown(h *incoming.Handling) bool {
	match := h.Verdict.Match
	if match.Token != nil || match.Reason != threading.ForeignID || h.Silent || h.Was != nil && h.Was.Reason != reasonPassedOn {
		return false
	}
	b, is := h.Forwards()
	return is && len(command.Read(b.Comment()).Commands) == 0
}

// JoinForward files what an agent passes on into its ticket. Those who have the ticket
// read what is new; the agent learns where it is.
func JoinForward(h *incoming.Handling, t ticket.Ticket) error {
	b, _ := h.Forwards()
	known, err := hasWords(h, t, b)
	if err != nil {
		return err
	}
	text, err := h.FilePassedOn(t.ID, b, known)
	if err != nil {
		return err
	}
	agent, _ := h.Set.AgentAt(b.Agent().Address)
	if err := h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventPassedOn, Actor: agent.Name}); err != nil {
		return err
	}
	told := notify.Notice{Template: notify.TemplateTranscript, Lines: []notify.Line{
		{Message: ticket.Say("what you passed on belongs to request #%d, and is kept there as a note", t.ID), OK: true},
	}}
	if err := notices.SendToAgents(h.Change, t, []settings.Agent{agent}, told, settings.Agent{}); err != nil {
		return err
	}
	if !known || b.Comment() != "" {
		n := notify.Notice{Template: notify.TemplateNote, Actor: agent.Known(), Text: text, Unproven: h.Doubtful()}
		if err := notices.SendToAgents(h.Change, t, h.Responsible(t), n, agent); err != nil {
			return err
		}
	}
	if err := tellUndone(h, t); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionAppended, reasonPassedOn, t.ID)
}

// hasWords reports whether what is passed on stands on a ticket already.
func hasWords(h *incoming.Handling, t ticket.Ticket, b incoming.Behalf) (bool, error) {
	entries, err := h.Tx.Correspondence(t.ID)
	return slices.ContainsFunc(entries, func(e ticket.Entry) bool {
		return e.Kind == ticket.EntryMessage && (isPartOf(e.Text, b.Words()) || isPartOf(e.Full, b.Words()))
	}), err
}

// isPartOf reports whether one of two texts has all words of the other in a row: a
// signature or a disclaimer may stand around one of them. Few words say nothing.
func isPartOf(a, b string) bool {
	const least = 6
	x, y := wordsOf(a), wordsOf(b)
	return min(len(x), len(y)) >= least && (strings.Contains(" "+strings.Join(x, " ")+" ", " "+strings.Join(y, " ")+" ") || strings.Contains(" "+strings.Join(y, " ")+" ", " "+strings.Join(x, " ")+" "))
}
