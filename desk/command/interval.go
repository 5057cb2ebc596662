package command

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Interval is a length of working time: minutes and hours in which the desk works, working
// days, or weeks.
type Interval struct {
	Amount int
	Unit   string // m, h, d or w
}

// String returns the interval as [ParseInterval] parses it: "2d".
func (i Interval) String() string { return strconv.Itoa(i.Amount) + i.Unit }

// ParseInterval parses what [Interval.String] returns.
func ParseInterval(s string) (Interval, error) {
	p := shortInterval.FindStringSubmatch(s)
	if p == nil {
		return Interval{}, fmt.Errorf("%q is not an interval, such as 2d", s)
	}
	return Interval{number(p[1]), p[2]}, nil
}

// Chase says how often somebody is reminded who does not answer, and how far apart.
type Chase struct {
	Times int
	Every Interval
}

const (
	maxChases  = 10
	usualChase = 3
)

// longestInterval bounds what lies between two reminders, by unit.
var longestInterval = map[string]int{"m": 600, "h": 100, "d": 60, "w": 10}

var (
	shortInterval = regexp.MustCompile(`^(\d{1,3})([mhdw])$`)
	timesOf       = regexp.MustCompile(`(\d)\s*[xX×*]\s*(\d)`)
	shortUnits    = map[unit]string{perMinute: "m", perHour: "h", perDay: "d", perWeek: "w"}

	// timesWords follow how often, everyWords stand before how far apart.
	timesWords = allOf("x times time mal fois veces vez volte volta vezes keer maal razy raz")
	everyWords = allOf("every each alle jede jeden jedes tous toutes les cada ogni a todos os elke iedere om de co kazde kazdy working business werktage arbeitstage")
)

// ReadChase reads how often and how far apart somebody is reminded, as people write it
// in any of the eight languages: "3x2d", "3 x 2 days", "every 2 days", "3 mal alle 2 Tage".
// Without a number it is three times.
func ReadChase(text string) (Chase, bool) {
	if len(text) > maxMoment {
		return Chase{}, false
	}
	words := momentWords(timesOf.ReplaceAllString(text, "$1 x $2"))
	c := Chase{Times: usualChase}
	amountAt := func(i int) (int, bool) {
		if i >= len(words) {
			return 0, false
		}
		if n, known := momentNumbers[words[i]]; known {
			return n, true
		}
		n, err := strconv.Atoi(words[i])
		return n, err == nil
	}
	at := 0
	if n, is := amountAt(0); is && len(words) > 1 && timesWords[words[1]] {
		c.Times, at = n, 2
	}
	for at < len(words) && everyWords[words[at]] && !(isUnit(words[at]) && at+1 == len(words)) {
		if _, number := momentNumbers[words[at]]; number && at+1 < len(words) && isUnit(words[at+1]) {
			break // "a week"
		}
		at++
	}
	c.Every.Amount = 1
	if n, is := amountAt(at); is {
		c.Every.Amount, at = n, at+1
	}
	for at+1 < len(words) && everyWords[words[at]] { // "2 working days"
		at++
	}
	if at+1 != len(words) {
		return Chase{}, false
	}
	u, known := momentUnits[strings.TrimSuffix(words[at], ".")]
	c.Every.Unit = shortUnits[u]
	most := longestInterval[c.Every.Unit]
	return c, known && most > 0 && c.Every.Amount >= 1 && c.Every.Amount <= most && c.Times >= 1 && c.Times <= maxChases
}
