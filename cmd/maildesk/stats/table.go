package stats

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"maildesk/cmd/maildesk/console"
	"maildesk/report"
	"maildesk/ticket"
)

// line is one line of the table: the figure of a period, as a number to compare and as
// text.
type line struct {
	name  string
	value func(f *report.Figures) (number float64, text string)
}

func number(name string, n func(f *report.Figures) int) line {
	return line{name, func(f *report.Figures) (float64, string) { return float64(n(f)), fmt.Sprint(n(f)) }}
}

// share is a number with how much of all it is, which is what is compared.
func share(name string, n, all func(f *report.Figures) int) line {
	return line{name, func(f *report.Figures) (float64, string) {
		if all(f) == 0 {
			return 0, "–"
		}
		return float64(n(f)) / float64(all(f)), fmt.Sprintf("%d (%d %%)", n(f), (100*n(f)+all(f)/2)/all(f))
	}}
}

// times is a spread: half took no longer than the first, nine in ten no longer than the
// second.
func times(name string, words func(time.Duration) string, of func(f *report.Figures) *report.Spread) line {
	return line{name, func(f *report.Figures) (float64, string) {
		s := of(f)
		if s.Count() == 0 {
			return 0, "–"
		}
		return s.Median().Seconds(), words(s.Median()) + " / " + words(s.Late())
	}}
}

// promise is how many of the promises were kept.
func promise(name string, k ticket.TargetKind) line {
	return share(name, func(f *report.Figures) int { return f.Kept[k] }, func(f *report.Figures) int { return f.Kept[k] + f.Broken[k] })
}

// lines are those of the whole table, in their order.
func lines() []line {
	solved := func(f *report.Figures) int { return f.Solved }
	all := []line{
		number("Requests", func(f *report.Figures) int { return f.Requests }),
		number("  merged into others", func(f *report.Figures) int { return f.Merged }),
		number("Solved", solved),
		share("  by the first answer", func(f *report.Figures) int { return f.AtOnce }, solved),
		share("  without an agent", func(f *report.Figures) int { return f.ByThem }, solved),
	}
	for level := 1; level <= 3; level++ {
		all = append(all, share(fmt.Sprintf("  at level %d", level), func(f *report.Figures) int { return f.SolvedAt[level] }, solved))
	}
	return append(all,
		number("Closed", func(f *report.Figures) int { return f.Closed }),
		number("Reopened", func(f *report.Figures) int { return f.Reopened }),
		number("Escalated", func(f *report.Figures) int { return f.Escalated }),
		times("First response", hours, func(f *report.Figures) *report.Spread { return &f.FirstResponse }),
		promise("  promise kept", ticket.TargetFirstResponse),
		times("Next update", hours, func(f *report.Figures) *report.Spread { return &f.NextUpdate }),
		promise("  promise kept", ticket.TargetUpdate),
		times("Resolution", hours, func(f *report.Figures) *report.Spread { return &f.Resolution }),
		promise("  promise kept", ticket.TargetResolution),
		number("Waiting at the end", func(f *report.Figures) int { return f.Backlog }),
		times("  their age", days, func(f *report.Figures) *report.Spread { return &f.Age }),
		number("Solved, not informed", func(f *report.Figures) int { return f.Uninformed }),
		number("Reminders sent", func(f *report.Figures) int { return f.Chased }),
		line{"Time booked", func(f *report.Figures) (float64, string) { return f.Worked.Seconds(), hours(f.Worked) }},
		number("Mails came back", func(f *report.Figures) int { return f.Bounced }),
		share("Rated good", func(f *report.Figures) int { return f.Good }, func(f *report.Figures) int { return f.Good + f.Bad }),
	)
}

// printCompared prints a period beside the one before it.
func printCompared(w io.Writer, now, before *report.Sheet) error {
	fmt.Fprintf(w, "%s, compared with %s\n\n", periodWords(now.Period), periodWords(before.Period))
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "\tNOW\tBEFORE\tCHANGE")
	for _, l := range lines() {
		n, text := l.value(&now.Figures)
		was, wasText := l.value(&before.Figures)
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", l.name, text, wasText, change(n, was))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprint(w, "\nTimes are working time: half took no longer than the first, nine in ten no longer than the second.\n")
	printReasons(w, now)
	return printOldest(w, now)
}

// mostReasons is how many reasons are named at most, but for a last one: [report.Named].
const mostReasons = 5

// printReasons prints why tickets were escalated, the most frequent reasons first.
func printReasons(w io.Writer, s *report.Sheet) {
	rest, named := s.Escalated, report.Named(len(s.Reasons), mostReasons)
	for i, reason := range s.TopReasons(named) {
		if i == 0 {
			fmt.Fprintln(w, "\nEscalated because")
		}
		before := fmt.Sprintf("  %d ×  ", s.Reasons[reason])
		fmt.Fprintln(w, before+console.CutFor(w, console.Printable(console.FirstOf(strings.Join(strings.Fields(reason), " "), "no reason given")), console.Places(before)))
		rest -= s.Reasons[reason]
	}
	if rest > 0 {
		fmt.Fprintf(w, "  %d ×  other reasons (%d)\n", rest, len(s.Reasons)-named)
	}
}

