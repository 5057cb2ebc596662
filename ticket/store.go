package ticket

import (
	"context"
	"errors"
	"time"
)

// ErrNotFound is wrapped by every error that says that a row does not exist.
var ErrNotFound = errors.New("not found")

// Journal takes mails into custody. It has a writer of its own, which waits for no
// ticket, and its rows are never changed.
type Journal interface {
	// Keep keeps a mail and its raw bytes, with Size as the length of raw, under
	// m.ID or, where that is 0, the next number. Attempts are those that are begun
	// with it. When it returns nil they are on stable storage, and the mail is
	// pending. It returns the mail with its number and, when the fingerprint was
	// seen less than 30 days before m.ReceivedAt, with the first mail that had it as
	// DuplicateOf. A mail that was fetched from this very place of a mailbox and has
	// the same bytes is not kept twice: it is returned as it was kept, and known.
	// Keep wraps ErrStorageFull when the disk's reserve is reached.
	Keep(ctx context.Context, u Urgency, m Mail, raw []byte) (kept Mail, known bool, err error)
	// KeepLost keeps that a mail, or what it held, is lost. A second call for the
	// same mail changes nothing.
	KeepLost(context.Context, LostMail) error
	// Room says whether a mail of size bytes could be kept now: nil, or a
	// temporary error, which wraps ErrStorageFull when the disk's reserve is
	// reached.
	Room(size int64) error
}

// Store keeps everything durable. It decides nothing.
type Store interface {
	Journal
	// View runs fn on a consistent snapshot.
	View(ctx context.Context, fn func(Reader) error) error
	// Commit makes the changes of a plan durable: when it returns nil all of them are
	// on stable storage, otherwise none. Many plans may share one commit; one that
	// fails undoes only itself. It wraps [ErrOvertaken] when something that the plan
	// relied on was changed since.
	Commit(ctx context.Context, u Urgency, p *Plan) error
	// CommitInTurn is Commit of a plan that is made when its turn has come, so that
	// nothing can overtake it. decide runs exactly once, must be short and must not
	// call the store.
	CommitInTurn(ctx context.Context, u Urgency, decide func(Reader) (*Plan, error)) error
	// GiveBack returns numbers that were taken by [Reader.NextNumber] and that no row
	// got: others get them.
	GiveBack(kind NumberKind, numbers ...int64)
	// Update runs fn in a durable transaction, for changes that follow from no
	// decision. fn runs exactly once, must be short and must not call the store.
	Update(ctx context.Context, fn func(Tx) error) error
	// UpdateFirst is Update with the urgency First, UpdateSoon with Soon.
	UpdateFirst(ctx context.Context, fn func(Tx) error) error
	UpdateSoon(ctx context.Context, fn func(Tx) error) error
}

// Urgency tells how long a commit may wait.
type Urgency int

// The urgencies.
const (
	Soon   Urgency = iota // for others to share it, some milliseconds
	InTurn                // for its turn
	First                 // for others that are first: somebody outside waits for it
)

