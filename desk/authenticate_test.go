package desk_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"maildesk/desk"
	"maildesk/desk/notify"
	"maildesk/desk/recover"
	"maildesk/desk/settings"
	"maildesk/desk/trouble"
	"maildesk/faulttest"
	"maildesk/faulttest/dnsserver"
	"maildesk/mailauth/check"
	"maildesk/mailauth/resolver"
	"maildesk/routing"
	"maildesk/ticket"
)

// checker is a check whose results a test sets.
type checker struct {
	found  ticket.Authentication
	asked  atomic.Int32
	from   atomic.Value // the last domain that it was asked for
	direct atomic.Bool
	wait   chan struct{} // closed when it may go on; nil: at once
}

func (c *checker) Check(ctx context.Context, _ ticket.Envelope, _ []byte, from string, direct bool) ticket.Authentication {
	c.asked.Add(1)
	c.from.Store(from)
	c.direct.Store(direct)
	if c.wait != nil {
		select {
		case <-c.wait:
		case <-ctx.Done():
			return ticket.Authentication{At: time.Now(), DKIM: "temperror", DMARC: "temperror"}
		}
	}
	a := c.found
	a.At = time.Now()
	return a
}

const outside = "198.51.100.7" // no network of ours

var (
	passed = ticket.Authentication{SPF: "pass", SPFDomain: "example.net", DMARC: "pass", Policy: "reject", PolicyAt: "example.net"}
	forged = ticket.Authentication{SPF: "fail", SPFDomain: "example.net", DMARC: "fail", Policy: "reject", PolicyAt: "example.net"}
)

// authenticationOf returns what is kept of a mail.
func (b *bench) authenticationOf(id ticket.MailID) (a ticket.Authentication, kept bool) {
	b.t.Helper()
	b.view(func(r ticket.Reader) (err error) {
		a, err = r.Authentication(id)
		kept = err == nil
		return nil
	})
	return a, kept
}

// TestCheckIsKept: a mail is checked once, and what was found counts whenever it is
// handled again, however the DNS has changed.
func TestCheckIsKept(t *testing.T) {
	c := &checker{found: passed}
	b := open(t)
	b.CheckWith(c)
	m := b.take(letter{from: ana, to: support, subject: "Printer", text: "It is broken.\n", client: outside})
	if a, kept := b.authenticationOf(m.ID); !kept || a.DMARC != "pass" {
		t.Fatalf("kept %t, %s", kept, a.Words())
	}
	if c.asked.Load() != 1 || c.from.Load() != "example.net" || !c.direct.Load() {
		t.Errorf("asked %d times, for %v, direct %t", c.asked.Load(), c.from.Load(), c.direct.Load())
	}
	// To a requester who has proven themselves the receipt says their own subject.
	receipt := b.last(notify.TemplateAcknowledgement, ana)
	if subject := receipt.msg.Subject; !strings.Contains(subject, "Printer") {
		t.Errorf("the receipt's subject is %q", subject)
	}
	c.found = forged
	now := b.rebuilt()
	if a, _ := now.authenticationOf(m.ID); a.DMARC != "pass" {
		t.Errorf("rebuilt: %s", a.Words())
	}
	equal(t, "outgoing mails", now.summary(), b.summary())
	var found []recover.Difference
	if err := recover.Compare(b.ctx, b.db, now.db, func(d recover.Difference) { found = append(found, d) }); err != nil || len(found) > 0 {
		t.Errorf("differences: %v, %v", found, err)
	}
	if c.asked.Load() != 1 {
		t.Errorf("a rebuild asks the DNS")
	}
	b.sound()
}

