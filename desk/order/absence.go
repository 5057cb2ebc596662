package order

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"maildesk/desk/command"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// Absence is one that an order says.
type Absence struct {
	ticket.Absence
	Line int // of the order's lines, which says it
}

// OnLadder returns the name under which the ladder has a command of an agent: "away NAME"
// where it says of a colleague that they are away.
func OnLadder(s *settings.Settings, writer settings.Agent, c command.Command, now time.Time) string {
	of, err := writer, error(nil)
	switch c.Name {
	case "away":
		of, _, err = readAbsence(s, writer, c.Arg, now)
	case "back":
		of, err = readBack(s, writer, c.Arg)
	}
	if err != nil || of.Name == writer.Name { // what is not understood is not done
		return c.Name
	}
	return command.OfOthers(c.Name)
}

// stepAway understands "until Friday", "2026-12-24", "2 weeks": the last day away; and
// "bob until Friday": that of a colleague.
func stepAway(s *settings.Settings, o *Order, arg string, now time.Time) (ticket.Phrase, error) {
	a, last, err := readAbsence(s, o.Agent, arg, now)
	if err != nil {
		return ticket.Phrase{}, err
	}
	year := now.In(s.Zone()).AddDate(1, 0, 0)
	day := last.Format(time.DateOnly)
	switch {
	case day < s.Today(now):
		return ticket.Phrase{}, ticket.Say("%s is over", ticket.Day(last))
	case day > year.Format(time.DateOnly):
		return ticket.Phrase{}, ticket.Say("%s is more than a year away; an absence ends by %s", ticket.Day(last), ticket.Day(year))
	}
	if o.HandOver.Name == a.Name {
		return ticket.Phrase{}, ticket.Say("%s gets what you have by #handover", a.Name)
	}
	o.Absences = append(o.Absences, Absence{ticket.Absence{Agent: a.Name, Last: day}, len(o.Lines)})
	if a.Name == o.Agent.Name {
		return AwayUntil(last), nil
	}
	return ticket.Say("%s is sent nothing until %s is over, and is told so; #back %s ends it earlier", a.Name, ticket.Day(last), a.Name), mayBeTold(a)
}

// AwayUntil tells an agent that they are away.
func AwayUntil(last time.Time) ticket.Phrase {
	return ticket.Say("you are sent nothing until %s is over; #back ends it earlier", ticket.Day(last))
}

// Back tells an agent that they are not away any more.
func Back() ticket.Phrase { return ticket.Say("you get your mails again") }

func stepBack(s *settings.Settings, o *Order, arg string, _ time.Time) (ticket.Phrase, error) {
	a, err := readBack(s, o.Agent, arg)
	if err != nil {
		return ticket.Phrase{}, err
	}
	o.Absences = append(o.Absences, Absence{ticket.Absence{Agent: a.Name}, len(o.Lines)})
	if a.Name == o.Agent.Name {
		return Back(), nil
	}
	return ticket.Say("%s is sent emails again, and is told so", a.Name), mayBeTold(a)
}

// mayBeTold returns why an agent cannot be told what a colleague says of them.
func mayBeTold(a settings.Agent) error {
	if len(a.Mail) == 0 {
		return ticket.Say("%s has no mail address", a.Name)
	}
	return nil
}

// readBack returns who is back by the line of a #back.
func readBack(s *settings.Settings, writer settings.Agent, arg string) (settings.Agent, error) {
	who := words(arg)
	switch agents := agentsAmong(s, who); {
	case len(who) == 0:
		return writer, nil
	case len(agents) > 1:
		return writer, ticket.Say("name one colleague a line, as in %s", "#back "+agents[0].Name)
	case len(agents) == 1 && len(who) == 1:
		return agents[0], nil
	}
	return writer, &command.ChoiceError{Kind: command.Agents, Arg: arg, All: settings.AgentNames(s)}
}

// readAbsence returns who is away by the line of an #away, and the last day. A name that
// may be a day is one with an @ before it.
func readAbsence(s *settings.Settings, writer settings.Agent, arg string, now time.Time) (a settings.Agent, last time.Time, err error) {
	now = now.In(s.Zone())
	example := "until " + now.AddDate(0, 0, 7).Format(time.DateOnly)
	whole, wrong := command.ReadMoment(arg, now)
	who, day, cut := whoIsAway(s, arg)
	agents := agentsAmong(s, who)
	switch {
	case arg == "":
		return a, last, ticket.Say("a day is needed, as in %s", "#away "+example)
	case wrong == nil && len(agentsAmong(s, words(arg))) > 0:
		return a, last, eitherDayOrAgent(agentsAmong(s, words(arg))[0], example)
	case wrong == nil:
		return writer, whole.At, nil
	case len(agents) == 0 && cut && len(who) == 1 && !isDay(who[0], now):
		return a, last, &command.ChoiceError{Kind: command.Agents, Arg: who[0], All: settings.AgentNames(s)}
	case len(agents) == 0:
		return a, last, ticket.Say("%s; the last day away is needed, as in %s", Explained(wrong), "#away "+example)
	case len(agents) > 1:
		return a, last, ticket.Say("name one colleague a line, as in %s", "#away "+agents[0].Name+" "+example)
	case len(who) == 1 && cut && isDay(who[0], now): // "Friday until Monday"
		return a, last, eitherDayOrAgent(agents[0], example)
	case day == "":
		return a, last, ticket.Say("a day is needed, as in %s", "#away "+agents[0].Name+" "+example)
	}
	m, wrong := command.ReadMoment(day, now)
	if len(who) > 1 { // "bob Friday until 9:00"
		_, wrong = command.ReadMoment(strings.Join(slices.Concat(who[1:], []string{day}), " "), now)
	}
	switch {
	case len(who) > 1 && wrong == nil:
		return a, last, ticket.Say("a day is needed, as in %s", "#away "+agents[0].Name+" "+example)
	case wrong != nil:
		return a, last, ticket.Say("%s; the last day away is needed, as in %s", Explained(wrong), "#away "+agents[0].Name+" "+example)
	}
	return agents[0], m.At, nil
}

// whoIsAway divides the line of an #away into what stands before the day, and the day: at
// the word that says until when or, without one (cut is false), behind the names of agents.
func whoIsAway(s *settings.Settings, arg string) (who []string, day string, cut bool) {
	before, after, cut := command.CutUntil(arg)
	if cut {
		return words(before), after, true
	}
	all := words(arg)
	n := 0
	for n < len(all) && len(agentsAmong(s, all[n:n+1])) > 0 {
		n++
	}
	return all[:n], strings.Join(all[n:], " "), false
}

// isDay reports whether a word is a day by itself.
func isDay(word string, now time.Time) bool {
	_, err := command.ReadMoment(word, now)
	return err == nil
}

// eitherDayOrAgent says that a word is an agent's name, and may be a day.
func eitherDayOrAgent(a settings.Agent, example string) error {
	return ticket.Say("%q is a day, and the name of an agent: write %s for them, or a date for yourself, as in %s", a.Name, "#away @"+a.Name+" "+example, "#away "+example)
}

// words returns the words of a line, without the marks of a list.
func words(line string) []string {
	return strings.FieldsFunc(line, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;&", r) })
}

// agentsAmong returns the agents whom words name, also with an @ before the name.
func agentsAmong(s *settings.Settings, words []string) (all []settings.Agent) {
	for _, word := range words {
		if a, known := s.AgentNamed(strings.TrimSuffix(strings.TrimPrefix(word, "@"), ":")); known {
			all = append(all, a)
		}
	}
	return all
}
