package absence

import (
	"fmt"
	"slices"

	"maildesk/calendar"
	"maildesk/desk/incoming"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// Check marks the #back of a colleague who is not away as a mistake, or who is so by the
// configuration, and adds to what the writer of an order is told how it is taken back.
func Check(h *incoming.Handling, o *order.Order) error {
	for _, x := range last(o.Absences) {
		colleague, is := h.Set.AgentNamed(x.Agent)
		if !is || x.Agent == o.Agent.Name {
			continue
		}
		was, err := said(h, colleague)
		if err != nil {
			return err
		}
		switch away, err := h.Away(colleague); {
		case err != nil:
			return err
		case x.Last == "" && !away:
			mistake(o, x, ticket.Say("%s is not away", x.Agent))
		case x.Last == "" && was == "":
			mistake(o, x, ticket.Say("%s is away by the configuration, which the admin changes", x.Agent))
		case was != "":
			line := &o.Lines[x.Line]
			line.Message = asItWas(line.Message, written(x.Agent, was))
		}
	}
	return nil
}

// mistake marks the line by which somebody is said to be away, or back.
func mistake(o *order.Order, x order.Absence, why ticket.Phrase) {
	o.Lines[x.Line].OK, o.Lines[x.Line].Message = false, why
	o.Mistakes = true
}

// Keep keeps who is away or back by an order. A colleague of whom its writer says so is told
// who did, and how it is taken back.
func Keep(h *incoming.Handling, o order.Order) error {
	for _, x := range last(o.Absences) {
		colleague, is := h.Set.AgentNamed(x.Agent)
		if !is {
			continue
		}
		was, err := said(h, colleague)
		if err != nil {
			return err
		}
		if err := h.Tx.SetAway(x.Absence); err != nil {
			return err
		}
		h.Absences = nil // as it was read before
		if x.Agent == o.Agent.Name || x.Last == was {
			continue
		}
		if err := tell(h, o.Agent, colleague, x, was); err != nil {
			return err
		}
	}
	return nil
}

// tell tells a colleague that an agent says that they are away, or back, and what they were
// before.
func tell(h *incoming.Handling, by, colleague settings.Agent, x order.Absence, was string) error {
	n := notify.Notice{Template: notify.TemplateAnswer, Reason: notify.SaidBack, Actor: by.Known()}
	line := notify.Line{Command: written(x.Agent, x.Last), OK: true, Message: order.Back()}
	if x.Last != "" {
		day, err := calendar.ParseDay(x.Last, h.Set.Zone())
		if err != nil {
			return fmt.Errorf("the last day away of %s: %w", x.Agent, err)
		}
		n.Reason, line.Message = notify.SaidAway, order.AwayUntil(day)
	}
	if was != "" {
		line.Message = asItWas(line.Message, written("", was))
	}
	n.Lines = []notify.Line{line}
	return h.WriteBack(colleague, colleague.Mail[0], n, nil)
}

// asItWas adds the command by which all is as it was before.
func asItWas(said ticket.Phrase, command string) ticket.Phrase {
	return ticket.Say("%s; to have it as it was: %s", said, command)
}

// written returns the command by which an agent, or for them a colleague, says that they are
// away until a day, or back.
func written(agent, until string) string {
	if agent != "" {
		agent = " " + agent
	}
	if until == "" {
		return "#back" + agent
	}
	return "#away" + agent + " until " + until
}

// said returns the last day away of an agent, as was said by mail; "" where they are not, or
// not any more.
func said(h *incoming.Handling, a settings.Agent) (string, error) {
	all, err := h.Tx.Away()
	for _, x := range all {
		if x.Agent == a.Name && x.Last >= h.Set.Today(h.Now) {
			return x.Last, err
		}
	}
	return "", err
}

// last returns what is said last of each agent.
func last(all []order.Absence) (kept []order.Absence) {
	for _, x := range all {
		kept = slices.DeleteFunc(kept, func(k order.Absence) bool { return k.Agent == x.Agent })
		kept = append(kept, x)
	}
	return kept
}
