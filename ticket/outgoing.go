package ticket

import (
	"time"

	"maildesk/compose"
)

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
	Ticket      ID
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
	Owner  string // who had claimed the mail for it; not kept
}

// ClaimedByOther reports whether an attempt does not count: the mail is not sent by it, and
// another daemon has claimed it since.
func (m OutboxMail) ClaimedByOther(a Attempt) bool {
	return a.Owner != "" && m.State == OutboxClaimed && m.LeaseOwner != a.Owner && a.State != OutboxSent
}

// OutboxReader reads outgoing mails.
type OutboxReader interface {
	// OutboxOf returns the outgoing mails of a ticket, of all tickets when it is
	// 0, without Bytes; states filters when given.
	OutboxOf(t ID, states ...OutboxState) ([]OutboxMail, error)
	// OutboxMail returns an outgoing mail with Bytes, unless they were dropped; the error
	// wraps ErrNotFound where there is none.
	OutboxMail(OutboxID) (OutboxMail, error)
	// Outgoing is OutboxMail without Bytes.
	Outgoing(OutboxID) (OutboxMail, error)
	// IsQueued reports whether there is a mail with the same template, ticket, cause
	// (mail and event) and recipient.
	IsQueued(OutboxMail) (bool, error)
	// SentBefore reports whether there are mails that were sent before a time and
	// still have their bytes.
	SentBefore(time.Time) (bool, error)
	// LatestSent returns the last outgoing mails to a participant, at most limit,
	// newest first: their bytes without those of files; none of those dropped.
	LatestSent(p ParticipantID, limit int) ([][]byte, error)
	// LatestTo returns the last outgoing mails to a participant, at most limit,
	// newest first and without Bytes.
	LatestTo(p ParticipantID, limit int) ([]OutboxMail, error)
	// OutboxWith returns the outgoing mails of a ticket that were made of one of
	// some templates, without Bytes.
	OutboxWith(t ID, templates ...string) ([]OutboxMail, error)
	// Attempts returns every attempt to send a mail, in order.
	Attempts(OutboxID) ([]Attempt, error)
	// NextOutboxAt is the earliest time at which a mail may be claimed (a
	// claimed row counts with the end of its lease); zero when none waits.
	NextOutboxAt() (time.Time, error)
}

// OutboxWriter adds outgoing mails and keeps what becomes of them.
type OutboxWriter interface {
	// AddOutbox keeps a mail to be sent, under its ID or, where that is 0, the next
	// number. It returns 0 and no error when one with
	// the same template, ticket, cause (mail and event) and recipient exists.
	AddOutbox(OutboxMail) (OutboxID, error)
	// Attempted keeps an attempt and moves the mail to its state. It returns the
	// mail without Bytes. A mail that is already done stays as it is.
	Attempted(Attempt) (OutboxMail, error)
	// SetOutboxState is for people who send again or cancel: ready makes a mail due at
	// nextAt, any other state but claimed ends it at that time. The error wraps ErrNotFound
	// where there is no such mail.
	SetOutboxState(id OutboxID, s OutboxState, nextAt time.Time) error
	// CameBack keeps, as an attempt, what a delivery report says, and makes the
	// mail failed though the next hop had taken it.
	CameBack(Attempt) error
	// RetryOutbox makes a mail that waits or is done ready, with no attempts; those
	// that were made stay kept. It is claimed before all others, and so are those
	// of its ticket to its recipient that it has to wait for.
	RetryOutbox(id OutboxID, now time.Time) error
}

// OutboxUpkeep is what bounds what is kept of mails that were sent.
type OutboxUpkeep interface {
	// DropSent drops the bytes of up to limit mails for which SentBefore holds,
	// and returns how many there were. All else of them stays, their hash too.
	DropSent(before, now time.Time, limit int) (int, error)
}

// Undoable reports whether an agent can still take a mail back: it waits for its first
// try, and for nothing else.
func (m OutboxMail) Undoable(now time.Time) bool {
	return m.State == OutboxReady && m.Attempts == 0 && m.Held == "" && m.NextAt.After(now)
}

// DuePatience is how far ahead a mail may be put off by a pause of sending: one
// that is put off for longer is held back.
const DuePatience = 10 * time.Minute
