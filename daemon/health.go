package daemon

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	sd "github.com/coreos/go-systemd/v22/daemon"

	"maildesk/config"
	"maildesk/health"
	"maildesk/outbox"
	"maildesk/smtpd"
	"maildesk/ticket"
)

// monitor is the daemon's state as /metrics, /readyz and troubles report it.
type monitor struct {
	metrics *health.Metrics
	doors   []watchedDoor
	refused atomic.Pointer[refusal] // why the configuration file is not in force
	telling sync.Mutex              // held while the admin is told of that
	paused  atomic.Pointer[Pause]   // why nothing is sent

	since       time.Time                               // the daemon's start
	disk        func() (free, reserve int64, err error) // bytes
	hops        *outbox.Monitor
	certificate *smtpd.Certificate                           // nil: none
	ahead       func(context.Context) (time.Duration, error) // of the clock of a database on a server
	amiss       map[string]time.Time                         // mailbox → since when it is not fine, as observe sees it
	differ      map[string]time.Time                         // daemon → since when it has other settings, likewise
}

type watchedDoor struct {
	name   string
	server *smtpd.Server
}

// pulseBeat is how often the pulse checks that the desk makes progress; more often
// if the service manager's watchdog requires it.
const pulseBeat = 5 * time.Second

// wireHealth creates the pulse and, if configured, the health server and the page.
func (d *Daemon) wireHealth(cfg *config.Config) error {
	d.local.Desk.Watch(d.monitor.metrics.Handled)
	d.monitor.metrics.CountPlans(d.local.Store.Plans)
	beat := pulseBeat
	if within, err := sd.SdWatchdogEnabled(false); err == nil && within > 0 {
		beat = min(beat, within/3)
	}
	pulse := health.NewPulse(d.tryUpdate, d.local.Desk.Progress, beat, func() { notifySystemd(sd.SdNotifyWatchdog) })
	d.runs = append(d.runs, pulse.Run)
	observer := health.Observe(health.Sources{
		View:      d.local.Desk.View,
		Disk:      func() (free, reserve int64, err error) { return d.monitor.disk() },
		Doors:     d.monitor.seen,
		Mailboxes: d.mailboxFigures,
		Checks:    []health.Check{pulse.Check, d.monitor.metrics.NotTaken, d.room, d.searchReasons, d.monitor.config, d.monitor.outgoing, d.mailboxReasons},
	})
	if err := d.wireWeb(cfg, observer); err != nil {
		return err
	}
	if cfg.Health.Listen == "" {
		return nil
	}
	ln, err := listen(cfg.Health.Listen, "[health]")
	if err != nil {
		return err
	}
	d.healthDoor = ln
	server, err := health.Serve(ln, d.monitor.metrics, observer, d.log)
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

// seen returns the counters of the SMTP and LMTP servers.
func (m *monitor) seen() []health.Door {
	var all []health.Door
	for _, door := range m.doors {
		c := door.server.Counts()
		all = append(all, health.Door{Name: door.name, Open: c.Connections, Kept: c.Kept,
			RefusedConnections: c.RefusedConnections, RefusedRecipients: c.RefusedRecipients, RefusedMails: c.RefusedMails, Evicted: c.Evicted, Loops: c.Loops})
	}
	return all
}

// room returns a reason when no mail would be accepted now, whatever the cause.
func (d *Daemon) room() []health.Reason {
	err := d.local.Store.Room(1)
	if err == nil || errors.Is(err, ticket.ErrStorageFull) { // the reason "disk" has that, with figures
		return nil
	}
	return []health.Reason{{Name: health.Database, Text: "no mail can be kept: " + err.Error(), Stop: true}}
}

// config returns a reason when the configuration file is not in force.
func (m *monitor) config() []health.Reason {
	refused := m.refused.Load()
	if refused == nil {
		return nil
	}
	return []health.Reason{{Name: health.ConfigFile, Text: "the configuration file was refused, an older one is in force: " + refused.why.Error()}}
}

// searchReasons returns a reason when some texts could not be indexed.
func (d *Daemon) searchReasons() []health.Reason {
	err := d.local.Store.SearchFault()
	if err == nil {
		return nil
	}
	return []health.Reason{{Name: health.Search, Text: "the search does not find all new tickets: " + err.Error()}}
}

// notifySystemd notifies the service manager, if there is one (sd_notify(3)). A
// failure to do so is ignored.
func notifySystemd(state string) { _, _ = sd.SdNotify(false, state) }
