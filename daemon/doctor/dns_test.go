package doctor

import (
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maildesk/config"
	"maildesk/daemon/localdesk"
	"maildesk/faulttest/dnsserver"
	"maildesk/mailauth/resolver"
	"maildesk/mailauth/sign"
)

// visitOf returns a look at a desk at example.org whose next hop is at a public address.
func visitOf(t *testing.T, s *dnsserver.Server) *visit {
	t.Helper()
	cfg := &config.Config{}
	cfg.Desk.Hostname, cfg.Desk.Data = "desk.example.org", t.TempDir()
	cfg.Addresses = []config.Address{{Mail: "support@example.org"}}
	cfg.Outgoing.Smarthosts = []config.Smarthost{{Host: "192.0.2.25:25"}}
	return &visit{cfg: cfg, dns: resolver.New(resolver.Config{Server: s.Addr})}
}

// wants reports a finding that is not there.
func (v *visit) wants(t *testing.T, check string, grade Grade, words string) {
	t.Helper()
	for _, f := range v.found {
		if f.Check == check && f.Grade == grade && strings.Contains(f.What, words) {
			if grade != Fine && f.Remedy == "" {
				t.Errorf("%+v says nothing of what to do", f)
			}
			return
		}
	}
	t.Errorf("nothing is %s about %s with %q: %+v", grade, check, words, v.found)
}

func TestDNS(t *testing.T) {
	const (
		mx   = `example.org. MX 10 mx.example.org.`
		pass = `example.org. TXT "v=spf1 ip4:192.0.2.25 -all"`
	)
	for _, tt := range []struct {
		name    string
		records []string
		fail    []string // names about which the DNS does not answer
		check   string
		grade   Grade
		words   string
	}{
		{"mail goes to a server", []string{mx}, nil, "mx", Fine, "mx.example.org"},
		{"no MX, an address", []string{`example.org. A 192.0.2.1`}, nil, "mx", Odd, "no MX"},
		{"neither", []string{`example.net. A 192.0.2.1`}, nil, "mx", Bad, "neither"},
		{"a null MX", []string{`example.org. MX 0 .`}, nil, "mx", Bad, "null MX"},
		{"the DNS does not answer", []string{mx}, []string{"example.org."}, "mx", Unknown, "does not say"},
		{"no hostname", []string{mx}, nil, "hostname", Odd, "no address"},
		{"a hostname without a way back", []string{`desk.example.org. A 192.0.2.7`}, nil, "hostname", Odd, "lead back"},
		{"a hostname there and back", []string{`desk.example.org. A 192.0.2.7`, `7.2.0.192.in-addr.arpa. PTR desk.example.org.`}, nil, "hostname", Fine, "there and back"},
		{"nobody may send", []string{mx}, nil, "spf", Odd, "does not say who"},
		{"two records", []string{pass, `example.org. TXT "v=spf1 -all"`}, nil, "spf", Bad, "2 SPF records"},
		{"the next hop may not", []string{`example.org. TXT "v=spf1 ip4:192.0.2.1 -all"`}, nil, "spf", Bad, "fail"},
		{"softly", []string{`example.org. TXT "v=spf1 ip4:192.0.2.1 ~all"`}, nil, "spf", Bad, "softfail"},
		{"neutral", []string{`example.org. TXT "v=spf1 ip4:192.0.2.1 ?all"`}, nil, "spf", Odd, "neutral"},
		{"it may", []string{pass}, nil, "spf", Fine, "lets 192.0.2.25"},
		{"not a record of SPF", []string{`example.org. TXT "v=spf10"`}, nil, "spf", Odd, "does not say who"},
		{"no DMARC", []string{pass}, nil, "dmarc", Odd, "no DMARC"},
		{"DMARC, and SPF passes", []string{pass, `_dmarc.example.org. TXT "v=DMARC1; p=reject"`}, nil, "dmarc", Fine, "p=reject"},
		{"reject, and nothing passes", []string{`_dmarc.example.org. TXT "v=DMARC1; p=reject"`}, nil, "dmarc", Bad, "reject"},
		{"the DNS does not answer about DMARC", []string{mx}, []string{"_dmarc.example.org."}, "dmarc", Unknown, "does not say what is asked"},
		{"none, and nothing passes", []string{`_dmarc.example.org. TXT "v=DMARC1; p=none"`}, nil, "dmarc", Odd, "p=none"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := dnsserver.Start(t, tt.records...)
			if tt.fail != nil {
				s.Fail(dnsserver.ServFail, tt.fail...)
			}
			v := visitOf(t, s)
			v.domains(t.Context())
			v.hostname(t.Context())
			v.policies(t.Context())
			v.wants(t, tt.check, tt.grade, tt.words)
		})
	}
}

// TestSPFUnseen: a next hop on this machine says nothing of the address that others see.
func TestSPFUnseen(t *testing.T) {
	v := visitOf(t, dnsserver.Start(t, `example.org. TXT "v=spf1 -all"`))
	v.cfg.Outgoing.Smarthosts[0].Host = net.JoinHostPort("127.0.0.1", "25")
	v.policies(t.Context())
	v.wants(t, "spf", Unknown, "cannot be seen")
}

// TestPublishedKeys: the keys by which the desk signs are those that others find.
func TestPublishedKeys(t *testing.T) {
	s := dnsserver.Start(t, `example.org. MX 10 mx.example.org.`, `_dmarc.example.org. TXT "v=DMARC1; p=reject"`)
	v := visitOf(t, s)
	v.cfg.Outgoing.DKIM = []string{"example.org"}
	v.signatures(t.Context())
	v.wants(t, "dkim", Bad, "no keys for example.org")

	keys, err := sign.Create(filepath.Join(v.cfg.Desk.Data, localdesk.DKIMFolder), "example.org", time.Now())
	if err != nil || len(keys) != 2 {
		t.Fatalf("%d keys, %v", len(keys), err)
	}
	v.found = nil
	v.signatures(t.Context())
	v.wants(t, "dkim", Bad, "the DNS has no key at "+keys[0].Name())
	if !strings.Contains(v.found[0].Remedy, "p=") {
		t.Errorf("%+v does not say what to publish", v.found[0])
	}

	s.Add(t, dnsserver.TXT(keys[0].Name(), strings.Replace(keys[1].Record(), "v=DKIM1", "v=DKIM1; t=s", 1)), dnsserver.TXT(keys[1].Name(), keys[1].Record()))
	v = &visit{cfg: v.cfg, dns: resolver.New(resolver.Config{Server: s.Addr})}
	v.signatures(t.Context())
	v.wants(t, "dkim", Bad, "another key at "+keys[0].Name())
	v.wants(t, "dkim", Fine, keys[1].Name())
}
