// Package apart tells the admin once a day which mails the desk has set apart as spam for the mark of a filter
// before it, as nobody else learns of them.
package apart

import (
	"context"
	"fmt"
	"strings"
	"time"

	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/settings"
	"maildesk/desk/trouble"
	"maildesk/mailparse"
	"maildesk/ticket"
)

const (
	fact    = "set apart as spam"    // what the store keeps of a day on which this was decided
	at      = 8 * time.Hour          // of the day, at the desk
	settle  = 5 * time.Minute        // in which what came before is handled
	longest = 7                      // days of which is told at once
	listed  = 20                     // mails that are named
	most    = 10 * decision.PageSize // mails that are counted
)

// SendDue tells the admin what was set apart since the day before, where there is something to tell. What was decided on is
// kept with it, in one transaction: a restart tells nothing twice.
func SendDue(ctx context.Context, m *decision.Maker, now time.Time) error {
	set := m.Settings()
	today := settings.Clock{Set: true}.On(now.In(set.Zone()))
	if set.Admin == "" || now.Before(today.Add(at+settle)) {
		return nil
	}
	due := false
	err := m.Store.View(ctx, func(r ticket.Reader) error {
		any, err := r.Mails(ticket.DispositionSpam, 0, 1)
		if err != nil || len(any) == 0 {
			return err
		}
		s, err := r.Storm(fact, today)
		due = s.Count == 0
		return err
	})
	if err != nil || !due {
		return err
	}
	made := false
	err = m.Decide(ctx, ticket.InTurn, func(tx ticket.Draft) (err error) {
		made, err = tell(m.ChangeAt(ctx, tx, now), today)
		return err
	})
	if made {
		decision.Signal(m.Posted)
	}
	return err
}

// tell decides on what the admin is told on a day.
func tell(c *decision.Change, today time.Time) (made bool, err error) {
	s, err := c.Tx.CountStorm(fact, today)
	if err != nil || s.Count > 1 {
		return false, err
	}
	since := today.AddDate(0, 0, -longest)
	for i := 1; i < longest; i++ {
		day := today.AddDate(0, 0, -i)
		if s, err := c.Tx.Storm(fact, day); err != nil {
			return false, err
		} else if s.Count > 0 {
			since = day
			break
		}
	}
	marked, more, err := markedBetween(c.Tx, since.Add(at), today.Add(at))
	if err != nil || len(marked) == 0 {
		return false, err
	}
	n := fmt.Sprint(len(marked))
	if more {
		n = "more than " + n
	}
	subject := n + " mails were set apart as spam"
	if n == "1" {
		subject = "1 mail was set apart as spam"
	}
	return true, trouble.Inform(c, fact+" "+today.Format(time.DateOnly), subject, text(c, subject, marked, since.Add(at)))
}

// markedBetween returns the mails that came since a time, and before another one, and were set apart for a mark, oldest first, up
// to most.
func markedBetween(r ticket.Reader, since, until time.Time) (marked []ticket.Mail, more bool, err error) {
	after, err := before(r, since)
	for err == nil {
		var page []ticket.Mail
		if page, err = r.Mails(ticket.DispositionSpam, after, decision.PageSize); err != nil || len(page) == 0 {
			break
		}
		for _, m := range page {
			if after = m.ID; incoming.WasMarked(m) && !m.ReceivedAt.Before(since) && m.ReceivedAt.Before(until) {
				marked = append(marked, m)
			}
		}
		if len(marked) > most {
			return marked[:most], true, nil
		}
	}
	return marked, false, err
}

// before returns the number of a mail after which all spam is that came since a time. Years of spam are not read for it:
// numbers grow with time.
func before(r ticket.Reader, since time.Time) (ticket.MailID, error) {
	low, high := ticket.MailID(0), ticket.MailID(1)
	earlier := func(after ticket.MailID) (bool, error) {
		next, err := r.Mails(ticket.DispositionSpam, after, 1)
		return len(next) > 0 && next[0].ReceivedAt.Before(since), err
	}
	for {
		if is, err := earlier(high); err != nil {
			return 0, err
		} else if !is {
			break
		}
		low, high = high, 2*high
	}
	for high-low > 1 {
		middle := low + (high-low)/2
		is, err := earlier(middle)
		if err != nil {
			return 0, err
		}
		if is {
			low = middle
		} else {
			high = middle
		}
	}
	return low, nil
}

// text returns what the admin is told.
func text(c *decision.Change, subject string, marked []ticket.Mail, since time.Time) string {
	const layout = "2006-01-02 15:04"
	var b strings.Builder
	fmt.Fprintf(&b, "%s since %s, as a filter before the desk had marked them. Nobody was answered, and no agent has seen them.\n\n", subject, since.Format(layout+" MST"))
	for _, m := range marked[max(0, len(marked)-listed):] {
		from, about := "<"+m.Envelope.ReversePath+">", ""
		if raw, err := c.Tx.Raw(m.ID); err == nil {
			msg := mailparse.Parse(raw, mailparse.Envelope{})
			if msg.FromShown.Address != "" {
				from = strings.TrimSpace(msg.FromShown.Name + " <" + msg.FromShown.Address + ">")
			}
			about = msg.Subject
		}
		fmt.Fprintf(&b, "mail %d, %s, %s: %s (%s)\n", m.ID, m.ReceivedAt.In(c.Set.Zone()).Format(layout), trouble.Cut(from, 80), trouble.Cut(about, 100), m.Reason)
	}
	if more := len(marked) - listed; more > 0 {
		fmt.Fprintf(&b, "and %d before these\n", more)
	}
	b.WriteString("\n\"maildesk quarantine list --spam\" lists all of them, \"maildesk quarantine show N\" shows one, \"maildesk quarantine release N\" has it handled as if it were not marked.\n")
	return b.String()
}
