package draft

import (
	"cmp"
	"slices"

	"maildesk/ticket"
)

// LatestRequests is described at [ticket.Reader].
func (d *Draft) LatestRequests(limit int) ([]ticket.Request, error) {
	d.rely(ticket.OfRequests, 0, "")
	all, err := d.Reader.LatestRequests(limit)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if err := d.requestNow(&all[i]); err != nil {
			return nil, err
		}
	}
	for id := range d.tickets.made {
		q := ticket.Request{Ticket: id}
		if err := d.requestNow(&q); err != nil {
			return nil, err
		}
		all = append(all, q)
	}
	slices.SortFunc(all, func(a, b ticket.Request) int { return cmp.Compare(a.Ticket, b.Ticket) })
	return all[max(0, len(all)-limit):], nil
}

// requestNow brings a request to how its ticket is now.
func (d *Draft) requestNow(q *ticket.Request) error {
	if _, changed := d.tickets.at[q.Ticket]; changed {
		t := d.tickets.now[q.Ticket]
		q.From, q.At, q.Category, q.Subject = t.Requester, t.CreatedAt, t.Category, t.Subject
	}
	i := slices.IndexFunc(d.added[q.Ticket], func(e ticket.Entry) bool { return e.Kind == ticket.EntryMessage })
	if q.Text != "" || q.Imported || i < 0 {
		return nil
	}
	if !d.tickets.made[q.Ticket] {
		before, err := d.Reader.Correspondence(q.Ticket)
		if err != nil || slices.ContainsFunc(before, func(e ticket.Entry) bool { return e.Kind == ticket.EntryMessage }) {
			return err
		}
	}
	opening := d.added[q.Ticket][i]
	q.Text = beginning(opening.Text)
	if opening.Mail == 0 {
		return nil
	}
	q.Mail = opening.Mail
	m, err := d.Mail(opening.Mail)
	q.Imported = m.Envelope.Source == ticket.SourceImport
	return err
}

// maxBeginning is how many letters of a request's text are shown.
const maxBeginning = 4096

func beginning(text string) string {
	if len(text) <= maxBeginning {
		return text
	}
	letters := []rune(text)
	return string(letters[:min(maxBeginning, len(letters))])
}
