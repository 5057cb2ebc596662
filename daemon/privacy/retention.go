package privacy

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"maildesk/daemon/localdesk"

	"maildesk/config"
	"maildesk/desk/person"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// EraseOld erases the tickets of a configuration's data, and the mails of no ticket, that were kept
// as long as [retention] says, or says which they are. A daemon may be working.
func EraseOld(ctx context.Context, cfg *config.Config, o EraseOptions, log *slog.Logger) (r Erased, err error) {
	local, running, err := openToErase(ctx, cfg, log)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, local.Close()) }()
	if o.Do {
		if err := saidToErase(local.Folder, cfg, time.Now()); err != nil {
			return r, err
		}
	}
	r, err = inTurn(ctx, local, running, o, func() (Erased, error) { return eraseOld(ctx, local, cfg, o, running, time.Now(), 0, &Reached{}) })
	r.Outside = outside(cfg)
	return r, err
}

// EraseOldBeside erases up to limit tickets, and some mails of none (see eraseOld), that were kept long enough, beside the
// running desk whose data they are. from is kept from one call to the next.
func EraseOldBeside(ctx context.Context, b *localdesk.Local, cfg *config.Config, limit int, from *Reached) (Erased, error) {
	o := EraseOptions{Do: true, Actor: ticket.ActorDesk, InPlace: true}
	return inTurn(ctx, b, true, o, func() (Erased, error) { return eraseOld(ctx, b, cfg, o, true, time.Now(), limit, from) })
}

// mailsATicket is how many mails of no ticket are erased in the place of a ticket: they are many, and
// each is a row or two.
const mailsATicket = 40

// eraseOld erases up to limit tickets, and [mailsATicket] times as many mails of none, that were kept long
// enough; 0: all of them.
func eraseOld(ctx context.Context, b *localdesk.Local, cfg *config.Config, o EraseOptions, running bool, now time.Time, limit int, from *Reached) (Erased, error) {
	e := &erasing{Local: b, o: o, r: Erased{Running: running, Rows: map[string]int{}}}
	due, err := keptLongEnough(ctx, b.Desk, cfg, now, limit)
	if err != nil {
		return e.r, err
	}
	mails, err := mailsKeptLongEnough(ctx, b.Store, cfg.Retention.Mails, now, limit*mailsATicket, from)
	if err != nil || len(due)+len(mails) == 0 {
		return e.r, err
	}
	c, err := e.know(ctx, "")
	if err != nil {
		return e.r, err
	}
	err = e.do(ctx, person.CaseByAge(c.Collection, e.next(), due, mails), erasureRecord{At: now, Actor: o.Actor})
	return e.r, err
}

// retentionPage is how many closed tickets are looked at in one snapshot.
const retentionPage = 1000

// viewer shows a snapshot of what is kept, as a desk does.
type viewer interface {
	View(ctx context.Context, f func(ticket.Reader) error) error
}

// keptLongEnough returns up to limit closed tickets that were kept as long as is wanted, and are
// not erased yet; limit 0: all of them.
func keptLongEnough(ctx context.Context, d viewer, cfg *config.Config, now time.Time, limit int) (due []ticket.ID, err error) {
	keep := newKeeping(cfg)
	if keep.shortest == 0 {
		return nil, nil
	}
	f := ticket.Filter{Status: []ticket.Status{ticket.StatusClosed}, ResolvedBy: now.Add(-keep.shortest), Limit: retentionPage}
	for page := make([]ticket.Ticket, retentionPage); len(page) == retentionPage; {
		err := d.View(ctx, func(r ticket.Reader) (err error) {
			page, err = r.Tickets(f)
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, t := range page {
			f.After = t.ID
			if !keep.over(t, now) {
				continue
			}
			gone, err := isGone(ctx, d, t)
			if err != nil {
				return nil, err
			}
			if !gone {
				due = append(due, t.ID)
			}
			if limit > 0 && len(due) == limit {
				return due, nil
			}
		}
	}
	return due, nil
}

// isGone reports whether all of a ticket was taken out before. Its subject alone does not say so: people write what
// they like there, and a ticket that others shared with somebody who was erased has lost it, too.
func isGone(ctx context.Context, d viewer, t ticket.Ticket) (gone bool, err error) {
	if t.Subject != person.Gone {
		return false, nil
	}
	err = d.View(ctx, func(r ticket.Reader) (err error) {
		gone, err = erasedWhole(r, t.ID)
		return err
	})
	return gone, err
}

// Reached is up to where the mails of no ticket that were handled are erased, or are none: nobody looks at them
// again. The zero value is the beginning.
type Reached struct{ place tables.Place }

// handledReader reads which mails were handled, in that order, as a store does.
type handledReader interface {
	HandledAfter(ctx context.Context, p tables.Place, limit int) ([]tables.Handled, error)
}

// mailsKeptLongEnough returns up to limit mails of no ticket that were kept as long as is wanted, and
// are not erased yet, from where others have come on, which it moves; limit 0: all of them. A mail in
// quarantine has a ticket that stands for it.
//
// Mails are handled in the order of their times but where a clock was wrong: one that is behind a younger one
// waits with it, and one from the future holds up none.
func mailsKeptLongEnough(ctx context.Context, s handledReader, keep time.Duration, now time.Time, limit int, from *Reached) (due []ticket.MailID, err error) {
	if keep == 0 {
		return nil, nil
	}
	at := from.place
	for page := make([]tables.Handled, retentionPage); len(page) == retentionPage; {
		if page, err = s.HandledAfter(ctx, at, retentionPage); err != nil {
			return nil, err
		}
		for _, m := range page {
			at = m.Place
			kept := !m.At.Add(keep).After(now)
			switch {
			case !kept && !m.At.After(now):
				return due, nil
			case kept && m.Loose:
				due = append(due, m.Mail)
			case len(due) == 0:
				from.place = at
			}
			if limit > 0 && len(due) == limit {
				return due, nil
			}
		}
	}
	return due, nil
}

// keeping is how long tickets are kept, by their category.
type keeping struct {
	config.Retention
	above    map[string]string // category → its parent
	shortest time.Duration     // of all that are set; 0: all are kept
}

func newKeeping(cfg *config.Config) keeping {
	k := keeping{Retention: cfg.Retention, above: map[string]string{}, shortest: cfg.Retention.After}
	for _, c := range cfg.Routing.Categories {
		k.above[c.Name] = c.Parent
	}
	for _, d := range k.Categories {
		if d > 0 && (k.shortest == 0 || d < k.shortest) {
			k.shortest = d
		}
	}
	return k
}

// over reports whether a ticket is closed and was kept long enough.
func (k keeping) over(t ticket.Ticket, now time.Time) bool {
	d := k.of(t.Category)
	return d > 0 && !t.ClosedAt.IsZero() && !t.ClosedAt.Add(d).After(now)
}

// of returns how long tickets of a category are kept; one without a time of its own has that
// of the one above it.
func (k keeping) of(category string) time.Duration {
	for ; category != ""; category = k.above[category] {
		if d, ok := k.Categories[category]; ok {
			return d
		}
	}
	return k.After
}
