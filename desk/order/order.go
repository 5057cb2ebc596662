package order

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"maildesk/desk/command"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// Order is everything that an agent's mail asks for, parsed and proven
// possible before any of it is done.
type Order struct {
	Channel   string // how the requester came, of a new request
	Agent     settings.Agent
	After     ticket.Ticket // as the ticket will be
	Note      bool          // the text is internal
	Wordless  bool          // the mail has no word of the agent's own: its text is the admin's
	Noted     bool          // the agent says that it is
	Internal  bool          // it answers an internal mail
	Beside    bool          // the text is for the colleague who gets the ticket
	Reply     bool          // the agent says that it is for the requester
	Accept    bool          // somebody is accepted as a participant:
	Accepted  ticket.Participant
	Help      bool
	Notice    notify.Template // what agents are told: assigned, escalation, returned; empty: nothing
	Reason    string          // of the escalation or return
	Closing   bool            // resolved and closed at once
	Spam      bool
	WakeAt    time.Time
	Lines     []notify.Line
	Mistakes  bool
	Escalated bool
	Mine      bool              // it is the request of whoever opened the ticket for somebody else
	Requester mailparse.Address // whose request it is from now on
	MyAddress bool              // the address from which a mail came that waits is the agent's
	Forget    string            // an address that is the agent's no more
	Mute      string            // the agent hears nothing of the ticket any more, or does again: ticket.LeftMuted, JoinedUnmuted
	Absences  []Absence         // who goes away, or is back: the agent, or colleagues
	HandOver  settings.Agent    // who gets all that the agent has; no name: nobody
	Duties    []ticket.Duty     // whom the agent puts on call
	AsksDuty  bool              // the agent asks who is on call
	Taken     bool              // the agent says that they take the ticket
	Cc        []string          // addresses that read along from now on
	Uncc      []string          // addresses that do no more:
	Leaving   []ticket.Participant
	Anyway    bool        // the agent was asked, or knows better
	Texts     bool        // the agent asks which texts there are to send
	Files     []int       // of the ticket, by number, that the agent is sent
	Merge     ticket.ID   // in which the ticket is worked on from now on, 0: none
	Links     []ticket.ID // that name the ticket, and are named by it
	Splits    splits      // what becomes a ticket of its own
	Incident  Incident    // what the ticket is to an incident, and will be
	Asks      []Inquiry   // what vendors are asked
	Approval  Approval    // who is asked whether it may be done
	ToVendor  bool        // the text below the commands is for them
	Plan      Plan        // what goes out later, or if nobody answers
	Worked    int         // minutes that are booked
	History   bool        // the agent wants the whole ticket
	Sends     []string    // texts and articles that are inserted, by name
	Article   bool        // an article is made of the ticket, with
	Title     string      // as its title; empty: the ticket's subject
}

// a step checks one command against the ticket as it will be by then, and
// notes what it asks for. Its message tells the agent what became of it; a mistake is
// a [ticket.Phrase], too, so that it is told in their language.
type step func(s *settings.Settings, o *Order, arg string, now time.Time) (message ticket.Phrase, err error)

// steps are what the commands of [command.Table] do. What is not here is a mistake.
var steps = map[string]step{
	"note":      stepNote,
	"help":      stepHelp,
	"take":      stepTake,
	"assign":    stepAssign,
	"resolve":   stepResolve,
	"close":     stepClose,
	"reopen":    stepReopen,
	"pending":   stepPending,
	"hold":      stepHold,
	"escalate":  stepEscalate,
	"return":    stepReturn,
	"queue":     stepQueue,
	"category":  stepCategory,
	"priority":  stepPriority,
	"spam":      stepSpam,
	"anyway":    stepAnyway,
	"away":      stepAway,
	"back":      stepBack,
	"bulk":      stepBulk,
	"myaddress": stepMyAddress,
	"forget":    stepForget,
	"handover":  stepHandover,
	"oncall":    stepOncall,
	"incident":  stepIncident,
	"split":     stepSplit,
	"merge":     stepMerge,
	"link":      stepLink,
	"announce":  stepAnnounce,
	"file":      stepFile,
	"cc":        stepCc,
	"uncc":      stepUncc,
	"for":       stepFor,
	"channel":   stepChannel,
	"mine":      stepMine,
	"reply":     stepReply,
	"accept":    stepAccept,
	"undo":      stepUndo,
	"mute":      stepMute,
	"unmute":    stepUnmute,
	"ask":       stepAsk,
	"send":      stepSend,
	"approve":   stepApprove,
	"later":     stepLater,
	"ifsilent":  stepIfSilent,
	"chase":     stepChase,
	"kind":      stepKind,
	"tag":       stepTag,
	"untag":     stepUntag,
	"subject":   stepSubject,
	"time":      stepTime,
	"history":   stepHistory,
	"kb":        stepKb,
}

