package templates

import (
	"os"
	"slices"
	"strings"
	"testing"

	"maildesk/desk/command"
)

// TestPageForAgents: docs/agents.md has an example of every command, and none that
// the desk does not know.
func TestPageForAgents(t *testing.T) {
	page, err := os.ReadFile("../docs/agents.md")
	if err != nil {
		t.Fatal(err)
	}
	var shown []string
	for line := range strings.Lines(string(page)) {
		rest, is := strings.CutPrefix(line, "#")
		if !is || rest == "" || rest[0] == ' ' || rest[0] == '#' { // a heading
			continue
		}
		name, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
		if e, known := command.Lookup(name); !known || e.Name != name {
			t.Errorf("docs/agents.md shows #%s, which is not a command", name)
		}
		shown = append(shown, name)
	}
	for _, e := range command.Table {
		if !slices.Contains(shown, e.Name) {
			t.Errorf("docs/agents.md has no example of #%s", e.Name)
		}
	}
	for _, q := range command.Questions {
		if !strings.Contains(string(page), "`"+q.Name) && q.Name != "away" {
			t.Errorf("docs/agents.md does not name the question %q", q.Name)
		}
	}
}
