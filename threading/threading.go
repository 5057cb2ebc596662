package threading

import (
	"context"
	"time"
)

// Token is the content of a signed reply address or Message-ID. The MAC covers
// all fields, so that a requester's token cannot be turned into an agent's.
type Token struct {
	Ticket      int64
	Participant int64
	Role        string // requester, participant, agent, vendor, approver
	Kind        Kind
	// Round is how often the ticket had been reopened when the token was made, 0
	// in tokens of releases that had no rounds.
	Round int64
	// To is the participant to whom an agent's answer goes in place of those who read
	// the ticket, such as a vendor; 0: to the readers.
	To int64
	// Action is what a mail to the address asks for, in small letters ("resolve"); empty:
	// what its text says. It is no part of a Message-ID.
	Action string
}

// Kind is the kind of mail that carried the token: an answer to an internal
// mail stays internal.
type Kind string

// The kinds.
const (
	Public   Kind = "public"   // the answer goes into the correspondence that the requester reads
	Internal Kind = "internal" // the answer is a note
)

// Reason names the evidence by which a mail was threaded. Closed set.
type Reason string

// The reasons, strongest first.
const (
	ReplyAddress Reason = "reply-address"  // a signed address among the recipients
	OwnMessageID Reason = "own-message-id" // our signed Message-ID in In-Reply-To or References
	ForeignID    Reason = "foreign-id"     // a stored Message-ID, and the sender may write to the ticket
	SubjectTag   Reason = "subject-tag"    // [Name #n], and the sender may write to the ticket
	SameEvent    Reason = "calendar-event" // another mail about the same event of a calendar, and the sender may write to the ticket
	NoEvidence   Reason = ""
)

// The roles of those who are asked beside the correspondence, and see nothing of it.
const (
	roleVendor   = "vendor"
	roleApprover = "approver"
)

// Mail is the part of a mail that the resolver examines.
type Mail struct {
	Recipients []string // forward-paths first, then To and Cc
	InReplyTo  []string
	References []string
	Subject    string
	Events     []string // ids of calendar events that it is about, in the form of Message-IDs
	From       string   // strict identity, empty when there is none
	Trusted    bool     // a trusted archive: foreign ids thread whoever sent it
	// MessageID is the mail's own. It is used in a trusted archive only, where a
	// mail may come after those that refer to it. Empty: unknown.
	MessageID string
}

// Match is the resolver's answer.
type Match struct {
	Ticket int64 // 0: none
	Reason Reason
	// Token is set when the sender is the person it was made for or, with Holder,
	// somebody else. It is nil when only the From field identifies the sender: they
	// then have the rights of that address, whichever token led here.
	Token *Token
	// Actions are those of all addresses among the recipients that were made like
	// Token for the sender, in order; set with Token only.
	Actions []string
	// Internal: the mail answers an internal mail of ours and must stay internal.
	Internal bool
	// Holder: the token is good, but the sender is not the one it was made
	// for. The mail becomes an internal note and gets no answer.
	Holder bool
	// Lost is the number of a ticket whose data were lost: a token of an earlier
	// epoch names it, and there is no better evidence. The ticket does not exist, or
	// its number belongs to another one now. LostRole is the token's role. 0: none.
	Lost     int64
	LostRole string
	// Claims is a ticket that the mail names though its sender has no right to it:
	// the new ticket is linked to it, which the sender does not see. 0: none. A
	// subject tag may claim a ticket that never existed.
	Claims int64
}

// Ref is a stored link from a Message-ID to a ticket.
type Ref struct {
	Ticket      int64
	Participant int64 // whom our own mail was sent to; 0 for a foreign id
	Own         bool
	Named       bool // known only from the References of another mail, so far
}

// Index is the part of the store that the resolver asks.
type Index interface {
	// MessageID returns the links of an id, newest first. It is not an error when
	// there are none.
	MessageID(ctx context.Context, id string) ([]Ref, error)
	// MayWrite reports whether an address is requester, participant or agent
	// of a ticket; false when the ticket does not exist.
	MayWrite(ctx context.Context, ticket int64, address string) (bool, error)
	// AddressOf returns the address of a participant and its ticket and role; the
	// address is empty when there is no such participant.

	AddressOf(ctx context.Context, participant int64) (address string, ticket int64, role string, err error)
}

// Key is one signing key. Each purpose has its own keys, which can be rotated: the
// newest signs, every key verifies until it ends.
type Key struct {
	ID      string // one letter a–z or digit 2–7, part of the token
	Secret  []byte // 32 bytes or more
	Created time.Time
	// Until is when the key ends: its tokens in mails received later mean nothing (see
	// [Keyring.At]). Zero: it has no end.
	Until time.Time
	// Kept is set on the first key of an epoch, see [Keys.NextEpoch]: a higher
	// number in a token of an older key was lost.
	Kept *Kept
}

// ended reports whether a key had ended at a time.
func (k Key) ended(at time.Time) bool { return !k.Until.IsZero() && !at.Before(k.Until) }

// Kept is the highest number of each kind in the data when an epoch began; 0 when
// there was none.
type Kept struct {
	Ticket      int64
	Participant int64
	Mail        int64 // outgoing
}

// min returns the lower number of each kind.
func (k Kept) min(other Kept) Kept {
	return Kept{min(k.Ticket, other.Ticket), min(k.Participant, other.Participant), min(k.Mail, other.Mail)}
}
