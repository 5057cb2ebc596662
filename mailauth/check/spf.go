package check

import (
	"context"
	"net"
	"strings"

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
	result, err := spf.CheckHostWithSender(ip, ascii(env.Helo), sender, spf.WithContext(ctx), spf.WithResolver(dns))
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

// fault returns why the DNS did not answer, in one line.
func fault(err error) string {
	if err == nil {
		return "the DNS did not answer"
	}
	return "the DNS did not answer: " + strings.Join(strings.Fields(err.Error()), " ")
}
