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
}
