package answer

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"maildesk/desk/agentmail"
	"maildesk/desk/command"
	"maildesk/desk/incoming"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/desk/thanks"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// Mails that a program of an agent's may have written, or of which it wrote all that is to
// be read.

// mayHaveWaited reports whether a mail may wait for something. One that is handled again by
// rebuild waits where it did.
func mayHaveWaited(h *incoming.Handling, kind notify.Held) bool {
	return h.Was == nil || h.Was.Reason == heldReason(kind)
}

// seemsAway reports whether an agent's mail may be a note of absence, or something else that mail
// programs send without any mark from the agent's own address, as rules do, or that was pasted or passed on: a
// report of a lost mail. Whoever greets the requester by name is not a program.
func seemsAway(h *incoming.Handling, t ticket.Ticket, read command.Mail) (bool, error) {
	if len(read.Commands) > 0 || len(h.Verdict.Match.Actions) > 0 || !mayHaveWaited(h, notify.HeldAbsence) {
		return false, nil
	}
	class := h.Msg.Class
	if class != mailparse.BounceClass && class != mailparse.AutoReply && !agentmail.PassesOnReport(h) && (agentmail.HasFiles(h) || !mailparse.SoundsAway(read.Text)) {
		return false, nil
	}
	names, _, err := readerNames(h, t)
	return err == nil && !agentmail.GreetsByName(read.Text, names...), err
}

// maxAsked bounds the questions of a day to an agent about such mails on one ticket.
const maxAsked = 5

// holdAway holds a mail that may be a note of absence. Its writer is asked about the same note
// once a day on each ticket: what answers by itself answers the question as well. The last question
// says that none follows.
func holdAway(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, text string) error {
	day := h.Now.Truncate(24 * time.Hour)
	sum := fnv.New64a()
	sum.Write([]byte(incoming.SingleBlanks(text)))
	same, err := h.Tx.CountStorm(fmt.Sprintf("away %s %d %x", agent.Name, t.ID, sum.Sum64()), day)
	if err != nil || same.Count > 1 {
		return hold(h, t, agent, question{kind: notify.HeldAbsence, quiet: true}, err)
	}
	asked, err := h.Tx.CountStorm(fmt.Sprintf("away %s %d", agent.Name, t.ID), day)
	return hold(h, t, agent, question{kind: notify.HeldAbsence, quiet: asked.Count > maxAsked, last: asked.Count == maxAsked}, err)
}

// forColleague returns the colleague to whom a text speaks that would go to the requester: it
// greets them, begins with their name alone, or with @ and their name. "": it speaks to nobody,
// or to somebody who reads it, or has signed a mail of the requester's, and has such a name.
func forColleague(h *incoming.Handling, t ticket.Ticket, o order.Order, text string) (string, error) {
	if text == "" || o.Reply || !mayHaveWaited(h, notify.HeldColleague) {
		return "", nil
	}
	readers, mailboxes, err := readerNames(h, t)
	names := append(append(readers, mailboxes...), o.Requester.Name, mailboxOf(o.Requester.Address))
	for _, address := range o.Cc {
		names = append(names, mailboxOf(address))
	}
	if err != nil || agentmail.SpeaksTo(text, names...) || agentmail.GreetsByName(text, names...) {
		return "", err
	}
	for _, a := range h.Set.Agents {
		if a.Name == o.Agent.Name || !agentmail.SpeaksTo(text, a.Name, a.Display) {
			continue
		}
		if signed, err := signs(h, t, a); err != nil || signed {
			return "", err
		}
		return settings.FirstOf(a.Display, a.Name), nil
	}
	return "", nil
}

// onlySigned reports whether the text of an agent's mail is nothing but a signature, or what a
// click on an emoji sends: mail programs write both by themselves. It has several lines, or names its writer: "See you." is
// an answer.
func onlySigned(h *incoming.Handling, agent settings.Agent, text string) bool {
	names := []string{agent.Name, agent.Display, h.Msg.From.Name}
	low := strings.ToLower(strings.TrimSpace(text))
	named := slices.ContainsFunc(names, func(name string) bool { return name != "" && strings.Contains(low, strings.ToLower(name)) })
	return h.Msg.Signed || thanks.IsReaction(text, names...) || (named || strings.Contains(low, "\n")) && thanks.IsEnding(text, names...)
}

// hides returns what an agent's mail hides from its readers, such as letters that are white
// on a light page: the words that would not go out, and the commands, which the plain text
// beside the page may have.
func hides(h *incoming.Handling) (lines []notify.Line) {
	if !mayHaveWaited(h, notify.HeldHidden) {
		return nil
	}
	lost := h.HiddenLines()
	for line := range strings.Lines(h.Msg.Hidden) {
		line = strings.TrimSpace(line)
		if slices.Contains(lost, line) || len(command.Within(line)) > 0 || len(command.Read(line).Doubts) > 0 {
			lines = append(lines, notify.Line{Command: line})
		}
	}
	return lines
}
