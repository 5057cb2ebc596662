package command

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"maildesk/calendar"
)

// Moment is a time as an agent wrote it.
type Moment struct {
	At      time.Time // in the zone of the now that it was read by
	Counted bool      // in days, weeks or months from now: "3d", not "Friday"
	Clock   bool      // with a time of the day; else At is when the day begins, and all of it is meant
}

// MomentError says that a time was not understood, or which of two is meant.
type MomentError struct {
	Text   string // as it was written
	Either string // what was meant, perhaps, when it can be read in two ways: "2027-03-04"
	Or     string
}

func (e *MomentError) Error() string {
	if e.Either != "" {
		return fmt.Sprintf("%q may be %s or %s; write one of them", e.Text, e.Either, e.Or)
	}
	return fmt.Sprintf("%q is not a time; write 2d, 4h, tomorrow 9:00, Friday or 2027-01-31", e.Text)
}

// ReadMoment reads a time as people write it, in any of the eight languages: "3d",
// "2 days", "tomorrow 9:00", "until Friday", "am 24. Dezember", "24.12.", "in einer
// Woche". What it says is counted from now, in now's zone, and lies in the future: the
// name of today's weekday is a week away, and a date without a year is the next one.
// A date with a year is taken as it is. The error is a [*MomentError].
func ReadMoment(text string, now time.Time) (Moment, error) {
	r := momentReader{now: now, words: momentWords(text)}
	if len(text) > maxMoment || !r.read() {
		return Moment{}, &MomentError{Text: text, Either: r.either, Or: r.or}
	}
	return r.moment(), nil
}

const (
	maxMoment = 100 // bytes
	maxAmount = 999 // of days, weeks …
)

// momentReader reads the words of a time one by one.
type momentReader struct {
	now   time.Time
	words []string
	at    int // the word that is next

	after      time.Duration // "2 hours"
	days       int           // "2 days", "tomorrow"
	months     int
	relative   bool // after, days or months is said
	counted    bool // in days, weeks or months: "2 days", not "tomorrow"
	weekday    time.Weekday
	onWeekday  bool
	day, month int // of a date; 0: none is said
	year       int
	hour, min  int
	clock      bool
	either, or string
}

// momentWords cuts a text into words in lower case, without accents and the marks
// around them. A number and its unit are two words: "2d", "9h30" are "2 d", "9 h 30".
func momentWords(text string) []string {
	text = strings.NewReplacer("’", "'", "‘", "'").Replace(norm.NFKC.String(strings.ToLower(text)))
	text = plainly(text)
	text = numberAndUnit.ReplaceAllString(text, "$1 $2 ")
	var words []string
	for _, w := range strings.Fields(text) {
		w = strings.Trim(w, ",;:!()<>[]\"'")
		if w == "" || ordinals[w] && len(words) > 0 && bareNumber.MatchString(words[len(words)-1]) {
			continue // 24 th
		}
		words = append(words, w)
	}
	return words
}

