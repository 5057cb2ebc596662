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
	// KeepErased keeps that a mail is one of which something was taken out. A second call
	// for the same mail changes nothing.
	KeepErased(context.Context, ErasedMail) error
	// KeepAuthentication keeps what the desk's own checks found of a mail. A second
	// call for the same mail changes nothing.
	KeepAuthentication(context.Context, MailID, Authentication) error
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
	// relied on was changed since, and [ErrRefused] when the store does not take it.
	Commit(ctx context.Context, u Urgency, p *Plan) error
	// CommitInTurn is Commit of a plan that is made when its turn has come, so that
	// nothing can overtake it. decide runs once, or once more where all that shared its
	// commit was undone; it must be short and must not call the store.
	CommitInTurn(ctx context.Context, u Urgency, decide func(Reader) (*Plan, error)) error
	// GiveBack returns numbers that were taken by [Reader.NextNumber] and that no row
	// got: others get them.
	GiveBack(kind NumberKind, numbers ...int64)
	// Claim leases up to limit mails that are ready and due, or whose
	// lease has ended, lowest Priority first, then longest due, and returns them with
	// their Bytes, as far as they have these. A mail waits
	// while an older mail of the same ticket to the same recipient is not done.
	// One that would be due only in more than 36 hours was put off by a clock
	// that was wrong, as nothing waits that long: it is due too, when nothing
	// else is. A lease ends when the mail is attempted or its state is set.
	Claim(ctx context.Context, owner string, now, until time.Time, limit int) ([]OutboxMail, error)
	// Update runs fn in a durable transaction, for changes that follow from no
	// decision. fn runs as decide of CommitInTurn does.
	Update(ctx context.Context, fn func(Tx) error) error
	// UpdateSoon is Update with the urgency Soon.
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

// Reader is a consistent snapshot of everything that is kept. Whoever asks only for
// some of it takes the interface of that subject. Methods that look for one row wrap
// ErrNotFound. Slices come in ascending order of id unless said otherwise.
type Reader interface {
	SnapshotReader
	MailReader
	ErasureReader
	TicketReader
	CorrespondenceReader
	OutboxReader
	BudgetReader
	JudgementReader
	IncidentReader
	StaffReader
	SuppressionReader
	LanguageReader
	AgentAddressReader
	ArticleReader
	SimilarReader
	ConditionReader
	LedgerReader
}

// Draft is a Reader that a decision changes. It shows what was changed in it.
type Draft interface {
	Reader
	MailWriter
	TicketWriter
	CorrespondenceWriter
	OutboxWriter
	BudgetWriter
	JudgementWriter
	IncidentWriter
	StaffWriter
	SuppressionWriter
	LanguageWriter
	AgentAddressWriter
	ArticleWriter
	TroubleWriter
}

// Tx is a transaction of the store, which can also make the changes that follow
// from no decision.
type Tx interface {
	Draft
	OutboxUpkeep
	LedgerWriter
}

// SnapshotReader is what a snapshot itself is asked.
type SnapshotReader interface {
	// Moment is that of the snapshot.
	Moment() Moment
	// NextNumber takes a number that no row of a kind has, and none gets but that of
	// who took it.
	NextNumber(NumberKind) (int64, error)
}
