package check

import (
	"context"
	"net"
	"strings"
	"time"

	"blitiri.com.ar/go/spf"

	"maildesk/mailauth/resolver"
	"maildesk/ticket"
)

// checkSPF checks the client for the domain of the reverse-path, or, where that is
// empty, of HELO (RFC 7208 section 2.4). It returns the domain if it passed, and if
// the DNS did not answer.
func checkSPF(ctx context.Context, dns resolver.Lookups, env ticket.Envelope, a *ticket.Authentication) (passed, unsure string) {
	sender := env.ReversePath
	at := strings.LastIndexByte(sender, '@')
	domain := ascii(sender[at+1:])
	if sender == "" || env.Unknown {
		domain = ascii(env.Helo)
		sender = "postmaster@" + domain
	} else {
		// QUIRK: the library takes what stands behind the first at for the domain, and so that of a quoted local part.
		sender = strings.ReplaceAll(sender[:max(at, 0)], "@", "=") + "@" + domain
	}
	ip := net.ParseIP(env.Client)
	if domain == "" || ip == nil {
		a.SPF = string(spf.None)
		return "", ""
	}
	reversed, cancel := reverse(ctx, dns)
	defer cancel()
	result, err := spf.CheckHostWithSender(ip, ascii(env.Helo), sender, spf.WithContext(ctx), spf.WithResolver(reversed))
	a.SPF, a.SPFDomain = string(result), domain
	switch result {
	case spf.Pass:
		return domain, ""
	case spf.TempError:
		a.Fault = fault(err)
		return "", domain
	}
	return "", ""
}

// reverseShare is the part of the time for SPF that the client's own DNS may take.
const reverseShare = 0.3

// reversed are lookups of which those that ask the DNS of the client's owner (the mechanism ptr, the macro p) end before
// the others: a forger who is asked by the record of the domain in From takes no time from the rest of it.
type reversed struct {
	resolver.Lookups
	within context.Context
	names  map[string]bool // that the client's DNS has for it
}

// mostNames is how many names of a client are looked up (RFC 7208 section 4.6.4).
const mostNames = 10

func reverse(ctx context.Context, dns resolver.Lookups) (*reversed, context.CancelFunc) {
	deadline, _ := ctx.Deadline()
	within, cancel := context.WithTimeout(ctx, time.Duration(reverseShare*float64(time.Until(deadline))))
	return &reversed{dns, within, map[string]bool{}}, cancel
}

// LookupAddr is described at [resolver.Lookups].
func (r *reversed) LookupAddr(_ context.Context, ip string) ([]string, error) {
	names, err := r.Lookups.LookupAddr(r.within, ip)
	for _, name := range names[:min(len(names), mostNames)] {
		r.names[name] = true
	}
	return names, err
}

// LookupIPAddr is described at [resolver.Lookups].
func (r *reversed) LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error) {
	if r.names[host] { // once: another mechanism may ask for the same name
		delete(r.names, host)
		ctx = r.within
	}
	return r.Lookups.LookupIPAddr(ctx, host)
}

// fault returns why the DNS did not answer, in one line.
func fault(err error) string {
	if err == nil {
		return "the DNS did not answer"
	}
	return "the DNS did not answer: " + strings.Join(strings.Fields(err.Error()), " ")
}
