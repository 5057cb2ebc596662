package routing

import (
	"fmt"
	"strings"

	"maildesk/addr"
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
			entries[entryKey(e)] = true
		}
		c.rules.lists[l.Name] = entries
	}
}

// entryKey returns the form of an entry to look it up by: an address, a domain, or @ and a
// domain.
func entryKey(e string) string {
	if domain, alone := strings.CutPrefix(e, "@"); alone {
		return "@" + addr.Domain(domain)
	}
	if !strings.Contains(e, "@") {
		return addr.Domain(e)
	}
	return addr.Key(e)
}

// has reports whether an address is on the list, itself or by its domain.
func (l list) has(address string) bool {
	address = addr.Key(address)
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
func (m *mail) inList(address, list string) bool {
	return m.rules.lists[list].has(address)
}
