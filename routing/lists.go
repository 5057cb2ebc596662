package routing

import (
	"fmt"
	"net/netip"
	"strings"
)

// List is a named list of addresses for the function in_list. An entry is an
// address, "@example.org" for everybody of exactly that domain, or
// "example.org" for that domain and those below.
type List struct {
	Name    string
	Entries []string
}

// list is a List that can be asked.
type list map[string]bool

func (c *checking) checkLists() {
	for i, l := range c.desk.Lists {
		switch _, twice := c.rules.lists[l.Name]; {
		case l.Name == "":
			c.mistake(SectionList, i, "", "name", -1, "a list needs a name", `add name = "vip"`)
			continue
		case twice:
			c.mistake(SectionList, i, l.Name, "name", -1, fmt.Sprintf("there are two lists named %q", l.Name), "give one of them another name")
			continue
		}
		entries := make(list, len(l.Entries))
		for _, e := range l.Entries {
			entries[strings.ToLower(e)] = true
		}
		c.rules.lists[l.Name] = entries
	}
}

// has reports whether an address is on the list, itself or by its domain.
func (l list) has(address string) bool {
	address = strings.ToLower(address)
	at := strings.LastIndexByte(address, '@')
	if at < 0 || l[address] || l[address[at:]] {
		return at >= 0
	}
	for d := address[at+1:]; d != ""; _, d, _ = strings.Cut(d, ".") {
		if l[d] {
			return true
		}
	}
	return false
}

// inList reports whether an address is on a list.
func inList(args ...any) (any, error) {
	return args[0].(*mail).rules.lists[args[2].(string)].has(args[1].(string)), nil
}

// domain gives what stands behind the @ of an address, in lower case.
func domain(args ...any) (any, error) {
	return domainOf(args[1].(string)), nil
}

func domainOf(address string) string {
	return strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
}

// inDomain reports whether an address is in one of the domains or in a domain
// below.
func inDomain(args ...any) (any, error) {
	have := "." + domainOf(args[1].(string))
	for _, d := range args[2:] {
		if strings.HasSuffix(have, "."+strings.ToLower(d.(string))) {
			return true, nil
		}
	}
	return false, nil
}

// inNetwork reports whether an IP address is in one of the networks
// ("192.0.2.0/24").
func inNetwork(args ...any) (any, error) {
	ip, err := netip.ParseAddr(args[1].(string))
	if err != nil {
		return false, nil // no client: a pipe, a file
	}
	for _, n := range args[2:] {
		network, err := netip.ParsePrefix(n.(string))
		if err != nil {
			return false, fmt.Errorf("in_network: %q is no network", n)
		}
		if network.Contains(ip.Unmap()) {
			return true, nil
		}
	}
	return false, nil
}
