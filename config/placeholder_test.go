package config

import (
	"slices"
	"testing"
)

func TestPlaceholders(t *testing.T) {
	for _, tt := range []struct {
		name   string
		config Config
		want   []string
	}{
		{"a desk of its own", Config{
			Desk:      Desk{Hostname: "desk.mill.de"},
			Addresses: []Address{{Mail: "support@mill.de"}},
			Agents:    []Agent{{Name: "me", Mail: []string{"ida@mill.de"}}},
			Outgoing:  Outgoing{Smarthosts: []Smarthost{{Host: "mail.mill.de:587"}}},
		}, nil},
		{"names that only end like examples", Config{Desk: Desk{Hostname: "myexample.com"}, Addresses: []Address{{Mail: "support@latest"}}}, nil},
		{"one domain in many places", Config{
			Desk:      Desk{Hostname: "desk.example.org", Admin: "root@Example.org"},
			Addresses: []Address{{Mail: "support@example.org"}},
			Agents:    []Agent{{Name: "alice", Mail: []string{"alice@example.org", "a.berger@example.org"}}},
		}, []string{
			"desk.example.org is a name for examples (hostname); write your own",
			"example.org is a name for examples (admin, [[address]] support@example.org, [[agent]] alice); write your own",
		}},
		{"servers", Config{
			Outgoing: Outgoing{Smarthosts: []Smarthost{{Host: "mail.your.domain:25"}}},
			IMAP:     []IMAP{{Name: "support", Host: "imap.example.net:993"}},
		}, []string{
			"mail.your.domain is a name for examples (smarthost); write your own",
			"imap.example.net is a name for examples ([[imap]] support); write your own",
		}},
		{"the agent of quickstart", Config{Agents: []Agent{{Name: "me", Mail: []string{"me@mill.de"}}}}, []string{
			`agent "me" with me@mill.de is what quickstart wrote; put in who answers`,
		}},
	} {
		if got := tt.config.Placeholders(); !slices.Equal(got, tt.want) {
			t.Errorf("%s: Placeholders = %q, want %q", tt.name, got, tt.want)
		}
	}
}
