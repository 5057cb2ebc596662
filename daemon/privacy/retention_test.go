package privacy

import (
	"context"
	"slices"
	"testing"
	"time"

	"maildesk/config"
	"maildesk/routing"
	"maildesk/store/tables"
	"maildesk/ticket"
)

func TestKeptLongEnough(t *testing.T) {
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	day := func(n int) time.Time { return now.AddDate(0, 0, -n) }
	keep := config.Retention{After: 1000 * 24 * time.Hour, Categories: map[string]time.Duration{"network": 30 * 24 * time.Hour, "law": 0}}
	k := newKeeping(&config.Config{Retention: keep, Routing: routing.Desk{Categories: []routing.Category{{Name: "network"}, {Name: "wifi", Parent: "network"}, {Name: "law"}, {Name: "other"}}}})
	for _, tt := range []struct {
		name string
		of   ticket.Ticket
		want bool
	}{
		{"its category's time is over", ticket.Ticket{Category: "network", ClosedAt: day(30)}, true},
		{"not yet", ticket.Ticket{Category: "network", ClosedAt: day(29)}, false},
		{"that of the category above", ticket.Ticket{Category: "wifi", ClosedAt: day(31)}, true},
		{"a category that is kept for ever", ticket.Ticket{Category: "law", ClosedAt: day(9999)}, false},
		{"a category without a time", ticket.Ticket{Category: "other", ClosedAt: day(1001)}, true},
		{"no category", ticket.Ticket{ClosedAt: day(999)}, false},
		{"not closed", ticket.Ticket{Category: "network"}, false},
	} {
		if got := k.over(tt.of, now); got != tt.want {
			t.Errorf("%s: over = %t, want %t", tt.name, got, tt.want)
		}
	}
	if k.shortest != 30*24*time.Hour {
		t.Errorf("the shortest time is %v", k.shortest)
	}
}

// closed is a store of closed tickets that shows a page at a time.
type closed struct {
	ticket.Reader
	all   []ticket.Ticket
	pages int
	most  int // tickets on one page
}

func (c *closed) View(_ context.Context, f func(ticket.Reader) error) error { return f(c) }

func (c *closed) Tickets(f ticket.Filter) (page []ticket.Ticket, err error) {
	c.pages++
	for _, t := range c.all {
		if t.ID > f.After && !t.ResolvedAt.After(f.ResolvedBy) && len(page) < f.Limit {
			page = append(page, t)
		}
	}
	c.most = max(c.most, len(page))
	return page, nil
}

// However many tickets there are, they are never all in memory, and none is read where nothing
// is ever erased.
func TestKeptLongEnoughByPages(t *testing.T) {
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	c := &closed{}
	for i := range ticket.ID(2*retentionPage + 10) {
		at := now.AddDate(0, 0, -20+int(i%2)*10)
		c.all = append(c.all, ticket.Ticket{ID: i + 1, Status: ticket.StatusClosed, ResolvedAt: at, ClosedAt: at})
	}
	for _, tt := range []struct {
		keep        time.Duration
		limit       int
		due, pages  int
		first, last ticket.ID
	}{
		{keep: 0, due: 0, pages: 0},
		{keep: 5 * 24 * time.Hour, due: len(c.all), pages: 3, first: 1, last: 2*retentionPage + 10},
		{keep: 15 * 24 * time.Hour, due: len(c.all) / 2, pages: 2, first: 1, last: 2*retentionPage + 9},
		{keep: 15 * 24 * time.Hour, limit: 7, due: 7, pages: 1, first: 1, last: 13},
	} {
		c.pages, c.most = 0, 0
		due, err := keptLongEnough(t.Context(), c, &config.Config{Retention: config.Retention{After: tt.keep}}, now, tt.limit)
		if err != nil || len(due) != tt.due || c.pages != tt.pages || c.most > retentionPage {
			t.Errorf("after %v, limit %d: %d tickets, %v, from %d pages of up to %d", tt.keep, tt.limit, len(due), err, c.pages, c.most)
			continue
		}
		if tt.due > 0 && (due[0] != tt.first || due[len(due)-1] != tt.last) {
			t.Errorf("after %v, limit %d: from %d to %d", tt.keep, tt.limit, due[0], due[len(due)-1])
		}
	}
}

// handled is a store in which mails were handled.
type handled struct {
	all  []tables.Handled
	read int
}

func (h *handled) HandledAfter(_ context.Context, p tables.Place, limit int) (page []tables.Handled, err error) {
	i := slices.IndexFunc(h.all, func(m tables.Handled) bool { return m.Place.Place > p.Place })
	if i >= 0 {
		page = h.all[i:min(len(h.all), i+limit)]
	}
	h.read += len(page)
	return page, nil
}

// What was erased, or is some ticket's, is read once, however often the daemon looks; what is due is found until it is
// erased, and what a wrong clock has dated into the future holds up nothing.
func TestMailsKeptLongEnough(t *testing.T) {
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	const day = 24 * time.Hour
	h := &handled{}
	add := func(n int, age time.Duration, loose bool) {
		for range n {
			id := int64(len(h.all) + 1)
			h.all = append(h.all, tables.Handled{Place: tables.Place{Place: id, Mail: ticket.MailID(id)}, At: now.Add(-age), Loose: loose})
		}
	}
	add(3*retentionPage, 40*day, false)
	add(1, -300*day, true)
	add(2*retentionPage, 20*day, true)
	add(5*retentionPage, 5*day, true)
	var from Reached
	look := func(limit, want, most int) {
		t.Helper()
		h.read = 0
		due, err := mailsKeptLongEnough(t.Context(), h, 10*day, now, limit, &from)
		if err != nil || len(due) != want || h.read > most {
			t.Errorf("limit %d: %d are due, %v, of %d that were read; want %d of at most %d", limit, len(due), err, h.read, want, most)
		}
		for _, id := range due[:min(len(due), 500)] { // the others wait for the next time
			h.all[id-1].Loose = false
		}
	}
	look(0, 2*retentionPage, 6*retentionPage)
	look(1000, 1000, 3*retentionPage)
	look(0, retentionPage, 3*retentionPage)
	look(0, retentionPage/2, 3*retentionPage)
	for range 2 {
		look(0, 0, 2*retentionPage)
	}
	now = now.Add(6 * day)
	look(700, 700, retentionPage)
	if due, err := mailsKeptLongEnough(t.Context(), h, 0, now, 0, &from); err != nil || due != nil {
		t.Errorf("where nothing is erased by age: %v, %v", due, err)
	}
}
