// Package outbox is the door out: it claims the mails that wait to be sent,
// hands each to the next hop and tells the desk in the remote's words what
// became of it. It writes no mail's text, keeps nothing in memory that a crash
// may not lose, and decides nothing about tickets.
//
// Two kinds of trouble are kept apart. What the next hop says about one mail
// (or how it dies over one mail) is an attempt of that mail and follows the
// mail's own schedule, up to five days. That the next hop cannot be reached at
// all (dial, greeting, TLS, AUTH; a folder that cannot be written) is no mail's
// fault: the sending pauses, the mails go back untried, and when the pause is
// over a single mail goes ahead before the others follow, interactive first. Where
// nobody answers at all the pause ends within seconds of the next hop's return.
//
// Begin with [Open], which makes a [Transport] from an address, and [New].
package outbox

import (
	"context"
	"maildesk/ticket"
	"time"
)

// Desk is the part of the desk that the outbox uses. All methods may be called
// by several goroutines at once.
type Desk interface {
	// Claim leases up to limit mails that are due, with Bytes, to owner, until
	// lease has passed: lowest Priority first, then oldest. A mail whose lease
	// has ended is due again; one waits while an older mail of its ticket to
	// its recipient is not done. Attempts is the number of outcomes kept before.
	Claim(ctx context.Context, owner string, lease time.Duration, limit int) ([]ticket.OutboxMail, error)
	// Outcome keeps an attempt durably (several at once share a commit) and
	// lets the desk act on it: informed, undeliverable. It ends the lease.
	Outcome(ctx context.Context, a ticket.Attempt) error
	// Release gives claimed mails back untried: ready again, due at at, no
	// attempt kept, Attempts as before. It touches only mails that owner
	// holds; the ids of others and of mails that are done are passed over.
	// Without ids it gives back every mail that owner holds: so does a sender
	// that stops, and one that starts again after it was killed.
	Release(ctx context.Context, owner string, at time.Time, ids ...ticket.OutboxID) error
	// GiveUp ends every ready mail with CreatedAt before made as an Outcome of
	// state failed with this host and text would, and gives their number.
	// Mails that somebody holds a lease of stay as they are.
	GiveUp(ctx context.Context, made time.Time, host, text string) (int, error)
	// Delayed lets the desk say of every ready mail with CreatedAt before made
	// that it waits for a next hop that cannot be reached, once for each mail,
	// and gives the number of those of which it said so now.
	Delayed(ctx context.Context, made time.Time, host, text string) (int, error)
	// NextAt tells when the next mail can be claimed (a claimed one: when its
	// lease ends; one that waits for an older one is not counted); zero: none.
	NextAt(ctx context.Context) (time.Time, error)
	// Wake is signalled (without blocking, capacity 1) whenever mails were
	// added or made due.
	Wake() <-chan struct{}
}

// Reply is what the next hop said last, in its own words.
type Reply struct {
	Host string // who answered: "127.0.0.1:25", "maildir:data/outgoing"
	Code int    // SMTP reply code, 0: none
	Text string // without the code
}

// Transport hands mails to the next hop. It belongs to one goroutine.
type Transport interface {
	// Send returns no error when the next hop has taken custody of the mail. A
	// *[DownError] concerns the next hop, every other error this mail: see
	// classify. Reply.Host is always set. When ctx is done Send breaks off.
	Send(ctx context.Context, m ticket.OutboxMail) (Reply, error)
	// Close ends the connection, if there is one; Send opens a new one.
	Close() error
}

// prober is a transport that can see whether its next hop answers again.
type prober interface {
	// Probe returns no error when the next hop takes a connection and greets.
	Probe(ctx context.Context) error
}

// DownError says that the next hop cannot be used by any mail at the moment.
type DownError struct {
	Err error
	// Silent: nobody answered at all, so that a look costs the next hop nothing.
	Silent bool
}

func (e *DownError) Error() string { return e.Err.Error() }
func (e *DownError) Unwrap() error { return e.Err }
