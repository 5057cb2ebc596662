package stats

import (
	"fmt"
	"time"

	"maildesk/calendar"
	"maildesk/cmd/maildesk/console"
	"maildesk/report"
)

// most bounds how many periods are printed: more is a slip.
const most = 1000

// periods returns the periods to count: the one asked for after the one before it, or
// those that follow each other.
func (c *Command) periods(asked report.Period) ([]report.Period, error) {
	if c.Per == "" {
		return []report.Period{c.before(asked), asked}, nil
	}
	unit, err := unitOf(c.Per)
	if err != nil {
		return nil, err
	}
	var all []report.Period
	for from := unit.Begin(asked.From); from.Before(asked.To); from = unit.Next(from) {
		if len(all) == most {
			return nil, console.UsageError(fmt.Errorf("that are more than %d times: choose longer ones with --per, or a later --since", most))
		}
		all = append(all, report.Period{From: from, To: earlier(unit.Next(from), asked.To)})
	}
	return all, nil
}

// asked returns the period that the options describe.
func (c *Command) asked(now time.Time) (report.Period, error) {
	if c.Last != "" {
		unit, err := unitOf(c.Last)
		if err != nil {
			return report.Period{}, err
		}
		end := unit.Begin(now)
		return report.Period{From: unit.Before(end), To: end}, nil
	}
	p := report.Period{To: now}
	var err error
	if p.From, _, err = calendar.ParsePast(c.Since, now); err != nil {
		return p, console.UsageError(err)
	}
	if c.Until != "" {
		at, day, err := calendar.ParsePast(c.Until, now)
		if err != nil {
			return p, console.UsageError(err)
		}
		if day {
			at = calendar.NextDay(at)
		}
		p.To = at
	}
	if !p.From.Before(p.To) {
		return p, console.UsageError(fmt.Errorf("the time ends at %s, before it begins at %s", console.Stamp(p.To), console.Stamp(p.From)))
	}
	return p, nil
}

// before returns the period to compare with: the one before of the same calendar, or as
// much time.
func (c *Command) before(p report.Period) report.Period {
	if unit, err := unitOf(c.Last); c.Last != "" && err == nil {
		return report.Period{From: unit.Before(p.From), To: p.From}
	}
	return report.Period{From: p.From.Add(-p.To.Sub(p.From)), To: p.From}
}

// minute is how a time is written in the desk's zone.
const minute = "2006-01-02 15:04"

// edges says where the periods of a series are not what was asked for, or not whole: the first one
// begins before the time that was asked for, the last one ends early, or it is not over now.
func (c *Command) edges(asked report.Period, periods []report.Period, now time.Time) (notes []string) {
	unit, err := unitOf(c.Per)
	if c.Per == "" || err != nil || len(periods) == 0 {
		return nil
	}
	first, last := periods[0], periods[len(periods)-1]
	if first.From.Before(asked.From) {
		notes = append(notes, fmt.Sprintf("The first %s is counted whole: from %s, not from %s.", unit, first.From.Format(minute), asked.From.Format(minute)))
	}
	if last.To.After(now) {
		notes = append(notes, fmt.Sprintf("The last %s is not over: it is counted until %s.", unit, now.Format(minute)))
	} else if last.To.Before(unit.Next(unit.Begin(last.From))) {
		notes = append(notes, fmt.Sprintf("The last %s is counted until %s.", unit, last.To.Format(minute)))
	}
	return notes
}

func unitOf(name string) (report.Unit, error) {
	chosen, err := console.ChooseAll("period", []string{name}, report.Units)
	if err != nil {
		return "", err
	}
	return chosen[0], nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
