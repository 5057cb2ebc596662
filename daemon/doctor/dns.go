package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"blitiri.com.ar/go/spf"

	"path/filepath"

	"maildesk/daemon/localdesk"
	"maildesk/mailauth/check"
	"maildesk/mailauth/dmarc"
	"maildesk/mailauth/sign"
)

// askLater is what to do when the DNS does not answer.
const askLater = "look again later, or set [auth] resolver"

// notFound reports whether the DNS says for good that there is no such record.
func notFound(err error) bool {
	dnsError, ok := errors.AsType[*net.DNSError](err)
	return ok && dnsError.IsNotFound
}

// domains looks where others deliver mail for the desk's addresses (RFC 5321 section 5.1,
// RFC 7505).
func (v *visit) domains(ctx context.Context) {
	for _, domain := range v.mailDomains() {
		mx, err := v.dns.LookupMX(ctx, domain)
		switch {
		case err != nil && !notFound(err):
			v.add("mx", Unknown, fmt.Sprintf("the DNS does not say where mail for %s goes: %v", domain, err), askLater)
		case len(mx) == 1 && strings.Trim(mx[0].Host, ".") == "":
			v.add("mx", Bad, domain+" says that it takes no mail (a null MX)", "publish the MX record of the server that takes its mail")
		case len(mx) > 0:
			v.add("mx", Fine, fmt.Sprintf("mail for %s goes to %s", domain, strings.TrimSuffix(mx[0].Host, ".")), "")
		default:
			if _, err := v.dns.LookupIPAddr(ctx, domain); err != nil {
				v.add("mx", Bad, domain+" has neither an MX record nor an address: mail from outside cannot be delivered", "publish an MX record")
			} else {
				v.add("mx", Odd, domain+" has no MX record; senders fall back to its address", "publish an MX record")
			}
		}
	}
}

// hostname looks whether the name with which the desk greets is one that others accept.
func (v *visit) hostname(ctx context.Context) {
	name := v.cfg.Desk.Hostname
	addresses, err := v.dns.LookupIPAddr(ctx, name)
	switch {
	case notFound(err):
		v.add("hostname", Odd, name+" has no address in the DNS", "some servers refuse a name in HELO that they cannot find: publish an A or AAAA record, or name another host in [desk] hostname")
		return
	case err != nil:
		v.add("hostname", Unknown, fmt.Sprintf("the DNS does not say whether there is %s: %v", name, err), askLater)
		return
	}
	for _, a := range addresses {
		names, err := v.dns.LookupAddr(ctx, a.IP.String())
		if err != nil && !notFound(err) {
			v.add("hostname", Unknown, fmt.Sprintf("the DNS does not say what %s is called: %v", a.IP, err), askLater)
		} else if !slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(strings.TrimSuffix(n, "."), name) }) {
			v.add("hostname", Odd, fmt.Sprintf("%s does not lead back from %s (PTR)", name, a.IP), "have its owner set the PTR record; it counts where the desk's own machine brings mail to others")
		} else {
			v.add("hostname", Fine, fmt.Sprintf("%s is %s, there and back", name, a.IP), "")
		}
	}
}

// signatures looks whether others find the keys by which the desk signs.
func (v *visit) signatures(ctx context.Context) {
	for _, domain := range v.cfg.Outgoing.DKIM {
		for _, k := range v.keysOf(domain) {
			texts, err := v.dns.LookupTXT(ctx, k.Name())
			switch {
			case notFound(err):
				v.add("dkim", Bad, "the DNS has no key at "+k.Name()+": signatures by it do not hold", "publish: "+k.Zone())
			case err != nil:
				v.add("dkim", Unknown, fmt.Sprintf("the DNS does not say what is at %s: %v", k.Name(), err), askLater)
			case !slices.ContainsFunc(texts, func(text string) bool { return sameKey(text, k.Record()) }):
				v.add("dkim", Bad, "the DNS has another key at "+k.Name()+" than the desk signs by", "publish: "+k.Zone())
			default:
				v.add("dkim", Fine, "the key at "+k.Name()+" is the desk's", "")
			}
		}
	}
}

// keysOf returns the keys by which mail of a domain is signed.
func (v *visit) keysOf(domain string) []sign.Key {
	keys, err := sign.Keys(filepath.Join(v.cfg.Desk.Data, localdesk.DKIMFolder), domain)
	if err != nil || len(keys) == 0 {
		v.add("dkim", Bad, fmt.Sprintf("there are no keys for %s, which dkim of [outgoing] names (%v)", domain, err), "maildesk keys dkim "+domain)
	}
	return keys
}

// sameKey reports whether two records have the same public key.
func sameKey(a, b string) bool {
	key := func(record string) string {
		for tag := range strings.SplitSeq(record, ";") {
			if p, is := strings.CutPrefix(strings.TrimSpace(tag), "p="); is {
				return strings.Join(strings.Fields(p), "")
			}
		}
		return ""
	}
	return key(a) != "" && key(a) == key(b)
}