// Reader is what can be asked. Methods that look for one row wrap ErrNotFound.
// Slices come in ascending order of id unless said otherwise.
type Reader interface {
	// Moment is that of the snapshot.
	Moment() Moment
	// NextNumber takes a number that no row of a kind has, and none gets but that of
	// who took it.
	NextNumber(NumberKind) int64

	Mail(MailID) (Mail, error)
	Raw(MailID) ([]byte, error)
	// Pending returns up to limit unhandled mails with an id above after.
	Pending(after MailID, limit int) ([]Mail, error)
	// Mails returns up to limit mails with an id above after, of one disposition
	// or of all when it is empty.
	Mails(d Disposition, after MailID, limit int) ([]Mail, error)
	DuplicatesOf(MailID) ([]Mail, error)
	// LostMails returns the mails that a rebuild of damaged data found lost, or
	// without their bytes.
	LostMails() ([]LostMail, error)

	Ticket(ID) (Ticket, error)
	Tickets(Filter) ([]Ticket, error)
	Participants(ID) ([]Participant, error)
	Participant(ParticipantID) (Participant, error)
	// Correspondence returns the entries of a ticket, oldest first: the latest 16 MiB
	// of text whole, of older entries the first 4 KiB.
	Correspondence(ID) ([]Entry, error)
	// LatestEntries returns the last entries of a ticket, at most limit, newest first.
	LatestEntries(t ID, limit int) ([]Entry, error)
	// ThreadOf returns the Message-IDs of the mails that requester and
	// participants wrote to a ticket, oldest first; at most the last 20.
	ThreadOf(ID) ([]string, error)
	Events(ID) ([]Event, error)
	// FindMessageID returns every binding of a Message-ID; an unknown one has none.
	FindMessageID(id string) ([]MessageRef, error)

	// OutboxOf returns the outgoing mails of a ticket, of all tickets when it is
	// 0, without Bytes; states filters when given.
	OutboxOf(t ID, states ...OutboxState) ([]OutboxMail, error)
	OutboxMail(OutboxID) (OutboxMail, error) // with Bytes, unless they were dropped
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
	Attempts(OutboxID) ([]Attempt, error)
	// CountOutbox counts the automatic mails to people outside that the guard
	// let go, sent or not.
	CountOutbox(OutboxCount) (int, error)
	// AllowedBack returns when the guard let go the n-th of these, counted back
	// from the last one, zero where there are fewer.
	AllowedBack(q OutboxCount, n int) (time.Time, error)
	// HeldOutbox returns the mails that wait for the guard, without Bytes, by the
	// time at which it is asked again.
	HeldOutbox(HeldFilter) ([]OutboxMail, error)
	// NextOutboxAt is the earliest time at which a mail may be claimed (a
	// claimed row counts with the end of its lease); zero when none waits.
	NextOutboxAt() (time.Time, error)

	// Judgement tells which rules judged the mail that opened a ticket.
	Judgement(ID) (Judgement, error)
	// Judgements returns up to limit of those of mails with an id above after
	// that came at since or later, by the mail's id.
	Judgements(after MailID, since time.Time, limit int) ([]Judgement, error)
	CountJudgements(since time.Time) (int, error)
	// History counts the tickets of a requester, at most the last 1000.
	History(requester string) (History, error)

	// Search returns tickets whose subject or correspondence holds all words,
	// best first. Words are plain text, never a query language. What the same
	// transaction wrote is found once it is committed.
	Search(words string, limit int) ([]Ticket, error)
	Tally() (Tally, error)
	// Condition returns what those who run the desk watch. It costs little, however
	// much is kept.
	Condition(now time.Time) (Condition, error)
	// Troubles returns the troubles of some kinds, of all where none is named,
	// by kind and subject: those that stand and those that are over.
	Troubles(kinds ...TroubleKind) ([]TroubleState, error)

	// OpenIncidents returns the incidents that are not solved.
	OpenIncidents() ([]Incident, error)
	// IncidentOf returns the incident that a ticket reports or leads.
	IncidentOf(ID) (Incident, error)
	// Reports returns the tickets that report an incident, the lead among them.
	Reports(lead ID) ([]Ticket, error)
	// CountReports returns how many there are.
	CountReports(lead ID) (int, error)
	// ReportsToTell returns up to limit tickets of solved incidents that the
	// solution has not been passed on to.
	ReportsToTell(limit int) ([]ID, error)
	// LatestRequests returns the last tickets as they came in, oldest first.
	LatestRequests(limit int) ([]Request, error)

	// OpenPerAgent counts the tickets that each agent has and that are not resolved.
	OpenPerAgent() (map[string]int, error)
	// Rotation returns the agent whose turn it was last in a queue, empty: nobody's.
	Rotation(queue string) (string, error)
	// Mailboxes returns the mailboxes that are or were fetched.
	Mailboxes() ([]Mailbox, error)
	Mailbox(MailboxID) (Mailbox, error)
	// MailboxUIDs returns the ledger of a mailbox above and beside its low-water
	// mark, by UID; states filters when given.
	MailboxUIDs(m MailboxID, states ...UIDState) ([]MailboxUID, error)
	MailboxUID(Place) (MailboxUID, error)
	// Fetched tells how a mail was found in a mailbox.
	Fetched(MailID) (Fetched, error)
	// Imported tells what an import knew of a mail.
	Imported(MailID) (Imported, error)
	// TicketMarked returns the ticket of the first imported mail with a mark; 0: none.
	TicketMarked(mark string) (ID, error)
	// FindFingerprint returns the first mail that had a fingerprint, however
	// long ago; 0: none.
	FindFingerprint([32]byte) (MailID, error)
	// FirstOf returns the mail of which one with this fingerprint that comes at a time
	// is a copy, 0: none. A fingerprint is known for 30 days after its last copy.
	FirstOf(fingerprint [32]byte, at time.Time) (MailID, error)

	// Away returns the agents who said by mail that they are away, by name.
	Away() ([]Absence, error)

	// Suppressions returns what speaks against automatic mail to addresses
	// (compared in lower case), ended or not; without one, to any.
	Suppressions(addresses ...string) ([]Suppression, error)
	// Storm returns how many mails of a kind came in an hour.
	Storm(kind string, hour time.Time) (Storm, error)
	// ThanksFor returns the thanks for tickets of an agent that no notice has shown
	// yet: the oldest tickets first, at most so many.
	ThanksFor(agent string, most int) (map[ID]MailID, error)
}

