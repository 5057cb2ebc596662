package settings

import (
	"fmt"
	"slices"
	"strings"
)

// IsPrivate reports whether a queue shows its tickets to its own agents alone.
func (s *Settings) IsPrivate(queue string) bool {
	q, known := s.Queue(queue)
	return known && q.Private
}

// IsOf reports whether an agent belongs to a queue.
func (s *Settings) IsOf(agent Agent, queue string) bool {
	return slices.ContainsFunc(s.AgentsOf(queue), func(a Agent) bool { return a.Name == agent.Name })
}

// QueuesFor returns the queues whose tickets an agent may read.
func (s *Settings) QueuesFor(agent Agent) []string {
	return slices.DeleteFunc(slices.Clone(s.Rules.QueueNames()), func(q string) bool { return s.IsPrivate(q) && !s.IsOf(agent, q) })
}

// ClosedTo returns the private queues of which an agent is none, and whose tickets they may not
// read unless they have one.
func (s *Settings) ClosedTo(agent Agent) []string {
	return slices.DeleteFunc(slices.Clone(s.Rules.QueueNames()), func(q string) bool { return !s.IsPrivate(q) || s.IsOf(agent, q) })
}

// MayHave returns why an agent may not be given a ticket of a queue; nil when they may.
func (s *Settings) MayHave(agent Agent, queue string) error {
	if !s.IsPrivate(queue) || s.IsOf(agent, queue) {
		return nil
	}
	var names []string
	for _, a := range s.AgentsOf(queue) {
		names = append(names, a.Name)
	}
	return fmt.Errorf("the queue %s is private, and %s is none of its agents; they are %s", queue, agent.Name, strings.Join(names, ", "))
}
