package agentmail

import (
	"strconv"
	"strings"

	"maildesk/desk/incoming"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/desk/waiting"
	"maildesk/ticket"
)

// Wanted returns which mail the one at hand, with a text, asks to have carried out, as [waiting.Chosen] does; why: why none.
func Wanted(h *incoming.Handling, t ticket.ID, agent settings.Agent, text string) (w waiting.Mail, among []waiting.Mail, why, err error) {
	events, err := h.Tx.Events(t, waiting.Kinds...)
	if err != nil {
		return w, nil, nil, err
	}
	asked := MailNumber(text)
	if asked == 0 {
		if asked, err = NoticeAnswered(h, t); err != nil {
			return w, nil, nil, err
		}
	}
	w, among, why = waiting.Chosen(waiting.Of(events, agent.Name), asked)
	return w, among, why, nil
}

// NoticeAnswered returns the mail that the notice is about which the agent
// answers: one that asks or tells what was not done. 0: none.
func NoticeAnswered(h *incoming.Handling, t ticket.ID) (ticket.MailID, error) {
	return CauseAnswered(h, t, notify.TemplateHeld, notify.TemplateNotDone)
}

// MailNumber returns the number of a mail that is all of a text; else 0.
func MailNumber(text string) ticket.MailID {
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return ticket.MailID(n)
}
