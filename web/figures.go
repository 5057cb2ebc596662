package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"maildesk/calendar"
	"maildesk/desk/decision"
	"maildesk/desk/settings"
	"maildesk/report"
	"maildesk/report/plot"
	"maildesk/ticket"
)

// Figures are counted from all tickets that were worked on, which takes seconds if there
// are very many: they are counted once for everybody, not for each request.
const (
	figuresFresh = 5 * time.Minute
	figuresKept  = 24 * time.Hour
	maxPeriods   = 100
)

// period names what is counted: the last unit that had ended at a time.
type period struct {
	unit report.Unit
	end  string // a day, 2026-11-30
	asOf asOf
}

// counted is a summary with its charts.
type counted struct {
	summary *report.Summary
	charts  []plot.Chart
	svg     [][]byte

	findings []string
}

// count counts a period.
func (s *Server) count(ctx context.Context, p period) (*counted, error) {
	set := s.src.Settings()
	end, err := calendar.ParseDay(p.end, set.Zone())
	if err != nil {
		return nil, err
	}
	c := &counted{}
	err = s.src.View(ctx, func(r ticket.Reader) (err error) {
		c.summary, err = report.Summarise(r, set.Terms, p.unit, end)
		return err
	})
	if err != nil {
		return nil, err
	}
	ids := make([]string, settings.FigureCharts)
	if _, c.charts, err = set.FigureWords.RenderFigures(c.summary, set.Name, "en", end, ids); err != nil {
		return nil, err
	}
	c.findings = set.FigureWords.SayFindings(c.summary, "en", end)
	for _, chart := range c.charts {
		svg, err := chart.SVG()
		if err != nil {
			return nil, err
		}
		c.svg = append(c.svg, svg)
	}
	return c, nil
}

// figuresData is the data of the figures.
type figuresData struct {
	Unit       report.Unit
	Units      []report.Unit
	From, Last time.Time // of the period; its last day
	CountedAt  time.Time
	Before     string // the addresses of the periods before and after; empty: there is none
	After      string
	Findings   []string
	Rows       []figureRow
	Charts     []chartRow
	Steps      []figureRow
	StepNames  []string
	Heads      []string // of the period and the one before
	Alone      []string // of the period
	Categories []figureRow
	Reasons    []figureRow
	Oldest     []oldRow
}

type figureRow struct {
	Name  string
	Cells []string
}

type chartRow struct{ Path, Title, Text string }

type oldRow struct {
	Ticket  ticket.Ticket
	Private bool
}

// asked returns the period that a request asks for, by default the last whole week.
func (s *Server) asked(r *http.Request) (period, time.Time, error) {
	q := r.URL.Query()
	unit := report.Unit(cmp.Or(q.Get("unit"), string(report.Week)))
	if !slices.Contains(report.Units, unit) {
		return period{}, time.Time{}, &refusal{http.StatusBadRequest, "There is no such unit. There are: " + joined(report.Units) + "."}
	}
	zone := s.src.Settings().Zone()
	at := time.Now().In(zone)
	if day := q.Get("to"); day != "" {
		asked, err := calendar.ParseDay(day, zone)
		if err != nil {
			return period{}, time.Time{}, &refusal{http.StatusBadRequest, "“to” is a day, as in 2026-11-30."}
		}
		at = earliest(at, asked)
	}
	end := unit.Begin(at)
	erased, err := s.asOf(r.Context())
	return period{unit, end.Format(time.DateOnly), erased}, end, err
}

