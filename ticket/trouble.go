package ticket

import (
	"time"
)

// TroubleKind says what a trouble is about. Closed set: docs/operations.md has
// what each means and what to do.
type TroubleKind string

// The kinds of troubles.
const (
	TroubleConfig          TroubleKind = "config"           // the configuration file was refused
	TroubleDisk            TroubleKind = "disk"             // little is free
	TroubleStore           TroubleKind = "store"            // the database or its search index is damaged
	TroubleIncoming        TroubleKind = "incoming"         // mails wait too long to be handled
	TroubleQuarantine      TroubleKind = "quarantine"       // a mail waits there for a person
	TroubleMailbox         TroubleKind = "mailbox"          // one cannot be fetched, or not whole
	TroubleSmarthost       TroubleKind = "smarthost"        // it refuses us, or is out of order
	TroubleOutgoing        TroubleKind = "outgoing"         // mails wait too long to be sent
	TroubleUninformed      TroubleKind = "uninformed"       // a requester was not told for a day that the matter is solved
	TroubleBudget          TroubleKind = "budget"           // automatic mails are held back
	TroubleCertificate     TroubleKind = "certificate"      // of [smtp]: it ends soon
	TroubleAgentSuppressed TroubleKind = "agent-suppressed" // reports ask not to write to an agent
	TroubleRule            TroubleKind = "rule"             // a rule failed while it ran
	TroubleOldAddress      TroubleKind = "old-address"      // a signed address of a lost past was written to
	TroubleSecurity        TroubleKind = "security"         // security events cluster
	TroubleDaemon          TroubleKind = "daemon"           // one of several on a database is gone, or stands aside
	TroubleClock           TroubleKind = "clock"            // of a machine: it is not that of the database
	TroubleRetention       TroubleKind = "retention"        // tickets are to be erased by age, and somebody should look at that first
)

// MarkGone is the mark of a [TroubleDaemon] of one that did not end in order.
const MarkGone = "gone"

// TroubleKinds lists them all.
var TroubleKinds = []TroubleKind{
	TroubleConfig, TroubleDisk, TroubleStore, TroubleIncoming, TroubleQuarantine, TroubleMailbox, TroubleSmarthost,
	TroubleOutgoing, TroubleUninformed, TroubleBudget, TroubleCertificate, TroubleAgentSuppressed, TroubleOldAddress, TroubleRule, TroubleSecurity, TroubleDaemon, TroubleClock,
	TroubleRetention,
}

// Trouble is something about the desk itself that its admin should know.
type Trouble struct {
	Kind    TroubleKind
	Subject string // what it is about, the same as long as it lasts: "mailbox INBOX of imap.example.org"
	Text    string // for people: what is wrong and what to do; plain, LF
	// Mark makes a trouble that stands news again when it changes, such as the
	// state of a mailbox or the content of a file; most have none.
	Mark string
}

// TroubleState is a trouble with what the admin was told of it.
type TroubleState struct {
	Trouble
	Since  time.Time
	OverAt time.Time // zero: it stands

	Told     bool   // the last mail about it said that it stands
	ToldMark string // and with which mark
	Hour     time.Time
	Mails    int // to the admin about it within the hour that began at Hour
}

// Stands reports whether the trouble is not over.
func (s TroubleState) Stands() bool { return s.OverAt.IsZero() }
