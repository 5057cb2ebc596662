package ticket

import "time"

// Audit is one thing that bears on trust, in a chain that shows when somebody tampered with
// it. It names nobody outside.
type Audit struct {
	ID     int64
	At     time.Time
	Kind   string
	Actor  string // an agent, who was at the console, the desk; empty: somebody outside
	Ticket ID
	Mail   MailID
	Number int
	Event  int64    // of the ticket; 0: it is about no ticket
	Said   [32]byte // digest of all that the event says, behind Salt; zero: there is no event, or an earlier version wrote the row
	Salt   []byte   // nil: what the event said was erased, which a later row of [AuditWordsErased] tells
	Hash   [32]byte // covers Said, and the one before
}

// AuditWordsErased is the kind of a row that tells that words were erased from the event of an
// earlier one; Number is that row's.
const AuditWordsErased = "words erased"

// Audited reports whether an event is part of the audit: of those kinds, all but the names of
// senders, of which strangers can make as many as they like.
func (e Event) Audited() bool {
	return e.Kind.Audited() && (e.Kind != EventSuspect || e.Topic != SuspectName)
}

// Audited reports whether events of a kind are part of the audit.
func (k EventKind) Audited() bool {
	switch k {
	case EventDropped, EventReleased, EventRefused, EventUndone, EventForeign, EventSuspect, EventUnproven, EventErased:
		return true
	}
	return false
}
