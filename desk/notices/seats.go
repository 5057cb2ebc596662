package notices

import (
	"slices"
	"strings"

	"maildesk/compose"
	"maildesk/desk/decision"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// Seat is a reader in the ticket that is theirs.
type Seat struct {
	Ticket ticket.Ticket
	Reader ticket.Participant
}

// Seats returns the readers of the tickets that are worked on in one, each person
// once, without those who read that one itself.
func Seats(c *decision.Change, t ticket.ID) ([]Seat, error) {
	merged, err := decision.MergedInto(c.Tx, t)
	if err != nil || len(merged) == 0 {
		return nil, err
	}
	known, err := c.Readers(t)
	if err != nil {
		return nil, err
	}
	var all []Seat
	for _, m := range merged {
		readers, err := c.Readers(m.ID)
		if err != nil {
			return nil, err
		}
		for _, p := range readers {
			if !IsAmong(known, p.Address) {
				all, known = append(all, Seat{m, p}), append(known, p)
			}
		}
	}
	return all, nil
}

// IsAmong reports whether an address is that of one of some people.
func IsAmong(people []ticket.Participant, address string) bool {
	return slices.ContainsFunc(people, func(p ticket.Participant) bool { return settings.SameAddress(p.Address, address) })
}

// forAll returns a notice as it may go to all who read a ticket or one that is worked on
// in it: where these are several requesters, lines that quote somebody stay out, as they
// may be the words of another one.
func forAll(c *decision.Change, t ticket.ID, n notify.Notice) (notify.Notice, []Seat, error) {
	seats, err := Seats(c, t)
	if len(seats) > 0 {
		n.Text = WithoutQuotes(n.Text)
	}
	return n, seats, err
}

// sendToSeats sends a notice about a ticket to the readers of those that are worked on
// in it, each in their own conversation.
func sendToSeats(c *decision.Change, seats []Seat, n notify.Notice) error {
	n.Bare = true // nobody looked at these tickets: their own words stay out
	for _, s := range seats {
		to := []ticket.Participant{s.Reader}
		if n.Auto() != compose.Human {
			var err error
			if to, err = Tellable(c, s.Ticket, to); err != nil {
				return err
			}
		}
		for _, p := range to {
			if err := Send(c, s.Ticket, p, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// WithoutQuotes returns a text without its quoted lines.
func WithoutQuotes(text string) string {
	var kept []string
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(strings.TrimLeft(line, " \t"), ">") {
			kept = append(kept, line)
		}
	}
	return strings.TrimSpace(strings.Join(kept, ""))
}

// latestEntries returns the last entries of a ticket and of those that are worked on in
// it, oldest first.
func latestEntries(c *decision.Change, t ticket.ID, limit int) ([]ticket.Entry, error) {
	merged, err := decision.MergedInto(c.Tx, t)
	if err != nil {
		return nil, err
	}
	if len(merged) == 0 {
		entries, err := c.Tx.LatestEntries(t, limit)
		if err != nil {
			return nil, err
		}
		slices.Reverse(entries)
		if err := decision.MarkNotes(c.Tx, t, entries); err != nil {
			return nil, err
		}
		return entries, decision.MarkMoved(c.Tx, t, entries)
	}
	all, err := decision.Story(c.Tx, t)
	return all[max(0, len(all)-limit):], err
}

// readAlong returns who reads what is answered on a ticket, besides its requester.
func readAlong(c *decision.Change, t ticket.ID) ([]ticket.Participant, error) {
	all, err := Participants(c, t)
	if err != nil {
		return nil, err
	}
	seats, err := Seats(c, t)
	for _, s := range seats {
		all = append(all, s.Reader)
	}
	return all, err
}
