// Package config reads maildesk.toml into a checked value that never changes.
// Every mistake has its file, line, reason and remedy, and all of them are
// reported at once. It opens nothing but the files that the config names, and
// builds nothing: the daemon turns its values into running parts.
//
// Begin with [Load]. [Quickstart] writes a first file; [Watch] tells when a
// file changed.
package config

import (
	"net/netip"
	"time"

	"maildesk/routing"
)

// Config is one maildesk.toml, with defaults filled in. Paths are complete:
// what was relative is relative to the folder of the file.
type Config struct {
	Path      string   // of the file, as it was given to Load
	Files     []string // it and what it includes; a change of any is a change of the config
	Desk      Desk
	Limits    Limits
	Guard     Guard
	SMTP      SMTP
	IMAP      []IMAP
	Outgoing  Outgoing
	Health    Health
	Outages   Outages
	Addresses []Address
	Agents    []Agent
	Routing   routing.Desk   // queues, categories and rules as they were written
	Rules     *routing.Rules // the same, compiled
	Warnings  []Mistake      // what is allowed but hardly meant, in the order of the files

	texts map[string]string // the files as they were read, for Keep
}

// Desk is the section [desk].
type Desk struct {
	Name          string        // in the subject tag and the templates
	Hostname      string        // HELO, Message-IDs
	Data          string        // the folder in which everything is kept
	Fallback      string        // the queue of everything that no rule sends elsewhere
	FallbackPath  []string      // queues by rising level, for tickets without a category
	Language      string        // of a mail whose language is unknown, ISO 639-1
	LanguageCheck bool          // an agent is warned before an answer goes out in another language than the requester's
	Grace         time.Duration // until a resolved ticket closes
	TokenLife     time.Duration // from then on, until signed addresses end for agents
	KeepSent      time.Duration // how long the bytes of a sent mail are kept, 0: for ever
	Templates     string        // folder of the admin's own texts, empty: none
	Admin         string        // the address that is told of trouble, empty: nobody
}

// Limits is the section [limits]. 0 is no limit. Those of acknowledgements count
// every automatic mail to somebody outside.
type Limits struct {
	MaxMessage                    int64 // bytes
	MaxRecipients                 int   // of one mail
	AcknowledgementsPerSenderHour int
	AcknowledgementsPerSenderDay  int
	AcknowledgementsPerDomainHour int
	AcknowledgementsPerHour       int
	AcknowledgeWithin             time.Duration // from the arrival in a fetched mailbox
	MaxHops                       int           // Received fields; a mail with more counts as gone round
}

// Outages is the section [incident]: when alike requests are one outage.
type Outages struct {
	Requests int // of so many people; 0: never
	Within   time.Duration
	Priority string // of its tickets
	Page     bool   // hand the first of them on to the next level at once
}

// SMTP is the section [smtp]: the door in. Without Listen and LMTP there is none.
type SMTP struct {
	Listen         []string // "host:port"
	LMTP           []string // "host:port" or "unix:PATH" (RFC 2033)
	Certificate    string   // PEM file, empty: no STARTTLS
	Key            string
	MaxConnections int
	MaxPerClient   int            // connections of one IP address
	Trusted        []netip.Prefix // clients whose mails need no proof of who wrote them
	AuthServers    []string       // whose Authentication-Results are believed, by their authserv-id (RFC 8601 section 2.5)
	Proxies        []netip.Prefix // whose connections begin with a PROXY header
}

// IMAP is one block [[imap]]: a mailbox that is fetched.
type IMAP struct {
	Name         string // of the account in listings; its ledger is kept under it
	Host         string // "host:port"
	TLS          TLS    // Implicit, Required (STARTTLS) or NoTLS
	CA           string // PEM file of the authorities that sign the server's certificate, empty: the system's
	User         string
	PasswordFile string // empty: OAuth
	OAuth        OAuth
	Mailbox      string
	Address      string // the intake address that the mailbox stands for
	Poll         time.Duration
	All          bool   // take over what lies there at the first contact
	After        After  // what becomes of a mail that is in custody
	Folder       string // where After moves it
}

// OAuth says how a mailbox gets its access tokens (RFC 6749).
type OAuth struct {
	Provider         string // "google" or "microsoft", empty: TokenURL
	Tenant           string // of Microsoft 365
	TokenURL         string
	ClientID         string
	ClientSecretFile string
	RefreshTokenFile string // empty: the client itself is the user (section 4.4)
	Scopes           []string
}

// After says what becomes of a fetched mail on the server.
type After string

// What can become of it.
const (
	Leave  After = "leave"
	Flag   After = "flag"
	Move   After = "move"
	Delete After = "delete"
)

// Outgoing is the section [outgoing]: the door out.
type Outgoing struct {
	Maildir    string      // folder in which mails are put, empty: they go to a smarthost
	Smarthosts []Smarthost // best first: the next is asked while those before it are down
	Senders    int         // connections at once
	CA         string      // PEM file of the authorities that vouch for smarthosts, empty: the system's
}

// Smarthost is a mail server that takes what we send.
type Smarthost struct {
	Host     string // "host:port"
	TLS      TLS
	User     string // SMTP AUTH, empty: none
	Password Secret
}

// TLS says how a connection to the smarthost or an IMAP server is protected.
type TLS string

// The kinds of protection.
const (
	Opportunistic TLS = "opportunistic" // STARTTLS where it is offered
	Required      TLS = "required"      // STARTTLS with a good certificate, or nothing is sent
	Implicit      TLS = "implicit"      // TLS from the first byte (RFC 8314 section 3.3)
	NoTLS         TLS = "none"          // for [[imap]] only
)

// Secret is a password. It is never printed by accident.
type Secret string

// String hides the secret.
func (Secret) String() string { return "[secret]" }

// GoString hides the secret.
func (Secret) GoString() string { return "[secret]" }

// MarshalText hides the secret.
func (Secret) MarshalText() ([]byte, error) { return []byte("[secret]"), nil }

// Health is the section [health]: what tells how the desk does.
type Health struct {
	Listen string // "host:port" of /healthz, /readyz and /metrics; empty: nowhere
}

// Address is one block [[address]]: where people write to.
type Address struct {
	Mail     string
	Queue    string // of mails to it that no rule and no category sends elsewhere, empty: the fallback
	Language string // of mails to it whose own language is unknown, empty: the desk's
	Plus     bool   // mails to a plus address of it come in, too (RFC 5233)
}

// Agent is one block [[agent]].
type Agent struct {
	Name      string
	Mail      []string
	Languages []string // ISO 639-1, best first
	Absent    []Days   // on which nothing is sent to them
}

// Days is a time from one day to another, both included, as 2026-12-24.
type Days struct{ First, Last string }
