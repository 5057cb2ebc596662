package history

import (
	"slices"
	"strings"
	"time"

	"maildesk/ticket"
)

// Sending is something that an agent has planned to send.
type Sending struct {
	Mail     ticket.MailID `json:"mail"` // that planned it
	Text     ticket.MailID `json:"text"` // whose text goes out; the same mail, unless it was held back first
	Agent    string        `json:"agent"`
	What     string        `json:"what"`              // one of the Plan constants
	Vendor   string        `json:"vendor,omitempty"`  // to whom it goes; empty: to the readers
	Planned  time.Time     `json:"planned"`           // when
	Next     time.Time     `json:"next,omitzero"`     // when the clock acts; zero: it has ended
	Becomes  ticket.Status `json:"becomes,omitempty"` // what the ticket becomes with it: resolved or closed; empty: it stays
	Every    string        `json:"every,omitempty"`   // between reminders: "2d", of working time
	Times    int           `json:"times,omitempty"`   // reminders in all
	Done     int           `json:"done,omitempty"`    // of them
	Expected time.Time     `json:"expected,omitzero"` // when a vendor is to answer what is planned; zero: as always
	Subject  string        `json:"subject,omitempty"` // for a vendor
	Ended    string        `json:"ended,omitempty"`   // one of the Ended constants; empty: it waits
}

// SendingEvents are the kinds of events that [SendingsOf] reads.
var SendingEvents = []ticket.EventKind{ticket.EventPlanned, ticket.EventReminded, ticket.EventPlanEnded, ticket.EventTakenBack}

// SendingsOf returns what agents have planned to send on a ticket, by its events, in the
// order in which it was planned, also what has ended. What was taken back is left out.
func SendingsOf(events []ticket.Event) []Sending {
	var all []Sending
	for _, e := range Counting(events) {
		if e.Kind == ticket.EventPlanned {
			s := Sending{Mail: e.Mail, Text: e.OtherMail, Agent: e.Actor, What: e.Topic, Vendor: e.From, Planned: e.At, Next: e.Until, Times: e.Number, Subject: e.Reason}
			switch {
			case s.What == ticket.PlanChase:
				s.Every = e.To
			case s.Vendor != "":
				s.Expected, _ = time.Parse(time.RFC3339, e.To) // it is empty, or was formatted so
			default:
				s.Becomes = ticket.Status(e.To)
			}
			all = append(all, s)
			continue
		}
		i := slices.IndexFunc(all, func(s Sending) bool { return s.Mail == e.OtherMail && strings.EqualFold(s.Vendor, e.From) })
		switch {
		case i < 0:
		case e.Kind == ticket.EventReminded:
			all[i].Done, all[i].Next = e.Number, e.Until
		case e.Kind == ticket.EventPlanEnded:
			all[i].Ended, all[i].Next = e.Topic, time.Time{}
		}
	}
	return all
}

// Waiting returns those that have not ended.
func Waiting(all []Sending) []Sending {
	return slices.DeleteFunc(slices.Clone(all), func(s Sending) bool { return s.Ended != "" })
}
