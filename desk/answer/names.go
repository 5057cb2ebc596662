package answer

import (
	"regexp"
	"slices"
	"strings"

	"maildesk/desk/agentmail"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/settings"
	"maildesk/desk/thanks"
	"maildesk/ticket"
)

// readerNames returns how those are called who read what is answered on a ticket: also the
// requesters, and those in copy, of tickets that are worked on in it. mailboxes are what stands
// before the @ of their addresses. The words of a domain are no names: "Hello, I am …" greets
// nobody at mill.am.
func readerNames(h *incoming.Handling, t ticket.Ticket) (names, mailboxes []string, err error) {
	names, mailboxes = []string{calledBy(t)}, []string{mailboxOf(t.Requester)}
	readers, err := h.Readers(t.ID)
	if err != nil {
		return nil, nil, err
	}
	seats, err := notices.Seats(h.Change, t.ID)
	for _, s := range seats {
		readers = append(readers, s.Reader)
	}
	for _, p := range readers {
		mailbox := mailboxOf(p.Address)
		names, mailboxes = append(names, settings.FirstOf(p.Name, mailbox)), append(mailboxes, mailbox)
	}
	return names, mailboxes, err
}

// mailboxOf returns what stands before the @ of an address.
func mailboxOf(address string) string {
	mailbox, _, _ := strings.Cut(address, "@")
	return mailbox
}

// greetsReader reports whether a text that stays inside greets somebody who would read it if it
// went out, and no colleague.
func greetsReader(h *incoming.Handling, t ticket.Ticket, text string) (bool, error) {
	if agentmail.Greets(text, calledBy(t)) {
		return true, nil
	}
	if slices.ContainsFunc(h.Set.Agents, func(a settings.Agent) bool { return agentmail.SpeaksTo(text, a.Name, a.Display) }) {
		return false, nil
	}
	names, _, err := readerNames(h, t)
	return err == nil && agentmail.GreetsByName(text, names...), err
}

// maxSignature bounds the lines at the end of a text in which its writer's name is looked for.
const maxSignature = 8

// signs reports whether somebody who has a colleague's name has signed a mail of a requester's:
// several people may write from one mailbox. A mail may as well end with what the colleague has
// written, pasted without any mark. It is not taken for theirs where the colleague has answered here.
func signs(h *incoming.Handling, t ticket.Ticket, colleague settings.Agent) (signed bool, err error) {
	entries, err := decision.Story(h.Tx, t.ID)
	for _, e := range entries {
		author, agent := h.Set.AgentAt(e.Author)
		switch {
		case e.Kind == ticket.EntryReply && agent && author.Name == colleague.Name:
			return false, err
		case e.Kind == ticket.EntryMessage && !agent:
			signed = signed || isSigned(aboveQuotes(e.Text), colleague) || isSigned(aboveQuotes(e.Full), colleague)
		}
	}
	return signed, err
}

// isSigned reports whether a text ends like a letter of somebody with one of a colleague's names, who is
// not the colleague: nobody names themselves in what they write, and few have the whole name of another one.
func isSigned(text string, colleague settings.Agent) bool {
	names := []string{colleague.Name, colleague.Display}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i := max(1, len(lines)-maxSignature); i < len(lines); i++ { // a name on top is a greeting
		end := strings.Join(lines[i:], "\n")
		if !thanks.IsEnding(end, names...) {
			continue
		}
		if slices.ContainsFunc(lines[i:], func(line string) bool { return len(strings.Fields(line)) <= 4 && agentmail.Names(line, names...) }) {
			return !agentmail.Names(strings.Join(lines[:i], "\n"), names...) && !agentmail.HasWholeName(end, colleague.Display)
		}
	}
	return false
}

// begins matches a line that may begin older mail, or the fields or the introduction of it: below
// it others sign.
var begins = regexp.MustCompile(`^(?:>|[-_*]{3,}|\S{1,14}\s?:\s|.*:$)`)

// aboveQuotes returns what stands in a text above older mail.
func aboveQuotes(text string) string {
	var own []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); begins.MatchString(line) {
			break
		}
		if line != "--" {
			own = append(own, line)
		}
	}
	return strings.Join(own, "\n")
}
