package calendar

import (
	"strconv"
	"strings"
	"time"
)

// rule is a recurrence (RFC 5545 section 3.3.10), as far as it can be said in
// words.
type rule struct {
	every    string // DAILY, WEEKLY, MONTHLY, YEARLY
	interval int
	days     []ruleDay
	monthDay []int
	months   []time.Month
	position int // BYSETPOS
	count    int
	until    time.Time
	other    bool // it has parts that are not read
}

type ruleDay struct {
	day time.Weekday
	nth int // 2: the second of the month, -1: the last; 0: each
}

var weekdays = map[string]time.Weekday{"SU": 0, "MO": 1, "TU": 2, "WE": 3, "TH": 4, "FR": 5, "SA": 6}

func parseRule(s string) rule {
	r := rule{interval: 1}
	for part := range strings.SplitSeq(strings.ToUpper(s), ";") {
		name, value, _ := strings.Cut(part, "=")
		switch strings.TrimSpace(name) {
		case "FREQ":
			r.every = value
		case "INTERVAL":
			r.interval = number(value, 1)
		case "COUNT":
			r.count = number(value, 0)
		case "UNTIL":
			r.until, _ = time.Parse("20060102", value[:min(8, len(value))])
		case "BYDAY":
			for day := range strings.SplitSeq(value, ",") {
				r.addDay(strings.TrimSpace(day))
			}
		case "BYMONTHDAY":
			for day := range strings.SplitSeq(value, ",") {
				r.monthDay = append(r.monthDay, number(day, 0))
			}
		case "BYMONTH":
			for month := range strings.SplitSeq(value, ",") {
				if n := number(month, 0); 1 <= n && n <= 12 {
					r.months = append(r.months, time.Month(n))
				}
			}
		case "BYSETPOS":
			r.position = number(value, 0)
		case "WKST", "":
		default:
			r.other = true
		}
	}
	return r
}

func (r *rule) addDay(s string) {
	if len(s) < 2 {
		r.other = true
		return
	}
	day, ok := weekdays[s[len(s)-2:]]
	if !ok {
		r.other = true
		return
	}
	r.days = append(r.days, ruleDay{day, number(s[:len(s)-2], 0)})
}

func number(s string, otherwise int) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return otherwise
	}
	return n
}

// workingDays reports whether a rule names just Monday to Friday.
func (r *rule) workingDays() bool {
	if len(r.days) != 5 {
		return false
	}
	for _, d := range r.days {
		if d.day == time.Saturday || d.day == time.Sunday || d.nth != 0 {
			return false
		}
	}
	return true
}
