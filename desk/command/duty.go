package command

import (
	"strings"
	"time"
)

// Duty is what follows #oncall on its line: "bob until Friday 9:00", "nights bob from
// Friday 17:00 until Monday 9:00".
type Duty struct {
	Rota        string // empty: none is named
	Agent       string
	From, Until Moment
	FromNow     bool // no begin is named
	Open        bool // no end is named
}

// Words before the begin and the end of a time, in the eight languages.
var (
	fromWords  = byLanguage("from ab von vom a des desde dal dalle da das vanaf van od")
	untilWords = byLanguage("until till to bis jusqua jusqu'a hasta fino ate tot do")
)

// ReadDuty reads the line of an #oncall. The error is a [*MomentError].
func ReadDuty(arg string, now time.Time) (d Duty, err error) {
	var parts [3][]string // who, from, until
	at := 0
	for _, word := range strings.Fields(strings.ReplaceAll(arg, "’", "'")) {
		switch plain := plainly(strings.ToLower(strings.Trim(word, ",;:"))); {
		case untilWords[plain] && at < 2 && len(parts[0]) > 0:
			at = 2
		case fromWords[plain] && at < 1 && len(parts[0]) > 0:
			at = 1
		default:
			parts[at] = append(parts[at], word)
		}
	}
	if who := parts[0]; len(who) > 0 {
		d.Rota, d.Agent = strings.Join(who[:len(who)-1], " "), strings.TrimPrefix(who[len(who)-1], "@")
	}
	d.FromNow, d.Open = len(parts[1]) == 0, len(parts[2]) == 0
	if !d.FromNow {
		if d.From, err = ReadMoment(strings.Join(parts[1], " "), now); err != nil {
			return d, err
		}
		now = d.From.At // the end is counted from the begin: Friday, until Monday
	}
	if !d.Open {
		d.Until, err = ReadMoment(strings.Join(parts[2], " "), now)
	}
	return d, err
}
