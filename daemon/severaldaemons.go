package daemon

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"maildesk/daemon/localdesk"

	"maildesk/config"
	"maildesk/store"
	"maildesk/ticket"
)

// What a daemon does among others on one database. Alone on its folder it does all of it.

// asidePause is how often a daemon looks whether it takes part.
const asidePause = time.Second

// underClock runs what one daemon at a time does: the one that holds the clock.
func (d *Daemon) underClock(runs ...func(context.Context) error) func(context.Context) error {
	return d.local.Store.UnderTerm(store.Clock, func(ctx context.Context) error {
		g, ctx := errgroup.WithContext(ctx)
		for _, run := range runs {
			g.Go(func() error { return run(ctx) })
		}
		return g.Wait()
	})
}

// watchAside logs when this daemon takes no part.
func (d *Daemon) watchAside(ctx context.Context) error {
	tick := time.NewTicker(asidePause)
	defer tick.Stop()
	aside := false
	for {
		err := d.local.Store.Aside()
		switch {
		case err != nil && !aside:
			d.log.ErrorContext(ctx, "mail is refused for the time being", "err", err)
		case err == nil && aside:
			d.log.InfoContext(ctx, "this daemon takes part again")
		}
		aside = err != nil
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// shareSettings tells the other daemons on the database that this one has opened which settings and keys it has.
func (d *Daemon) shareSettings(ctx context.Context, cfg *config.Config) error {
	opened := d.policy.cfg.Desk // data are another's only after a restart
	if !opened.OnServer() {
		return nil
	}
	digest, err := localdesk.Digest(cfg, opened.Data)
	if err != nil {
		return err
	}
	return d.local.Store.UseSettings(ctx, digest)
}

// shareOwn is shareSettings for those that are in force.
func (d *Daemon) shareOwn(ctx context.Context) error {
	d.policy.telling.Lock()
	defer d.policy.telling.Unlock()
	return d.shareSettings(ctx, d.policy.inForce.Load())
}

// observeOwn observes every half minute what each daemon has of its own.
func (d *Daemon) observeOwn(ctx context.Context) error {
	return d.eachLook(ctx, func(now time.Time) error {
		err := d.observeKeys()
		if err == nil {
			err = d.shareOwn(ctx)
		}
		return errors.Join(err, d.observeMachine(ctx, now))
	})
}

// observeDaemons notes which of the daemons that share the database stand aside for long, and that those are back
// that were missed. Who buries one notes that.
func (d *Daemon) observeDaemons(ctx context.Context, now time.Time) error {
	var places, there, unknown []string
	var aside []ticket.Trouble
	differ := map[string]time.Time{}
	for _, n := range d.local.Store.Nodes() {
		subject := store.TroubleOf(n)
		places = append(places, n.Place())
		switch {
		case n.Silent:
			unknown = append(unknown, subject)
			continue
		case !d.local.Store.Differs(n):
			there = append(there, subject)
			continue
		}
		since, known := d.monitor.differ[subject]
		if !known {
			since = now
		}
		differ[subject] = since
		if now.Sub(since) < asideAmiss {
			unknown = append(unknown, subject)
			continue
		}
		aside = append(aside, ticket.Trouble{Subject: subject, Mark: "aside", Text: fmt.Sprintf("The configuration or the keys of %s have differed from those of %s, which has the clock, since %s: "+
			"that daemon takes no part until they are the same. It refuses mail for the time being, decides nothing, and takes nothing out of the outbox. "+
			"Bring the configuration, the files that it names, and keys to both (docs/postgresql.md says what may differ); both read them by themselves.",
			n.Name, d.local.Store.Place(), since.Format(time.RFC3339))})
	}
	d.monitor.differ = differ
	desk := d.local.Desk
	err := desk.ObserveDaemons(ctx, now, there, unknown, aside)
	if len(places) > 0 {
		err = errors.Join(err, desk.ForgetPlaces(ctx, now, places))
	}
	return err
}

// tryUpdate is a change by which it is seen that the database takes changes. Whoever stands aside
// makes none, and is well.
func (d *Daemon) tryUpdate(ctx context.Context, fn func(ticket.Tx) error) error {
	if d.local.Store.Aside() != nil {
		return nil
	}
	return d.local.Store.Update(ctx, fn)
}
