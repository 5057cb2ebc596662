// Package outbox sends mail: it claims the mails that are due, hands each
// to the next hop and reports the outcome to the desk, with the text of the next
// hop's reply. It composes no mail, keeps nothing in memory that a crash must not
// lose, and decides nothing about tickets.
//
// Two kinds of failure are distinguished. What the next hop replies to one mail
// (or a connection that breaks during one mail) is an attempt of that mail, which
// has its own schedule of retries, up to five days. When the next hop cannot be
// used at all (dial, greeting, TLS, AUTH; a folder that cannot be written), no mail
// is at fault: sending pauses and the mails are released untried. After the pause a
// single mail is tried before the others follow, interactive ones first. If the
// next hop did not respond at all, the pause ends within seconds of its return.
//
// Begin with [Open], which returns a [Transport] for an address, and [New].
package outbox

import (
	"context"
	"time"

	"maildesk/ticket"
)

// Desk is the part of the desk that the outbox uses. All methods may be called
// by several goroutines at once.
type Desk interface {
	// Claim leases up to limit due mails to owner for the given time and returns
	// them with Bytes: lowest Priority first, then oldest. A mail whose lease has
	// expired is due again. A mail is not due while an older one of the same
	// ticket to the same recipient is not done. Attempts is the number of
	// outcomes recorded before.
	Claim(ctx context.Context, owner string, lease time.Duration, limit int) ([]ticket.OutboxMail, error)
	// Outcome records an attempt durably (concurrent calls share a commit) and
	// lets the desk act on it: informed, undeliverable. It ends the lease.
	Outcome(ctx context.Context, a ticket.Attempt) error
	// OutcomeOnce is Outcome unless that very attempt was recorded before, or the mail is done and
	// was not sent by it, or there is no such mail (any more).
	OutcomeOnce(ctx context.Context, a ticket.Attempt) error
	// Release returns claimed mails untried to the outbox: ready again, due at
	// at, no attempt recorded, Attempts unchanged. It ignores ids of mails that
	// owner has not leased and of mails that are done.
	Release(ctx context.Context, owner string, at time.Time, ids ...ticket.OutboxID) error
	// ReleaseBut is Release of every mail that owner has leased but some, for a
	// sender that stops, or that starts again after it was killed.
	ReleaseBut(ctx context.Context, owner string, at time.Time, kept ...ticket.OutboxID) error
	// GiveUp fails every ready mail with CreatedAt before made, like an Outcome of
	// state failed with this host and text, and returns their number. Leased
	// mails stay as they are.
	GiveUp(ctx context.Context, made time.Time, host, text string) (int, error)
	// Delayed has the desk announce, once for each ready mail with CreatedAt
	// before made, that it waits for a next hop that cannot be reached. It returns
	// the number of mails announced by this call.
	Delayed(ctx context.Context, made time.Time, host, text string) (int, error)
	// NextAt returns when the next mail can be claimed (a leased one: when its
	// lease expires; one that waits for an older one does not count); zero: never.
	NextAt(ctx context.Context) (time.Time, error)
	// Wake returns a channel (capacity 1) that is signalled, without blocking,
	// whenever mails were added or became due.
	Wake() <-chan struct{}
}

// Reply is the last reply of the next hop.
type Reply struct {
	Host string // the next hop: "127.0.0.1:25", "maildir:data/outgoing"
	Code int    // SMTP reply code, 0: none
	Text string // without the code
}

// Transport hands mails to the next hop. It is not safe for concurrent use.
type Transport interface {
	// Send returns no error when the next hop has taken custody of the mail. A
	// *[DownError] concerns the next hop, every other error this mail: see
	// classify. Reply.Host is always set. Send aborts when ctx is done.
	Send(ctx context.Context, m ticket.OutboxMail) (Reply, error)
	// Close ends the connection, if there is one; Send opens a new one.
	Close() error
}

// prober is a transport that can check whether its next hop answers again.
type prober interface {
	// Probe returns no error when the next hop accepts a connection and greets.
	Probe(ctx context.Context) error
}

// DownError means that the next hop cannot be used for any mail at the moment.
type DownError struct {
	Err error
	// Silent: the next hop did not respond at all, so that probing it often costs
	// it nothing.
	Silent bool
}

func (e *DownError) Error() string { return e.Err.Error() }
func (e *DownError) Unwrap() error { return e.Err }
