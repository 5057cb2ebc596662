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
	want := other + `:3:12: "hihg" is no priority; did you mean "high"?`
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
