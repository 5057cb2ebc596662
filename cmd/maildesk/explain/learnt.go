package explain

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"maildesk/cmd/maildesk/console"
	"maildesk/config"
	"maildesk/daemon/localdesk"
	"maildesk/desk/learning"
	"maildesk/routing"
	"maildesk/ticket"
)

// comparison is how often what was learnt, and the rules, were right of a field. Only
// tickets count of which an agent settled it.
type comparison struct {
	Field    string `json:"field"`
	Language string `json:"language,omitempty"` // of the requests; empty: all
	Requests int    `json:"requests"`
	Learnt   answer `json:"learnt"` // from the threshold of suggestions on
	Routed   answer `json:"routed"` // from the threshold of learn = "route" on
	Rules    answer `json:"rules"`
}

// answer counts what was answered.
type answer struct {
	Right  int `json:"right"`
	Wrong  int `json:"wrong"`
	Silent int `json:"silent"`
}

func (a *answer) add(said, right string) {
	switch said {
	case "":
		a.Silent++
	case right:
		a.Right++
	default:
		a.Wrong++
	}
}

// String returns the answer for a table: how often something was said, and how often it
// was right then.
func (a answer) String() string {
	said := a.Right + a.Wrong
	if said == 0 {
		return "-\t-"
	}
	return fmt.Sprintf("%.0f %%\t%.0f %%", 100*float64(said)/float64(said+a.Silent), 100*float64(a.Right)/float64(said))
}

// compareLearnt goes through the history as if all had been learnt from its beginning.
// byRules has what the rules say of the tickets that count.
func compareLearnt(ctx context.Context, local *localdesk.Local, cfg *config.Config, byRules map[ticket.ID]routing.Decision, progressTo io.Writer) ([]*comparison, error) {
	all := map[string]*comparison{}
	count := func(field, language string, p learning.Past, said ticket.Guess, rules string) {
		key := field + " " + language
		if all[key] == nil {
			all[key] = &comparison{Field: field, Language: language}
		}
		c, right := all[key], p.Right[field]
		c.Requests++
		c.Learnt.add(from(said, cfg.Desk.LearnSuggest), right)
		c.Routed.add(from(said, cfg.Desk.LearnRoute), right)
		c.Rules.add(rules, right)
	}
	bar := console.Progress(progressTo, -1, "learning again")
	err := learning.Compare(ctx, local.Desk, func(n int) { bar.Add(n) }, func(p learning.Past) {
		d, judged := byRules[p.Ticket]
		for field, answer := range map[string]struct {
			ticket.Guess
			rules string
		}{learning.Category: {p.Said.Category, d.Category}, learning.Queue: {p.Said.Queue, d.Queue}, learning.Priority: {p.Said.Priority, d.Priority}} {
			if !judged || p.Right[field] == "" {
				continue
			}
			count(field, "", p, answer.Guess, answer.rules)
			count(field, cmp.Or(p.Language, "unknown"), p, answer.Guess, answer.rules)
		}
	})
	bar.Finish()
	var list []*comparison
	for _, c := range all {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b *comparison) int {
		return cmp.Or(slices.Index(learning.Fields, a.Field)-slices.Index(learning.Fields, b.Field),
			cmp.Compare(min(1, len(a.Language)), min(1, len(b.Language))), b.Requests-a.Requests, strings.Compare(a.Language, b.Language))
	})
	return list, err
}

// from returns what is said where it is as sure as that.
func from(g ticket.Guess, sure int) string {
	if g.Sure < sure {
		return ""
	}
	return g.Value
}

func printLearnt(w io.Writer, all []*comparison) error {
	if len(all) == 0 {
		return nil
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\t\trequests\tsuggested\tright\tfiled\tright\trules say\tright")
	for _, c := range all {
		name := c.Field
		if c.Language != "" {
			name = ""
		}
		fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%s\t%s\n", name, cmp.Or(c.Language, "all"), c.Requests, c.Learnt, c.Routed, c.Rules)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\nRequests of which an agent settled it. What agents left as the rules filed it counts as right for the rules.\n\n")
	return err
}
