package daemon

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"maildesk/daemon/localdesk"

	"maildesk/config"
	"maildesk/desk/settings"
	"maildesk/templates"
	"maildesk/ticket"
)

// Load loads the configuration at path. If it is broken and a daemon has kept the
// last one that was in force, Load returns that, and in refused what is wrong with
// the file, so that a desk starts even with a broken file.
func Load(path string) (cfg *config.Config, refused, err error) {
	cfg, err = config.Load(path)
	if err == nil {
		_, err = localdesk.Settings(cfg)
	}
	if err == nil {
		return cfg, nil, nil
	}
	kept, keptErr := config.LoadKept(path, config.DataFolder(path))
	switch {
	case errors.Is(keptErr, fs.ErrNotExist):
		return nil, nil, err
	case keptErr != nil:
		return nil, nil, errors.Join(err, keptErr)
	}
	if _, wrong := templates.New(kept.Desk.Templates); wrong != nil {
		kept.Desk.Templates = "" // they are not kept: use the built-in ones
	}
	if _, wrong := localdesk.Macros(kept.Desk.Macros); wrong != nil {
		kept.Desk.Macros = "" // likewise
	}
	return kept, err, nil
}

// ReloadOn reloads the configuration at path whenever one of its files changes or
// hup is signalled, until ctx is done. If it is broken, the running configuration
// stays in force; log, metrics and a mail to the admin report the mistake.
func (d *Daemon) ReloadOn(ctx context.Context, path string, hup <-chan os.Signal) {
	changed := make(chan struct{}, 1)
	go func() {
		err := config.Watch(ctx, path, func() {
			select {
			case changed <- struct{}{}:
			default:
			}
		})
		if err != nil && ctx.Err() == nil {
			d.log.ErrorContext(ctx, "watch configuration; only SIGHUP reloads it", "err", err)
		}
	}()
	var again <-chan time.Time // nil: nothing is left to try
	untold := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case <-hup:
		case <-again:
		}
		again = nil
		if untold = d.reload(ctx, path, untold); untold {
			again = time.After(observeEvery)
		}
	}
}

// reload puts a configuration into force, all of it or nothing. Sections that need
// a restart are logged. It reports whether nothing was put into force only because the other
// daemons on the database could not be told: none decides by rules that they do not know. The second time the admin is told.
func (d *Daemon) reload(ctx context.Context, path string, wasUntold bool) (untold bool) {
	cfg, err := config.Load(path)
	var settings *settings.Settings
	if err == nil {
		settings, err = localdesk.Settings(cfg)
	}
	if err != nil {
		d.refuse(ctx, path, err)
		return false
	}
	if err := d.putIntoForce(ctx, cfg, settings); err != nil {
		d.log.ErrorContext(ctx, "the configuration waits, as the other daemons cannot be told of it; the previous one stays in force", "err", err)
		if wasUntold {
			d.tellAdmin(ctx, err, "untold", fmt.Sprintf("A new configuration of this desk waits, as the other daemons on its database cannot be told of it:\n\n%s\n\n"+
				"The previous one stays in force; mail is accepted and answered as before where the database lets it. Nothing is wrong with the file: it is tried again every half minute.\n", err))
		}
		return true
	}
	for _, w := range cfg.Warnings {
		d.log.WarnContext(ctx, "configuration", "warning", w)
	}
	for _, section := range needRestart(d.policy.cfg, cfg) {
		d.log.WarnContext(ctx, "configuration changed; restart to put this into force", "section", section)
	}
	if err := d.observeKeys(); err != nil {
		d.log.ErrorContext(ctx, "the keys before stay in force", "err", err)
	}
	d.inForce(ctx, cfg)
	d.log.InfoContext(ctx, "configuration reloaded", "version", cfg.Rules.Version(), "rules", len(cfg.Routing.Rules), "queues", len(cfg.Routing.Queues), "agents", len(cfg.Agents))
	return false
}

// putIntoForce puts a configuration into force as soon as the other daemons on the database are told of it.
func (d *Daemon) putIntoForce(ctx context.Context, cfg *config.Config, s *settings.Settings) error {
	d.policy.telling.Lock()
	defer d.policy.telling.Unlock()
	if err := d.shareSettings(ctx, cfg); err != nil {
		return err
	}
	d.local.Desk.Reload(s)
	d.policy.inForce.Store(cfg)
	return nil
}

// inForce records that a configuration is in force, and keeps a copy for a start
// with a broken file.
func (d *Daemon) inForce(ctx context.Context, cfg *config.Config) {
	d.monitor.metrics.Reloaded(false)
	d.monitor.refused.Store(nil)
	if err := d.observeConfig(ctx); err != nil {
		d.log.ErrorContext(ctx, "configuration", "err", err)
	}
	// The folder of the data stays the same until a restart.
	if err := cfg.Keep(d.policy.cfg.Desk.Data); err != nil {
		d.log.ErrorContext(ctx, "keep a copy of the configuration", "err", err)
	}
}

// refuse reports a broken configuration in the log, the metrics and a mail to the
// admin, which is sent once for the same mistakes. The file does not count: by now it
// may have others.
func (d *Daemon) refuse(ctx context.Context, path string, why error) {
	d.monitor.metrics.Reloaded(true)
	d.log.ErrorContext(ctx, "configuration is broken; the previous one stays in force", "err", why)
	d.tellAdmin(ctx, why, fmt.Sprintf("%x", sha256.Sum256([]byte(why.Error()))), fmt.Sprintf("The configuration of this desk is broken:\n\n%s\n\nThe previous one stays in force; mail is accepted and answered as before. Correct the file: "+
		"it is read again as soon as it is saved. This command shows what is wrong with it:\n\n    maildesk -c %s check\n", why, path))
}

// tellAdmin tells the admin, and /readyz, that a configuration is not in force. For one mark there is one mail.
func (d *Daemon) tellAdmin(ctx context.Context, why error, mark, text string) {
	d.monitor.refused.Store(&refusal{why, ticket.Trouble{Subject: "the configuration was refused", Mark: mark, Text: text}})
	if err := d.observeConfig(ctx); err != nil {
		d.log.ErrorContext(ctx, "configuration", "err", err)
	}
}

// refusal is why a configuration is not in force, and what the admin is told of it.
type refusal struct {
	why error
	ticket.Trouble
}

// observeConfig notes whether the configuration file is in force.
func (d *Daemon) observeConfig(ctx context.Context) error {
	d.monitor.telling.Lock() // what is noted last is what was found last
	defer d.monitor.telling.Unlock()
	var all []ticket.Trouble
	if r := d.monitor.refused.Load(); r != nil {
		all = append(all, r.Trouble)
	}
	return d.observeHere(ctx, ticket.TroubleConfig, all)
}
