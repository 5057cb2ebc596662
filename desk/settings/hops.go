package settings

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"maildesk/desk/silence"
	"maildesk/mailauth"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// private are networks of which no mail comes from outside: a client in them is a mail
// server of ours, or one of our people.
var private = []netip.Prefix{netip.MustParsePrefix("100.64.0.0/10")} // shared address space (RFC 6598)

// Direct reports whether the client of an envelope brought a mail from outside.
func (s *Settings) Direct(env ticket.Envelope) bool {
	ip, err := netip.ParseAddr(env.Client)
	return err == nil && env.Source == ticket.SourceSMTP && !env.Unknown && s.outside(ip)
}

// outside reports whether an address is neither private nor that of a mail server of ours.
func (s *Settings) outside(ip netip.Addr) bool {
	ip = ip.Unmap()
	in := func(networks []netip.Prefix) bool {
		return slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(ip) })
	}
	return ip.IsGlobalUnicast() && !ip.IsPrivate() && !in(private) && !in(s.Relays)
}

// Results returns what the servers of auth_servers say of a mail. Where a client from outside
// brought it they have said nothing: it wrote that itself. That DMARC failed is believed of anybody and wherever it stands,
// since nobody writes it of a mail that is to be believed.
func (s *Settings) Results(env ticket.Envelope, h mailparse.Header) mailauth.Results {
	said := mailauth.Read(h, s.AuthServers, func(hop mailauth.Hop) bool { return s.within(env, hop) })
	if said != (mailauth.Results{}) && (!s.Direct(env) || s.Trusts(env.Client)) {
		return said
	}
	if said = mailauth.Read(h, s.AuthServers, func(mailauth.Hop) bool { return true }); said.DMARC == "fail" {
		return mailauth.Results{DMARC: said.DMARC, From: said.From}
	}
	return mailauth.Results{}
}

// Unheeded returns the server of auth_servers whose results would count if a host at a public address were of the house, and
// that address: the client's, or, behind a server of the house, the one that this has named as its client where a server of the
// same domain wrote the next Received field. The server is empty where its results count, or there are none.
func (s *Settings) Unheeded(env ticket.Envelope, h mailparse.Header) (server string, from netip.Addr) {
	if s.Direct(env) {
		if client, err := netip.ParseAddr(env.Client); err == nil && !s.Trusts(env.Client) {
			_, server = mailauth.ReadAll(h, s.AuthServers, func(hop mailauth.Hop) bool { return s.within(env, hop) })
			from = client.Unmap().WithZone("")
		}
		return server, from
	}
	if _, counts := mailauth.ReadAll(h, s.AuthServers, func(hop mailauth.Hop) bool { return s.within(env, hop) }); counts != "" || env.Source != ticket.SourceSMTP || env.Unknown {
		return "", from
	}
	by := ""
	_, server = mailauth.ReadAll(h, s.AuthServers, func(hop mailauth.Hop) bool {
		switch {
		case from.IsValid() && by == "":
			by = hop.By
		case !from.IsValid() && !s.within(env, hop) && len(slices.Compact(slices.Clone(hop.Clients))) == 1:
			from = hop.Clients[0]
			return true
		}
		return s.within(env, hop)
	})
	house := func(name string) string { return cmp.Or(silence.Domain("x@"+name), strings.ToLower(name)) }
	if server == "" || by == "" || house(by) != house(server) {
		return "", netip.Addr{}
	}
	return server, from
}

// within reports whether a mail was handed on within the house, as a Received field says. In a
// mailbox elsewhere the house is its host's, whose servers have public addresses: there the names count.
//
// QUIRK: a client may call itself by such a name (RFC 5321 section 4.1.4). The host writes its own results above
// what such a client brought, and these end the search.
func (s *Settings) within(env ticket.Envelope, hop mailauth.Hop) bool {
	if hop.From == "" {
		return true
	}
	ours := len(hop.Clients) > 0 && !slices.ContainsFunc(hop.Clients, func(ip netip.Addr) bool { return s.outside(ip) && !s.Trusts(ip.String()) })
	if ours || env.Source == ticket.SourceSMTP {
		return ours
	}
	from := silence.Domain("x@" + hop.From)
	return from != "" && from == silence.Domain("x@"+hop.By)
}
