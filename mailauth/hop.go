package mailauth

import (
	"net/netip"
	"strings"
)

// Hop is what a Received field says of a transfer (RFC 5321 section 4.4).
type Hop struct {
	From    string       // how the client called itself; empty: there was none, the server had the mail already
	By      string       // the server that wrote the field
	Clients []netip.Addr // all addresses that are named of the client, one of which is its own
}

// maxClients bounds them: a server names one, and the client another one at most.
const maxClients = 8

// hopOf reads a Received field. What a client says of itself has no blank, so that it ends no clause.
func hopOf(field string) (h Hop) {
	words := strings.Fields(field)
	if len(words) == 0 {
		return h
	}
	by := 0
	for by < len(words) && !strings.EqualFold(words[by], "by") {
		by++
	}
	if by+1 < len(words) {
		h.By = strings.Trim(words[by+1], "()[];")
	}
	if by == 0 || !strings.EqualFold(words[0], "from") {
		return h
	}
	h.From = "unknown"
	if by > 1 {
		h.From = strings.Trim(words[1], "()[];")
	}
	for _, word := range words[1:by] {
		for token := range strings.FieldsFuncSeq(word, func(r rune) bool { return strings.ContainsRune("()[]=;,", r) }) {
			if len(token) > 5 && strings.EqualFold(token[:5], "ipv6:") {
				token = token[5:]
			}
			if ip, err := netip.ParseAddr(token); err == nil && len(h.Clients) < maxClients {
				h.Clients = append(h.Clients, ip.Unmap().WithZone(""))
			} else if err == nil {
				h.Clients = nil // nobody knows which one is the client's
				return h
			}
		}
	}
	return h
}
