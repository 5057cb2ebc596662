package templates

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"maildesk/desk/command"
)

// The help of every language has every command of agents, and no other.
func TestHelpHasEveryCommand(t *testing.T) {
	all, err := New("")
	if err != nil {
		t.Fatal(err)
	}
	want := slices.Sorted(maps.Keys(command.Vocabulary))
	for tag, l := range all.languages {
		var got []string
		for _, c := range l.catalogue.Commands {
			name, _, _ := strings.Cut(strings.TrimPrefix(c.Syntax, "#"), " ")
			got = append(got, name)
		}
		slices.Sort(got)
		if got = slices.Compact(got); !slices.Equal(got, want) {
			t.Errorf("the help in %s has the commands %q, the desk has %q", tag, got, want)
		}
	}
}
