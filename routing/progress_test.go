package routing

import (
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/calendar"
)

// Later rules see what earlier ones set, and what follows from it.
func TestRulesSeeWhatIsDecided(t *testing.T) {
	d := office(
		Rule{Name: "before", When: `category == "" and priority == "normal" and queue == "first-line"`, Tags: []string{"fresh"}},
		Rule{Name: "vpn", When: `has_word(subject, "vpn")`, Category: "vpn"},
		Rule{Name: "of network", When: `category in ["vpn", "network"] and queue == "network"`, Tags: []string{"seen"}, Priority: "urgent"},
		Rule{Name: "urgent", When: `priority == "urgent"`, Tags: []string{"call"}},
		Rule{Name: "other", When: `category != "vpn"`, Tags: []string{"other"}},
	)
	d.Categories = []Category{{Name: "network", Path: []string{"network"}}, {Name: "vpn", Parent: "network"}}
	d.Queues = []Queue{{Name: "first-line", Level: 1}, {Name: "network", Level: 2}}
	d.Fallback = "first-line"
	r := compile(t, d)
	for subject, want := range map[string][]string{"my vpn": {"fresh", "seen", "call"}, "my chair": {"fresh", "other"}} {
		if got := r.Route(Facts{Subject: subject}); !slices.Equal(got.Tags, want) || len(got.Problems) > 0 {
			t.Errorf("%q: tags %v, problems %v; want %v", subject, got.Tags, got.Problems, want)
		}
		var fired []string
		for _, trial := range r.Explain(Facts{Subject: subject}) {
			if trial.Fired {
				fired = append(fired, trial.Rule)
			}
		}
		if got := r.Route(Facts{Subject: subject}).Rules; !slices.Equal(got, fired) {
			t.Errorf("%q: Route fires %v, Explain says %v", subject, got, fired)
		}
	}
	for when, want := range map[string]string{
		`category == "vpm"`:                  `there is no category "vpm"; did you mean "vpn"?`,
		`queue in ["netwrok"]`:               `there is no queue "netwrok"; did you mean "network"?`,
		`priority == "high" or "x" == queue`: `there is no queue "x"; add a [[queue]] block with name = "x"`,
		`priority == "hihg"`:                 `priority is never "hihg"; it is one of low, normal, high, urgent`,
	} {
		d.Rules = []Rule{{Name: "r", When: when, Spam: true}}
		if _, err := Compile(d); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", when, err, want)
		}
	}
}

func TestAccentsAndPlurals(t *testing.T) {
	for _, tt := range []struct {
		text    string
		word    string
		plurals bool
		want    bool
	}{
		{"Le reseau est en panne", "réseau", false, true},
		{"LE RÉSEAU est en panne", "reseau", false, true},
		{"gesperrtes Konto für Müller", "muller", false, true},
		{"two printers", "printer", false, false},
		{"two printers", "printer", true, true},
		{"les réseaux", "réseau", true, true},
		{"deux terminaux", "terminal", true, true},
		{"meine Passwörter", "Passwort", true, true},
		{"die Rechnungen", "Rechnung", true, true},
		{"las impresoras", "impresora", true, true},
		{"las luces", "luz", true, false}, // too short to be sure
		{"tus contraseñas", "contraseña", true, true},
		{"le stampanti", "stampante", true, true},
		{"many deliveries", "delivery", true, true},
		{"paper jams", "paper jam", true, true},
		{"papers jam", "paper jam", true, false}, // the last word only
		{"a printing press", "printer", true, false},
		{"networked", "network", true, false},
	} {
		r := compile(t, office(Rule{Name: "r", When: `has_word(subject, "` + tt.word + `")`, Plurals: tt.plurals, NoAck: true}))
		if got := r.Route(Facts{Subject: tt.text}).NoAck; got != tt.want {
			t.Errorf("has_word(%q, %q), plurals %t = %t, want %t", tt.text, tt.word, tt.plurals, got, tt.want)
		}
	}
}

