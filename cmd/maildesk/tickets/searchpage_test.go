package tickets

import (
	"bytes"
	"cmp"
	"math"
	"strings"
	"testing"

	"maildesk/cmd/maildesk/console"
	"maildesk/search"
)

// TestSearchPageBounds: a page beyond all bounds is refused before anything is read.
func TestSearchPageBounds(t *testing.T) {
	for _, c := range []SearchCommand{
		{Limit: 20, Page: math.MaxInt64 / 10, Query: []string{"jams"}},
		{Limit: math.MaxInt64, Page: 2, Query: []string{"jams"}},
		{Limit: math.MaxInt64, Page: 1, Query: []string{"in:articles"}},
		{Limit: 0, Page: 1, Query: []string{"jams"}},
		{Limit: 20, Page: -1, Query: []string{"jams"}},
	} {
		if err := c.Run(console.ConfigPath("/nowhere"), t.Context(), console.Stdio{}); err == nil || !strings.Contains(err.Error(), "--limit") {
			t.Errorf("--limit %d --page %d: %v, want an error about --limit", c.Limit, c.Page, err)
		}
	}
}

// TestSearchPage: a page says which part of all it has, and how the next one is got. With --json
// that does not stand among the hits.
func TestSearchPage(t *testing.T) {
	itself := func(all []uint64) []uint64 { return all }
	numbers := func(from, n int) (all []uint64) {
		for i := range n {
			all = append(all, uint64(from+i*i*i)) // apart, as what is found is
		}
		return all
	}
	none := search.MarkOf(search.MarkTickets, "jams")
	seen := none.With(numbers(1, 20))
	for _, tt := range []struct {
		name        string
		limit, page int
		mark        search.Mark
		found       []uint64 // not seen
		older       bool
		told        string // MARK: that of all up to the page
		json        string // empty: the same
	}{
		{"all", 20, 1, none, numbers(1, 3), false, "3 tickets.", ""},
		{"one", 20, 1, none, numbers(1, 1), false, "1 ticket.", ""},
		{"none", 20, 1, none, nil, false, "No tickets.", ""},
		{"none, at a bound", 20, 1, none, nil, true, "No tickets. Older ones.", ""},
		{"the first page", 20, 1, none, numbers(1, 45), false, "1 to 20 of 45 tickets; 25 more: --after MARK", ""},
		{"the third page", 20, 3, none, numbers(1, 45), false, "41 to 45 of 45 tickets.", ""},
		{"the fourth page", 20, 4, none, numbers(1, 45), false, "No further tickets: there are 45 tickets.", ""},
		{"behind a mark", 20, 1, seen, numbers(9000, 25), false, "21 to 40; 5 more: --after MARK", ""},
		{"behind a mark, the last", 20, 2, seen, numbers(9000, 25), false, "41 to 45.", ""},
		{"behind a mark, none", 20, 1, seen, nil, false, "No further tickets.", ""},
		{"a long mark", 150, 1, none, numbers(1, 160), false, "1 to 150 of 160 tickets; 10 more: a greater --limit, or more words, find them", "1 to 150 of 160 tickets; 10 more: --after MARK"},
		{"too long a mark", search.MostMarked + 1, 1, none, numbers(1, search.MostMarked+3), true, "1 to 2001 of 2003 tickets; 2 more: a greater --limit, or more words, find them Older ones.", ""},
	} {
		for _, json := range []bool{false, true} {
			c := &SearchCommand{JSON: json, Limit: tt.limit, Page: tt.page}
			on := page{mark: tt.mark, total: len(tt.found), older: tt.older}
			hits := cut(c, &on, tt.found, itself)
			var among, out bytes.Buffer
			std := console.Stdio{Out: &out, Err: &among}
			want := tt.told
			if json {
				std = console.Stdio{Out: &among, Err: &out}
				want = cmp.Or(tt.json, want)
			}
			err := c.end(std, on, "ticket", " Older ones.")
			want = strings.ReplaceAll(want, "MARK", on.mark.With(hits).String())
			if got := strings.TrimSpace(out.String()); got != want || err != nil || among.Len() > 0 {
				t.Errorf("%s, JSON %t: %q, %v, want %q", tt.name, json, got, err, want)
			}
		}
	}
}
