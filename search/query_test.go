package search

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/ticket"
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// house is a desk with two categories, one below the other.
func house() Desk {
	return Desk{
		Queues: []string{"first-line", "Network"}, Agents: []string{"alice", "bob"}, Categories: []string{"network", "vpn", "printing"},
		Within: func(c, above string) bool { return c == above || c == "vpn" && above == "network" },
		Me:     "alice", Now: noon,
	}
}

func word(w string) ticket.Term { return ticket.Term{Words: w} }

func TestParse(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC) }
	for _, tt := range []struct {
		text string
		want ticket.Query
	}{
		{"", ticket.Query{}},
		{"printer jams", ticket.Query{All: []ticket.Term{word("printer"), word("jams")}}},
		{`"annual leave" form`, ticket.Query{All: []ticket.Term{word("annual leave"), word("form")}}},
		{`„zweiter Stock“ “second floor” «au deuxième»`, ticket.Query{All: []ticket.Term{word("zweiter Stock"), word("second floor"), word("au deuxième")}}},
		{`"never closed`, ticket.Query{All: []ticket.Term{word("never closed")}}},
		{"print* pr* *", ticket.Query{All: []ticket.Term{{Words: "print", Prefix: true}, word("pr*")}}},
		{`"0"* "no"*`, ticket.Query{All: []ticket.Term{word("0"), word("no")}}},
		{`"second flo"*`, ticket.Query{All: []ticket.Term{{Words: "second flo", Prefix: true}}}},
		{`toner -epson -"out of paper" - -- x-ray`, ticket.Query{All: []ticket.Term{word("toner"), word("x-ray")}, None: []ticket.Term{word("epson"), word("out of paper")}}},
		{"https://example.net:8080 a:b OR NEAR(x)", ticket.Query{All: []ticket.Term{word("https://example.net:8080"), word("a:b"), word("OR"), word("NEAR(x)")}}},
		{"from: status: x", ticket.Query{All: []ticket.Term{word("from:"), word("status:"), word("x")}}},
		{`subject:vpn -subject:"no tunnel" title:conn*`, ticket.Query{All: []ticket.Term{{Words: "vpn", Subject: true}, {Words: "conn", Prefix: true, Subject: true}}, None: []ticket.Term{{Words: "no tunnel", Subject: true}}}},
		{`FROM:ana from:ana requester:"Ana Lima"`, ticket.Query{From: "ana", Requester: "Ana Lima"}},
		{"requester:Ana@Example.net", ticket.Query{Tickets: ticket.Filter{Requester: "Ana@Example.net"}}},
		{"status:Open,new level:2 priority:urgent lang:DE tag:VIP tag:x", ticket.Query{Tickets: ticket.Filter{
			Status: []ticket.Status{ticket.StatusOpen, ticket.StatusNew}, Level: 2, Priorities: []ticket.Priority{ticket.PriorityUrgent}, Language: "de", Tags: []string{"vip", "x"}}}},
		{"-status:closed,resolved", ticket.Query{Tickets: ticket.Filter{Status: ticket.Statuses[:4]}}},
		{"is:open", ticket.Query{Tickets: ticket.Filter{Status: ticket.Statuses[:4]}}},
		{"is:open status:new", ticket.Query{Tickets: ticket.Filter{Status: ticket.Statuses[:1]}}},
		{"status:new,open status:open,closed", ticket.Query{Tickets: ticket.Filter{Status: []ticket.Status{ticket.StatusOpen}}}},
		{"-status:closed status:closed,new", ticket.Query{Tickets: ticket.Filter{Status: []ticket.Status{ticket.StatusNew}}}},
		{"status:new,closed is:open", ticket.Query{Tickets: ticket.Filter{Status: ticket.Statuses[:1]}}},
		{"queue:network agent:BOB", ticket.Query{Tickets: ticket.Filter{Queue: "Network", Assignee: "bob"}}},
		{"category:network", ticket.Query{Tickets: ticket.Filter{Categories: []string{"network", "vpn"}}}},
		{"is:mine assignee:me", ticket.Query{Tickets: ticket.Filter{Assignee: "alice"}}},
		{"is:late is:unassigned is:incident has:file", ticket.Query{Files: true, Tickets: ticket.Filter{LateAt: noon, Unassigned: true, Incident: true}}},
		{"since:30d until:2026-11-01", ticket.Query{Tickets: ticket.Filter{ActiveFrom: noon.AddDate(0, 0, -30), MadeBefore: day(2)}}},
		{"since:7d since:30d until:2026-11-01 until:2026-11-05", ticket.Query{Tickets: ticket.Filter{ActiveFrom: noon.AddDate(0, 0, -7), MadeBefore: day(2)}}},
		{"since:30d since:7d until:2026-11-05 until:2026-11-01", ticket.Query{Tickets: ticket.Filter{ActiveFrom: noon.AddDate(0, 0, -7), MadeBefore: day(2)}}},
		{"since:999999y", ticket.Query{Tickets: ticket.Filter{ActiveFrom: time.Unix(0, 0).UTC()}}},
		{strings.Repeat("k", 101) + " short", ticket.Query{All: []ticket.Term{word("short")}}},
		{"in:articles vpn", ticket.Query{In: ticket.InArticles, All: []ticket.Term{word("vpn")}}},
		{"IN:Tickets in:tickets since:30d", ticket.Query{In: ticket.InTickets, Tickets: ticket.Filter{ActiveFrom: noon.AddDate(0, 0, -30)}}},
		{"a\x00b \xff", ticket.Query{All: []ticket.Term{word("a\uFFFDb")}}},
	} {
		tt.want.Now = noon
		got, err := Parse(tt.text, house())
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("Parse(%q) =\n%+v, %v; want\n%+v", tt.text, got, err, tt.want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	nobody := house()
	nobody.Me = ""
	for _, tt := range []struct {
		text, says string
		desk       Desk
	}{
		{"status:opne", `there is no status "opne"; it can be new, open, pending, on-hold, resolved, closed`, house()},
		{"queue:hr", `there is no queue "hr"; it can be first-line, Network`, house()},
		{"queue:hr", `there is no queue at all`, Desk{Now: noon}},
		{"agent:zoe", `there is no agent "zoe"; it can be alice, bob`, house()},
		{"category:car", `there is no category "car"; it can be network, vpn, printing`, house()},
		{"priority:top", `there is no priority "top"; it can be low, normal, high, urgent`, house()},
		{"level:4", `there is no level "4"; it can be 1, 2, 3`, house()},
		{"has:wings", `has:wings does not exist; there is has:file`, house()},
		{"is:red", `is:red does not exist; there is is:open, is:late, is:mine, is:unassigned, is:incident`, house()},
		{"lang:german", `there is no language "german"; it can be en,`, house()},
		{"since:yesterday", `since:yesterday is not a time: write how long ago, as 12h, 30d`, house()},
		{"until:32d13", `until:32d13 is not a time`, house()},
		{"-queue:network", `-queue: cannot be excluded`, house()},
		{"from:ana from:kim", `from: is there twice`, house()},
		{"category:vpn category:printing", `category: is there twice`, house()},
		{"status:closed is:open", `leaves nothing to find`, house()},
		{"is:open status:resolved", `leaves nothing to find`, house()},
		{"status:new status:open", `divided by commas`, house()},
		{"-status:closed status:closed", `leaves nothing to find`, house()},
		{"status:closed -status:closed", `leaves nothing to find`, house()},
		{"-priority:low priority:low", `leaves nothing to find`, house()},
		{"is:mine", `is:mine needs an agent who asks`, nobody},
		{"in:notes", `in:notes does not exist; there is in:tickets, in:articles`, house()},
		{"in:articles in:tickets", `in: is there twice`, house()},
		{"status:open in:articles vpn", `status: is a field of tickets; beside in:articles there can be`, house()},
	} {
		_, err := Parse(tt.text, tt.desk)
		if wrong, is := errors.AsType[*ValueError](err); !is || !strings.Contains(wrong.Error(), tt.says) {
			t.Errorf("Parse(%q): %v; want %q", tt.text, err, tt.says)
		}
	}
	kept := house()
	kept.Kept = func(field, name string) bool { return field == "queue" && name == "gone" }
	if q, err := Parse("queue:gone", kept); err != nil || q.Tickets.Queue != "gone" {
		t.Errorf("a queue of former times: %+v, %v", q, err)
	}
}

// FuzzParse: whatever is typed is read or refused, and what is read as a text has a letter or
// digit and stands in what was typed.
func FuzzParse(f *testing.F) {
	for _, text := range []string{`"quo"ted" AND NOT (x OR y*) ^z`, "a:b -c +d", "NEAR(a b, 3)", "status:", `from:"`, `-"`, "-subject:“x", "«»", "\u0301a*", "x\x00y \xff", `"0"*`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := Parse(text, house())
		if _, is := errors.AsType[*ValueError](err); err != nil && !is {
			t.Fatalf("Parse(%q): %v", text, err)
		}
		for _, term := range slices.Concat(q.All, q.None) {
			if !hasWord(term.Words) || !strings.Contains(Bounded(clean(text)), term.Words) {
				t.Errorf("Parse(%q) looks for %q", text, term.Words)
			}
		}
		if len(q.All)+len(q.None) > maxTerms {
			t.Errorf("Parse(%q) looks for %d terms", text, len(q.All)+len(q.None))
		}
		Line(text, q.All)
	})
}

