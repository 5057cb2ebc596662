// Package figures mails what a week or month came to, to whom the admin names. It decides
// when, and composes; package report counts.
//
// The entry points are [SendDue], which the clock calls, and [Send].
package figures

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

	"maildesk/addr"
	"maildesk/compose"
	"maildesk/desk/decision"
	"maildesk/desk/settings"
	"maildesk/report"
	"maildesk/report/plot"
	"maildesk/threading"
	"maildesk/ticket"
)

// Template marks these mails in the outbox. They belong to no ticket.
const Template = "figures"

// catchUp is how long after its time such a mail is still sent, by a desk that was
// stopped meanwhile. Older ones are no news.
const catchUp = 7 * 24 * time.Hour

// morning is from what time of the day on they are sent where no hours of work are known.
const morning = 8 * time.Hour

// SendDue sends the figures of units that are over, once to each address, from the first
// working hour after them on. They are counted beside all other work. A rebuild sends none.
func SendDue(ctx context.Context, m *decision.Maker, now time.Time) (sent int, err error) {
	if m.Past.Draft != nil {
		return 0, nil
	}
	set := m.Settings()
	now = now.In(set.Zone())
	for _, f := range set.Figures {
		last := f.Every.Begin(now)
		// Where work stood still for long, the one before is due as well.
		for _, end := range []time.Time{f.Every.Before(last), last} {
			due := dueAt(set, end)
			if now.Before(due) || now.Sub(due) > catchUp {
				continue
			}
			n, err := sendTo(ctx, m, f, end, now)
			if sent += n; err != nil {
				return sent, err
			}
		}
	}
	return sent, nil
}

// sendTo sends the figures of the unit that ended at a time to those who have not got them.
func sendTo(ctx context.Context, m *decision.Maker, f settings.FigureMail, end, now time.Time) (int, error) {
	to, err := waiting(ctx, m, f, end)
	if err != nil || len(to) == 0 {
		return 0, err
	}
	s, err := Summary(ctx, m, f.Every, end)
	if err != nil {
		return 0, err
	}
	return Send(ctx, m, settings.FigureMail{To: to, Every: f.Every, Language: f.Language}, s, now)
}

// dueAt returns when the figures of a unit that ended are sent: when work begins.
func dueAt(set *settings.Settings, end time.Time) time.Time {
	if hours := set.Rules.Calendar(); hours != nil {
		return hours.Next(end)
	}
	return end.Add(morning)
}

// waiting returns the addresses that have not got the figures of a unit.
func waiting(ctx context.Context, m *decision.Maker, f settings.FigureMail, end time.Time) (to []string, err error) {
	err = m.View(ctx, func(r ticket.Reader) error {
		to = nil
		for _, address := range f.To {
			known, err := r.IsQueued(row(address, f.Every, end))
			if err != nil {
				return err
			}
			if !known {
				to = append(to, address)
			}
		}
		return nil
	})
	return to, err
}

// row returns the key of a mail in the outbox: one a unit and address. What ended at the
// same time is told apart by the unit.
func row(address string, unit report.Unit, end time.Time) ticket.OutboxMail {
	return ticket.OutboxMail{Template: Template, Recipient: address, CauseEvent: decision.CauseAt(end) + int64(slices.Index(report.Units, unit))}
}

