package oldmail

import (
	"context"
	"fmt"
	"io"
	"regexp"

	"maildesk/desk"
	"maildesk/desk/incoming"
	"maildesk/ticket"
)

// importSum counts what became of imported mails, and where an option could have
// improved the result.
type importSum struct {
	total    int
	became   map[ticket.Disposition]int
	tickets  map[ticket.ID]bool
	ownAlone int            // from the desk's own addresses, in no known thread
	answers  int            // that opened a ticket though their subject says that they answer
	marks    map[string]int // subjects with something like a ticket's mark
	example  string
}

func newImportSum() *importSum {
	return &importSum{became: map[ticket.Disposition]int{}, tickets: map[ticket.ID]bool{}, marks: map[string]int{}}
}

// foreignMark matches what other desks write into subjects: a number in brackets.
var foreignMark = regexp.MustCompile(`\[[^\[\]]{0,40}?\d{2,}[^\[\]]{0,10}\]|\((?:Case|Ticket|Call)[^()]{0,20}\d{2,}\)`)

func (s *importSum) add(m ticket.Mail, subject string) {
	s.total++
	s.became[m.Disposition]++
	if m.Ticket != 0 {
		s.tickets[m.Ticket] = true
	}
	if m.Reason == "own-address" {
		s.ownAlone++
	}
	if m.Disposition == ticket.DispositionNew && incoming.IsAnswer(subject) {
		s.answers++
	}
	if mark := foreignMark.FindString(subject); mark != "" {
		s.marks[mark]++
		s.example = mark
	}
}

// print prints what became of the mails, and hints at options that could help.
func (s *importSum) print(ctx context.Context, w io.Writer, d *desk.Desk, how importing) error {
	fmt.Fprintf(w, "%d mails imported", s.total)
	for _, disposition := range ticket.Dispositions {
		if n := s.became[disposition]; n > 0 {
			fmt.Fprintf(w, ", %d %s", n, disposition)
		}
	}
	open := 0
	err := d.View(ctx, func(r ticket.Reader) error {
		for id := range s.tickets {
			t, err := r.Ticket(id)
			if err != nil {
				return err
			}
			if t.Status != ticket.StatusClosed {
				open++
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(w, ".\n%d tickets, %d of them open.\n", len(s.tickets), open)
	for _, hint := range s.hints(how) {
		fmt.Fprintf(w, "Hint: %s\n", hint)
	}
	return nil
}

// hints prints what to try on a copy of the data, before the desk goes live.
func (s *importSum) hints(how importing) (hints []string) {
	if how.openSince.IsZero() && s.became[ticket.DispositionNew] > 0 {
		hints = append(hints, "every new ticket is closed; --open-since DATE leaves those with a mail of that day or later open")
	}
	marked := 0
	for _, n := range s.marks {
		if n > 1 {
			marked += n
		}
	}
	if how.tag == nil && marked > 1 {
		hints = append(hints, fmt.Sprintf("%d subjects share a mark such as %s; --subject-tag REGEX makes one ticket of the mails of each mark", marked, s.example))
	}
	if !how.trusted && (s.answers > 0 || s.ownAlone > 0) {
		hints = append(hints, fmt.Sprintf("%d answers opened tickets of their own; --trusted lets References thread, whoever wrote, and sender and subject where there are none", s.answers))
	}
	if s.ownAlone > 0 {
		hints = append(hints, fmt.Sprintf("%d mails from the desk's own addresses belong to no known thread; name the folders with the questions in the same call", s.ownAlone))
	}
	if len(hints) > 0 {
		hints = append(hints, "to try again, begin with data as they were: imported mails are known, and a second run leaves them where they are")
	}
	return hints
}
