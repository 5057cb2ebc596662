package doctor

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"

	"maildesk/config"
	"maildesk/desk/settings"
	"maildesk/desk/unheeded"
	"maildesk/ticket"
)

// results looks whether the servers of auth_servers have public addresses that no network of relays or trusted holds: what
// they say is not believed where they bring mail from there. A server on this machine connects from within.
func (v *visit) results(ctx context.Context) {
	if !IsOpen(v.cfg) {
		return
	}
	s := &settings.Settings{Trusted: v.cfg.SMTP.Trusted, Relays: v.cfg.Auth.Relays}
	here := addressesHere()
	for _, name := range v.cfg.SMTP.AuthServers {
		addresses, err := v.dns.LookupIPAddr(ctx, name)
		if err != nil && !notFound(err) {
			v.add("results", Unknown, fmt.Sprintf("the DNS does not say where %s of auth_servers is: %v", name, err), askLater)
		}
		for _, a := range addresses {
			ip, ok := netip.AddrFromSlice(a.IP)
			env := ticket.Envelope{Source: ticket.SourceSMTP, Client: ip.Unmap().String()}
			if ok && s.Direct(env) && !s.Trusts(env.Client) && !slices.Contains(here, ip.Unmap()) {
				v.add("results", Unknown, fmt.Sprintf("%s of auth_servers is at %s, which is no relay: if it hands mail to the desk from there by SMTP, what it says of senders is not believed", name, ip.Unmap()),
					"if it does: "+unheeded.Remedy(ip)+"; if it connects from a private address, all is well")
			}
		}
	}
}

// IsOpen reports whether others than this machine reach the door where mail comes in.
func IsOpen(cfg *config.Config) bool {
	return slices.ContainsFunc(cfg.SMTP.Listen, func(address string) bool {
		host, _, err := net.SplitHostPort(address)
		ip, notIP := netip.ParseAddr(host)
		return err == nil && host != "localhost" && (notIP != nil || !ip.IsLoopback())
	})
}

// addressesHere returns the addresses of this machine, as far as it says them.
func addressesHere() (all []netip.Addr) {
	networks, _ := net.InterfaceAddrs()
	for _, n := range networks {
		if p, err := netip.ParsePrefix(n.String()); err == nil {
			all = append(all, p.Addr().Unmap())
		}
	}
	return all
}
