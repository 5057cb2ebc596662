package routing

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"maildesk/calendar"
	"maildesk/faulttest"
)

// office is a small desk with three levels.
func office(rules ...Rule) Desk {
	return Desk{
		Fallback: "first-line",
		Queues: []Queue{
			{Name: "first-line", Level: 1, Agents: []string{"alice"}},
			{Name: "network", Level: 2, Agents: []string{"bob"}},
			{Name: "vendor", Level: 3, Agents: []string{"bob"}},
		},
		Categories: []Category{
			{Name: "network", Kind: "incident", Priority: "high", Path: []string{"first-line", "network", "vendor"}, Start: 2},
			{Name: "vpn", Parent: "network", Priority: "urgent"},
			{Name: "question", Kind: "question"},
		},
		Rules: rules,
	}
}

func withCalendar(d Desk) Desk {
	d.Calendars = []calendar.Calendar{{Name: "office", Timezone: "UTC", Hours: []string{"mon-fri 09:00-17:00"}}}
	return d
}

func compile(t *testing.T, d Desk) *Rules {
	t.Helper()
	r, err := Compile(d)
	if err != nil {
		t.Fatalf("Compile = %v", err)
	}
	return r
}

func TestRoute(t *testing.T) {
	vpn := Rule{Name: "VPN", When: `subject matches "(?i)\\bvpn\\b"`, Category: "vpn"}
	tests := []struct {
		name  string
		rules []Rule
		facts Facts
		want  Decision
	}{
		{"no rules", nil, Facts{}, Decision{Priority: "normal", Queue: "first-line", Level: 1, Rules: []string{}}},
		{"a category gives all, its parent too", []Rule{vpn}, Facts{Subject: "my VPN is down"},
			Decision{Category: "vpn", Kind: "incident", Priority: "urgent", Queue: "network", Level: 2, Rules: []string{"VPN"}}},
		{"not fired", []Rule{vpn}, Facts{Subject: "vpnish"}, Decision{Priority: "normal", Queue: "first-line", Level: 1, Rules: []string{}}},
		{"a category without path goes to the fallback", []Rule{{Name: "q", Category: "question"}}, Facts{},
			Decision{Category: "question", Kind: "question", Priority: "normal", Queue: "first-line", Level: 1, Rules: []string{"q"}}},
		{"the first that sets a field wins", []Rule{{Name: "a", Priority: "low"}, {Name: "b", Priority: "high", Queue: "vendor"}}, Facts{},
			Decision{Priority: "low", Queue: "vendor", Level: 3, Rules: []string{"a", "b"}}},
		{"a rule's queue beats the category's path", []Rule{{Name: "a", Category: "vpn", Queue: "vendor"}}, Facts{},
			Decision{Category: "vpn", Kind: "incident", Priority: "urgent", Queue: "vendor", Level: 3, Rules: []string{"a"}}},
		{"tags add up", []Rule{{Name: "a", Tags: []string{"x", "y"}}, {Name: "b", Tags: []string{"y", "z"}}}, Facts{},
			Decision{Priority: "normal", Queue: "first-line", Level: 1, Tags: []string{"x", "y", "z"}, Rules: []string{"a", "b"}}},
		{"stop ends the list", []Rule{{Name: "a", Stop: true}, {Name: "b", Priority: "high"}}, Facts{},
			Decision{Priority: "normal", Queue: "first-line", Level: 1, Rules: []string{"a"}}},
		{"stop of a rule that did not fire", []Rule{{Name: "a", When: "size > 1", Stop: true}, {Name: "b", Priority: "high"}}, Facts{},
			Decision{Priority: "high", Queue: "first-line", Level: 1, Rules: []string{"b"}}},
		{"everything else a rule can set", []Rule{{Name: "a", Kind: "question", Assignee: "bob", Template: "t", Language: "fr", Spam: true, NoAck: true, Onlookers: []string{"vendor"}}}, Facts{},
			Decision{Kind: "question", Priority: "normal", Queue: "first-line", Level: 1, Assignee: "bob", Template: "t", Language: "fr", Spam: true, NoAck: true,
				Onlookers: []string{"vendor"}, Rules: []string{"a"}}},
		{"a failing rule does not fire", []Rule{{Name: "a", When: "to[3] == from"}, {Name: "b"}}, Facts{},
			Decision{Priority: "normal", Queue: "first-line", Level: 1, Rules: []string{"b"},
				Problems: []string{`rule "a": the condition failed: index out of range: 3 (array length is 0)`}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := compile(t, office(tt.rules...)).Route(tt.facts)
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("Route(%+v) =\n%+v, want\n%+v", tt.facts, got, tt.want)
			}
		})
	}
}

