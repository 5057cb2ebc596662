package ticket

import (
	"fmt"
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

// IsZero reports whether the phrase says nothing.
func (p Phrase) IsZero() bool { return p.English == "" }

// At is a moment in a phrase, Day the day of one.
type (
	At  time.Time
	Day time.Time
)

// String returns the moment as the console shows it.
func (a At) String() string { return time.Time(a).Format(minutes) }

// String returns the day as the console shows it.
func (d Day) String() string { return time.Time(d).Format(day) }
