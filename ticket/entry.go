package ticket

import (
	"time"
)

// EntryKind tells what an entry of the correspondence is.
type EntryKind string

// The kinds of entries.
const (
	EntryMessage EntryKind = "message" // from a requester or participant
	EntryReply   EntryKind = "reply"   // from an agent, sent to the requester
	EntryNote    EntryKind = "note"    // internal
	EntryMachine EntryKind = "machine" // bounce, auto-reply: filed, never answered
	EntrySystem  EntryKind = "system"  // written by the desk itself, internal
)

// Entry is one piece of a ticket's correspondence.
type Entry struct {
	ID      int64
	Ticket  ID
	Mail    MailID // 0: not born from a mail
	Kind    EntryKind
	Author  string // address
	Name    string
	Subject string
	Text    string // what the author newly wrote
	Full    string // the whole readable text where it differs from Text, else empty
	At      time.Time
}

// MessageRef binds a Message-ID that we saw or made to a ticket.
type MessageRef struct {
	MessageID   string
	Ticket      ID
	Mail        MailID        // the incoming mail that carried it, 0 for our own
	Participant ParticipantID // whom our own mail was sent to, 0 for foreign ids
	Own         bool          // made by us
}
