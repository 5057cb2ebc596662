package settings

import (
	"net/netip"
	"slices"
	"strings"

	"maildesk/desk/silence"
	"maildesk/mailparse"
)

// FirstOf returns the first text that is not blank; empty: all are.
func FirstOf(all ...string) string {
	for _, s := range all {
		if strings.TrimSpace(s) != "" {
			return s
		}
	}
	return ""
}

// ReadersOf returns those agents who read a language. One without languages
// reads that of the desk.
func (s *Settings) ReadersOf(agents []Agent, language string) []Agent {
	var readers []Agent
	for _, a := range agents {
		if slices.Contains(a.Languages, language) || len(a.Languages) == 0 && language == s.Language {
			readers = append(readers, a)
		}
	}
	return readers
}

// IsOurs reports whether an address is one of the desk's own.
func (s *Settings) IsOurs(address string) bool {
	_, ours := s.AddressFor(address)
	return ours || s.Official(address) || s.IsControl(address)
}

// IsGroup reports whether an address is that of a group that the admin lists.
func (s *Settings) IsGroup(address string) bool {
	return address != "" && slices.ContainsFunc(s.Addresses, func(a Address) bool {
		return slices.ContainsFunc(a.Groups, func(g string) bool { return SameAddress(g, address) })
	})
}

// Admins returns the admin in the form of an agent, to be told like one.
func (s *Settings) Admins() []Agent {
	if s.Admin == "" {
		return nil
	}
	return []Agent{{Name: "admin", Mail: []string{s.Admin}}}
}

// WithAddress returns the settings with an address more for an agent; the same where
// there is no such agent, or the address is known.
func (s *Settings) WithAddress(agent, address string) *Settings {
	i := slices.IndexFunc(s.Agents, func(a Agent) bool { return strings.EqualFold(a.Name, agent) && len(a.Mail) > 0 })
	if _, known := s.AgentAt(address); known || i < 0 || s.IsOurs(address) {
		return s
	}
	own := *s
	own.Agents = slices.Clone(s.Agents)
	own.Agents[i].Mail = append(slices.Clone(s.Agents[i].Mail), address)
	return &own
}

// AgentNames returns the names of all agents, in the order of the configuration.
func AgentNames(s *Settings) (names []string) {
	for _, a := range s.Agents {
		names = append(names, a.Name)
	}
	return names
}

// IsControl reports whether a forward-path is the control address, or one that was signed
// on its base.
func (s *Settings) IsControl(forwardPath string) bool {
	local, domain, ok := silence.SplitAddress(forwardPath)
	return ok && s.Control != "" && (SameAddress(forwardPath, s.Control) || SameAddress(silence.BeforePlus(local)+"@"+domain, s.Control))
}

// PeopleIn returns those of the addresses of a mail that are people outside: not the
// desk, its groups and agents, no lists and no robots.
func (s *Settings) PeopleIn(addresses []mailparse.Address) []mailparse.Address {
	var people []mailparse.Address
	for _, a := range addresses {
		one, err := mailparse.ParseIdentity([]string{a.Address})
		if err != nil || s.IsOurs(one.Address) || s.IsGroup(one.Address) || mailparse.IsRobot(one.Address) || s.Guard.Forbids(one.Address) {
			continue
		}
		if _, agent := s.AgentAt(one.Address); !agent {
			people = append(people, mailparse.Address{Name: a.Name, Address: one.Address})
		}
	}
	return people
}

// Trusts reports whether a client, an IP address as the envelope has it, is in
// a network whose mails need no proof of who wrote them. "" is a mail that came
// by no connection.
func (s *Settings) Trusts(client string) bool {
	ip, err := netip.ParseAddr(client)
	return err == nil && slices.ContainsFunc(s.Trusted, func(n netip.Prefix) bool { return n.Contains(ip.Unmap()) })
}

// NoPlusBeside reports whether no mail comes in at plus addresses of the domain of an
// address, as the admin says of another one there.
func (s *Settings) NoPlusBeside(address string) bool {
	domain := silence.Domain(address)
	return slices.ContainsFunc(s.Addresses, func(a Address) bool { return a.NoPlus && silence.Domain(a.Mail) == domain })
}
