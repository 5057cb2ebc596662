package silence

import (
	"time"

	"maildesk/ticket"
)

// Restraint is why an automatic mail is not sent, or not yet.
type Restraint struct {
	Reason string    // empty: it is sent
	Last   bool      // it is sent, as the last one to its reader for now
	Never  bool      // it will never be sent: its reader is a machine, or the admin says so
	Until  time.Time // when the guard is asked again; zero: it is not
	Key    string    // whose budget it waits for
}

// Automatic is a mail that nobody wrote, to somebody outside.
type Automatic struct {
	Address  string
	Standing ticket.Standing // of its reader
	Waited   bool            // a ticket waits for it: a person brought that about
}

// Sent is what a store knows of automatic mails and their readers; see package ticket.
type Sent interface {
	Suppressions(addresses ...string) ([]ticket.Suppression, error)
	CountOutbox(ticket.OutboxCount) (int, error)
	AllowedBack(q ticket.OutboxCount, n int) (time.Time, error)
	HeldOutbox(ticket.HeldFilter) ([]ticket.OutboxMail, error)
}

// Rules are those of an admin.
type Rules struct {
	Guard  Guard
	Limits Limits
}

// MaxHold bounds how far ahead the guard is asked again.
const MaxHold = day

// Restrain returns what speaks against an automatic mail: first what the admin
// forbids, then what the desk learned of the address, then the budgets. Signs of a
// loop do not withhold the notice that a ticket waits for.
func (r Rules) Restrain(sent Sent, m Automatic, now time.Time) (Restraint, error) {
	if r.Guard.Forbids(m.Address) {
		return Restraint{Reason: "guard-address", Never: true}, nil
	}
	all, err := sent.Suppressions(m.Address)
	if err != nil {
		return Restraint{}, err
	}
	for _, x := range all {
		if x.Active(now) && (x.Cause != ticket.CauseLoop || !m.Waited) {
			return Restraint{Reason: "suppressed-" + string(x.Cause)}, nil
		}
	}
	return r.Limits.restrain(sent, m, now)
}

// restrain names the limit that one more automatic mail would pass, and when there
// may be room. The mails are counted in the outbox, so that a restart forgives
// nothing.
func (l Limits) restrain(sent Sent, m Automatic, now time.Time) (Restraint, error) {
	last := false
	for _, b := range l.Budgets(m.Address, m.Standing) {
		b.Counts.Since, b.Counts.Limit = now.Add(-b.Window), b.Limit
		n, err := sent.CountOutbox(b.Counts)
		if err != nil {
			return Restraint{}, err
		}
		if n >= b.Limit {
			until, err := b.room(sent, now)
			return Restraint{Reason: b.Reason, Key: b.Key, Until: until}, err
		}
		// The only one need not say that it is the last.
		last = last || b.Counts.Mailbox != "" && b.Limit > 1 && n == b.Limit-1
	}
	return Restraint{Last: last}, nil
}

// room returns when a mail that is over a budget may go: when enough others have
// left the budget's window, and each held one its spacing after the one before,
// so that a burst is not followed by another.
func (b Budget) room(sent Sent, now time.Time) (time.Time, error) {
	gone, err := sent.AllowedBack(b.Counts, b.Limit)
	if err != nil {
		return time.Time{}, err
	}
	at := later(gone.Add(b.Window), now.Add(b.Spacing()))
	held, err := sent.HeldOutbox(ticket.HeldFilter{Held: b.Reason, Key: b.Key, Latest: true, Limit: 1})
	if len(held) > 0 {
		at = later(at, held[0].NextAt.Add(b.Spacing()))
	}
	if bound := now.Add(MaxHold); at.After(bound) {
		at = bound
	}
	return at, err
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
