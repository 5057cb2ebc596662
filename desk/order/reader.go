package order

import (
	"strconv"
	"strings"
	"time"

	"maildesk/desk/command"
	"maildesk/desk/macro"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// stepMine makes the ticket the request of the agent whose mail opened it.
func stepMine(_ *settings.Settings, o *Order, _ string, _ time.Time) (ticket.Phrase, error) {
	o.Mine = true
	return ticket.Say("the request is that of whoever passed it on; nobody else is told of it"), nil
}

// stepFor makes the ticket somebody else's request.
func stepFor(s *settings.Settings, o *Order, arg string, _ time.Time) (ticket.Phrase, error) {
	all, err := addresses("for", arg)
	if err != nil {
		return ticket.Phrase{}, err
	}
	people := s.PeopleIn(all)
	if len(all) != 1 || len(people) != 1 {
		return ticket.Phrase{}, errOnePerson
	}
	o.Requester = people[0]
	return ticket.Say("the request is that of %s from now on", o.Requester.Address), nil
}

// errOnePerson says whom a ticket can be made the request of.
var errOnePerson = ticket.Say("the address of one person outside is needed, as in #for ana@example.net")

// stepFile asks for a file of the ticket by its number.
func stepFile(_ *settings.Settings, o *Order, arg string, _ time.Time) (ticket.Phrase, error) {
	n, err := strconv.Atoi(strings.TrimPrefix(arg, "#"))
	if err != nil || n < 1 {
		return ticket.Phrase{}, ticket.Say("a number is needed, as in #file 2; the notice of a mail with large files has it")
	}
	o.Files = append(o.Files, n)
	return ticket.Say("sent to you"), nil
}

// stepReply sends the text to the requester, whatever mail it answers.
func stepReply(_ *settings.Settings, o *Order, _ string, _ time.Time) (ticket.Phrase, error) {
	if o.Note {
		return ticket.Phrase{}, errNoteOrReply
	}
	o.Reply = true
	return ticket.Say("sent to the requester"), nil
}

// errNoteOrReply is the mistake of an agent who writes both commands.
var errNoteOrReply = ticket.Say("#note keeps the text inside, and #reply sends it to the requester; write one of them")

// stepAccept makes somebody a participant who wrote to the ticket and is not one.
func stepAccept(_ *settings.Settings, o *Order, arg string, _ time.Time) (ticket.Phrase, error) {
	o.Accept, o.Accepted.Address = true, strings.Trim(arg, "<>")
	return ticket.Say("they take part from now on"), nil
}

// stepMyAddress notes that the agent's mail that waits came from an address of theirs.
// Which one it is, and whether it may be theirs, is found by answer.
func stepMyAddress(_ *settings.Settings, o *Order, _ string, _ time.Time) (ticket.Phrase, error) {
	o.MyAddress = true
	return ticket.Say("sent as it stands"), nil
}

// stepForget notes which address is no more the agent's own. Whether it was learnt as
// theirs is found by answer.
func stepForget(_ *settings.Settings, o *Order, arg string, _ time.Time) (ticket.Phrase, error) {
	a, err := mailparse.ParseIdentity([]string{arg})
	if err != nil {
		return ticket.Phrase{}, ticket.Say("an address is needed, as in #forget alice@home.example")
	}
	o.Forget = a.Address
	return ticket.Say("%s is not an address of yours any more", a.Address), nil
}

// stepChannel says how the requester came to the desk, where an agent writes for them.
func stepChannel(_ *settings.Settings, o *Order, arg string, _ time.Time) (ticket.Phrase, error) {
	channel, known := command.Channel(arg)
	switch {
	case !known:
		return ticket.Phrase{}, &command.ChoiceError{Kind: command.Channels, Arg: arg, All: command.AllChannels}
	case o.After.ID != 0:
		return ticket.Phrase{}, ticket.Say("it says how a request came, and stands on top of the new email that opens it")
	}
	o.Channel = channel
	return ticket.Say("came by %s", channel), nil
}

// addresses parses what follows #cc or #uncc: "ana@example.net, ben@example.net".
func addresses(command, arg string) ([]mailparse.Address, error) {
	fields := strings.FieldsFunc(arg, func(r rune) bool { return r == ',' || r == ';' || r == ' ' })
	if len(fields) == 0 {
		return nil, ticket.Say("an address is needed, as in #%s ana@example.net", command)
	}
	var all []mailparse.Address
	for _, f := range fields {
		a, err := mailparse.ParseIdentity([]string{strings.TrimPrefix(f, "mailto:")})
		if err != nil {
			return nil, ticket.Say("%q is not a mail address; write the bare address, as in #%s ana@example.net", f, command)
		}
		all = append(all, a)
	}
	return all, nil
}

// stepCc adds participants.
func stepCc(s *settings.Settings, o *Order, arg string, _ time.Time) (ticket.Phrase, error) {
	all, err := addresses("cc", arg)
	if err != nil {
		return ticket.Phrase{}, err
	}
	for _, a := range all {
		if len(s.PeopleIn([]mailparse.Address{a})) == 0 {
			return ticket.Phrase{}, ticket.Say("%s is the desk's, an agent's or a machine's address, and reads no answers to requesters", a.Address)
		}
		o.Cc = append(o.Cc, a.Address)
	}
	return ticket.Say("gets what is answered from now on: %s", strings.Join(o.Cc, ", ")), nil
}

// stepUncc takes participants out.
func stepUncc(_ *settings.Settings, o *Order, arg string, _ time.Time) (ticket.Phrase, error) {
	all, err := addresses("uncc", arg)
	if err != nil {
		return ticket.Phrase{}, err
	}
	for _, a := range all {
		o.Uncc = append(o.Uncc, a.Address)
	}
	return ticket.Say("gets nothing from now on: %s", strings.Join(o.Uncc, ", ")), nil
}

// stepSend inserts a text of the admin's into what the agent writes, or asks which there
// are.
func stepSend(s *settings.Settings, o *Order, arg string, _ time.Time) (ticket.Phrase, error) {
	name, known := s.Macros.Named(arg)
	switch {
	case !known && len(s.Macros.Names()) == 0:
		return ticket.Phrase{}, ticket.Say("the admin has set up no texts to send")
	case arg == "":
		o.Texts = true
		return ticket.Phrase{}, nil
	case !known:
		return ticket.Phrase{}, &command.ChoiceError{Kind: command.Texts, Arg: arg, All: s.Macros.Names()}
	}
	switch s.Macros.Kept(name) {
	case macro.Internal:
		return ticket.Phrase{}, ticket.Say("the article %s is for agents only and is never sent", name)
	case macro.Draft:
		return ticket.Phrase{}, ticket.Say("the article %s is a draft that nobody has reviewed yet", name)
	}
	o.Sends = append(o.Sends, name)
	return ticket.Say("the text %s is inserted", name), nil
}

// stepKb has an article made of the ticket. Whether there is a solution is found by
// answer.
func stepKb(_ *settings.Settings, o *Order, arg string, _ time.Time) (ticket.Phrase, error) {
	o.Article, o.Title = true, strings.Join(strings.Fields(arg), " ")
	return ticket.Say("an article is drafted and sent to you for review"), nil
}
