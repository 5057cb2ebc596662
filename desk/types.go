package desk

import (
	"time"

	"maildesk/compose"
)

// MailID numbers the rows of the journal, in the order of custody, from 1.
type MailID int64

// TicketID is the number that people see: [Example IT #1042].
type TicketID int64

// Envelope is what SMTP carried, never the header (RFC 5321 section 2.3.1).
type Envelope struct {
	Source       Source
	ReversePath  string   // MAIL FROM without angle brackets; "" is the null reverse-path
	Unknown      bool     // there was no envelope (a file): ReversePath means nothing
	ForwardPaths []string // RCPT TO, without angle brackets
	Client       string   // IP address of the peer, empty for a pipe
	Helo         string
	TLS          bool
	AuthUser     string    // SMTP AUTH identity, empty when none
	Fetched      *Fetched  // how it was found in a mailbox, nil: it came by another door, or see Reader.Fetched
	Imported     *Imported // what an import knows of it, nil: it did not come so, or see Reader.Imported
}

// Source is the door by which a mail came. Closed set.
type Source string

// The doors.
const (
	SourceSMTP   Source = "smtp"
	SourceIMAP   Source = "imap"
	SourcePipe   Source = "pipe"
	SourceImport Source = "import" // history: no acknowledgements, no notices
)

// Disposition is what became of a mail. Closed set; together they make the
// conservation law: accepted = the sum over all of them.
type Disposition string

// The dispositions.
const (
	DispositionPending     Disposition = "pending" // in custody, not yet handled
	DispositionNew         Disposition = "new"
	DispositionAppended    Disposition = "appended"
	DispositionMachine     Disposition = "machine" // bounce, auto-reply, list
	DispositionDuplicate   Disposition = "duplicate"
	DispositionQuarantined Disposition = "quarantined"
	DispositionSpam        Disposition = "spam"
)

// Mail is one row of the journal. The raw bytes are read apart, by Reader.Raw.
type Mail struct {
	ID          MailID
	Envelope    Envelope
	ReceivedAt  time.Time
	Size        int64
	SHA256      [32]byte // of the raw bytes
	Fingerprint [32]byte // mailparse.Fingerprint; equal for copies of one mail
	MessageID   string
	Trusted     bool   // import --trusted: References alone may thread
	DuplicateOf MailID // 0: none. Set by AppendMail when the fingerprint is known
	Attempts    int    // handling attempts begun
	Disposition Disposition
	Reason      string // why this disposition: a rule's id, a threading reason, an error
	Ticket      TicketID
	HandledAt   time.Time // zero while pending
}

// LostMail is a mail that could not be read from damaged data: with its row in the
// journal but without its bytes, or nothing of it at all.
type LostMail struct {
	Mail   MailID `json:"mail"`
	Reason string `json:"reason"`
}

// Status is where a ticket stands.
type Status string

// The statuses; every move between them stands in the table of status.go.
const (
	StatusNew      Status = "new"
	StatusOpen     Status = "open"
	StatusPending  Status = "pending" // waits for the requester
	StatusOnHold   Status = "on-hold" // waits for someone else
	StatusResolved Status = "resolved"
	StatusClosed   Status = "closed"
)

// Statuses lists every status, in the order in which people read them; closed is
// the last.
var Statuses = []Status{StatusNew, StatusOpen, StatusPending, StatusOnHold, StatusResolved, StatusClosed}

// Ticket is one matter.
type Ticket struct {
	ID         TicketID
	Subject    string
	Address    string // intake address that it came to; the desk writes in its name
	Requester  string // address, empty when nobody can be answered
	Name       string // the requester's name, may be empty
	Status     Status
	Category   string
	Kind       string // incident, service request, question
	Priority   string // low, normal, high, urgent
	Queue      string
	Level      int    // 1, 2, 3
	Assignee   string // agent's name, empty: nobody
	Language   string // ISO 639-1, of the requester; empty: unknown
	Tags       []string
	Rules      []string // names of the rules that routed it
	Follows    TicketID // the closed ticket that this one follows up, 0: none
	CreatedAt  time.Time
	UpdatedAt  time.Time
	ResolvedAt time.Time // zero: not resolved
	InformedAt time.Time // when the next hop accepted the resolution notice
	ClosedAt   time.Time
	WakeAt     time.Time // when a pending or on-hold ticket opens by itself; zero: never
	Round      int       // how often it was reopened; signed addresses are good for one round

	Target           string    // name of the target that a rule chose; empty: by priority and category
	DueFirstResponse time.Time // zero: not promised, over, or the clock stands (pending, on-hold)
	DueUpdate        time.Time // likewise: by when the requester is to hear from an agent again
	DueResolution    time.Time // likewise
	TargetAt         time.Time // when the clock looks at these next; zero: never
}

// NextDue gives the earliest time by which something is due, and what; zero
// when nothing is.
func (t Ticket) NextDue() (time.Time, TargetKind) {
	var at time.Time
	var kind TargetKind
	for _, k := range TargetKinds {
		if due := t.Due(k); !due.IsZero() && (at.IsZero() || due.Before(at)) {
			at, kind = due, k
		}
	}
	return at, kind
}

// Informed reports whether the requester has been told that the matter is solved.
func (t Ticket) Informed() bool { return !t.InformedAt.IsZero() }

