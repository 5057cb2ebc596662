package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maildesk/ticket"
	"sync"
	"time"
)

// Config are the measures of a sender. Zero fields take the default.
type Config struct {
	// Owner names this daemon in leases: the same after a restart, and no
	// other daemon's on one store.
	Owner string
	// Senders is how many mails are handed over at once, each over its own
	// connection. Default 4.
	Senders int
	// Grace is how long Run goes on with mails in flight when it is told to
	// stop. Default 10 seconds.
	Grace time.Duration
}

const (
	poll       = 5 * time.Second // for what nobody woke us: another daemon's mails
	minPoll    = 50 * time.Millisecond
	idle       = 10 * time.Second // then the connection is closed
	rest       = 15 * time.Second // of a sender that gets no connection while others do
	reports    = 64               // outcomes kept at once
	lease      = 30 * time.Minute // the times of RFC 5321 section 4.5.3.2 for one mail add up to 25
	leaseSpare = 30 * time.Second // a send ends so long before its lease
	// claimAnyway is when a claim is tried though nothing seems to be due: a
	// clock that was wrong may have put mails off.
	claimAnyway = time.Minute

	longOutage = time.Hour // then mails past their days are given up

	delayNotice = 4 * time.Hour // of an outage, then the tickets say so
)

// Sender sends what waits in the outbox. Make one with New.
//
// A mail is sent at least once. It is sent twice only when the daemon dies
// after the next hop took it and before that was kept, which no protocol can
// avoid (RFC 1047); then with the same bytes and Message-ID.
type Sender struct {
	desk Desk
	open func() Transport
	cfg  Config
	log  *slog.Logger
	gate *gate
	work chan job
	// keeping has a place for each outcome that is being kept.
	keeping chan struct{}
	keepers sync.WaitGroup
	kept    chan struct{} // signalled when a mail is done

	mu    sync.Mutex
	owned map[ticket.OutboxID]bool // claimed by us, outcome not yet kept
}

// stages are the steps in which Run stops: first no mail is claimed or begun,
// then none is in flight, then the last outcomes are kept.
type stages struct{ claim, send, keep context.Context }

// job is a claimed mail. The times are on the monotonic clock: the wall clock
// may jump.
type job struct {
	mail    ticket.OutboxMail
	claimed time.Time
	until   time.Time // when we must be done with it
}

// New makes a sender. Open is called once for each of its goroutines; see [Open].
func New(d Desk, open func() Transport, cfg Config, log *slog.Logger) *Sender {
	if cfg.Senders == 0 {
		cfg.Senders = 4
	}
	if cfg.Grace == 0 {
		cfg.Grace = 10 * time.Second
	}
	return &Sender{
		desk: d, open: open, cfg: cfg, log: log,
		gate:    newGate(),
		work:    make(chan job, maxWindow),
		keeping: make(chan struct{}, reports),
		kept:    make(chan struct{}, 1),
		owned:   make(map[ticket.OutboxID]bool),
	}
}

// Run sends until ctx is done. Then it claims no more, finishes the mails in
// flight within the grace, gives the others back and returns nil. Run may be
// called once.
func (s *Sender) Run(ctx context.Context) error {
	// What we still hold was claimed before we were killed.
	if err := s.desk.Release(ctx, s.cfg.Owner, time.Now()); err != nil {
		s.log.ErrorContext(ctx, "outbox: give back mails of an earlier run", "err", err)
	}
	ahead := context.WithoutCancel(ctx)
	sending, stopSending := context.WithCancel(ahead)
	defer stopSending()
	keeping, stopKeeping := context.WithCancel(ahead)
	defer stopKeeping()
	st := stages{claim: ctx, send: sending, keep: keeping}

	var senders sync.WaitGroup
	for range s.cfg.Senders {
		senders.Go(func() { s.send(st) })
	}
	s.claimAll(ctx)

	defer time.AfterFunc(s.cfg.Grace, stopSending).Stop()
	defer time.AfterFunc(2*s.cfg.Grace, stopKeeping).Stop()
	senders.Wait()
	s.keepers.Wait()

	last, cancel := context.WithTimeout(ahead, s.cfg.Grace)
	defer cancel()
	if err := s.desk.Release(last, s.cfg.Owner, time.Now()); err != nil {
		s.log.ErrorContext(ctx, "outbox: give back mails", "err", err)
	}
	return nil
}

