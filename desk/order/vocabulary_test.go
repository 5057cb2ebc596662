package order

import (
	"testing"

	"maildesk/desk/command"
)

// TestVocabulary: the commands of the table are those that the desk carries out.
func TestVocabulary(t *testing.T) {
	for _, e := range command.Table {
		if steps[e.Name] == nil {
			t.Errorf("the desk has no step for #%s", e.Name)
		}
	}
	for name := range steps {
		if e, _ := command.Lookup(name); e.Name != name {
			t.Errorf("the step of #%s is of no command of the table", name)
		}
	}
}
