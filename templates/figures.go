package templates

import (
	"cmp"
	"fmt"
	htmltemplate "html/template"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"maildesk/compose"
	"maildesk/desk/settings"
	"maildesk/report"
	"maildesk/report/plot"
	"maildesk/ticket"
)

var _ settings.FigureWords = (*Templates)(nil)

// FiguresPage is the data of the layouts of figures.
type FiguresPage struct {
	Subject, Preheader, Title, Desk string
	Late                            bool // of the layouts that mails share
	Ticket                          ticket.Ticket
	Findings                        []string
	Rows                            []FigureRow // a figure each, beside the one before
	Categories                      []FigureRow
	Charts                          []FigureChart
	Steps                           []FigureRow // what the charts show, in numbers
	Oldest                          []Other
}

// FigureRow is a row of a table.
type FigureRow struct {
	Name  string
	Cells []string
}

// FigureChart is a picture and what it shows in words.
type FigureChart struct {
	URL         htmltemplate.URL // of the picture in the mail
	Title, Text string
}

// mostCategories is how many categories the mail names.
const mostCategories = 6

// RenderFigures is described at [settings.FigureWords].
func (t *Templates) RenderFigures(s *report.Summary, desk, language string, now time.Time, contentIDs []string) (compose.Words, []plot.Chart, error) {
	l := t.languages[language]
	if l == nil {
		l = t.languages[fallback]
	}
	p, charts := l.figures(s, now)
	p.Desk = desk
	for i, c := range charts {
		p.Charts = append(p.Charts, FigureChart{URL: htmltemplate.URL("cid:" + contentIDs[i]), Title: c.Title, Text: c.Text()})
	}
	w := compose.Words{Subject: p.Subject}
	var err error
	if w.Text, err = execute(l.figuresText, p); err != nil {
		return w, nil, err
	}
	w.HTML, err = execute(l.figuresHTML, p)
	return w, charts, err
}

// SayFindings is described at [settings.FigureWords].
func (t *Templates) SayFindings(s *report.Summary, language string, now time.Time) []string {
	l := t.languages[language]
	if l == nil {
		l = t.languages[fallback]
	}
	return l.findings(s, now)
}

func (l *language) findings(s *report.Summary, now time.Time) (all []string) {
	for _, f := range s.Findings {
		all = append(all, l.phrase(f, now))
	}
	return all
}

// figures puts a summary into the words of a language.
func (l *language) figures(s *report.Summary, now time.Time) (*FiguresPage, []plot.Chart) {
	from, to := l.bound(s.Now.From, s.Now.From), l.bound(s.Now.To, s.Now.To.Add(-1))
	period := strings.NewReplacer("FROM", from, "TO", to)
	p := &FiguresPage{Title: period.Replace(l.label("figures-title")), Subject: period.Replace(l.label("figures-subject"))}
	if from == to {
		p.Title, p.Subject = to, l.label("figures")+l.Colon+" "+to
	}
	p.Findings = l.findings(s, now)
	if len(p.Findings) > 0 {
		p.Preheader = p.Findings[0]
	}
	for _, r := range l.figureRows() {
		p.Rows = append(p.Rows, FigureRow{r.name, []string{r.value(&s.Now.Figures), r.value(&s.Before.Figures)}})
	}
	row := func(name string, now, before int) {
		p.Categories = append(p.Categories, FigureRow{name, []string{l.number(float64(now), 0), l.number(float64(before), 0)}})
	}
	names, others, othersNow, othersBefore := s.Foremost(mostCategories)
	for _, name := range names {
		now, before := s.Counts(name)
		row(cmp.Or(oneLine(name), l.label("figures-none")), now, before)
	}
	if others > 0 {
		row(fmt.Sprintf("%s (%d)", l.label("figures-others"), others), othersNow, othersBefore)
	}
	for _, x := range s.Now.Oldest {
		without := "untitled"
		if x.Private {
			without = "figures-private"
		}
		p.Oldest = append(p.Oldest, Other{Number: x.Ticket.ID, Subject: cmp.Or(oneLine(x.Ticket.Subject), l.label(without)), Status: l.took(max(x.Age, time.Minute)), Who: x.Ticket.Queue})
	}
	charts := l.charts(s)
	for i := range s.Steps {
		row := FigureRow{Name: charts[0].Labels[i]}
		for _, c := range charts {
			for _, series := range c.Series {
				row.Cells = append(row.Cells, l.number(series.Values[i], 0))
			}
		}
		p.Steps = append(p.Steps, row)
	}
	return p, charts
}

// bound says where a period begins or ends: at the time of a day, or, where a day begins then, with a day alone.
func (l *language) bound(at, day time.Time) string {
	if daysBetween(at.Add(-1), at) == 1 {
		return l.day(day)
	}
	return l.day(at) + ", " + l.timeOfDay(at)
}

