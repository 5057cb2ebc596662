package routing

import (
	"slices"
	"strconv"
	"strings"
)

// Change is one thing in which two decisions differ.
type Change struct {
	What string `json:"what"` // the key, as in a rule: queue, priority, …
	Old  string `json:"old"`
	New  string `json:"new"`
}

// Changes returns what would be different if now replaced d. For a mail that becomes
// spam, or no longer is, that is the only change; which rules decided does not count.
func (d Decision) Changes(now Decision) []Change {
	if d.Spam || now.Spam {
		return changes(Change{"spam", strconv.FormatBool(d.Spam), strconv.FormatBool(now.Spam)})
	}
	return changes(
		Change{"category", d.Category, now.Category},
		Change{"kind", d.Kind, now.Kind},
		Change{"priority", d.Priority, now.Priority},
		Change{"queue", d.Queue, now.Queue},
		Change{"level", strconv.Itoa(d.Level), strconv.Itoa(now.Level)},
		Change{"assignee", d.Assignee, now.Assignee},
		Change{"tags", set(d.Tags), set(now.Tags)},
		Change{"target", d.Target, now.Target},
		Change{"template", d.Template, now.Template},
		Change{"language", d.Language, now.Language},
		Change{"no_ack", strconv.FormatBool(d.NoAck), strconv.FormatBool(now.NoAck)},
		Change{"ticket", d.Ticket, now.Ticket},
		Change{"requester", d.Requester, now.Requester},
		Change{"thread", d.Thread, now.Thread},
		Change{"resolves", strconv.FormatBool(d.Resolves), strconv.FormatBool(now.Resolves)},
		Change{"onlookers", set(d.Onlookers), set(now.Onlookers)},
	)
}

// changes returns the pairs that differ.
func changes(pairs ...Change) []Change {
	return slices.DeleteFunc(pairs, func(c Change) bool { return c.Old == c.New })
}

// set writes a list whose order does not matter.
func set(list []string) string { return strings.Join(slices.Sorted(slices.Values(list)), ", ") }
