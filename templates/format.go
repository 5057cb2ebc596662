package templates

import (
	"cmp"
	"math"
	"strconv"
	"strings"
	texttemplate "text/template"
	"time"

	xplural "golang.org/x/text/feature/plural"
	xlanguage "golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/message"
	xnumber "golang.org/x/text/number"

	"maildesk/ticket"
)

// plural is a word in the forms of CLDR: "one" and "other" in most languages.
type plural map[string]string

// funcs returns the functions that sentences, layouts and the admin's own files see.
func (c *catalogue) funcs() texttemplate.FuncMap {
	return texttemplate.FuncMap{
		"date": c.date, "duration": c.duration, "within": c.within, "status": c.status, "kind": c.kind, "priority": c.priority,
		"indent": indent,
	}
}

// date returns a moment in the zone it comes with, and names that zone.
func (c *catalogue) date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return c.when(t) + " " + c.zoneName(t)
}

// when is date without the zone.
func (c *catalogue) when(t time.Time) string {
	return strings.NewReplacer("{date}", c.day(t), "{time}", c.timeOfDay(t)).Replace(c.Dates)
}

// day returns the day of a moment.
func (c *catalogue) day(t time.Time) string {
	return strings.NewReplacer("{day}", c.dayOfMonth(t), "{month}", c.Months[t.Month()-1], "{year}", strconv.Itoa(t.Year())).Replace(c.Date)
}

// dayOfMonth returns the number of a day, as it stands in a date.
func (c *catalogue) dayOfMonth(t time.Time) string {
	if t.Day() == 1 && c.Moments.First != "" {
		return c.Moments.First
	}
	return strconv.Itoa(t.Day())
}

// duration returns whole days, else whole hours, else minutes; "" for none.
func (c *catalogue) duration(d time.Duration) string { return c.period("", d) }

// within is duration in the form that follows "within": "innerhalb von 10 Tagen".
func (c *catalogue) within(d time.Duration) string { return c.period("within-", d) }

func (c *catalogue) period(form string, d time.Duration) string {
	switch {
	case d < time.Minute:
		return ""
	case d%(24*time.Hour) == 0:
		return c.count(form+"day", int(d/(24*time.Hour)))
	case d%time.Hour == 0 || d > 48*time.Hour:
		return c.count(form+"hour", int(d.Round(time.Hour)/time.Hour))
	}
	return c.count(form+"minute", int(d/time.Minute))
}

// took returns about how long something took: whole minutes up to two hours,
// whole hours up to two days, else whole days.
func (c *catalogue) took(d time.Duration) string {
	for _, unit := range []time.Duration{time.Minute, time.Hour, 24 * time.Hour} {
		if rounded := d.Round(unit); rounded < 2*time.Hour && unit == time.Minute || rounded < 48*time.Hour && unit == time.Hour || unit > time.Hour {
			return c.duration(rounded)
		}
	}
	return ""
}

// count returns "1 day" or "14 days" by the plural rules of the language. A unit
// "within-day" is that of "day" where the language has no form of its own.
func (c *catalogue) count(unit string, n int) string {
	form := "other"
	switch xplural.Cardinal.MatchPlural(c.tags, n, 0, 0, 0, 0) {
	case xplural.Zero:
		form = "zero"
	case xplural.One:
		form = "one"
	case xplural.Two:
		form = "two"
	case xplural.Few:
		form = "few"
	case xplural.Many:
		form = "many"
	}
	forms := c.Units[unit]
	if forms == nil {
		forms = c.Units[strings.TrimPrefix(unit, "within-")]
	}
	return c.number(float64(n), 0) + "\u00a0" + cmp.Or(forms[form], forms["other"])
}

// size returns the size of a file: 31.4 MB, 31,4 Mo.
func (c *catalogue) size(b ticket.Bytes) string {
	const kilo, mega = 1_000, 1_000_000
	if b < mega {
		return c.number(math.Ceil(float64(b)/kilo), 0) + "\u00a0" + c.Sizes.Kilo
	}
	return c.number(float64(b)/mega, 1) + "\u00a0" + c.Sizes.Mega
}

// number returns a number with at most so many decimals, as the language writes it.
func (c *catalogue) number(n float64, decimals int) string {
	return message.NewPrinter(c.tags).Sprint(xnumber.Decimal(n, xnumber.MaxFractionDigits(decimals)))
}

// What the config may name freely is shown as the admin wrote it when the
// catalogue does not know it.

func (c *catalogue) status(s ticket.Status) string { return cmp.Or(c.Statuses[string(s)], string(s)) }
func (c *catalogue) kind(k ticket.Kind) string     { return cmp.Or(c.Kinds[string(k)], string(k)) }
func (c *catalogue) priority(p ticket.Priority) string {
	return cmp.Or(c.Priority[string(p)], string(p))
}
func (c *catalogue) label(s string) string { return cmp.Or(c.Labels[s], s) }

// languageName returns the name of a language (ISO 639-1) in this one; "" when
// it is none.
func (c *catalogue) languageName(code string) string {
	tag, err := xlanguage.Parse(code)
	if err != nil {
		return ""
	}
	return display.Languages(c.tags).Name(tag)
}

// indent sets what a person wrote apart from what the desk says: no line of it can
// pass for one of ours.
func indent(text string) string {
	var b strings.Builder
	b.Grow(len(text) + len(text)/8)
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			b.WriteString("    ")
		}
		b.WriteString(line)
	}
	return b.String()
}
