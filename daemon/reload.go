package daemon

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maildesk/ticket"
	"os"

	"maildesk/config"
	"maildesk/desk"
	"maildesk/templates"
)

// Load loads the configuration at path. Where it is broken it gives the last
// one that was in force, if a daemon kept one, and in refused what is wrong
// with the file: a desk that starts takes mail, whatever stands in its file.
func Load(path string) (cfg *config.Config, refused, err error) {
	cfg, err = config.Load(path)
	if err == nil {
		_, err = settingsOf(cfg)
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
		kept.Desk.Templates = "" // they are not kept: ours take their place
	}
	return kept, err, nil
}

// ReloadOn puts the configuration at path into force again whenever one of its
// files changes or hup is signalled, until ctx is done. A broken file changes
// nothing: the running configuration stays; log, figures and a mail to the
// admin say where the mistake is.
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
	for {
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case <-hup:
		}
		d.reload(ctx, path)
	}
}

// reload puts a configuration into force, all of it or nothing. What needs the
// doors or the data to be opened anew waits for a restart, and the log says so.
func (d *Daemon) reload(ctx context.Context, path string) {
	cfg, err := config.Load(path)
	var settings *desk.Settings
	if err == nil {
		settings, err = settingsOf(cfg)
	}
	if err != nil {
		d.refuse(ctx, path, err)
		return
	}
	for _, w := range cfg.Warnings {
		d.log.WarnContext(ctx, "configuration", "warning", w)
	}
	for _, section := range needRestart(d.policy.cfg, cfg) {
		d.log.WarnContext(ctx, "configuration changed; restart to put this into force", "section", section)
	}
	d.bench.Desk.Reload(settings)
	d.inForce(ctx, cfg)
	d.log.InfoContext(ctx, "configuration reloaded", "version", cfg.Rules.Version(), "rules", len(cfg.Routing.Rules), "queues", len(cfg.Routing.Queues), "agents", len(cfg.Agents))
}

// inForce notes that a configuration is in force, and keeps a copy for a start
// with a broken one.
func (d *Daemon) inForce(ctx context.Context, cfg *config.Config) {
	d.watch.metrics.Reloaded(false)
	d.watch.refused.Store(nil)
	if err := d.bench.Desk.TroubleOver(ctx, ticket.TroubleConfig, refusedConfig); err != nil {
		d.log.ErrorContext(ctx, "configuration", "err", err)
	}
	// The folder of the data stays the same until a restart.
	if err := cfg.Keep(d.policy.cfg.Desk.Data); err != nil {
		d.log.ErrorContext(ctx, "keep a copy of the configuration", "err", err)
	}
}

// refuse says everywhere that a configuration is broken. The admin is written
// to once for each content.
func (d *Daemon) refuse(ctx context.Context, path string, why error) {
	d.watch.metrics.Reloaded(true)
	text := why.Error()
	d.watch.refused.Store(&text)
	d.log.ErrorContext(ctx, "configuration is broken; the one before stays in force", "err", why)
	content, _ := os.ReadFile(path) // where it cannot be read, that is in the text
	err := d.bench.Desk.Trouble(ctx, ticket.Trouble{
		Kind: ticket.TroubleConfig, Subject: refusedConfig, Mark: fmt.Sprintf("%x", sha256.Sum256(append(content, text...))),
		Text: fmt.Sprintf("The configuration of this desk is broken:\n\n%s\n\nThe one before stays in force; mail is taken and answered as before. Mend the file: "+
			"it is read again as soon as it is saved. This tells what is wrong with it:\n\n    maildesk -c %s check\n", text, path),
	})
	if err != nil {
		d.log.ErrorContext(ctx, "configuration", "err", err)
	}
}

// refusedConfig is the subject of the trouble.
const refusedConfig = "the configuration was refused"
