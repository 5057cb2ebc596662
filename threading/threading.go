package threading

import (
	"context"
	"time"
)

// Token is what a signed reply address or Message-ID says. Its MAC binds all
// fields, so a requester's token can never be used as an agent's.
type Token struct {
	Ticket      int64
	Participant int64
	Role        string // requester, participant, agent
	Kind        Kind
	// Round counts how often the ticket had been reopened when the token was
	// made, from 0. Tokens from before rounds were counted have 0.
	Round int64
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
	NoEvidence   Reason = ""
)

// Mail is what the resolver looks at.
type Mail struct {
	Recipients []string // forward-paths first, then To and Cc
	InReplyTo  []string
	References []string
	Subject    string
	From       string // strict identity, empty when there is none
	Trusted    bool   // a trusted archive: foreign ids thread whoever sent it
	// MessageID is the mail's own. It is looked at in a trusted archive only,
	// where a mail may come after those that name it. Empty: unknown.
	MessageID string
}

// Match is the resolver's answer.
type Match struct {
	Ticket int64 // 0: none
	Reason Reason
	// Token is set when it was signed by us and the sender is the one it was
	// made for, or (Holder) somebody else. It is nil when the sender counts as
	// themselves: then nothing but the From field says who it is, and the
	// sender has no more than the rights of a From field, whatever token led here.
	Token *Token
	// Internal: the mail answers an internal mail of ours and must stay inside.
	Internal bool
	// Holder: the token is good, but the sender is not the one it was made
	// for. The mail is kept as an internal note and answered with nothing.
	Holder bool
	// Lost is the number of a ticket whose data were lost: a token of an earlier
	// epoch names it, and nothing better says where the mail belongs. There is no
	// such ticket, or another one has got its number; what else the mail shows is
	// of that past too. LostRole is the token's role. 0: none.
	Lost     int64
	LostRole string
	// Claims is a ticket that the mail names without the right to: the new
	// ticket is linked to it and shows the sender nothing. 0: none. A subject
	// tag may claim a ticket that never was.
	Claims int64
}

// Ref is one stored binding of a Message-ID.
type Ref struct {
	Ticket      int64
	Participant int64 // whom our own mail was sent to; 0 for a foreign id
	Own         bool
	Named       bool // no mail has carried the id so far: another mail named it in its References
}

// Index is the part of the store that the resolver asks.
type Index interface {
	// MessageID gives the bindings of an id, newest first; none is no error.
	MessageID(ctx context.Context, id string) ([]Ref, error)
	// MayWrite reports whether an address is requester, participant or agent
	// of a ticket; false for a ticket that does not exist.
	MayWrite(ctx context.Context, ticket int64, address string) (bool, error)
	// AddressOf gives the address of a participant, and its ticket and role;
	// an empty address when there is none.
	AddressOf(ctx context.Context, participant int64) (address string, ticket int64, role string, err error)
}

// Key is one signing key. Keys are kept per purpose and can be rotated: the
// newest signs, every key that is not retired checks.
type Key struct {
	ID      string // one letter a–z or digit 2–7, part of the token
	Secret  []byte // 32 bytes or more
	Created time.Time
	// Kept is set on the first key of an epoch, see [Keys.NextEpoch]: a token of
	// an older key that names a higher number is of a past that was lost.
	Kept *Kept
}

// Kept is the highest number of each kind that the data held when an epoch
// began; 0 where it held none.
type Kept struct {
	Ticket      int64
	Participant int64
	Mail        int64 // outgoing
}
