package explain

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"maildesk/cmd/maildesk/console"
	"maildesk/config"
	"maildesk/desk"
	"maildesk/routing"
	"maildesk/ticket"
)

// replayed is the summary of what new rules would change for old mails.
type replayed struct {
	Since      *time.Time     `json:"since,omitempty"`
	Old        string         `json:"old"` // versions of the rules
	New        string         `json:"new"`
	Mails      int            `json:"mails"`
	Changed    int            `json:"changed"`
	Queues     []*shift       `json:"queues"`
	Categories []*shift       `json:"categories"`
	Tickets    []rejudged     `json:"tickets"`     // those that would change, the latest first
	NeverFired []string       `json:"never_fired"` // new rules
	Problems   map[string]int `json:"problems"`    // failures of new rules, with the number of mails

	Learnt []*comparison `json:"learnt,omitempty"` // beside the rules, if asked for

	tries              bool // other rules, and not only what was learnt
	queues, categories map[string]*shift
	unfired            []string
	rules              [2]int // how many, old and new
}

// shift is how many mails went to a queue or category, and how many would.
type shift struct {
	Name string `json:"name"`
	Old  int    `json:"old"`
	New  int    `json:"new"`
}

// rejudged is a mail that new rules would route differently.
type rejudged struct {
	Ticket  ticket.ID        `json:"ticket"` // 0: it was spam
	Mail    ticket.MailID    `json:"mail"`
	Subject string           `json:"subject"`
	Changes []routing.Change `json:"changes"`
}

// spam is the row of the table for mails that become no ticket.
const spam = "(spam)"

func newReplayed(since time.Time, old, other *config.Config) *replayed {
	r := &replayed{
		Old: old.Rules.Version(), New: other.Rules.Version(), Tickets: []rejudged{}, NeverFired: []string{}, Problems: map[string]int{},
		queues: map[string]*shift{}, categories: map[string]*shift{}, rules: [2]int{len(old.Routing.Rules), len(other.Routing.Rules)},
	}
	if !since.IsZero() {
		r.Since = &since
	}
	for _, rule := range other.Routing.Rules {
		r.unfired = append(r.unfired, rule.Name)
	}
	return r
}

// add counts one mail.
func (r *replayed) add(j desk.Rejudged) {
	r.Mails++
	count := func(in map[string]*shift, old, now string) {
		for _, name := range []string{old, now} {
			if in[name] == nil {
				in[name] = &shift{Name: name}
			}
		}
		in[old].Old++
		in[now].New++
	}
	count(r.queues, homeOf(j.Old, j.Old.Queue), homeOf(j.New, j.New.Queue))
	count(r.categories, homeOf(j.Old, j.Old.Category), homeOf(j.New, j.New.Category))
	r.unfired = slices.DeleteFunc(r.unfired, func(name string) bool { return slices.Contains(j.New.Rules, name) })
	for _, p := range j.New.Problems {
		r.Problems[p]++
	}
	if changes := j.Old.Changes(j.New); len(changes) > 0 {
		r.Changed++
		r.Tickets = append(r.Tickets, rejudged{j.Judgement.Ticket, j.Judgement.Mail, j.Subject, changes})
	}
}

// homeOf returns the row of the table for a queue or category.
func homeOf(d routing.Decision, name string) string {
	if d.Spam {
		return spam
	}
	return console.FirstOf(name, "(none)")
}

// finish sorts the lists.
func (r *replayed) finish() *replayed {
	r.Queues, r.Categories = largestFirst(r.queues), largestFirst(r.categories)
	r.NeverFired = append(r.NeverFired, r.unfired...)
	slices.SortFunc(r.Tickets, func(a, b rejudged) int { return cmp.Compare(b.Mail, a.Mail) })
	return r
}

func largestFirst(in map[string]*shift) []*shift {
	all := []*shift{}
	for _, s := range in {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b *shift) int {
		return cmp.Or(cmp.Compare(b.Old, a.Old), cmp.Compare(b.New, a.New), strings.Compare(a.Name, b.Name))
	})
	return all
}

// print prints the summary for a person, with up to limit tickets.
func (r *replayed) print(w io.Writer, limit int) error {
	if err := printLearnt(w, r.Learnt); err != nil || !r.tries {
		return err
	}
	when := ""
	if r.Since != nil {
		when = " since " + console.Stamp(*r.Since)
	}
	fmt.Fprintf(w, "%d mails%s; %d of them would be judged otherwise by %d rules in the place of the %d in force.\n\n", r.Mails, when, r.Changed, r.rules[1], r.rules[0])
	for _, part := range []struct {
		title string
		rows  []*shift
	}{{"queue", r.Queues}, {"category", r.Categories}} {
		fmt.Fprintf(w, "%8s %8s %8s  %s\n", "old", "new", "", part.title)
		for _, s := range part.rows {
			fmt.Fprintf(w, "%8d %8d %8s  %s\n", s.Old, s.New, signed(s.New-s.Old), s.Name)
		}
		fmt.Fprintln(w)
	}
	if err := r.printTickets(w, limit); err != nil {
		return err
	}
	for _, name := range r.NeverFired {
		fmt.Fprintf(w, "rule %q never fired\n", name)
	}
	for problem, n := range r.Problems {
		fmt.Fprintf(w, "%s (%d mails)\n", problem, n)
	}
	return nil
}

func (r *replayed) printTickets(w io.Writer, limit int) error {
	listed := r.Tickets
	if limit > 0 && len(listed) > limit {
		listed = listed[:limit]
	}
	table := console.NewTable(w, console.Column{}, console.Column{Least: 20}, console.Column{Least: 20})
	for _, t := range listed {
		var changes []string
		for _, c := range t.Changes {
			changes = append(changes, fmt.Sprintf("%s %s → %s", c.What, console.FirstOf(c.Old, "none"), console.FirstOf(c.New, "none")))
		}
		number := fmt.Sprintf("#%d", t.Ticket)
		if t.Ticket == 0 {
			number = fmt.Sprintf("mail %d", t.Mail)
		}
		table.Row(console.Plain, number, t.Subject, strings.Join(changes, ", "))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if more := len(r.Tickets) - len(listed); more > 0 {
		fmt.Fprintf(w, "and %d more; --limit 0 lists all\n", more)
	}
	if len(listed) > 0 {
		fmt.Fprintln(w)
	}
	return nil
}

// signed formats a difference with its sign; empty for none.
func signed(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%+d", n)
}
