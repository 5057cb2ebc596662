package examples

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"maildesk/calendar"
	"maildesk/routing"
)

const manual = "../docs/routing.md"

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestSteps loads the desks that the manual builds up.
func TestSteps(t *testing.T) {
	files, err := filepath.Glob("steps/*.toml")
	if err != nil || len(files) != 6 {
		t.Fatalf("steps has %d files (%v), want 6", len(files), err)
	}
	for _, f := range files {
		load(t, f)
	}
	// What the manual says of the second.
	got := load(t, "steps/2-rules.toml").Rules.Route(routing.Facts{From: "boss@example.org", Subject: "My password"})
	want := routing.Decision{Category: "account", Kind: "service request", Priority: "urgent", Queue: "first-line", Level: 1, Rules: []string{"Password", "Boss"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Route of the boss's password = %+v, want %+v", got, want)
	}
	// And of the fifth.
	rules := load(t, "steps/5-targets.toml").Rules
	for _, tt := range []struct{ byRule, priority, category, want string }{
		{"", "urgent", "network", "network down"}, {"", "urgent", "", "pressing"}, {"", "normal", "network", "others"}, {"boss", "urgent", "network", "boss"},
	} {
		if got := rules.Promise(tt.byRule, tt.priority, tt.category, ""); got.Name != tt.want {
			t.Errorf("the target of %+v is %s", tt, got.Name)
		}
	}
	if got := rules.Promise("", "high", "", "").NextUpdate; got != 8*time.Hour {
		t.Errorf("a working day is %s, want 8 h", got)
	}
}

// TestManualExamples: every example of the manual stands in the file that it
// names, which another test loads.
func TestManualExamples(t *testing.T) {
	text := read(t, manual)
	blocks := regexp.MustCompile("(?s)<!-- (\\S+) -->\n```(?:toml|text)\n(.*?)```").FindAllStringSubmatch(text, -1)
	if all := strings.Count(text, "```toml\n") + strings.Count(text, "```text\n"); len(blocks) != all || all < 10 {
		t.Fatalf("%s has %d examples, of which %d name their file", manual, all, len(blocks))
	}
	for _, b := range blocks {
		if strings.HasPrefix(b[1], "config/") { // line by line: the examples are of several mistakes
			in := read(t, filepath.Join("..", b[1]))
			for line := range strings.Lines(b[2]) {
				if !strings.Contains(in, line) {
					t.Errorf("%s: this is not in %s:\n%s", manual, b[1], line)
				}
			}
			continue
		}
		if !strings.Contains(read(t, b[1]), b[2]) {
			t.Errorf("%s: this is not in %s:\n%s", manual, b[1], b[2])
		}
	}
}

// TestManualConditions compiles every condition that the manual shows.
func TestManualConditions(t *testing.T) {
	block := regexp.MustCompile("(?s)```expr\n(.*?)```").FindStringSubmatch(read(t, manual))
	if block == nil {
		t.Fatalf("%s has no conditions", manual)
	}
	for when := range strings.Lines(block[1]) {
		_, err := routing.Compile(routing.Desk{
			Fallback:  "q",
			Queues:    []routing.Queue{{Name: "q", Level: 1}},
			Lists:     []routing.List{{Name: "vip"}},
			Calendars: []calendar.Calendar{{Name: "office", Timezone: "UTC", Hours: []string{"mon 09:00-17:00"}}},
			Rules:     []routing.Rule{{Name: "r", When: when}},
		})
		if err != nil {
			t.Errorf("%s: %s: %v", manual, strings.TrimSpace(when), err)
		}
	}
}

// TestManualNames: the manual names every fact, function, kind and priority.
func TestManualNames(t *testing.T) {
	text := read(t, manual)
	want := append(routing.Kinds(), routing.Priorities()...)
	for f := range reflect.TypeFor[routing.Facts]().Fields() {
		want = append(want, f.Tag.Get("expr"))
	}
	want = append(want, routing.Names()...)
	for _, name := range want {
		if !regexp.MustCompile("`" + regexp.QuoteMeta(name) + "[`(]").MatchString(text) {
			t.Errorf("%s does not explain `%s`", manual, name)
		}
	}
}
