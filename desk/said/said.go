// Package said decides what it means for a ticket that its requester, or somebody in copy, writes
// to it again: does the work go on, is it over, or is there nothing to do? It is given what is
// known of the mail and the ticket, reads nothing, and changes nothing.
//
// The entry point is [Facts.Outcome].
package said

import (
	"maildesk/desk/thanks"
	"maildesk/ticket"
)

// Facts are what is known of a mail and of the ticket that it is about.
type Facts struct {
	// Of the ticket, and of its writer's part in it.

	Status ticket.Status // of the ticket where it is worked on
	Own    bool          // the ticket is the writer's own, and no one else's as well: they may end it
	Proven bool          // the writer is known by more than the number of the ticket
	Silent bool          // nobody is answered: no ticket is opened in place of a closed one
	Marked bool          // a filter marks the mail as spam, and little proves who wrote it

	// What a rebuild keeps of an earlier decision, by the rules of its time.

	KeepsSolved bool // that an article solved the matter, whatever stands beside it
	KeepsClosed bool // that the mark did not keep the mail from closing the ticket

	// What the writer asks for by a word on top, or by the address they wrote to.

	Rates   bool // to rate an answer
	Solved  bool // an article has solved the matter
	Closes  bool // to close the request
	Reopens bool // to open it again

	// What the text says.

	Meaning thanks.Meaning // of the text
	More    bool           // there is more than the word or the thanks: an agent has to read it
	Answers bool           // what sounds like thanks may answer a question that was asked
	Recall  bool           // it calls another mail back, and nothing else
	Away    bool           // it may be a note of absence
}

// Outcome is what becomes of such a mail.
type Outcome string

// The outcomes. With those that leave the ticket as it is, an agent is told, but of Thanked.
const (
	Rated      Outcome = "rated"      // the rating is kept
	Solved     Outcome = "solved"     // an article ends the matter
	Thanked    Outcome = "thanked"    // filed, nobody is disturbed
	Recalled   Outcome = "recall"     // the ticket stays as it is: no mail can be called back
	Doubted    Outcome = "marked"     // the ticket stays as it is: it may be spam that asks to close it
	Agreed     Outcome = "agreed"     // the ticket stays over: it may answer a question in the solution
	Absent     Outcome = "absence"    // the ticket stays over: it may be a note of absence
	Anew       Outcome = "anew"       // a new ticket: this one is closed
	ToConfirm  Outcome = "to-confirm" // the writer is asked whether it may be closed
	Closed     Outcome = "closed"     // its requester closes it
	WorkGoesOn Outcome = "goes-on"    // filed, the ticket is open, its agents are told
)

// Outcome returns what becomes of a mail.
func (f Facts) Outcome() Outcome {
	closes := f.closes()
	switch {
	case f.Rates:
		return Rated
	case f.Solved && (f.KeepsSolved || !f.More && !f.Marked):
		return Solved
	case f.Recall:
		return Recalled
	case closes && f.Marked && !f.KeepsClosed:
		return Doubted
	case f.nothingToEnd():
		return Thanked
	}
	if quiet := f.quiet(); quiet != "" && !closes && !f.Reopens {
		return quiet
	}
	switch {
	case f.Status == ticket.StatusClosed && !f.Silent:
		return Anew
	case closes && !f.Proven:
		return ToConfirm
	case closes:
		return Closed
	}
	return WorkGoesOn
}

// over reports whether nobody works on the ticket any more.
func (f Facts) over() bool {
	return f.Status == ticket.StatusResolved || f.Status == ticket.StatusClosed
}

// closes reports whether the mail ends the matter: by a word, or, where it is resolved, by a text
// that says so.
func (f Facts) closes() bool {
	says := f.Meaning == thanks.Close && f.Status == ticket.StatusResolved && f.Proven
	return f.Own && (f.Closes || says)
}

// WantsClosed reports whether the writer asks to close what is not theirs to close.
func (f Facts) WantsClosed() bool { return f.Closes && !f.Own }

// nothingToEnd reports whether a mail does nothing but ask to close what is over: for those whose
// ticket it is not, it is so when it is resolved.
func (f Facts) nothingToEnd() bool {
	return f.Closes && !f.More && (f.Status == ticket.StatusClosed || f.WantsClosed() && f.over())
}

// quiet returns what becomes of a text that does not let the work go on, empty for all others.
func (f Facts) quiet() Outcome {
	switch {
	case !f.over() && f.Meaning == thanks.Mere && !f.Answers:
		return Thanked
	case !f.over(): // that it works, or may be closed, is of use to whoever works on it
		return ""
	case f.Meaning == thanks.Agree && f.Answers:
		return Agreed
	case f.Meaning != thanks.Other:
		return Thanked
	case f.Away:
		return Absent
	}
	return ""
}

// MayAnswer reports whether the text may answer a question, so that Answers has to be known.
func (f Facts) MayAnswer() bool {
	return f.Meaning == thanks.Mere && !f.over() || f.Meaning == thanks.Agree && f.over()
}

// Beside reports whether what lets the work go on has thanks beside it, or a wish that is not the
// writer's to have.
func (f Facts) Beside() bool { return f.Meaning > thanks.Agree || f.WantsClosed() }
