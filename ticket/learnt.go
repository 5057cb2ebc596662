package ticket

import (
	"fmt"
	"strings"
)

// Learnt is what the history of the desk says of a new request, as package learn guesses
// it: the value that each field most likely has. Guesses that are less sure than
// [LeastSure], or of which too little is known, are zero. It is kept with the judgement of
// the mail, so that a decision made once more takes what was said then.
type Learnt struct {
	Category Guess `json:"category,omitzero"`
	Queue    Guess `json:"queue,omitzero"`
	Priority Guess `json:"priority,omitzero"`
}

// Guess is one of them.
type Guess struct {
	Value string   `json:"value"`
	Sure  int      `json:"sure"`            // how sure it is, in per cent
	Words []string `json:"words,omitempty"` // of the request, those that decided
}

// LeastSure is how sure a guess is at least that is kept, in per cent.
const LeastSure = 50

// IsZero reports whether nothing is guessed.
func (g Guess) IsZero() bool { return g.Value == "" }

// String returns the guesses in one line, for those who run the desk: "category network
// (93 %: vpn, anyconnect)".
func (l Learnt) String() string {
	var all []string
	for _, f := range []struct {
		name string
		Guess
	}{{"category", l.Category}, {"queue", l.Queue}, {"priority", l.Priority}} {
		if !f.IsZero() {
			all = append(all, fmt.Sprintf("%s %s (%d %%: %s)", f.name, f.Value, f.Sure, strings.Join(f.Words, ", ")))
		}
	}
	return strings.Join(all, "; ")
}

// IsZero reports whether nothing is guessed at all.
func (l Learnt) IsZero() bool { return l.Category.IsZero() && l.Queue.IsZero() && l.Priority.IsZero() }

// From returns the guesses that are sure enough, in per cent.
func (l Learnt) From(sure int) Learnt {
	for _, g := range []*Guess{&l.Category, &l.Queue, &l.Priority} {
		if g.Sure < sure {
			*g = Guess{}
		}
	}
	return l
}