// printOldest prints the tickets that wait longest.
func printOldest(w io.Writer, s *report.Sheet) error {
	if len(s.Oldest) == 0 {
		return nil
	}
	fmt.Fprintln(w, "\nWaiting longest")
	table := console.NewTable(w, console.Column{}, console.Column{}, console.Column{Least: 8, Rank: 1}, console.Column{Least: 20})
	for _, x := range s.Oldest {
		table.Row(console.Plain, "  "+days(x.Age), fmt.Sprintf("#%d", x.Ticket.ID), x.Ticket.Queue, x.Ticket.Subject)
	}
	return table.Flush()
}

// short are the columns of tables with a row for each group or period.
var short = []string{"REQUESTS", "SOLVED", "AT ONCE", "REOPENED", "ESCALATED", "FIRST RESPONSE", "RESOLUTION", "KEPT", "WAITING"}

func shortCells(f *report.Figures) []string {
	kept, broken := 0, 0
	for _, k := range ticket.TargetKinds {
		kept, broken = kept+f.Kept[k], broken+f.Broken[k]
	}
	text := func(l line) string {
		_, text := l.value(f)
		return text
	}
	median := func(s *report.Spread) string {
		if s.Count() == 0 {
			return "–"
		}
		return hours(s.Median())
	}
	return []string{
		fmt.Sprint(f.Requests), fmt.Sprint(f.Solved), fmt.Sprint(f.AtOnce), fmt.Sprint(f.Reopened), fmt.Sprint(f.Escalated),
		median(&f.FirstResponse), median(&f.Resolution),
		text(share("", func(*report.Figures) int { return kept }, func(*report.Figures) int { return kept + broken })), fmt.Sprint(f.Backlog),
	}
}

// besides are the columns beside which printGroups prints those of the time before.
var besides = []string{"REQUESTS", "SOLVED", "KEPT"}

// beside returns the cells of a row, each of those in besides followed by the one before.
func beside(now, before []string) (all []string) {
	for i, cell := range now {
		all = append(all, cell)
		if slices.Contains(besides, short[i]) {
			all = append(all, before[i])
		}
	}
	return all
}

// printGroups prints a row for each group, beside the time before.
func printGroups(w io.Writer, now, before *report.Sheet, by report.By) error {
	fmt.Fprintf(w, "%s, compared with %s\n\n", periodWords(now.Period), periodWords(before.Period))
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	row := func(name string, now, before []string) {
		fmt.Fprintln(table, name+"\t"+strings.Join(beside(now, before), "\t"))
	}
	row(strings.ToUpper(string(by)), short, slices.Repeat([]string{"BEFORE"}, len(short)))
	names := now.Names()
	for _, name := range before.Names() {
		if now.Groups[name] == nil {
			names = append(names, name)
		}
	}
	for _, name := range names {
		row(console.Printable(console.FirstOf(name, "–")), shortCells(now.Of(name)), shortCells(before.Of(name)))
	}
	row("all", shortCells(&now.Figures), shortCells(&before.Figures))
	return table.Flush()
}

// printSeries prints a row for each period, and for each group in it.
func printSeries(w io.Writer, sheets []*report.Sheet, by report.By) error {
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	if by == report.ByNothing {
		fmt.Fprintln(table, "FROM\t"+strings.Join(short, "\t"))
	} else {
		fmt.Fprintln(table, "FROM\t"+strings.ToUpper(string(by))+"\t"+strings.Join(short, "\t"))
	}
	for _, s := range sheets {
		from := s.From.Format(time.DateOnly)
		if by == report.ByNothing {
			fmt.Fprintln(table, from+"\t"+strings.Join(shortCells(&s.Figures), "\t"))
		}
		for _, name := range s.Names() {
			fmt.Fprintln(table, from+"\t"+console.Printable(console.FirstOf(name, "–"))+"\t"+strings.Join(shortCells(s.Groups[name]), "\t"))
		}
	}
	return table.Flush()
}

// change returns by how much a figure grew.
func change(now, before float64) string {
	switch {
	case now == before:
		return "="
	case before == 0:
		return "new"
	}
	return fmt.Sprintf("%+.0f %%", 100*(now-before)/before)
}

// hours formats a working time, days a time around the clock.
func hours(d time.Duration) string {
	d = d.Round(time.Minute)
	switch {
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 10*time.Hour:
		return fmt.Sprintf("%d h %02d", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%.0f h", d.Hours())
}

func days(d time.Duration) string {
	if d < 48*time.Hour {
		return hours(d)
	}
	return fmt.Sprintf("%.0f days", d.Hours()/24)
}

// periodWords formats a period: by its first and last day where it is made of whole days.
func periodWords(p report.Period) string {
	whole := func(t time.Time) bool { return report.Day.Begin(t).Equal(t) }
	if whole(p.From) && whole(p.To) {
		return p.From.Format(time.DateOnly) + " to " + report.Day.Before(p.To).Format(time.DateOnly)
	}
	return p.From.Format(minute) + " to " + p.To.Format(minute)
}
