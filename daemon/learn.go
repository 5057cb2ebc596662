package daemon

import (
	"context"
	"time"

	"maildesk/desk/learning"
)

// How often the daemon looks whether there is something to learn, how old it must be (what
// is decided now may be committed in a moment), and how often what was learnt is kept.
const (
	learnPause   = 30 * time.Second
	learnSettled = time.Minute
	learnKeep    = 10 * time.Minute
)

// learn learns from the history beside the work of the desk, until ctx is done, and keeps
// what was learnt. It never fails: a desk that cannot learn does all else.
func (d *Daemon) learn(ctx context.Context) error {
	tick := time.NewTicker(learnPause)
	defer tick.Stop()
	kept, news := time.Now(), false
	for {
		if !d.local.Desk.Settings().Rules.Learns() {
			if err := d.local.ForgetLearnt(d.learner); err != nil {
				d.log.ErrorContext(ctx, "forget what was learnt", "err", err)
			}
			news = false
		} else if d.learnMore(ctx) {
			news = true
		}
		if news && (time.Since(kept) >= learnKeep || ctx.Err() != nil) {
			if err := d.local.KeepLearnt(d.learner); err != nil {
				d.log.ErrorContext(ctx, "keep what was learnt", "err", err)
			} else {
				news = false
			}
			kept = time.Now()
		}
		if ctx.Err() != nil {
			return nil
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// learnMore learns what is settled, and reports whether there was anything. A long history
// is learnt with a pause after each part that is as long as that took: the mails come first.
func (d *Daemon) learnMore(ctx context.Context) (news bool) {
	for ctx.Err() == nil {
		begun := time.Now()
		n, err := d.learner.Step(ctx, d.local.Desk, begun.Add(-learnSettled-d.local.Desk.Settings().UndoWindow))
		news = news || n > 0
		if err != nil && ctx.Err() == nil {
			d.log.ErrorContext(ctx, "learn", "err", err)
		}
		if err != nil || n < learning.AtOnce {
			return news
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Since(begun)):
		}
	}
	return news
}