func TestConditions(t *testing.T) {
	f := Facts{
		Subject: "Drucker im 2. Stock: Papierstau!", Body: "Bitte Passwort zurücksetzen.\nDanke", Reply: "Bitte",
		From: "ana@cs.example.org", FromDomain: "cs.example.org", FromName: "Ana", To: []string{"help@example.org"},
		Recipients: []string{"help@example.org"}, ReversePath: "ana@cs.example.org", Client: "192.0.2.7", Source: "smtp",
		Headers:     map[string]string{"x-priority": "1 (Highest)", "received": "a\nb"},
		Attachments: []Attachment{{"scan.PDF", "application/pdf", 5000}, {"run.exe", "application/octet-stream", 10}},
		Size:        70000, Language: "de", Class: "person", Received: time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC), TLS: true,
		OpenTickets: 2, AllTickets: 9, SPF: "pass", DMARC: "fail",
	}
	tests := []struct {
		when string
		want bool
	}{
		{`subject contains "Drucker"`, true},
		{`lower(subject) contains "papierstau"`, true},
		{`has_word(subject, "papierstau")`, true},
		{`has_word(subject, "papier")`, false},
		{`has_word(body, "PASSWORT zurücksetzen", "reset")`, true},
		{`has_word(body, "zurücksetzen danke")`, true},
		{`has_word(body, "zuru\u0308cksetzen")`, true},
		{`header("X-PRIORITY") startsWith "1"`, true},
		{`header("X-Absent") == ""`, true},
		{`headers["received"] == "a\nb"`, true},
		{`importance == "high"`, true},
		{`working_hours or true`, true},
		{`in_network(client, "10.0.0.0/8", "192.0.2.0/24")`, true},
		{`in_network(client, "192.0.2.8/32")`, false},
		{`in_network(from, "192.0.2.0/24")`, false},
		{`spf == "pass" and dkim == "" and dmarc == "fail"`, true},
		{`domain(reverse_path) == "cs.example.org"`, true},
		{`in_domain(from, "example.org")`, true},
		{`in_domain(from, "ample.org", "s.example.org")`, false},
		{`from_domain endsWith ".example.org" and from_name == "Ana"`, true},
		{`any(attachments, lower(.name) endsWith ".pdf" and .size < 10000)`, true},
		{`any(attachments, .type matches "^image/")`, false},
		{`count(attachments, .size > 0) == 2 and len(attachments) == 2`, true},
		{`"help@example.org" in recipients and to[0] == recipients[0]`, true},
		{`source in ["smtp", "imap"] and client == "192.0.2.7"`, true},
		{`size > 64 * 1024 and not (language == "en") and class == "person" and tls`, true},
		{`received.Hour() == 9 and received > date("2026-11-24")`, true},
		{`open_tickets + 7 == all_tickets`, true},
		{`reply == "Bitte"`, true},
		{`language != "" and class startsWith "per" and importance in ["high", "low"]`, true},
		{`subject contains "Drucker" and from_name != "ANA"`, true},
		{"subject contains 'x' or\n  body contains 'Danke'", true},
	}
	for _, tt := range tests {
		r := compile(t, withCalendar(office(Rule{Name: "r", When: tt.when})))
		d := r.Route(f)
		if got := len(d.Rules) == 1; got != tt.want || len(d.Problems) > 0 {
			t.Errorf("Route with %s: fired = %t (problems %q), want %t", tt.when, got, d.Problems, tt.want)
		}
	}
}

// TestHasWordInPlainLetters: has_word finds a word in whichever of the two ways either is written.
func TestHasWordInPlainLetters(t *testing.T) {
	for _, tt := range []struct {
		text, word string
		want       bool
	}{
		{"Drukarka w Łodzi nie działa", "lodzi", true},
		{"Drukarka nie dziala", "działa", true},
		{"Skærmen er død på Ærø", "dod", true},
		{"Skaermen er dod", "skærmen", true},
		{"Bitte schließen Sie die Straße", "strasse", true},
		{"BITTE SCHLIESSEN", "schließen", true},
		{"Yazıcı İzmir'de çalışmıyor", "yazici izmir", true},
		{"L'œuvre de la société", "oeuvre", true},
		{"Η ΟΔΟΣ ΕΙΝΑΙ ΚΛΕΙΣΤΗ", "οδός", true},
		{"Drukarka w Łodzi", "lod", false},
		{"हिन्दी", "हन्दी", false},
	} {
		r := compile(t, office(Rule{Name: "r", When: "has_word(subject, '" + tt.word + "')"}))
		if got := len(r.Route(Facts{Subject: tt.text}).Rules) == 1; got != tt.want {
			t.Errorf("has_word(%q, %q) = %t, want %t", tt.text, tt.word, got, tt.want)
		}
	}
}