// Draft is a Reader that a decision changes. It shows what was changed in it.
type Draft interface {
	Reader

	// BeginAttempt adds one to Attempts and returns the new number.
	BeginAttempt(MailID) (int, error)
	// TakeBackAttempt takes one from Attempts of a pending mail, if there is one.
	TakeBackAttempt(MailID) error
	// Dispose ends the handling of a pending mail. A second call for the same
	// mail is an error, so that no mail takes effect twice.
	Dispose(id MailID, d Disposition, reason string, t ID, at time.Time) error
	// Reconsider makes a mail in quarantine pending again, with no attempts.
	Reconsider(MailID) error

	// AddJudgement keeps which rules judged a mail. A second call for the same
	// mail is an error.
	AddJudgement(Judgement) error

	// InsertTicket returns the ticket's number: the one it has, the next one
	// where that is 0.
	InsertTicket(Ticket) (ID, error)
	UpdateTicket(Ticket) error
	// AddParticipant returns the existing participant when the ticket already
	// has one with this address (compared in lower case) and role. A new one
	// keeps its ID, 0: the next one.
	AddParticipant(Participant) (Participant, error)
	// SetProven keeps that somebody showed that an address is theirs.
	SetProven(ParticipantID) error
	AddEntry(Entry) (int64, error) // also feeds the search index
	AddEvent(Event) (int64, error)
	AddMessageRef(MessageRef) error // the same ref twice is no error

	// AddOutbox keeps a mail to be sent, under its ID or, where that is 0, the next
	// number. It returns 0 and no error when one with
	// the same template, ticket, cause (mail and event) and recipient exists.
	AddOutbox(OutboxMail) (OutboxID, error)
	// Attempted keeps an attempt and moves the mail to its state. It returns the
	// mail without Bytes. A mail that is already done stays as it is.
	Attempted(Attempt) (OutboxMail, error)
	SetOutboxState(id OutboxID, s OutboxState, nextAt time.Time) error
	// CameBack keeps, as an attempt, what a delivery report says, and makes the
	// mail failed though the next hop had taken it.
	CameBack(Attempt) error
	// RetryOutbox makes a mail that waits or is done ready, with no attempts; those
	// that were made stay kept. It is claimed before all others, and so are those
	// of its ticket to its recipient that it has to wait for.
	RetryOutbox(id OutboxID, now time.Time) error

	// HoldOutbox makes a ready mail wait for the guard until a time, AllowOutbox
	// makes it due at now.
	HoldOutbox(id OutboxID, held, key string, until time.Time) error
	AllowOutbox(id OutboxID, now time.Time) error

	// SaveIncident keeps an incident, new or changed; its lead is its number.
	SaveIncident(Incident) error
	// SetReport makes a ticket a report of an incident; lead 0: of none.
	SetReport(ticket, lead ID, told bool) error

	SetRotation(queue, agent string) error
	// SetAway keeps until which day an agent is away; without a day they are back.
	SetAway(Absence) error

	// SetSuppression keeps a suppression in the place of that of the same
	// address and cause.
	SetSuppression(Suppression) error
	// RemoveSuppressions forgets all of an address and returns their number.
	RemoveSuppressions(address string) (int, error)
	// CountStorm counts one more mail of a kind in an hour and returns the count.
	CountStorm(kind string, hour time.Time) (Storm, error)
	SetStormTicket(kind string, hour time.Time, t ID) error
	// AddThanks keeps for an agent that a mail says thanks for a ticket, until
	// TakeThanks returns it, as ThanksFor does.
	AddThanks(t ID, agent string, mail MailID) error
	TakeThanks(agent string, most int) (map[ID]MailID, error)

	// SaveTrouble keeps a trouble in the place of that of its kind and subject.
	SaveTrouble(TroubleState) error
	DropTrouble(kind TroubleKind, subject string) error // it need not be there
}

