package notify

import (
	"slices"
	"time"

	"maildesk/desk/command"
	"maildesk/ticket"
)

// The most entries that a notice tells; one that hands a ticket on tells more.
const (
	maxStory      = 10
	maxWholeStory = 50
)

// Story returns what a notice of a template tells of a ticket's correspondence:
// the latest entries, oldest first, with times of a place. It changes entries.
func (t Template) Story(entries []ticket.Entry, place *time.Location) []ticket.Entry {
	bound := t.bound()
	entries = slices.DeleteFunc(entries, onlyCommands)
	entries = entries[max(0, len(entries)-bound):]
	for i := range entries {
		entries[i].At = entries[i].At.In(place)
	}
	return entries
}

// bound returns how many entries the story has at most.
func (t Template) bound() int {
	if t.TellsWay() {
		return maxWholeStory
	}
	return maxStory
}

// Latest returns how many of the latest entries have to be known to tell the story,
// of which some may say nothing.
func (t Template) Latest() int { return 2 * t.bound() }

// onlyCommands reports whether an entry is an agent's mail that says nothing
// beside its commands. The events and the way of a ticket tell what those did.
func onlyCommands(e ticket.Entry) bool {
	if e.Kind != ticket.EntryNote {
		return false
	}
	m := command.Read(e.Text)
	return len(m.Commands) > 0 && m.Text == ""
}
