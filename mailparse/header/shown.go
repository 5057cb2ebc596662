package header

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// ShownDate reads a date as mail programs show it above a mail that is passed on, in
// the languages of the desk and of their neighbours: with or without weekday, the month
// as a number, a word or shortened, on a clock of 12 or 24 hours. It is zero where there
// is no whole date. Without a zone it is in that of here: programs show the time of
// where they are.
func ShownDate(s string, here *time.Location) time.Time {
	if s = strings.TrimSpace(s); len(s) > maxShownDate {
		return time.Time{}
	}
	// QUIRK: package time reads 15:03 GMT+1 as 16:03 there.
	if t, ok := StandardDate(s); ok && !strings.Contains(s, "GMT") {
		return t
	}
	rest := strings.ToLower(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Cf, r) || r == '*': // marks of direction, of bold
			return -1
		}
		return r
	}, s))
	rest, zone := cutZone(rest, here)
	year, month, day, numeric, rest := cutNumbers(rest)
	hour, minute, second, half, rest := cutTime(rest)
	switch {
	case !numeric:
		year, month, day = namedDate(rest)
	case half != "" && strings.Contains(s, "/") && month <= 12 && day <= 12 && year > 0 && !strings.HasPrefix(s, strconv.Itoa(year)):
		month, day = day, month // who has a clock of 12 hours and slashes writes the month first
	}
	if month > 12 && day <= 12 {
		month, day = day, month
	}
	hour = onClock(hour, half)
	t := time.Date(year, time.Month(month), day, hour, minute, second, 0, zone)
	if year < 1980 || t.Month() != time.Month(month) || t.Day() != day || t.Hour() != hour {
		return Date(s)
	}
	return t
}

// maxShownDate bounds the text that is read as a date, in bytes.
const maxShownDate = 200

var zoneShown = regexp.MustCompile(`(?:\b(?:gmt|utc) ?)?([+-])(\d{1,2}):?(\d{2})?\)?\s*(?:\([a-z ]+\))?$`)

// cutZone takes a zone off the end of a date; without one it is here.
func cutZone(s string, here *time.Location) (rest string, zone *time.Location) {
	if i := strings.LastIndexByte(s, ' '); i >= 0 {
		if hours, is := Zones[strings.Trim(s[i+1:], "()")]; is {
			return s[:i], time.FixedZone("", hours*3600)
		}
	}
	m := zoneShown.FindStringSubmatchIndex(s)
	if m == nil || m[0] == 0 || s[m[0]-1] >= '0' && s[m[0]-1] <= '9' {
		return s, here // a date may end in -03
	}
	hours, _ := strconv.Atoi(s[m[4]:m[5]])
	minutes := 0
	if m[6] >= 0 {
		minutes, _ = strconv.Atoi(s[m[6]:m[7]])
	}
	offset := hours*3600 + minutes*60
	if s[m[2]] == '-' {
		offset = -offset
	}
	if hours > 14 {
		return s, here
	}
	return s[:m[0]], time.FixedZone("", offset)
}

var (
	numbers  = regexp.MustCompile(`\b(\d{1,2}|\d{4})([./-]) ?(\d{1,2})([./-]) ?(\d{4}|\d{1,2})\b`)
	clock    = regexp.MustCompile(`\b(\d{1,2}) ?(?::|h|u) ?(\d{2})(?::(\d{2}))?\b ?((?:a|p)\.? ?m\b)?`)
	dotted   = regexp.MustCompile(`\b(\d{1,2})\.(\d{2})(?:\.(\d{2}))?\b ?((?:a|p)\.? ?m\b)?`)
	fullHour = regexp.MustCompile(`\b(\d{1,2}) ?(?:(?:uhr|uur|h|godz)\b|((?:a|p)\.? ?m\b))`)
)

