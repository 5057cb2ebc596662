package ticket

import (
	"errors"
	"fmt"
	"math"
)

// ErrOvertaken says that something a plan relied on was changed by somebody else
// before the plan was committed. Nothing of it was kept: what it was made for has
// to be decided again.
var ErrOvertaken = errors.New("overtaken by another change")

// Plan is what one decision changes, and what it relied on. A store commits all of
// it or nothing.
type Plan struct {
	Seen    Moment      // everything that was committed by then was seen
	Relied  map[Key]int // what was read, and how many changes of it by others do not matter
	Changes []Change    // in the order in which they are made
}

// Whatever is the slack of a count of which no number of further changes makes a difference.
const Whatever = math.MaxInt32

// Ends reports whether a plan does nothing but end what a sender had begun: it keeps what became
// of a mail that was handed over, with what follows from that, or returns mails that were claimed.
func (p *Plan) Ends() bool {
	returns := 0
	for _, c := range p.Changes {
		switch c := c.(type) {
		case Attempted:
			if c.Attempt.Owner != "" {
				return true
			}
		case SetOutboxState:
			if c.State == OutboxReady {
				returns++
			}
		}
	}
	return returns == len(p.Changes)
}

// Apart reports whether a plan may be committed by a daemon that takes no part for now: it ends what a sender had
// begun, or does nothing but keep how troubles stand.
func (p *Plan) Apart() bool {
	if p.Ends() {
		return true
	}
	for _, c := range p.Changes {
		if _, is := c.(SaveTrouble); !is {
			return false
		}
	}
	return true
}

// Rely notes that a decision read something, and that it stands as long as others
// change that at most slack times.
func (p *Plan) Rely(k Key, slack int) {
	if p.Relied == nil {
		p.Relied = map[Key]int{}
	}
	if known, ok := p.Relied[k]; !ok || slack < known {
		p.Relied[k] = slack
	}
}

// Change is one change of what is kept.
type Change interface {
	// Make makes the change.
	Make(Draft) error
}

// Moment orders what a store has committed since it was opened.
type Moment uint64

// Key names something that decisions read and change.
type Key struct {
	Of   Subject
	ID   int64  // its number, if it has one
	Text string // its name, if it has one
}

func (k Key) String() string { return fmt.Sprintf("%s %d %s", k.Of, k.ID, k.Text) }

// Subject is what a [Key] is about. Closed set.
type Subject string

// The subjects. Of those with ID 0 and without a name, all are meant.
const (
	OfMail         Subject = "mail"          // what became of it, by its number
	OfCopies       Subject = "copies"        // which copies of a mail were handled, by its number
	OfTicket       Subject = "ticket"        // its row, by its number
	OfPeople       Subject = "people"        // the participants of a ticket, or the tickets of an address
	OfEntries      Subject = "entries"       // the correspondence of a ticket
	OfEvents       Subject = "events"        // of a ticket
	OfMessageID    Subject = "message-id"    // which tickets it is bound to, by name
	OfOutbox       Subject = "outbox"        // the outgoing mails of a ticket, or all
	OfOutgoing     Subject = "outgoing"      // an outgoing mail, by its number
	OfBudget       Subject = "budget"        // the automatic mails to a mailbox, a domain, or all
	OfHeld         Subject = "held"          // the mails that wait for a budget, by its key, or all
	OfRequests     Subject = "requests"      // the latest new tickets
	OfRequester    Subject = "requester"     // the tickets of an address
	OfAssignees    Subject = "assignees"     // how many open tickets each agent has
	OfRotation     Subject = "rotation"      // whose turn it is in a queue, by name
	OfAway         Subject = "away"          // which agents are away
	OfDuty         Subject = "duty"          // whom agents put on call
	OfInvitation   Subject = "invitation"    // to which shifts agents were invited
	OfIncidents    Subject = "incidents"     // which are open, and what they are
	OfReport       Subject = "report"        // which incident a ticket reports
	OfReports      Subject = "reports"       // the tickets that report an incident, by its lead
	OfSuppressions Subject = "suppressions"  // what speaks against mail to an address, or to any
	OfStorm        Subject = "storm"         // by its kind
	OfThanks       Subject = "thanks"        // for an agent, by name
	OfLanguage     Subject = "language"      // that an address wants
	OfAgentAddress Subject = "agent address" // whose an address is; without one: any
	OfArticle      Subject = "article"       // by slug; without one: any
	OfTroubles     Subject = "troubles"
)

// NumberKind is a kind of rows that get their number when they are decided on.
type NumberKind string

// The kinds.
const (
	TicketNumber      NumberKind = "ticket"
	ParticipantNumber NumberKind = "participant"
	OutgoingNumber    NumberKind = "outbox"
	EventNumber       NumberKind = "event"
)
