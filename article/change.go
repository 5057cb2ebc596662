package article

import (
	"slices"
	"strings"

	"maildesk/ticket"
)

// Changes returns what differs between two revisions of an article, as names of the front
// matter and "text LANGUAGE"; nothing: they say the same. Of a zero article everything
// that there is differs.
func Changes(was, is ticket.Article) (all []string) {
	for _, f := range []struct{ name, was, is string }{
		{"state", string(was.State), string(is.State)}, {"audience", string(was.Audience), string(is.Audience)}, {"owner", was.Owner, is.Owner},
		{"category", was.Category, is.Category}, {"review", was.Review, is.Review},
	} {
		if f.was != f.is {
			all = append(all, f.name)
		}
	}
	text := func(a ticket.Article, language string) (ticket.Text, bool) {
		i := slices.IndexFunc(a.Texts, func(t ticket.Text) bool { return t.Language == language })
		if i < 0 {
			return ticket.Text{}, false
		}
		return ticket.Text{Title: strings.TrimSpace(a.Texts[i].Title), Body: clean(a.Texts[i].Body)}, true
	}
	var languages []string
	for _, t := range slices.Concat(was.Texts, is.Texts) {
		languages = append(languages, t.Language)
	}
	slices.Sort(languages)
	for _, l := range slices.Compact(languages) {
		before, _ := text(was, l)
		after, there := text(is, l)
		switch {
		case !there:
			all = append(all, "text "+l+" removed")
		case before.Title != after.Title || before.Body != after.Body:
			all = append(all, "text "+l)
		}
	}
	return all
}

// Result is what an import does with an article. Closed set.
type Result string

// The results.
const (
	Added     Result = "new"
	Changed   Result = "changed"
	Unchanged Result = "unchanged"
	Conflict  Result = "conflict" // the desk's is newer than what the file was made from
)

// Outcome is what an import does with one article.
type Outcome struct {
	Slug    string   `json:"slug"`
	Result  Result   `json:"result"`
	Changes []string `json:"changes,omitempty"` // as of [Changes]
	File    int      `json:"file"`              // revision from which the file was made, 0: it does not say
	Desk    int      `json:"desk"`              // revision of the desk, 0: it has none
}

// Compare returns what an import does with an article that was read from a folder. found
// is the desk's, a zero one where it has none.
//
// A file says from which revision it was made. Where the desk has gone on since, and says
// something else, the import would undo what somebody wrote there.
func Compare(found, read ticket.Article) Outcome {
	o := Outcome{Slug: read.Slug, Changes: Changes(found, read), File: read.Revision, Desk: found.Revision}
	switch {
	case found.Revision == 0:
		o.Result = Added
	case len(o.Changes) == 0:
		o.Result = Unchanged
	case read.Revision != found.Revision:
		o.Result = Conflict
	default:
		o.Result = Changed
	}
	return o
}
