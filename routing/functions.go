package routing

import "strings"

// The names that only [bounds] writes into an expression.
const (
	mailName     = "$mail"
	tickName     = "$tick"
	matchName    = "$match"
	containsName = "$contains"
)

// mail is what the functions of conditions know of the mail that is judged. It
// serves one call of Route or Explain.
type mail struct {
	facts *Facts
	rules *Rules
	watch stopwatch
	texts []*text
}

// function is one function that conditions may call.
type function struct {
	call    func(args ...any) (any, error) // args[0] is the *mail
	written any                            // pointer to its type, as admins write it
	bounded any                            // pointer to its type as [bounds] calls it
}

// functions are the helpers of conditions; docs/routing.md explains them.
var functions = map[string]function{
	"has_word":   {hasWord, new(func(string, ...string) bool), new(func(*mail, string, []string) bool)},
	"header":     {header, new(func(string) string), new(func(*mail, string) string)},
	"domain":     {domain, new(func(string) string), new(func(*mail, string) string)},
	"in_domain":  {inDomain, new(func(string, ...string) bool), new(func(*mail, string, ...string) bool)},
	"in_network": {inNetwork, new(func(string, ...string) bool), new(func(*mail, string, ...string) bool)},
	"in_list":    {inList, new(func(string, string) bool), new(func(*mail, string, string) bool)},
	tickName:     {tick, new(func() bool), new(func(*mail) bool)},
	matchName:    {match, new(func(string, *pattern) bool), new(func(*mail, string, *pattern) bool)},
	containsName: {contains, new(func(string, literal) bool), new(func(*mail, string, literal) bool)},
}

// hasWord reports whether a text has one of the words or phrases, whole and in
// any case. The words come as spaced gives them.
func hasWord(args ...any) (any, error) {
	t := args[0].(*mail).text(args[1].(string))
	for _, w := range args[2].([]string) {
		if len(w) > 1 && t.words().contains(w) {
			return true, nil
		}
	}
	return false, nil
}

// header gives the value of a header field, in any case; several are joined by
// line feeds, an absent one is empty.
func header(args ...any) (any, error) {
	return args[0].(*mail).facts.Headers[strings.ToLower(args[1].(string))], nil
}

// tick is called in every round of a loop.
func tick(args ...any) (any, error) {
	return true, args[0].(*mail).watch.check()
}

// match stands for the operator matches.
func match(args ...any) (any, error) {
	m, p := args[0].(*mail), args[2].(*pattern)
	t := m.text(args[1].(string))
	if !p.mayMatch(t.folded()) {
		return false, nil
	}
	if err := m.watch.check(); err != nil {
		return false, err
	}
	return p.re.MatchString(t.plain), nil
}

// literal is a text that is looked for as it is, and its folded form.
type literal struct{ text, folded string }

// contains stands for the operator contains.
func contains(args ...any) (any, error) {
	t, l := args[0].(*mail).text(args[1].(string)), args[2].(literal)
	return t.folded().contains(l.folded) && strings.Contains(t.plain, l.text), nil
}
