package daemon

import (
	"context"
	"os"

	"maildesk/config"
	"maildesk/desk"
)

// ReloadOn puts the configuration at path into force again whenever one of its
// files changes or hup is signalled, until ctx is done. A broken file changes
// nothing: the running configuration stays, and the log says where the mistake is.
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
		d.log.ErrorContext(ctx, "configuration is broken; the running one stays in force", "err", err)
		return
	}
	for _, w := range cfg.Warnings {
		d.log.WarnContext(ctx, "configuration", "warning", w)
	}
	for _, section := range needRestart(d.policy.cfg, cfg) {
		d.log.WarnContext(ctx, "configuration changed; restart to put this into force", "section", section)
	}
	d.bench.Desk.Reload(settings)
	d.log.InfoContext(ctx, "configuration reloaded", "rules", len(cfg.Routing.Rules), "queues", len(cfg.Routing.Queues), "agents", len(cfg.Agents))
}
