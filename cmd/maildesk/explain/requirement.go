package explain

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"maildesk/cmd/maildesk/console"
	"maildesk/desk/incoming"
	"maildesk/mailparse"
	"maildesk/routing"
	"maildesk/ticket"
)

// requirement is one --want: a key of a mail's outcome must have a value or, if it is
// a list, contain it.
type requirement struct{ key, value string }

type requirements []requirement

// outcome is what the desk made of a mail, by key. Values that need a ticket or an
// acknowledgement are empty when there is none.
type outcome struct {
	texts map[string]string
	lists map[string][]string
}

func outcomeOf(v incoming.Verdict) outcome {
	r := v.Route
	if r == nil {
		r = &routing.Decision{}
	}
	acknowledged, language := false, r.Language
	if m, planned := v.Acknowledgement(); planned {
		acknowledged, language = m.Suppressed == "", m.Language
	}
	level := ""
	if r.Level > 0 {
		level = strconv.Itoa(r.Level)
	}
	return outcome{
		texts: map[string]string{
			"disposition": string(v.Disposition), "class": string(v.Message.Class), "queue": r.Queue, "level": level, "category": r.Category,
			"kind": r.Kind, "priority": r.Priority, "assignee": r.Assignee, "template": r.Template, "target": r.Target,
			"language": language, "acknowledged": strconv.FormatBool(acknowledged),
		},
		lists: map[string][]string{"rules": r.Rules, "tags": r.Tags, "onlookers": r.Onlookers},
	}
}

// outcomeKeys returns the keys of an outcome, in alphabetical order.
func outcomeKeys() []string {
	o := outcomeOf(incoming.Verdict{Message: &mailparse.Message{}})
	var keys []string
	for key := range o.texts {
		keys = append(keys, key)
	}
	for key := range o.lists {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// parseRequirements parses texts such as "queue=network".
func parseRequirements(texts []string) (requirements, error) {
	keys := outcomeKeys()
	var all requirements
	for _, text := range texts {
		key, value, ok := strings.Cut(text, "=")
		key = strings.TrimSpace(key)
		switch {
		case !ok:
			return nil, fmt.Errorf("--want %s: write KEY=VALUE, as in queue=network", text)
		case !slices.Contains(keys, key):
			return nil, fmt.Errorf("--want: %s", unknownKey(key, keys))
		}
		all = append(all, requirement{key, strings.TrimSpace(value)})
	}
	return all, nil
}

// unknownKey returns the reason for an unknown key, with the likeliest known one.
func unknownKey(key string, keys []string) string {
	if near := routing.Closest(key, keys); near != "" {
		return fmt.Sprintf("there is no %q; did you mean %q?", key, near)
	}
	return fmt.Sprintf("there is no %q; known are %s", key, strings.Join(keys, ", "))
}

// compare returns a line for each difference.
func (rs requirements) compare(v incoming.Verdict) []string {
	o := outcomeOf(v)
	var all []string
	for _, r := range rs {
		list, isList := o.lists[r.key]
		got := o.texts[r.key]
		if isList {
			got = strings.Join(list, ", ")
		}
		if got == r.value || isList && slices.Contains(list, r.value) {
			continue
		}
		all = append(all, difference(r.key, got, r.value))
	}
	return all
}

func difference(key, got, wanted string) string {
	return fmt.Sprintf("%s is %s, want %s", key, console.FirstOf(got, "nothing"), console.FirstOf(wanted, "nothing"))
}

// printDifferences prints what a mail does not meet, and the rules that led there.
func printDifferences(w io.Writer, file string, v incoming.Verdict, differences []string) {
	if len(differences) == 0 {
		fmt.Fprintf(w, "%s: as wanted\n", file)
		return
	}
	for _, d := range differences {
		fmt.Fprintf(w, "%s: %s\n", file, d)
	}
	fmt.Fprintf(w, "  disposition %s%s\n", v.Disposition, console.Parenthesised(v.Reason))
	if v.Disposition == ticket.DispositionDuplicate {
		fmt.Fprintln(w, "  the desk has this mail already; --scratch takes it for a new one")
	}
	for _, t := range v.Trials {
		fmt.Fprintf(w, "  rule %s\n", trialWords(t))
	}
}
