package said

import (
	"testing"

	"maildesk/desk/thanks"
	"maildesk/ticket"
)

// TestOutcome: what becomes of a mail, outcome by outcome.
func TestOutcome(t *testing.T) {
	const (
		open, waits    = ticket.StatusOpen, ticket.StatusPending
		solved, closed = ticket.StatusResolved, ticket.StatusClosed
	)
	for _, c := range []struct {
		name  string
		facts Facts
		want  Outcome
	}{
		{"a rating", Facts{Status: solved, Own: true, Proven: true, Rates: true, More: true}, Rated},
		{"an article solved it", Facts{Status: open, Own: true, Proven: true, Solved: true}, Solved},
		{"an article solved it, and a question", Facts{Status: open, Own: true, Proven: true, Solved: true, More: true}, WorkGoesOn},
		{"an article solved it, marked as spam", Facts{Status: open, Own: true, Proven: true, Solved: true, Marked: true}, WorkGoesOn},
		{"an article solved it, as was decided before", Facts{Status: open, Own: true, Solved: true, More: true, Marked: true, KeepsSolved: true}, Solved},

		{"recalled, in work", Facts{Status: open, Own: true, Proven: true, Recall: true}, Recalled},
		{"recalled, closed", Facts{Status: closed, Own: true, Proven: true, Recall: true}, Recalled},

		{"close", Facts{Status: open, Own: true, Proven: true, Closes: true}, Closed},
		{"close, in a text", Facts{Status: solved, Own: true, Proven: true, Meaning: thanks.Close}, Closed},
		{"close, in a text, in work", Facts{Status: open, Own: true, Proven: true, Meaning: thanks.Close}, WorkGoesOn},
		{"close, in a text, number alone", Facts{Status: solved, Own: true, Meaning: thanks.Close}, Thanked},
		{"close, number alone", Facts{Status: open, Own: true, Closes: true}, ToConfirm},
		{"close, marked as spam", Facts{Status: open, Own: true, Proven: true, Closes: true, Marked: true}, Doubted},
		{"close, marked as spam, as was decided before", Facts{Status: open, Own: true, Proven: true, Closes: true, Marked: true, KeepsClosed: true}, Closed},
		{"close what is closed", Facts{Status: closed, Own: true, Proven: true, Closes: true}, Thanked},
		{"close what is closed, and a question", Facts{Status: closed, Own: true, Proven: true, Closes: true, More: true}, Anew},
		{"close, in copy", Facts{Status: open, Proven: true, Closes: true}, WorkGoesOn},
		{"close, in copy, resolved", Facts{Status: solved, Proven: true, Closes: true}, Thanked},
		{"close, in copy, resolved, and a question", Facts{Status: solved, Proven: true, Closes: true, More: true}, WorkGoesOn},

		{"thanks, in work", Facts{Status: open, Own: true, Proven: true, Meaning: thanks.Mere}, Thanked},
		{"thanks, for a question", Facts{Status: waits, Own: true, Proven: true, Meaning: thanks.Mere, Answers: true}, WorkGoesOn},
		{"thanks, resolved", Facts{Status: solved, Own: true, Proven: true, Meaning: thanks.Mere}, Thanked},
		{"thanks, on top of reopen", Facts{Status: solved, Own: true, Proven: true, Meaning: thanks.Mere, Reopens: true}, WorkGoesOn},
		{"works, in work", Facts{Status: open, Own: true, Proven: true, Meaning: thanks.Works}, WorkGoesOn},
		{"works, closed", Facts{Status: closed, Own: true, Proven: true, Meaning: thanks.Works}, Thanked},
		{"ok, in work", Facts{Status: waits, Own: true, Proven: true, Meaning: thanks.Agree}, WorkGoesOn},
		{"ok, resolved", Facts{Status: solved, Own: true, Proven: true, Meaning: thanks.Agree}, Thanked},
		{"ok, resolved with a question", Facts{Status: solved, Own: true, Proven: true, Meaning: thanks.Agree, Answers: true}, Agreed},

		{"away, in work", Facts{Status: open, Own: true, Proven: true, Away: true}, WorkGoesOn},
		{"away, resolved", Facts{Status: solved, Own: true, Proven: true, Away: true}, Absent},

		{"more, in work", Facts{Status: open}, WorkGoesOn},
		{"more, resolved", Facts{Status: solved, Own: true, Proven: true}, WorkGoesOn},
		{"more, closed", Facts{Status: closed, Own: true, Proven: true}, Anew},
		{"more, closed, imported", Facts{Status: closed, Own: true, Proven: true, Silent: true}, WorkGoesOn},
		{"reopen, closed", Facts{Status: closed, Own: true, Proven: true, Reopens: true}, Anew},
	} {
		if got := c.facts.Outcome(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestBeside: agents are told of thanks and of wishes beside what they read.
func TestBeside(t *testing.T) {
	for _, c := range []struct {
		facts Facts
		want  bool
	}{
		{Facts{Meaning: thanks.Works}, true},
		{Facts{Meaning: thanks.Mere}, true},
		{Facts{Meaning: thanks.Agree}, false},
		{Facts{}, false},
		{Facts{Closes: true}, true},
		{Facts{Closes: true, Own: true}, false},
	} {
		if got := c.facts.Beside(); got != c.want {
			t.Errorf("%+v: %t", c.facts, got)
		}
	}
}

// TestMayAnswer: the correspondence is read only where a question in it matters.
func TestMayAnswer(t *testing.T) {
	for _, status := range []ticket.Status{ticket.StatusOpen, ticket.StatusResolved} {
		for meaning := thanks.Other; meaning <= thanks.Close; meaning++ {
			f := Facts{Status: status, Own: true, Proven: true, Meaning: meaning}
			asked := f
			asked.Answers = true
			if matters := f.Outcome() != asked.Outcome(); matters != f.MayAnswer() {
				t.Errorf("%s, meaning %d: an answer matters: %t, it is read: %t", status, meaning, matters, f.MayAnswer())
			}
		}
	}
}