func TestCompileMistakes(t *testing.T) {
	ok := office()
	change := func(f func(*Desk)) Desk { d := office(); f(&d); return d }
	tests := []struct {
		name string
		desk Desk
		want string // of the joined error, one line per mistake
	}{
		{"no fallback", change(func(d *Desk) { d.Fallback = "" }), `desk "": fallback: the fallback queue is missing; name the queue of everything that no rule sends elsewhere`},
		{"unknown fallback", change(func(d *Desk) { d.Fallback = "frist-line" }), `desk "": fallback: there is no queue "frist-line"; did you mean "first-line"?`},
		{"level", change(func(d *Desk) { d.Queues[0].Level = 4; d.Categories = nil }), `queue "first-line": level: level 4 does not exist; write 1 (first line), 2 (specialists) or 3 (experts, vendors)`},
		{"two queues", change(func(d *Desk) { d.Queues = append(d.Queues, d.Queues[0]) }), `queue "first-line": name: there are two queues named "first-line"; give one of them another name`},
		{"path queue", change(func(d *Desk) { d.Categories[0].Path[2] = "nasa" }), `category "network": path: there is no queue "nasa"; add a [[queue]] block with name = "nasa"`},
		{"path down", change(func(d *Desk) { d.Categories[2].Path = []string{"network", "first-line"} }), `category "question": path: queue "first-line" of level 1 comes after a queue of level 2; a path climbs: order its queues by level, one queue per level`},
		{"path circle", change(func(d *Desk) { d.Categories[2].Path = []string{"network", "network"} }), `category "question": path: the path goes through "network" twice; name each queue once, one per level`},
		{"start", change(func(d *Desk) { d.Categories[0].Start = 4; d.Categories[1].Start = 1 }), `category "network": start: level 4 does not exist; write the level 1, 2 or 3 of one of the path's queues`},
		{"start not on the path", change(func(d *Desk) { d.Categories[2].Path = []string{"network"}; d.Categories[2].Start = 3 }), `category "question": start: the path has no queue of level 3; write the level of one of the path's queues`},
		{"parent", change(func(d *Desk) { d.Categories[1].Parent = "netwrok" }), `category "vpn": parent: there is no category "netwrok"; did you mean "network"?`},
		{"circle", change(func(d *Desk) { d.Categories[0].Parent = "vpn" }), `category "network": parent: category "network" is its own ancestor; a category tree has one root: remove one parent of the circle` + "\n" +
			`category "vpn": parent: category "vpn" is its own ancestor; a category tree has one root: remove one parent of the circle`},
		{"words", office(Rule{Name: "a", Kind: "insident", Priority: "top"}), `rule "a": kind: "insident" is not a kind; did you mean "incident"?` + "\n" + `rule "a": priority: "top" is not a priority; write one of low, normal, high, urgent`},
		{"unknown things", office(Rule{Name: "a", Queue: "x", Category: "y", Onlookers: []string{"network", "vendro"}}), `rule "a": queue: there is no queue "x"; add a [[queue]] block with name = "x"` + "\n" +
			`rule "a": onlookers: there is no queue "vendro"; did you mean "vendor"?` + "\n" + `rule "a": category: there is no category "y"; add a [[category]] block with name = "y"`},
		{"names", office(Rule{}, Rule{Name: "a"}, Rule{Name: "a"}), `rule "": name: a rule needs a name; it is shown on the ticket: say what the rule is for` + "\n" + `rule "a": name: there are two rules named "a"; give one of them another name`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := Compile(tt.desk)
			if r != nil || err == nil || err.Error() != tt.want {
				t.Errorf("Compile = %v, %v\nwant error %s", r, err, tt.want)
			}
		})
	}
	compile(t, ok)
}

