package answer

import (
	"slices"
	"strconv"
	"strings"

	"maildesk/desk/agentmail"

	"maildesk/compose"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// tooLarge names the files of an agent's answer when not all of them would go with
// it: an answer never goes without a file that its writer attached.
func tooLarge(h *incoming.Handling) []notify.Line {
	if len(h.Left) == 0 {
		return nil
	}
	var lines []notify.Line
	for _, a := range h.Msg.Attachments {
		if !a.Quoted && !incoming.StaysInside(h.Msg, a) {
			lines = append(lines, notify.Line{Command: a.Name, Message: ticket.Phrase{English: "%s", Args: []any{ticket.Bytes(len(a.Content))}}})
		}
	}
	return lines
}

// findFiles finds the files that an agent asks for, and marks the commands that
// ask for one that there is not.
func findFiles(h *incoming.Handling, t ticket.ID, o *order.Order) error {
	if len(o.Files) == 0 {
		return nil
	}
	mails, err := notices.MailsOf(h.Change, t)
	if err != nil {
		return err
	}
	var found []compose.Attachment
	have := 0
	for _, m := range mails {
		all, err := notices.AttachmentsOf(h.Change, m)
		if err != nil {
			return err
		}
		for i, a := range all {
			if slices.Contains(o.Files, have+i+1) {
				found = append(found, incoming.AsFile(a, h.Set.Hostname))
			}
		}
		have += len(all)
	}
	for i, line := range o.Lines {
		number, isFile := strings.CutPrefix(line.Command, "#file ")
		if n, err := strconv.Atoi(strings.TrimPrefix(number, "#")); isFile && err == nil && n > have {
			o.Lines[i] = notify.Line{Command: line.Command, Message: ticket.Say("the highest number of a file on this request is %d", have)}
			o.Mistakes = true
		}
	}
	h.Wanted = found
	return nil
}

// sendFiles sends an agent the files that they asked for, whatever their size.
func sendFiles(h *incoming.Handling, t ticket.Ticket, agent settings.Agent) error {
	if len(h.Wanted) == 0 {
		return nil
	}
	files, left := h.Files, h.Left
	h.Files, h.Left = h.Wanted, nil
	err := agentmail.Respond(h, t, agent, notify.Notice{Template: notify.TemplateFile})
	h.Files, h.Left = files, left
	return err
}
