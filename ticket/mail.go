package ticket

import (
	"time"
)

// MailID numbers the rows of the journal, in the order of custody, from 1.
type MailID int64

// Envelope is what SMTP carried, never the header (RFC 5321 section 2.3.1).
type Envelope struct {
	Source       Source
	ReversePath  string   // MAIL FROM without angle brackets; "" is the null reverse-path
	Unknown      bool     // there was no envelope (a file): ReversePath means nothing
	ForwardPaths []string // RCPT TO, without angle brackets
	Client       string   // IP address of the peer, empty for a pipe
	Helo         string
	TLS          bool
	AuthUser     string          // address of the agent who logged in (SMTP AUTH), or in whose name a command acts; empty: none
	Fetched      *Fetched        // how it was found in a mailbox, nil: it came by another door, or see Reader.Fetched
	Checked      *Authentication // what the desk's own checks found; a zero one: they were not made; nil: see Reader.Authentication
	Imported     *Imported       // what an import knows of it, nil: it did not come so, or see Reader.Imported
}

// Console reports whether an agent's mail was written by a command of the program: it came
// by the pipe, and AuthUser says in whose name. Nobody else can hand over such a mail.
func (e Envelope) Console() bool { return e.Source == SourcePipe && e.AuthUser != "" }

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

// Mail is one row of the journal, with what became of it. The raw bytes are read
// apart, by Reader.Raw.
type Mail struct {
	ID          MailID
	Envelope    Envelope
	ReceivedAt  time.Time
	Size        int64
	SHA256      [32]byte // of the raw bytes
	Fingerprint [32]byte // mailparse.Fingerprint; equal for copies of one mail
	MessageID   string
	Trusted     bool   // import --trusted: References alone may thread
	DuplicateOf MailID // 0: none. Set by Journal.Keep when the fingerprint is known
	Attempts    int    // handling attempts begun
	Disposition Disposition
	Reason      string // why this disposition: a rule's id, a threading reason, an error
	Ticket      ID
	HandledAt   time.Time // zero while pending
	Place       int64     // in the order in which mails were handled, from 1; 0: pending, or not known
}

// LostMail is a mail that could not be read from damaged data: with its row in the
// journal but without its bytes, or nothing of it at all.
type LostMail struct {
	Mail   MailID `json:"mail"`
	Reason string `json:"reason"`
}

// Dispositions lists every disposition, in the order in which people read them.
var Dispositions = []Disposition{
	DispositionPending, DispositionNew, DispositionAppended, DispositionMachine,
	DispositionDuplicate, DispositionQuarantined, DispositionSpam,
}

// MailReader reads the journal.
type MailReader interface {
	// Mail returns a mail without its bytes; the error wraps ErrNotFound where there is none.
	Mail(MailID) (Mail, error)
	// Raw returns the bytes of a mail as they came, likewise.
	Raw(MailID) ([]byte, error)
	// Pending returns up to limit unhandled mails with an id above after.
	Pending(after MailID, limit int) ([]Mail, error)
	// Mails returns up to limit mails with an id above after, of one disposition
	// or of all when it is empty.
	Mails(d Disposition, after MailID, limit int) ([]Mail, error)
	// DuplicatesOf returns the copies of a mail that came after it, in the order of custody.
	DuplicatesOf(MailID) ([]Mail, error)
	// OtherCopies returns those of them that were handled and took effect as mails of their own: they are no
	// duplicates. However many duplicates there are, no more of them is read than their numbers.
	OtherCopies(MailID) ([]Mail, error)
	// LostMails returns the mails that a rebuild of damaged data found lost, or
	// without their bytes.
	LostMails() ([]LostMail, error)
	// FindFingerprint returns the first mail that had a fingerprint, however
	// long ago; 0: none.
	FindFingerprint([32]byte) (MailID, error)
	// FirstOf returns the mail of which one with this fingerprint that comes at a time
	// is a copy, 0: none. A fingerprint is known for 30 days after its last copy.
	FirstOf(fingerprint [32]byte, at time.Time) (MailID, error)
	// Imported tells what an import knew of a mail.
	Imported(MailID) (Imported, error)
	// Authentication returns what the desk's own checks found about who sent a mail.
	Authentication(MailID) (Authentication, error)
	// TicketMarked returns the ticket of the first imported mail with a mark; 0: none.
	TicketMarked(mark string) (ID, error)
}

// ErasureReader reads what was erased.
type ErasureReader interface {
	// ErasedMails returns the mails of which something was taken out.
	ErasedMails() ([]ErasedMail, error)
	// Erasures returns which erasures there were.
	Erasures() ([]Erasure, error)
}

// MailWriter changes what became of mails.
type MailWriter interface {
	// BeginAttempt adds one to Attempts and returns the new number.
	BeginAttempt(MailID) (int, error)
	// TakeBackAttempt takes one from Attempts of a pending mail, if there is one.
	TakeBackAttempt(MailID) error
	// Dispose ends the handling of a pending mail. A second call for the same
	// mail is an error, so that no mail takes effect twice.
	Dispose(id MailID, d Disposition, reason string, t ID, at time.Time) error
	// Reconsider makes a mail in quarantine, or one that is spam, pending again, with no attempts.
	Reconsider(MailID) error
}
