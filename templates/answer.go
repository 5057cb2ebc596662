package templates

import (
	"strconv"
	"strings"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// Answer is the answer to one question of an agent.
type Answer struct {
	Title     string // "Open requests: 12"
	Items     []Item
	More      int       // that are not listed
	Older     bool      // others were not looked for
	Questions []Command // of the help
}

// Item is a line of an answer, and what is known of it. On a phone it is two lines.
type Item struct {
	Number string // "#1042"; of a colleague the name
	URL    string // asks to see it; empty: there is nothing to see
	Head   string
	About  string // "Ana Berg · open · network · alice"
	Due    string // "today at 14:00 – late"
	Late   bool
	Found  string // the line that a search found, who wrote it and when
}

// answers returns the answers of a notice in the reader's words.
func (l *language) answers(n notify.Notice) []Answer {
	var all []Answer
	for _, a := range n.Answers {
		said := Answer{Title: l.label("answer-" + a.Name), More: a.More, Older: a.Older}
		switch a.Name {
		case "help":
			said.Title, said.Questions = "", l.Questions
		case "oncall":
			for _, d := range a.Duties {
				said.Items = append(said.Items, l.duty(d, n))
			}
		case "who", "away":
			for _, p := range a.People {
				said.Items = append(said.Items, l.colleague(p))
			}
			if len(a.People) == 0 {
				said.Title += l.Colon + " " + l.label("answer-nobody")
			}
		default:
			if a.About != "" {
				said.Title += " " + oneLine(a.About)
			}
			said.Title += l.Colon + " " + l.counted(len(a.Tickets)+a.More)
			for _, t := range a.Tickets {
				said.Items = append(said.Items, l.item(t, n))
			}
		}
		all = append(all, said)
	}
	return all
}

func (l *language) counted(n int) string {
	if n == 0 {
		return l.label("answer-nothing")
	}
	return strconv.Itoa(n)
}

// item returns a ticket of a list.
func (l *language) item(t notify.Listed, n notify.Notice) Item {
	subject := oneLine(t.Subject)
	if subject == "" {
		subject = l.label("untitled")
	}
	if n.Template == notify.TemplateOpen {
		return Item{Number: "#" + strconv.FormatInt(int64(t.ID), 10), URL: t.Show.URL, Head: subject, About: joined([]string{l.label("yours-" + string(t.Status)), l.date(t.CreatedAt.In(n.Now.Location()))})}
	}
	about := []string{oneLine(firstOf(t.Name, t.Requester)), l.status(t.Status)}
	if t.Priority == ticket.PriorityHigh || t.Priority == ticket.PriorityUrgent {
		about = append(about, l.priority(t.Priority))
	}
	about = append(about, t.Queue, t.Assignee)
	i := Item{Number: "#" + strconv.FormatInt(int64(t.ID), 10), URL: t.Show.URL, Head: subject, About: joined(about)}
	if t.Line != "" {
		i.Found = joined([]string{oneLine(t.By), l.moment(t.At.In(n.Now.Location()), n.Now, n.Abroad)}) + l.Colon + " " + oneLine(t.Line)
	}
	if at, _ := t.NextDue(); !at.IsZero() {
		i.Due = l.moment(at.In(n.Now.Location()), n.Now, n.Abroad)
		if i.Late = at.Before(n.Now); i.Late {
			i.Due += " – " + l.label("late")
		}
	}
	return i
}

// colleague returns an agent of a list.
func (l *language) colleague(c notify.Colleague) Item {
	about := []string{strings.Join(c.Queues, ", ")}
	if len(c.Languages) > 0 {
		about = append(about, strings.Join(c.Languages, ", "))
	}
	about = append(about, oneLine(strings.Join(c.Confirmed, ", ")))
	about = append(about, strconv.Itoa(c.Open)+" "+l.label("answer-open"))
	i := Item{Number: c.Name, Head: oneLine(c.Known), About: joined(about)}
	switch {
	case c.Away && !c.Until.IsZero():
		i.Due = l.label("answer-until") + " " + strconv.Itoa(c.Until.Day()) + " " + l.Months[c.Until.Month()-1] + " " + strconv.Itoa(c.Until.Year())
	case c.Away:
		i.Due = l.label("answer-isaway")
	}
	return i
}

// duty returns who is on call in a rota.
func (l *language) duty(d notify.Duty, n notify.Notice) Item {
	i := Item{Number: oneLine(d.Rota), Head: oneLine(d.Now)}
	if d.Until.IsZero() {
		i.Head = l.label("answer-nobody")
	} else {
		i.About = l.label("answer-duty-until") + " " + l.moment(d.Until.In(n.Now.Location()), n.Now, n.Abroad)
	}
	if !d.From.IsZero() {
		next := l.label("answer-duty-next") + l.Colon + " " + oneLine(d.Next)
		if !d.From.Equal(d.Until) {
			next += ", " + l.label("answer-duty-from") + " " + l.moment(d.From.In(n.Now.Location()), n.Now, n.Abroad)
		}
		i.About = joined([]string{i.About, next})
	}
	return i
}

// joined puts words beside each other, without the empty ones.
func joined(words []string) string {
	var all []string
	for _, w := range words {
		if w != "" {
			all = append(all, w)
		}
	}
	return strings.Join(all, " · ")
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