// claimAll claims what is due until ctx is done.
func (s *Sender) claimAll(ctx context.Context) {
	for ctx.Err() == nil {
		n, wait := s.gate.room(time.Now())
		if n == 0 && s.gate.unheard(time.Now()) {
			s.probe(ctx, min(wait, jitter(probeEvery)))
			continue
		} else if n == 0 {
			s.sleep(ctx, wait, s.gate.moved)
			continue
		}
		took, err := s.claim(ctx, n)
		switch {
		case err != nil && ctx.Err() == nil:
			s.log.ErrorContext(ctx, "outbox: claim mails", "err", err)
			s.sleep(ctx, poll, nil)
		case took < n:
			s.waitDue(ctx)
		}
	}
}

// probe waits for a moment and then ends the pause if the next hop answers. A
// pause of which that is not the cause is not ended.
func (s *Sender) probe(ctx context.Context, wait time.Duration) {
	if s.sleep(ctx, wait, s.gate.moved); ctx.Err() != nil || !s.gate.unheard(time.Now()) {
		return
	}
	t := s.open()
	defer t.Close()
	within, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	if err := probe(within, t); err == nil {
		s.log.InfoContext(ctx, "next hop answers again")
		s.gate.reopen()
	}
}

// claim claims up to n mails and gives them to the senders.
func (s *Sender) claim(ctx context.Context, n int) (int, error) {
	now := time.Now()
	mails, err := s.desk.Claim(ctx, s.cfg.Owner, lease, n)
	if err != nil {
		return 0, err
	}
	for _, m := range mails {
		if !s.own(m.ID) {
			// Its lease has ended by a wall clock that jumped, yet one of
			// our senders has it in hand.
			continue
		}
		s.gate.claimed(1)
		s.work <- job{m, now, now.Add(lease - leaseSpare)} // has room for the whole window
	}
	return len(mails), nil
}

// waitDue waits until a mail may have become due. The first wait is never
// nothing: what seems due and was not claimed is in somebody's hands.
func (s *Sender) waitDue(ctx context.Context) {
	end := time.Now().Add(claimAnyway)
	for least := minPoll; ctx.Err() == nil; least = 0 {
		wait := poll
		at, err := s.desk.NextAt(ctx)
		if err == nil && !at.IsZero() {
			wait = max(least, min(poll, time.Until(at)))
		}
		if wait <= 0 || !time.Now().Before(end) {
			return
		}
		select {
		case <-ctx.Done():
		case <-s.desk.Wake():
			return
		case <-time.After(wait):
		case <-s.kept:
			// A mail that waited for it may be due now. Most often none is, so
			// that it is not asked after each.
			if s.sleep(ctx, minPoll, s.desk.Wake()) {
				return
			}
		}
	}
}

// sleep waits for d (0: for ever), for a signal or for ctx. It tells whether the
// signal came.
func (s *Sender) sleep(ctx context.Context, d time.Duration, signal <-chan struct{}) bool {
	var timer <-chan time.Time
	if d > 0 {
		timer = time.After(d)
	}
	select {
	case <-ctx.Done():
	case <-signal:
		return true
	case <-timer:
	}
	return false
}

// own notes a mail as ours; false: it is already.
func (s *Sender) own(id ticket.OutboxID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.owned[id] {
		return false
	}
	s.owned[id] = true
	return true
}

func (s *Sender) disown(ids ...ticket.OutboxID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range ids {
		delete(s.owned, id)
	}
}

