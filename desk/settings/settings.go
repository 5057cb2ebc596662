package settings

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"maildesk/addr"
	"maildesk/desk/command"
	"maildesk/desk/ladder"
	"maildesk/desk/macro"
	"maildesk/desk/notify"
	"maildesk/desk/silence"
	"maildesk/mailauth/signed"
	"maildesk/routing"
	"maildesk/ticket"
)

// Settings is what an admin decided. It never changes: a reload gives the desk
// a new value, and each mail is judged by exactly one of them.
type Settings struct {
	Name        string        // in the subject tag and the templates
	Former      []string      // names that stood there before: their tags are known
	SameWithin  time.Duration // how long a new mail may be about the matter of one with the same sender and subject; 0: never
	Hostname    string        // in Message-IDs and the loop mark
	Language    string        // ISO 639-1, of requesters whose language is unknown
	Admin       string        // who is told of trouble with the desk itself; empty: nobody
	Control     string        // the address at which agents ask the desk itself; empty: none
	Addresses   []Address
	Agents      []Agent
	Routing     routing.Desk   // as it was written: nothing in this package reads it, but for whoever configures the desk
	Rules       *routing.Rules // compiled from Routing: what categories inherit is known here only
	LoadedAt    time.Time      // when all this came into force; kept with each judgement
	AuthServers []string       // mail servers whose Authentication-Results are believed, by their authserv-id
	Trusted     []netip.Prefix // clients whose mails need no proof of who wrote them
	Relays      []netip.Prefix // mail servers that pass on mails from outside: SPF says nothing of them
	Unchecked   bool           // the desk makes no checks of its own
	Ladder      ladder.Ladder  // how well it must be known that an agent wrote a mail
	Grace       time.Duration  // from resolved to closed
	TokenLife   time.Duration  // from closed until the signed addresses of a ticket end for agents
	UndoWindow  time.Duration  // how long what an agent sends to readers waits, so that it can be taken back; 0: not at all
	KeepSent    time.Duration  // how long the bytes of a mail are kept that was sent; 0: for ever
	Location    *time.Location // of the desk's calendar; nil: UTC
	Limits      Limits
	// SecurityEvents is from how many security events within an hour on the admin is told
	// of them; 0: never.
	SecurityEvents int
	Outages        Outages
	Notices        Notices
	Guard          Guard
	Learn          Learn
	Deputies       map[string]string // who approves in whose place: address in lower case → address
	VendorWithin   time.Duration     // until an agent is reminded of a vendor who does not answer, where they set no time; 0: never
	MaxFiles       int64             // bytes of the files that go with one mail; 0: 15 MiB
	Words          notify.Words      // the texts of our mails
	Macros         *macro.Macros     // texts that agents can send; nil: none
	Figures        []FigureMail      // who gets figures by mail
	FigureWords    FigureWords       // their texts
	LoginWords     LoginWords        // the text of the mail by which agents log in to the page

	NoSuggestions bool // no article is offered, and no solved ticket is shown beside a new one
	NoRatings     bool // requesters are not asked how they rate the answer
	LanguageCheck bool // an answer in another language than the requester's waits
}

// Address is one address at which the desk takes mail.
type Address struct {
	Mail     string
	Queue    string   // of mail that no rule sends elsewhere; empty: the fallback
	Language string   // of requesters whose language is unknown
	NoPlus   bool     // no mail comes in at a plus address of it
	Groups   []string // addresses of groups that pass mail on to it
}

// Agent is one who answers.
type Agent struct {
	Name      string
	Display   string        // the name that requesters and colleagues read; empty: requesters read the desk's
	Mail      []string      // the first one is written to
	Languages []string      // the first one is used for notices
	Absent    []Days        // days on which nothing is sent
	Quiet     []QuietHours  // in which notices wait, to come as one mail
	Digest    Clock         // when they are told on working days what waits; none: never
	Proof     command.Proof // below which nothing of theirs is done but notes; empty: what the ladder says
	Keys      []signed.Key  // by which their signatures are verified (S/MIME, OpenPGP)
}

// Known returns the name by which colleagues know an agent.
func (a Agent) Known() string { return FirstOf(a.Display, a.Name) }

// What the desk does not do by itself: the rules of [silence] that an admin sets.
type (
	Guard         = silence.Guard
	HeaderPattern = silence.HeaderPattern
	Limits        = silence.Limits
)

// BudgetReasons lists the reasons for which automatic mails wait.
var BudgetReasons = silence.BudgetReasons

// Outages says when alike requests of many people are one incident.
type Outages struct {
	Requests int             // of so many people; 0: never
	Within   time.Duration   // within this time
	Priority ticket.Priority // that its tickets are raised to
	Page     bool            // hand the lead on to the next level at once
}

