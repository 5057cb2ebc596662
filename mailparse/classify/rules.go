package classify

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"maildesk/mailparse/phrase"
	"maildesk/mailparse/subject"
)

//go:embed headers.txt
var headersTable string

//go:embed senders.txt
var sendersTable string

//go:embed subjects.txt
var subjectsTable string

//go:embed bodies.txt
var bodiesTable string

// ruleSet is the tables as they are looked things up in.
type ruleSet struct {
	headers  map[string][]headerRule // by field name in lower case
	senders  map[string][]headerRule // by where: from, other, name
	subjects map[rune][]subjectRule  // by first character of the beginning
	anywhere []subjectRule           // of the modes end and within
	until    []string                // words that may follow a title
	begins   []bodyRule              // phrases that begin the text
	within   []bodyRule              // phrases in the text
	phrases  *phrase.Set             // of within
}

type bodyRule struct {
	Verdict
	phrase string
}

type headerRule struct {
	Verdict
	values []string
}

type subjectRule struct {
	Verdict
	mode  string
	begin string
}

// machineRules are the rules of the embedded tables. They are read once and
// never change.
var machineRules = sync.OnceValue(func() *ruleSet {
	rules := &ruleSet{headers: map[string][]headerRule{}, senders: map[string][]headerRule{}, subjects: map[rune][]subjectRule{}}
	for _, row := range phrase.Rows(headersTable, 5) {
		name := strings.ToLower(row[3])
		rule := headerRule{ruleVerdict(row), strings.Split(row[4], " / ")}
		rules.headers[name] = append(rules.headers[name], rule)
	}
	for _, row := range phrase.Rows(sendersTable, 5) {
		rule := headerRule{ruleVerdict(row), strings.Split(row[4], " / ")}
		rules.senders[row[3]] = append(rules.senders[row[3]], rule)
	}
	for _, row := range phrase.Rows(subjectsTable, 3) {
		for begin := range strings.SplitSeq(row[2], " / ") {
			if row[1] == "until" {
				rules.until = append(rules.until, begin)
				continue
			}
			begin = subject.Fold(begin)
			first, _ := utf8.DecodeRuneInString(begin)
			rule := subjectRule{Verdict{"subject-" + row[0], AutoReply, Soft}, row[1], begin}
			if rule.mode == "end" || rule.mode == "within" {
				rules.anywhere = append(rules.anywhere, rule)
				continue
			}
			rules.subjects[first] = append(rules.subjects[first], rule)
		}
	}
	var phrases []string
	for _, row := range phrase.Rows(bodiesTable, 3) {
		for phrase := range strings.SplitSeq(row[2], " / ") {
			rule := bodyRule{Verdict{"body-" + row[0], AutoReply, Soft}, phrase}
			if row[1] == "begin" {
				rules.begins = append(rules.begins, rule)
			} else {
				rules.within = append(rules.within, rule)
				phrases = append(phrases, phrase)
			}
		}
	}
	rules.phrases = phrase.NewSet(phrases)
	return rules
})

func ruleVerdict(row []string) Verdict {
	v := Verdict{Rule: row[0], Class: Class(row[1]), Silence: Soft}
	if row[2] == "hard" {
		v.Silence = Hard
	}
	return v
}

// header tries the rules of one field name.
func (r *ruleSet) header(name, value string) Verdict { return match(r.headers[name], value) }

// match returns the verdict of the first rule that has the value.
func match(rules []headerRule, value string) Verdict {
	for i := range rules {
		for _, want := range rules[i].values {
			if matchValue(want, value) {
				return rules[i].Verdict
			}
		}
	}
	return Verdict{}
}

// matchValue compares a folded value with one alternative of a rule.
func matchValue(want, value string) bool {
	switch {
	case value == "":
		return false
	case want == "*":
		return true
	case want[0] == '!':
		return value != want[1:]
	}
	if matchGlob(want, value) {
		return true
	}
	for strings.Contains(value, ",") {
		var item string
		item, value, _ = strings.Cut(value, ",")
		if matchGlob(want, strings.TrimSpace(item)) {
			return true
		}
		value = strings.TrimSpace(value)
		if matchGlob(want, value) {
			return true
		}
	}
	return false
}

// matchGlob compares with a pattern that may have a "*" at either end.
func matchGlob(pattern, s string) bool {
	begin, anyEnd := strings.CutSuffix(pattern, "*")
	begin, anyStart := strings.CutPrefix(begin, "*")
	switch {
	case anyStart && anyEnd:
		return strings.Contains(s, begin)
	case anyStart:
		return strings.HasSuffix(s, begin)
	case anyEnd:
		return strings.HasPrefix(s, begin)
	}
	return s == pattern
}

// from tries the rules of the From field. A name without an address counts as
// a local part: MAILER-DAEMON is written both ways.
func (r *ruleSet) from(a Sender) Verdict {
	if a.Address == "" {
		return r.sender("from", FoldValue(a.Name))
	}
	if v := r.sender("from", a.Address); v.Rule != "" {
		return v
	}
	name := strings.ToLower(a.Name)
	for _, rule := range r.senders["name"] {
		for _, want := range rule.values {
			if matchGlob(want, name) {
				return rule.Verdict
			}
		}
	}
	return Verdict{}
}

// sender tries the rules of local parts.
func (r *ruleSet) sender(where, address string) Verdict {
	local := strings.ToLower(address)
	if at := strings.LastIndexByte(local, '@'); at >= 0 {
		local = local[:at]
	}
	base, _, tagged := strings.Cut(local, "+")
	for _, rule := range r.senders[where] {
		for _, want := range rule.values {
			if matchGlob(want, local) || tagged && want == base {
				return rule.Verdict
			}
		}
	}
	return Verdict{}
}

const (
	bodyBegin  = 3    // lines in which an automatic answer says what it is
	bodyWithin = 12   // lines of a challenge
	bodyBytes  = 4096 // of the text that are read
)

// body tries the rules of the first lines of the text. Words that begin an
// answer tell something only of an answer.
func (r *ruleSet) body(text string, answer bool) Verdict {
	var top strings.Builder
	top.Grow(min(len(text), 1024))
	n := 0
	for l := range strings.Lines(text[:min(len(text), bodyBytes)]) {
		if l = subject.Fold(strings.TrimSpace(l)); l == "" {
			continue
		}
		if n++; n > bodyWithin || l[0] == '>' {
			break
		}
		top.WriteString(l)
		top.WriteByte('\n')
		if n > bodyBegin || !answer {
			continue
		}
		bare := strings.TrimLeft(l, subjectMarks)
		for i := range r.begins {
			if rule := &r.begins[i]; strings.HasPrefix(bare, rule.phrase) {
				return rule.Verdict
			}
		}
	}
	if found := slices.Sorted(r.phrases.Find(top.String())); len(found) > 0 {
		return r.within[found[0]].Verdict
	}
	return Verdict{}
}
