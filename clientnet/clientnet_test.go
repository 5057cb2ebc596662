package clientnet

import (
	"net/netip"
	"testing"
)

func TestOf(t *testing.T) {
	for client, want := range map[string]string{
		"192.0.2.7":         "192.0.2.7",
		"::ffff:192.0.2.7":  "192.0.2.7",
		"2001:db8:1:2:3::4": "2001:db8:1:2::/64",
		"fe80::1:2%eth0":    "fe80::/64",
	} {
		if got := Of(netip.MustParseAddr(client)); got != want {
			t.Errorf("Of(%s) = %s, want %s", client, got, want)
		}
	}
	if got := Of(netip.Addr{}); got != "invalid IP" {
		t.Errorf("of no address: %q", got)
	}
}