// AddressFor returns the intake address that a forward-path means, with a plus
// suffix (RFC 5233) ignored, and whether there is one.
func (s *Settings) AddressFor(forwardPath string) (Address, bool) {
	local, domain, ok := silence.SplitAddress(forwardPath)
	if !ok {
		return Address{}, false
	}
	for _, full := range []string{local, silence.BeforePlus(local)} {
		for _, a := range s.Addresses {
			if addr.Same(a.Mail, full+"@"+domain) {
				return a, true
			}
		}
	}
	return Address{}, false
}

// ourDomain reports whether one of the intake addresses is at a domain, or it
// is the name of this host, for which the bare <postmaster> stands.
func (s *Settings) ourDomain(domain string) bool {
	return addr.Domain(domain) == addr.Domain(s.Hostname) || slices.ContainsFunc(s.Addresses, func(a Address) bool {
		_, d, _ := silence.SplitAddress(a.Mail)
		return addr.Domain(d) == addr.Domain(domain)
	})
}

// OfHouse reports whether an address is of the domain, as its owner registered
// it, of one of the desk's own: sales.example.org where people write to
// support@example.org.
func (s *Settings) OfHouse(address string) bool {
	domain := silence.Domain(address)
	return slices.ContainsFunc(s.Addresses, func(a Address) bool { return silence.Domain(a.Mail) == domain })
}

// Official reports whether an address is postmaster or abuse at one of our
// domains; such mail is always taken (RFC 5321 section 4.5.1, RFC 2142
// section 2) and never acknowledged.
func (s *Settings) Official(address string) bool {
	local, domain, ok := silence.SplitAddress(address)
	return ok && s.ourDomain(domain) && (strings.EqualFold(local, "postmaster") || strings.EqualFold(local, "abuse"))
}

// Primary is the address in whose name the desk writes when nothing else is known.
func (s *Settings) Primary() Address { return s.Addresses[0] }

// KnownAs returns the name by which people know the agent of a name; the name itself where
// there is none.
func (s *Settings) KnownAs(agent string) string {
	a, _ := s.AgentNamed(agent)
	return FirstOf(a.Known(), agent)
}

// AgentAt returns the agent who has an address.
func (s *Settings) AgentAt(address string) (Agent, bool) {
	if address == "" {
		return Agent{}, false
	}
	for _, a := range s.Agents {
		if slices.ContainsFunc(a.Mail, func(m string) bool { return SameAddress(m, address) }) {
			return a, true
		}
	}
	if base := silence.Mailbox(address); base != addr.Key(address) {
		return s.AgentAt(base) // alice+phone@ is the mailbox of alice@
	}
	return Agent{}, false
}

// SamePerson reports whether two addresses are one, or of one agent.
func (s *Settings) SamePerson(a, b string) bool {
	return SameAddress(s.FirstAddress(a), s.FirstAddress(b))
}

// FirstAddress returns the address that an agent's tokens are made for: agents may
// write from any of theirs. Everybody else has one.
func (s *Settings) FirstAddress(address string) string {
	if a, ok := s.AgentAt(address); ok {
		return a.Mail[0]
	}
	return address
}

// AgentNamed returns the agent of a name, in any case.
func (s *Settings) AgentNamed(name string) (Agent, bool) {
	i := slices.IndexFunc(s.Agents, func(a Agent) bool { return strings.EqualFold(a.Name, name) })
	if i < 0 {
		return Agent{}, false
	}
	return s.Agents[i], true
}

// Queue returns the queue of a name, in any case.
func (s *Settings) Queue(name string) (routing.Queue, bool) { return s.Rules.Queue(name) }

// Category returns the category of a name, in any case, with what it inherits.
func (s *Settings) Category(name string) (routing.Category, bool) { return s.Rules.Category(name) }

// Path returns the queues of a ticket's escalation path, lowest level first;
// empty when it has none.
func (s *Settings) Path(t ticket.Ticket) []routing.Queue { return s.Rules.Path(t.Category, t.Queue) }

// AgentsOf returns the agents of a queue.
func (s *Settings) AgentsOf(queue string) []Agent {
	q, ok := s.Queue(queue)
	if !ok {
		return nil
	}
	var agents []Agent
	for _, name := range q.Agents {
		if a, ok := s.AgentNamed(name); ok && len(a.Mail) > 0 {
			agents = append(agents, a)
		}
	}
	return agents
}

// SameAddress reports whether two addresses are one mailbox: see [addr.Same].
func SameAddress(a, b string) bool {
	return addr.Same(a, b)
}

// defaultMaxFiles bounds the files that go with one mail, in bytes, where the
// settings say nothing.
const defaultMaxFiles = 15 << 20

// FilesLimit returns the bound of the files that go with one mail, in bytes.
func (s *Settings) FilesLimit() int64 {
	if s.MaxFiles == 0 {
		return defaultMaxFiles
	}
	return s.MaxFiles
}
