// Package config reads maildesk.toml into a checked, immutable value. Every mistake
// has a file, line, reason and remedy, and all of them are reported at once. It opens
// only the files that the configuration names, and builds nothing: the daemon turns
// its values into running parts.
//
// Begin with [Load]. [Quickstart] returns a first file; [Watch] calls a function when
// a file changes.
package config

import (
	"net/netip"
	"time"

	"maildesk/desk/command"
	"maildesk/desk/ladder"
	"maildesk/mailauth/signed"
	"maildesk/routing"
)

// Config is one maildesk.toml, with defaults filled in. Relative paths have been
// resolved against the folder of the file.
type Config struct {
	Path      string   // of the file, as it was given to Load
	Files     []string // the file and those that it includes
	Desk      Desk
	Limits    Limits
	Guard     Guard
	SMTP      SMTP
	Auth      Auth
	Proof     ladder.Ladder // how well it must be known that an agent wrote a mail
	IMAP      []IMAP
	Outgoing  Outgoing
	Health    Health
	Web       Web
	Outages   Outages
	Retention Retention
	Figures   []Figures
	Notices   Notices
	Addresses []Address
	Agents    []Agent
	Approvers []Approver
	Routing   routing.Desk   // queues, categories and rules as they were written
	Rules     *routing.Rules // the same, compiled
	Warnings  []Mistake      // what is allowed but probably a mistake, in the order of the files

	texts map[string]string // the files as they were read, for Keep
}

// Desk is the section [desk].
type Desk struct {
	Name     string // in the subject tag and the templates
	Hostname string // HELO, Message-IDs
	Data     string // the data folder
	Database string // the URL of a database on PostgreSQL, without the password; empty: it is in the folder

	DatabasePassword Secret // empty: libpq's ways hold (PGPASSWORD, ~/.pgpass), or none is needed

	Fallback      string        // the queue of tickets that nothing else assigns to a queue
	FallbackPath  []string      // queues by rising level, for tickets without a category
	Language      string        // of a mail whose language is unknown, ISO 639-1
	LanguageCheck bool          // an agent is warned before a reply is sent in another language than the requester's
	Digest        Clock         // when agents are told on working days what waits; none: never
	Learn         string        // "suggest" or "off": what is done with what the history says of new requests
	LearnSuggest  int           // per cent of certainty from which it is suggested
	LearnRoute    int           // and from which a request is filed by itself
	Suggestions   bool          // what is like a new request is offered: articles, solved tickets
	Ratings       bool          // requesters are asked how they rate the answer
	Grace         time.Duration // until a resolved ticket closes
	Former        []string      // names that stood in the tag before
	SameWithin    time.Duration // how long a mail may be about the matter of one with the same sender and subject; 0: never
	VendorWithin  time.Duration // until an agent is reminded of a vendor who does not answer, where they set no time; 0: never
	TokenLife     time.Duration // after closing, until signed addresses expire for agents
	UndoWindow    time.Duration // how long an agent's answer waits to be taken back before it leaves; 0: not at all
	KeepSent      time.Duration // how long the bytes of a sent mail are kept, 0: forever
	Macros        string        // folder of the texts that agents can send, empty: none
	Templates     string        // folder of the admin's own texts, empty: none
	LogAddresses  bool          // addresses stand in the log
	Admin         string        // the address that is notified of trouble, empty: none
	Control       string        // the address at which agents ask the desk itself, empty: none
}

// Limits is the section [limits]. 0 means no limit. The limits of acknowledgements
// count every automatic mail to people outside.
type Limits struct {
	MaxMessage                    int64 // bytes
	MaxFiles                      int64 // bytes of the files that go with one mail of ours
	MaxRecipients                 int   // of one mail
	AcknowledgementsPerSenderHour int
	AcknowledgementsPerSenderDay  int
	AcknowledgementsPerDomainHour int
	AcknowledgementsPerHour       int
	AcknowledgeWithin             time.Duration // since the arrival in a fetched mailbox
	MaxParticipants               int           // whom a requester's mail adds to a ticket
	MaxHops                       int           // Received fields; a mail with more counts as looping
	SecurityEventsPerHour         int           // from so many on the admin is told of them; 0: never
}

// Outages is the section [incident]: when similar requests count as one outage.
type Outages struct {
	Requests int // from at least this many people; 0: never
	Within   time.Duration
	Priority string // of its tickets
	Page     bool   // hand the first of them on to the next level at once
}

