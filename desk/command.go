package desk

import (
	"strings"
	"time"

	"maildesk/desk/command"
	"maildesk/desk/notify"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// order is everything that an agent's mail asks for, parsed and proven
// possible before any of it is done.
type order struct {
	channel   string // how the requester came, of a new request
	agent     Agent
	after     ticket.Ticket // as the ticket will be
	note      bool          // the text is internal
	noted     bool          // the agent says that it is
	internal  bool          // it answers an internal mail
	beside    bool          // the text is for the colleague who gets the ticket
	reply     bool          // the agent says that it is for the requester
	accept    bool          // somebody is accepted as a participant:
	accepted  ticket.Participant
	help      bool
	notice    notify.Template // what agents are told: assigned, escalation, returned; empty: nothing
	reason    string          // of the escalation or return
	closing   bool            // resolved and closed at once
	spam      bool
	wakeAt    time.Time
	lines     []notify.Line
	mistakes  bool
	escalated bool
	mine      bool              // it is the request of who opened the ticket for somebody else
	requester mailparse.Address // whose request it is from now on
	absence   *ticket.Absence   // the agent goes away, or is back
	cc        []string          // addresses that read along from now on
	uncc      []string          // addresses that do no more:
	leaving   []ticket.Participant
	anyway    bool        // the agent was asked, or knows better
	files     []int       // of the ticket, by number, that the agent is sent
	merge     ticket.ID   // in which the ticket is worked on from now on, 0: none
	links     []ticket.ID // that name the ticket, and are named by it
	splits    splits      // what becomes a ticket of its own
	report    report      // what the ticket is to an incident, and will be
}

// a step checks one command against the ticket as it will be by then, and
// notes what it asks for. Its message tells the agent what became of it; a mistake is
// a [ticket.Phrase], too, so that it is told in their language.
type step func(s *Settings, o *order, arg string, now time.Time) (message ticket.Phrase, err error)

// steps are what the commands of [command.Table] do. What is not here is a mistake.
var steps = map[string]step{
	"note":     stepNote,
	"help":     stepHelp,
	"take":     stepTake,
	"assign":   stepAssign,
	"resolve":  stepResolve,
	"close":    stepClose,
	"reopen":   stepReopen,
	"pending":  stepPending,
	"hold":     stepHold,
	"escalate": stepEscalate,
	"return":   stepReturn,
	"queue":    stepQueue,
	"category": stepCategory,
	"priority": stepPriority,
	"spam":     stepSpam,
	"anyway":   stepAnyway,
	"away":     stepAway,
	"back":     stepBack,
	"incident": stepIncident,
	"split":    stepSplit,
	"merge":    stepMerge,
	"link":     stepLink,
	"announce": stepAnnounce,
	"file":     stepFile,
	"cc":       stepCc,
	"uncc":     stepUncc,
	"for":      stepFor,
	"channel":  stepChannel,
	"mine":     stepMine,
	"reply":    stepReply,
	"accept":   stepAccept,
}

// plan checks every command. Nothing is done yet.
func plan(s *Settings, t ticket.Ticket, r report, agent Agent, commands []command.Command, now time.Time) order {
	o := order{agent: agent, after: t, report: r}
	for _, c := range commands {
		line := notify.Line{Command: c.String()}
		do, known := steps[c.Name]
		if !known {
			line.Message = unknownCommand(c.Name)
		} else if message, err := do(s, &o, c.Arg, now); err != nil {
			line.Message = explained(err)
		} else {
			line.OK, line.Message = true, message
		}
		o.mistakes = o.mistakes || !line.OK
		o.lines = append(o.lines, line)
	}
	return o
}

// mistake marks the lines of a command as not possible, and says why.
func (o *order) mistake(name string, why ticket.Phrase) {
	for i, line := range o.lines {
		if first, _, _ := strings.Cut(line.Command, " "); first == "#"+name {
			o.lines[i].OK, o.lines[i].Message = false, why
		}
	}
	o.mistakes = true
}

// written returns the commands as their agent could have written them.
func (o *order) written() string {
	var all []string
	for _, line := range o.lines {
		all = append(all, line.Command)
	}
	return strings.Join(all, "\n")
}

func stepNote(_ *Settings, o *order, _ string, _ time.Time) (ticket.Phrase, error) {
	if o.reply {
		return ticket.Phrase{}, errNoteOrReply
	}
	o.note, o.noted = true, true
	return ticket.Say("kept as an internal note"), nil
}

func stepHelp(_ *Settings, o *order, _ string, _ time.Time) (ticket.Phrase, error) {
	o.help = true
	return ticket.Phrase{}, nil
}

func stepTake(_ *Settings, o *order, _ string, _ time.Time) (ticket.Phrase, error) {
	o.after.Assignee = o.agent.Name
	return ticket.Say("you have the ticket"), o.open()
}

func stepAssign(s *Settings, o *order, arg string, _ time.Time) (ticket.Phrase, error) {
	a, ok := s.agentNamed(strings.TrimPrefix(arg, "@"))
	if !ok {
		return ticket.Phrase{}, &command.ChoiceError{Kind: command.Agents, Arg: arg, All: agentNames(s)}
	}
	if err := s.mayHave(a, o.after.Queue); err != nil {
		return ticket.Phrase{}, err
	}
	o.after.Assignee = a.Name
	if a.Name != o.agent.Name {
		o.notice = notify.TemplateAssigned
	}
	return ticket.Say("%s has the ticket", a.Name), o.open()
}

func stepResolve(_ *Settings, o *order, _ string, _ time.Time) (ticket.Phrase, error) {
	return ticket.Say("resolved; the requester is told"), o.to(ticket.StatusResolved)
}

func stepClose(_ *Settings, o *order, _ string, _ time.Time) (ticket.Phrase, error) {
	o.closing = true
	return ticket.Say("closed as soon as the requester's notice is accepted"), o.to(ticket.StatusResolved)
}

func stepSpam(_ *Settings, o *order, _ string, _ time.Time) (ticket.Phrase, error) {
	o.spam = true
	return ticket.Say("closed as spam; the sender is told nothing"), o.to(ticket.StatusResolved)
}

func stepAnyway(_ *Settings, o *order, _ string, _ time.Time) (ticket.Phrase, error) {
	o.anyway = true
	return ticket.Say("sent as it stands"), nil
}

// stepAway understands "until Friday", "2026-12-24", "2 weeks": the last day away.
func stepAway(s *Settings, o *order, arg string, now time.Time) (ticket.Phrase, error) {
	example := now.In(s.zone()).AddDate(0, 0, 7).Format(time.DateOnly)
	if arg == "" {
		return ticket.Phrase{}, ticket.Say("a day is needed, as in #away until %s", example)
	}
	m, err := command.ReadMoment(arg, now.In(s.zone()))
	if err != nil {
		return ticket.Phrase{}, ticket.Say("%s; the last day away is needed, as in #away until %s", explained(err), example)
	}
	last := m.At.Format(time.DateOnly)
	if last < s.today(now) {
		return ticket.Phrase{}, ticket.Say("%s is over", ticket.Day(m.At))
	}
	if latest := now.In(s.zone()).AddDate(1, 0, 0).Format(time.DateOnly); last > latest {
		return ticket.Phrase{}, ticket.Say("%s is more than a year away; an absence ends by %s", ticket.Day(m.At), ticket.Day(now.In(s.zone()).AddDate(1, 0, 0)))
	}
	o.absence = &ticket.Absence{Agent: o.agent.Name, Last: last}
	return ticket.Say("you are sent nothing until %s is over; #back ends it earlier", ticket.Day(m.At)), nil
}

func stepBack(_ *Settings, o *order, _ string, _ time.Time) (ticket.Phrase, error) {
	o.absence = &ticket.Absence{Agent: o.agent.Name}
	return ticket.Say("you get your mails again"), nil
}

func stepReopen(_ *Settings, o *order, _ string, _ time.Time) (ticket.Phrase, error) {
	return ticket.Say("open again"), o.to(ticket.StatusOpen)
}

func stepHold(_ *Settings, o *order, _ string, _ time.Time) (ticket.Phrase, error) {
	return ticket.Say("on hold"), o.to(ticket.StatusOnHold)
}

func stepPending(s *Settings, o *order, arg string, now time.Time) (ticket.Phrase, error) {
	if err := o.to(ticket.StatusPending); err != nil {
		return ticket.Phrase{}, err
	}
	if arg == "" {
		return ticket.Say("waits for the requester"), nil
	}
	m, err := command.ReadMoment(arg, now.In(s.zone()))
	if err != nil {
		return ticket.Phrase{}, err
	}
	at := s.beginning(m)
	switch {
	case !at.After(now):
		return ticket.Phrase{}, ticket.Say("%s is over", ticket.Relative(at))
	case at.After(now.AddDate(maxPending, 0, 0)):
		return ticket.Phrase{}, ticket.Say("%s is more than %d years away", ticket.Relative(at), maxPending)
	}
	o.wakeAt = at
	return ticket.Say("waits for the requester until %s", ticket.Relative(at)), nil
}

const (
	maxPending = 3 // years
	dayBegins  = 8 // o'clock, where no calendar says when the desk opens
)

// beginning returns when an agent wants something back who may have named a day only:
// when the desk opens then.
func (s *Settings) beginning(m command.Moment) time.Time {
	switch hours := s.Rules.Calendar(); {
	case m.Clock:
		return m.At
	case hours != nil:
		return hours.Next(m.At).In(m.At.Location())
	}
	return time.Date(m.At.Year(), m.At.Month(), m.At.Day(), dayBegins, 0, 0, 0, m.At.Location())
}

func stepEscalate(s *Settings, o *order, arg string, _ time.Time) (ticket.Phrase, error) {
	if arg == "" {
		return ticket.Phrase{}, ticket.Say("a reason is needed, for those who take over: #escalate REASON")
	}
	return o.handOn(s, +1, arg, notify.TemplateEscalation)
}

func stepReturn(s *Settings, o *order, arg string, _ time.Time) (ticket.Phrase, error) {
	if arg == "" {
		return ticket.Phrase{}, ticket.Say("a reason is needed, for those who get it back: #return REASON")
	}
	return o.handOn(s, -1, arg, notify.TemplateReturned)
}

func stepQueue(s *Settings, o *order, arg string, _ time.Time) (ticket.Phrase, error) {
	q, ok := s.queue(arg)
	if !ok {
		return ticket.Phrase{}, &command.ChoiceError{Kind: command.Queues, Arg: arg, All: s.Rules.QueueNames()}
	}
	o.after.Queue, o.after.Level, o.after.Assignee = q.Name, q.Level, ""
	o.notice = notify.TemplateAssigned
	return ticket.Say("moved to queue %s", q.Name), nil
}

func stepCategory(s *Settings, o *order, arg string, _ time.Time) (ticket.Phrase, error) {
	c, ok := s.category(arg)
	if !ok {
		return ticket.Phrase{}, &command.ChoiceError{Kind: command.Categories, Arg: arg, All: s.Rules.CategoryNames()}
	}
	o.after.Category = c.Name
	if c.Kind != "" {
		o.after.Kind = ticket.Kind(c.Kind)
	}
	return ticket.Say("category %s", c.Name), nil
}

func stepPriority(_ *Settings, o *order, arg string, _ time.Time) (ticket.Phrase, error) {
	var all []string
	for _, p := range ticket.Priorities {
		all = append(all, string(p))
	}
	p, known := command.Priority(arg, all)
	if !known {
		return ticket.Phrase{}, &command.ChoiceError{Kind: command.Priorities, Arg: arg, All: all}
	}
	o.after.Priority = ticket.Priority(p)
	return ticket.Say("priority %s", o.after.Priority), nil
}

// to moves the ticket as it will be, if the table of moves allows it. No
// command opens what is closed.
func (o *order) to(status ticket.Status) error {
	if !ticket.CanMove(o.after.Status, status) || o.after.Status == ticket.StatusClosed && status != ticket.StatusClosed {
		return &ticket.MoveError{From: o.after.Status, To: status}
	}
	o.after.Status = status
	return nil
}

// open makes a new ticket open; others stay as they are.
func (o *order) open() error {
	if o.after.Status != ticket.StatusNew {
		return nil
	}
	return o.to(ticket.StatusOpen)
}

// errOnePerson says whom a ticket can be made the request of.
var errOnePerson = ticket.Say("the address of one person outside is needed, as in #for ana@example.net")

// errNoPath says how a ticket without an escalation path is handed on.
var errNoPath = ticket.Say("nothing says who is asked next: the ticket has no category with a path; #category NAME gives it one, #queue NAME moves it")

// handOn moves the ticket along its escalation path: to the nearest queue of a
// higher (+1) or lower (-1) level.
func (o *order) handOn(s *Settings, direction int, reason string, notice notify.Template) (ticket.Phrase, error) {
	best := ""
	bestLevel := 0
	path := s.path(o.after)
	for _, q := range path {
		if (q.Level-o.after.Level)*direction <= 0 {
			continue
		}
		if best == "" || (bestLevel-q.Level)*direction > 0 {
			best, bestLevel = q.Name, q.Level
		}
	}
	if best == "" {
		if len(path) == 0 {
			return ticket.Phrase{}, errNoPath
		}
		if direction > 0 {
			return ticket.Phrase{}, ticket.Say("level %d is the last of this ticket's path", o.after.Level)
		}
		return ticket.Phrase{}, ticket.Say("level %d is the first of this ticket's path", o.after.Level)
	}
	if o.after.Status == ticket.StatusClosed || o.after.Status == ticket.StatusResolved {
		return ticket.Phrase{}, &ticket.MoveError{From: o.after.Status, To: ticket.StatusOpen}
	}
	o.after.Queue, o.after.Level, o.after.Assignee = best, bestLevel, ""
	o.after.Status = ticket.StatusOpen
	o.notice, o.reason, o.escalated = notice, reason, direction > 0
	return ticket.Say("handed to queue %s, level %d", best, bestLevel), nil
}

func agentNames(s *Settings) (names []string) {
	for _, a := range s.Agents {
		names = append(names, a.Name)
	}
	return names
}
