package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maildesk/routing"
)

// TestLoadWith tries other rules on a desk.
func TestLoadWith(t *testing.T) {
	path := write(t, "maildesk.toml", "rules = 'rules.toml'\n"+minimal+"[[rule]]\nname = 'old'\npriority = 'low'\n",
		"rules.toml", "[[rule]]\nname = 'older'\ntags = ['x']\n[[category]]\nname = 'kept'\n")
	other := write(t, "new.toml", "[[rule]]\nname = 'new'\npriority = 'high'\ncategory = 'kept'\n")
	c, err := LoadWith(path, other)
	if err != nil {
		t.Fatalf("LoadWith = %v", err)
	}
	if d := c.Rules.Route(routing.Facts{}); d.Priority != "high" || strings.Join(d.Rules, " ") != "new" {
		t.Errorf("LoadWith: Route = %+v, want only the rule new", d)
	}
	if err := os.WriteFile(other, []byte("[[rule]]\nname = 'new'\npriority = 'hihg'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := other + `:3:12: "hihg" is not a priority; did you mean "high"?`
	if _, err := LoadWith(path, other); err == nil || err.Error() != want {
		t.Errorf("LoadWith = %v, want %s", err, want)
	}
	if _, err := LoadWith(path, filepath.Join(t.TempDir(), "absent.toml")); err == nil || !strings.Contains(err.Error(), "the rules cannot be read: no such file") {
		t.Errorf("LoadWith of an absent file = %v, want an error", err)
	}
}

// BenchmarkLoad reads a desk with 500 rules, 50 queues and 200 agents.
func BenchmarkLoad(b *testing.B) {
	var s strings.Builder
	s.WriteString("[desk]\nname = 'Big'\nhostname = 'desk.example.org'\nfallback = 'queue-0'\n[[address]]\nmail = 'help@example.org'\n")
	for i := range 200 {
		fmt.Fprintf(&s, "[[agent]]\nname = 'agent-%d'\nmail = ['agent-%d@example.org']\nlanguages = ['en']\n", i, i)
	}
	for i := range 50 {
		fmt.Fprintf(&s, "[[queue]]\nname = 'queue-%d'\nlevel = %d\nagents = ['agent-%d', 'agent-%d', 'agent-%d', 'agent-%d']\n", i, 1+i%3, 4*i, 4*i+1, 4*i+2, 4*i+3)
		fmt.Fprintf(&s, "[[category]]\nname = 'category-%d'\nkind = 'incident'\npath = ['queue-%d']\n", i, i)
	}
	for i := range 500 {
		fmt.Fprintf(&s, "[[rule]]\nname = 'rule-%d'\nwhen = 'subject matches \"(?i)\\\\bproduct-%d\\\\b\" or has_word(body, \"product %d\")'\ncategory = 'category-%d'\n", i, i, i, i%50)
	}
	path := filepath.Join(b.TempDir(), "maildesk.toml")
	if err := os.WriteFile(path, []byte(s.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Load(path); err != nil {
			b.Fatal(err)
		}
	}
}

// TestLoadWithReplaces: a tried file may define again what the config has.
func TestLoadWithReplaces(t *testing.T) {
	path := write(t, "maildesk.toml", minimal+"[[category]]\nname = 'a'\npriority = 'low'\n[[category]]\nname = 'b'\nparent = 'a'\n[[list]]\nname = 'vip'\nentries = ['x@example.org']\n")
	other := write(t, "new.toml", "[[category]]\nname = 'a'\npriority = 'high'\n[[category]]\nname = 'c'\n[[list]]\nname = 'vip'\nentries = ['y@example.org']\n"+
		"[[rule]]\nname = 'vip'\nwhen = 'in_list(from, \"vip\")'\ncategory = 'b'\n")
	c, err := LoadWith(path, other)
	if err != nil {
		t.Fatalf("LoadWith = %v", err)
	}
	if d := c.Rules.Route(routing.Facts{From: "y@example.org"}); d.Priority != "high" || d.Category != "b" {
		t.Errorf("LoadWith: Route = %+v, want category b with the new priority of a", d)
	}
	if len(c.Routing.Categories) != 3 {
		t.Errorf("LoadWith: %d categories, want a, b and c", len(c.Routing.Categories))
	}
	if err := os.WriteFile(other, []byte("[[category]]\nname = 'a'\nkind = 'x'\n[[category]]\nname = 'c'\n[[category]]\nname = 'c'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := other + `:3:8: "x" is not a kind; write one of incident, service request, question` + "\n" + other + `:7:8: there are two categories named "c"; give one of them another name`
	if _, err := LoadWith(path, other); err == nil || err.Error() != want {
		t.Errorf("LoadWith = %v, want\n%s", err, want)
	}
	whole := write(t, "whole.toml", minimal+"[[rule]]\nname = 'whole'\npriority = 'urgent'\n")
	if c, err := LoadWith(path, whole); err != nil || c.Rules.Route(routing.Facts{}).Priority != "urgent" || len(c.Routing.Categories) != 0 {
		t.Errorf("LoadWith of a whole config = %v, want it alone", err)
	}
}
