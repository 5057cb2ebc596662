package daemon

import (
	"context"
	"net"
	"net/netip"
	"time"

	"maildesk/config"
	"maildesk/desk/trouble"
	"maildesk/health"
	"maildesk/smtpd"
	"maildesk/ticket"
	"maildesk/web"
)

// wireWeb creates the page, if it is configured.
func (d *Daemon) wireWeb(cfg *config.Config, observer *health.Observer) error {
	if cfg.Web.Listen == "" {
		return nil
	}
	ln, err := listen(cfg.Web.Listen, "[web]")
	if err != nil {
		return err
	}
	d.webDoor = ln
	c := web.Config{URL: cfg.Web.URL, ProxyHeader: cfg.Web.ProxyHeader, Trusted: cfg.Web.Trusted, Public: cfg.Web.Public}
	if cfg.Web.Certificate != "" {
		certificate, err := smtpd.OpenCertificate(cfg.Web.Certificate, cfg.Web.Key, d.log)
		if err != nil {
			return err
		}
		c.TLS = certificate.Config()
	}
	server, err := web.New(ln, c, web.Sources{
		View:     d.local.Desk.View,
		Settings: d.local.Desk.Settings,
		Now:      standing(observer),
		SendLink: d.local.Desk.SendLogin,
		Refused: func(throttled bool, client netip.Addr, agent string) {
			what := trouble.PageFailed
			if throttled {
				what = trouble.PageThrottled
			}
			d.sightings.add(what, client, agent)
		},
		Audit: func(ctx context.Context, kind, actor string) error {
			return d.local.Store.AddAudit(ctx, ticket.Audit{At: time.Now(), Kind: kind, Actor: actor})
		},
	}, d.log)
	if err != nil {
		return err
	}
	d.runs = append(d.runs, server.Run)
	return nil
}

// standing returns how the desk stands, in the words of the page.
func standing(observer *health.Observer) func(context.Context) (ticket.Condition, []web.Problem, error) {
	return func(ctx context.Context) (ticket.Condition, []web.Problem, error) {
		c, reasons, err := observer.Now(ctx)
		var all []web.Problem
		for _, r := range reasons {
			all = append(all, web.Problem(r))
		}
		return c, all, err
	}
}

// WebAddr returns the address of the page; nil: there is none.
func (d *Daemon) WebAddr() net.Addr {
	if d.webDoor == nil {
		return nil
	}
	return d.webDoor.Addr()
}
