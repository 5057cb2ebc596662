package ticket

import (
	"fmt"
	"strconv"
	"time"
)

// Phrase is a sentence of ours, in English, with what is inserted in it. Whoever
// shows it to people says it in their language (package templates has the words of
// each), or in English: [Phrase.String]. It is an error too, for what is refused.
type Phrase struct {
	English string // with verbs as package fmt has them
	Args    []any  // strings, numbers, times, statuses, priorities, phrases
}

// Say returns a phrase. A test holds that each language has words for each english,
// so it must be a literal.
func Say(english string, args ...any) Phrase { return Phrase{english, args} }

// String returns the phrase in English.
func (p Phrase) String() string {
	if len(p.Args) == 0 {
		return p.English
	}
	return fmt.Sprintf(p.English, p.Args...)
}

// Error returns the phrase in English.
func (p Phrase) Error() string { return p.String() }

// Together returns several phrases as one, one behind the other; those that are zero are left out.
func Together(phrases ...Phrase) (all Phrase) {
	for _, p := range phrases {
		switch {
		case p.IsZero():
		case all.IsZero():
			all = p
		default:
			all = Phrase{English: "%s %s", Args: []any{all, p}}
		}
	}
	return all
}

// IsZero reports whether the phrase says nothing.
func (p Phrase) IsZero() bool { return p.English == "" }

// What a phrase may insert, besides, that each language writes in its own way.
type (
	At       time.Time // a moment, with its date and zone
	Relative time.Time // a moment as seen from today: "tomorrow at 9:00"
	Day      time.Time // the day of a moment
	Bytes    int64     // the size of a file
)

// String returns the moment as the console shows it.
func (a At) String() string { return time.Time(a).Format("2006-01-02 15:04 MST") }

// String returns the day as the console shows it.
func (d Day) String() string { return time.Time(d).Format("2006-01-02") }

// String returns the moment as the console shows it.
func (r Relative) String() string { return time.Time(r).Format("Mon 2006-01-02 15:04") }

// String returns the size as the console shows it.
func (b Bytes) String() string {
	if b < 1<<20 {
		return strconv.FormatInt((int64(b)+1023)>>10, 10) + " KiB"
	}
	return fmt.Sprintf("%.1f MiB", float64(b)/(1<<20))
}
