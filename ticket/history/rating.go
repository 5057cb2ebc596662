package history

import (
	"time"

	"maildesk/ticket"
)

// Rating is what a requester says of how their request was handled.
type Rating struct {
	Says  string // one of the Rating constants
	Words string // of theirs, at most the beginning; the mail is in the correspondence
	Of    string // who rates, as people know them
	At    time.Time
	Mail  ticket.MailID
}

// RatingOf returns the rating of a ticket, by its events: the last one counts.
func RatingOf(events []ticket.Event) (r Rating, rated bool) {
	for _, e := range events {
		if e.Kind == ticket.EventRated {
			r, rated = Rating{Says: e.To, Words: e.Reason, Of: e.Actor, At: e.At, Mail: e.Mail}, true
		}
	}
	return r, rated
}

// Worked returns the time that agents have booked on a ticket, by its events.
func Worked(events []ticket.Event) (all ticket.Minutes) {
	for _, e := range events {
		if e.Kind == ticket.EventWorked {
			all += ticket.Minutes(e.Number)
		}
	}
	return all
}
