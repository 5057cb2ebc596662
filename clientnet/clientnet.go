// Package clientnet names the network that a client is counted under, where attempts are
// counted and told. It is pure.
package clientnet

import "net/netip"

// Of returns what one customer has: the address of IPv4, the /64 of IPv6 (RFC 6177 section
// 2), without a zone. An invalid address is "invalid IP".
func Of(client netip.Addr) string {
	client = client.Unmap()
	if client.Is6() {
		if p, err := client.Prefix(64); err == nil {
			return p.String()
		}
	}
	return client.String()
}
