// Package doctor asks the world what a configuration alone cannot say: what the DNS tells
// others of the desk's mail, whether the next hop takes it and changes nothing that the desk
// needs, whether what is sent comes back, and whether the machine keeps time and writes to
// disk. It changes nothing but for one mail, which it sends to the desk itself.
package doctor

import (
	"context"
	"crypto/x509"
	"log/slog"
	"slices"
	"strings"
	"time"

	"maildesk/config"
	"maildesk/daemon/localdesk"
	"maildesk/mailauth/resolver"
)

// Grade says how bad a finding is. Closed set.
type Grade string

// The grades.
const (
	Fine    Grade = "fine"
	Odd     Grade = "odd"     // it works, and may fail some day or for some people
	Bad     Grade = "bad"     // mail is lost to somebody, or the desk cannot do its work
	Unknown Grade = "unknown" // it could not be found out
)

// Finding is the result of one look.
type Finding struct {
	Check  string `json:"check"` // what was looked at
	Grade  Grade  `json:"grade"`
	What   string `json:"what"`
	Remedy string `json:"remedy,omitempty"` // what to do; empty: all is fine
}

// Options say how thoroughly the desk is looked at.
type Options struct {
	NoMail bool          // sends no mail to the desk
	Wait   time.Duration // for that mail to come back
}

// lookAtData is what to do when the data cannot be read.
const lookAtData = "maildesk check --data looks at the data"

// visit is one look at a desk.
type visit struct {
	cfg   *config.Config
	o     Options
	dns   *resolver.Resolver
	log   *slog.Logger
	local *localdesk.Local // nil: there are no data yet
	roots *x509.CertPool   // whom certificates are believed from; nil: the system's
	found []Finding
}

// Examine looks at the desk of a configuration, and returns what it found, in the order in
// which it looked. A daemon should be running; without one no mail can come back.
func Examine(ctx context.Context, cfg *config.Config, o Options, log *slog.Logger) ([]Finding, error) {
	v := &visit{cfg: cfg, o: o, log: log, dns: resolver.New(resolver.Config{Server: cfg.Auth.Resolver})}
	if localdesk.HasData(cfg) {
		local, err := localdesk.Open(ctx, cfg, log)
		if err != nil {
			return nil, err
		}
		defer local.Close()
		v.local = local
	}
	for _, look := range []func(context.Context){
		v.machine, v.database, v.doors, v.certificate, v.mailboxes, v.domains, v.hostname, v.signatures, v.policies, v.results, v.smarthosts, v.roundTrip,
	} {
		look(ctx)
	}
	return v.found, nil
}

// add notes a finding.
func (v *visit) add(check string, grade Grade, what, remedy string) {
	v.found = append(v.found, Finding{Check: check, Grade: grade, What: what, Remedy: remedy})
}

// mailDomains returns the domains in whose name the desk writes, each once.
func (v *visit) mailDomains() (all []string) {
	for _, a := range v.cfg.Addresses {
		if domain := strings.ToLower(a.Mail[strings.LastIndexByte(a.Mail, '@')+1:]); !slices.Contains(all, domain) {
			all = append(all, domain)
		}
	}
	return all
}
