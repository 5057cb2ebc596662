package silence

import (
	"regexp"
	"slices"
	"strings"

	"maildesk/addr"
	"maildesk/mailparse"
)

// Guard is whom the desk never writes to by itself, as an admin knows it.
type Guard struct {
	Addresses []*regexp.Regexp // of addresses in lower case
	Headers   []HeaderPattern
}

// HeaderPattern is a header field by which a mail is known that is never
// answered by a machine.
type HeaderPattern struct {
	Name  string
	Value *regexp.Regexp // of a decoded value in lower case
}

// Forbids reports whether an address is one of those.
func (g Guard) Forbids(address string) bool {
	address = addr.Key(address)
	return slices.ContainsFunc(g.Addresses, func(p *regexp.Regexp) bool { return p.MatchString(address) })
}

// Marks reports whether a header has one of the fields.
func (g Guard) Marks(h mailparse.Header) bool {
	return slices.ContainsFunc(g.Headers, func(p HeaderPattern) bool {
		return slices.ContainsFunc(h.All(p.Name), func(v string) bool { return p.Value.MatchString(strings.ToLower(v)) })
	})
}
