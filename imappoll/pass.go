package imappoll

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"

	"maildesk/ticket"
)

// batch is the number of mails whose sizes are requested at once.
const batch = 100

// pass fetches the mails in the mailbox that are not in the ledger, oldest first.
// troubles are failures that do not keep mails from arriving. An error that is not
// a deskError means that the connection is no longer usable.
func (f *fetcher) pass(ctx context.Context, s server) (troubles, err error) {
	selected, err := s.open(ctx, f.cfg.Name, f.cfg.After != Leave)
	if err != nil {
		return nil, err
	}
	if f.box, err = f.ledger.selected(ctx, f.box.ID, selected, f.cfg.All); err != nil {
		return nil, &deskError{err}
	}
	listed, err := s.list(ctx, f.box.LowWater, selected)
	if err != nil {
		return nil, err
	}
	plan, err := f.ledger.plan(ctx, f.box, listed, f.cfg.retry)
	if err != nil {
		return nil, &deskError{err}
	}
	unable := s.able(f.cfg.After)
	if troubles, err = f.settle(ctx, s, plan.After); err != nil {
		return nil, err
	}
	troubles = errors.Join(unable, troubles)
	f.count(0, plan.Blocked)
	if i := slices.Index(plan.Fetch, f.cut.uid); i >= 0 { // on a bad line the others must not wait for it
		plan.Fetch = append(slices.Delete(plan.Fetch, i, i+1), f.cut.uid)
	}
	for todo := plan.Fetch; len(todo) > 0; {
		if len(plan.Fetch) > batch { // it takes a while: show progress
			f.note(ctx, ticket.MailboxFine, "many mails are being fetched", true)
		}
		n := min(batch, len(todo))
		if f.careful {
			n = 1
		}
		kept, err := f.fetch(ctx, s, todo[:n])
		trouble, settleErr := f.settle(ctx, s, kept)
		if trouble != nil && troubles == nil {
			troubles = trouble
		}
		if err = errors.Join(err, settleErr); err != nil {
			return nil, err
		}
		todo = todo[n:]
	}
	f.careful = false
	if err := f.ledger.finish(ctx, f.box.ID); err != nil {
		return nil, &deskError{err}
	}
	if n := f.blockedNow(); n > 0 {
		troubles = errors.Join(troubles, fmt.Errorf("mails that cannot be fetched: %d; see maildesk mailboxes", n))
	}
	return troubles, nil
}

// count adds to the figures of Health; blocked is set when it is not negative.
func (f *fetcher) count(taken, blocked int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.health.Fetched += int64(taken)
	if blocked >= 0 {
		f.health.Blocked = blocked
	}
}

func (f *fetcher) blockedNow() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.health.Blocked
}

// fetch brings mails into custody and returns those that must then be flagged,
// moved or deleted on the server.
func (f *fetcher) fetch(ctx context.Context, s server, uids []uint32) (kept []uint32, err error) {
	known, err := s.facts(ctx, uids)
	if err != nil {
		if len(uids) == 1 && f.careful && ctx.Err() == nil {
			err = errors.Join(err, f.failed(ctx, uids[0], err))
		}
		f.careful = true // one of them breaks the reply: find out which
		return nil, err
	}
	for _, uid := range uids {
		mail, there := known[uid]
		keep, err := f.take(ctx, s, uid, mail, there)
		if err != nil {
			return kept, err
		}
		if keep {
			kept = append(kept, uid)
		}
	}
	return kept, nil
}

// take brings one mail into custody. keep is set when it is in custody and must then
// be flagged, moved or deleted on the server. It is not an error when a mail cannot
// be fetched, unless the connection is lost.
func (f *fetcher) take(ctx context.Context, s server, uid uint32, mail facts, there bool) (keep bool, err error) {
	place := f.place(uid)
	if there && mail.deleted {
		return false, f.settled(ctx, place, ticket.UIDDeleted)
	}
	found := ticket.Fetched{Place: place, ArrivedAt: mail.arrived, Then: ticket.UIDDone}
	var raw []byte
	switch {
	case !there:
		err = errVanished
	case f.limit > 0 && mail.size > f.limit:
		found.Whole, found.Then = mail.size, ticket.UIDTooLarge
		raw, err = s.header(ctx, uid)
	default:
		if f.cfg.After != Leave && s.able(f.cfg.After) == nil {
			found.Then = ticket.UIDKept
		}
		raw, err = s.mail(ctx, uid, mail.size, f.limit, f.cutAt(place, mail.size))
	}
	if cut, ok := errors.AsType[*cutError](err); ok && ctx.Err() == nil {
		return false, f.resumeLater(ctx, place, mail.size, cut)
	}
	if errors.Is(err, errVanished) {
		if gone, e := f.vanished(ctx, s, place); gone || e != nil {
			return false, e
		}
		err = errors.New("the server lists the mail but does not return it")
	}
	if err != nil {
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		if e := f.failed(ctx, uid, err); e != nil {
			return false, e
		}
		if s.lost() {
			return false, err
		}
		return false, nil
	}
	if f.cut.Place == place {
		f.cut = cut{}
	}
	becomes, isNew, err := f.custody(ctx, found, raw)
	switch {
	case errors.Is(err, ticket.ErrRejected) || errors.Is(err, errPanic):
		return false, f.failed(ctx, uid, err)
	case err != nil:
		return false, &deskError{err}
	}
	if isNew {
		f.count(1, -1)
	}
	if found.Whole > 0 {
		f.log.WarnContext(ctx, "mail is too large: only its header was fetched", "uid", uid, "size", found.Whole)
	}
	return becomes == ticket.UIDKept, nil
}