// TestWhatIsChecked has a row for each way of a mail to the desk.
func TestWhatIsChecked(t *testing.T) {
	const signature = "DKIM-Signature: v=1; d=example.net\n"
	relays := func(s *settings.Settings) {
		s.Trusted = []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}
		s.Relays = []netip.Prefix{netip.MustParsePrefix("198.51.100.128/25")}
		s.AuthServers = []string{"mx.example.org"}
	}
	for _, tt := range []struct {
		name            string
		l               letter
		checked, direct bool
	}{
		{"from outside", letter{client: outside}, true, true},
		{"from outside, by IPv6", letter{client: "2001:db8::7"}, true, true},
		{"from outside, mapped", letter{client: "::ffff:198.51.100.7"}, true, true},
		{"from this machine", letter{client: "127.0.0.1"}, false, false},
		{"from this machine, signed", letter{client: "127.0.0.1", header: signature}, true, false},
		{"from a private network, signed", letter{client: "10.1.2.3", header: signature}, true, false},
		{"from a private network of IPv6, signed", letter{client: "fd00::1", header: signature}, true, false},
		{"from a provider's network, signed", letter{client: "100.64.1.1", header: signature}, true, false},
		{"from its own link, signed", letter{client: "fe80::1", header: signature}, true, false},
		{"from a relay", letter{client: "198.51.100.200"}, false, false},
		{"from a relay, signed", letter{client: "198.51.100.200", header: signature}, true, false},
		{"from a public server that says to have checked, and is no relay", letter{client: outside, header: "Authentication-Results: mx.example.org; none\n"}, true, true},
		{"from a server that has checked", letter{client: "198.51.100.200", header: "Authentication-Results: mx.example.org; none\n"}, false, false},
		{"from a server that has checked, signed", letter{client: "198.51.100.200", header: "Authentication-Results: mx.example.org; spf=pass\n" + signature}, true, false},
		{"from one who says to have checked", letter{client: outside, header: "Authentication-Results: mx.example.com; none\n"}, true, true},
		{"from our people", letter{client: "203.0.113.7", header: signature}, false, false},
		{"by LMTP over a socket", letter{}, false, false},
		{"by LMTP over a socket, signed", letter{header: signature}, true, false},
		{"by a pipe, signed", letter{source: ticket.SourcePipe, header: signature}, true, false},
		{"by IMAP, signed", letter{source: ticket.SourceIMAP, header: signature}, true, false},
		{"by IMAP", letter{source: ticket.SourceIMAP}, false, false},
		{"by an import, signed", letter{source: ticket.SourceImport, header: signature}, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &checker{found: passed}
			b := open(t, relays)
			b.CheckWith(c)
			tt.l.from, tt.l.to, tt.l.subject, tt.l.text = ana, support, "Printer", "It is broken.\n"
			m := b.take(tt.l)
			_, kept := b.authenticationOf(m.ID)
			if got := c.asked.Load() > 0; got != tt.checked || kept != tt.checked || c.direct.Load() != tt.direct {
				t.Errorf("checked %t, kept %t, direct %t; want %t, %t", got, kept, c.direct.Load(), tt.checked, tt.direct)
			}
		})
	}
	c := &checker{found: passed}
	b := open(t, func(s *settings.Settings) { s.Unchecked = true })
	b.CheckWith(c)
	b.take(letter{from: ana, to: support, subject: "Printer", text: "x\n", client: outside, header: signature})
	if c.asked.Load() > 0 {
		t.Error("a mail is checked though that is switched off")
	}
}