func TestLine(t *testing.T) {
	long := strings.Repeat("before ", 60) + "the Drücker klemmt " + strings.Repeat("after ", 60)
	for _, tt := range []struct {
		text, query, want string
	}{
		{"Hello,\n  the printer jams.  \nThank you", "printer", "the printer jams."},
		{"The printer.\nA printer that jams", "jams printer", "A printer that jams"},
		{"Der Drücker\r\nklemmt", "drucker", "Der Drücker"},
		{"Le café est fermé", "CAFE", "Le café est fermé"},
		{"w Łodzi\nnie działa", "dziala", "nie działa"},
		{"In der Straße\nsteht einer", "STRASSE", "In der Straße"},
		{"Smørrebrød, tak", `"smorrebrod tak"`, "Smørrebrød, tak"},
		{"Ελληνικά\nοδός", "ΟΔΟΣ", "οδός"},
		{"l'œuvre", "oeu*", "l'œuvre"},
		{"annual\nannual leave", `"annual leave"`, "annual leave"},
		{"no tuner\nthe tunnel", "tun*", "no tuner"},
		{"nothing", "printer", ""},
		{"a sprinter", "printer", ""},
		{"error: connection-refused (17)", "connection-refused", "error: connection-refused (17)"},
	} {
		q, err := Parse(tt.query, house())
		if got := Line(tt.text, q.All); err != nil || got != tt.want {
			t.Errorf("Line(%q, %q) = %q, %v; want %q", tt.text, tt.query, got, err, tt.want)
		}
	}
	got := Line(long, []ticket.Term{word("drucker")})
	if !strings.Contains(got, "the Drücker klemmt") || len([]rune(got)) != LineWidth || !strings.HasPrefix(got, "…") || !strings.HasSuffix(got, "…") {
		t.Errorf("of a long line: %q", got)
	}
}