// cutNumbers takes a date of three numbers out: the year first, or the day.
func cutNumbers(s string) (year, month, day int, found bool, rest string) {
	m := numbers.FindStringSubmatchIndex(s)
	if m == nil || s[m[4]:m[5]] != s[m[8]:m[9]] {
		return 0, 0, 0, false, s
	}
	at := func(group int) int {
		n, _ := strconv.Atoi(s[m[2*group]:m[2*group+1]])
		return n
	}
	year, month, day = at(1), at(3), at(5)
	if m[3]-m[2] < 4 {
		year, day = day, year
	}
	if year < 100 {
		year += 2000
	}
	return year, month, day, true, s[:m[0]] + " " + s[m[1]:]
}

// cutTime takes the time of day out. half is "a" or "p" on a clock of 12 hours.
func cutTime(s string) (hour, minute, second int, half, rest string) {
	m := clock.FindStringSubmatch(s)
	if m == nil {
		m = dotted.FindStringSubmatch(s)
	}
	if m == nil {
		if m = fullHour.FindStringSubmatch(s); m == nil {
			return 0, 0, 0, "", s
		}
		m = []string{m[0], m[1], "", "", m[2]}
	}
	hour, _ = strconv.Atoi(m[1])
	minute, _ = strconv.Atoi(m[2])
	second, _ = strconv.Atoi(m[3])
	if m[4] != "" {
		half = m[4][:1]
	}
	return hour, minute, second, half, strings.Replace(s, m[0], " ", 1)
}

// onClock returns an hour of the day.
func onClock(hour int, half string) int {
	switch {
	case half == "p" && hour < 12:
		return hour + 12
	case half == "a" && hour == 12:
		return 0
	}
	return hour
}

// namedDate reads a date with the name of a month: "3. November 2025", "3 de noviembre
// de 2025", "November 3rd, 2025", "2025. november 3.".
func namedDate(s string) (year, month, day int) {
	words := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	number := func(i int) int {
		if i < 0 || i >= len(words) {
			return 0
		}
		n, _ := strconv.Atoi(strings.TrimRight(words[i], "abcdehnorstº"))
		return n
	}
	for i, w := range words {
		if n := number(i); year == 0 && n >= 1000 && n <= 9999 {
			year = n
		}
		m := months[w]
		if m == 0 {
			continue
		}
		before := i - 1
		for before > 0 && (words[before] == "de" || words[before] == "er" || words[before] == "o" || words[before] == "of") {
			before--
		}
		switch n := number(before); {
		case n >= 1 && n <= 31:
			month, day = m, n // "mar. 4 nov.": a weekday may look like a month
		case day == 0:
			if n := number(i + 1); n >= 1 && n <= 31 {
				month, day = m, n
			}
		}
	}
	return year, month, day
}

// months are the names of months as dates have them (CLDR: format and stand-alone,
// wide and abbreviated), without dots.
var months = func() map[string]int {
	all := map[string]int{}
	for i, names := range [...]string{
		"january jan januar jänner jän januari janvier janv enero ene gennaio gen janeiro stycznia styczeń sty tammikuuta tammik ledna",
		"february feb februar feber februari février févr fév fevrier febrero febbraio fevereiro fev lutego luty lut helmikuuta helmik února",
		"march mar märz mär mrz maart mrt mars marzo março marca marzec maaliskuuta maalisk března",
		"april apr avril avr abril abr aprile kwietnia kwiecień kwi huhtikuuta huhtik dubna",
		"may mai mei mayo maggio mag maio maja maj toukokuuta toukok května",
		"june jun juni juin junio giugno giu junho czerwca czerwiec cze kesäkuuta kesäk června",
		"july jul juli juillet juil julio luglio lug julho lipca lipiec lip heinäkuuta heinäk července",
		"august aug augustus août aout agosto ago sierpnia sierpień sie augusti elokuuta elok srpna",
		"september sep sept septembre septiembre setiembre settembre set setembro września wrzesień wrz syyskuuta syysk září",
		"october oct oktober okt octobre octubre ottobre ott outubro out października październik paź lokakuuta lokak října",
		"november nov novembre noviembre novembro listopada listopad lis marraskuuta marrask listopadu",
		"december dec dezember dez décembre déc decembre diciembre dic dicembre dezembro grudnia grudzień gru desember des joulukuuta jouluk prosince",
	} {
		for _, name := range strings.Fields(names) {
			all[name] = i + 1
		}
	}
	return all
}()
