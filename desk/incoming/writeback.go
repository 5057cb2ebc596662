package incoming

import (
	"fmt"
	"strings"
	"time"

	"maildesk/compose"
	"maildesk/desk/command"
	"maildesk/desk/decision"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/threading"
	"maildesk/ticket"
)

// DayNumber counts days from 1970-01-01.
func DayNumber(t time.Time) int64 { return t.Unix() / (24 * 60 * 60) }

// WriteBack sends an agent a mail that is about no ticket: an answer to the mail at hand
// or, where a colleague wrote that, news of it. All of one day are a conversation.
func (h *Handling) WriteBack(agent settings.Agent, to string, n notify.Notice, asks []command.Ask) error {
	if h.Was != nil { // it was answered then
		return nil
	}
	n.Desk, n.Support, n.Now = h.Set.Name, h.Set.Primary().Mail, h.Now.In(h.Set.Zone())
	n.Recipient = ticket.Participant{Address: to, Name: agent.Known(), Role: ticket.RoleAgent}
	n.Language = h.Set.Language
	if len(agent.Languages) > 0 {
		n.Language = agent.Languages[0]
	}
	from := settings.FirstOf(h.Set.Control, h.Set.Primary().Mail)
	replyTo, err := notices.ControlAddress(h.Change, agent)
	if err != nil {
		return err
	}
	h.linkAnswers(&n, notify.Mailto{Address: replyTo, Subject: "[" + h.Set.Name + "]"}, asks)
	words, err := h.Set.Words.Render(n)
	if err != nil {
		return fmt.Errorf("render %s: %w", n.Template, err)
	}
	m := n.Mail(words, nil)
	m.Attachments = n.Feeds
	m.From = compose.Address{Name: h.Set.Name, Address: from}
	m.ReplyTo = compose.Address{Name: h.Set.Name, Address: replyTo}
	m.Date, m.LoopMark = h.Now, h.Set.Hostname
	sequence := notices.SequenceOf(h.Change, n)
	writer, _ := h.Set.AgentAt(h.Msg.From.Address)
	if writer.Name != agent.Name {
		sequence += "." + agent.Name + "." + n.Reason
	}
	m.MessageID = h.Maker.MessageID(threading.Token{}, sequence, h.Set.Hostname)
	m.InReplyTo = h.Maker.Keys.MessageID(threading.Token{}, "questions."+agent.Name+"."+h.Set.Today(h.Now), h.Set.Hostname)
	m.References = []string{m.InReplyTo}
	if h.Msg.MessageID != "" && writer.Name == agent.Name {
		m.InReplyTo, m.References = h.Msg.MessageID, append(m.References, h.Msg.MessageID)
	}
	raw, err := m.Bytes()
	if err != nil {
		return fmt.Errorf("compose %s: %w", n.Template, err)
	}
	id, err := h.Tx.AddOutbox(ticket.OutboxMail{
		Cause: h.Cause, Template: string(n.Template), Language: n.Language, Recipient: to, MessageID: m.MessageID,
		Bytes: raw, State: ticket.OutboxReady, NextAt: h.Now, CreatedAt: h.Now,
	})
	if err != nil || id == 0 {
		return err
	}
	h.Planned = append(h.Planned, decision.PlannedMail{To: to, Template: n.Template, Language: n.Language})
	return nil
}

// linkAnswers adds to answers the links by which one goes on asking.
func (h *Handling) linkAnswers(n *notify.Notice, to notify.Mailto, asks []command.Ask) {
	for i := range n.Answers {
		for k := range n.Answers[i].Tickets {
			t := &n.Answers[i].Tickets[k]
			t.Show = to.Action("show", fmt.Sprintf("show %d\r\n", t.ID))
		}
	}
	if h.Set.Control == "" {
		return
	}
	if n.Reason == notify.AskedUnproven {
		var lines []string
		for _, a := range asks {
			lines = append(lines, a.Line)
		}
		n.Actions = []notify.Action{to.Action("ask", strings.Join(append(lines, ""), "\r\n"))}
		return
	}
	if n.Undoable {
		n.Actions = append(n.Actions, to.Action(notify.ActUndo, fmt.Sprintf("#undo %d\r\n", h.Cause)))
	}
	for _, question := range []string{"list", "mine", "due", "who", "help"} {
		n.Actions = append(n.Actions, to.Action("ask-"+question, question+"\r\n"))
	}
}