// errPanic is wrapped by the error of a mail on which the desk panicked.
var errPanic = errors.New("panic")

// custody passes a mail to the desk, and then records that in the ledger. Where the
// process ends in between, the mail is fetched again, and the desk knows it by its place.
// A mail on which the desk panics must not stop the following ones. becomes is what the
// ledger says of the mail then, and isNew whether it was passed on.
func (f *fetcher) custody(ctx context.Context, found ticket.Fetched, raw []byte) (becomes ticket.UIDState, isNew bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			f.log.ErrorContext(ctx, "panic while taking a mail", "uid", found.UID, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("%w: %v", errPanic, p)
		}
	}()
	backlog := f.box.Backlog
	if found.UID > f.box.BacklogTo {
		backlog = ""
	}
	if backlog == ticket.BacklogRelisted {
		first, err := f.desk.FindCopy(ctx, raw)
		if err != nil {
			return "", false, err
		}
		if becomes, err = f.ledger.recognise(ctx, f.box, found, first); err != nil || becomes != "" {
			return becomes, false, err
		}
		found.Relisted = true
	}
	id, err := f.desk.AcceptFetched(ctx, found, f.cfg.Address, backlog == ticket.BacklogHistory, raw)
	if err != nil {
		return "", false, err
	}
	return found.Then, true, f.ledger.taken(ctx, found, id)
}

// vanished reports whether a mail that was listed is gone, and if so settles it.
func (f *fetcher) vanished(ctx context.Context, s server, p ticket.Place) (bool, error) {
	there, err := s.has(ctx, p.UID)
	if err != nil || there {
		return false, err
	}
	f.log.InfoContext(ctx, "mail vanished from the mailbox before it was fetched", "uid", p.UID)
	return true, f.settled(ctx, p, "")
}

// failed records in the ledger that a mail cannot be fetched. Its error is a
// deskError.
func (f *fetcher) failed(ctx context.Context, uid uint32, why error) error {
	u, err := f.ledger.fail(ctx, f.place(uid), hide(why.Error()))
	if err != nil {
		return &deskError{err}
	}
	f.log.ErrorContext(ctx, "fetch mail", "uid", uid, "attempt", u.Attempts, "state", u.State, "err", why)
	if u.State == ticket.UIDBlocked {
		f.count(0, f.blockedNow()+1)
	}
	return nil
}

func (f *fetcher) place(uid uint32) ticket.Place {
	return ticket.Place{Mailbox: f.box.ID, UIDValidity: f.box.UIDValidity, UID: uid}
}

func (f *fetcher) settled(ctx context.Context, p ticket.Place, state ticket.UIDState) error {
	if err := f.ledger.settle(ctx, p, state); err != nil {
		return &deskError{err}
	}
	return nil
}

// settle flags, moves or deletes mails in custody, as configured. A refusal of the
// server is trouble and is tried again, unless trying again would do harm.
func (f *fetcher) settle(ctx context.Context, s server, uids []uint32) (trouble, err error) {
	for some := range slices.Chunk(uids, batch) {
		switch {
		case s.able(f.cfg.After) != nil:
			// They stay as they are; the state of the mailbox says why.
		case f.cfg.After == Flag:
			err = s.flag(ctx, some, Keyword)
		case f.cfg.After == Move:
			err = s.move(ctx, some, f.cfg.Folder)
		case f.cfg.After == Delete:
			err = s.remove(ctx, some)
		}
		if err != nil && !errors.Is(err, errHalfMoved) {
			if ctx.Err() != nil || s.lost() {
				return err, err
			}
			return err, nil
		}
		trouble = errors.Join(trouble, err)
		for _, uid := range some {
			if err := f.settled(ctx, f.place(uid), ticket.UIDDone); err != nil {
				return nil, err
			}
		}
	}
	return trouble, nil
}

// cut is a mail during which the connection broke, and what arrived of it.
type cut struct {
	ticket.Place
	uid  uint32
	size int64
	came []byte
}

// cutAt returns what arrived of a mail before the connection broke; nil: nothing.
func (f *fetcher) cutAt(p ticket.Place, size int64) []byte {
	if f.cut.Place != p || f.cut.size != size {
		return nil
	}
	return f.cut.came
}

// resumeLater keeps what arrived of a mail before the connection broke. That is not
// the mail's fault and not counted as a failure of it, as long as more of it
// arrives each time; the connection is tried again after its pause.
func (f *fetcher) resumeLater(ctx context.Context, p ticket.Place, size int64, e *cutError) error {
	if f.cut.Place == p && len(e.came) <= len(f.cut.came) {
		f.cut = cut{}
		return errors.Join(e, f.failed(ctx, p.UID, e))
	}
	f.cut = cut{p, p.UID, size, e.came}
	f.log.WarnContext(ctx, "the connection broke during a mail; the rest is fetched later", "uid", p.UID, "came", len(e.came), "size", size, "err", e.err)
	return fmt.Errorf("mail %d, of which %d of %d bytes arrived: %w", p.UID, len(e.came), size, e)
}