// send is one sender: it hands mails over, one at a time.
func (s *Sender) send(st stages) {
	t := s.open()
	defer t.Close()
	quiet := time.NewTimer(idle)
	defer quiet.Stop()
	for {
		select {
		case <-st.claim.Done():
			return
		case <-quiet.C:
			t.Close()
		case j := <-s.work:
			if st.claim.Err() != nil {
				return // Run gives it back
			}
			if a, ok := s.hand(st, t, j); ok {
				s.keeping <- struct{}{}
				s.keepers.Go(func() {
					defer func() { <-s.keeping }()
					s.keep(st.keep, &j.mail, a)
				})
			}
			quiet.Reset(idle)
		}
	}
}

// hand hands one mail over and tells what to keep of it; false: nothing, the
// mail was or will be given back.
func (s *Sender) hand(st stages, t Transport, j job) (ticket.Attempt, bool) {
	now := time.Now()
	if j.until.Sub(now) < finalDot {
		s.gate.drop()
		s.release(st.claim, now, j.mail.ID)
		return ticket.Attempt{}, false
	}
	if _, ok := s.gate.enter(now, now.Sub(j.claimed)); !ok {
		s.gate.drop()
		s.release(st.claim, now, j.mail.ID)
		return ticket.Attempt{}, false
	}
	ctx, cancel := context.WithDeadline(st.send, j.until)
	defer cancel()
	r, err := s.try(ctx, t, j.mail)
	now = time.Now()
	if err != nil && st.send.Err() != nil {
		s.gate.leave(now, false)
		return ticket.Attempt{}, false // broken off by us; Run gives it back
	}
	if classify(err) == down {
		s.outage(st.claim, r.Host, err, j)
		return ticket.Attempt{}, false
	}
	if d := s.gate.leave(now, !errors.Is(err, errUnsendable)); d > 0 {
		s.log.InfoContext(ctx, "next hop works again", "host", r.Host, "outage", d.Round(time.Second).String())
	}
	return newAttempt(&j.mail, r, err, now), true
}

// try is Send; a panic is an error of this mail alone.
func (s *Sender) try(ctx context.Context, t Transport, m ticket.OutboxMail) (r Reply, err error) {
	defer func() {
		if p := recover(); p != nil {
			t.Close()
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return t.Send(ctx, m)
}

// outage deals with a next hop that is out of order: the mail stays untried.
func (s *Sender) outage(ctx context.Context, host string, err error, j job) {
	now := time.Now()
	code, text := words(err)
	fault, _ := errors.AsType[*DownError](err)
	alone, until, lasted := s.gate.down(now, code/100 == 5, fault != nil && fault.Silent)
	if !alone {
		// Others have a connection; they take the mail while we rest.
		s.work <- j
		s.log.WarnContext(ctx, "no further connection", "host", host, "err", err)
		s.sleep(ctx, rest, nil)
		return
	}
	s.log.ErrorContext(ctx, "next hop out of order, sending pauses", "host", host, "until", until, "err", err)
	// They are due at once: the gate keeps them until it opens.
	s.release(ctx, now, append(s.waiting(), j.mail.ID)...)
	if lasted >= delayNotice {
		if n, err := s.desk.Delayed(ctx, now.Add(-delayNotice), host, text); err != nil {
			s.log.ErrorContext(ctx, "outbox: tell of delays", "err", err)
		} else if n > 0 {
			s.log.WarnContext(ctx, "mails are late", "host", host, "mails", n)
		}
	}
	if lasted < longOutage {
		return
	}
	n, err := s.desk.GiveUp(ctx, now.Add(-lifetime), host, clean("given up after 5 days: "+text))
	if err != nil {
		s.log.ErrorContext(ctx, "outbox: give up old mails", "err", err)
	} else if n > 0 {
		s.log.WarnContext(ctx, "mails given up", "host", host, "mails", n)
	}
}

// waiting takes the mails that no sender has taken yet.
func (s *Sender) waiting() (ids []ticket.OutboxID) {
	for {
		select {
		case j := <-s.work:
			s.gate.drop()
			ids = append(ids, j.mail.ID)
		default:
			return ids
		}
	}
}
