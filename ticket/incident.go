package ticket

import (
	"maildesk/outage"
	"time"
)

// Incident is one outage that many people report. Its lead is the ticket in
// which it is worked on; solving that solves all.
type Incident struct {
	Lead      ID
	Signature outage.Signature // by which later reports are known
	OpenedAt  time.Time
	SolvedAt  time.Time // zero: it goes on
	Solver    string    // agent
	Solution  string    // what the agent wrote to everybody
}

// Request is a ticket as it came in.
type Request struct {
	Ticket   ID
	From     string
	At       time.Time
	Category string
	Subject  string
	Text     string // at least its first 4 KiB
	Imported bool   // history: it tells what is usual, and reports nothing
}