// figuresPage shows the figures of a period beside those before.
func (s *Server) figuresPage(w http.ResponseWriter, r *http.Request, agent settings.Agent) error {
	key, end, err := s.asked(r)
	if err != nil {
		return err
	}
	c, at, err := s.figures.get(r.Context(), key)
	if err != nil {
		return err
	}
	sum := c.summary
	d := figuresData{Unit: key.unit, Units: report.Units, From: sum.Now.From, Last: sum.Now.To.AddDate(0, 0, -1), CountedAt: at}
	address := func(to time.Time) string {
		return "/figures?" + url.Values{"unit": {string(key.unit)}, "to": {to.Format(time.DateOnly)}}.Encode()
	}
	d.Before = address(key.unit.Before(end))
	if next := key.unit.Next(end); !next.After(time.Now()) {
		d.After = address(next)
	}
	d.Findings = c.findings
	d.Rows, d.Categories, d.Reasons = figureRows(&sum.Now.Figures, &sum.Before.Figures), categoryRows(sum), reasonRows(&sum.Now.Figures, s.src.Settings(), agent)
	d.Heads = []string{named(key.unit, sum.Now.Period), named(key.unit, sum.Before.Period)}
	d.Alone = d.Heads[:1]
	d.StepNames = []string{"Received", "Solved", "Waiting"}
	for i, chart := range c.charts {
		d.Charts = append(d.Charts, chartRow{fmt.Sprintf("/figures/%d.svg?unit=%s&to=%s", i+1, key.unit, key.end), chart.Title, chart.Text()})
	}
	for i, step := range sum.Steps {
		d.Steps = append(d.Steps, figureRow{c.charts[0].Labels[i], []string{number(step.Requests), number(step.Solved), number(step.Backlog)}})
	}
	if d.Oldest, err = s.oldest(r.Context(), sum.Now.Oldest, agent); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "figures.html", view{Title: "Figures", Here: "figures", Agent: agent, Data: d})
}

