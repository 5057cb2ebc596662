package agentmail

import (
	"time"

	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// MaxUndone bounds the mails in one agent's name that are told of within an
// hour: a forger can make as many as they like. The rest stand on their tickets.
const MaxUndone = 5

// TellUndone tells an agent what of the mail at hand, in their name, was not done and how to get it
// done, and reports whether others are to be told as well. n says why, in its Reason, and whether the mail was
// taken as anybody's request. confirms: they are told an address at which they confirm the mail.
func TellUndone(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, n notify.Notice, confirms bool) (bool, error) {
	kind := "not done " // a forger's mails do not use up what tells of the agent's own
	switch {
	case !notify.Undone(n.Reason).Doubtful():
		kind = "not done, proven "
	case h.AnswersOurs():
		kind = "not done, answered "
	}
	s, err := h.Tx.CountStorm(kind+agent.Name, h.Now.Truncate(time.Hour))
	if err != nil || s.Count > MaxUndone {
		return false, err
	}
	p, err := h.Participant(t.ID, ticket.RoleAgent, agent.Mail[0], agent.Name)
	if err != nil {
		return false, err
	}
	n.Template, n.Actor, n.Text, n.Says, n.LastReceipt = notify.TemplateNotDone, h.Msg.From.Address, h.Msg.Reply, ticket.Together(n.Says, h.SaysSigned(), h.SaysMarked()), s.Count == MaxUndone
	if confirms {
		if n.Confirm, err = notices.ConfirmAddress(h.Change, t, h.Mail.ID); err != nil {
			return false, err
		}
	}
	if len(agent.Languages) > 0 {
		n.Language = agent.Languages[0]
	}
	return true, notices.Send(h.Change, t, p, n)
}
