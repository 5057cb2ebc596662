package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"maildesk/ticket"
)

// By is what figures are grouped by.
type By string

// The groups. Queue, level and agent are those at the time of the event;
// category, language and domain are the ticket's current ones.
const (
	ByNothing  By = ""
	ByQueue    By = "queue"
	ByLevel    By = "level"
	ByAgent    By = "agent"
	ByCategory By = "category"
	ByLanguage By = "language"
	ByDomain   By = "domain"
)

// Groups lists what figures can be grouped by.
var Groups = []By{ByQueue, ByLevel, ByAgent, ByCategory, ByLanguage, ByDomain}

// of returns the group of something that happened on a ticket.
func (by By) of(t ticket.Ticket, s Standing) string {
	switch by {
	case ByQueue:
		return s.Queue
	case ByLevel:
		return string(rune('0' + min(max(s.Level, 0), 9)))
	case ByAgent:
		return s.Agent
	case ByCategory:
		return t.Category
	case ByLanguage:
		return t.Language
	case ByDomain:
		return domainOf(t.Requester)
	default:
		return ""
	}
}

// Sheet has the figures of one period.
type Sheet struct {
	Period
	Figures
	Groups map[string]*Figures // by the name of the group; empty: none
}

// Names returns the groups, those with the most requests, solutions and waiting tickets
// first.
func (s *Sheet) Names() []string {
	weight := func(name string) int {
		f := s.Groups[name]
		return f.Requests + f.Solved + f.Backlog
	}
	return slices.SortedFunc(maps.Keys(s.Groups), func(a, b string) int {
		return cmp.Or(weight(b)-weight(a), strings.Compare(a, b))
	})
}

// Counter adds up lives.
type Counter struct {
	by     By
	Sheets []*Sheet // one a period, in their order
}

// NewCounter returns a counter for periods, which are in the order of time and do not
// overlap.
func NewCounter(by By, periods ...Period) *Counter {
	c := &Counter{by: by}
	for _, p := range periods {
		c.Sheets = append(c.Sheets, &Sheet{Period: p, Figures: *newFigures(), Groups: map[string]*Figures{}})
	}
	return c
}

// Add counts one ticket.
func (c *Counter) Add(l Life) {
	if l.Ignore {
		return
	}
	for _, f := range l.Facts {
		if s := c.sheetAt(f.At); s != nil {
			c.each(s, l, f.Standing, func(sum *Figures) { sum.add(f, l.Ticket) })
		}
	}
	for _, s := range c.Sheets {
		if l.over(s.To) {
			return
		}
		c.stand(s, l)
	}
}

// stand counts a ticket's standing at the end of a period. What happens at the very end
// belongs to the next one.
func (c *Counter) stand(s *Sheet, l Life) {
	end := s.To.Add(-1)
	at, waits := l.WaitsAt(end)
	switch {
	case waits:
		age := s.To.Sub(l.Ticket.CreatedAt)
		c.each(s, l, at, func(sum *Figures) { sum.wait(l.Ticket, age) })
	case l.UntoldAt(end):
		c.each(s, l, at, func(sum *Figures) { sum.Uninformed++ })
	}
}

// each calls do with the figures of a period and with those of the group in it.
func (c *Counter) each(s *Sheet, l Life, at Standing, do func(*Figures)) {
	do(&s.Figures)
	if c.by == ByNothing {
		return
	}
	name := c.by.of(l.Ticket, at)
	if s.Groups[name] == nil {
		s.Groups[name] = newFigures()
	}
	do(s.Groups[name])
}

// sheetAt returns the sheet of a time, nil if no period holds it.
func (c *Counter) sheetAt(at time.Time) *Sheet {
	i, found := slices.BinarySearchFunc(c.Sheets, at, func(s *Sheet, at time.Time) int {
		switch {
		case !at.Before(s.To):
			return -1
		case at.Before(s.From):
			return 1
		}
		return 0
	})
	if !found {
		return nil
	}
	return c.Sheets[i]
}

// domainOf returns the domain of an address in lower case.
func domainOf(address string) string {
	_, domain, _ := strings.Cut(strings.ToLower(address), "@")
	return domain
}