// A check that gets no answer holds up nobody else, and the end of the desk does not
// wait for it; the mail is checked by the next process.
func TestCheckWaits(t *testing.T) {
	c := &checker{found: passed, wait: make(chan struct{})}
	b := open(t)
	b.CheckWith(c)
	slow := letter{from: ana, to: support, subject: "Printer", text: "It is broken.\n", id: "<slow@example.net>", client: outside}
	ctx, stop := context.WithCancel(b.ctx)
	done := make(chan error)
	go func() { done <- b.Run(ctx) }()
	accept := func(l letter) ticket.MailID {
		t.Helper()
		id, err := b.Accept(b.ctx, ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: l.from, ForwardPaths: []string{l.to}, Client: l.client}, l.bytes())
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	first := accept(slow)
	b.waitFor("the check begins", func() bool { return c.asked.Load() == 1 })
	for i := range 20 { // more than there are workers
		slow.id = "<slow." + string(rune('a'+i)) + "@example.net>"
		accept(slow)
	}
	b.waitFor("21 checks begin", func() bool { return c.asked.Load() == 21 })
	quick := accept(letter{from: "ben@example.net", to: support, subject: "Mouse", text: "It squeaks.\n", id: "<quick@example.net>", client: "127.0.0.1"})
	b.waitFor("the other mail is handled", func() bool { return b.mail(quick).Disposition == ticket.DispositionNew })
	if got := b.mail(first).Disposition; got != ticket.DispositionPending {
		t.Errorf("the mail that is checked is %s", got)
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if m := b.mail(first); m.Disposition != ticket.DispositionPending || m.Attempts != 0 {
		t.Errorf("after the end it is %s, with %d attempts", m.Disposition, m.Attempts)
	}
	if a, kept := b.authenticationOf(first); kept {
		t.Errorf("what the end cut off is kept: %s", a.Words())
	}
	close(c.wait)
	b.work()
	if a, _ := b.authenticationOf(first); a.DMARC != "pass" || b.mail(first).Disposition != ticket.DispositionNew {
		t.Errorf("in the next process: %s, %s", a.Words(), b.mail(first).Disposition)
	}
	b.sound()
}

// waitFor waits until something holds.
func (b *bench) waitFor(what string, holds func() bool) {
	b.t.Helper()
	deadline := time.After(time.Minute)
	for !holds() {
		select {
		case <-deadline:
			b.t.Fatalf("%s: not within a minute", what)
		case <-time.After(time.Millisecond):
		}
	}
}

// When as many mails of a sender wait for the DNS as may, their next one is handled unchecked.
func TestTooManyChecks(t *testing.T) {
	c := &checker{found: passed, wait: make(chan struct{})}
	b := open(t)
	b.CheckWith(c)
	ctx, stop := context.WithCancel(b.ctx)
	done := make(chan error)
	go func() { done <- b.Run(ctx) }()
	var last ticket.MailID
	for i := range desk.MaxChecksEach + 1 {
		l := letter{from: ana, to: support, subject: "Printer", text: strings.Repeat("x", i), id: "<" + strings.Repeat("i", i+1) + "@example.net>"}
		id, err := b.Accept(b.ctx, ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: ana, ForwardPaths: []string{support}, Client: outside}, l.bytes())
		if err != nil {
			t.Fatal(err)
		}
		last = id
		if i < desk.MaxChecksEach {
			b.waitFor("the check begins", func() bool { return int(c.asked.Load()) == i+1 })
		}
	}
	b.waitFor("the last one is handled", func() bool { return b.mail(last).Disposition == ticket.DispositionNew })
	if a, kept := b.authenticationOf(last); !kept || a.DMARC != "temperror" || a.Failed() {
		t.Errorf("kept %t, %s", kept, a.Words())
	}
	close(c.wait)
	b.waitFor("all are handled", func() bool { return b.tally().Dispositions[ticket.DispositionPending] == 0 })
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// TestSlowSenderLeavesRoom: mails of one who has a DNS that never answers, from many domains,
// from many clients or through a relay of ours, do not leave the mails of others unchecked.
func TestSlowSenderLeavesRoom(t *testing.T) {
	one := func(int) string { return "slow.example" }
	mine := func(i int) string { return fmt.Sprintf("d%d.slow.example", i) }
	others := func(i int) string { return fmt.Sprintf("other%d.example", i) }
	relay := func(int) string { return "10.1.2.3" }
	for _, tt := range []struct {
		name           string
		domain, client func(int) string
		path           func(int) string // the domain of the reverse-path; nil: domain, and the mail has no signature
		kept           bool             // the mails were in the journal when the desk began
	}{
		{"one client, many domains", mine, func(int) string { return "198.51.100.9" }, nil, false},
		{"many clients, one domain", one, func(i int) string { return fmt.Sprintf("203.0.113.%d", i+1) }, nil, false},
		{"many clients, one name in From", one, func(i int) string { return fmt.Sprintf("203.0.113.%d", i+1) }, others, false},
		{"behind a relay, no reverse-path", mine, relay, func(int) string { return "" }, false},
		{"behind a relay, many reverse-paths", mine, relay, others, false},
		{"behind a relay, many reverse-paths, after a start", mine, relay, others, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := dnsserver.Start(t, `quick.example. TXT "v=spf1 ip4:198.51.100.7 -all"`, `_dmarc.quick.example. TXT "v=DMARC1; p=reject"`)
			b := open(t)
			b.CheckWith(check.New(resolver.New(resolver.Config{Server: s.Addr, Timeout: time.Minute}), time.Minute))
			ctx, stop := context.WithCancel(b.ctx)
			done := make(chan error)
			send := func(accept func(context.Context, ticket.Envelope, []byte) (ticket.MailID, error), l letter) ticket.MailID {
				t.Helper()
				l.to, l.subject, l.text, l.id = support, "Printer", "It is broken.\n", "<"+l.from+l.client+">"
				id, err := accept(b.ctx, ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: *l.envelope, ForwardPaths: []string{support}, Client: l.client}, l.bytes())
				if err != nil {
					t.Fatal(err)
				}
				return id
			}
			var slow []ticket.MailID
			for i := range desk.MaxChecksEach + 1 {
				domain := tt.domain(i)
				s.Fail(dnsserver.Silent, domain, "_dmarc."+domain, "x._domainkey."+domain)
				l := letter{from: "mallory@" + domain, client: tt.client(i)}
				l.envelope = &l.from
				if tt.path != nil {
					path := ""
					if other := tt.path(i); other != "" {
						path = "bounces@" + other
					}
					l.envelope = &path
					l.header = "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; s=x; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA; d=" + domain + "\n"
				}
				if tt.kept {
					slow = append(slow, send(b.Keep, l))
				} else {
					slow = append(slow, send(b.Accept, l))
				}
			}
			go func() { done <- b.Run(ctx) }()
			b.waitFor("one of them has no place", func() bool { return b.tally().Dispositions[ticket.DispositionPending] == desk.MaxChecksEach })
			ben := "ben@quick.example"
			quick := send(b.Accept, letter{from: ben, envelope: &ben, client: outside})
			b.waitFor("the mail of another is handled", func() bool { return b.mail(quick).Disposition == ticket.DispositionNew })
			if a, _ := b.authenticationOf(quick); a.DMARC != "pass" {
				t.Errorf("of somebody else's mail is found: %s", a.Words())
			}
			for _, id := range slow {
				if a, kept := b.authenticationOf(id); kept && a.DMARC != "temperror" {
					t.Errorf("of a mail that had no place is found: %s", a.Words())
				}
			}
			if n := b.tally().Dispositions[ticket.DispositionPending]; n != desk.MaxChecksEach {
				t.Errorf("%d mails wait for the DNS, want %d", n, desk.MaxChecksEach)
			}
			stop()
			if err := <-done; err != nil {
				t.Fatal(err)
			}
		})
	}
}