var (
	numberAndUnit = regexp.MustCompile(`\b(\d{1,3})([a-z]+)`)
	isoDate       = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})$`)
	dottedDate    = regexp.MustCompile(`^(\d{1,2})\.(\d{1,2})(?:\.(\d{4}|\d{2})?)?$`)
	slashedDate   = regexp.MustCompile(`^(\d{1,2})[/-](\d{1,2})(?:[/-](\d{4}|\d{2}))?$`)
	clockTime     = regexp.MustCompile(`^(\d{1,2})[:.](\d{2})(?::\d{2})?$`)
	bareNumber    = regexp.MustCompile(`^(\d{1,4})(\.)?$`)
)

// read reads all words; it reports whether it understood each of them.
func (r *momentReader) read() bool {
	said := false
	for r.at < len(r.words) {
		w := r.next()
		switch {
		case r.isFiller(w):
			continue
		case r.readDate(w), r.either == "" && (r.readClock(w) || r.readNamed(w) || r.readNumber(w)):
			said = true
		default:
			return false
		}
	}
	return said && r.consistent()
}

// isFiller reports whether a word that was just read says nothing. Some do beside others
// only: "a" is one in "a week", and "do" alone is Donnerstag.
func (r *momentReader) isFiller(w string) bool {
	_, counts := momentNumbers[w]
	_, day := momentWeekdays[w]
	return momentFiller[w] && !(counts && isUnit(r.peek())) && !(day && r.at == len(r.words))
}

func (r *momentReader) next() string {
	r.at++
	return r.words[r.at-1]
}

// peek returns the word that is next, "" at the end.
func (r *momentReader) peek() string {
	if r.at == len(r.words) {
		return ""
	}
	return r.words[r.at]
}

// consistent reports whether what was said makes one time, which exists.
func (r *momentReader) consistent() bool {
	dated := r.day != 0
	switch {
	case r.onWeekday && r.relative, dated && r.relative, r.after != 0 && r.clock, dated != (r.month != 0):
		return false
	case r.hour > 24, r.min > 59, r.hour == 24 && r.min > 0:
		return false
	case dated:
		d := time.Date(r.dateYear(), time.Month(r.month), r.day, 0, 0, 0, 0, time.UTC)
		return d.Day() == r.day && int(d.Month()) == r.month
	}
	return true
}

// dateYear returns the year of the date: the one that was said, or the one in which
// the date comes next.
func (r *momentReader) dateYear() int {
	switch {
	case r.year >= 100:
		return r.year
	case r.year > 0:
		return 2000 + r.year
	case r.month < int(r.now.Month()), r.month == int(r.now.Month()) && r.day < r.now.Day():
		return r.now.Year() + 1
	}
	return r.now.Year()
}

// moment returns the time that was said.
func (r *momentReader) moment() Moment {
	if r.after != 0 || r.counted && !r.clock { // "2 hours", "2 days"
		return Moment{At: calendar.AddMonths(r.now, r.months).AddDate(0, 0, r.days).Add(r.after), Clock: true, Counted: r.counted && r.after == 0}
	}
	y, m, d := r.now.Date()
	day := calendar.AddMonths(time.Date(y, m, d, 0, 0, 0, 0, time.UTC), r.months).AddDate(0, 0, r.days)
	switch {
	case r.day != 0:
		day = time.Date(r.dateYear(), time.Month(r.month), r.day, 0, 0, 0, 0, time.UTC)
	case r.onWeekday:
		ahead := (int(r.weekday-r.now.Weekday())+6)%7 + 1
		day = time.Date(y, m, d+ahead, 0, 0, 0, 0, time.UTC)
	}
	if !r.clock {
		return Moment{At: calendar.OnWall(r.now.Location(), day, 0)}
	}
	y, m, d = day.Date()
	at := time.Date(y, m, d, r.hour, r.min, 0, 0, r.now.Location())
	if !at.After(r.now) && r.day == 0 && r.days == 0 && !r.relative { // "9:00" in the evening
		at = time.Date(y, m, d+1, r.hour, r.min, 0, 0, r.now.Location())
	}
	return Moment{At: at, Clock: true}
}

// readDate reads 2027-01-31, 31.1.2027, 31/1.
func (r *momentReader) readDate(w string) bool {
	if r.day != 0 {
		return false
	}
	if p := isoDate.FindStringSubmatch(w); p != nil {
		r.year, r.month, r.day = number(p[1]), number(p[2]), number(p[3])
		return true
	}
	if p := dottedDate.FindStringSubmatch(w); p != nil {
		day, month := number(p[1]), number(p[2])
		time := strings.Count(w, ".") == 1 && len(p[2]) == 2 && day < 24 // 9.30
		if time && (month > 12 || month == 0 || r.dayIsSaid()) {
			return false
		}
		r.day, r.month, r.year = day, month, number(p[3])
		if time {
			r.either, r.or = fmt.Sprintf("%d:%02d", day, month), fmt.Sprintf("%04d-%02d-%02d", r.dateYear(), month, day)
			return false
		}
		return true
	}
	p := slashedDate.FindStringSubmatch(w)
	if p == nil {
		return false
	}
	r.day, r.month, r.year = number(p[1]), number(p[2]), number(p[3])
	switch {
	case r.month > 12: // 12/31, as Americans write it
		r.day, r.month = r.month, r.day
	case r.day <= 12 && r.day != r.month && r.day > 0:
		date := func(month, day int) string { return fmt.Sprintf("%04d-%02d-%02d", r.dateYear(), month, day) }
		r.either = date(r.month, r.day)
		r.day, r.month = r.month, r.day
		r.or = date(r.month, r.day)
		return false
	}
	return true
}

// readClock reads 9:00 and 9.30, also before am, pm and Uhr.
func (r *momentReader) readClock(w string) bool {
	p := clockTime.FindStringSubmatch(w)
	if p == nil || r.clock {
		return false
	}
	r.hour, r.min, r.clock = number(p[1]), number(p[2]), true
	return r.readHalf()
}

// readHalf reads am, pm, Uhr or h behind a time of the day, if it is there.
func (r *momentReader) readHalf() bool {
	switch r.peek() {
	case "am", "a.m.", "pm", "p.m.":
		if r.hour < 1 || r.hour > 12 {
			return false
		}
		if r.hour %= 12; r.next()[0] == 'p' {
			r.hour += 12
		}
	case "uhr", "h", "uur", "heures", "horas", "ore", "o'clock", "oclock":
		r.next()
	}
	return true
}

// readNamed reads tomorrow, Friday, noon, and the words that stand for a number.
func (r *momentReader) readNamed(w string) bool {
	two := w + " " + r.peek()
	if days, known := momentDays[two]; known {
		r.next()
		return r.relate(0, days, 0)
	}
	if days, known := momentDays[w]; known {
		return r.relate(0, days, 0)
	}
	if day, known := momentWeekdays[w]; known && !r.onWeekday {
		r.weekday, r.onWeekday = day, true
		return true
	}
	if w == "noon" || w == "mittag" || w == "mittags" || w == "midi" || w == "mezzogiorno" || w == "mediodia" {
		r.hour, r.clock = 12, true
		return true
	}
	if month, known := momentMonths[strings.TrimSuffix(w, ".")]; known { // December 24
		p := bareNumber.FindStringSubmatch(r.peek())
		if p == nil || r.day != 0 {
			return false
		}
		r.next()
		r.month, r.day = month, number(p[1])
		return r.readYear()
	}
	switch {
	case momentNext[w] && r.onWeekday: // lundi prochain
		return true
	case isUnit(w) && momentNext[r.peek()]: // la semaine prochaine
		r.at--
		if !r.readUnit(1) {
			return false
		}
		r.next()
		return true
	}
	if amount, known := momentNumbers[w]; known || momentNext[w] {
		if momentNext[w] {
			if _, day := momentWeekdays[r.peek()]; day {
				return true // "next Friday" is the Friday that comes
			}
			amount = 1
		}
		return r.readUnit(amount)
	}
	return false
}

// readNumber reads what begins with a number: 2 days, 24 December, 9 Uhr, 9 h 30.
func (r *momentReader) readNumber(w string) bool {
	p := bareNumber.FindStringSubmatch(w)
	if p == nil {
		return false
	}
	n := number(p[1])
	word := r.peek()
	if momentFiller[word] && r.at+1 < len(r.words) { // 24 de diciembre
		if _, is := momentMonths[strings.TrimSuffix(r.words[r.at+1], ".")]; is {
			r.next()
			word = r.peek()
		}
	}
	if month, is := momentMonths[strings.TrimSuffix(word, ".")]; is && r.day == 0 {
		r.next()
		r.day, r.month = n, month
		return r.readYear()
	}
	switch {
	case p[2] == "." && word == "": // "24." is not a date yet
		return false
	case !r.clock && (word == "uhr" || word == "uur" || word == "heures" || word == "am" || word == "pm" || word == "a.m." || word == "p.m." || word == "o'clock"):
		r.hour, r.clock = n, true
		return r.readHalf()
	case !r.clock && word == "h" && (r.dayIsSaid() || r.minutesFollow()):
		r.next()
		r.hour, r.clock = n, true
		if r.isMinuteNext() {
			r.min = number(r.next())
		}
		return true
	case !r.clock && r.dayIsSaid() && p[2] == "" && !isUnit(word): // "tomorrow at 9"
		r.hour, r.clock = n, true
		return true
	}
	return r.readUnit(n)
}

// dayIsSaid reports whether a day was said, behind which a number is a time.
func (r *momentReader) dayIsSaid() bool {
	return r.day != 0 || r.onWeekday || r.relative && r.after == 0
}

// minutesFollow reports whether "h 30" comes next, isMinuteNext whether "30" does.
func (r *momentReader) minutesFollow() bool {
	return r.at+1 < len(r.words) && r.words[r.at] == "h" && isMinutes(r.words[r.at+1])
}

func (r *momentReader) isMinuteNext() bool { return isMinutes(r.peek()) }

func isMinutes(w string) bool { return len(w) == 2 && bareNumber.MatchString(w) }
