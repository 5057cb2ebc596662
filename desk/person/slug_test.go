package person

import (
	"maps"
	"testing"
)

// TestNewSlugs: the slug of an article that names the person becomes another one that no article
// has; of articles of their own requests, single words of their name count as well.
func TestNewSlugs(t *testing.T) {
	c := NewCollection("ana@example.net", House{})
	rows := []Row{
		{Table: "ticket", ID: 1, Ticket: 1, Texts: map[string]string{"requester": "ana@example.net", "name": "Ana Bérg Müller", "subject": "x"}},
		{Table: "ticket", ID: 2, Ticket: 2, Texts: map[string]string{"requester": "bob@example.net", "name": "Bob", "subject": "y"}},
	}
	for i, slug := range []string{"laptop-of-ana-berg-mueller", "laptop-of-erased", "laptop-of-ana", "ana-berg-mueller", "mail-to-ana-example-net", "banana", "banana-berg-mueller", "vpn"} {
		rows = append(rows, Row{Table: "article", ID: int64(i + 1), Ticket: 2, Texts: map[string]string{"slug": slug}})
	}
	for i, slug := range []string{"ana", "berg-drops-vpn"} {
		rows = append(rows, Row{Table: "article", ID: int64(i + 20), Ticket: 1, Texts: map[string]string{"slug": slug}})
	}
	reads(c, rows)
	k := CaseOf(c, 7)
	want := map[string]string{"laptop-of-ana-berg-mueller": "laptop-of-erased-2", "ana-berg-mueller": "erased-2", "mail-to-ana-example-net": "mail-to-erased", "ana": "erased", "berg-drops-vpn": "erased-drops-vpn"}
	if !maps.Equal(k.Slugs, want) {
		t.Errorf("the new slugs are %v, want %v", k.Slugs, want)
	}
	e := NewEraser(k, func(string) bool { return false }, nil)
	for _, tt := range []struct {
		row    Row
		column string
		want   string // empty: it stays
	}{
		{Row{Table: "article", ID: 1, Texts: map[string]string{"slug": "laptop-of-ana-berg-mueller"}}, "slug", "laptop-of-erased-2"},
		{Row{Table: "article", ID: 8, Ticket: 1, Texts: map[string]string{"slug": "vpn"}}, "slug", ""},
		{Row{Table: "event", ID: 1, Ticket: 2, Kind: "article sent", Texts: map[string]string{"to_value": "laptop-of-ana-berg-mueller"}}, "to_value", "laptop-of-erased-2"},
		{Row{Table: "entry", ID: 1, Ticket: 2, Kind: "reply", Texts: map[string]string{"text": "See https://desk.example.org/kb/laptop-of-ana-berg-mueller."}}, "text", "See https://desk.example.org/kb/[erased]."},
		{Row{Table: "entry", ID: 2, Ticket: 2, Kind: "reply", Texts: map[string]string{"text": "An ana is a collection."}}, "text", ""},
	} {
		c, changed := e.Change(tt.row)
		if got := c.New[tt.column]; got != tt.want || changed != (tt.want != "") {
			t.Errorf("%s %v becomes %q", tt.row.Table, tt.row.Texts, got)
		}
	}
	if c, changed := e.Change(Row{Table: "article_reminded", Key: []any{"ana"}, Texts: map[string]string{"slug": "ana"}}); !changed || !c.Remove {
		t.Error("that its owner was reminded of an article stays, under its old slug")
	}
}

// A slug that changed changes in what was recorded of articles, and not where an agent, a queue or a
// category bears the same word.
func TestSlugsInEvents(t *testing.T) {
	e := NewEraser(Case{Slugs: map[string]string{"ana": "erased"}}, func(string) bool { return false }, nil)
	for _, tt := range []struct{ kind, column, want string }{
		{"article sent", "to_value", "erased"},
		{"article", "to_value", "erased"},
		{"article sent", "actor", "ana"},
		{"assigned", "to_value", "ana"},
		{"queue", "from_value", "ana"},
	} {
		r := Row{Table: "event", ID: 1, Ticket: 1, Kind: tt.kind, Texts: map[string]string{tt.column: "ana"}}
		if got := e.text(r, tt.column, "ana"); got != tt.want {
			t.Errorf("%s of an event %q becomes %q, want %q", tt.column, tt.kind, got, tt.want)
		}
	}
}
