package decision

import (
	"maildesk/desk/notify"
	"maildesk/ticket"
)

// MarkNotes marks, among entries of a ticket, the notes that nobody meant as such: mails
// that somebody may have written in another's name, and those of agents that were not
// carried out. Whoever reads the story must not take them for a colleague's word.
func MarkNotes(r ticket.Reader, id ticket.ID, entries []ticket.Entry) error {
	events, err := r.Events(id, ticket.EventForeign, ticket.EventUndone, ticket.EventHeld, ticket.EventRefused, ticket.EventReleased)
	if err != nil || len(events) == 0 {
		return err
	}
	marks := map[ticket.MailID]ticket.EntryMark{}
	for _, e := range events {
		switch e.Kind {
		case ticket.EventForeign:
			marks[e.Mail] = ticket.Unverified
		case ticket.EventUndone:
			if notify.Undone(e.Reason) == notify.UndoneDisowned {
				continue // it says so of another mail
			}
			marks[e.Mail] = ticket.Unsent
			if notify.Undone(e.Reason).Doubtful() {
				marks[e.Mail] = ticket.Unverified
			}
		case ticket.EventHeld, ticket.EventRefused:
			marks[e.Mail] = ticket.Unsent
		case ticket.EventReleased:
			delete(marks, e.OtherMail)
		}
	}
	for i, e := range entries {
		if e.Kind == ticket.EntryNote && e.Mail != 0 {
			entries[i].Mark = marks[e.Mail]
		}
	}
	return nil
}
