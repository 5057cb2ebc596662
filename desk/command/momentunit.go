package command

import (
	"strconv"
	"strings"
	"time"
)

// readYear reads the year behind a month, if it is there.
func (r *momentReader) readYear() bool {
	w := r.peek()
	if momentFiller[w] && r.at+1 < len(r.words) && len(r.words[r.at+1]) == 4 {
		r.next()
		w = r.peek()
	}
	if p := bareNumber.FindStringSubmatch(w); p != nil && len(p[1]) == 4 {
		r.next()
		r.year = number(p[1])
	}
	return true
}

// readUnit reads the unit of an amount.
func (r *momentReader) readUnit(amount int) bool {
	unit, known := momentUnits[strings.TrimSuffix(r.peek(), ".")]
	if !known || amount < 1 || amount > maxAmount {
		return false
	}
	r.next()
	r.counted = r.counted || unit > perHour
	switch unit {
	case perMinute:
		return r.relate(time.Duration(amount)*time.Minute, 0, 0)
	case perHour:
		return r.relate(time.Duration(amount)*time.Hour, 0, 0)
	case perDay:
		return r.relate(0, amount, 0)
	case perWeek:
		return r.relate(0, 7*amount, 0)
	}
	return r.relate(0, 0, amount)
}

// relate adds to what was said relative to now.
func (r *momentReader) relate(after time.Duration, days, months int) bool {
	r.after, r.days, r.months, r.relative = r.after+after, r.days+days, r.months+months, true
	return true
}

func isUnit(w string) bool {
	_, known := momentUnits[strings.TrimSuffix(w, ".")]
	return known
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
