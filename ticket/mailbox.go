package ticket

import "time"

// MailboxID numbers the mailboxes that are fetched, from 1.
type MailboxID int64

// Mailbox is a mailbox on an IMAP server, and how far it was fetched: every mail
// whose UID is at or below LowWater is done or has a MailboxUID, those above
// are done when they have one.
type Mailbox struct {
	ID          MailboxID
	Account     string // as the admin calls it
	Name        string // of the mailbox: "INBOX"
	UIDValidity uint32 // 0: it was never opened
	LowWater    uint32
	Backlog     Backlog // of the mails up to BacklogTo, empty: there is none
	BacklogTo   uint32
	FirstAt     time.Time // of the first contact
	PassedOver  int       // mails that lay there then and are left alone
	Taken       int64     // mails in custody
	Recognised  int64     // mails that the journal had already when the UIDs changed
	Status      MailboxStatus
}

// Backlog is why mails that lie in a mailbox are not treated as new ones.
type Backlog string

// The backlogs.
const (
	BacklogHistory  Backlog = "history"  // taken over at the first contact: nobody is written to
	BacklogRelisted Backlog = "relisted" // the UIDs changed: nobody gets an acknowledgement
)

// MailboxStatus is how it stands with a mailbox.
type MailboxStatus struct {
	State     MailboxState
	Reason    string    // in words, empty where all is well
	Since     time.Time // of State and Reason
	ContactAt time.Time // when the server was last heard after the log-in
}

// MailboxState is a MailboxStatus in a word. Closed set.
type MailboxState string

// The states of a mailbox.
const (
	MailboxFine     MailboxState = "ok"
	MailboxDegraded MailboxState = "degraded" // mails come, but something is not as it should be
	MailboxDown     MailboxState = "down"     // no mail comes
	MailboxPaused   MailboxState = "paused"   // the disk's reserve is reached: mails wait in the mailbox
)

// Place is where a mail lies on an IMAP server (RFC 9051 section 2.3.1.1).
type Place struct {
	Mailbox     MailboxID
	UIDValidity uint32
	UID         uint32
}

// MailboxUID is one mail in the ledger of a mailbox.
type MailboxUID struct {
	Place
	State    UIDState
	Attempts int    // to fetch it, that failed
	Reason   string // of the last failure
	Mail     MailID // in the journal, 0: it is not there
	At       time.Time
}

// UIDState is what became of a mail in a mailbox. Closed set.
type UIDState string

// The states of a mail in a mailbox.
const (
	UIDKept     UIDState = "kept"      // in custody; to be flagged, moved or deleted yet
	UIDDone     UIDState = "done"      // in custody, and nothing is left to do
	UIDFailed   UIDState = "failed"    // could not be fetched; is tried again
	UIDBlocked  UIDState = "blocked"   // could not be fetched three times
	UIDTooLarge UIDState = "too-large" // only its header is in custody
	UIDDeleted  UIDState = "deleted"   // somebody else marked it as deleted (\Deleted)
)

// Selected is what an IMAP server says of a mailbox when it is opened.
type Selected struct {
	UIDValidity uint32
	UIDNext     uint32
	Messages    uint32
}

// Fetched is how a mail was found in a mailbox.
type Fetched struct {
	Place
	ArrivedAt time.Time // in the mailbox (INTERNALDATE), zero when unknown
	Relisted  bool      // found when the UIDs had changed: it may be old
	Whole     int64     // size of a mail of which only the header was taken, else 0
	Then      UIDState  // in the ledger, when the mail is in custody
}

// MailboxPlan is what is to be done in a mailbox, by UID.
type MailboxPlan struct {
	Fetch   []uint32 // the new ones ascending, then those that are tried again
	After   []uint32 // in custody, to be flagged, moved or deleted
	Blocked int
}

// LedgerReader reads the mailboxes that are fetched, and what became of the mails in them.
type LedgerReader interface {
	// Mailboxes returns the mailboxes that are or were fetched.
	Mailboxes() ([]Mailbox, error)
	// Mailbox returns one of them; the error wraps ErrNotFound where there is none.
	Mailbox(MailboxID) (Mailbox, error)
	// MailboxUIDs returns the ledger of a mailbox above and beside its low-water
	// mark, by UID; states filters when given.
	MailboxUIDs(m MailboxID, states ...UIDState) ([]MailboxUID, error)
	// MailboxUID returns what the ledger says of one mail, likewise.
	MailboxUID(Place) (MailboxUID, error)
	// Fetched tells how a mail was found in a mailbox.
	Fetched(MailID) (Fetched, error)
}

// LedgerWriter keeps what becomes of the mails in mailboxes.
type LedgerWriter interface {
	// OpenMailbox returns the mailbox of this name, made when it is not there.
	OpenMailbox(account, name string) (Mailbox, error)
	// SaveMailbox keeps all of a mailbox but account and name.
	SaveMailbox(Mailbox) error
	// SetUID keeps what became of a mail, whether it was in the ledger or not.
	SetUID(MailboxUID) error
	// DropUID takes a mail out of the ledger; it need not be there.
	DropUID(Place) error
	// ForgetUIDs empties the ledger of a mailbox.
	ForgetUIDs(MailboxID) error
	// PruneUIDs takes mails that are done out of a ledger, those up to a UID and
	// those that were done before a time, and returns the highest of their UIDs.
	PruneUIDs(m MailboxID, upTo uint32, before time.Time) (uint32, error)
}
