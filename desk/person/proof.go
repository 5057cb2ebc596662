package person

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Proof looks for what is left of an erased person. First every row is shown to it, so that
// it knows which of their lines others have written as well and which addresses are like
// theirs, then the bytes of files.
type Proof struct {
	Traces
	whole []string // their lines as they wrote them, in lower case
	alike bool
}

// proofLines is how many of somebody's lines are looked for.
const proofLines = 50

// NewProof returns the proof of a case.
func NewProof(k Case) *Proof {
	p := &Proof{Traces: k.Traces()}
	for _, line := range k.Lines {
		line = strings.ToLower(strings.TrimSpace(line))
		if utf8.RuneCountInString(line) >= shortestLine && strings.Count(line, " ") >= 3 && !slices.Contains(p.whole, line) {
			p.whole = append(p.whole, line)
		}
	}
	slices.SortStableFunc(p.whole, func(a, b string) int { return len(b) - len(a) })
	p.whole = p.whole[:min(len(p.whole), proofLines)]
	return p
}

// Row returns what of a row has the person's address or name; empty: nothing.
func (p *Proof) Row(r Row) (column string) {
	for name, text := range r.Texts {
		if p.In(text) {
			return name
		}
		p.seen(text)
	}
	if r.Bytes == nil {
		return ""
	}
	if p.InMail(r.Bytes) {
		return "bytes"
	}
	p.seen(string(r.Bytes))
	return ""
}

// seen takes down what others have that looks like the person's.
func (p *Proof) seen(text string) {
	p.alike = p.alike || p.InBytes(text)
	lower := strings.ToLower(text)
	p.whole = slices.DeleteFunc(p.whole, func(line string) bool { return strings.Contains(lower, line) })
}

// InDatabase reports whether the bytes of a database have something of the person.
func (p *Proof) InDatabase(text string) bool {
	lower := strings.ToLower(text)
	return !p.alike && p.InBytes(text) || slices.ContainsFunc(p.whole, func(line string) bool { return strings.Contains(lower, line) })
}
