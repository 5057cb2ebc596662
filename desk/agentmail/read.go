package agentmail

import (
	"cmp"
	"slices"
	"strings"

	"maildesk/desk/command"
	"maildesk/desk/incoming"
	"maildesk/desk/order"
	"maildesk/desk/thanks"
	"maildesk/mailparse"
)

// The links in notices lead to addresses that ask for an action: an empty mail there
// resolves or takes the ticket, and a text is read as if the command stood on top of
// it. What an address asks for needs the proof that its command needs.

// Read takes the text of an agent's mail apart. A mail to the address of an
// action, or with commands, has no text of its own where it is only signed: mail
// programs do that by themselves. Where text stands behind a command, all is left as it is:
// its writer is asked.
func Read(h *incoming.Handling) command.Mail {
	read := command.Read(written(h.Msg))
	clicked := len(h.Verdict.Match.Actions) > 0
	behind := slices.ContainsFunc(read.Doubts, func(d command.Doubt) bool { return d.Kind == command.Behind })
	if !clicked && len(read.Commands) == 0 || behind {
		return read
	}
	agent, _ := h.Set.AgentAt(h.Msg.From.Address)
	if clicked && h.Msg.Signed || thanks.IsEnding(read.Text, agent.Name, agent.Display, h.Msg.From.Name) {
		read.Text, read.Doubts = "", nil
	}
	return read
}

// written returns what an agent wrote: of the answer of a calendar to an invitation the words of
// theirs, and not what its program says of the event.
func written(m *mailparse.Message) string {
	text, answers := strings.CutSuffix(m.Reply, m.Acceptance)
	if m.Acceptance == "" || !answers {
		return m.Reply
	}
	if m.RemarkRepeated() {
		return m.Remark
	}
	return cmp.Or(strings.TrimSpace(text), m.Remark)
}

// maxReason bounds what of a text is the reason of an escalation, in bytes.
const maxReason = 300

// Asked returns the commands of an agent's mail: those that its addresses ask for,
// unless they stand in its text as well, and then those in the text. A text that greets
// one of the names is no reason of a command that lacks one.
func Asked(h *incoming.Handling, read *command.Mail, names ...string) []command.Command {
	var all []command.Command
	for _, name := range h.Verdict.Match.Actions {
		entry, known := command.Lookup(name)
		if !known || slices.ContainsFunc(read.Commands, func(c command.Command) bool { return c.Name == name }) {
			continue
		}
		c := command.Command{Name: name}
		if entry.Takes == command.Words {
			c.Arg = takeReason(read)
		}
		all = append(all, c)
	}
	forReader := slices.ContainsFunc(read.Commands, func(c command.Command) bool { return c.Name == "reply" })
	for _, c := range read.Commands {
		if (c.Name == "escalate" || c.Name == "return") && c.Arg == "" && !forReader && !Greets(read.Text, names...) {
			c.Arg = takeReason(read) // it stands below the command
		}
		all = append(all, c)
	}
	return all
}

// takeReason returns the text of a mail as the reason of what it asks for. It is no text
// any more then, but where it is too long for a reason: then it goes with it, whole.
func takeReason(read *command.Mail) string {
	reason := incoming.SingleBlanks(read.Text)
	if len(reason) > maxReason {
		return strings.ToValidUTF8(reason[:maxReason], "") + "…"
	}
	read.Text = ""
	return reason
}

// IsName reports whether a text consists of words of names.
func IsName(text string, names ...string) bool {
	known := words(strings.Join(names, " "))
	said := words(text)
	return len(said) > 0 && !slices.ContainsFunc(said, func(w string) bool { return !slices.Contains(known, w) })
}

// AnswersReaders reports whether an agent's mail with a text is an answer to those
// who read the ticket.
func AnswersReaders(h *incoming.Handling, o order.Order, text string) bool {
	return !o.Note && (text != "" || HasFiles(h))
}

// HasFiles reports whether a real attachment came with the mail; an embedded
// image alone, such as the logo of a signature, says nothing, nor does a text as it came or the signature of the mail.
func HasFiles(h *incoming.Handling) bool {
	return slices.ContainsFunc(h.Msg.Attachments, isRealFile)
}

func isRealFile(a mailparse.Attachment) bool { return !a.Inline && !a.AsCame && !a.IsSignature() }