// charts returns what is drawn, [settings.FigureCharts] pictures: what came and was solved,
// and what waits.
func (l *language) charts(s *report.Summary) []plot.Chart {
	var labels []string
	var came, solved, waits []float64
	for _, step := range s.Steps {
		first, last := step.From.Day(), step.To.Add(-1).Day()
		label := strconv.Itoa(first)
		switch {
		case s.Unit == report.Quarter || s.Unit == report.Year:
			label = l.Months[step.From.Month()-1]
			if len(s.Steps) > len(l.Months) { // each month is there more than once
				label += " " + strconv.Itoa(step.From.Year())
			}
		case last != first:
			label += "–" + strconv.Itoa(last)
		}
		labels = append(labels, label)
		came, solved, waits = append(came, float64(step.Requests)), append(solved, float64(step.Solved)), append(waits, float64(step.Backlog))
	}
	return []plot.Chart{
		{Title: l.label("figures-chart"), Labels: labels, Series: []plot.Series{{Name: l.label("figures-came"), Values: came}, {Name: l.label("figures-solved"), Values: solved}}},
		{Title: l.label("figures-backlog"), Labels: labels, Lines: true, Series: []plot.Series{{Name: l.label("figures-waiting"), Values: waits}}},
	}
}

// figureRow is a figure by its name, and how it is written.
type figureRow struct {
	name  string
	value func(f *report.Figures) string
}

// figureRows are the figures of the mail, in their order.
func (l *language) figureRows() []figureRow {
	count := func(label string, n func(f *report.Figures) int) figureRow {
		return figureRow{l.label(label), func(f *report.Figures) string { return l.number(float64(n(f)), 0) }}
	}
	share := func(label string, n, all func(f *report.Figures) int) figureRow {
		return figureRow{l.label(label), func(f *report.Figures) string {
			if all(f) == 0 {
				return "–"
			}
			return l.number(float64(100*n(f))/float64(all(f)), 0) + "\u00a0%"
		}}
	}
	times := func(label string, of func(f *report.Figures) *report.Spread) figureRow {
		return figureRow{l.label(label), func(f *report.Figures) string {
			if of(f).Count() == 0 {
				return "–"
			}
			return l.worked(of(f).Median())
		}}
	}
	kept := func(f *report.Figures) (n int) {
		for _, k := range ticket.TargetKinds {
			n += f.Kept[k]
		}
		return n
	}
	promised := func(f *report.Figures) (n int) {
		for _, k := range ticket.TargetKinds {
			n += f.Kept[k] + f.Broken[k]
		}
		return n
	}
	return []figureRow{
		count("figures-requests", func(f *report.Figures) int { return f.Requests }),
		count("figures-solved", func(f *report.Figures) int { return f.Solved }),
		share("figures-at-once", func(f *report.Figures) int { return f.AtOnce }, func(f *report.Figures) int { return f.Solved }),
		times("figures-first", func(f *report.Figures) *report.Spread { return &f.FirstResponse }),
		times("figures-resolution", func(f *report.Figures) *report.Spread { return &f.Resolution }),
		share("figures-kept", kept, promised),
		count("figures-reopened", func(f *report.Figures) int { return f.Reopened }),
		count("figures-escalated", func(f *report.Figures) int { return f.Escalated }),
		count("figures-waiting", func(f *report.Figures) int { return f.Backlog }),
		share("figures-rated", func(f *report.Figures) int { return f.Good }, func(f *report.Figures) int { return f.Good + f.Bad }),
	}
}

// worked returns a working time: minutes below two hours, else hours, which are not
// days: a day of work is shorter than one of the clock.
func (c *catalogue) worked(d time.Duration) string {
	if d < 2*time.Hour {
		return c.count("minute", int(d.Round(time.Minute)/time.Minute))
	}
	return c.count("hour", int(d.Round(time.Hour)/time.Hour))
}

// Columns returns the headings of figures beside those before.
func (c *catalogue) Columns() []string {
	return []string{c.Labels["figures-now"], c.Labels["figures-before"]}
}

// tableAsText returns a table whose numbers stand right below their headings.
func tableAsText(rows []FigureRow, headings ...string) string {
	all := append([]FigureRow{{Cells: headings}}, rows...)
	name, widths := 0, make([]int, len(headings))
	for _, r := range all {
		name = max(name, utf8.RuneCountInString(r.Name))
		for i, cell := range r.Cells {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	for _, r := range all {
		fmt.Fprintf(&b, "%-*s", name, r.Name)
		for i, cell := range r.Cells {
			fmt.Fprintf(&b, "  %*s", widths[i], cell)
		}
		b.WriteString("\n")
	}
	return b.String()
}
