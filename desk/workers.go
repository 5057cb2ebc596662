package desk

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"maildesk/ticket"
)

// maxAttempts is how often the handling of a mail is begun. A mail that ends
// the process or fails each time goes to quarantine.
const maxAttempts = 3

// journalPoll is how often the journal is asked for mails that another process
// kept (maildesk receive).
const journalPoll = time.Second

// errHandled says that a mail has its disposition already.
var errHandled = errors.New("already handled")

// Run works through the journal until ctx is done, and then returns nil. What
// an earlier process left comes first.
func (d *Desk) Run(ctx context.Context) error {
	late, err := d.handleSuspects(ctx)
	for errors.Is(err, ticket.ErrResources) && ctx.Err() == nil { // others may leave some soon
		d.Log.ErrorContext(ctx, "read journal", "err", err)
		select {
		case <-ctx.Done():
		case <-time.After(journalPoll):
		}
		var more []ticket.Mail
		more, err = d.handleSuspects(ctx)
		late = append(late, more...)
	}
	if err == nil {
		err = d.work(ctx, late)
	}
	d.takeBack(context.WithoutCancel(ctx), d.inbox.untouched())
	return ignoreDone(ctx, err)
}

// work hands what is kept, and what comes in, to the workers, and handles the
// late suspects when the desk has been calm.
func (d *Desk) work(ctx context.Context, late []ticket.Mail) error {
	g, ctx := errgroup.WithContext(ctx)
	for i := range workers + largeWorkers {
		jobs := d.inbox.jobs
		if i >= workers {
			jobs = d.inbox.large
		}
		g.Go(func() error {
			d.workInbox(ctx, jobs, g.Go)
			return nil
		})
	}
	g.Go(func() error { return ignoreDone(ctx, d.feedFromJournal(ctx)) })
	g.Go(func() error {
		d.handleLate(ctx, late)
		return nil
	})
	return g.Wait()
}

