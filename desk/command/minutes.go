package command

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// maxMinutes bounds what is booked at once: a day.
const maxMinutes = 24 * 60

var (
	hoursAndMinutes = regexp.MustCompile(`^(\d{1,2}):(\d{2})$`)
	amountOfTime    = regexp.MustCompile(`^(\d{1,4})(?:[.,](\d{1,2}))?$`)
)

// Minutes reads a time of work as people write it, in any of the eight languages: "15m",
// "1h30", "1:30", "1,5 Stunden", "2 godziny"; a bare number counts minutes. It is at least
// one minute and at most a day.
func Minutes(text string) (minutes int, ok bool) {
	words := momentWords(strings.ReplaceAll(text, ",", "."))
	if len(words) == 1 {
		if p := hoursAndMinutes.FindStringSubmatch(words[0]); p != nil && number(p[2]) < 60 {
			return inADay(time.Duration(number(p[1]))*time.Hour + time.Duration(number(p[2]))*time.Minute)
		}
	}
	var total time.Duration
	last := time.Duration(0) // the unit before
	for i := 0; i < len(words); i++ {
		amount, known := amountIn(words[i])
		if !known {
			return 0, false
		}
		unit := time.Minute
		if i+1 < len(words) {
			u, known := momentUnits[strings.TrimSuffix(words[i+1], ".")]
			if !known || u > perHour {
				return 0, false
			}
			if u == perHour {
				unit = time.Hour
			}
			i++
		}
		if last != 0 && unit >= last { // each unit once, the larger one first
			return 0, false
		}
		total, last = total+time.Duration(amount*float64(unit)), unit
	}
	return inADay(total)
}

// amountIn returns the number that a word is.
func amountIn(word string) (float64, bool) {
	if n, known := momentNumbers[word]; known {
		return float64(n), true
	}
	p := amountOfTime.FindStringSubmatch(word)
	if p == nil {
		return 0, false
	}
	n, err := strconv.ParseFloat(strings.TrimSuffix(p[1]+"."+p[2], "."), 64)
	return n, err == nil
}

func inADay(d time.Duration) (int, bool) {
	minutes := int(d.Round(time.Minute) / time.Minute)
	return minutes, minutes > 0 && minutes <= maxMinutes
}
