package notices

import (
	"fmt"
	"maps"
	"slices"

	"maildesk/compose"
	"maildesk/desk/decision"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/threading"
	"maildesk/ticket"
)

// gather lets go the notices to agents that have waited long enough: a single one as it
// is, several to one agent as one mail that lists them.
func gather(c *decision.Change, due []ticket.OutboxMail) error {
	of := map[string][]ticket.OutboxMail{}
	for _, m := range due {
		of[m.HeldKey] = append(of[m.HeldKey], m)
	}
	for _, name := range slices.Sorted(maps.Keys(of)) {
		a, known := c.Set.AgentNamed(name)
		until := c.Set.QuietUntil(a, c.Now)
		for _, m := range of[name] {
			var err error
			switch {
			case !until.IsZero(): // they have begun since
				err = c.Tx.HoldOutbox(m.ID, settings.WaitQuiet, name, until)
			case !known || len(a.Mail) == 0 || len(of[name]) == 1:
				err = c.Tx.AllowOutbox(m.ID, c.Now)
			default:
				err = c.Tx.SetOutboxState(m.ID, ticket.OutboxCancelled, c.Now)
			}
			if err != nil {
				return err
			}
		}
		if until.IsZero() && known && len(a.Mail) > 0 && len(of[name]) > 1 {
			if err := sendGathered(c, a, of[name]); err != nil {
				return fmt.Errorf("notices to %s: %w", name, err)
			}
		}
	}
	return nil
}

// maxGathered bounds the notices that one mail names.
const maxGathered = 200

// sendGathered sends one mail that lists notices.
func sendGathered(c *decision.Change, a settings.Agent, mails []ticket.OutboxMail) error {
	list := notify.Answer{Name: notify.AnswerGathered, More: max(0, len(mails)-maxGathered)}
	address, err := ControlAddress(c, a)
	if err != nil {
		return err
	}
	for _, m := range mails[:min(len(mails), maxGathered)] {
		t, err := c.Tx.Ticket(m.Ticket)
		if err != nil {
			return err
		}
		if may, err := c.MaySee(t, a); err != nil || !may {
			if err != nil {
				return err
			}
			continue
		}
		g := notify.Gathered{Listed: notify.Listed{Ticket: t}, What: notify.Template(m.Template), At: m.CreatedAt}
		if g.Show, err = showLink(c, t, a, address); err != nil {
			return err
		}
		if err := readGathered(c, m, &g); err != nil {
			return err
		}
		list.Gathered = append(list.Gathered, g)
	}
	n := notify.Notice{Template: notify.TemplateGathered, Reason: mails[0].Held, Answers: []notify.Answer{list}}
	// What it gathers tells it from others; it is the same however late it goes.
	return SendAside(c, a, n, decision.CauseAt(mails[0].CreatedAt))
}

// readGathered fills in whose words a notice was about, and how they begin.
func readGathered(c *decision.Change, m ticket.OutboxMail, g *notify.Gathered) error {
	entries, err := c.Tx.Correspondence(m.Ticket)
	for _, e := range entries {
		if m.Cause != 0 && e.Mail == m.Cause {
			g.Actor, g.Text = settings.FirstOf(e.Name, e.Author), e.Text
		}
	}
	return err
}

// ControlAddress returns the address at which an agent asks the desk: a signed one where
// mails come in at plus addresses.
func ControlAddress(c *decision.Change, a settings.Agent) (string, error) {
	if c.Set.Control == "" {
		return c.Set.Primary().Mail, nil
	}
	if c.Set.NoPlusBeside(c.Set.Control) {
		return c.Set.Control, nil
	}
	address, err := c.Maker.Keys.ControlAddress(c.Set.Control, a.Name, c.Now.Unix()/(24*60*60))
	if err != nil {
		return "", fmt.Errorf("control address for %s: %w", a.Name, err)
	}
	return address, nil
}

// showLink returns the link by which an agent opens a ticket of a list: it asks the desk to
// show it or, where agents cannot ask, leads to where they answer on it.
func showLink(c *decision.Change, t ticket.Ticket, a settings.Agent, control string) (notify.Action, error) {
	if c.Set.Control != "" {
		return notify.Mailto{Address: control, Subject: "[" + c.Set.Name + "]"}.Action("show", fmt.Sprintf("show %d\r\n", t.ID)), nil
	}
	p, err := c.Participant(t.ID, ticket.RoleAgent, a.Mail[0], a.Name)
	if err != nil {
		return notify.Action{}, err
	}
	token := threading.Token{Ticket: int64(t.ID), Participant: int64(p.ID), Role: string(ticket.RoleAgent), Kind: threading.Public, Round: int64(t.Round)}
	answer, _, err := AnswerAddress(c, t, token)
	return notify.Mailto{Address: answer, Subject: threading.Tag(c.Set.Name, int64(t.ID))}.Action("show", ""), err
}

// ShowLinks adds to the lists of tickets in a mail the links by which its reader opens them.
func ShowLinks(c *decision.Change, a settings.Agent, answers []notify.Answer) error {
	control, err := ControlAddress(c, a)
	if err != nil {
		return err
	}
	for i := range answers {
		for k := range answers[i].Tickets {
			if answers[i].Tickets[k].Show, err = showLink(c, answers[i].Tickets[k].Ticket, a, control); err != nil {
				return err
			}
		}
		for k := range answers[i].Rated {
			if answers[i].Rated[k].Show, err = showLink(c, answers[i].Rated[k].Ticket, a, control); err != nil {
				return err
			}
		}
	}
	return nil
}

// SendAside sends an agent a mail of the desk that is about no single ticket. event tells
// it from others of its template: a second one with the same is not sent.
func SendAside(c *decision.Change, a settings.Agent, n notify.Notice, event int64) error {
	n.Desk, n.Support, n.Now = c.Set.Name, c.Set.Primary().Mail, c.Now.In(c.Set.Zone())
	n.Recipient = ticket.Participant{Address: a.Mail[0], Name: a.Known(), Role: ticket.RoleAgent}
	n.Language = c.Set.Language
	n.Asks = c.Set.Control != ""
	if len(a.Languages) > 0 {
		n.Language = a.Languages[0]
	}
	words, err := c.Set.Words.Render(n)
	if err != nil {
		return fmt.Errorf("render %s: %w", n.Template, err)
	}
	m := n.Mail(words, nil)
	m.Calendar = n.Calendar
	from := settings.FirstOf(c.Set.Control, c.Set.Primary().Mail)
	m.From = compose.Address{Name: c.Set.Name, Address: from}
	answers, err := ControlAddress(c, a)
	if err != nil {
		return err
	}
	m.ReplyTo = compose.Address{Name: c.Set.Name, Address: answers}
	m.Date, m.LoopMark = c.Now, c.Set.Hostname
	m.MessageID = c.Maker.Keys.MessageID(threading.Token{}, fmt.Sprintf("%s.%s.%d", n.Template, a.Name, event), c.Set.Hostname)
	raw, err := m.Bytes()
	if err != nil {
		return fmt.Errorf("compose %s: %w", n.Template, err)
	}
	id, err := c.Tx.AddOutbox(ticket.OutboxMail{
		CauseEvent: event, Template: string(n.Template), Language: n.Language, Recipient: a.Mail[0], ReversePath: from, MessageID: m.MessageID,
		Bytes: raw, Priority: 1, State: ticket.OutboxReady, NextAt: c.Now, CreatedAt: c.Now,
	})
	if err == nil && id != 0 {
		c.Planned = append(c.Planned, decision.PlannedMail{To: a.Mail[0], Template: n.Template, Language: n.Language})
	}
	return err
}
