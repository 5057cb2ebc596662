package routing

import (
	"errors"
	"reflect"
	"regexp"
	"strings"
	"time"
	"unicode"
)

// The names that only [bounds] writes into an expression.
const (
	mailName  = "$mail"
	tickName  = "$tick"
	matchName = "$match"
)

// mail is what the functions of conditions know of the mail that is judged. It
// serves one call of Route or Explain.
type mail struct {
	facts *Facts
	watch stopwatch
	words map[string]string // text → its words, as [words] gives them
}

// function is one function that conditions may call.
type function struct {
	call    func(args ...any) (any, error) // args[0] is the *mail
	written any                            // pointer to its type, as admins write it
	bounded any                            // pointer to its type with the mail in front
}

// functions are the helpers of conditions. Their table is in docs/routing.md.
func functions() map[string]function {
	return map[string]function{
		// has_word reports whether a text has one of the words or phrases,
		// whole and in any case.
		"has_word": {hasWord, new(func(string, ...string) bool), new(func(*mail, string, ...string) bool)},
		// header gives the value of a header field, in any case; several are
		// joined by line feeds, an absent one is empty.
		"header": {header, new(func(string) string), new(func(*mail, string) string)},
		// domain gives what stands behind the @ of an address.
		"domain": {domain, new(func(string) string), new(func(*mail, string) string)},
		// in_domain reports whether an address is in one of the domains or
		// in a domain below.
		"in_domain": {inDomain, new(func(string, ...string) bool), new(func(*mail, string, ...string) bool)},
		tickName:    {tick, new(func() bool), new(func(*mail) bool)},
		matchName:   {match, new(func(string, *regexp.Regexp) bool), new(func(*mail, string, *regexp.Regexp) bool)},
	}
}

func hasWord(args ...any) (any, error) {
	m, text := args[0].(*mail), args[1].(string)
	if err := m.watch.check(); err != nil {
		return false, err
	}
	in, ok := m.words[text]
	if !ok {
		in = words(text)
		m.words[text] = in
	}
	for _, w := range args[2:] {
		if w := words(w.(string)); len(w) > 1 && strings.Contains(in, w) {
			return true, nil
		}
	}
	return false, nil
}

// words gives the words of a text in lower case, with one space before and
// after each; what is neither letter, mark nor digit parts words.
func words(text string) string {
	var b strings.Builder
	b.Grow(len(text) + 2)
	apart := false
	b.WriteByte(' ')
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			apart = b.Len() > 1
			continue
		}
		if apart {
			b.WriteByte(' ')
			apart = false
		}
		b.WriteRune(unicode.ToLower(r))
	}
	if b.Len() > 1 {
		b.WriteByte(' ')
	}
	return b.String()
}

func header(args ...any) (any, error) {
	return args[0].(*mail).facts.Headers[strings.ToLower(args[1].(string))], nil
}

func domain(args ...any) (any, error) {
	return domainOf(args[1].(string)), nil
}

func domainOf(address string) string {
	return strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
}

func inDomain(args ...any) (any, error) {
	have := "." + domainOf(args[1].(string))
	for _, d := range args[2:] {
		if strings.HasSuffix(have, "."+strings.ToLower(d.(string))) {
			return true, nil
		}
	}
	return false, nil
}

func tick(args ...any) (any, error) {
	return true, args[0].(*mail).watch.check()
}

func match(args ...any) (any, error) {
	m, text, re := args[0].(*mail), args[1].(string), args[2].(*regexp.Regexp)
	if err := m.watch.check(); err != nil {
		return false, err
	}
	return re.MatchString(text), nil
}

// How long rules may take. A rule needs microseconds; only one that went wrong
// meets these.
const (
	maxRuleTime = 200 * time.Millisecond
	maxMailTime = 2 * time.Second
)

var errRuleTime = errors.New("it took too long")

// stopwatch ends a rule that takes too long. Loops and patterns look at it.
type stopwatch struct{ mail, rule time.Time }

// start begins a rule; it is false when the mail has used up its time.
func (s *stopwatch) start() bool {
	s.rule = time.Now()
	if s.mail.IsZero() {
		s.mail = s.rule
	}
	return s.rule.Sub(s.mail) < maxMailTime
}

func (s *stopwatch) check() error {
	if time.Since(s.rule) > maxRuleTime {
		return errRuleTime
	}
	return nil
}

// variables gives the names that conditions can read, with their values.
func variables(m *mail, f Facts) map[string]any {
	env := map[string]any{mailName: m}
	v := reflect.ValueOf(f)
	for i := range v.NumField() {
		env[v.Type().Field(i).Tag.Get("expr")] = v.Field(i).Interface()
	}
	return env
}
