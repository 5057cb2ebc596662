package figures

import (
	"fmt"
	"slices"

	"maildesk/compose"
	"maildesk/desk/decision"
	"maildesk/desk/settings"
	"maildesk/report"
	"maildesk/threading"
	"maildesk/ticket"
)

// Asked is a mail by which an agent asks for figures.
type Asked struct {
	From       string   // address to which they are sent
	ID         string   // Message-ID, empty: none
	References []string // that it has
	Address    string   // of ours, at which the conversation goes on
}

// Answer sends an agent the figures of the unit that ended last, as they may read them. A
// rebuild sends none: it takes such mails as they stand.
func Answer(c *decision.Change, a settings.Agent, unit report.Unit, of Asked) error {
	if c.Maker.Past.Draft != nil {
		return nil
	}
	s, err := Summary(c.Ctx, c.Maker, unit, unit.Begin(c.Now.In(c.Set.Zone())))
	if err != nil {
		return err
	}
	language := c.Set.Language
	if len(a.Languages) > 0 {
		language = a.Languages[0]
	}
	words, files, err := Written(c.Set, seenBy(c.Set, s, a.Mail[0]), language, c.Now)
	if err != nil {
		return err
	}
	m := compose.Mail{
		From: compose.Address{Name: c.Set.Name, Address: c.Set.Control}, To: compose.Address{Name: a.Known(), Address: of.From}, ReplyTo: compose.Address{Name: c.Set.Name, Address: of.Address},
		Subject: "Re: [" + c.Set.Name + "] " + words.Subject, Date: c.Now, Auto: compose.AutoReplied, Language: language, LoopMark: c.Set.Hostname, Words: words, Attachments: files,
		MessageID: c.Maker.MessageID(threading.Token{}, fmt.Sprintf("%s.%s.%d", Template, unit, c.Cause), c.Set.Hostname),
	}
	if of.ID != "" {
		m.InReplyTo, m.References = of.ID, append(slices.Clone(of.References), of.ID)
	}
	raw, err := m.Bytes()
	if err != nil {
		return fmt.Errorf("compose figures: %w", err)
	}
	_, err = c.Tx.AddOutbox(ticket.OutboxMail{
		Cause: c.Cause, CauseEvent: int64(slices.Index(report.Units, unit)), Template: Template, Language: language, Recipient: of.From, MessageID: m.MessageID,
		Bytes: raw, State: ticket.OutboxReady, NextAt: c.Now, CreatedAt: c.Now,
	})
	if err == nil {
		c.Planned = append(c.Planned, decision.PlannedMail{To: of.From, Template: Template, Language: language})
	}
	return err
}
