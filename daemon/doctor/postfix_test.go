package doctor_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maildesk/config"
	"maildesk/daemon"
	"maildesk/daemon/doctor"
	"maildesk/daemon/localdesk"
	"maildesk/faulttest"
	"maildesk/faulttest/dnsserver"
	"maildesk/mailauth/sign"
)

// runDesk runs a desk that signs its mail until the test ends, and returns its configuration
// and the port at which mail comes in.
func runDesk(t *testing.T) (cfg *config.Config, port string) {
	t.Helper()
	folder := t.TempDir()
	door := faulttest.FreePort(t)
	keys, err := sign.Create(filepath.Join(folder, "data", localdesk.DKIMFolder), "example.org", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	dns := dnsserver.Start(t, `example.org. MX 10 mx.example.org.`, dnsserver.TXT(keys[0].Name(), keys[0].Record()), dnsserver.TXT(keys[1].Name(), keys[1].Record()))
	path := filepath.Join(folder, "maildesk.toml")
	text := fmt.Sprintf("[desk]\nname = \"Example IT\"\nhostname = \"desk.example.org\"\nfallback = \"first-line\"\n[smtp]\nlisten = %q\n[auth]\nresolver = %q\n[outgoing]\nsmarthost = \"smtp://127.0.0.1:1\"\ndkim = [\"example.org\"]\n"+
		"[[address]]\nmail = \"support@example.org\"\n[[queue]]\nname = \"first-line\"\nlevel = 1\n", door, dns.Addr)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, _, err = daemon.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	d, err := daemon.Open(t.Context(), cfg, daemon.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	_, port, _ = net.SplitHostPort(door)
	return cfg, port
}

// TestNextHopSetUpWrong: a Postfix as next hop, right and wrong in eleven ways; each is found,
// with what to do.
func TestNextHopSetUpWrong(t *testing.T) {
	faulttest.Program(t, "postfix", "postfix")
	cfg, port := runDesk(t)
	back := fmt.Sprintf("transport_maps = inline:{{example.org = smtp:[127.0.0.1]:%s}}", port)
	relays := "smtpd_relay_restrictions = permit_mynetworks, reject"
	for _, tt := range []struct {
		name  string
		set   []string
		host  string // instead of the Postfix
		tls   config.TLS
		check string
		grade doctor.Grade
		words string
	}{
		{name: "right", set: []string{relays, back}, check: "round trip", grade: doctor.Fine, words: "came back"},
		{name: "it relays for nobody", set: []string{"smtpd_relay_restrictions = reject", back}, check: "hand over", grade: doctor.Bad, words: "554"},
		{name: "it refuses a suffix", set: []string{relays, back, "smtpd_recipient_restrictions = check_recipient_access regexp:{{/\\+doctor/ REJECT no such user}}, permit"},
			check: "suffix", grade: doctor.Bad, words: "but not to support+doctor"},
		{name: "it drops the suffix", set: []string{relays, back, "recipient_canonical_maps = regexp:{{/^support\\+.*@example\\.org$$/ support@example.org}}"},
			check: "suffix", grade: doctor.Bad, words: "delivered to support@example.org"},
		{name: "it writes another Message-ID", set: []string{relays, back, "header_checks = regexp:{{/^Message-ID:/ REPLACE Message-ID: <1@relay.example>}}"},
			check: "fields", grade: doctor.Bad, words: "Message-ID"},
		{name: "it drops References", set: []string{relays, back, "header_checks = regexp:{{/^References:/ IGNORE}}"}, check: "fields", grade: doctor.Bad, words: "References"},
		{name: "it drops In-Reply-To", set: []string{relays, back, "header_checks = regexp:{{/^In-Reply-To:/ IGNORE}}"}, check: "fields", grade: doctor.Bad, words: "In-Reply-To"},
		{name: "it drops signatures", set: []string{relays, back, "header_checks = regexp:{{/^DKIM-Signature:/ IGNORE}}"}, check: "signature", grade: doctor.Bad, words: "came without"},
		{name: "it changes the text", set: []string{relays, back, "body_checks = regexp:{{/Nobody/ REPLACE Sent by a relay.}}"},
			check: "signature", grade: doctor.Bad, words: "does not hold"},
		{name: "mail does not come back", set: []string{relays, "transport_maps = inline:{{example.org = discard:}}"}, check: "round trip", grade: doctor.Bad, words: "has not come back"},
		{name: "it comes twice", set: []string{relays, back, "recipient_bcc_maps = regexp:{{/\\+doctor/ support@example.org}}", "smtp_destination_recipient_limit = 1"}, check: "copies", grade: doctor.Bad, words: "came 2 times"},
		{name: "it does not speak TLS, which is required", set: []string{relays, back}, tls: config.Required, check: "hand over", grade: doctor.Bad, words: "TLS"},
		{name: "it is down", host: "127.0.0.1:1", check: "smarthost", grade: doctor.Bad, words: "does not greet"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			one := *cfg
			host := tt.host
			if host == "" {
				host = faulttest.StartPostfix(t, tt.set...).Addr
			}
			one.Outgoing.Smarthosts = []config.Smarthost{{Host: host, TLS: tt.tls}}
			wait := time.Minute
			if tt.name == "mail does not come back" {
				wait = 3 * time.Second
			}
			found, err := doctor.Examine(t.Context(), &one, doctor.Options{Wait: wait}, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			seen := false
			for _, f := range found {
				seen = seen || f.Check == tt.check && f.Grade == tt.grade && strings.Contains(f.What, tt.words) && (f.Grade == doctor.Fine || f.Remedy != "")
				if tt.name == "right" && f.Grade == doctor.Bad {
					t.Errorf("all is right, and %+v", f)
				}
			}
			if !seen {
				t.Errorf("nothing is %s about %s with %q: %+v", tt.grade, tt.check, tt.words, found)
			}
		})
	}
}
