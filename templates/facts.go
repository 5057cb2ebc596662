package templates

import (
	"cmp"
	"strconv"
	"strings"

	"maildesk/mailparse"
	"maildesk/ticket"
)

// facts returns what is known of the ticket, in this order.
func (l *language) facts(t ticket.Ticket, names ...string) []Fact {
	var facts []Fact
	for _, name := range names {
		if value := l.fact(t, name); value != "" {
			facts = append(facts, Fact{Label: l.label(name), Value: value, Alarm: name == "priority" && t.Priority == "urgent"})
		}
	}
	return facts
}

// names returns who reads along.
func (l *language) names(people []ticket.Participant) string {
	var all []string
	for _, p := range people[:min(len(people), maxReports)] {
		all = append(all, oneLine(mailbox(mailparse.Listed(p.Name), p.Address)))
	}
	if len(all) < len(people) {
		all = append(all, "…")
	}
	return strings.Join(all, ", ")
}

// maxReaders bounds the names of those in copy that stand in a sentence.
const maxReaders = 3

// readers names the requester and those in copy, to whom an answer goes as well.
func readers(who string, copied []ticket.Participant) string {
	if len(copied) > 0 {
		who = mailparse.Listed(who)
	}
	for _, p := range copied[:min(len(copied), maxReaders)] {
		who += ", " + mailparse.Listed(oneLine(cmp.Or(p.Name, p.Address)))
	}
	if len(copied) > maxReaders {
		who += ", …"
	}
	return who
}

// fact returns one thing that is known of the ticket, "" when it is not.
func (l *language) fact(t ticket.Ticket, name string) string {
	switch name {
	case "requester":
		return mailbox(t.Name, t.Requester)
	case "language":
		return l.languageName(t.Language)
	case "category":
		return t.Category
	case "kind":
		return l.kind(t.Kind)
	case "priority":
		return l.priority(t.Priority)
	case "queue":
		if t.Queue == "" || t.Level == 0 {
			return t.Queue
		}
		return t.Queue + " (" + l.label("level") + " " + strconv.Itoa(t.Level) + ")"
	case "status":
		return l.status(t.Status)
	case "assignee":
		return t.Assignee
	case "created":
		return l.date(t.CreatedAt)
	case "follows":
		if t.Follows == 0 {
			return ""
		}
		return l.label("request") + number(t.Follows)
	case "tags":
		return strings.Join(t.Tags, ", ")
	}
	return ""
}
