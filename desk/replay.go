package desk

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"maildesk/desk/author"
	"maildesk/desk/incoming"
	"maildesk/desk/settings"
	"maildesk/routing"
	"maildesk/ticket"
)

// Rejudged is a mail of the journal before two versions of the rules.
type Rejudged struct {
	Judgement ticket.Judgement // as it was made then
	Subject   string
	Old, New  routing.Decision // by the rules in force, by the others
}

// replayPage is how many judgements are read at once. Each page has a snapshot
// of its own, so that a long replay does not keep the store from tidying up.
const replayPage = 256

// Replay judges again every mail since a time that rules once judged: by those
// in force and by others, by the code that judges new mail, on the facts as they
// were then. It hands each to fn, one at a time, in no order, and changes
// nothing: it may run beside a daemon. Mails that were erased are left out.
func (d *Desk) Replay(ctx context.Context, since time.Time, others *settings.Settings, fn func(Rejudged)) error {
	stopped := ctx.Err
	g, ctx := errgroup.WithContext(ctx)
	todo, done := make(chan ticket.Judgement, replayPage), make(chan Rejudged, replayPage)
	g.Go(func() error {
		defer close(todo)
		return d.eachJudgement(ctx, since, todo)
	})
	workers, workCtx := errgroup.WithContext(ctx)
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() error { return d.rejudgeAll(workCtx, others, todo, done) })
	}
	g.Go(func() error {
		defer close(done)
		return workers.Wait()
	})
	for r := range done {
		fn(r)
	}
	err := g.Wait()
	if stop := stopped(); stop != nil {
		return stop // whatever the store made of it, and where all was read ahead
	}
	return err
}

// eachJudgement sends every judgement since a time.
func (d *Desk) eachJudgement(ctx context.Context, since time.Time, to chan<- ticket.Judgement) error {
	for after := ticket.MailID(0); ; {
		var page []ticket.Judgement
		err := d.Store.View(ctx, func(r ticket.Reader) error {
			var err error
			page, err = r.Judgements(after, since, replayPage)
			return err
		})
		if err != nil {
			return fmt.Errorf("list judged mails: %w", err)
		}
		if len(page) == 0 {
			return nil
		}
		for _, j := range page {
			select {
			case to <- j:
			case <-ctx.Done():
				return ctx.Err()
			}
			after = j.Mail
		}
	}
}

func (d *Desk) rejudgeAll(ctx context.Context, others *settings.Settings, from <-chan ticket.Judgement, to chan<- Rejudged) error {
	for j := range from {
		r, err := d.rejudge(ctx, j, others)
		if errors.Is(err, ticket.ErrNotFound) {
			continue
		}
		if err != nil {
			return fmt.Errorf("judge mail %d again: %w", j.Mail, err)
		}
		select {
		case to <- r:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (d *Desk) rejudge(ctx context.Context, j ticket.Judgement, others *settings.Settings) (Rejudged, error) {
	var m ticket.Mail
	var raw []byte
	err := d.Store.View(ctx, func(r ticket.Reader) (err error) {
		if m, err = r.Mail(j.Mail); err != nil {
			return err
		}
		if raw, err = r.Raw(j.Mail); err != nil {
			return err
		}
		m.Envelope.Checked, err = checkedIn(r, j.Mail)
		return err
	})
	if err != nil {
		return Rejudged{}, err
	}
	release, err := d.memory.take(ctx, len(raw))
	if err != nil {
		return Rejudged{}, err
	}
	defer release()
	set := d.Settings()
	msg, place := author.Parse(set, m, raw)
	if place == author.InFrom {
		_, msg = incoming.BehalfOf(set, m, msg)
	}
	return Rejudged{
		Judgement: j,
		Subject:   msg.Subject,
		Old:       set.Rules.RouteLearnt(set.Facts(m, msg, j.History), set.FiledAs(j.Learnt)),
		New:       others.Rules.RouteLearnt(others.Facts(m, msg, j.History), others.FiledAs(j.Learnt)),
	}, nil
}
