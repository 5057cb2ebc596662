package agentmail

import (
	"slices"
	"strings"

	"maildesk/desk/incoming"
	"maildesk/desk/notify"
	"maildesk/ticket"
)

// CauseAnswered returns the mail that caused the mail of ours which the agent
// answers, if it is of one of the templates. 0: none.
func CauseAnswered(h *incoming.Handling, t ticket.ID, of ...notify.Template) (ticket.MailID, error) {
	ids := AnsweredIDs(h)
	if len(ids) == 0 {
		return 0, nil
	}
	var names []string
	for _, template := range of {
		names = append(names, string(template))
	}
	mails, err := h.Tx.OutboxWith(t, names...)
	if err != nil {
		return 0, err
	}
	for _, m := range mails {
		if slices.ContainsFunc(ids, func(id string) bool { return strings.EqualFold(id, m.MessageID) }) {
			return m.Cause, nil
		}
	}
	return 0, nil
}

// AnsweredIDs returns the Message-IDs of what the mail at hand answers: by
// In-Reply-To, else the last of References.
func AnsweredIDs(h *incoming.Handling) []string { return incoming.AnsweredBy(h.Msg) }
