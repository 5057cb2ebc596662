package routing

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/file"
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
	SectionList     Section = "list"
	SectionCalendar Section = "calendar"
	SectionTarget   Section = "target"
	SectionRule     Section = "rule"
	SectionRota     Section = "rota"
	SectionLayer    Section = "rota.layer"    // those of all rotas, in their order
	SectionOverride Section = "rota.override" // likewise
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

// conditionError is a mistake in an expression; line and column count from 1.
type conditionError struct {
	line, column   int
	reason, remedy string
}

// explain turns an error of expr into one of ours, with a remedy.
func (l *language) explain(source string, err error) *conditionError {
	e, ok := errors.AsType[*file.Error](err)
	if !ok { // some errors of expr have no position
		e = &file.Error{Message: err.Error()}
	}
	c := &conditionError{line: max(e.Line, 1), column: e.Column + 1, reason: e.Message}
	if word, ok := strings.CutPrefix(e.Message, "unknown name "); ok {
		c.reason = fmt.Sprintf("there is no %q", word)
		c.remedy = "see the names in docs/routing.md"
		if near := Closest(word, l.names); near != "" {
			c.remedy = fmt.Sprintf("did you mean %q?", near)
		}
		return c
	}
	if what, quoted, ok := missing(e.Message); ok {
		word, _ := strconv.Unquote(quoted)
		c.remedy = oneOf(word, map[string][]string{"list": l.lists, "category": l.categories, "queue": l.queues}[what], "[["+what+"]]")
		return c
	}
	for _, k := range fixedRemedies {
		if k.matches(e.Message, k.text) {
			c.remedy = k.remedy
			return c
		}
	}
	switch {
	case strings.Contains(e.Message, " is never ") || strings.Contains(e.Message, " is always in lower case"):
		c.remedy = neverRemedy(e.Message)
	case strings.Contains(e.Message, "expected bool"):
		c.reason = "the condition is not true or false: " + e.Message
		c.remedy = `compare it with something, as in subject contains "printer"`
	case strings.Contains(e.Message, "unexpected token EOF"):
		c.reason = "the condition ends too early"
		c.remedy = "complete it: a value, a quote or a bracket is missing"
		c.column = utf8.RuneCountInString(source[strings.LastIndexByte(source, '\n')+1:]) + 1
	default:
		c.reason, c.remedy = otherLanguage(e.Message)
	}
	return c
}

// missing splits an error such as `there is no queue "x"` into "queue" and `"x"`.
func missing(message string) (what, quoted string, ok bool) {
	rest, ok := strings.CutPrefix(message, "there is no ")
	what, quoted, _ = strings.Cut(rest, " ")
	return what, quoted, ok && slices.Contains([]string{"list", "category", "queue"}, what)
}

// fixedRemedies lists errors whose remedy does not depend on the condition.
var fixedRemedies = []struct {
	matches      func(message, text string) bool
	text, remedy string
}{
	{strings.HasPrefix, "in_domain looks for nothing", `write what is looked for, as in in_domain(from, "example.org")`},
	{strings.HasPrefix, "in_network looks for nothing", `write what is looked for, as in in_network(client, "192.0.2.0/24")`},
	{strings.HasSuffix, "so it is never true", `write what is looked for, as in has_word(subject, "printer")`},
	{strings.HasSuffix, "has_word never finds it", `write what is looked for, as in has_word(subject, "printer")`},
	{strings.HasPrefix, "header names no field", `name the field, as in header("X-Customer-Tier")`},
	{strings.HasSuffix, "so header is always empty", `write it without colon and spaces, as in header("X-Customer-Tier")`},
	{strings.HasSuffix, " is not a date", `write it as in date("2026-12-24")`},
	{strings.HasSuffix, " is not a duration", `write it as in duration("48h")`},
	{strings.HasSuffix, " is not a size", `write a number of bytes, or a size as "500KiB", "10MiB" or "1GiB"`},
	{strings.HasSuffix, " is not a network", `write it with its length, as in "192.0.2.0/24"`},
	{strings.Contains, "needs a [[calendar]]", "add one: it says when the desk works"},
	{strings.Contains, "error parsing regexp", "correct the pattern (RE2 syntax; no look-ahead, no back-references)"},
	{strings.Contains, "unexpected token Operator(\"=\")", "compare with =="},
	{strings.Contains, "exceeds maximum allowed nodes", "write several rules, or put the addresses into a [[list]]"},
	{strings.Contains, "cannot be used in a condition", "ask with any, all, none, one or count"},
}

// operatorAsFunction finds an operator that was written as in other languages:
// subject.contains("x") or matches(subject, "x").
var operatorAsFunction = regexp.MustCompile(`has no method (contains|matches|startsWith|endsWith)$|unexpected token Operator\("(contains|matches|startsWith|endsWith)"\)`)

// otherLanguage returns reason and remedy for what would be right in another
// language than that of conditions.
func otherLanguage(message string) (reason, remedy string) {
	if found := operatorAsFunction.FindStringSubmatch(message); found != nil {
		operator := found[1] + found[2]
		return operator + " is not a function", fmt.Sprintf("write it between the two, as in subject %s \"printer\"", operator)
	}
	switch {
	case strings.Contains(message, "mismatched types []string and string"):
		return "a list cannot be compared with a text", `ask whether the text is among them, as in "help@example.org" in to`
	case strings.Contains(message, "mismatched types []") && strings.Contains(message, " and int"):
		return "a list cannot be compared with a number", "count its items, as in len(attachments) > 3"
	case strings.Contains(message, "mismatched types func("):
		return "a function cannot be compared", "call it, as in domain(from)"
	case strings.Contains(message, "bad number syntax"):
		return message, `write a size in quotes, as in size > "10MiB"`
	case strings.Contains(message, "unrecognized character") && strings.ContainsAny(message, "“”„‟‘’‚«»"):
		return message, `write straight quotes, as in has_word(subject, "printer")`
	}
	return message, "see the language of conditions in docs/routing.md"
}
