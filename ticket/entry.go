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

	Mark EntryMark // of a note, by the events of the ticket; not kept with the entry

	// Files are the names of the mail's files, a line each, and the text of those that are
	// text, for the search to find. It is not kept, and empty where an entry is read.
	Files string `json:"-"`
}

// EntryMark says of a note that nobody meant it as one.
type EntryMark string

// The marks; empty: it was meant as a note.
const (
	Unverified EntryMark = "unverified" // nothing shows that its author wrote it
	Unsent     EntryMark = "unsent"     // an agent's mail that was not carried out
)

// MessageRef binds a Message-ID that we saw or made to a ticket.
type MessageRef struct {
	MessageID   string
	Ticket      ID
	Mail        MailID        // the incoming mail that carried it, 0 for our own
	Participant ParticipantID // whom our own mail was sent to, 0 for foreign ids
	Own         bool          // made by us
}

// CorrespondenceReader reads what was written and what happened on tickets.
type CorrespondenceReader interface {
	// Correspondence returns the entries of a ticket, oldest first: the latest 16 MiB
	// of text whole, of older entries the first 4 KiB.
	Correspondence(ID) ([]Entry, error)
	// LatestEntries returns the last entries of a ticket, at most limit, newest first.
	LatestEntries(t ID, limit int) ([]Entry, error)
	// EntriesBefore is LatestEntries of those with a number below one, 0: of all.
	EntriesBefore(t ID, before int64, limit int) ([]Entry, error)
	// ThreadOf returns the Message-IDs of the mails that requester and
	// participants wrote to a ticket, oldest first; at most the last 20.
	ThreadOf(ID) ([]string, error)
	// Events returns what happened on a ticket; kinds filters when given.
	Events(t ID, kinds ...EventKind) ([]Event, error)
	// RatedSince returns the ratings of requesters since a time, of all tickets.
	RatedSince(time.Time) ([]Event, error)
	// EventsOfAll returns what happened on some tickets, by ticket and in their order;
	// kinds filters when given. What the same transaction wrote is not among it until
	// it is committed.
	EventsOfAll(tickets []ID, kinds ...EventKind) ([]Event, error)
	// EventsAfter returns up to limit events with a number above after, of all tickets, by
	// their numbers; kinds filters when given. As for EventsOfAll, what is not committed is
	// not among them; an event may be committed after others with higher numbers.
	EventsAfter(after int64, limit int, kinds ...EventKind) ([]Event, error)
	// FindMessageID returns every binding of a Message-ID; an unknown one has none.
	FindMessageID(id string) ([]MessageRef, error)
}

// CorrespondenceWriter adds what was written and what happened on tickets.
type CorrespondenceWriter interface {
	// AddEntry adds a text, whose words the search finds once it is committed, and
	// returns its number.
	AddEntry(Entry) (int64, error)
	// MakeNote makes an agent's answer on a ticket a note: the mail was taken back
	// before it left.
	MakeNote(ID, MailID) error
	// AddEvent adds what happened and returns its number.
	AddEvent(Event) (int64, error)
	// AddMessageRef binds a Message-ID to a ticket; the same binding twice is no error.
	AddMessageRef(MessageRef) error
}
