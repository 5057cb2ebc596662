package search

import (
	"slices"
	"strconv"
	"strings"

	"maildesk/calendar"
	"maildesk/ticket"
)

// ValueError says that a field cannot have a value.
type ValueError struct {
	Field, Value string
	All          []string // what it can be; nil: see Reason
	Reason       Reason
}

// Reason is why a value is wrong. Closed set.
type Reason string

// The reasons.
const (
	NoChoice Reason = "there is none of this name" // All has those there are
	NoTime   Reason = "it is not a time"
	NoNot    Reason = "a field cannot be excluded"
	Nothing  Reason = "nothing is left"
	Twice    Reason = "the field is there already"
	NotYou   Reason = "who asks is not an agent"
	NotTheir Reason = "articles have no such field"
)

// Error returns the error in English.
func (e *ValueError) Error() string {
	switch e.Reason {
	case NoTime:
		return e.Field + ":" + e.Value + " is not a time: write how long ago, as 12h, 30d, 6w, 3m or 1y, or a day, as 2026-11-01"
	case NoNot:
		return "-" + e.Field + ": cannot be excluded; only words, status: and priority: can"
	case Nothing:
		return e.Field + ":" + e.Value + " leaves nothing to find, beside what else is asked for; of several values, divided by commas, one must hold"
	case Twice:
		return e.Field + ": is there twice; it can be one at a time"
	case NotYou:
		return e.Field + ":" + e.Value + " needs an agent who asks; write agent:NAME"
	case NotTheir:
		return e.Field + ": is a field of tickets; beside in:articles there can be words, subject:, category:, language:, since: and until:"
	}
	if slices.Contains(marks, e.Field) {
		return e.Field + ":" + e.Value + " does not exist; there is " + e.Field + ":" + strings.Join(e.All, ", "+e.Field+":")
	}
	if len(e.All) == 0 {
		return "there is no " + e.Field + " at all"
	}
	return "there is no " + e.Field + " \"" + e.Value + "\"; it can be " + strings.Join(e.All, ", ")
}

// marks are the fields whose values are not names of things.
var marks = []string{"is", "has", "in"}

// aliases are other names of fields.
var aliases = map[string]string{"assignee": "agent", "lang": "language", "title": "subject"}

// fields maps the word before a colon to what it does with the value.
var fields = map[string]func(Desk, *ticket.Query, piece) error{
	"subject": func(_ Desk, q *ticket.Query, p piece) error { add(q, p, true); return nil },
	"from":    func(_ Desk, q *ticket.Query, p piece) error { return once(&q.From, p) },
	"tag": func(_ Desk, q *ticket.Query, p piece) error {
		q.Tickets.Tags = append(q.Tickets.Tags, strings.ToLower(p.text))
		return nil
	},
	"language": func(_ Desk, q *ticket.Query, p piece) error { return language(q, p) },
	"status": func(_ Desk, q *ticket.Query, p piece) error {
		return several(&q.Tickets.Status, ticket.Statuses, p)
	},
	"priority": func(_ Desk, q *ticket.Query, p piece) error {
		return several(&q.Tickets.Priorities, ticket.Priorities, p)
	},
	"requester": func(_ Desk, q *ticket.Query, p piece) error { return requester(q, p) },
	"level":     func(_ Desk, q *ticket.Query, p piece) error { return level(q, p) },
	"queue":     func(d Desk, q *ticket.Query, p piece) error { return d.named(&q.Tickets.Queue, d.Queues, p) },
	"agent":     Desk.agent,
	"category":  Desk.category,
	"since":     Desk.since,
	"until":     Desk.until,
	"has":       func(_ Desk, q *ticket.Query, p piece) error { return has(q, p) },
	"is":        Desk.is,
	"in":        func(_ Desk, q *ticket.Query, p piece) error { return scope(q, p) },
}

// ofArticles are the fields that articles have as well.
var ofArticles = []string{"subject", "category", "language", "since", "until", "in"}

// fieldOf returns the field that a word before a colon names.
func fieldOf(name string) (string, bool) {
	name = strings.ToLower(name)
	if other, is := aliases[name]; is {
		name = other
	}
	return name, fields[name] != nil
}

// apply does what a field says. Words and two fields can be excluded.
func (d Desk) apply(q *ticket.Query, p piece) error {
	if p.not && p.field != "subject" && p.field != "status" && p.field != "priority" {
		return &ValueError{Field: p.field, Value: p.text, Reason: NoNot}
	}
	return fields[p.field](d, q, p)
}

// once sets a value that can be given only once.
func once(to *string, p piece) error {
	if *to != "" && *to != p.text {
		return &ValueError{Field: p.field, Value: p.text, Reason: Twice}
	}
	*to = p.text
	return nil
}

// choose returns the choice that a value names, ignoring case.
func choose[T ~string](p piece, value string, choices []T) (T, error) {
	i := slices.IndexFunc(choices, func(c T) bool { return strings.EqualFold(string(c), value) })
	if i >= 0 {
		return choices[i], nil
	}
	wrong := &ValueError{Field: p.field, Value: value, Reason: NoChoice}
	for _, c := range choices {
		wrong.All = append(wrong.All, string(c))
	}
	return "", wrong
}

