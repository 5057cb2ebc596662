package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"maildesk/ticket"
)

// Summary is a period beside the one before it, for the head of the desk.
type Summary struct {
	Unit     Unit // that the period is, or is as long as
	Now      *Sheet
	Before   *Sheet
	Steps    []*Sheet // the days of a day or week, the weeks of a month, the months of more
	Findings []ticket.Phrase
}

// Summarise counts the last unit that ended before a time.
func Summarise(r Reader, terms func(ticket.Ticket) Terms, unit Unit, at time.Time) (*Summary, error) {
	end := unit.Begin(at)
	begin := unit.Before(end)
	return summarise(r, terms, unit, Period{unit.Before(begin), begin}, Period{begin, end})
}

// SummariseSince counts from one time to another, beside an equally long period before.
func SummariseSince(r Reader, terms func(ticket.Ticket) Terms, from, to time.Time) (*Summary, error) {
	unit := Year
	switch days := to.Sub(from).Hours() / 24; {
	case days <= 15:
		unit = Week
	case days <= 62:
		unit = Month
	}
	return summarise(r, terms, unit, Period{from.Add(-to.Sub(from)), from}, Period{from, to})
}

func summarise(r Reader, terms func(ticket.Ticket) Terms, unit Unit, before, now Period) (*Summary, error) {
	periods := NewCounter(ByCategory, before, now)
	steps := NewCounter(ByNothing, stepsOf(unit, now.From, now.To)...)
	if err := Read(r, terms, periods, steps); err != nil {
		return nil, err
	}
	s := &Summary{Unit: unit, Before: periods.Sheets[0], Now: periods.Sheets[1], Steps: steps.Sheets}
	for _, find := range []func() ticket.Phrase{s.volume, s.grown, s.broken, s.oldest} {
		if p := find(); !p.IsZero() {
			s.Findings = append(s.Findings, p)
		}
	}
	return s, nil
}

// Empty reports whether nothing happened, and nothing waits.
func (s *Summary) Empty() bool {
	f := &s.Now.Figures
	return f.Requests+f.Solved+f.Backlog+f.Closed+s.Before.Requests == 0
}

// stepsOf divides a period into the steps of its charts.
func stepsOf(unit Unit, begin, end time.Time) []Period {
	step := map[Unit]Unit{Day: Day, Week: Day, Month: Week, Quarter: Month, Year: Month}[unit]
	var all []Period
	for from := begin; from.Before(end); {
		to := step.Next(step.Begin(from))
		if to.After(end) {
			to = end
		}
		all = append(all, Period{from, to})
		from = to
	}
	return all
}

// volume says how many requests came, and how that compares.
func (s *Summary) volume() ticket.Phrase {
	now, before := s.Now.Requests, s.Before.Requests
	switch {
	case before == 0 || now > 4*before: // percents would say nothing
		return ticket.Say("Requests: %d; solved: %d.", now, s.Now.Solved)
	case now > before:
		return ticket.Say("Requests: %d, which is %d %% more than before; solved: %d.", now, percent(now-before, before), s.Now.Solved)
	case now < before:
		return ticket.Say("Requests: %d, which is %d %% fewer than before; solved: %d.", now, percent(before-now, before), s.Now.Solved)
	}
	return ticket.Say("Requests: %d, as many as before; solved: %d.", now, s.Now.Solved)
}

// How much a category must have grown to be worth a sentence, in requests and percent.
const (
	grownBy      = 3
	grownPercent = 20
)

// grown names the category that grew most; nothing where none did notably.
func (s *Summary) grown() ticket.Phrase {
	name, most := "", 0
	for _, category := range s.Now.Names() {
		before := 0
		if was := s.Before.Groups[category]; was != nil {
			before = was.Requests
		}
		more := s.Now.Groups[category].Requests - before
		notable := more >= grownBy && (before == 0 || percent(more, before) >= grownPercent)
		if category != "" && notable && more > most {
			name, most = category, more
		}
	}
	if name == "" {
		return ticket.Phrase{}
	}
	now := s.Now.Groups[name].Requests
	return ticket.Say("The category that grew most is %s: %d after %d.", name, now, now-most)
}