func TestConditionMistakes(t *testing.T) {
	tests := []struct {
		when           string
		line, column   int
		reason, remedy string
	}{
		{`subjcet contains "x"`, 1, 1, `there is no "subjcet"`, `did you mean "subject"?`},
		{`has_word(subjcet, "x")`, 1, 10, `there is no "subjcet"`, `did you mean "subject"?`},
		{`header(naem) == "x"`, 1, 8, `there is no "naem"`, "see the names in docs/routing.md"},
		{`in_domain(frmo, "x.example")`, 1, 11, `there is no "frmo"`, `did you mean "from"?`},
		{"size > 3 and\n  bdoy == 'x'", 2, 3, `there is no "bdoy"`, `did you mean "body"?`},
		{`subject contains`, 1, 17, `the condition ends too early`, `complete it: a value, a quote or a bracket is missing`},
		{`subject matches "(?=x)"`, 1, 9, "error parsing regexp: invalid or unsupported Perl syntax: `(?=`", `correct the pattern (RE2 syntax; no look-ahead, no back-references)`},
		{`subject matches body`, 1, 17, `the pattern of matches must be written out in quotes`, `see the language of conditions in docs/routing.md`},
		{`subject + body == "x"`, 1, 9, `texts cannot be added in a condition`, `see the language of conditions in docs/routing.md`},
		{`subject`, 1, 1, `the condition is not true or false: expected bool, but got string`, `compare it with something, as in subject contains "printer"`},
		{`size > "x"`, 1, 8, `"x" is not a size`, `write a number of bytes, or a size as "500KiB", "10MiB" or "1GiB"`},
		{`in_domain(from)`, 1, 1, `in_domain looks for nothing, so it is never true`, `write what is looked for, as in in_domain(from, "example.org")`},
		{`received < date("24.12.2026")`, 1, 17, `"24.12.2026" is not a date`, `write it as in date("2026-12-24")`},
		{`received.Add(duration("2 days")) > received`, 1, 23, `"2 days" is not a duration`, `write it as in duration("48h")`},
		{`now() > received`, 1, 1, `there is no "now"`, `see the names in docs/routing.md`},
		{`len(map(1..10, body)) > 0`, 1, 5, `map cannot be used in a condition`, `ask with any, all, none, one or count`},
		{`has_word(subject, 3)`, 1, 19, `cannot use int as argument (type string) to call has_word `, `see the language of conditions in docs/routing.md`},
		{`tls and working_hours`, 1, 9, "working_hours needs a [[calendar]]", "add one: it says when the desk works"},
		{`in_list(from, "vip")`, 1, 15, `there is no list "vip"`, `add a [[list]] block with name = "vip"`},
		{`in_list(from, subject)`, 1, 15, `what in_list looks for must be written out in quotes`, `see the language of conditions in docs/routing.md`},
		{`has_word(subject, body)`, 1, 19, `what has_word looks for must be written out in quotes`, `see the language of conditions in docs/routing.md`},
		{`in_network(client, "10.0.0.0/8", "10.0.0.1")`, 1, 34, `"10.0.0.1" is not a network`, `write it with its length, as in "192.0.2.0/24"`},
		{`body contains 'x' and $mail == nil`, 1, 23, `there is no "$mail"`, `see the names in docs/routing.md`},
		{`len($env) > 0`, 1, 5, `there is no "$env"`, `see the names in docs/routing.md`},
		{`from == "Alice@example.org"`, 1, 9, `from is always in lower case, never "Alice@example.org"`, "write it in lower case"},
		{`from_domain in ["a.example", "B.example"]`, 1, 30, `from_domain is always in lower case, never "B.example"`, "write it in lower case"},
		{`"IT@example.org" in recipients`, 1, 1, `recipients is always in lower case, never "IT@example.org"`, "write it in lower case"},
		{`from endsWith "Example.org"`, 1, 15, `from is always in lower case, never "Example.org"`, "write it in lower case"},
		{`class == "human"`, 1, 10, `class is never "human"`, "it is one of person, auto-reply, auto-generated, list, bounce, report, spam"},
		{`importance != "urgent"`, 1, 15, `importance is never "urgent"`, "it is one of high, normal, low"},
		{`language in ["de", "french"]`, 1, 20, `language is never "french"`, `write two letters (ISO 639-1), as in "de"; "" is unknown`},
		{`from = "a"`, 1, 6, `unexpected token Operator("=")`, `compare with ==`},
		{`subject.contains("vpn")`, 1, 9, `contains is not a function`, `write it between the two, as in subject contains "printer"`},
		{`matches(subject, "vpn")`, 1, 1, `matches is not a function`, `write it between the two, as in subject matches "printer"`},
		{`not startsWith(subject, "vpn")`, 1, 5, `startsWith is not a function`, `write it between the two, as in subject startsWith "printer"`},
		{`to == "help@example.org"`, 1, 4, `a list cannot be compared with a text`, `ask whether the text is among them, as in "help@example.org" in to`},
		{`attachments > 3`, 1, 13, `a list cannot be compared with a number`, `count its items, as in len(attachments) > 3`},
		{`domain == "example.org"`, 1, 8, `a function cannot be compared`, `call it, as in domain(from)`},
		{`size > 10MiB`, 1, 10, `bad number syntax: "10M"`, `write a size in quotes, as in size > "10MiB"`},
		{`has_word(subject, “vpn”)`, 1, 19, `unrecognized character: U+201C '“'`, `write straight quotes, as in has_word(subject, "printer")`},
		{`header("X-Mailer:") == "a"`, 1, 8, `"X-Mailer:" is not a name of a field, so header is always empty`, `write it without colon and spaces, as in header("X-Customer-Tier")`},
	}
	for _, tt := range tests {
		_, err := Compile(office(Rule{Name: "r", When: tt.when}))
		got, ok := errors.AsType[*RuleError](err)
		if !ok {
			t.Errorf("Compile(%s) = %v, want a *RuleError", tt.when, err)
			continue
		}
		want := RuleError{Rule: "r", Section: SectionRule, Field: "when", Item: -1, Line: tt.line, Column: tt.column, Reason: tt.reason, Remedy: tt.remedy}
		if *got != want {
			t.Errorf("Compile(%s):\n got %+v\nwant %+v", tt.when, *got, want)
		}
	}
}