func TestGroupsFillFields(t *testing.T) {
	d := office(Rule{Name: "form", Tags: []string{"order {number}", "by {who}", "form"}, Priority: "{urgency}", Queue: "{team}",
		When: `subject matches "(?i)order (?P<number>[0-9]+)" and (subject matches "urgency (?P<urgency>\\w+)" or size >= 0) and (body matches "team: (?P<team>.+)" or size >= 0) and (body matches "by (?P<who>.*)" or size >= 0)`})
	r := compile(t, d)
	for _, tt := range []struct {
		subject, body     string
		tags              string
		priority, problem string
	}{
		{"Order 4711, urgency HIGH", "team: Network", "order 4711, form", "high", ""},
		{"order 1", "by  Ana,\x1b[31m  Reis", "order 1, by Ana [31m Reis, form", "normal", ""},
		{"order 2, urgency immediate", "", "order 2, form", "normal", `rule "form": "immediate" is not a priority, so it sets none`},
		{"order 3", "team: nasa", "order 3, form", "normal", `rule "form": "nasa" is not a queue, so it sets none`},
	} {
		got := r.Route(Facts{Subject: tt.subject, Body: tt.body})
		if strings.Join(got.Tags, ", ") != tt.tags || got.Priority != tt.priority || strings.Join(got.Problems, "; ") != tt.problem {
			t.Errorf("%q: tags %q, priority %s, problems %q; want %q, %s, %q", tt.subject, got.Tags, got.Priority, got.Problems, tt.tags, tt.priority, tt.problem)
		}
	}
	if got := r.Route(Facts{Subject: "Order 1", Body: "team: network"}).Queue; got != "network" {
		t.Errorf("the queue is %s, want network", got)
	}
	d.Rules = []Rule{{Name: "r", When: `subject matches "(?P<number>[0-9]+)"`, Tags: []string{"x", "{nummer}"}, Category: "{what}"}}
	_, err := Compile(d)
	for _, want := range []string{`rule "r": tags: no pattern of the condition has a group "nummer"; did you mean {number}?`, `rule "r": category: no pattern of the condition has a group "what"; name it in a pattern of when, as in subject matches "(?P<what>[0-9]+)"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Compile = %v, want %q", err, want)
		}
	}
}

func TestTargetOfAQueue(t *testing.T) {
	d := office()
	d.Targets = []Target{
		{Name: "of network", Queue: []string{"network"}, FirstResponse: "30m", Calendar: calendar.AroundTheClock},
		{Name: "others", FirstResponse: "2h", Calendar: calendar.AroundTheClock},
	}
	r := compile(t, d)
	if a, b := r.Promise("", "normal", "", "network").FirstResponse, r.Promise("", "normal", "", "first-line").FirstResponse; a != 30*time.Minute || b != 2*time.Hour {
		t.Errorf("in network %v, elsewhere %v; want 30 m and 2 h", a, b)
	}
	d.Targets[0].Queue = []string{"netwrok"}
	if _, err := Compile(d); err == nil || !strings.Contains(err.Error(), `target "of network": queue: there is no queue "netwrok"; did you mean "network"?`) {
		t.Errorf("Compile = %v", err)
	}
}

// A backslash that stands once, and a size with its unit, mean what is meant.
func TestWhatIsMeant(t *testing.T) {
	for _, tt := range []struct {
		when string
		yes  Facts
		no   Facts
	}{
		{`subject matches "^\d+$"`, Facts{Subject: "42"}, Facts{Subject: "d"}},
		{`subject matches '\bvpn\b'`, Facts{Subject: "the vpn is"}, Facts{Subject: "vpns"}},
		{`subject matches "\\bvpn\\b"`, Facts{Subject: "the vpn is"}, Facts{Subject: "vpns"}},
		{`subject matches "a\.b" or body contains "\n"`, Facts{Subject: "a.b"}, Facts{Subject: "axb"}},
		{`body contains "\"quoted\""`, Facts{Body: `a "quoted" word`}, Facts{Body: "quoted"}},
		{`size > "10MiB"`, Facts{Size: 10<<20 + 1}, Facts{Size: 10 << 20}},
		{`"1.5 kB" <= size`, Facts{Size: 1500}, Facts{Size: 1499}},
		{`any(attachments, .size > "1MB")`, Facts{Attachments: []Attachment{{Size: 2e6}}}, Facts{Attachments: []Attachment{{Size: 1e6}}}},
	} {
		r := compile(t, office(Rule{Name: "r", When: tt.when, NoAck: true}))
		if !r.Route(tt.yes).NoAck || r.Route(tt.no).NoAck {
			t.Errorf("%s: %t for %+v, %t for %+v; want true and false", tt.when, r.Route(tt.yes).NoAck, tt.yes, r.Route(tt.no).NoAck, tt.no)
		}
		for _, trial := range r.Explain(tt.yes) {
			if !trial.Fired {
				t.Errorf("Explain: %s did not fire: %s", tt.when, trial.Why)
			}
		}
	}
	// The place of a later mistake is that of what was written.
	d := office(Rule{Name: "r", When: `subject matches "\d\d\d" and subjcet == ""`, NoAck: true})
	if _, err := Compile(d); err == nil || !strings.Contains(err.Error(), `(1:30): there is no "subjcet"`) {
		t.Errorf("Compile = %v, want the mistake at 1:30", err)
	}
}
