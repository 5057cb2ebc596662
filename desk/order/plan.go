package order

import (
	"time"

	"maildesk/desk/command"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// Plan is what an agent's mail plans: its text goes out later, or who does not answer it
// is reminded.
type Plan struct {
	What    string    // one of ticket's Plan constants; empty: nothing is planned
	At      time.Time // when the clock acts first
	Chase   command.Chase
	Becomes ticket.Status // what the ticket becomes when the text goes out; empty: it stays
	Vendor  string        // who is reminded in a thread of their own, empty: the readers, or who is asked
	Text    ticket.MailID // of whose text is reminded, 0: of the mail's own
}

// Waits reports whether the text of the mail does not go out now.
func (p Plan) Waits() bool { return p.What == ticket.PlanLater || p.What == ticket.PlanSilent }

// Name returns the command that plans.
func (p Plan) Name() string {
	return map[string]string{ticket.PlanLater: "later", ticket.PlanSilent: "ifsilent", ticket.PlanChase: "chase"}[p.What]
}

func stepLater(s *settings.Settings, o *Order, arg string, now time.Time) (ticket.Phrase, error) {
	return o.planFor(s, ticket.PlanLater, arg, now)
}

func stepIfSilent(s *settings.Settings, o *Order, arg string, now time.Time) (ticket.Phrase, error) {
	return o.planFor(s, ticket.PlanSilent, arg, now)
}

// planFor plans that the text of a mail goes out at a time. What the agent is told of it
// depends on whom it is for, and is said later.
func (o *Order) planFor(s *settings.Settings, what, arg string, now time.Time) (ticket.Phrase, error) {
	if o.Plan.What != "" {
		return ticket.Phrase{}, errOnePlan
	}
	o.Plan.What = what
	if arg == "" {
		return ticket.Phrase{}, ticket.Say("a time is needed, as in #%s Monday 9:00", o.Plan.Name())
	}
	m, err := command.ReadMoment(arg, now.In(s.Zone()))
	if err != nil {
		return ticket.Phrase{}, err
	}
	if o.Plan.At = beginning(s, m); m.Counted {
		o.Plan.At = s.Working().Next(o.Plan.At).In(s.Zone())
	}
	switch {
	case !o.Plan.At.After(now):
		return ticket.Phrase{}, ticket.Say("%s is over", ticket.Relative(o.Plan.At))
	case o.Plan.At.After(now.AddDate(maxPending, 0, 0)):
		return ticket.Phrase{}, ticket.Say("%s is more than %d years away", ticket.Relative(o.Plan.At), maxPending)
	}
	return ticket.Phrase{}, nil
}

// errOnePlan is the mistake of an agent who plans two things for one text.
var errOnePlan = ticket.Say("write one of #later, #ifsilent and #chase")

func stepChase(s *settings.Settings, o *Order, arg string, now time.Time) (ticket.Phrase, error) {
	if o.Plan.What != "" {
		return ticket.Phrase{}, errOnePlan
	}
	chase, known := command.ReadChase(arg)
	if !known {
		return ticket.Phrase{}, ticket.Say("write how often and how far apart, as in #chase 3x2d; at most 10 reminders, and 60 days")
	}
	o.Plan.What, o.Plan.Chase = ticket.PlanChase, chase
	o.Plan.At = After(s, now, chase.Every)
	return ticket.Phrase{}, nil
}

// After returns when an interval of working time has passed.
func After(s *settings.Settings, from time.Time, every command.Interval) time.Time {
	hours := s.Working()
	at := from
	switch every.Unit {
	case "m":
		at = hours.Add(from, time.Duration(every.Amount)*time.Minute)
	case "h":
		at = hours.Add(from, time.Duration(every.Amount)*time.Hour)
	case "d":
		at = hours.AddDays(from, every.Amount)
	default:
		at = hours.Next(from.In(s.Zone()).AddDate(0, 0, 7*every.Amount))
	}
	return at.In(s.Zone())
}

// Postpone lets the changes of status that end the matter wait for the text.
func (o *Order) Postpone(before ticket.Ticket) {
	if o.After.Status != ticket.StatusResolved || before.Status == ticket.StatusResolved {
		return
	}
	o.Plan.Becomes, o.After.Status = ticket.StatusResolved, before.Status
	if o.Closing {
		o.Plan.Becomes, o.Closing = ticket.StatusClosed, false
	}
}

// Tell sets the message of the line of a command.
func (o *Order) Tell(name string, message ticket.Phrase) {
	for i, line := range o.Lines {
		if line.OK && commandOf(line) == name {
			o.Lines[i].Message = message
		}
	}
}
