package settings

import (
	"slices"

	"maildesk/routing"
	"maildesk/ticket"
)

// Learn says how sure a guess is at least, in per cent, that is suggested to agents, and
// one by which a request is filed. What is done with guesses of a category is
// [routing.Rules.LearnOf]'s to say.
type Learn struct{ Suggest, Route int }

// FiledAs returns the category under which a request is filed that no rule gives one;
// empty: none.
func (s *Settings) FiledAs(l ticket.Learnt) string {
	if g := l.Category; g.Sure >= s.Learn.Route && s.Rules.LearnOf(g.Value) == routing.LearnRoute {
		return g.Value
	}
	return ""
}

// Suggested returns what agents are told of guesses for a new ticket: those that are sure
// enough, say something else than what it has, and that can be done.
func (s *Settings) Suggested(l ticket.Learnt, t ticket.Ticket) ticket.Learnt {
	l = l.From(s.Learn.Suggest)
	if s.Rules.LearnOf(l.Category.Value) == routing.LearnOff || l.Category.Value == t.Category {
		l.Category = ticket.Guess{}
	}
	if _, ok := s.Queue(l.Queue.Value); !ok || !s.Rules.LearnsFields() || l.Queue.Value == t.Queue {
		l.Queue = ticket.Guess{}
	}
	if p := ticket.Priority(l.Priority.Value); !slices.Contains(ticket.Priorities, p) || !s.Rules.LearnsFields() || p == t.Priority {
		l.Priority = ticket.Guess{}
	}
	return l
}

// IsLearnt reports whether the category of a new ticket was learnt, and not set by a rule.
func IsLearnt(t ticket.Ticket) bool { return slices.Contains(t.Rules, routing.LearntRule) }
