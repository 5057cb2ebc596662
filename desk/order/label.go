package order

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"maildesk/desk/command"
	"maildesk/desk/settings"
	"maildesk/threading"
	"maildesk/ticket"
)

// stepKind says what is wanted: an incident, a service request, a question.
func stepKind(_ *settings.Settings, o *Order, arg string, _ time.Time) (ticket.Phrase, error) {
	var all []string
	for _, k := range ticket.Kinds {
		all = append(all, string(k))
	}
	k, known := command.Matter(arg, all)
	if !known {
		return ticket.Phrase{}, &command.ChoiceError{Kind: command.Kinds, Arg: arg, All: all}
	}
	o.After.Kind = ticket.Kind(k)
	return ticket.Say("kind: %s", o.After.Kind), nil
}

const (
	maxTag     = 50  // characters
	maxTags    = 30  // of a ticket
	maxSubject = 200 // characters
)

// setByDesk are the tags that the desk acts on by itself.
var setByDesk = []string{"spam", "too-large"}

// tagsIn returns the tags that stand on the line of a command: "vip, needs parts".
func tagsIn(name, arg string) ([]string, error) {
	var all []string
	for _, tag := range strings.FieldsFunc(arg, func(r rune) bool { return r == ',' || r == ';' }) {
		tag = strings.Join(strings.Fields(strings.TrimLeft(strings.TrimSpace(tag), "#")), " ")
		switch name, _ := command.Without(tag); {
		case name == "":
			continue
		case len([]rune(tag)) > maxTag, strings.ContainsFunc(tag, unicode.IsControl):
			return nil, ticket.Say("%q is too long for a tag; the longest has %d characters", tag, maxTag)
		case slices.Contains(setByDesk, strings.ToLower(name)):
			return nil, ticket.Say("the tag %s is the desk's own; #spam files a request as spam", tag)
		}
		all = append(all, tag)
	}
	if len(all) == 0 {
		return nil, ticket.Say("a tag is needed, as in #%s vip", name)
	}
	return all, nil
}

// stepTag adds tags, and takes those out that a minus stands before.
func stepTag(_ *settings.Settings, o *Order, arg string, _ time.Time) (ticket.Phrase, error) {
	all, err := tagsIn("tag", arg)
	if err != nil {
		return ticket.Phrase{}, err
	}
	for _, tag := range all {
		name, minus := command.Without(tag)
		if minus {
			if err := o.untag(name); err != nil {
				return ticket.Phrase{}, err
			}
			continue
		}
		if o.After.Tag(name); len(o.After.Tags) > maxTags {
			return ticket.Phrase{}, ticket.Say("a request has %d tags at most", maxTags)
		}
	}
	if len(o.After.Tags) == 0 {
		return ticket.Say("this request has no tags"), nil
	}
	return ticket.Say("the tags are: %s", o.After.Tags), nil
}

// stepUntag takes tags out.
func stepUntag(_ *settings.Settings, o *Order, arg string, _ time.Time) (ticket.Phrase, error) {
	all, err := tagsIn("untag", arg)
	if err != nil {
		return ticket.Phrase{}, err
	}
	for _, tag := range all {
		if err := o.untag(tag); err != nil {
			return ticket.Phrase{}, err
		}
	}
	return ticket.Say("without the tag %s", all), nil
}

func (o *Order) untag(tag string) error {
	tags := o.After.Tags
	if o.After.Untag(tag) {
		return nil
	}
	if len(tags) == 0 {
		return ticket.Say("this request has no tags")
	}
	return ticket.Say("this request has no tag %q; the tags are: %s", tag, tags)
}

// stepSubject replaces the subject of the ticket. Whoever goes on under the old one is
// still known by it.
func stepSubject(s *settings.Settings, o *Order, arg string, _ time.Time) (ticket.Phrase, error) {
	subject := strings.Join(strings.FieldsFunc(arg, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	subject = threading.CleanSubject(s.Name, subject, s.Former...)
	switch {
	case subject == "":
		return ticket.Phrase{}, ticket.Say("the new subject is missing, as in #subject Printer on the second floor")
	case len([]rune(subject)) > maxSubject:
		return ticket.Phrase{}, ticket.Say("the subject is too long; the longest has %d characters", maxSubject)
	}
	o.After.Subject = subject
	return ticket.Say("the subject is “%s”", subject), nil
}

// stepTime books minutes of work.
func stepTime(_ *settings.Settings, o *Order, arg string, _ time.Time) (ticket.Phrase, error) {
	minutes, known := command.Minutes(arg)
	if !known {
		return ticket.Phrase{}, ticket.Say("a time of work is needed, of up to 24 hours, as in #time 15m or #time 1h30")
	}
	o.Worked += minutes
	return ticket.Say("booked: %s", ticket.Minutes(minutes)), nil
}

// stepHistory brings the agent the ticket with all that was written on it.
func stepHistory(_ *settings.Settings, o *Order, arg string, _ time.Time) (ticket.Phrase, error) {
	if arg != "" {
		return ticket.Phrase{}, ticket.Say("it brings the history of this request, and of its requester; nothing follows it")
	}
	o.History = true
	return ticket.Say("sent to you"), nil
}

// labels returns the events of what an order changes of kind, tags and subject, and of
// the time that it books.
func (o *Order) labels(t ticket.Ticket) (all []ticket.Event) {
	add := func(e ticket.Event) {
		e.Ticket, e.Actor = t.ID, o.Agent.Name
		all = append(all, e)
	}
	if t.Kind != o.After.Kind {
		add(ticket.Event{Kind: ticket.EventKindOf, From: string(t.Kind), To: string(o.After.Kind)})
	}
	if t.Subject != o.After.Subject {
		add(ticket.Event{Kind: ticket.EventSubject, From: t.Subject, To: o.After.Subject})
	}
	for _, tag := range t.Tags {
		if !slices.Contains(o.After.Tags, tag) {
			add(ticket.Event{Kind: ticket.EventUntagged, From: tag})
		}
	}
	for _, tag := range o.After.Tags {
		if !slices.Contains(t.Tags, tag) {
			add(ticket.Event{Kind: ticket.EventTagged, To: tag})
		}
	}
	if o.Worked > 0 {
		add(ticket.Event{Kind: ticket.EventWorked, Number: o.Worked})
	}
	return all
}
