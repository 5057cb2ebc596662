package explain

import (
	"strings"

	"maildesk/desk/incoming"
	"maildesk/ticket"
)

// authentication is what is known about who sent a mail. Field names never change.
type authentication struct {
	SPF     string                 `json:"spf"` // of the servers of auth_servers, else of the desk itself; empty: nothing is known
	DKIM    string                 `json:"dkim"`
	DMARC   string                 `json:"dmarc"`
	Checked *ticket.Authentication `json:"checked,omitempty"` // what the desk itself found
}

func authenticationOf(v incoming.Verdict) authentication {
	a := authentication{SPF: v.Auth.SPF, DKIM: v.Auth.DKIM, DMARC: v.Auth.DMARC}
	if !v.Checked.At.IsZero() {
		a.Checked = &v.Checked
	}
	return a
}

// printAuthentication prints what is known about who sent a mail.
func printAuthentication(line func(name, format string, args ...any), v incoming.Verdict) {
	var all []string
	for _, r := range []struct{ method, result string }{{"spf", v.Auth.SPF}, {"dkim", v.Auth.DKIM}, {"dmarc", v.Auth.DMARC}} {
		if r.result != "" {
			all = append(all, r.method+"="+r.result)
		}
	}
	line("Sent by", "%s", strings.Join(all, ", "))
	line("Checked", "%s", v.Checked.Words())
}