// Check checks every command. Nothing is done yet.
func Check(s *settings.Settings, t ticket.Ticket, r Incident, agent settings.Agent, commands []command.Command, now time.Time) Order {
	o := Order{Agent: agent, After: t, Incident: r}
	for _, c := range commands {
		line := notify.Line{Command: c.String()}
		do, known := steps[c.Name]
		if !known {
			line.Message = unknownCommand(c.Name)
		} else if message, err := do(s, &o, c.Arg, now); err != nil {
			line.Message = Explained(err)
		} else {
			line.OK, line.Message = true, message
		}
		o.Mistakes = o.Mistakes || !line.OK
		o.Lines = append(o.Lines, line)
	}
	return o
}

// Mistake marks the lines of a command as not possible, and says why.
func (o *Order) Mistake(name string, why ticket.Phrase) {
	for i, line := range o.Lines {
		if commandOf(line) == name {
			o.Lines[i].OK, o.Lines[i].Message = false, why
		}
	}
	o.Mistakes = true
}

// commandOf returns the name of the command of a line.
func commandOf(line notify.Line) string {
	first, _, _ := strings.Cut(line.Command, " ")
	return strings.TrimPrefix(first, "#")
}

// Written returns the commands as their agent could have written them.
func (o *Order) Written() string {
	var all []string
	for _, line := range o.Lines {
		all = append(all, line.Command)
	}
	return strings.Join(all, "\n")
}

func stepNote(_ *settings.Settings, o *Order, _ string, _ time.Time) (ticket.Phrase, error) {
	if o.Reply {
		return ticket.Phrase{}, errNoteOrReply
	}
	o.Note, o.Noted = true, true
	return ticket.Say("kept as an internal note"), nil
}

func stepHelp(_ *settings.Settings, o *Order, _ string, _ time.Time) (ticket.Phrase, error) {
	o.Help = true
	return ticket.Phrase{}, nil
}

func stepTake(_ *settings.Settings, o *Order, _ string, _ time.Time) (ticket.Phrase, error) {
	o.After.Assignee, o.Taken = o.Agent.Name, true
	return ticket.Say("you have the ticket"), o.open()
}

func stepAssign(s *settings.Settings, o *Order, arg string, _ time.Time) (ticket.Phrase, error) {
	a, ok := s.AgentNamed(strings.TrimPrefix(arg, "@"))
	if !ok {
		return ticket.Phrase{}, &command.ChoiceError{Kind: command.Agents, Arg: arg, All: settings.AgentNames(s)}
	}
	if err := s.MayHave(a, o.After.Queue); err != nil {
		return ticket.Phrase{}, err
	}
	o.After.Assignee = a.Name
	if a.Name != o.Agent.Name {
		o.Notice = notify.TemplateAssigned
	}
	return ticket.Say("%s has the ticket", a.Name), o.open()
}

func stepResolve(_ *settings.Settings, o *Order, _ string, _ time.Time) (ticket.Phrase, error) {
	return ticket.Say("resolved; the requester is told"), o.to(ticket.StatusResolved)
}

func stepClose(_ *settings.Settings, o *Order, _ string, _ time.Time) (ticket.Phrase, error) {
	o.Closing = true
	return ticket.Say("closed as soon as the requester's notice is accepted"), o.to(ticket.StatusResolved)
}

func stepSpam(_ *settings.Settings, o *Order, _ string, _ time.Time) (ticket.Phrase, error) {
	o.Spam = true
	return ticket.Say("closed as spam; the sender is told nothing"), o.to(ticket.StatusResolved)
}

// stepUndo refuses an #undo where there is nothing yet: what answers a mail of the desk
// never comes here.
func stepUndo(_ *settings.Settings, _ *Order, _ string, _ time.Time) (ticket.Phrase, error) {
	return ticket.Phrase{}, ticket.Say("it takes back what you did on a request, in answer to an email about it")
}

func stepAnyway(_ *settings.Settings, o *Order, _ string, _ time.Time) (ticket.Phrase, error) {
	o.Anyway = true
	return ticket.Say("sent as it stands"), nil
}

// stepHandover assigns all that the agent has to a colleague.
func stepHandover(s *settings.Settings, o *Order, arg string, _ time.Time) (ticket.Phrase, error) {
	a, ok := s.AgentNamed(strings.TrimPrefix(arg, "@"))
	switch {
	case !ok:
		return ticket.Phrase{}, &command.ChoiceError{Kind: command.Agents, Arg: arg, All: settings.AgentNames(s)}
	case a.Name == o.Agent.Name:
		return ticket.Phrase{}, ticket.Say("you have your requests already")
	case len(a.Mail) == 0:
		return ticket.Phrase{}, ticket.Say("%s has no mail address", a.Name)
	case slices.ContainsFunc(o.Absences, func(x Absence) bool { return x.Agent == a.Name && x.Last != "" }):
		return ticket.Phrase{}, ticket.Say("%s is away", a.Name)
	}
	o.HandOver = a
	return ticket.Say("your open requests are handed over to %s, who gets the list", a.Name), nil
}

func stepReopen(_ *settings.Settings, o *Order, _ string, _ time.Time) (ticket.Phrase, error) {
	return ticket.Say("open again"), o.to(ticket.StatusOpen)
}

