package desk_test

import (
	"strings"
	"testing"
	"time"

	"maildesk/faulttest/dnsserver"
	"maildesk/mailauth/check"
	"maildesk/mailauth/resolver"
	"maildesk/ticket"
)

// TestOpenDMARCMails brings the mails of OpenDMARC's own tests (opendmarc/tests/t-verify-*) from outside, as rows of our own: the situations
// are theirs, the mails are not. The filter writes what it finds into the mail, or has it refused; the desk keeps it beside the mail, and
// has said 250 before. Where it finds something else, a row says why.
func TestOpenDMARCMails(t *testing.T) {
	const (
		spfField = "a Received-SPF is anybody's: it names no server that an admin could trust, as Authentication-Results do"
		twoFrom  = "RFC 7489 section 6.6.1 has each author's domain checked; here of two authors none is an identity, so that nothing is granted that could be forged"
		ben      = "kim@third.example"
	)
	for _, tt := range []struct {
		name, from, header, client string
		theirs, want               string // what they say of DMARC, and our words; empty: nothing is kept
		forged                     bool
		why                        string
	}{
		{"nodata: nothing speaks for a domain with p=reject", ben, "", outside, "fail", "spf=softfail (third.example), dkim=none, dmarc=fail (policy reject of third.example)", true, ""},
		{"nodata-reject: likewise, where failures are refused", ben, "", outside, "refused", "spf=softfail (third.example), dkim=none, dmarc=fail (policy reject of third.example)", true, "the mail is taken and shown with a warning: forwarded mail fails, too"},
		{"multi-from-malformed: a mailbox without a domain between two", "kim@third.example, lee, mia@third.example", "", outside, "taken", "spf=softfail (third.example), dkim=none", false, twoFrom},
		{"multi-from-reject: mailboxes of several domains", "kim@one.example, lee@third.example, mia@one.example", "", outside, "refused", "spf=softfail (third.example), dkim=none", false, twoFrom},
		{"received-spf-bad: a field that says pass", ben, "Received-SPF: pass\n", outside, "fail", "spf=softfail (third.example), dkim=none, dmarc=fail (policy reject of third.example)", true, ""},
		{"received-spf-good: a field that says pass, and for whom", ben, "Received-SPF: pass identity=mailfrom; envelope-from=\"somebody@third.example\"\n", outside, "pass", "spf=softfail (third.example), dkim=none, dmarc=fail (policy reject of third.example)", true, spfField},
		{"self-spf: the client may not send for the domain", "kim@one.example", "", outside, "fail", "spf=fail (one.example), dkim=none, dmarc=none", false, ""},
		{"unspec: the client has no address", ben, "", "", "fail", "", false, "only from a socket of this machine: SPF of nobody is no failure"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := dnsserver.Start(t, `third.example. TXT "v=spf1 ip4:192.0.2.1 ~all"`, `_dmarc.third.example. TXT "v=DMARC1; p=reject; pct=0"`, `one.example. TXT "v=spf1 ip4:192.0.2.1 -all"`)
			b := open(t)
			b.CheckWith(check.New(resolver.New(resolver.Config{Server: s.Addr, Timeout: time.Minute}), time.Minute))
			path := ben
			if !strings.Contains(tt.from, ",") {
				path = tt.from
			}
			m := b.take(letter{from: tt.from, envelope: &path, header: tt.header, to: support, subject: "Printer", text: "It is broken.\n", client: tt.client})
			if m.Disposition != ticket.DispositionNew {
				t.Errorf("the mail is %s (%s), want a new request", m.Disposition, m.Reason)
			}
			a, kept := b.authenticationOf(m.ID)
			if kept != (tt.want != "") || a.Words() != tt.want || a.Failed() != tt.forged {
				t.Errorf("%s (kept %t), failed %t; want %s, %t; OpenDMARC has %s: %s", a.Words(), kept, a.Failed(), tt.want, tt.forged, tt.theirs, tt.why)
			}
		})
	}
}
