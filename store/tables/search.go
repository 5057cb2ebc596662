package tables

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"maildesk/search"
	"maildesk/store/sqlrow"
	"maildesk/store/statement"
	"maildesk/ticket"
)

// maxIndexed is how much of a text is indexed. Unique words
// cost most, and all writers wait for the index.
const maxIndexed = 256 << 10

// ofFiles is how much of the files (their names first) is indexed however long the text is.
const ofFiles = 64 << 10

// index queues a text to be indexed with the commit: its beginning, if it
// is longer than maxIndexed, and a mark.
func (t *Tx) index(id int64, words, mark string) { t.Texts = append(t.Texts, textOf(id, words, mark)) }

func textOf(id int64, words, mark string) statement.Text {
	return statement.Text{ID: id, Words: search.Bounded(sqlrow.Clean([]any{beginning(words, maxIndexed)})[0].(string)) + mark}
}

// beginning returns so many bytes of a text, without half a word.
func beginning(words string, most int) string {
	if len(words) <= most {
		return words
	}
	words = strings.ToValidUTF8(words[:most], "")
	if end := strings.LastIndexAny(words, " \n"); end > 0 {
		words = words[:end]
	}
	return words
}

// TextOfSubject returns what the search finds of the subject of a ticket.
func TextOfSubject(ticket int64, subject string) statement.Text { return textOf(-ticket, subject, "") }

// TextOfEntry returns what the search finds of an entry, and of the files that came with it.
func TextOfEntry(e ticket.Entry) statement.Text {
	words, mark := e.Subject+"\n"+cmp.Or(e.Full, e.Text), ""
	if e.Files != "" {
		words, mark = beginning(words, maxIndexed-ofFiles)+"\n"+e.Files, "\n"+search.FileMark
	}
	return textOf(e.ID, words, mark)
}

// Search is described at [ticket.Reader].
func (r *Reader) Search(q ticket.Query) (ticket.Found, error) {
	if q.IsEmpty() || q.In == ticket.InArticles {
		return ticket.Found{}, nil
	}
	seen := make([]int64, len(q.Seen))
	for i, id := range q.Seen {
		seen[i] = int64(id)
	}
	found, err := r.Engine.Search(r.Ctx, r.Q, q, func(c *sqlrow.Conditions) {
		conditions(c, q.Tickets)
		c.NotIn("ticket.id", seen)
	})
	if err != nil {
		return ticket.Found{}, fmt.Errorf("search: %w", err)
	}
	if err := r.shown(&found, q); err != nil {
		return ticket.Found{}, fmt.Errorf("search: %w", err)
	}
	found.Total = len(found.Hits)
	if q.Limit > 0 {
		found.Hits = found.Hits[:min(q.Limit, len(found.Hits))]
	}
	for i := range found.Hits {
		h := &found.Hits[i]
		if h.Ticket, err = r.Ticket(h.Ticket.ID); err != nil {
			return ticket.Found{}, fmt.Errorf("search: %w", err)
		}
		if h.Entry.ID == 0 {
			continue
		}
		if h.Entry, err = scanEntry(r.Row(`SELECT `+entryColumns+` FROM entry WHERE id = $1`, h.Entry.ID)); err != nil {
			return ticket.Found{}, fmt.Errorf("search: %w", err)
		}
	}
	return found, nil
}

// mostPrivate is how many tickets in private queues a search looks at.
const mostPrivate = 200

// shown removes the tickets in private queues that must not be shown to the searcher.
func (r *Reader) shown(found *ticket.Found, q ticket.Query) (err error) {
	looked := 0
	found.Hits = slices.DeleteFunc(found.Hits, func(h ticket.Hit) bool {
		if err != nil || !slices.ContainsFunc(q.Private, func(queue string) bool { return strings.EqualFold(queue, h.Ticket.Queue) }) {
			return false
		}
		if looked++; looked > mostPrivate {
			found.Older = true
			return true
		}
		var t ticket.Ticket
		may := false
		if t, err = r.Ticket(h.Ticket.ID); err == nil {
			may, err = q.Shown(t)
		}
		return !may
	})
	return err
}