func stepHold(_ *settings.Settings, o *Order, _ string, _ time.Time) (ticket.Phrase, error) {
	return ticket.Say("on hold"), o.to(ticket.StatusOnHold)
}

func stepPending(s *settings.Settings, o *Order, arg string, now time.Time) (ticket.Phrase, error) {
	if err := o.to(ticket.StatusPending); err != nil {
		return ticket.Phrase{}, err
	}
	if arg == "" {
		return ticket.Say("waits for the requester"), nil
	}
	m, err := command.ReadMoment(arg, now.In(s.Zone()))
	if err != nil {
		return ticket.Phrase{}, err
	}
	at := beginning(s, m)
	switch {
	case !at.After(now):
		return ticket.Phrase{}, ticket.Say("%s is over", ticket.Relative(at))
	case at.After(now.AddDate(maxPending, 0, 0)):
		return ticket.Phrase{}, ticket.Say("%s is more than %d years away", ticket.Relative(at), maxPending)
	}
	o.WakeAt = at
	return ticket.Say("waits for the requester until %s", ticket.Relative(at)), nil
}

const (
	maxPending = 3 // years
	dayBegins  = 8 // o'clock, where no calendar says when the desk opens
)

// beginning returns when an agent wants something back who may have named a day only:
// when the desk opens then.
func beginning(s *settings.Settings, m command.Moment) time.Time {
	switch hours := s.Rules.Calendar(); {
	case m.Clock:
		return m.At
	case hours != nil:
		return hours.Next(m.At).In(m.At.Location())
	}
	return time.Date(m.At.Year(), m.At.Month(), m.At.Day(), dayBegins, 0, 0, 0, m.At.Location())
}

func stepQueue(s *settings.Settings, o *Order, arg string, _ time.Time) (ticket.Phrase, error) {
	q, ok := s.Queue(arg)
	if !ok {
		return ticket.Phrase{}, &command.ChoiceError{Kind: command.Queues, Arg: arg, All: s.Rules.QueueNames()}
	}
	o.After.Queue, o.After.Level, o.After.Assignee = q.Name, q.Level, ""
	o.Notice = notify.TemplateAssigned
	return ticket.Say("moved to queue %s", q.Name), nil
}

func stepCategory(s *settings.Settings, o *Order, arg string, _ time.Time) (ticket.Phrase, error) {
	c, ok := s.Category(arg)
	if !ok {
		return ticket.Phrase{}, &command.ChoiceError{Kind: command.Categories, Arg: arg, All: s.Rules.CategoryNames()}
	}
	o.After.Category = c.Name
	if c.Kind != "" {
		o.After.Kind = ticket.Kind(c.Kind)
	}
	return ticket.Say("category %s", c.Name), nil
}

func stepPriority(_ *settings.Settings, o *Order, arg string, _ time.Time) (ticket.Phrase, error) {
	var all []string
	for _, p := range ticket.Priorities {
		all = append(all, string(p))
	}
	p, known := command.Priority(arg, all)
	if !known {
		return ticket.Phrase{}, &command.ChoiceError{Kind: command.Priorities, Arg: arg, All: all}
	}
	o.After.Priority = ticket.Priority(p)
	return ticket.Say("priority %s", o.After.Priority), nil
}

// to moves the ticket as it will be, if the table of moves allows it. No
// command opens what is closed.
func (o *Order) to(status ticket.Status) error {
	if !ticket.CanMove(o.After.Status, status) || o.After.Status == ticket.StatusClosed && status != ticket.StatusClosed {
		return &ticket.MoveError{From: o.After.Status, To: status}
	}
	o.After.Status = status
	return nil
}

// open makes a new ticket open; others stay as they are.
func (o *Order) open() error {
	if o.After.Status != ticket.StatusNew {
		return nil
	}
	return o.to(ticket.StatusOpen)
}

// Changes returns the events of what an order changes on a ticket, but for its status.
func (o *Order) Changes(t ticket.Ticket) (all []ticket.Event) {
	add := func(kind ticket.EventKind, from, to string) {
		if from != to {
			all = append(all, ticket.Event{Ticket: t.ID, Kind: kind, Actor: o.Agent.Name, From: from, To: to})
		}
	}
	add(ticket.EventAssigned, t.Assignee, o.After.Assignee)
	add(ticket.EventQueue, t.Queue, o.After.Queue)
	add(ticket.EventCategory, t.Category, o.After.Category)
	add(ticket.EventPriority, string(t.Priority), string(o.After.Priority))
	all = append(all, o.labels(t)...)
	switch o.Notice {
	case notify.TemplateEscalation:
		all = append(all, ticket.Event{Ticket: t.ID, Kind: ticket.EventEscalated, Actor: o.Agent.Name, Reason: o.Reason})
	case notify.TemplateReturned:
		all = append(all, ticket.Event{Ticket: t.ID, Kind: ticket.EventReturned, Actor: o.Agent.Name, Reason: o.Reason})
	}
	add(ticket.EventLevel, strconv.Itoa(t.Level), strconv.Itoa(o.After.Level))
	return all
}
