package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"maildesk/ticket"
)

// Config configures a sender. Zero fields take the default.
type Config struct {
	// Owner identifies this daemon in leases: the same after a restart, and
	// different from that of any other daemon on the same store.
	Owner string
	// Senders is the number of mails sent at once, each over its own connection.
	// Default 4.
	Senders int
	// Grace is how long Run finishes mails in flight when it is stopped. Default
	// 10 seconds.
	Grace time.Duration
	// Left returns for how long the mails that Owner has claimed are still its own for sure,
	// not above 0: another one may send them; nil: they are until their leases end.
	Left func() time.Duration
	// Ledger has what became of mails when the desk could not record it; nil: that is lost, and
	// such mails are sent again.
	Ledger *Ledger
}

const (
	poll        = 5 * time.Second // for mails of which Wake does not tell us: another daemon's
	minPoll     = 50 * time.Millisecond
	idle        = 10 * time.Second // then the connection is closed
	noDial      = 15 * time.Second // pause of a sender that gets no connection while others do
	maxOutcomes = 64               // outcomes recorded at once
	lease       = 30 * time.Minute // the times of RFC 5321 section 4.5.3.2 for one mail add up to 25
	leaseSpare  = 30 * time.Second // a send ends this long before its lease
	// claimAnyway is when a claim is tried though nothing seems to be due: the
	// clock may have been wrong when mails were deferred.
	claimAnyway = time.Minute

	longOutage = time.Hour // of an outage, then mails past their lifetime fail

	delayNotice = 4 * time.Hour // of an outage, then the tickets get a note
)

// Sender sends what waits in the outbox. Make one with New.
//
// A mail is sent at least once. It is sent twice only when the daemon dies after
// the next hop accepted it and before that was recorded, which no protocol can
// avoid (RFC 1047); both copies have the same bytes and Message-ID.
type Sender struct {
	desk Desk
	open func() Transport
	cfg  Config
	log  *slog.Logger
	gate *gate
	jobs chan job // claimed mails that no sender has taken yet
	// keeping has one slot for each outcome that is being recorded.
	keeping chan struct{}
	keepers sync.WaitGroup
	kept    chan struct{} // signalled when a mail is done

	mu    sync.Mutex
	owned map[ticket.OutboxID]bool // claimed by us, outcome not yet recorded
}

// stages are the contexts that end one after the other when Run stops: first no
// mail is claimed or begun, then none is in flight, then the last outcomes are
// recorded.
type stages struct{ claim, send, keep context.Context }

// job is a claimed mail. The times are on the monotonic clock: the wall clock
// may jump.
type job struct {
	mail    ticket.OutboxMail
	claimed time.Time
	until   time.Time // when sending it must have ended
}

// New returns a sender. open is called once for each of its goroutines; see [Open].
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
		jobs:    make(chan job, maxWindow),
		keeping: make(chan struct{}, maxOutcomes),
		kept:    make(chan struct{}, 1),
		owned:   make(map[ticket.OutboxID]bool),
	}
}