// Rules see what was found.
func TestFactsOfChecks(t *testing.T) {
	c := &checker{found: ticket.Authentication{SPF: "softfail", DKIM: "pass", DMARC: "pass", Policy: "reject",
		Signatures: []ticket.Signature{{Domain: "bad.example", Result: "fail"}, {Domain: "example.net", Result: "pass"}}}}
	b := open(t, func(s *settings.Settings) {
		s.Routing.Rules = []routing.Rule{{Name: "found", When: `spf == "softfail" and dkim == "pass" and dmarc == "pass" and dmarc_policy == "reject" and "example.net" in dkim_domains and not ("bad.example" in dkim_domains)`, Queue: "sales"}}
	})
	b.CheckWith(c)
	m := b.take(letter{from: ana, to: support, subject: "Printer", text: "x\n", client: outside})
	if got := b.ticket(m.Ticket).Queue; got != "sales" {
		t.Errorf("queue %s, want sales", got)
	}
}

// TestT095AlignedOrNot is an agent's answer without a signed address, with each result
// of the desk's own checks: what is aligned acts, what fails is a note and told.
func TestT095AlignedOrNot(t *testing.T) {
	rows := []struct {
		name  string
		found ticket.Authentication
		acts  bool
		why   notify.Undone // whose words the agent gets; empty: none
	}{
		{"DMARC passes", ticket.Authentication{DMARC: "pass", Policy: "reject"}, true, ""},
		{"an aligned signature, no policy", ticket.Authentication{DKIM: "pass", DMARC: "none", Signer: "example.org"}, true, ""},
		{"an aligned signature, the policy could not be read", ticket.Authentication{DKIM: "pass", DMARC: "temperror", Signer: "example.org"}, true, ""},
		{"a signature of somebody else", ticket.Authentication{DKIM: "pass", DMARC: "none", Signatures: []ticket.Signature{{Domain: "evil.example", Result: "pass"}}}, false, notify.UndoneMessageID},
		{"SPF for somebody else", ticket.Authentication{SPF: "pass", SPFDomain: "evil.example", DMARC: "none"}, false, notify.UndoneMessageID},
		{"nobody knows", ticket.Authentication{SPF: "temperror", DKIM: "temperror", DMARC: "temperror"}, false, notify.UndoneMessageID},
		{"it fails, and nothing is asked for", ticket.Authentication{SPF: "fail", DMARC: "fail", Policy: "none"}, false, notify.UndoneMessageID},
		{"it fails, in quarantine", ticket.Authentication{SPF: "fail", DMARC: "fail", Policy: "quarantine"}, false, notify.UndoneForged},
		{"it fails", ticket.Authentication{SPF: "fail", DMARC: "fail", Policy: "reject"}, false, notify.UndoneForged},
	}
	for _, tt := range rows {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t)
			first := b.request()
			c := &checker{found: tt.found}
			b.CheckWith(c)
			notice := b.last(notify.TemplateNewTicket, "alice@example.org")
			m := b.take(letter{from: "alice@example.org", to: support, subject: "Re: x", header: "In-Reply-To: " + notice.MessageID + "\n", text: "#take\n\nWhich version?\n", client: outside})
			if got := b.ticket(first.ID).Assignee == "alice"; got != tt.acts {
				t.Errorf("it acts: %t, want %t (%s)", got, tt.acts, m.Reason)
			}
			if m.Reason != string(tt.why) && !tt.acts {
				t.Errorf("reason %q, want %q", m.Reason, tt.why)
			}
			if told := b.made(notify.TemplateNotDone, 1) == 1; told == tt.acts {
				t.Errorf("alice is told: %t", told)
			}
		})
	}
	faulttest.Seen(t, "T095", "an agent's answer with each result of the desk's own SPF, DKIM and DMARC", "only an aligned signature or a DMARC pass acts, the others are notes and told, %d rows", len(rows))
}

