// Package apart tells the admin once a day which mails the desk has set apart as spam for the mark of a filter
// before it, as nobody else learns of them.
package apart

import (
	"context"
	"fmt"
	"slices"
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
	waited  = 24 * time.Hour         // that a mail may wait until it is handled
	listed  = 20                     // senders who are named
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
		spam, err := r.Mails(ticket.DispositionSpam, 0, 1)
		if err != nil || len(spam) == 0 {
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
	marked, whole, err := markedBetween(c.Tx, since.Add(at), today.Add(at))
	if err != nil || len(marked) == 0 {
		return false, err
	}
	n := fmt.Sprint(len(marked))
	if !whole {
		n = "more than " + n
	}
	subject := n + " mails were set apart as spam"
	if n == "1" {
		subject = "1 mail was set apart as spam"
	}
	body, err := text(c, subject, marked, since.Add(at), whole)
	if err != nil {
		return false, err
	}
	return true, trouble.Inform(c, fact+" "+today.Format(time.DateOnly), subject, body)
}

// markedBetween returns the mails that were set apart for a mark from a time on, and before another one, newest first, up
// to most, and whether these are all of them.
func markedBetween(r ticket.Reader, since, until time.Time) (marked []ticket.Mail, whole bool, err error) {
	first, err := before(r, since.Add(-waited))
	if err != nil {
		return nil, false, err
	}
	last, err := before(r, until)
	if err != nil {
		return nil, false, err
	}
	for end := last + 1; end > first; end -= decision.PageSize { // numbers after end are read
		start := max(first, end-decision.PageSize)
		page, err := r.Mails(ticket.DispositionSpam, start, int(end-start))
		if err != nil {
			return nil, false, err
		}
		for _, m := range slices.Backward(page) {
			if m.ID > end || !incoming.WasMarked(m) || m.HandledAt.Before(since) || !m.HandledAt.Before(until) {
				continue
			}
			if len(marked) == most {
				return marked, false, nil
			}
			marked = append(marked, m)
		}
	}
	return marked, true, nil
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

// sender is whose mails were set apart.
type sender struct {
	newest ticket.Mail
	mails  int
}

// senders returns whose mails these are, by their envelopes: who has asked the desk something before the others, and
// then newest first. Strangers with many names push nobody out who is known.
func senders(r ticket.Reader, marked []ticket.Mail) ([]sender, error) {
	at := map[string]int{}
	var all, known, others []sender
	for _, m := range marked {
		path := strings.ToLower(m.Envelope.ReversePath)
		i, found := at[path]
		if !found || path == "" { // a null reverse-path says nothing of who wrote
			i = len(all)
			at[path], all = i, append(all, sender{newest: m})
		}
		all[i].mails++
	}
	if len(all) <= listed {
		return all, nil
	}
	for _, s := range all {
		h := ticket.History{}
		var err error
		if s.newest.Envelope.ReversePath != "" {
			h, err = r.History(s.newest.Envelope.ReversePath)
		}
		switch {
		case err != nil:
			return nil, err
		case h.All > 0:
			known = append(known, s)
		default:
			others = append(others, s)
		}
	}
	return append(known, others...), nil
}

// text returns what the admin is told.
func text(c *decision.Change, subject string, marked []ticket.Mail, since time.Time, whole bool) (string, error) {
	const layout = "2006-01-02 15:04"
	var b strings.Builder
	fmt.Fprintf(&b, "%s since %s, as a filter before the desk had marked them. Nobody was answered, and no agent has seen them.\n\n", subject, since.Format(layout+" MST"))
	all, err := senders(c.Tx, marked)
	if err != nil {
		return "", err
	}
	left := 0
	for i, s := range all {
		if i >= listed {
			left += s.mails
			continue
		}
		m, from, about := s.newest, "<"+s.newest.Envelope.ReversePath+">", ""
		if raw, err := c.Tx.Raw(m.ID); err == nil {
			msg := mailparse.Parse(raw, mailparse.Envelope{})
			if shown := msg.FromShown; shown.Address != "" {
				from = strings.TrimSpace(trouble.Cut(shown.Name, 60) + " <" + shown.Address + ">")
			}
			about = msg.Subject
		}
		fmt.Fprintf(&b, "mail %d, %s, %s: %s (%s)", m.ID, m.ReceivedAt.In(c.Set.Zone()).Format(layout), from, trouble.Cut(about, 100), m.Reason)
		if s.mails > 1 {
			fmt.Fprintf(&b, ", and %d before it from there", s.mails-1)
		}
		b.WriteString("\n")
	}
	if left > 0 {
		fmt.Fprintf(&b, "and %d from %d further senders, who are not named\n", left, len(all)-listed)
	}
	if !whole {
		fmt.Fprintf(&b, "and what came before mail %d, which is not counted\n", marked[len(marked)-1].ID)
	}
	b.WriteString("\n\"maildesk quarantine list --spam\" lists all of them, \"maildesk quarantine show N\" shows one, \"maildesk quarantine release N\" has it handled as if it were not marked.\n")
	return b.String(), nil
}
