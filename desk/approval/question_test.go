package approval

import "testing"

func TestLineOfAQuestion(t *testing.T) {
	for _, tt := range []struct{ line, below string }{
		{"May Ana have a new laptop?", "The old one is broken.\n\nIt is from 2015."},
		{"", "The old one is broken.\n\nIt is from 2015."},
		{"May Ana have a new laptop?", ""},
		{"", ""},
	} {
		if got := lineOf(question(tt.line, tt.below)); got != tt.line {
			t.Errorf("the line of %q above %q is read as %q", tt.line, tt.below, got)
		}
	}
	if got := lineOf("May Ana have a new laptop?"); got != "May Ana have a new laptop?" { // of somebody who wrote no more
		t.Errorf("a line alone is read as %q", got)
	}
}
