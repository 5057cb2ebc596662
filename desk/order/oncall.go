package order

import (
	"slices"
	"time"

	"maildesk/desk/command"
	"maildesk/desk/settings"
	"maildesk/rota"
	"maildesk/ticket"
)

// maxDuty bounds how long somebody is put on call by mail.
const maxDuty = 366 * 24 * time.Hour

// stepOncall asks who is on call or, with a name, puts a colleague or the agent on call.
func stepOncall(s *settings.Settings, o *Order, arg string, now time.Time) (ticket.Phrase, error) {
	if len(s.Rules.Rotas()) == 0 {
		return ticket.Phrase{}, ticket.Say("the admin has set up no rota")
	}
	read, err := command.ReadDuty(arg, now.In(s.Zone()))
	if err != nil {
		return ticket.Phrase{}, err
	}
	if read.Agent == "" || read.Open && RotaNamed(s, arg) {
		o.AsksDuty = true
		return ticket.Phrase{}, nil
	}
	a, ok := s.AgentNamed(read.Agent)
	if !ok {
		return ticket.Phrase{}, &command.ChoiceError{Kind: command.Agents, Arg: read.Agent, All: settings.AgentNames(s)}
	}
	if read.Open {
		return ticket.Phrase{}, ticket.Say("say until when, as in #oncall %s until Friday 9:00", a.Name)
	}
	r, err := rotaFor(s, o.Agent, a, read.Rota)
	if err != nil {
		return ticket.Phrase{}, err
	}
	d := ticket.Duty{Rota: r.Name, Agent: a.Name, From: now, Until: endOf(read.Until), By: o.Agent.Name}
	if !read.FromNow {
		d.From = read.From.At
	}
	switch {
	case !d.From.Before(d.Until), !d.Until.After(now):
		return ticket.Phrase{}, ticket.Say("%s is over", ticket.Relative(d.Until))
	case d.Until.Sub(d.From) > maxDuty:
		return ticket.Phrase{}, ticket.Say("%s is more than a year away", ticket.Relative(d.Until))
	}
	o.Duties = append(o.Duties, d)
	if read.FromNow {
		return ticket.Say("%s is on call until %s", a.Name, ticket.Relative(d.Until)), nil
	}
	return ticket.Say("%s is on call from %s until %s", a.Name, ticket.Relative(d.From), ticket.Relative(d.Until)), nil
}

// endOf returns the end of a duty: who names a day means the whole of it.
func endOf(m command.Moment) time.Time {
	if m.Clock {
		return m.At
	}
	return m.At.AddDate(0, 0, 1)
}

// RotaNamed reports whether there is a rota of a name.
func RotaNamed(s *settings.Settings, name string) bool {
	return slices.ContainsFunc(s.Rules.Rotas(), func(r rota.Rota) bool { return r.Name == name })
}

// rotaFor returns the rota in which an agent may put another one on call: the one named,
// else the only one for which both of them work.
func rotaFor(s *settings.Settings, by, agent settings.Agent, name string) (rota.Rota, error) {
	var names []string
	var fit []rota.Rota
	for _, r := range s.Rules.Rotas() {
		if !KnowsRota(s, by, r) { // that there is such a rota is not told
			continue
		}
		names = append(names, r.Name)
		if (name == "" || r.Name == name) && worksFor(s, by, r) && worksFor(s, agent, r) {
			fit = append(fit, r)
		}
	}
	switch {
	case name != "" && !slices.Contains(names, name):
		return rota.Rota{}, ticket.Say("there is no rota named %q; there are: %s", name, names)
	case len(fit) == 0:
		return rota.Rota{}, ticket.Say("both of you must belong to the queues of a rota for that")
	case len(fit) > 1:
		names = nil
		for _, r := range fit {
			names = append(names, r.Name)
		}
		return rota.Rota{}, ticket.Say("name the rota, as in #oncall %s %s until Friday 9:00; there are: %s", names[0], agent.Name, names)
	}
	return fit[0], nil
}

// KnowsRota reports whether an agent may know of a rota: not of one of others' private queues.
func KnowsRota(s *settings.Settings, a settings.Agent, r rota.Rota) bool {
	return !slices.ContainsFunc(r.Queues, func(q string) bool { return s.IsPrivate(q) && !s.IsOf(a, q) })
}

// worksFor reports whether an agent belongs to all queues of a rota.
func worksFor(s *settings.Settings, a settings.Agent, r rota.Rota) bool {
	return !slices.ContainsFunc(r.Queues, func(q string) bool { return !s.IsOf(a, q) })
}