// policies looks what others make of the desk's mail by SPF and DMARC, as far as that can be
// known before one was sent.
func (v *visit) policies(ctx context.Context) {
	from := v.sendsFrom(ctx)
	for _, domain := range v.mailDomains() {
		authenticated := ""
		if result := v.policySPF(ctx, domain, from); result == spf.Pass {
			authenticated = domain
		}
		in := dmarc.Input{Author: domain, SPF: authenticated}
		for _, signed := range v.cfg.Outgoing.DKIM {
			if !slices.ContainsFunc(v.found, func(f Finding) bool { return f.Check == "dkim" && f.Grade == Bad && strings.Contains(f.What, signed) }) {
				in.DKIM = append(in.DKIM, signed)
			}
		}
		v.gradeDMARC(domain, dmarc.Evaluate(ctx, check.Policies(v.dns), in))
	}
}

// sendsFrom returns a public address from which the desk's mail seems to reach others: that
// of the next hop, else, where the next hop is this machine, that of the desk's hostname.
// nil: it cannot be seen from here.
func (v *visit) sendsFrom(ctx context.Context) net.IP {
	var names []string
	for _, s := range v.cfg.Outgoing.Smarthosts {
		if host, _, err := net.SplitHostPort(s.Host); err == nil {
			names = append(names, host)
		}
	}
	for _, name := range append(names, v.cfg.Desk.Hostname) {
		ips := []net.IPAddr{{IP: net.ParseIP(name)}}
		if ips[0].IP == nil {
			ips, _ = v.dns.LookupIPAddr(ctx, name)
		}
		for _, a := range ips {
			if a.IP.IsGlobalUnicast() && !a.IP.IsPrivate() {
				return a.IP
			}
		}
	}
	return nil
}

// policySPF looks what SPF (RFC 7208) of a domain says of mail from an address.
func (v *visit) policySPF(ctx context.Context, domain string, from net.IP) spf.Result {
	texts, err := v.dns.LookupTXT(ctx, domain)
	records := slices.DeleteFunc(slices.Clone(texts), func(text string) bool {
		text = strings.ToLower(text)
		return text != "v=spf1" && !strings.HasPrefix(text, "v=spf1 ")
	})
	switch {
	case err != nil && !notFound(err):
		v.add("spf", Unknown, fmt.Sprintf("the DNS does not say who may send for %s: %v", domain, err), askLater)
		return spf.TempError
	case len(records) == 0:
		v.add("spf", Odd, domain+" does not say who may send for it", `publish a TXT record such as "v=spf1 include:… -all"; your mail provider says what to include`)
		return spf.None
	case len(records) > 1:
		v.add("spf", Bad, fmt.Sprintf("%s has %d SPF records; with more than one none counts (RFC 7208 section 4.5)", domain, len(records)), "make one of them")
		return spf.PermError
	case from == nil:
		v.add("spf", Unknown, "it cannot be seen from here from which address mail reaches others", "the mail that the desk sends to itself says more, where its provider writes Authentication-Results")
		return spf.None
	}
	result, err := spf.CheckHostWithSender(from, v.cfg.Desk.Hostname, "postmaster@"+domain, spf.WithContext(ctx), spf.WithResolver(v.dns))
	switch result {
	case spf.Pass:
		v.add("spf", Fine, fmt.Sprintf("%s lets %s send for it", domain, from), "")
	case spf.TempError:
		v.add("spf", Unknown, fmt.Sprintf("SPF of %s could not be asked to the end: %v", domain, err), askLater)
	case spf.Fail, spf.SoftFail, spf.PermError:
		v.add("spf", Bad, fmt.Sprintf("SPF of %s says %s of mail from %s: %v", domain, result, from, err), "add the next hop to the record, as with ip4: or include:")
	default:
		v.add("spf", Odd, fmt.Sprintf("SPF of %s says %s of mail from %s", domain, result, from), "add the next hop to the record, as with ip4: or include:")
	}
	return result
}

// gradeDMARC says what DMARC (RFC 9989) makes of the desk's mail.
func (v *visit) gradeDMARC(domain string, r dmarc.Result) {
	switch {
	case r.Value == dmarc.TempError:
		v.add("dmarc", Unknown, "the DNS does not say what is asked of mail of "+domain, askLater)
	case r.Policy == "":
		v.add("dmarc", Odd, domain+" has no DMARC record", fmt.Sprintf(`publish at _dmarc.%s: "v=DMARC1; p=none; rua=mailto:…", and large providers trust the desk's mail more`, domain))
	case r.SPF != "" || r.DKIM != "":
		v.add("dmarc", Fine, fmt.Sprintf("mail of %s passes DMARC (p=%s at %s)", domain, r.Policy, r.At), "")
	case r.Policy == dmarc.None:
		v.add("dmarc", Odd, fmt.Sprintf("nothing that is seen from here authenticates mail of %s (p=none at %s)", domain, r.At), "sign it: maildesk keys dkim "+domain)
	default:
		v.add("dmarc", Bad, fmt.Sprintf("nothing that is seen from here authenticates mail of %s, and others are asked to %s such mail (at %s)", domain, r.Policy, r.At),
			fmt.Sprintf("sign it (maildesk keys dkim %s), unless the next hop signs; or let the next hop in by SPF", domain))
	}
}
