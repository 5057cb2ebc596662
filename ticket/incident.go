package ticket

import (
	"time"

	"maildesk/outage"
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
	// Announcements are on their way to those who report it, oldest first.
	Announcements []Announcement
}

// Announcement is an answer on the lead of an incident that goes to the readers of all
// its tickets, some of them at a time.
type Announcement struct {
	On    ID     `json:"on"`    // the ticket on which it was written
	Mail  MailID `json:"mail"`  // of the agent
	Agent string `json:"agent"` // their name
	// From is when it goes on: until then its writer can take it back.
	From  time.Time `json:"from"`
	After ID        `json:"after"` // the last ticket on which it was told
	Last  ID        `json:"last"`  // the last ticket that reported the incident then
}

// Request is a ticket as it came in.
type Request struct {
	Ticket   ID
	From     string
	At       time.Time
	Category string
	Subject  string
	Text     string // at least its first 4 KiB
	Mail     MailID // that opened the ticket; 0: not known
	Imported bool   // history: it tells what is usual, and reports nothing
}

// IncidentReader reads incidents and their reports.
type IncidentReader interface {
	// OpenIncidents returns the incidents that are not solved.
	OpenIncidents() ([]Incident, error)
	// IncidentOf returns the incident that a ticket reports or leads.
	IncidentOf(ID) (Incident, error)
	// Reports returns the tickets that report an incident, the lead among them.
	Reports(lead ID) ([]Ticket, error)
	// CountReports returns how many there are.
	CountReports(lead ID) (int, error)
	// ReportsToTell returns up to limit tickets of solved incidents that the
	// solution has not been passed on to.
	ReportsToTell(limit int) ([]ID, error)
	// LatestRequests returns the last tickets as they came in, oldest first.
	LatestRequests(limit int) ([]Request, error)
}

// IncidentWriter changes incidents and their reports.
type IncidentWriter interface {
	// SaveIncident keeps an incident, new or changed; its lead is its number.
	SaveIncident(Incident) error
	// SetReport makes a ticket a report of an incident; lead 0: of none.
	SetReport(ticket, lead ID, told bool) error
}
