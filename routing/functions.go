package routing

import (
	"net/netip"
	"strings"

	"maildesk/addr"
	"maildesk/routing/search"
)

// function is one function of conditions. In what runs, the words that an admin
// writes out after the first argument are one value, prepared at load.
type function struct {
	written any                                    // pointer to its type, as admins write it
	bound   func(m *mail) any                      // the function for one mail
	prepare func(words []string, plurals bool) any // nil: its arguments stay as they are
}

// functions are the helpers of conditions; docs/routing.md explains them. The
// types of what is bound are among those that expr calls without reflection.
var functions = map[string]function{
	"has_word":   {new(func(string, ...string) bool), func(m *mail) any { return m.hasWord }, preparePhrases},
	"in_domain":  {new(func(string, ...string) bool), func(*mail) any { return inDomain }, prepareDomains},
	"in_network": {new(func(string, ...string) bool), func(*mail) any { return inNetwork }, prepareNetworks},
	"in_list":    {new(func(string, string) bool), func(m *mail) any { return m.inList }, nil},
	"header":     {new(func(string) string), func(m *mail) any { return m.header }, nil},
	"domain":     {new(func(string) string), func(*mail) any { return domain }, nil},
	tickName:     {new(func() bool), func(m *mail) any { return m.tick }, nil},
	matchName:    {new(func(any, any) bool), func(m *mail) any { return m.match }, nil},
	containsName: {new(func(any, any) bool), func(m *mail) any { return m.contains }, nil},
}

// The names that only [bounds] writes into an expression.
const (
	tickName     = "$tick"
	matchName    = "$match"
	containsName = "$contains"
)

// mail is what the functions of conditions know of the mail that is judged. It
// serves one call of Route or Explain.
type mail struct {
	facts *Facts
	rules *Rules
	watch stopwatch
	texts []*search.Text

	groups map[string]string // named groups of the patterns that matched in the rule that is tried
}

// maxTexts is the number of texts that are remembered.
const maxTexts = 32

// text finds or makes the forms of a text.
func (m *mail) text(plain string) *search.Text {
	for _, t := range m.texts {
		if t.Plain == plain { // nearly always the same pointer: no bytes are compared
			return t
		}
	}
	t := &search.Text{Plain: plain}
	if len(m.texts) < maxTexts {
		m.texts = append(m.texts, t)
	}
	return t
}

// hasWord reports whether a text has one of the phrases, whole and in any case.
func (m *mail) hasWord(text, words any) bool {
	t := m.text(text.(string))
	for _, w := range words.(phrases) {
		if t.Words().Contains(w) {
			return true
		}
	}
	return false
}

// phrases are words as [search.Spaced] returns them.
type phrases []string

func preparePhrases(words []string, plurals bool) any {
	var all phrases
	for _, w := range words {
		if w := search.Spaced(w); len(w) > 1 {
			all = append(all, w)
			if plurals {
				all = append(all, search.PluralsOf(w)...)
			}
		}
	}
	return all
}

// header returns the value of a header field, in any case; several are joined by
// line feeds, an absent one is empty.
func (m *mail) header(name string) string {
	return m.facts.Headers[strings.ToLower(name)]
}

// tick is called in every round of a loop. It ends a rule that takes too long.
func (m *mail) tick() bool {
	m.watch.check()
	return true
}

// match stands for the operator matches.
func (m *mail) match(text, compiled any) bool {
	t, p := m.text(text.(string)), compiled.(*search.Pattern)
	if !p.MayMatch(t.Folded()) {
		return false
	}
	m.watch.check()
	if !p.Named {
		return p.Regexp.MatchString(t.Plain)
	}
	found := p.Regexp.FindStringSubmatch(t.Plain)
	for i, name := range p.Regexp.SubexpNames() {
		if i < len(found) && name != "" && found[i] != "" && m.groups[name] == "" {
			if m.groups == nil {
				m.groups = map[string]string{}
			}
			m.groups[name] = found[i]
		}
	}
	return found != nil
}

// contains stands for the operator contains.
func (m *mail) contains(text, wanted any) bool {
	t, l := m.text(text.(string)), wanted.(literal)
	return t.Folded().Contains(l.folded) && strings.Contains(t.Plain, l.text)
}

// literal is a text that is looked for as it is, and its folded form.
type literal struct{ text, folded string }

// domain returns what stands behind the @ of an address, in lower case.
func domain(address string) string {
	return addr.Domain(address[strings.LastIndexByte(address, '@')+1:])
}

// domains are in lower case, with a dot in front.
type domains []string

func prepareDomains(words []string, _ bool) any {
	var all domains
	for _, w := range words {
		all = append(all, "."+addr.Domain(w))
	}
	return all
}

// inDomain reports whether an address is in one of the domains or in a domain
// below.
func inDomain(address, wanted any) bool {
	have := "." + domain(address.(string))
	for _, d := range wanted.(domains) {
		if strings.HasSuffix(have, d) {
			return true
		}
	}
	return false
}

func prepareNetworks(words []string, _ bool) any {
	var all []netip.Prefix
	for _, w := range words {
		if n, err := netip.ParsePrefix(w); err == nil { // the limiter refused others
			all = append(all, n)
		}
	}
	return all
}

// inNetwork reports whether an IP address is in one of the networks; no address
// (a pipe, a file) is in none.
func inNetwork(address, networks any) bool {
	ip, err := netip.ParseAddr(address.(string))
	if err != nil {
		return false
	}
	for _, n := range networks.([]netip.Prefix) {
		if n.Contains(ip.Unmap()) {
			return true
		}
	}
	return false
}
