package config

import (
	"fmt"
	"net/netip"
	"time"

	"maildesk/config/section"
)

// Auth is the section [auth]: the desk's own checks of who sent a mail.
type Auth struct {
	Off      bool           // none are made
	Relays   []netip.Prefix // mail servers that pass on mails from outside
	Resolver string         // "host:port" of the DNS, empty: those of the machine
	Timeout  time.Duration  // for the checks of one mail
}

// readAuth reads [auth]. Without the section the checks are made.
func (l *loader) readAuth(t *section.Table) {
	a := Auth{
		Off:      !t.FlagOr("check", true),
		Relays:   l.networks(t, "relays", "no mail would be checked by SPF", "name only the mail servers in front of maildesk"),
		Resolver: t.Text("resolver", ""),
		Timeout:  t.Duration("timeout", 5*time.Second),
	}
	if err := section.CheckHostPort(a.Resolver); a.Resolver != "" && err != nil {
		t.Mistake("resolver", err.Error(), `write host and port, as in "127.0.0.1:53"`)
	}
	if a.Timeout < time.Second || a.Timeout > time.Minute {
		t.Mistake("timeout", fmt.Sprintf("%s is not a time for the checks of a mail", a.Timeout), `write something between "1s" and "1m", as "5s"`)
	}
	t.Done()
	l.config.Auth = a
}