// Tx is a transaction of the store, which can also make the changes that follow
// from no decision.
type Tx interface {
	Draft

	// ClaimOutbox leases up to limit mails that are ready and due, or whose
	// lease has ended, lowest Priority first, then longest due. A mail waits
	// while an older mail of the same ticket to the same recipient is not done.
	// One that would be due only in more than 36 hours was put off by a clock
	// that was wrong, as nothing waits that long: it is due too, when nothing
	// else is.
	ClaimOutbox(owner string, now, until time.Time, limit int) ([]OutboxMail, error)
	// DropSent drops the bytes of up to limit mails for which SentBefore holds,
	// and returns how many there were. All else of them stays, their hash too.
	DropSent(before, now time.Time, limit int) (int, error)

	// OpenMailbox returns the mailbox of this name, made when it is not there.
	OpenMailbox(account, name string) (Mailbox, error)
	SaveMailbox(Mailbox) error // all but account and name
	SetUID(MailboxUID) error   // whether it was in the ledger or not
	DropUID(Place) error       // it need not be there
	ForgetUIDs(MailboxID) error
	// PruneUIDs takes mails that are done out of a ledger, those up to a UID and
	// those that were done before a time, and returns the highest of their UIDs.
	PruneUIDs(m MailboxID, upTo uint32, before time.Time) (uint32, error)
}

// Absence says that an agent is away, up to and including a day (2026-12-24).
type Absence struct{ Agent, Last string }

// Filter chooses tickets. Zero fields choose all.
type Filter struct {
	Status      []Status
	Queue       string
	Assignee    string
	Requester   string // address, compared in lower case
	Category    string
	NotInformed bool      // resolved, and the resolution notice not accepted yet
	Informed    bool      // the resolution notice was accepted
	ResolvedBy  time.Time // resolved at or before
	WakeBy      time.Time // WakeAt is set and at or before
	TargetBy    time.Time // TargetAt is set and at or before; the longest due come first
	After       ID        // a higher number
	Newest      bool      // newest first
	Limit       int       // 0: all
}

// OutboxCount chooses the mails that a budget counts: let go at Since or later;
// to one mailbox, or to all of a domain, or to everybody.
type OutboxCount struct {
	Mailbox     string   // as silence.Mailbox has it
	Domain      string   // as silence.Domain has it; only where Mailbox is empty
	Least, Most Standing // of their readers, both included
	Since       time.Time
	Limit       int // from which on they are too many, 0: it is not known
}

// HeldFilter chooses mails that wait for the guard. Zero fields choose all.
type HeldFilter struct {
	Held, Key string    // for one reason, of one budget
	DueBy     time.Time // asked again at or before
	DueAfter  time.Time // asked again later than
	Latest    bool      // the latest first
	Limit     int       // 0: all
}

// Tally counts everything, for the law of conservation: Accepted is the
// number of journal rows, counted apart from the dispositions.
type Tally struct {
	Accepted     int64
	Dispositions map[Disposition]int64
	Tickets      map[Status]int64
	Outbox       map[OutboxState]int64
	Entries      int64
}

// Condition is how the desk stands: rows by state, and the age of what waits.
type Condition struct {
	Mails      map[Disposition]int64
	Tickets    map[Status]int64
	Open       []OpenTickets // those that somebody has to work on
	Breached   map[TargetKind]int64
	Incidents  int64 // that are not solved
	Uninformed int64 // tickets that are resolved and whose requester was not told yet
	Outbox     map[OutboxState]int64
	Held       map[string]int64 // mails that wait for the guard, by reason
	// HeldAnswers are agents' mails that wait until their writer has said what
	// they mean, on tickets that are not closed.
	HeldAnswers int64
	// OldestPending is when the oldest unhandled mail was received, OldestUntried
	// when the oldest outgoing mail was made that nobody has tried to send
	// though it is due and has its turn, OldestDeferred when the oldest was made
	// that was tried and not accepted, OldestUninformed when the ticket was
	// resolved whose requester waits the longest to be told; zero: there is none.
	OldestPending    time.Time
	OldestUntried    time.Time
	OldestDeferred   time.Time
	OldestUninformed time.Time

	Troubles []TroubleState // that stand
}

// OpenTickets counts the open tickets of a queue that are of one age.
type OpenTickets struct {
	Queue   string
	Level   int
	Age     string // one of TicketAges
	Tickets int64
}

// TicketAges are the ages by which open tickets are counted: made less than an
// hour, a day, a week ago, or before.
var Ages = []string{"hour", "day", "week", "older"}

// DuePatience is how far ahead a mail may be put off by a pause of sending: one
// that is put off for longer is held back.
const DuePatience = 10 * time.Minute