// ignoreDone returns nil for errors that come from being stopped.
func ignoreDone(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// workInbox handles mails until ctx is done. A mail whose sender is to be checked first
// is given to a goroutine, which puts it back: nobody waits for the DNS of strangers.
func (d *Desk) workInbox(ctx context.Context, jobs <-chan *job, goOn func(func() error)) {
	for {
		select {
		case <-ctx.Done():
			return
		case j := <-jobs:
			switch waits := d.waits(ctx, j.mail); {
			case waits: // and is not read and checked each time that it is come to
				d.leave(ctx, *j)
			case d.checkBeside(ctx, j, goOn):
				continue
			default:
				d.process(ctx, *j)
			}
			d.inbox.release(j.mail.Size)
			d.inbox.done(j.mail.ID)
		}
	}
}

// feedFromJournal hands on what the journal holds and nobody handed over. A large
// mail that there is no room for is passed over until another one is done.
func (d *Desk) feedFromJournal(ctx context.Context) error {
	tick := time.NewTicker(journalPoll)
	defer tick.Stop()
	var later sync.WaitGroup
	defer later.Wait()
	for {
		var adopted []ticket.Mail
		err := d.eachPending(ctx, func(m ticket.Mail) error {
			if d.waits(ctx, m) {
				return nil
			}
			if m.Attempts > 0 {
				if d.inbox.take(m) {
					adopted = append(adopted, m)
				}
				return nil
			}
			for !d.inbox.reserve(m.Size) {
				if m.Size >= largeMail {
					return nil
				}
				select {
				case <-ctx.Done():
					return ctx.Err()
				case <-time.After(10 * time.Millisecond):
				}
			}
			if !d.inbox.take(m) {
				d.inbox.release(m.Size)
				return nil
			}
			d.inbox.queue(m.Size) <- &job{mail: m}
			return nil
		})
		if err != nil && ctx.Err() == nil {
			d.Log.ErrorContext(ctx, "read journal", "err", err)
		}
		if late := d.handleAdopted(ctx, adopted); len(late) > 0 {
			later.Go(func() { d.handleLate(ctx, late) })
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		case <-d.inbox.journal:
		}
	}
}

// eachPending calls fn for every unhandled mail, oldest first.
func (d *Desk) eachPending(ctx context.Context, fn func(ticket.Mail) error) error {
	var after ticket.MailID
	for {
		var page []ticket.Mail
		err := d.Store.View(ctx, func(r ticket.Reader) error {
			var err error
			page, err = r.Pending(after, 256)
			return err
		})
		if err != nil {
			return fmt.Errorf("list pending mails: %w", err)
		}
		for _, m := range page {
			if err := fn(m); err != nil {
				return err
			}
			after = m.ID
		}
		if len(page) == 0 {
			return nil
		}
	}
}

// process brings one mail to its disposition, however often it must try. It
// gives up only when ctx is done; the mail then stays pending. A job with raw
// bytes has its first attempt counted already. An attempt that failed for the
// store's fault (a full disk, a locked database) is made again, not counted:
// only what the mail itself breaks leads to quarantine.
//
// A copy of a mail that has no disposition yet is left in the journal: what it is depends on
// what becomes of that one, whose sender may still be being checked.
func (d *Desk) process(ctx context.Context, j job) {
	begun := j.raw != nil
	if d.waits(ctx, j.mail) {
		d.leave(ctx, j)
		return
	}
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, 10*time.Second) {
		// To be stopped in the middle would cost the mail an attempt.
		err := d.try(context.WithoutCancel(ctx), &j, begun)
		d.attempts.Add(1)
		if err == nil || errors.Is(err, errHandled) || ctx.Err() != nil {
			return
		}
		begun, j.failure = errors.Is(err, ErrStore), err
		d.Log.ErrorContext(ctx, "handle mail", "mail", j.mail.ID, "attempt", j.mail.Attempts, "err", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// waits reports whether a mail is a copy of one that is pending, or may be: where that cannot be asked now,
// it is asked again later. A desk that is told to stop asks all the same.
func (d *Desk) waits(ctx context.Context, m ticket.Mail) bool {
	if m.DuplicateOf == 0 {
		return false
	}
	var first ticket.Mail
	err := d.Store.View(context.WithoutCancel(ctx), func(r ticket.Reader) (err error) {
		first, err = r.Mail(m.DuplicateOf)
		return err
	})
	if err != nil {
		return !errors.Is(err, ticket.ErrNotFound)
	}
	return first.Disposition == ticket.DispositionPending
}

// leave leaves a mail in the journal. An attempt that was counted when it was kept is taken back.
func (d *Desk) leave(ctx context.Context, j job) {
	if j.raw != nil {
		d.takeBack(context.WithoutCancel(ctx), []ticket.MailID{j.mail.ID})
	}
}

// try makes one attempt. The attempt is counted on disk before it begins.
func (d *Desk) try(ctx context.Context, j *job, begun bool) (err error) {
	if j.alone {
		d.trying.Lock()
		defer d.trying.Unlock()
	} else {
		d.trying.RLock()
		defer d.trying.RUnlock()
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	if !begun {
		if j.mail.Attempts >= maxAttempts {
			return d.quarantine(ctx, j.mail, j.failures())
		}
		err := d.Decide(ctx, ticket.InTurn, func(tx ticket.Draft) error {
			var err error
			j.mail.Attempts, err = tx.BeginAttempt(j.mail.ID)
			return err
		})
		if err != nil {
			return fmt.Errorf("count attempt: %w", err)
		}
	}
	if j.raw == nil {
		switch err := d.readRaw(ctx, j); {
		case errors.Is(err, ticket.ErrResources):
			return fmt.Errorf("%w: read mail: %w", ErrStore, err)
		case err != nil:
			return fmt.Errorf("read mail: %w", err)
		}
		if sha256.Sum256(j.raw) != j.mail.SHA256 {
			return d.quarantine(ctx, j.mail, "its bytes in the journal are not those that came")
		}
	}
	if err := d.check(ctx, j); err != nil {
		return fmt.Errorf("%w: check who sent the mail: %w", ErrStore, err)
	}
	return d.handle(ctx, j.mail, j.raw)
}

// readRaw reads the bytes of a mail from the journal, where the job does not have them.
func (d *Desk) readRaw(ctx context.Context, j *job) error {
	if j.raw != nil {
		return nil
	}
	return d.Store.View(ctx, func(r ticket.Reader) (err error) {
		j.raw, err = r.Raw(j.mail.ID)
		return err
	})
}
