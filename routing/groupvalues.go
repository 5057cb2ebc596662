package routing

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"maildesk/routing/logic"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
)

// place is where a named group of a pattern stands in what a rule sets:
// tags = ["order {number}"].
var place = regexp.MustCompile(`\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// maxFilled bounds, in characters, what a place is filled with.
const maxFilled = 60

// placed lists the fields that named groups may fill, with what they may be;
// nil is anything.
func (r *Rule) placed() []struct {
	field string
	value *string
} {
	return []struct {
		field string
		value *string
	}{{"category", &r.Category}, {"kind", &r.Kind}, {"priority", &r.Priority}, {"queue", &r.Queue}, {"language", &r.Language}}
}

// filled returns the rule with the groups in their places. What comes of a mail
// and is not a value of a field sets nothing, and is a problem; a tag of which a
// group is missing is left out.
func (r *Rules) filled(rule *rule, groups map[string]string) (Rule, []string) {
	full := rule.Rule
	var problems []string
	for _, f := range full.placed() {
		if !place.MatchString(*f.value) {
			continue
		}
		wanted, ok := fill(*f.value, groups)
		*f.value = ""
		if !ok {
			continue // the pattern with the group was not needed for the condition
		}
		set := r.valuesOf(f.field)
		i := slices.IndexFunc(set, func(s string) bool { return strings.EqualFold(s, wanted) })
		switch {
		case i >= 0:
			*f.value = set[i]
		default:
			problems = append(problems, fmt.Sprintf("rule %q: %q is not a %s, so it sets none", rule.Name, wanted, f.field))
		}
	}
	if !slices.ContainsFunc(full.Tags, place.MatchString) {
		return full, problems
	}
	var tags []string
	for _, tag := range full.Tags {
		if tag, ok := fill(tag, groups); ok {
			tags = append(tags, tag)
		}
	}
	full.Tags = tags
	return full, problems
}

// valuesOf returns the closed set of a field's values.
func (r *Rules) valuesOf(field string) []string {
	switch field {
	case "category":
		return r.CategoryNames()
	case "kind":
		return Kinds()
	case "priority":
		return Priorities()
	case "queue":
		return r.QueueNames()
	}
	return languages
}

// languages are the ISO 639-1 codes of mails that people write to a desk.
var languages = strings.Fields("ar be bg bs ca cs da de el en es et eu fa fi fr ga gl he hi hr hu hy id is it ja ka ko lt lv mk ms mt nl no pl pt ro ru sk sl sq sr sv th tr uk ur vi zh")

// fill puts groups into their places; false when one is empty. What a stranger
// wrote becomes one short line.
func fill(text string, groups map[string]string) (string, bool) {
	whole := true
	filled := place.ReplaceAllStringFunc(text, func(p string) string {
		value := strings.Join(strings.FieldsFunc(groups[p[1:len(p)-1]], func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) || r == ',' }), " ")
		if chars := []rune(value); len(chars) > maxFilled {
			value = string(chars[:maxFilled])
		}
		whole = whole && value != ""
		return value
	})
	return filled, whole
}

// checkPlaces checks that each place has its group in the rule's condition.
func (c *checking) checkPlaces(i int, r Rule) {
	groups := groupsOf(r.When)
	check := func(field string, item int, text string) {
		for _, m := range place.FindAllStringSubmatch(text, -1) {
			if slices.Contains(groups, m[1]) {
				continue
			}
			remedy := fmt.Sprintf(`name it in a pattern of when, as in subject matches "(?P<%s>[0-9]+)"`, m[1])
			if near := Closest(m[1], groups); near != "" {
				remedy = fmt.Sprintf("did you mean {%s}?", near)
			}
			c.mistake(SectionRule, i, r.Name, field, item, fmt.Sprintf("no pattern of the condition has a group %q", m[1]), remedy)
		}
	}
	for j, tag := range r.Tags {
		check("tags", j, tag)
	}
	for _, f := range r.placed() {
		check(f.field, -1, *f.value)
	}
}

// groupsOf names the groups in the patterns of a condition.
func groupsOf(when string) []string {
	tree, err := parser.Parse(logic.Mend(when).Text)
	if err != nil {
		return nil
	}
	v := &groupNames{}
	ast.Walk(&tree.Node, v)
	return v.found
}

type groupNames struct{ found []string }

// Visit looks at one node.
func (v *groupNames) Visit(n *ast.Node) {
	b, ok := (*n).(*ast.BinaryNode)
	if !ok || b.Operator != "matches" {
		return
	}
	if text, ok := b.Right.(*ast.StringNode); ok {
		if re, err := regexp.Compile(text.Value); err == nil {
			v.found = append(v.found, slices.DeleteFunc(re.SubexpNames(), func(s string) bool { return s == "" })...)
		}
	}
}
