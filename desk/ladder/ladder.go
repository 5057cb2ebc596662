// Package ladder says how well it must be known that an agent wrote a mail before what
// the mail asks for is done. It is pure: what a mail shows of its writer is found
// elsewhere.
//
// There are two ladders. On the plain one, the signed address of a mail of the desk is
// enough for everything. On the strict one a signed address alone is enough for notes;
// answers and changes need an authenticated From, and what reaches many, or cannot be
// taken back, a login. The configuration chooses one, and names the commands that need
// more or less; an agent may have a level of their own below which nothing of theirs is done.
//
// The entry point is [Ladder.Needs].
package ladder

import (
	"slices"

	"maildesk/desk/command"
)

// Levels lists the levels of proof, weakest first.
var Levels = []command.Proof{command.Answer, command.Address, command.Authenticated, command.Login}

// Words is the command that stands for the words of an agent to the readers of a ticket,
// whether the mail has that command or none.
const Words = "reply"

// Ladder is what the configuration says. The zero value is the plain ladder.
type Ladder struct {
	Strict   bool
	Commands map[string]command.Proof // by name, what differs from the table
}

// Needs returns the level that a command needs, by its name, from an agent with a level
// of their own; empty: they have none. That level raises whatever is more than a note. A
// name that is no command needs what an answer does. One about a colleague ("away NAME")
// needs no less than [proof] says of the command, and on the strict ladder its own level, if
// [proof] does not name it.
func (l Ladder) Needs(name string, own command.Proof) command.Proof {
	e, others, known := command.LookupRung(name)
	if !known {
		e, _ = command.Lookup(Words)
	}
	need := e.Proof
	if l.Strict {
		need = strict(e)
	}
	if set, is := l.Commands[e.Name]; is {
		need = set
	}
	if others {
		if l.Strict {
			need = Higher(need, e.Others)
		}
		if set, is := l.Commands[command.OfOthers(e.Name)]; is {
			need = set
		}
	}
	if need == command.Answer {
		return need
	}
	return Higher(need, own)
}

// Names lists what the configuration can name a level for.
func Names() (names []string) {
	for _, e := range command.Table {
		names = append(names, e.Rungs()...)
	}
	return names
}

// strict returns the level of a command on the strict ladder.
func strict(e command.Entry) command.Proof {
	switch {
	case e.Strict != "":
		return e.Strict
	case e.Proof == command.Answer:
		return command.Answer
	}
	return command.Authenticated
}

// Higher returns the higher one of two levels. The empty one is the lowest.
func Higher(a, b command.Proof) command.Proof {
	if rank(b) > rank(a) {
		return b
	}
	return a
}

// Enough reports whether a level that was shown is at least the one that is needed.
func Enough(shown, needed command.Proof) bool { return rank(shown) >= rank(needed) }

func rank(p command.Proof) int { return slices.Index(Levels, p) }
