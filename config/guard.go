package config

import (
	"fmt"
	"regexp"
	"strings"

	"maildesk/addr"
	"maildesk/config/section"
)

// Guard is the section [guard]: who never gets an automatic mail.
type Guard struct {
	Addresses []*regexp.Regexp // of addresses in lower case
	Headers   []HeaderPattern
}

// HeaderPattern is a header field that marks mails which get no automatic answer.
type HeaderPattern struct {
	Name  string
	Value *regexp.Regexp // of a value in lower case
}

func (l *loader) readGuard(t *section.Table) {
	for i, text := range t.Texts("never_answer") {
		p, err := addressPattern(text)
		if err != nil {
			t.MistakeItem("never_answer", i, err.Error(), `write an address, "@example.net", "example.net" for a domain and those below, or one of these with *, as in "*-robot@example.net"`)
			continue
		}
		l.config.Guard.Addresses = append(l.config.Guard.Addresses, p)
	}
	for i, text := range t.Texts("never_answer_headers") {
		p, err := headerPattern(text)
		if err != nil {
			t.MistakeItem("never_answer_headers", i, err.Error(), `write a field and its value, where * stands for anything, as in "X-Mailer: Nagios*" or "X-Monitoring: *"`)
			continue
		}
		l.config.Guard.Headers = append(l.config.Guard.Headers, p)
	}
	t.Done()
}

// addressPattern parses an entry of a list, in which * matches any text.
func addressPattern(s string) (*regexp.Regexp, error) {
	if err := section.CheckEntry(strings.ReplaceAll(s, "*", "x")); err != nil {
		return nil, err
	}
	switch at := strings.IndexByte(s, '@'); {
	case at < 0:
		return glob("*[@.]", addr.Domain(s)), nil
	case at == 0:
		return glob("*", addr.WithDomain(s)), nil
	default:
		return glob("", addr.Key(s)), nil
	}
}

// glob returns an expression that matches a whole text against a pattern, in which *
// matches any text and brackets are a set.
func glob(before, s string) *regexp.Regexp {
	any := strings.NewReplacer("*", ".*")
	quoted := strings.ReplaceAll(regexp.QuoteMeta(strings.ToLower(s)), `\*`, ".*")
	return regexp.MustCompile("^" + any.Replace(before) + quoted + "$")
}

var fieldName = regexp.MustCompile(`^[!-9;-~]+$`) // RFC 5322 section 2.2

func headerPattern(s string) (HeaderPattern, error) {
	name, value, found := strings.Cut(s, ":")
	value = strings.TrimSpace(value)
	if !found || value == "" || !fieldName.MatchString(name) {
		return HeaderPattern{}, fmt.Errorf("%q is not a pattern of a header field", s)
	}
	return HeaderPattern{Name: name, Value: glob("", value)}, nil
}
