package notices

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"maildesk/desk/decision"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// Mutes reports whether an agent wants to hear nothing of a ticket (#mute): their part in
// it has left. Whoever has the ticket hears of it all the same.
func Mutes(c *decision.Change, t ticket.Ticket, a settings.Agent) (bool, error) {
	if len(a.Mail) == 0 || strings.EqualFold(t.Assignee, a.Name) {
		return false, nil
	}
	people, err := c.Tx.Participants(t.ID)
	return slices.ContainsFunc(people, func(p ticket.Participant) bool {
		return p.Role == ticket.RoleAgent && p.Left && settings.SameAddress(p.Address, a.Mail[0])
	}), err
}

// listening returns who is told in the place of agents of whom some have muted a ticket:
// the others; where there are none, the others of its queue. If all have muted it, all
// hear of it after all: what nobody hears of is worse. Whoever is named in the text
// hears of it, too.
func listening(c *decision.Change, t ticket.Ticket, agents []settings.Agent, n notify.Notice) ([]settings.Agent, error) {
	here, err := hearing(c, t, agents, n)
	if err != nil || len(here) > 0 || n.Template == notify.TemplateColleague || n.Template == notify.TemplateSolved {
		return here, err // nobody has to act on those
	}
	others, err := c.Present(c.Set.AgentsOf(t.Queue))
	if err != nil {
		return nil, err
	}
	if others, err = hearing(c, t, others, n); err != nil || len(others) > 0 {
		return others, err
	}
	return agents, nil
}

func hearing(c *decision.Change, t ticket.Ticket, agents []settings.Agent, n notify.Notice) ([]settings.Agent, error) {
	var all []settings.Agent
	for _, a := range agents {
		mutes, err := Mutes(c, t, a)
		if err != nil {
			return nil, err
		}
		if !mutes || mentions(n.Text, a) {
			all = append(all, a)
		}
	}
	return all, nil
}

// mentions reports whether a text names an agent: "@bob" or "@Bob Brown", outside of what
// it quotes.
func mentions(text string, a settings.Agent) bool {
	for line := range strings.Lines(strings.ToLower(text)) {
		if strings.HasPrefix(strings.TrimSpace(line), ">") {
			continue
		}
		for _, name := range []string{a.Name, a.Display} {
			if name == "" {
				continue
			}
			_, rest, named := strings.Cut(line, "@"+strings.ToLower(name))
			if next, _ := utf8.DecodeRuneInString(rest); named && !unicode.IsLetter(next) && !unicode.IsDigit(next) {
				return true
			}
		}
	}
	return false
}

// theirOwn reports whether a notice tells an agent what they did themselves by the mail at
// hand. A new request needs somebody: where nobody else hears of it they do.
func theirOwn(c *decision.Change, a settings.Agent, n notify.Notice, told int) bool {
	return c.By.Agent != "" && a.Name == c.By.Agent && slices.Contains(c.By.Names, n.Actor) &&
		!n.Template.AnswersMail() && n.Behalf == "" && (n.Template != notify.TemplateNewTicket || told > 1)
}
