package templates

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"maildesk/desk/notify"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// Answer is the answer to one question of an agent.
type Answer struct {
	Title     string // "Open requests: 12"
	Items     []Item
	More      int       // that are not listed
	Further   string    // says that there may be others, and how they are found
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
	Words  string // how what somebody wrote begins
}

// articlesBeside returns the articles that a search found beside requests.
func (l *language) articlesBeside(a notify.Answer) Answer {
	said := Answer{Title: l.label("answer-"+notify.AnswerArticles) + " " + oneLine(a.About) + l.Colon + " " + l.counted(len(a.Articles)), Items: l.articlesFound(a.Articles)}
	if a.MoreArticles {
		said.Further = fmt.Sprintf(l.label("answer-more-articles"), oneLine(a.About))
	}
	return said
}

// answers returns the answers of a notice in the reader's words.
func (l *language) answers(n notify.Notice) []Answer {
	var all []Answer
	for _, a := range n.Answers {
		said := Answer{Title: l.label("answer-" + a.Name), More: a.More}
		if a.Older {
			said.Further = l.label("answer-older")
		}
		if len(a.Articles) > 0 && a.Name != notify.AnswerArticles {
			all = append(all, l.articlesBeside(a))
		}
		switch a.Name {
		case notify.AnswerArticles:
			said.Title += " " + oneLine(a.About) + l.Colon + " " + l.counted(len(a.Articles)+a.More)
			said.Items = l.articlesFound(a.Articles)
		case "help":
			said.Title, said.Questions = "", l.Questions
		case "oncall":
			for _, d := range a.Duties {
				said.Items = append(said.Items, l.duty(d, n))
			}
		case notify.DigestRated, notify.AnswerGathered:
			said.Title += l.Colon + " " + l.counted(len(a.Rated)+len(a.Gathered)+a.More)
			for _, r := range a.Rated {
				said.Items = append(said.Items, l.rated(r))
			}
			for _, g := range a.Gathered {
				said.Items = append(said.Items, l.gathered(g, n))
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

// articlesFound returns the articles that a search found. Whoever writes #send needs their names.
func (l *language) articlesFound(all []notify.ListedArticle) (items []Item) {
	for _, a := range all {
		audience := l.label("article-public")
		if a.Internal {
			audience = l.label("article-internal")
		}
		items = append(items, Item{Number: a.Slug, Head: oneLine(a.Title), About: joined([]string{audience, l.languageName(a.Language)}), Found: oneLine(a.Line)})
	}
	return items
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
	if t.Line+t.File != "" {
		found := []string{joined([]string{oneLine(t.By), l.moment(t.At.In(n.Now.Location()), n.Now, n.Abroad)}), oneLine(t.File), oneLine(t.Line)}
		i.Found = strings.Join(slices.DeleteFunc(found, func(s string) bool { return s == "" }), l.Colon+" ")
	}
	if at, _ := t.NextDue(); !at.IsZero() {
		i.Due = l.moment(at.In(n.Now.Location()), n.Now, n.Abroad)
		if i.Late = at.Before(n.Now); i.Late {
			i.Due += " – " + l.label("late")
		}
	}
	return i
}

// maxWords bounds the words of somebody in a list, in bytes.
const maxWords = 400

// rated returns a ticket with its rating.
func (l *language) rated(r notify.Rated) Item {
	return Item{
		Number: "#" + strconv.FormatInt(int64(r.ID), 10), URL: r.Show.URL, Head: cmp.Or(oneLine(r.Subject), l.label("untitled")),
		About: joined([]string{l.Actions[r.Rating.Says], oneLine(r.Rating.Of)}), Words: excerpt(r.Rating.Words),
	}
}

// gathered returns a notice that waited: its title, when it was, and how the words begin
// that it is about.
func (l *language) gathered(g notify.Gathered, n notify.Notice) Item {
	what := ""
	if m := l.mails[g.What]; m != nil {
		p := &Page{Ticket: g.Ticket, Who: cmp.Or(oneLine(g.Name), g.Requester, l.label("the-requester")), By: cmp.Or(oneLine(g.Actor), l.label("somebody")), Labels: l.Labels}
		what, _ = m.words.title.say(p) // tried when the language was read
	}
	return Item{
		Number: "#" + strconv.FormatInt(int64(g.ID), 10), URL: g.Show.URL, Head: cmp.Or(oneLine(g.Subject), l.label("untitled")),
		About: joined([]string{what, oneLine(g.Actor), l.when(g.At.In(n.Now.Location()))}), Words: excerpt(g.Text),
	}
}

// excerpt returns how a text begins, on one line, without what it quotes.
func excerpt(text string) string {
	var words []string
	for line := range strings.Lines(mailparse.Visible(text)) {
		if !strings.HasPrefix(line, ">") {
			words = append(words, strings.Fields(line)...)
		}
	}
	return clip(strings.Join(words, " "), maxWords)
}

// colleague returns an agent of a list.
func (l *language) colleague(c notify.Colleague) Item {
	if c.Away && len(c.Queues) == 0 { // of a digest: their queues are the reader's
		return Item{Number: c.Name, Head: oneLine(c.Known), Due: l.awayUntil(c)}
	}
	about := []string{strings.Join(c.Queues, ", ")}
	if len(c.Languages) > 0 {
		about = append(about, strings.Join(c.Languages, ", "))
	}
	about = append(about, oneLine(strings.Join(c.Confirmed, ", ")))
	about = append(about, strconv.Itoa(c.Open)+" "+l.label("answer-open"))
	i := Item{Number: c.Name, Head: oneLine(c.Known), About: joined(about)}
	i.Due = l.awayUntil(c)
	return i
}

// awayUntil says that a colleague is away, and until when; empty: they are not.
func (l *language) awayUntil(c notify.Colleague) string {
	switch {
	case c.Away && !c.Until.IsZero():
		return l.label("answer-until") + " " + l.day(c.Until)
	case c.Away:
		return l.label("answer-isaway")
	}
	return ""
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
