package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"maildesk/daemon/auditanchor"
	"maildesk/daemon/localdesk"
	"maildesk/daemon/privacy"
	"maildesk/daemon/rotafeed"

	sd "github.com/coreos/go-systemd/v22/daemon"
	"golang.org/x/sync/errgroup"

	"maildesk/config"
	"maildesk/desk"
	"maildesk/desk/learning"
	"maildesk/health"
	"maildesk/imappoll"
	"maildesk/outbox"
	"maildesk/schedule"
	"maildesk/store"
	"maildesk/store/datafolder"
	"maildesk/store/groupcommit"
)

// defaultBeat is how often the clock asks the desk what is due.
const defaultBeat = 5 * time.Second

// Options are what the configuration does not contain.
type Options struct {
	Log  *slog.Logger
	Beat time.Duration // of the clock; 0 means 5 s
	// Refused is why an older configuration is in force instead of the file; nil:
	// the file is in force. See Load.
	Refused error
	// Sockets are listeners that the service manager has opened, by name.
	Sockets map[string][]net.Listener
}

// Daemon is the whole help desk, wired and ready to run.
type Daemon struct {
	local   *localdesk.Local
	log     *slog.Logger
	doors   []net.Listener
	doorIn  []func(context.Context) error // accept mail; they stop first
	runs    []func(context.Context) error // everything else
	poller  *imappoll.Poller
	policy  policy
	monitor monitor
	learner *learning.Learner
	anchor  *auditanchor.Anchor
	ledger  *outbox.Ledger

	sightings  sightings
	logins     *logins      // nil: there is no door for submission
	healthDoor net.Listener // nil: none
	webDoor    net.Listener // likewise
}

// policy is what a reload needs to know about the running configuration.
type policy struct {
	cfg     *config.Config                // as it was at the start
	inForce atomic.Pointer[config.Config] // since the last reload
	// telling is held from when the other daemons are told of a configuration until that is in force: whoever
	// has it knows what they were told last.
	telling sync.Mutex
}

// Open opens the data, exclusively for this daemon, and the listeners. Nothing runs
// before Run; Close releases what was opened.
func Open(ctx context.Context, cfg *config.Config, o Options) (*Daemon, error) {
	if o.Beat == 0 {
		o.Beat = defaultBeat
	}
	ledger := &outbox.Ledger{Path: filepath.Join(cfg.Desk.Data, datafolder.OutcomesFile)}
	handedOver, err := ledger.Read()
	if err != nil {
		return nil, err
	}
	local, err := localdesk.OpenWith(ctx, cfg, o.Log, store.Options{Exclusive: true, HandedOver: outbox.MailsOf(handedOver)})
	if err != nil {
		if set, noSettings := localdesk.Settings(cfg); noSettings == nil {
			sayBroken(ctx, cfg, set, o.Log, err)
		}
		return nil, err
	}
	defer local.Store.Renewing(ctx)()
	if err := os.RemoveAll(filepath.Join(cfg.Desk.Data, restoreFolder)); err != nil { // what a restore had no time for
		return nil, errors.Join(err, local.Close())
	}
	if _, err := privacy.EraseAgain(ctx, local, local.Store.Owner() != "", o.Log); err != nil {
		return nil, errors.Join(fmt.Errorf("who was erased: %w", err), local.Close())
	}
	d := &Daemon{local: local, ledger: ledger, log: o.Log, anchor: auditanchor.New(local.Store, cfg.Desk.Data), policy: policy{cfg: cfg}, monitor: monitor{metrics: health.New(), since: time.Now(), disk: local.Store.Free, ahead: local.Store.Ahead}}
	d.policy.inForce.Store(cfg)
	if err := d.shareSettings(ctx, cfg); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	if d.learner, err = local.ReadLearnt(ctx); err != nil {
		o.Log.InfoContext(ctx, "the history is learnt anew", "err", err)
	}
	if err := d.wire(cfg, o); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	if o.Refused != nil {
		d.refuse(ctx, cfg.Path, o.Refused)
	} else {
		d.inForce(ctx, cfg)
	}
	return d, nil
}