// oldest returns the tickets that have waited longest, as they are now: since they were counted,
// one may have become confidential, or its text been erased.
func (s *Server) oldest(ctx context.Context, counted []report.Old, agent settings.Agent) (rows []oldRow, err error) {
	err = s.src.View(ctx, func(r ticket.Reader) error {
		rows = nil
		for _, x := range counted {
			t, err := r.Ticket(x.Ticket.ID)
			if errors.Is(err, ticket.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			may, err := decision.MaySee(r, s.src.Settings(), t, agent)
			if err != nil {
				return err
			}
			rows = append(rows, oldRow{t, !may})
		}
		return nil
	})
	return rows, err
}

// figuresChart serves a picture of the figures.
func (s *Server) figuresChart(w http.ResponseWriter, r *http.Request, _ settings.Agent) error {
	key, _, err := s.asked(r)
	if err != nil {
		return err
	}
	c, _, err := s.figures.get(r.Context(), key)
	if err != nil {
		return err
	}
	for i, svg := range c.svg {
		if r.PathValue("chart") == fmt.Sprintf("%d.svg", i+1) {
			w.Header().Set("Content-Type", "image/svg+xml")
			w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
			_, _ = w.Write(svg) // the browser may be gone
			return nil
		}
	}
	return errNowhere
}

// figureRows returns the figures of two periods. docs/figures.md defines each.
func figureRows(now, before *report.Figures) (rows []figureRow) {
	add := func(name string, of func(*report.Figures) string) {
		rows = append(rows, figureRow{name, []string{of(now), of(before)}})
	}
	count := func(n func(*report.Figures) int) func(*report.Figures) string {
		return func(f *report.Figures) string { return number(n(f)) }
	}
	add("Requests", count(func(f *report.Figures) int { return f.Requests }))
	add("Merged into others", count(func(f *report.Figures) int { return f.Merged }))
	add("Solved", count(func(f *report.Figures) int { return f.Solved }))
	add("of these, by the first answer", func(f *report.Figures) string { return share(f.AtOnce, f.Solved) })
	add("of these, without an agent", func(f *report.Figures) string { return share(f.ByThem, f.Solved) })
	for level := 1; level <= 3; level++ {
		add(fmt.Sprintf("Solved at level %d", level), count(func(f *report.Figures) int { return f.SolvedAt[level] }))
	}
	for _, x := range []struct {
		name string
		of   func(*report.Figures) *report.Spread
	}{
		{"First response", func(f *report.Figures) *report.Spread { return &f.FirstResponse }},
		{"Next update", func(f *report.Figures) *report.Spread { return &f.NextUpdate }},
		{"Solution", func(f *report.Figures) *report.Spread { return &f.Resolution }},
	} {
		add(x.name+", median", func(f *report.Figures) string { return spread(x.of(f), (*report.Spread).Median) })
		add(x.name+", nine in ten within", func(f *report.Figures) string { return spread(x.of(f), (*report.Spread).Late) })
	}
	for _, k := range ticket.TargetKinds {
		add("Promises kept: "+string(k), func(f *report.Figures) string { return share(f.Kept[k], f.Kept[k]+f.Broken[k]) })
	}
	add("Closed", count(func(f *report.Figures) int { return f.Closed }))
	add("Reopened", count(func(f *report.Figures) int { return f.Reopened }))
	add("Passed to a higher level", count(func(f *report.Figures) int { return f.Escalated }))
	add("Time booked", func(f *report.Figures) string { return inWords(f.Worked) })
	add("Reminders sent", count(func(f *report.Figures) int { return f.Chased }))
	add("Undeliverable", count(func(f *report.Figures) int { return f.Bounced }))
	add("Rated good", func(f *report.Figures) string { return share(f.Good, f.Good+f.Bad) })
	add("Waiting at the end", count(func(f *report.Figures) int { return f.Backlog }))
	age := func(of func(*report.Spread) time.Duration) func(f *report.Figures) string {
		return func(f *report.Figures) string {
			if f.Age.Count() == 0 {
				return "–"
			}
			return inDays(of(&f.Age))
		}
	}
	add("Their age, median", age((*report.Spread).Median))
	add("Their age, nine in ten within", age((*report.Spread).Late))
	add("Solved, requester not informed", count(func(f *report.Figures) int { return f.Uninformed }))
	return rows
}

// named returns what a period is called at the head of a column.
func named(unit report.Unit, p report.Period) string {
	last := p.To.Add(-1)
	switch unit {
	case report.Year:
		return p.From.Format("2006")
	case report.Quarter:
		return fmt.Sprintf("Q%d %d", (p.From.Month()+2)/3, p.From.Year())
	case report.Month:
		return p.From.Format("Jan 2006")
	case report.Day:
		return p.From.Format("2 Jan")
	}
	if p.From.Month() == last.Month() {
		return p.From.Format("2") + "–" + last.Format("2 Jan")
	}
	return p.From.Format("2 Jan") + "–" + last.Format("2 Jan")
}

// share returns a part of all in percent.
func share(part, all int) string {
	if all == 0 {
		return "–"
	}
	return fmt.Sprintf("%d %% (%d of %d)", (100*part+all/2)/all, part, all)
}

// spread returns one time of many.
func spread(s *report.Spread, of func(*report.Spread) time.Duration) string {
	if s.Count() == 0 {
		return "–"
	}
	return inWords(of(s))
}

// inWords returns a time in minutes or hours.
func inWords(d time.Duration) string {
	if d >= 2*time.Hour {
		return number(int(d.Round(time.Hour)/time.Hour)) + " h"
	}
	return fmt.Sprintf("%d min", int(d.Round(time.Minute)/time.Minute))
}

// inDays returns a time around the clock: in days from two on.
func inDays(d time.Duration) string {
	if d < 48*time.Hour {
		return inWords(d)
	}
	return number(int(d.Round(24*time.Hour)/(24*time.Hour))) + " days"
}

// The most rows shown of a list; the others share one row.
const (
	mostCategories = 20
	mostReasons    = 10
)

// categoryRows returns how many requests of each category came, most first.
func categoryRows(s *report.Summary) (rows []figureRow) {
	names, others, othersNow, othersBefore := s.Foremost(mostCategories)
	for _, name := range names {
		now, before := s.Counts(name)
		rows = append(rows, figureRow{cmp.Or(strings.TrimSpace(name), "no category"), []string{number(now), number(before)}})
	}
	if others > 0 {
		rows = append(rows, figureRow{fmt.Sprintf("others (%d)", others), []string{number(othersNow), number(othersBefore)}})
	}
	return rows
}

// reasonRows returns why tickets were passed to a higher level, the most frequent reasons first.
// What was written on a ticket in a private queue is only for its agents.
func reasonRows(f *report.Figures, set *settings.Settings, agent settings.Agent) (rows []figureRow) {
	confidential, rest := 0, 0
	var named []string
	for _, reason := range f.TopReasons(len(f.Reasons)) {
		private := slices.ContainsFunc(f.QueuesOf(reason), func(queue string) bool { return set.IsPrivate(queue) && !set.IsOf(agent, queue) })
		switch {
		case reason != "" && private:
			confidential += f.Reasons[reason]
		default:
			named = append(named, reason)
		}
	}
	most := report.Named(len(named), mostReasons)
	for i, reason := range named {
		if i >= most {
			rest += f.Reasons[reason]
			continue
		}
		rows = append(rows, figureRow{cmp.Or(reason, "no reason"), []string{number(f.Reasons[reason])}})
	}
	if others := len(named) - most; others > 0 {
		rows = append(rows, figureRow{fmt.Sprintf("others (%d)", others), []string{number(rest)}})
	}
	if confidential > 0 {
		rows = append(rows, figureRow{"confidential", []string{number(confidential)}})
	}
	return rows
}
