package notices

import (
	"fmt"
	"slices"

	"maildesk/compose"
	"maildesk/desk/decision"
	"maildesk/desk/notify"
	"maildesk/desk/silence"
	"maildesk/threading"
	"maildesk/ticket"
)

// Asked is a mail by which a requester asks the desk itself something.
type Asked struct {
	ID         string   // Message-ID, empty: none
	References []string // that it has
	Address    string   // of ours, to which it came
}

// AnswerAsked answers such a mail, whose writer is known to have the address. The answer
// is about no request. sent is false where the guard speaks against it.
func AnswerAsked(c *decision.Change, to string, of Asked, n notify.Notice) (sent bool, err error) {
	r, err := restrain(c, n.Template, to, ticket.StandingProven)
	if err != nil || r.Reason != "" {
		return false, err
	}
	n.Desk, n.Support, n.Now = c.Set.Name, of.Address, c.Now.In(c.Set.Zone())
	n.Recipient = ticket.Participant{Address: to, Role: ticket.RoleRequester, Proven: true}
	words, err := c.Set.Words.Render(n)
	if err != nil {
		return false, fmt.Errorf("render %s: %w", n.Template, err)
	}
	m := n.Mail(words, nil)
	m.From = compose.Address{Name: c.Set.Name, Address: of.Address}
	m.ReplyTo = m.From
	m.Date, m.LoopMark, m.MessageID = c.Now, c.Set.Hostname, c.Maker.MessageID(threading.Token{}, SequenceOf(c, n), c.Set.Hostname)
	if of.ID != "" {
		m.InReplyTo, m.References = of.ID, append(slices.Clone(of.References), of.ID)
	}
	raw, err := m.Bytes()
	if err != nil {
		return false, fmt.Errorf("compose %s: %w", n.Template, err)
	}
	id, err := c.Tx.AddOutbox(ticket.OutboxMail{
		Cause: c.Cause, Template: string(n.Template), Language: n.Language, Recipient: to, MessageID: m.MessageID, Bytes: raw,
		Automatic: true, State: ticket.OutboxReady, NextAt: c.Now, CreatedAt: c.Now,
		Standing: ticket.StandingProven, AllowedAt: c.Now, BudgetMailbox: silence.Mailbox(to), BudgetDomain: silence.Domain(to),
	})
	if err != nil || id == 0 {
		return err == nil, err
	}
	c.Planned = append(c.Planned, decision.PlannedMail{To: to, Template: n.Template, Language: n.Language})
	return true, nil
}