// Run sends until ctx is done. Then it claims no more, finishes the mails in
// flight within the grace, releases the others and returns nil. When the mails that it has claimed
// may be another's, it breaks off those in flight, and returns nil as well. Run may be called
// once.
func (s *Sender) Run(ctx context.Context) error {
	for s.left() <= 0 && ctx.Err() == nil {
		s.sleep(ctx, time.Second, nil)
	}
	recalled := s.recall(ctx)
	// Mails still leased to us were claimed before we were killed.
	s.releaseRest(ctx)
	ahead := context.WithoutCancel(ctx)
	ctx, stopClaiming := context.WithCancel(ctx)
	defer stopClaiming()
	sending, stopSending := context.WithCancel(ahead)
	defer stopSending()
	keeping, stopKeeping := context.WithCancel(ahead)
	defer stopKeeping()
	st := stages{claim: ctx, send: sending, keep: keeping}
	go s.watchLease(ctx, sending, func() {
		stopClaiming()
		stopSending()
	})

	var senders sync.WaitGroup
	for range s.cfg.Senders {
		senders.Go(func() { s.send(st) })
	}
	if !recalled {
		senders.Go(func() { s.recallLate(ctx) })
	}
	s.claimAll(ctx)

	defer time.AfterFunc(s.cfg.Grace, stopSending).Stop()
	defer time.AfterFunc(2*s.cfg.Grace, stopKeeping).Stop()
	senders.Wait()
	s.keepers.Wait()

	last, cancel := context.WithTimeout(ahead, s.cfg.Grace)
	defer cancel()
	s.releaseRest(last)
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

// probe waits for a moment and then ends the pause if the next hop answers. It ends
// no pause that has another cause.
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

// claim claims up to n mails and passes them to the senders. It returns how many it
// got.
func (s *Sender) claim(ctx context.Context, n int) (int, error) {
	now := time.Now()
	mails, err := s.desk.Claim(ctx, s.cfg.Owner, lease, n)
	if err != nil {
		return 0, err
	}
	for _, m := range mails {
		if !s.own(m.ID) {
			// Its lease expired because the wall clock jumped, but one of our
			// senders still has it.
			continue
		}
		s.gate.claimed(1)
		s.jobs <- job{m, now, now.Add(lease - leaseSpare)} // does not block: it has room for the whole window
	}
	return len(mails), nil
}

// waitDue waits until a mail may have become due. It always waits a little: a mail
// that is due but was not claimed is leased to somebody.
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
			// A mail that waited for the one just done may be due now. This is
			// rare, so we do not ask after each one.
			if s.sleep(ctx, minPoll, s.desk.Wake()) {
				return
			}
		}
	}
}

// sleep waits for d (0: no limit), for a signal or for ctx. It reports whether the
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

// own marks a mail as ours; it returns false if it already was.
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

// send is the loop of one sender: it hands over one mail at a time.
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
		case j := <-s.jobs:
			if st.claim.Err() != nil {
				return // Run releases it
			}
			if a, ok := s.handOver(st, t, j); ok {
				s.keeping <- struct{}{}
				s.keepers.Go(func() {
					defer func() { <-s.keeping }()
					s.keep(st, &j.mail, a)
				})
			}
			quiet.Reset(idle)
		}
	}
}

// handOver hands one mail over and returns the attempt to record; false: there is
// none, the mail was or will be released untried.
func (s *Sender) handOver(st stages, t Transport, j job) (ticket.Attempt, bool) {
	now := time.Now()
	if j.until.Sub(now) < finalDot || s.left() <= 0 {
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
		return ticket.Attempt{}, false // aborted by us; Run releases it
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

// try calls Send and turns a panic into an error of this mail.
func (s *Sender) try(ctx context.Context, t Transport, m ticket.OutboxMail) (r Reply, err error) {
	defer func() {
		if p := recover(); p != nil {
			t.Close()
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return t.Send(ctx, m)
}

// outage handles a next hop that is down: the mail stays untried.
func (s *Sender) outage(ctx context.Context, host string, err error, j job) {
	now := time.Now()
	code, text := replyOf(err)
	fault, _ := errors.AsType[*DownError](err)
	alone, until, lasted := s.gate.down(now, code/100 == 5, fault != nil && fault.Silent)
	if !alone {
		// Other senders have a connection; they take the mail while this one pauses.
		s.jobs <- j
		s.log.WarnContext(ctx, "no further connection", "host", host, "err", err)
		s.sleep(ctx, noDial, nil)
		return
	}
	s.log.ErrorContext(ctx, "next hop down, sending pauses", "host", host, "until", until, "err", err)
	// They are due at once: the gate keeps them back until it opens.
	s.release(ctx, now, append(s.waiting(), j.mail.ID)...)
	if lasted >= delayNotice {
		if n, err := s.desk.Delayed(ctx, now.Add(-delayNotice), host, text); err != nil {
			s.log.ErrorContext(ctx, "outbox: announce delays", "err", err)
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

// waiting removes and returns the mails that no sender has taken yet.
func (s *Sender) waiting() (ids []ticket.OutboxID) {
	for {
		select {
		case j := <-s.jobs:
			s.gate.drop()
			ids = append(ids, j.mail.ID)
		default:
			return ids
		}
	}
}
