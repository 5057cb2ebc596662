package tickets

import (
	"fmt"
	"math"
	"strings"

	"maildesk/cmd/maildesk/console"
	"maildesk/search"
)

// mostPrinted is how long a mark may be that somebody copies from the end of a page. With --json
// there are longer ones.
const mostPrinted = 200

// page is where one page of a search stands.
type page struct {
	mark  search.Mark // with the pages before it that were skipped by --page
	from  int         // hits of the mark that was given, which total does not count
	first int         // hits before it that total counts
	items []uint64
	total int
	older bool // others may match, too
}

// mark returns what was seen of the search: nothing yet, or what --after says.
func (c *SearchCommand) mark(what string) (search.Mark, error) {
	mark, err := search.ParseMark(c.After, what, strings.Join(c.Query, " "))
	if err != nil {
		return mark, console.UsageError(fmt.Errorf("--after: %w", err))
	}
	return mark, nil
}

// cut returns those of the hits that were not seen which stand on the page that was asked for, and
// notes which they are.
func cut[T any](c *SearchCommand, on *page, all []T, items func([]T) []uint64) []T {
	on.from, on.first = on.mark.Len(), min((c.Page-1)*c.Limit, len(all))
	on.mark = on.mark.With(items(all[:on.first]))
	all = all[on.first:min(on.first+c.Limit, len(all))]
	on.items = items(all)
	return all
}

// more returns how many hits stand behind the page.
func (on page) more() int { return on.total - on.first - len(on.items) }

// next returns the mark of the next page; empty: there is none, or it would be too long.
func (on page) next() string {
	if mark := on.mark.With(on.items); on.more() > 0 && mark.Len() <= search.MostMarked {
		return mark.String()
	}
	return ""
}

// end says how many more there are, and how they are found: behind the hits, or with --json, so
// that there are hits alone, on standard error.
func (c *SearchCommand) end(std console.Stdio, on page, what, older string) error {
	to, most := std.Out, mostPrinted
	if c.JSON {
		to, most = std.Err, math.MaxInt
	}
	if !on.older {
		older = ""
	}
	_, err := fmt.Fprintln(to, on.shown(what, most)+older)
	return err
}

// shown says what part of what was found stands on the page, with the mark of the next one where
// it has at most so many characters.
func (on page) shown(what string, most int) string {
	n, more := len(on.items), on.more()
	all := fmt.Sprintf("%d to %d", on.from+on.first+1, on.from+on.first+n)
	if on.from == 0 {
		all += " of " + countOf(on.total, what)
	}
	switch {
	case n == 0 && on.from > 0:
		return "No further " + what + "s."
	case n == 0 && on.total == 0:
		return "No " + what + "s."
	case n == 0:
		return fmt.Sprintf("No further %ss: there are %s.", what, countOf(on.total, what))
	case more > 0:
		next := "--after " + on.next()
		if on.next() == "" || len(next) > most {
			next = "a greater --limit, or more words, find them"
		}
		return fmt.Sprintf("%s; %d more: %s", all, more, next)
	case on.from+on.first > 0:
		return all + "."
	}
	return countOf(n, what) + "."
}

func countOf(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
