package desk

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"maildesk/ticket"
)

// maxSuspects is more mails than may have been in a worker's hands when a process
// ended. Workers take them in the order in which they came, but for those that
// shared a commit, as their senders wake up together.
const maxSuspects = 256

// calm is how long a desk has run, at the least, before it tries a mail for the
// last time that two processes ended over; at most three times as long. A mail
// that ends the process does so whenever it is handled. A process that is ended
// from outside again and again (a machine that loses power, a supervisor that
// does not see it come up) rarely is in the very moment after such a time, while
// on a slow machine it often is soon after the start, where the suspects are
// handled.
const calm = 5 * time.Second

// handleSuspects handles, one at a time, the mails that may have been in a
// worker's hands when the last process ended: one of them may have ended it, and
// alone it cannot take others with it. So an end that came from outside (a kill,
// a power cut) costs one mail an attempt at most. Those that have only one
// attempt left are not handled but returned, for [Desk.handleLate].
func (d *Desk) handleSuspects(ctx context.Context) (late []ticket.Mail, err error) {
	suspects := 0
	var untouched []ticket.MailID
	err = d.eachPending(ctx, func(m ticket.Mail) error {
		switch {
		case m.Attempts == 0 || !d.inbox.take(m):
			return nil // nobody began with it, or it came in to this process
		case suspects == maxSuspects:
			d.inbox.done(m.ID)
			untouched = append(untouched, m.ID)
			return nil
		}
		suspects++
		if m.Attempts == maxAttempts-1 {
			late = append(late, m)
			return nil
		}
		defer d.inbox.done(m.ID)
		d.process(ctx, job{mail: m})
		return ctx.Err()
	})
	d.takeBack(ctx, untouched)
	return late, err
}

// handleAdopted handles the mails that another daemon on the same database had in its hands
// when it ended, as handleSuspects does.
func (d *Desk) handleAdopted(ctx context.Context, mails []ticket.Mail) (late []ticket.Mail) {
	for i, m := range mails {
		switch {
		case ctx.Err() != nil:
			d.inbox.done(m.ID)
		case i >= maxSuspects:
			d.takeBack(ctx, []ticket.MailID{m.ID})
			d.inbox.done(m.ID)
		case m.Attempts == maxAttempts-1:
			late = append(late, m)
		default:
			d.process(ctx, job{mail: m})
			d.inbox.done(m.ID)
		}
	}
	return late
}

// handleLate makes the last attempt at suspects, one at a time and alone, when
// the desk has been calm. Until then nothing is counted against them.
func (d *Desk) handleLate(ctx context.Context, late []ticket.Mail) {
	if len(late) == 0 {
		return
	}
	wait := calm + rand.N(2*calm)
	d.Log.WarnContext(ctx, "mails in hand when the desk ended twice wait for their last attempt", "mails", len(late), "first", late[0].ID, "wait", wait.Round(time.Second).String())
	select {
	case <-ctx.Done():
		return
	case <-time.After(wait):
	}
	for _, m := range late {
		if ctx.Err() != nil {
			return
		}
		d.process(ctx, job{mail: m, alone: true})
		d.inbox.done(m.ID)
	}
}

// takeBack counts one attempt less for mails that nobody began with. Where that
// fails they have one less.
func (d *Desk) takeBack(ctx context.Context, all []ticket.MailID) {
	for ids := range slices.Chunk(all, 256) {
		err := d.Decide(ctx, ticket.InTurn, func(tx ticket.Draft) error {
			for _, id := range ids {
				if err := tx.TakeBackAttempt(id); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			d.Log.ErrorContext(ctx, "take attempts back", "mails", len(ids), "err", err)
			return
		}
	}
}
