package order

import (
	"errors"
	"strings"

	"maildesk/desk/command"
	"maildesk/ticket"
)

// unknownCommand says that there is no such command, and which was probably meant.
func unknownCommand(name string) ticket.Phrase {
	meant := command.Nearest(name)
	if len(meant) == 0 {
		return ticket.Say("there is no such command; #help lists them")
	}
	return ticket.Say("there is no such command; did you mean %s?", "#"+strings.Join(meant, ", #"))
}

// Explained returns what an agent is told of a mistake: a phrase in their language,
// where it has one.
func Explained(err error) ticket.Phrase {
	if p, is := errors.AsType[ticket.Phrase](err); is {
		return p
	}
	if e, is := errors.AsType[*command.ChoiceError](err); is {
		return Choice(e)
	}
	if e, is := errors.AsType[*command.MomentError](err); is {
		if e.Either != "" {
			return ticket.Say("%q may be %s or %s; write one of them", e.Text, e.Either, e.Or)
		}
		return ticket.Say("%q is not a time; write 2d, 4h, tomorrow 9:00, Friday or 2027-01-31", e.Text)
	}
	if e, is := errors.AsType[*ticket.MoveError](err); is {
		return ticket.Say("a ticket that is %s cannot become %s", e.From, e.To)
	}
	return ticket.Phrase{English: err.Error()}
}

// maxChoices bounds how many choices a mistake lists.
const maxChoices = 40

// choiceWords are what is said of each kind of choice.
var choiceWords = map[command.Choices]struct{ none, missing, all ticket.Phrase }{
	command.Agents:     {ticket.Say("there is no agent named %q"), ticket.Say("the name of an agent is missing"), ticket.Say("Agents: %s")},
	command.Queues:     {ticket.Say("there is no queue named %q"), ticket.Say("the name of a queue is missing"), ticket.Say("Queues: %s")},
	command.Categories: {ticket.Say("there is no category named %q"), ticket.Say("the name of a category is missing"), ticket.Say("Categories: %s")},
	command.Channels:   {ticket.Say("there is no channel named %q"), ticket.Say("the channel is missing"), ticket.Say("Channels: %s")},
	command.Texts:      {ticket.Say("there is no text named %q"), ticket.Say("the name of a text is missing"), ticket.Say("Texts: %s")},
	command.Kinds:      {ticket.Say("there is no kind %q"), ticket.Say("the kind is missing"), ticket.Say("Kinds: %s")},
	command.Priorities: {ticket.Say("there is no priority named %q"), ticket.Say("the priority is missing"), ticket.Say("Priorities: %s")},
}

// Choice says that an argument is none of those that a command takes.
func Choice(e *command.ChoiceError) ticket.Phrase {
	words, known := choiceWords[e.Kind]
	if !known {
		return ticket.Phrase{English: e.Error()}
	}
	said := words.missing
	if e.Arg != "" {
		said = ticket.Phrase{English: words.none.English, Args: []any{e.Arg}}
	}
	if len(e.All) == 0 {
		return said
	}
	listed := e.All
	if len(listed) > maxChoices {
		listed = append(listed[:maxChoices:maxChoices], "…")
	}
	all := ticket.Phrase{English: words.all.English, Args: []any{listed}}
	if meant, near := command.NearestOf(e.All, e.Arg); near {
		return ticket.Say("%s; did you mean %s? %s", said, meant, all)
	}
	return ticket.Phrase{English: "%s. %s", Args: []any{said, all}}
}