// SMTP is the section [smtp]. Without Listen and LMTP no mail is accepted this way.
type SMTP struct {
	Listen         []string // "host:port"
	LMTP           []string // "host:port" or "unix:PATH" (RFC 2033)
	Submission     []string // "host:port" where agents log in, under STARTTLS (RFC 6409)
	Submissions    []string // likewise, under TLS from the first byte (RFC 8314)
	Certificate    string   // PEM file, empty: no STARTTLS
	Key            string
	MaxConnections int
	MaxPerClient   int            // connections of one IP address
	Trusted        []netip.Prefix // clients whose mails need no proof of their author
	AuthServers    []string       // authserv-ids whose Authentication-Results are trusted (RFC 8601 section 2.5)
	Proxies        []netip.Prefix // whose connections begin with a PROXY header
}

// IMAP is one block [[imap]]: a mailbox that is fetched.
type IMAP struct {
	Name         string // of the account in lists; its ledger is stored under it
	Host         string // "host:port"
	TLS          TLS    // Implicit, Required (STARTTLS) or NoTLS
	CA           string // PEM file of CA certificates for the server, empty: the system's
	User         string
	PasswordFile string // empty: OAuth
	OAuth        OAuth
	Mailbox      string
	Address      string // the address of the desk whose mail the mailbox receives
	Poll         time.Duration
	All          bool   // also fetch mail already in the mailbox on first connection
	After        After  // what is done with a mail that is in custody
	Folder       string // where After moves it
}

// OAuth configures the access tokens of a mailbox (RFC 6749).
type OAuth struct {
	Provider         string // "google" or "microsoft", empty: TokenURL
	Tenant           string // of Microsoft 365
	TokenURL         string
	ClientID         string
	ClientSecretFile string
	RefreshTokenFile string // empty: the client itself is the user (section 4.4)
	Scopes           []string
}

// After is what is done with a fetched mail on the server.
type After string

// What can be done with it.
const (
	Leave  After = "leave"
	Flag   After = "flag"
	Move   After = "move"
	Delete After = "delete"
)

// Outgoing is the section [outgoing].
type Outgoing struct {
	Maildir    string      // folder to which mails are written, empty: they go to a smarthost
	Smarthosts []Smarthost // in order of preference: the next is tried while those before it are down
	Senders    int         // connections at once
	DKIM       []string    // domains whose mail is signed
	CA         string      // PEM file of CA certificates for smarthosts, empty: the system's
}

// Smarthost is a mail server that relays our mail.
type Smarthost struct {
	Host     string // "host:port"
	TLS      TLS
	User     string // SMTP AUTH, empty: none
	Password Secret
}

// TLS is how a connection to a smarthost or an IMAP server is protected.
type TLS string

// The kinds of protection.
const (
	Opportunistic TLS = "opportunistic" // STARTTLS where it is offered
	Required      TLS = "required"      // STARTTLS with a valid certificate, or nothing is sent
	Implicit      TLS = "implicit"      // TLS from the first byte (RFC 8314 section 3.3)
	NoTLS         TLS = "none"          // for [[imap]] only
)

// Secret is a password that cannot be printed by accident.
type Secret string

// String hides the secret.
func (Secret) String() string { return "[secret]" }

// GoString hides the secret.
func (Secret) GoString() string { return "[secret]" }

// MarshalText hides the secret.
func (Secret) MarshalText() ([]byte, error) { return []byte("[secret]"), nil }

// Health is the section [health].
type Health struct {
	Listen string // "host:port" of /healthz, /readyz and /metrics; empty: nowhere
}

// Address is one block [[address]]: where people write to.
type Address struct {
	Mail     string
	Queue    string   // of mails to it unless a rule or category sets another, empty: the fallback
	Language string   // of mails to it whose own language is unknown, empty: the desk's
	Plus     bool     // mails to its plus addresses are accepted too (RFC 5233)
	Groups   []string // addresses of groups that pass mail on to it
}

// Agent is one block [[agent]].
type Agent struct {
	Name      string
	Display   string // the name that people read: "Anna Schmidt"
	Mail      []string
	Languages []string      // ISO 639-1, best first
	Absent    []Days        // on which nothing is sent to them
	Quiet     []Hours       // in which notices wait, to come as one mail
	Digest    Clock         // when they are told on working days what waits; none: never
	Proof     command.Proof // below which nothing of theirs is done but notes; empty: what the ladder says
	Keys      []signed.Key  // by which their signatures are verified (S/MIME, OpenPGP)
}

// Approver is one block [[approver]]: somebody who is asked whether something may be done.
type Approver struct {
	Mail   string
	Deputy string // who is asked in their place
}

// Days is a range of days, both included, such as 2026-12-24.
type Days struct{ First, Last string }
