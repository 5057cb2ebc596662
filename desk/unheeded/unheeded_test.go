package unheeded

import (
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// TestTell: a server that the configuration does not name is told of once a day, and strangers who write its name
// fill no log.
func TestTell(t *testing.T) {
	const counts = "Authentication-Results: mx.example.org; dmarc=pass header.from=example.net\r\n"
	const author = "From: ana@example.net\r\nSubject: x\r\n\r\n"
	const received = "Received: from mail.example.net (mail.example.net [192.0.2.99])\r\n by mx.example.org; Mon, 30 Nov 2026 21:00:00 +0000\r\n"
	const front = "Received: from front.example.org (front.example.org [198.51.100.25])\r\n by inner.example.org; Mon, 30 Nov 2026 21:00:00 +0000\r\n"
	smtp := func(client string) ticket.Envelope { return ticket.Envelope{Source: ticket.SourceSMTP, Client: client} }
	for _, tt := range []struct {
		name   string
		env    ticket.Envelope
		header string
		want   string // that is named; empty: nothing is told
	}{
		{"a public address", smtp("198.51.100.7"), counts + author, `["198.51.100.7/32"]`},
		{"below the Received of the server", smtp("198.51.100.7"), received + counts + author, `["198.51.100.7/32"]`},
		{"mapped", smtp("::ffff:198.51.100.7"), counts + author, `["198.51.100.7/32"]`},
		{"by IPv6", smtp("2001:db8::7"), counts + author, `["2001:db8::7/128"]`},
		{"a relay", smtp("192.0.2.25"), counts + author, ""},
		{"trusted", smtp("203.0.113.7"), counts + author, ""},
		{"a private address", smtp("10.0.0.2"), counts + author, ""},
		{"a mailbox", ticket.Envelope{Source: ticket.SourceIMAP}, counts + author, ""},
		{"an account", ticket.Envelope{Source: ticket.SourceSMTP, Client: "198.51.100.7", AuthUser: "ana"}, counts + author, ""},
		{"no such field", smtp("198.51.100.7"), author, ""},
		{"another server's", smtp("198.51.100.7"), strings.Replace(counts, "mx.example.org", "mx.example.com", 1) + author, ""},
		{"below the author's fields", smtp("198.51.100.7"), "Subject: x\r\n" + counts + author, ""},
		{"below the Received of another server", smtp("198.51.100.7"), received + received + counts + author, ""},
		{"a front server, behind one of the house", smtp("10.0.0.2"), front + received + counts + author, `["198.51.100.25/32"]`},
		{"the same, which calls itself otherwise", smtp("10.0.0.2"), strings.Replace(front, "from front.example.org", "from [198.51.100.25]", 1) + received + counts + author, `["198.51.100.25/32"]`},
		{"a front server, whose results count", smtp("10.0.0.2"), front + counts + received + author, ""},
		{"a front server, behind one of the house at a public address", smtp("198.51.100.7"), front + received + counts + author, ""},
		{"a front server, that is a relay", smtp("10.0.0.2"), strings.ReplaceAll(front, "198.51.100.25", "192.0.2.25") + received + counts + author, ""},
		{"a sender, whose own server wrote the name", smtp("10.0.0.2"), received + strings.ReplaceAll(received, "mx.example.org", "mail.example.net") + counts + author, ""},
		{"a mail of ours that a list sends back", smtp("10.0.0.2"), received + "Received: by list.example.net; Mon, 30 Nov 2026 20:00:00 +0000\r\n" + received + counts + author, ""},
		{"a front server, and results of another one", smtp("10.0.0.2"), front + received + strings.Replace(counts, "mx.example.org", "mx.example.com", 1) + author, ""},
		{"a front server, and none", smtp("10.0.0.2"), front + received + author, ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			var told Told
			var out strings.Builder
			log := slog.New(slog.NewTextHandler(&out, nil))
			s := &settings.Settings{AuthServers: []string{"mx.example.org"}, Trusted: []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}, Relays: []netip.Prefix{netip.MustParsePrefix("192.0.2.25/32")}}
			lines := func() int { return strings.Count(out.String(), "level=WARN") }
			tell := func(env ticket.Envelope) {
				told.Tell(t.Context(), log, s, ticket.Mail{Envelope: env, ReceivedAt: time.Now()}, mailparse.Parse([]byte(tt.header), mailparse.Envelope{}).Header)
			}
			tell(tt.env)
			tell(tt.env)
			if want := min(len(tt.want), 1); lines() != want || !strings.Contains(strings.ReplaceAll(out.String(), `\"`, `"`), tt.want) {
				t.Errorf("%s: %d lines, want %d: %s", tt.name, lines(), want, out.String())
			}
			if tt.want == "" {
				return
			}
			told.Tell(t.Context(), log, s, ticket.Mail{Envelope: smtp("198.51.100.222"), ReceivedAt: time.Now().Add(-each - 1)}, mailparse.Parse([]byte(tt.header), mailparse.Envelope{}).Header)
			if lines() != 1 {
				t.Errorf("%s: an old mail is told of", tt.name)
			}
			tt.header = counts + author
			for i := range 1000 {
				tell(smtp(fmt.Sprintf("198.51.%d.%d", i/200, i%200+1)))
			}
			if lines() != most {
				t.Errorf("%s: %d lines after a thousand strangers, want %d", tt.name, lines(), most)
			}
			time.Sleep(each)
			tell(smtp("198.51.100.7"))
			tell(smtp("198.51.100.7"))
			if lines() != most+1 {
				t.Errorf("%s: %d lines on the next day, want one more", tt.name, lines()-most)
			}
		})
	}
}
