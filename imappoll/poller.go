package imappoll

import (
	"context"
	"crypto/x509"
	"log/slog"
	"math"
	"time"

	"maildesk/ticket"
)

// Desk is the part of the desk that the poller uses.
type Desk interface {
	// AcceptFetched takes custody of a mail from a mailbox that stands for address; with
	// history it is an old one. The mail is known by its place: once in custody, it is
	// not taken again.
	AcceptFetched(ctx context.Context, f ticket.Fetched, address string, history bool, raw []byte) (ticket.MailID, error)
	// FindCopy returns the first mail in custody that is the same; 0: there is none.
	FindCopy(ctx context.Context, raw []byte) (ticket.MailID, error)
}

// Config configures what is fetched.
type Config struct {
	Mailboxes []Mailbox
	// MaxMessageBytes bounds the size of a mail: of a larger one only the header
	// is fetched. 0: no bound.
	MaxMessageBytes int64
	// Left returns for how long the mailboxes are this process's to fetch for sure; not above 0:
	// they may be another's, and nothing is said to their servers. nil: for ever.
	Left func() time.Duration
}

// Mailbox is one mailbox to fetch, and how to reach it.
type Mailbox struct {
	Account  string // for people, and for the ledger
	Name     string // of the mailbox: "INBOX"
	Address  string // the address of the desk whose mail the mailbox receives
	Host     string // "host:port"
	TLS      TLS
	RootCAs  *x509.CertPool // nil: the system's
	User     string
	Password func() (string, error) // called for each log-in; nil: OAuth
	OAuth    *OAuth
	Poll     time.Duration // how often to look, in addition to IDLE
	All      bool          // also fetch mail already in the mailbox on first connection
	After    After
	Folder   string // for Move

	patience time.Duration // how long a server may be silent; 0: a minute
	retry    time.Duration // until a mail that failed is fetched again; 0: a minute
	backoff  time.Duration // first pause after a failure; 0: a second
	left     func() time.Duration
}

// TLS is how the connection to the server is protected.
type TLS int

// The kinds of protection.
const (
	Implicit TLS = iota // from the first byte (RFC 8314 section 3.2)
	STARTTLS            // or nothing is sent (RFC 9051 section 6.2.1)
	NoTLS
)

// After is what is done with a mail on the server once it is in custody.
type After int

// What can be done with it.
const (
	Leave After = iota
	Flag        // with the keyword Maildesk
	Move
	Delete
)

// Keyword is the flag of mails in custody.
const Keyword = "Maildesk"

// Poller fetches mailboxes. Make one with [New].
type Poller struct{ fetchers []*fetcher }

// New returns a poller. It keeps its ledger in
// those books and does not connect before Run.
func New(d Desk, b Books, cfg Config, log *slog.Logger) *Poller {
	p := &Poller{}
	for _, m := range cfg.Mailboxes {
		m.patience = orElse(m.patience, time.Minute)
		m.retry = orElse(m.retry, time.Minute)
		m.backoff = orElse(m.backoff, time.Second)
		if m.left = cfg.Left; m.left == nil {
			m.left = func() time.Duration { return math.MaxInt64 }
		}
		log := log.With("account", m.Account, "mailbox", m.Name)
		f := &fetcher{desk: d, ledger: ledger{b, log}, cfg: m, limit: cfg.MaxMessageBytes, log: log}
		if m.OAuth != nil {
			f.tokens = &tokens{cfg: *m.OAuth}
		}
		p.fetchers = append(p.fetchers, f)
	}
	return p
}

func orElse(d, otherwise time.Duration) time.Duration {
	if d == 0 {
		return otherwise
	}
	return d
}

// Runs returns what fetches each mailbox until its context is done, again and again, under the name
// that is given to it. It returns nil: a failure is logged, reported by Health, and retried.
func (p *Poller) Runs(name func(account, mailbox string) string) map[string]func(context.Context) error {
	runs := map[string]func(context.Context) error{}
	for _, f := range p.fetchers {
		runs[name(f.cfg.Account, f.cfg.Name)] = func(ctx context.Context) error {
			f.run(ctx)
			f.leave()
			return nil
		}
	}
	return runs
}

// Health is the state of one mailbox.
type Health struct {
	Account   string
	Mailbox   string
	State     ticket.MailboxState // empty: not tried yet, or not fetched any more
	Reason    string              // for people, empty when all is well
	Since     time.Time           // of State and Reason
	ContactAt time.Time           // when the server last answered after the log-in
	Blocked   int                 // mails that cannot be fetched
	Fetched   int64               // mails taken since the start
}

// Health returns the state of each mailbox, in the order of the configuration.
func (p *Poller) Health() []Health {
	all := make([]Health, len(p.fetchers))
	for i, f := range p.fetchers {
		all[i] = f.healthNow()
	}
	return all
}