// broken names the promise that was broken most; nothing where all were kept.
func (s *Summary) broken() ticket.Phrase {
	var worst ticket.TargetKind
	for _, k := range ticket.TargetKinds {
		if s.Now.Broken[k] > s.Now.Broken[worst] {
			worst = k
		}
	}
	broken := s.Now.Broken[worst]
	if broken == 0 {
		return ticket.Phrase{}
	}
	all := broken + s.Now.Kept[worst]
	var said ticket.Phrase
	switch worst {
	case ticket.TargetFirstResponse:
		said = ticket.Say("The promise of a first response was broken most: in %d of %d cases.", broken, all)
	case ticket.TargetUpdate:
		said = ticket.Say("The promise of a next update was broken most: in %d of %d cases.", broken, all)
	default:
		said = ticket.Say("The promise of a solution was broken most: in %d of %d cases.", broken, all)
	}
	return ticket.Together(said, s.brokenIn(worst))
}

// brokenIn names the category in which a promise was broken most; nothing if no category broke it
// more than once.
func (s *Summary) brokenIn(promise ticket.TargetKind) ticket.Phrase {
	name, most := "", 1
	for _, category := range s.Categories() {
		if n := s.Now.Of(category).Broken[promise]; category != "" && n > most {
			name, most = category, n
		}
	}
	if name == "" {
		return ticket.Phrase{}
	}
	return ticket.Say("The category hit hardest is %s: %d.", name, most)
}

// Of returns the figures of a group, empty ones if it has none.
func (s *Sheet) Of(group string) *Figures {
	if f := s.Groups[group]; f != nil {
		return f
	}
	return &Figures{}
}

// Categories returns the categories of both periods, those with the most requests first;
// "" stands for no category.
func (s *Summary) Categories() []string {
	all := map[string]*Figures{}
	maps.Copy(all, s.Now.Groups)
	maps.Copy(all, s.Before.Groups)
	return slices.SortedFunc(maps.Keys(all), func(a, b string) int {
		return cmp.Or(s.Now.Of(b).Requests-s.Now.Of(a).Requests, s.Before.Of(b).Requests-s.Before.Of(a).Requests, strings.Compare(a, b))
	})
}

// Counts returns how many requests of a category came in the period, and in the one before.
func (s *Summary) Counts(category string) (now, before int) {
	return s.Now.Of(category).Requests, s.Before.Of(category).Requests
}

// Named returns how many rows of a table are named, of at most most. The
// others share one more row; if there is only one other, it is named in that row.
func Named(rows, most int) int {
	if rows <= most+1 {
		return rows
	}
	return most
}

// Foremost returns the categories in which requests came, those with the most requests first, as
// many as [Named] says. Of the others it returns how many there are, and their requests in the
// period and in the one before, so that the sum of a table is that of all.
func (s *Summary) Foremost(most int) (names []string, others, now, before int) {
	for _, name := range s.Categories() {
		if now, before := s.Counts(name); now+before > 0 {
			names = append(names, name)
		}
	}
	most = Named(len(names), most)
	for _, name := range names[most:] {
		n, was := s.Counts(name)
		now, before = now+n, before+was
	}
	return names[:most], len(names) - most, now, before
}

// oldest names the request that has waited longest.
func (s *Summary) oldest() ticket.Phrase {
	if len(s.Now.Oldest) == 0 {
		return ticket.Phrase{}
	}
	first := s.Now.Oldest[0]
	return ticket.Say("Requests that wait: %d; the oldest, #%d, came on %s.", s.Now.Backlog, first.Ticket.ID, ticket.Day(first.Ticket.CreatedAt.In(s.Now.To.Location())))
}

// percent returns how much a part is of all, rounded.
func percent(part, all int) int { return (100*part + all/2) / all }