// Send sends a summary to each address that has not got it, unless nothing happened. It
// returns how many mails are new.
func Send(ctx context.Context, m *decision.Maker, f settings.FigureMail, s *report.Summary, now time.Time) (sent int, err error) {
	set := m.Settings()
	if s.Empty() {
		return 0, nil
	}
	mails := make([]ticket.OutboxMail, len(f.To))
	for i, address := range f.To {
		if mails[i], err = composed(m, set, s, f, address, now); err != nil {
			return 0, err
		}
	}
	err = m.Decide(ctx, ticket.InTurn, func(tx ticket.Draft) error {
		sent = 0
		for _, mail := range mails {
			known, err := tx.IsQueued(mail)
			if err != nil {
				return err
			}
			if known {
				continue
			}
			if _, err := tx.AddOutbox(mail); err != nil {
				return err
			}
			sent++
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("send figures: %w", err)
	}
	decision.Signal(m.Posted)
	return sent, nil
}

// Summary counts the unit that ended last before a time, or at it.
func Summary(ctx context.Context, m *decision.Maker, unit report.Unit, at time.Time) (*report.Summary, error) {
	return counted(ctx, m, func(r ticket.Reader, set *settings.Settings) (*report.Summary, error) {
		return report.Summarise(r, set.Terms, unit, at.In(set.Zone()))
	})
}

// Since counts from one time to another.
func Since(ctx context.Context, m *decision.Maker, from, to time.Time) (*report.Summary, error) {
	return counted(ctx, m, func(r ticket.Reader, set *settings.Settings) (*report.Summary, error) {
		return report.SummariseSince(r, set.Terms, from.In(set.Zone()), to.In(set.Zone()))
	})
}

func counted(ctx context.Context, m *decision.Maker, count func(ticket.Reader, *settings.Settings) (*report.Summary, error)) (s *report.Summary, err error) {
	err = m.View(ctx, func(r ticket.Reader) (err error) {
		s, err = count(r, m.Settings())
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count figures: %w", err)
	}
	return s, nil
}

// composed returns a mail for the outbox.
func composed(m *decision.Maker, set *settings.Settings, s *report.Summary, f settings.FigureMail, address string, now time.Time) (ticket.OutboxMail, error) {
	mail := row(address, f.Every, s.Now.To)
	name := fmt.Sprintf("%s.%x", Template, mail.CauseEvent)
	mail.MessageID = m.MessageID(threading.Token{}, name+"."+recipientMark(address), set.Hostname)
	words, files, err := Written(set, seenBy(set, s, address), f.Language, now)
	if err != nil {
		return mail, err
	}
	c := compose.Mail{
		From:        compose.Address{Name: set.Name, Address: set.Primary().Mail},
		To:          compose.Address{Address: address},
		Subject:     "[" + set.Name + "] " + words.Subject,
		Date:        now,
		MessageID:   mail.MessageID,
		Auto:        compose.AutoGenerated,
		Language:    f.Language,
		LoopMark:    set.Hostname,
		Words:       words,
		Attachments: files,
	}
	if mail.Bytes, err = c.Bytes(); err != nil {
		return mail, fmt.Errorf("compose figures: %w", err)
	}
	mail.Language, mail.CreatedAt = f.Language, now
	mail.State, mail.NextAt = ticket.OutboxReady, now
	return mail, nil
}

// seenBy returns a summary as one address may read it: without the subjects of private
// queues, unless it is that of an agent of theirs.
func seenBy(set *settings.Settings, s *report.Summary, address string) *report.Summary {
	agent, is := set.AgentAt(address)
	sheet, all := *s.Now, *s
	sheet.Oldest = slices.Clone(sheet.Oldest)
	for i, x := range sheet.Oldest {
		if set.IsPrivate(x.Ticket.Queue) && !(is && set.IsOf(agent, x.Ticket.Queue)) {
			sheet.Oldest[i].Ticket.Subject, sheet.Oldest[i].Private = "", true
		}
	}
	all.Now = &sheet
	return &all
}

// Written returns the words of a mail of figures, and the pictures that its HTML shows.
func Written(set *settings.Settings, s *report.Summary, language string, now time.Time) (compose.Words, []compose.Attachment, error) {
	ids := make([]string, settings.FigureCharts)
	for i := range ids {
		ids[i] = fmt.Sprintf("%s.%x.%d@%s", Template, s.Now.To.Unix(), i+1, set.Hostname)
	}
	words, charts, err := set.FigureWords.RenderFigures(s, set.Name, language, now.In(set.Zone()), ids)
	if err != nil {
		return words, nil, fmt.Errorf("render figures: %w", err)
	}
	files, err := pictures(charts, ids)
	return words, files, err
}

func pictures(charts []plot.Chart, ids []string) (all []compose.Attachment, err error) {
	for i, c := range charts {
		png, err := c.PNG()
		if err != nil {
			return nil, err
		}
		all = append(all, compose.Attachment{Name: fmt.Sprintf("%s-%d.png", Template, i+1), Type: "image/png", Content: png, ContentID: ids[i]})
	}
	return all, nil
}

// recipientMark returns what tells the Message-IDs of two recipients apart.
func recipientMark(address string) string {
	sum := sha256.Sum256([]byte(addr.Key(address)))
	return fmt.Sprintf("%x", sum[:6])
}