// TestT150Linear: no pattern of an admin hangs the desk.
func TestT150Linear(t *testing.T) {
	r := compile(t, office(Rule{Name: "r", When: `body matches "(a+)+$"`}, Rule{Name: "next"}))
	begin := time.Now()
	d := r.Route(Facts{Body: strings.Repeat("a", 1<<20) + "!"})
	took := time.Since(begin)
	if took > 2*time.Second {
		t.Errorf("Route with (a+)+$ on 1 MB took %v, want < 2 s", took)
	}
	if len(d.Rules) == 0 || d.Rules[len(d.Rules)-1] != "next" {
		t.Errorf("Route fired %q, want the next rule too", d.Rules)
	}
	faulttest.Seen(t, "T150", "body matches (a+)+$ on 1 MB of a", "judged in %v, the next rule too", took.Round(time.Millisecond))
}

// TestBounded: conditions that would run for hours, or eat all memory, end.
func TestBounded(t *testing.T) {
	long := Facts{Body: strings.Repeat("a b ", 1<<20), Attachments: make([]Attachment, 500)}
	for _, when := range []string{
		`all(1..9999, all(1..9999, all(1..9999, # > 0)))`,
		`all(attachments, all(attachments, all(attachments, all(attachments, .size == 0))))`,
		`all(1..1000, not (body matches "([ab ]+)+[^ab ]"))`,
		`all(1..9999, len(upper(lower(body))) > 5)`,
		`any(1..1000000000, # < 0)`,
		`all(1..9000, has_word(lower(body), "a"))`,
	} {
		r := compile(t, office(Rule{Name: "r", When: when}, Rule{Name: "next"}))
		begin := time.Now()
		d := r.Route(long)
		if took := time.Since(begin); took > maxMailTime {
			t.Errorf("Route with %s took %v, want < %v", when, took, maxMailTime)
		}
		if len(d.Problems) != 1 || len(d.Rules) != 1 {
			t.Errorf("Route with %s: fired %q, problems %q; want it failed and the next fired", when, d.Rules, d.Problems)
		}
	}
}

// TestDeep: no nesting that fits into a condition exhausts the stack or takes
// long to refuse or to compile.
func TestDeep(t *testing.T) {
	const n = maxCondition
	for _, when := range []string{
		strings.Repeat("(", n-2) + "tls",
		strings.Repeat("(", n/2-2) + "tls" + strings.Repeat(")", n/2-2),
		strings.Repeat("!", n-10) + "tls",
		strings.Repeat("not ", n/4-2) + "tls",
		strings.Repeat("[", n-1),
		strings.Repeat("tls and ", n/8-1) + "tls",
		strings.Repeat("tls ? ", n/6-1) + "tls",
		strings.Repeat("any(to, ", n/8-2) + "tls",
		"to" + strings.Repeat("[0]", n/3-2) + ` == ""`,
		`subject matches "` + strings.Repeat("(a{1000}", 40) + strings.Repeat(")", 40) + `"`,
		`subject matches "` + strings.Repeat("(a|", 4000) + strings.Repeat(")", 4000) + `"`,
		strings.Repeat("x", n+1),
	} {
		begin := time.Now()
		r, err := Compile(office(Rule{Name: "r", When: when}))
		if err == nil {
			r.Route(Facts{TLS: true})
			r.Explain(Facts{TLS: true})
		}
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("Compile and Explain of %.20s… took %v", when, took)
		}
	}
}
