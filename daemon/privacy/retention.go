package privacy

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"maildesk/daemon/localdesk"

	"maildesk/config"
	"maildesk/desk/person"
	"maildesk/routing"
	"maildesk/ticket"
)

// EraseOld erases the tickets of a configuration's data that were kept as long as
// [retention] says, or says which they are. A daemon may be working.
func EraseOld(ctx context.Context, cfg *config.Config, o EraseOptions, log *slog.Logger) (r Erased, err error) {
	local, running, err := openToErase(ctx, cfg, log)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, local.Close()) }()
	if o.Do {
		if err := finishErasure(ctx, local, running, o); err != nil {
			return r, err
		}
	}
	return eraseOld(ctx, local, cfg, o, running, time.Now(), 0)
}

// EraseOldBeside erases up to limit tickets that were kept long enough, beside the running
// desk whose data they are.
func EraseOldBeside(ctx context.Context, b *localdesk.Local, cfg *config.Config, limit int) (Erased, error) {
	return eraseOld(ctx, b, cfg, EraseOptions{Do: true, Actor: ticket.ActorDesk, InPlace: true}, true, time.Now(), limit)
}

// eraseOld erases up to limit tickets that were kept long enough; 0: all of them.
func eraseOld(ctx context.Context, b *localdesk.Local, cfg *config.Config, o EraseOptions, running bool, now time.Time, limit int) (Erased, error) {
	e := &erasing{Local: b, o: o, r: Erased{Running: running, Rows: map[string]int{}}}
	var due []ticket.ID
	err := b.Desk.View(ctx, func(r ticket.Reader) error {
		closed, err := r.Tickets(ticket.Filter{Status: []ticket.Status{ticket.StatusClosed}})
		due = keptLongEnough(closed, cfg.Retention, cfg.Routing.Categories, now)
		return err
	})
	if err != nil || len(due) == 0 {
		return e.r, err
	}
	if limit > 0 && len(due) > limit {
		due = due[:limit]
	}
	c, err := e.know(ctx, "")
	if err != nil {
		return e.r, err
	}
	err = e.do(ctx, person.CaseByAge(c.Collection, e.next(), due), erasureRecord{At: now, Actor: o.Actor})
	return e.r, err
}

// keptLongEnough returns which closed tickets were kept as long as is wanted, and are not
// erased yet. A category without a time of its own has that of the one above it.
func keptLongEnough(closed []ticket.Ticket, keep config.Retention, categories []routing.Category, now time.Time) (due []ticket.ID) {
	above := map[string]string{}
	for _, c := range categories {
		above[c.Name] = c.Parent
	}
	after := func(category string) time.Duration {
		for ; category != ""; category = above[category] {
			if d, ok := keep.Categories[category]; ok {
				return d
			}
		}
		return keep.After
	}
	for _, t := range closed {
		d := after(t.Category)
		if d > 0 && t.Subject != person.Gone && !t.ClosedAt.IsZero() && !t.ClosedAt.Add(d).After(now) {
			due = append(due, t.ID)
		}
	}
	slices.Sort(due)
	return due
}