// Role is what somebody is to a ticket. It is bound into reply tokens.
type Role string

// The roles.
const (
	RoleRequester   Role = "requester"
	RoleParticipant Role = "participant" // added by an agent, may read the correspondence
	RoleAgent       Role = "agent"
)

// ParticipantID numbers participants over all tickets.
type ParticipantID int64

// Participant is one person on one ticket.
type Participant struct {
	ID      ParticipantID
	Ticket  TicketID
	Address string // as it is written to; compared by its normal form
	Name    string
	Role    Role
	Proven  bool // they wrote from there, or answered what was sent there; see [Tx.SetProven]
}

// EntryKind tells what an entry of the correspondence is.
type EntryKind string

// The kinds of entries.
const (
	EntryMessage EntryKind = "message" // from a requester or participant
	EntryReply   EntryKind = "reply"   // from an agent, sent to the requester
	EntryNote    EntryKind = "note"    // internal
	EntryMachine EntryKind = "machine" // bounce, auto-reply: filed, never answered
	EntrySystem  EntryKind = "system"  // written by the desk itself, internal
)

// Entry is one piece of a ticket's correspondence.
type Entry struct {
	ID      int64
	Ticket  TicketID
	Mail    MailID // 0: not born from a mail
	Kind    EntryKind
	Author  string // address
	Name    string
	Subject string
	Text    string // what the author newly wrote
	Full    string // the whole readable text where it differs from Text, else empty
	At      time.Time
}

// Event is one change of a ticket, with who did it and why.
type Event struct {
	ID     int64
	Ticket TicketID
	At     time.Time
	Actor  string // agent name, address, or "desk"
	What   string // created, status, assigned, escalated, returned, notified, undeliverable, …
	Detail string // "new → open", a rule's name, a reason
	Mail   MailID
}

// MessageRef binds a Message-ID that we saw or made to a ticket.
type MessageRef struct {
	MessageID   string
	Ticket      TicketID
	Mail        MailID        // the incoming mail that carried it, 0 for our own
	Participant ParticipantID // whom our own mail was sent to, 0 for foreign ids
	Own         bool          // made by us
}

// OutboxID numbers the rows of the outbox.
type OutboxID int64

// OutboxState is where a mail to be sent stands. Closed set.
type OutboxState string

// The states of the outbox.
const (
	OutboxReady     OutboxState = "ready"   // waits for its time
	OutboxClaimed   OutboxState = "claimed" // a sender holds the lease
	OutboxSent      OutboxState = "sent"    // accepted by the next hop
	OutboxFailed    OutboxState = "failed"  // given up, aloud
	OutboxCancelled OutboxState = "cancelled"
)

// OutboxStates lists every state, in the order in which people read them.
var OutboxStates = []OutboxState{OutboxReady, OutboxClaimed, OutboxSent, OutboxFailed, OutboxCancelled}

// OutboxMail is a mail that waits to be sent: one row per recipient. Bytes and
// MessageID never change once kept.
type OutboxMail struct {
	ID          OutboxID
	Ticket      TicketID
	Participant ParticipantID
	Cause       MailID // the mail that caused it, 0: the clock or an admin
	CauseEvent  int64  // tells apart mails of one kind with Cause 0
	Template    string // template name: acknowledgement, reply, …
	Language    string
	Recipient   string // forward-path
	ReversePath string // MAIL FROM; "" for automatic answers (RFC 3834 section 3.3). Claim signs it, so that a report names ticket and reader
	MessageID   string
	Automatic   bool           // nobody wrote it, and it goes to somebody outside: it counts for the budgets
	Bytes       []byte         // RFC 5322, CRLF
	Files       []compose.Span // where in Bytes files stand that other mails carry, too: those are stored once; set when a mail is added
	Size        int64          // of Bytes, once they are kept
	SHA256      [32]byte       // of Bytes, once they are kept
	DroppedAt   time.Time      // when Bytes of a mail that was sent were dropped; zero: they are there
	Priority    int            // 0 interactive, 1 notices, 2 bulk; lower is sent first
	State       OutboxState
	Attempts    int
	NextAt      time.Time
	LeaseUntil  time.Time
	LeaseOwner  string
	CreatedAt   time.Time
	DoneAt      time.Time
	LastCode    int
	LastText    string

	// Of automatic mails, see budget.go.
	Held          string    // why it waits for the guard; empty: it does not
	HeldKey       string    // whose budget that is
	AllowedAt     time.Time // when the guard let it go; zero: not yet
	Standing      Standing
	BudgetMailbox string // written, never read
	BudgetDomain  string // likewise
}

// Attempt is one try to hand a mail over, in the remote's words.
type Attempt struct {
	Outbox OutboxID
	At     time.Time
	State  OutboxState // sent, ready (try again at NextAt) or failed
	NextAt time.Time
	Host   string // who answered: "127.0.0.1:25", "maildir:…"
	Code   int    // SMTP reply code, 0: none
	Text   string // the remote's words, or our error
}

// Dispositions lists every disposition, in the order in which people read them.
var Dispositions = []Disposition{
	DispositionPending, DispositionNew, DispositionAppended, DispositionMachine,
	DispositionDuplicate, DispositionQuarantined, DispositionSpam,
}
