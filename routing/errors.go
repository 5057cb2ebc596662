package routing

import (
	"fmt"
	"strings"
)

// RuleError is one mistake in a [Desk]. It tells the place in the Desk, so
// that the caller can find the line in its file.
type RuleError struct {
	Rule    string  // name of the rule, queue or category; may be empty
	Section Section // which list of the Desk
	Index   int     // in that list, from 0
	Field   string  // the key as admins write it: "when", "path", …
	Item    int     // index in a list field, -1: the whole field
	Line    int     // within an expression, from 1; 0: not in an expression
	Column  int     // in characters, within that line, from 1
	Reason  string  // what is wrong
	Remedy  string  // what to do
}

// Section names a list of a [Desk].
type Section string

// The sections are the names that admins write in the file.
const (
	SectionDesk     Section = "desk"
	SectionAddress  Section = "address"
	SectionQueue    Section = "queue"
	SectionCategory Section = "category"
	SectionRule     Section = "rule"
)

func (e *RuleError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %q: %s", e.Section, e.Rule, e.Field)
	if e.Line > 0 {
		fmt.Fprintf(&b, " (%d:%d)", e.Line, e.Column)
	}
	b.WriteString(": " + e.Reason)
	if e.Remedy != "" {
		b.WriteString("; " + e.Remedy)
	}
	return b.String()
}
