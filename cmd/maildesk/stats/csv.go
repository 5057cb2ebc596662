package stats

import (
	"encoding/csv"
	"io"
	"strconv"
	"time"

	"maildesk/report"
	"maildesk/ticket"
)

// column is one of the columns of the CSV.
type column struct {
	name  string
	value func(f *report.Figures) string
}

func count(n func(f *report.Figures) int) func(f *report.Figures) string {
	return func(f *report.Figures) string { return strconv.Itoa(n(f)) }
}

// spreadColumns are the columns of a spread.
func spreadColumns(name string, of func(f *report.Figures) *report.Spread) []column {
	seconds := func(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 0, 64) }
	return []column{
		{name + "_count", func(f *report.Figures) string { return strconv.Itoa(of(f).Count()) }},
		{name + "_median", func(f *report.Figures) string { return seconds(of(f).Median()) }},
		{name + "_p90", func(f *report.Figures) string { return seconds(of(f).Late()) }},
	}
}

// columns returns the columns of the CSV, which are named as in the JSON.
func columns() []column {
	all := []column{
		{"requests", count(func(f *report.Figures) int { return f.Requests })},
		{"merged", count(func(f *report.Figures) int { return f.Merged })},
		{"solved", count(func(f *report.Figures) int { return f.Solved })},
		{"solved_at_once", count(func(f *report.Figures) int { return f.AtOnce })},
		{"solved_without_agent", count(func(f *report.Figures) int { return f.ByThem })},
		{"solved_level_1", count(func(f *report.Figures) int { return f.SolvedAt[1] })},
		{"solved_level_2", count(func(f *report.Figures) int { return f.SolvedAt[2] })},
		{"solved_level_3", count(func(f *report.Figures) int { return f.SolvedAt[3] })},
		{"reopened", count(func(f *report.Figures) int { return f.Reopened })},
		{"closed", count(func(f *report.Figures) int { return f.Closed })},
		{"backlog", count(func(f *report.Figures) int { return f.Backlog })},
		{"not_informed", count(func(f *report.Figures) int { return f.Uninformed })},
		{"escalated", count(func(f *report.Figures) int { return f.Escalated })},
		{"bounced", count(func(f *report.Figures) int { return f.Bounced })},
		{"rated_good", count(func(f *report.Figures) int { return f.Good })},
		{"rated_bad", count(func(f *report.Figures) int { return f.Bad })},
		{"chased", count(func(f *report.Figures) int { return f.Chased })},
		{"worked", count(func(f *report.Figures) int { return int(f.Worked.Seconds()) })},
	}
	all = append(all, spreadColumns("first_response", func(f *report.Figures) *report.Spread { return &f.FirstResponse })...)
	all = append(all, spreadColumns("next_update", func(f *report.Figures) *report.Spread { return &f.NextUpdate })...)
	all = append(all, spreadColumns("resolution", func(f *report.Figures) *report.Spread { return &f.Resolution })...)
	all = append(all, spreadColumns("backlog_age", func(f *report.Figures) *report.Spread { return &f.Age })...)
	for i, name := range []string{"first_response", "next_update", "resolution"} {
		k := ticket.TargetKinds[i]
		all = append(all,
			column{name + "_kept", count(func(f *report.Figures) int { return f.Kept[k] })},
			column{name + "_broken", count(func(f *report.Figures) int { return f.Broken[k] })})
	}
	return all
}

// writeCSV writes a row for each period, and for each group in it where figures are
// grouped.
func writeCSV(w io.Writer, sheets []*report.Sheet, by report.By) error {
	out, all := csv.NewWriter(w), columns()
	head := []string{"from", "to"}
	if by != report.ByNothing {
		head = append(head, string(by))
	}
	for _, c := range all {
		head = append(head, c.name)
	}
	out.Write(head)
	row := func(s *report.Sheet, f *report.Figures, name ...string) {
		cells := append([]string{s.From.Format(time.RFC3339), s.To.Format(time.RFC3339)}, name...)
		for _, c := range all {
			cells = append(cells, c.value(f))
		}
		out.Write(cells)
	}
	for _, s := range sheets {
		if by == report.ByNothing {
			row(s, &s.Figures)
		}
		for _, name := range s.Names() {
			row(s, s.Groups[name], name)
		}
	}
	out.Flush()
	return out.Error()
}
