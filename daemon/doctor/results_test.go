package doctor

import (
	"net/netip"
	"slices"
	"testing"

	"maildesk/faulttest/dnsserver"
)

// TestResults: a server of auth_servers at a public address is named, unless the configuration names it or it can only
// connect from within.
func TestResults(t *testing.T) {
	const public = `mx.example.org. A 192.0.2.25`
	for _, tt := range []struct {
		name, record, listen, relay, trusted string
		told                                 bool
	}{
		{"public", public, ":25", "", "", true},
		{"public, IPv6", `mx.example.org. AAAA 2001:db8::25`, "[::]:25", "", "", true},
		{"a relay", public, ":25", "192.0.2.0/24", "", false},
		{"trusted", public, ":25", "", "192.0.2.25/32", false},
		{"private", `mx.example.org. A 10.0.0.2`, ":25", "", "", false},
		{"a door for this machine", public, "127.0.0.1:2525", "", "", false},
		{"no door", public, "", "", "", false},
		{"a name without an address", `example.org. A 192.0.2.25`, ":25", "", "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := visitOf(t, dnsserver.Start(t, tt.record))
			v.cfg.SMTP.AuthServers = []string{"mx.example.org"}
			if tt.listen != "" {
				v.cfg.SMTP.Listen = []string{tt.listen}
			}
			if tt.relay != "" {
				v.cfg.Auth.Relays = []netip.Prefix{netip.MustParsePrefix(tt.relay)}
			}
			if tt.trusted != "" {
				v.cfg.SMTP.Trusted = []netip.Prefix{netip.MustParsePrefix(tt.trusted)}
			}
			v.results(t.Context())
			if told := slices.ContainsFunc(v.found, func(f Finding) bool { return f.Check == "results" }); told != tt.told {
				t.Errorf("%+v", v.found)
			}
			if tt.told {
				v.wants(t, "results", Unknown, "which is no relay")
			}
		})
	}
}
