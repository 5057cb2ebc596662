package draft

import (
	"fmt"
	"time"

	"maildesk/ticket"
)

// What no decision asks once it has changed something, mostly since it counts
// everything: a draft does not show its changes there. It returns what the snapshot
// has as long as there are none, and then an error, so that nobody decides on what
// is not so any more.

func (d *Draft) unseen(method string) error {
	if len(d.plan.Changes) == 0 {
		return nil
	}
	return fmt.Errorf("%s does not show what a decision has changed", method)
}

// asked returns what the snapshot answers, unless the draft has changes.
func asked[T any](d *Draft, method string, answer func() (T, error)) (none T, err error) {
	if err := d.unseen(method); err != nil {
		return none, err
	}
	return answer()
}

// Tally is described at [ticket.Reader].
func (d *Draft) Tally() (ticket.Tally, error) { return asked(d, "Tally", d.Reader.Tally) }

// Condition is described at [ticket.Reader].
func (d *Draft) Condition(now time.Time) (ticket.Condition, error) {
	return asked(d, "Condition", func() (ticket.Condition, error) { return d.Reader.Condition(now) })
}

// NextOutboxAt is described at [ticket.Reader].
func (d *Draft) NextOutboxAt() (time.Time, error) {
	return asked(d, "NextOutboxAt", d.Reader.NextOutboxAt)
}

// SentBefore is described at [ticket.Reader].
func (d *Draft) SentBefore(at time.Time) (bool, error) {
	return asked(d, "SentBefore", func() (bool, error) { return d.Reader.SentBefore(at) })
}

// Judgements is described at [ticket.Reader].
func (d *Draft) Judgements(after ticket.MailID, since time.Time, limit int) ([]ticket.Judgement, error) {
	return asked(d, "Judgements", func() ([]ticket.Judgement, error) { return d.Reader.Judgements(after, since, limit) })
}

// ArticleUses is described at [ticket.Reader].
func (d *Draft) ArticleUses(slug string) ([]ticket.ArticleUse, error) {
	return asked(d, "ArticleUses", func() ([]ticket.ArticleUse, error) { return d.Reader.ArticleUses(slug) })
}

// ArticlesDue is described at [ticket.Reader].
func (d *Draft) ArticlesDue(day string) ([]ticket.Article, error) {
	return asked(d, "ArticlesDue", func() ([]ticket.Article, error) { return d.Reader.ArticlesDue(day) })
}

// CountJudgements is described at [ticket.Reader].
func (d *Draft) CountJudgements(since time.Time) (int, error) {
	return asked(d, "CountJudgements", func() (int, error) { return d.Reader.CountJudgements(since) })
}

// ReportsToTell is described at [ticket.Reader].
func (d *Draft) ReportsToTell(limit int) ([]ticket.ID, error) {
	return asked(d, "ReportsToTell", func() ([]ticket.ID, error) { return d.Reader.ReportsToTell(limit) })
}

// TicketMarked is described at [ticket.Reader].
func (d *Draft) TicketMarked(mark string) (ticket.ID, error) {
	return asked(d, "TicketMarked", func() (ticket.ID, error) { return d.Reader.TicketMarked(mark) })
}

// EntriesBefore is described at [ticket.Reader].
func (d *Draft) EntriesBefore(t ticket.ID, before int64, limit int) ([]ticket.Entry, error) {
	return asked(d, "EntriesBefore", func() ([]ticket.Entry, error) { return d.Reader.EntriesBefore(t, before, limit) })
}
