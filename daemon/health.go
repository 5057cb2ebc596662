package daemon

import (
	"errors"
	"maildesk/ticket"
	"net"
	"sync/atomic"
	"time"

	sd "github.com/coreos/go-systemd/v22/daemon"

	"maildesk/config"
	"maildesk/health"
	"maildesk/outbox"
	"maildesk/smtpd"
)

// watch is what tells others how the daemon does.
type watch struct {
	metrics *health.Metrics
	doors   []watchedDoor
	refused atomic.Pointer[string] // why the configuration file is not in force
	paused  atomic.Pointer[Pause]  // why nothing is sent

	since       time.Time                               // of the start
	disk        func() (free, reserve int64, err error) // bytes
	hops        *outbox.Monitor
	certificate *smtpd.Certificate   // nil: none
	amiss       map[string]time.Time // mailbox → since when it is not fine, as observe sees it
}

type watchedDoor struct {
	name   string
	server *smtpd.Server
}

// pulseBeat is how often the desk proves that it makes progress; more often
// where the service manager's watchdog wants it.
const pulseBeat = 5 * time.Second

// wireHealth makes the pulse and, if the configuration wants it, the server of
// the figures.
func (d *Daemon) wireHealth(cfg *config.Config) error {
	d.bench.Desk.Watch(d.watch.metrics.Handled)
	beat := pulseBeat
	if within, err := sd.SdWatchdogEnabled(false); err == nil && within > 0 {
		beat = min(beat, within/3)
	}
	pulse := health.NewPulse(d.bench.store.Update, d.bench.Desk.Progress, beat, func() { tellSystemd(sd.SdNotifyWatchdog) })
	d.runs = append(d.runs, pulse.Run)
	if cfg.Health.Listen == "" {
		return nil
	}
	ln, err := listen(cfg.Health.Listen, "[health]")
	if err != nil {
		return err
	}
	d.healthDoor = ln
	server, err := health.Serve(ln, d.watch.metrics, health.Sources{
		View:      d.bench.Desk.View,
		Disk:      func() (free, reserve int64, err error) { return d.watch.disk() },
		Doors:     d.watch.seen,
		Mailboxes: d.mailboxFigures,
		Checks:    []health.Check{pulse.Check, d.watch.metrics.NotTaken, d.room, d.searchReasons, d.watch.config, d.watch.outgoing, d.mailboxReasons},
	}, d.log)
	if err != nil {
		return err
	}
	d.runs = append(d.runs, server.Run)
	return nil
}

// HealthAddr returns the address of /healthz, /readyz and /metrics; nil: none.
func (d *Daemon) HealthAddr() net.Addr {
	if d.healthDoor == nil {
		return nil
	}
	return d.healthDoor.Addr()
}

// seen returns what the doors have seen.
func (w *watch) seen() []health.Door {
	var all []health.Door
	for _, door := range w.doors {
		c := door.server.Counts()
		all = append(all, health.Door{Name: door.name, Open: c.Connections, Kept: c.Kept,
			RefusedConnections: c.RefusedConnections, RefusedRecipients: c.RefusedRecipients, RefusedMails: c.RefusedMails, Evicted: c.Evicted, Loops: c.Loops})
	}
	return all
}

// room reports that the doors would take no mail now, whatever the cause.
func (d *Daemon) room() []health.Reason {
	err := d.bench.store.Room(1)
	if err == nil || errors.Is(err, ticket.ErrStorageFull) { // which the disk says with figures
		return nil
	}
	return []health.Reason{{Name: health.Database, Text: "no mail can be kept: " + err.Error(), Stop: true}}
}

// config tells that the configuration file is not in force.
func (w *watch) config() []health.Reason {
	why := w.refused.Load()
	if why == nil {
		return nil
	}
	return []health.Reason{{Name: health.ConfigFile, Text: "the configuration file was refused, an older one is in force: " + *why}}
}

// searchReasons tells that the words of some texts could not be kept.
func (d *Daemon) searchReasons() []health.Reason {
	err := d.bench.store.SearchFault()
	if err == nil {
		return nil
	}
	return []health.Reason{{Name: health.Search, Text: "the search does not find all new tickets: " + err.Error()}}
}

// tellSystemd tells the service manager, where there is one (sd_notify(3)). That it
// cannot be reached is its own trouble.
func tellSystemd(state string) { _, _ = sd.SdNotify(false, state) }
