package simulation

import (
	"maps"
	"slices"

	"maildesk/simulation/rare"
	"maildesk/ticket"
)

// noteEvents counts the rare paths that the events of all tickets show.
func (w *world) noteEvents(r ticket.Reader) error {
	tickets, err := r.Tickets(ticket.Filter{})
	if err != nil {
		return err
	}
	for _, t := range tickets {
		events, err := r.Events(t.ID)
		if err != nil {
			return err
		}
		for _, e := range events {
			w.seen.NoteEvent(e)
		}
	}
	return nil
}

// noteDispositions counts those that the dispositions of all mails show.
func (w *world) noteDispositions(r ticket.Reader) error {
	tally, err := r.Tally()
	for _, d := range slices.Sorted(maps.Keys(tally.Dispositions)) {
		n := int(tally.Dispositions[d])
		switch {
		case n == 0:
		case d == ticket.DispositionDuplicate:
			w.seen[rare.Repeated] += n
		case d == ticket.DispositionQuarantined:
			w.seen[rare.Quarantined] += n
		case d == ticket.DispositionSpam:
			w.seen[rare.Spam] += n
		case d == ticket.DispositionMachine:
			w.seen[rare.Silent] += n
		}
	}
	return err
}