// several keeps the values of a comma-separated list or, if excluded, all others.
func several[T ~string](to *[]T, choices []T, p piece) error {
	var all []T
	for value := range strings.SplitSeq(strings.Trim(p.text, ","), ",") {
		chosen, err := choose(p, strings.TrimSpace(value), choices)
		if err != nil {
			return err
		}
		all = append(all, chosen)
	}
	left := *to // what was asked for before holds as well
	if len(left) == 0 {
		left = choices
	}
	if p.not {
		*to = without(left, all)
	} else {
		*to = slices.DeleteFunc(all, func(v T) bool { return !slices.Contains(left, v) })
	}
	if len(*to) == 0 {
		return &ValueError{Field: p.field, Value: p.text, Reason: Nothing}
	}
	return nil
}

func without[T comparable](all, some []T) []T {
	return slices.DeleteFunc(slices.Clone(all), func(v T) bool { return slices.Contains(some, v) })
}

func requester(q *ticket.Query, p piece) error {
	if local, domain, whole := strings.Cut(p.text, "@"); whole && local != "" && domain != "" {
		return once(&q.Tickets.Requester, p)
	}
	return once(&q.Requester, p)
}

func language(q *ticket.Query, p piece) error {
	p.text = strings.ToLower(p.text)
	if len(p.text) != 2 || strings.Trim(p.text, "abcdefghijklmnopqrstuvwxyz") != "" {
		return &ValueError{Field: p.field, Value: p.text, Reason: NoChoice, All: []string{"en", "fr", "de", "es", "it", "nl", "pl", "pt", "…"}}
	}
	return once(&q.Tickets.Language, p)
}

func level(q *ticket.Query, p piece) error {
	chosen, err := choose(p, p.text, []string{"1", "2", "3"})
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(chosen)
	if err == nil && q.Tickets.Level != 0 && q.Tickets.Level != n {
		return &ValueError{Field: p.field, Value: p.text, Reason: Twice}
	}
	q.Tickets.Level = n
	return err
}

func scope(q *ticket.Query, p piece) error {
	chosen, err := choose(p, p.text, []ticket.Scope{ticket.InTickets, ticket.InArticles})
	if err != nil {
		return err
	}
	if q.In != ticket.InAll && q.In != chosen {
		return &ValueError{Field: p.field, Value: p.text, Reason: Twice}
	}
	q.In = chosen
	return nil
}

func has(q *ticket.Query, p piece) error {
	_, err := choose(p, p.text, []string{"file"})
	q.Files = err == nil
	return err
}

// named sets a name from the configuration, or a former one.
func (d Desk) named(to *string, choices []string, p piece) error {
	chosen, err := choose(p, p.text, choices)
	if err != nil {
		if d.Kept == nil || !d.Kept(p.field, p.text) {
			return err
		}
		chosen = p.text
	}
	p.text = chosen
	return once(to, p)
}

func (d Desk) agent(q *ticket.Query, p piece) error {
	if strings.EqualFold(p.text, "me") && !slices.Contains(d.Agents, "me") {
		return d.mine(q, p)
	}
	return d.named(&q.Tickets.Assignee, d.Agents, p)
}

func (d Desk) mine(q *ticket.Query, p piece) error {
	if d.Me == "" {
		return &ValueError{Field: p.field, Value: p.text, Reason: NotYou}
	}
	p.text = d.Me
	return once(&q.Tickets.Assignee, p)
}

func (d Desk) category(q *ticket.Query, p piece) error {
	if len(q.Tickets.Categories) > 0 {
		return &ValueError{Field: p.field, Value: p.text, Reason: Twice}
	}
	var above string
	if err := d.named(&above, d.Categories, p); err != nil {
		return err
	}
	q.Tickets.Categories = Below(d.Categories, above, d.Within)
	return nil
}

// Below returns a category and those below it.
func Below(categories []string, above string, within func(category, above string) bool) []string {
	all := []string{above}
	for _, c := range categories {
		if c != above && within != nil && within(c, above) {
			all = append(all, c)
		}
	}
	return all
}

func (d Desk) since(q *ticket.Query, p piece) error {
	at, _, err := calendar.ParsePast(p.text, d.Now)
	if err != nil {
		return &ValueError{Field: p.field, Value: p.text, Reason: NoTime}
	}
	if at.After(q.Tickets.ActiveFrom) { // of two, both must hold
		q.Tickets.ActiveFrom = at
	}
	return nil
}

func (d Desk) until(q *ticket.Query, p piece) error {
	at, day, err := calendar.ParsePast(p.text, d.Now)
	if err != nil {
		return &ValueError{Field: p.field, Value: p.text, Reason: NoTime}
	}
	if day {
		at = calendar.NextDay(at)
	}
	if before := q.Tickets.MadeBefore; before.IsZero() || at.Before(before) {
		q.Tickets.MadeBefore = at
	}
	return nil
}

// states are the values of "is:".
var states = []string{"open", "late", "mine", "unassigned", "incident"}

func (d Desk) is(q *ticket.Query, p piece) error {
	state, err := choose(p, p.text, states)
	if err != nil {
		return err
	}
	switch state {
	case "open":
		if len(q.Tickets.Status) == 0 {
			q.Tickets.Status = ticket.Statuses
		}
		q.Tickets.Status = slices.DeleteFunc(slices.Clone(q.Tickets.Status), func(s ticket.Status) bool { return s == ticket.StatusResolved || s == ticket.StatusClosed })
		if len(q.Tickets.Status) == 0 {
			return &ValueError{Field: p.field, Value: p.text, Reason: Nothing}
		}
	case "late":
		q.Tickets.LateAt = d.Now
	case "mine":
		return d.mine(q, p)
	case "unassigned":
		q.Tickets.Unassigned = true
	case "incident":
		q.Tickets.Incident = true
	}
	return nil
}