func TestBounded(t *testing.T) {
	for text, want := range map[string]string{
		"a short text": "a short text", "key " + strings.Repeat("x", 101) + " end": "key  end", strings.Repeat("é", 100): strings.Repeat("é", 100), FileMark: " file",
	} {
		if got := Bounded(text); got != want {
			t.Errorf("Bounded(%q) = %q; want %q", text, got, want)
		}
	}
}

// TestFold: what is one word to people is one text.
func TestFold(t *testing.T) {
	for _, same := range [][]string{
		{"printer 17", "Printer 17", "PRINTER 17"}, {"lodz", "łódź", "ŁÓDŹ", "Lodz", "Ło\u0301dz\u0301"}, {"strasse", "Straße", "STRASSE", "STRAẞE"}, {"οδοσ", "οδός", "ΟΔΟΣ"}, {"izmir", "İzmir", "ızmır", "IZMIR"},
		{"drucker", "Drücker"}, {"file", "ﬁle"}, {FileMark, FileMark}, {"", ""},
	} {
		for _, text := range same {
			if got := Fold(text); got != same[0] {
				t.Errorf("Fold(%q) = %q; want %q", text, got, same[0])
			}
		}
	}
}

func TestNames(t *testing.T) {
	for _, tt := range []struct {
		part string
		want bool
	}{
		{"lukasz", true}, {"ŁUKASZ", true}, {"strasser", true}, {"Straßer", true}, {"orsted", true}, {"luka sz", false},
		{"jose", true}, {"JOSÉ", true}, {"Lima", true}, {"example.net", true}, {"@example.net", true}, {"jl@example.net", true}, {"l@example.net", false}, {"ana", false},
	} {
		if got := Names(tt.part, "jl@Example.net", "José Łukasz Straßer-Ørsted Lima"); got != tt.want {
			t.Errorf("Names(%q) = %t", tt.part, got)
		}
	}
}

// A fresh ticket stands before an old one whose text matches as well, not before one
// whose text matches more than twice as well.
func TestScore(t *testing.T) {
	old := noon.AddDate(-9, 0, 0)
	if Score(1, noon, noon) <= Score(1, old, noon) || Score(1, noon, noon) >= Score(2.01, old, noon) || Score(1, noon.Add(time.Hour), noon) != 1 {
		t.Errorf("now %v, old %v, old and twice as good %v", Score(1, noon, noon), Score(1, old, noon), Score(2.01, old, noon))
	}
}