// TestSubmittedMail: whoever has logged in sends as themselves only; that they try to send as somebody else
// is seen.
func TestSubmittedMail(t *testing.T) {
	const twice = "alice@example.org\nFrom: bob@example.org"
	for _, tt := range []struct {
		name, account, reversePath, from string
		fine, seen                       bool
	}{
		{"as themselves", "alice", "alice@example.org", "alice@example.org", true, false},
		{"as themselves, with a name", "Alice", "ALICE@example.org", "Alice <alice@example.org>", true, false},
		{"without a reverse-path", "alice", "", "alice@example.org", true, false},
		{"as a colleague", "alice", "alice@example.org", "bob@example.org", false, true},
		{"as a colleague, in the reverse-path", "alice", "bob@example.org", "alice@example.org", false, true},
		{"as a requester", "alice", "alice@example.org", ana, false, true},
		{"as two", "alice", "alice@example.org", "alice@example.org, bob@example.org", false, true},
		{"as two, in two fields", "alice", "alice@example.org", twice, false, true},
		{"as nobody", "alice", "alice@example.org", "<>", false, false},
		{"as nobody, with a colleague in the reverse-path", "alice", "bob@example.org", "<>", false, true},
		{"by a name that imitates", "alice", "alice@example.org", `"alice@example.org" <evil@example.net>`, false, true},
		{"no agent any more", "dora", "dora@example.org", "dora@example.org", false, false},
	} {
		b := open(t)
		seen := 0
		b.OnSighting(func(_ context.Context, s trouble.Sighting) {
			if s.What == trouble.LoginForeign {
				seen++
			}
		})
		l := letter{from: tt.from, to: support, subject: "x", text: "x\n"}
		id, err := b.Accept(b.ctx, ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: tt.reversePath, ForwardPaths: []string{support}, AuthUser: tt.account}, l.bytes())
		if (err == nil) != tt.fine || err != nil && (!errors.Is(err, desk.ErrNotYourAddress) || !errors.Is(err, ticket.ErrRejected)) {
			t.Errorf("%s: Accept = %v, want fine %t", tt.name, err, tt.fine)
		}
		if (seen > 0) != tt.seen {
			t.Errorf("%s: seen %d times as mail in another's name, want %t", tt.name, seen, tt.seen)
		}
		if err == nil && !strings.EqualFold(b.mail(id).Envelope.AuthUser, "alice@example.org") {
			t.Errorf("%s: kept for %q", tt.name, b.mail(id).Envelope.AuthUser)
		}
	}
}

// TestSubmittedAnswer: an agent who has logged in acts without a signed address, though
// the DNS knows nothing of them.
func TestSubmittedAnswer(t *testing.T) {
	b := open(t)
	b.CheckWith(&checker{found: forged})
	first := b.request()
	notice := b.last(notify.TemplateNewTicket, "alice@example.org")
	l := letter{from: "alice@example.org", to: support, subject: "Re: x", header: "In-Reply-To: " + notice.MessageID + "\n", text: "#take\n\nWhich version?\n", id: "<s@example.org>"}
	if _, err := b.Accept(b.ctx, ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: "alice@example.org", ForwardPaths: []string{support}, Client: outside, AuthUser: "alice"}, l.bytes()); err != nil {
		t.Fatal(err)
	}
	b.work()
	if got := b.ticket(first.ID).Assignee; got != "alice" {
		t.Errorf("the ticket is %q's", got)
	}
	b.sound()
}
