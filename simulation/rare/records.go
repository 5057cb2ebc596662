package rare

import "maildesk/ticket"

// NoteRecords counts the rare paths that show in what a desk has at the end of a play.
func (s Sightings) NoteRecords(r ticket.Reader) error {
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
			s.NoteEvent(e)
		}
	}
	published, err := r.Articles(ticket.ArticleFilter{State: ticket.ArticlePublished})
	if err != nil {
		return err
	}
	s[Published] += len(published)
	tally, err := r.Tally()
	for d, n := range tally.Dispositions {
		if p, ok := byDisposition[d]; ok {
			s[p] += int(n)
		}
	}
	return err
}

// byDisposition are the rare paths that what became of a mail shows.
var byDisposition = map[ticket.Disposition]Path{
	ticket.DispositionDuplicate: Repeated, ticket.DispositionQuarantined: Quarantined, ticket.DispositionSpam: Spam, ticket.DispositionMachine: Silent,
}
