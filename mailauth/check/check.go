// Package check finds out who sent a mail: SPF of the client that brought it (RFC
// 7208), its DKIM signatures (RFC 6376, 8301, 8463), and by both whether it comes from
// the domain in its From field (DMARC, RFC 9989). There is no ARC. It refuses nothing
// and decides nothing: its results are facts, and what the DNS leaves open is a
// temperror, never a pass.
//
// The entry point is [Checker.Check].
package check

import (
	"cmp"
	"context"
	"net"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/idna"

	"maildesk/mailauth/dmarc"
	"maildesk/mailauth/resolver"
	"maildesk/ticket"
)

// Bounds of the work on one mail. SPF, DKIM and DMARC have lookups of their own, SPF and DKIM the same share of the time
// at once, and DMARC the rest: a slow DNS of one's own buys nothing, be it that of the reverse-path, of a key or of a policy.
const (
	maxSPFLookups    = 80            // 10 terms, and 10 for each MX (RFC 7208 section 4.6.4)
	maxKeyLookups    = maxSignatures // for DKIM
	maxPolicyLookups = 20            // for DMARC, of which the walk makes 8 (RFC 9989 section 4.10)
	maxSignatures    = 6             // that are verified, the topmost ones

	senderShare = 0.6 // of the time, for SPF and DKIM
)

// Checker checks mails. It is safe for concurrent use.
type Checker struct {
	dns     *resolver.Resolver
	timeout time.Duration
}

// New returns a checker that asks a resolver, and for one mail no longer than the
// timeout.
func New(dns *resolver.Resolver, timeout time.Duration) *Checker {
	return &Checker{dns: dns, timeout: timeout}
}

// Check checks a mail: its signatures, and the client of the envelope where direct says
// that it brought the mail from outside, and is no relay of ours. from is the domain of
// the one mailbox in From, empty where there is none. Where the client is not checked,
// DMARC can pass by a signature, but not fail.
func (c *Checker) Check(ctx context.Context, env ticket.Envelope, raw []byte, from string, direct bool) ticket.Authentication {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	a := ticket.Authentication{At: time.Now()}
	in := dmarc.Input{Author: ascii(from)}
	c.checkSender(ctx, env, raw, direct, &a, &in)
	if in.Author == "" {
		return a
	}
	asked := policies{dns: c.dns.Within(maxPolicyLookups), fault: &a.Fault}
	r := dmarc.Evaluate(ctx, asked, in)
	a.DMARC, a.Policy, a.PolicyAt, a.Signer = string(r.Value), string(r.Policy), r.At, r.DKIM
	if !direct && r.Value == dmarc.Fail {
		a.DMARC = "" // SPF might have passed at the server in front
	}
	return a
}

// checkSender checks what the mail shows about who sent it, within its share of the time, and adds
// for which domains it speaks, or may.
func (c *Checker) checkSender(ctx context.Context, env ticket.Envelope, raw []byte, direct bool, a *ticket.Authentication, in *dmarc.Input) {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(senderShare*float64(c.timeout)))
	defer cancel()
	var signed ticket.Authentication
	verified := beside(func() { checkDKIM(ctx, c.dns.Within(maxKeyLookups), raw, &signed) })
	if direct {
		passed, unsure := checkSPF(ctx, c.dns.Within(maxSPFLookups), env, a)
		in.SPF = passed
		in.Unsure = appendSome(in.Unsure, unsure)
	}
	verified()
	a.DKIM, a.Signatures, a.Fault = signed.DKIM, signed.Signatures, cmp.Or(a.Fault, signed.Fault)
	for _, s := range a.Signatures {
		switch s.Result {
		case "pass":
			in.DKIM = appendSome(in.DKIM, s.Domain)
		case "temperror":
			in.Unsure = appendSome(in.Unsure, s.Domain)
		}
	}
}

// beside runs a function in a goroutine. The one it returns waits for its end, and panics as it did.
func beside(run func()) (wait func()) {
	ended := make(chan any, 1)
	go func() {
		defer func() { ended <- recover() }()
		run()
	}()
	return func() {
		if p := <-ended; p != nil {
			panic(p)
		}
	}
}

// appendSome appends a domain, where there is one.
func appendSome(all []string, domain string) []string {
	if domain == "" {
		return all
	}
	return append(all, domain)
}

// profile converts domains to their ASCII form, and lets underscores pass, which names
// in the DNS may have and names of hosts may not.
var profile = idna.New(idna.MapForLookup(), idna.StrictDomainName(false), idna.Transitional(false))

// ascii returns a domain in lower case and in its ASCII form, without a dot at the end;
// empty where it is none, or would read as something else in words about it: "k),dmarc=pass(x".
func ascii(domain string) string {
	a, err := profile.ToASCII(strings.TrimSuffix(domain, "."))
	if err != nil || len(a) > 253 || slices.Contains(strings.Split(a, "."), "") || strings.Trim(a, domainBytes) != "" {
		return ""
	}
	return strings.ToLower(a)
}

// domainBytes are what stands in names that are asked for (RFC 5890 section 2.3.1, and "_"), and in the address of a client in their place.
const domainBytes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.[]:"

// Policies returns lookups as DMARC asks them.
func Policies(dns resolver.Lookups) dmarc.DNS { return policies{dns: dns} }

// policies answers the questions of DMARC.
type policies struct {
	dns   resolver.Lookups
	fault *string // takes the first question that had no answer, if it is empty; nil: nobody asks for it
}

// TXT is described at [dmarc.DNS].
func (p policies) TXT(ctx context.Context, name string) ([]string, error) {
	txts, err := p.dns.LookupTXT(ctx, name)
	return txts, p.unlessForGood(err)
}

// Exists is described at [dmarc.DNS].
//
// QUIRK: RFC 9989 means that no query for the name would find any record, or one below
// it (NXDOMAIN, RFC 8020). The standard library does not tell that from a name without
// records of the type, so one without addresses, MX and TXT counts as not there (as in
// RFC 9091 section 2.7).
func (p policies) Exists(ctx context.Context, domain string) (bool, error) {
	ips, err := p.dns.LookupIPAddr(ctx, domain)
	if len(ips) > 0 || p.unlessForGood(err) != nil {
		return len(ips) > 0, p.unlessForGood(err)
	}
	mx, err := p.dns.LookupMX(ctx, domain)
	if len(mx) > 0 || p.unlessForGood(err) != nil {
		return len(mx) > 0, p.unlessForGood(err)
	}
	txts, err := p.dns.LookupTXT(ctx, domain)
	return len(txts) > 0, p.unlessForGood(err)
}

// unlessForGood returns an error that may be over later; nil for one that is an answer.
func (p policies) unlessForGood(err error) error {
	if dns, ok := err.(*net.DNSError); ok && !dns.Temporary() {
		return nil
	}
	if err != nil && p.fault != nil && *p.fault == "" {
		*p.fault = fault(err)
	}
	return err
}