// wire creates the parts and connects them.
func (d *Daemon) wire(cfg *config.Config, o Options) error {
	transport, hops, err := localdesk.Transports(cfg, o.Log)
	if err != nil {
		return err
	}
	d.monitor.hops = hops
	owner := d.local.Store.Owner()
	if owner == "" {
		if owner, err = os.Hostname(); err != nil {
			owner = cfg.Desk.Hostname
		}
	}
	sender := func() *outbox.Sender {
		return outbox.New(d.local.Desk, transport, outbox.Config{Owner: owner, Senders: cfg.Outgoing.Senders, Left: d.local.Store.Left, Ledger: d.ledger}, o.Log)
	}
	d.runs = append(d.runs, d.sendWhileResumed(sender), d.local.Desk.Run, d.local.Store.Run, func(ctx context.Context) error { return rotafeed.Write(ctx, d.local, d.log) }, d.learn, d.observeOwn, d.watchAside, func(ctx context.Context) error { return d.anchor.Run(ctx, d.log) },
		d.underClock(schedule.New(d.local.Desk, o.Beat, o.Log).Run, d.retain, d.observe))
	d.local.Store.OnWake(d.local.Desk.LookAgain)
	d.local.Desk.OnSighting(d.saw)
	d.local.CheckSenders()
	if err := d.openDoors(cfg, o.Sockets); err != nil {
		return err
	}
	if d.poller, err = pollerOf(cfg, d.local, d.log); err != nil {
		return err
	}
	d.doorIn = append(d.doorIn, d.local.Store.UnderTerms(d.poller.Runs(store.MailboxTerm)))
	return d.wireHealth(cfg)
}

// Mailboxes returns the state of each mailbox that is fetched.
func (d *Daemon) Mailboxes() []imappoll.Health { return d.poller.Health() }

// Desk returns the daemon's desk.
func (d *Daemon) Desk() *desk.Desk { return d.local.Desk }

// Addrs returns the addresses of the SMTP and LMTP listeners, SMTP first, in the
// order of the configuration.
func (d *Daemon) Addrs() []net.Addr {
	var all []net.Addr
	for _, ln := range d.doors {
		all = append(all, ln.Addr())
	}
	return all
}

// Run works until ctx is done, then stops in two steps (first it accepts no more
// mail, then it stops the rest) and returns nil. It stops and returns an error as
// soon as a part fails; if the store is broken, a last mail notifies the admin.
func (d *Daemon) Run(ctx context.Context) error {
	doorCtx, closeDoors := context.WithCancel(ctx)
	defer closeDoors()
	innerCtx, stopInner := context.WithCancel(context.WithoutCancel(ctx))
	defer stopInner()
	inner, innerCtx := errgroup.WithContext(innerCtx)
	context.AfterFunc(innerCtx, closeDoors)
	for _, run := range d.runs {
		inner.Go(func() error { return run(innerCtx) })
	}
	doors, doorCtx := errgroup.WithContext(doorCtx)
	for _, run := range d.doorIn {
		doors.Go(func() error { return run(doorCtx) })
	}
	notifySystemd(sd.SdNotifyReady)
	d.log.InfoContext(ctx, "maildesk is up", "data", d.policy.cfg.Desk.Place(), "addresses", len(d.policy.cfg.Addresses))
	<-doorCtx.Done()
	notifySystemd(sd.SdNotifyStopping)
	err := doors.Wait()
	stopInner()
	err = errors.Join(err, inner.Wait())
	if err != nil { // another part may have failed first because the store is broken
		if broken := d.local.Store.Room(0); errors.Is(broken, groupcommit.ErrBroken) && !errors.Is(err, groupcommit.ErrBroken) {
			err = errors.Join(err, broken)
		}
	}
	sayBroken(ctx, d.policy.cfg, d.local.Desk.Settings(), d.log, err)
	d.log.InfoContext(context.WithoutCancel(ctx), "maildesk is down")
	return err
}

// Close closes the listeners and the data. Call it after Run has returned.
func (d *Daemon) Close() error {
	if kept, err := d.ledger.Read(); err != nil || len(kept) > 0 {
		d.local.Store.LeaveToNext() // others would send those mails again
	}
	for _, ln := range d.doors {
		ln.Close() // smtpd has closed it already if it ran
	}
	for _, ln := range []net.Listener{d.healthDoor, d.webDoor} {
		if ln != nil {
			ln.Close()
		}
	}
	return d.local.Close()
}
