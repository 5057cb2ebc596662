package person

import (
	"slices"
	"strings"
	"unicode/utf8"

	"maildesk/ticket"
)

// Proof looks for what is left of an erased person. First every row is shown to it, with what it holds as people
// read it, so that it also knows which of their lines others have written as well and which addresses are like
// theirs; then the bytes of files.
type Proof struct {
	Traces
	agent func(address string) bool
	whole []string // their lines as they wrote them, in lower case
	alike bool

	tickets  map[ticket.ID]bool // on which they took part
	mails    map[ticket.MailID]bool
	outgoing map[ticket.OutboxID]bool
	waits    map[ticket.OutboxID]bool

	published published
}

// proofLines is how many of somebody's lines are looked for in free pages.
const proofLines = 50

// NewProof returns the proof of a case. agent reports whether an address is an agent's.
func NewProof(k Case, agent func(address string) bool) *Proof {
	p := &Proof{
		Traces: k.Traces(), agent: agent, waits: setOf(k.Waits), published: published{},
		tickets: setOf(slices.Concat(k.Alone, k.Near)), mails: setOf(slices.Concat(k.Mails, k.Beside)), outgoing: setOf(slices.Concat(k.Outgoing, k.Told)),
	}
	known := map[string]bool{}
	for _, line := range k.Lines {
		line = strings.ToLower(strings.TrimSpace(line))
		if utf8.RuneCountInString(line) >= shortestLine && strings.Count(line, " ") >= 3 && !known[line] {
			known[line] = true
			p.whole = append(p.whole, line)
		}
	}
	slices.SortStableFunc(p.whole, func(a, b string) int { return len(b) - len(a) })
	p.whole = p.whole[:min(len(p.whole), proofLines)]
	return p
}

// Found is what a row still has of the person.
type Found struct {
	Column string // empty: it has nothing
	Kept   string // why that is kept; empty: it is left
}

// Why words that look like the person's are kept.
const (
	KeptOthers    = "words of somebody else outside, who may have written the same"
	KeptShared    = "words that somebody else outside wrote as well"
	KeptPublished = "a published article: look whether these words may stay"
	KeptWaiting   = "a mail to others that waits to be sent"
)

// Row returns what a row has of the person: their address or name, or words that they wrote.
func (p *Proof) Row(r Row) (found Found) {
	p.published.know(r)
	texts := map[string][]string{}
	for column, text := range r.Texts {
		texts[column] = []string{text}
		p.seen(text)
	}
	switch {
	case r.Bytes == nil:
	case r.Table == "outbox_file":
		texts["bytes"] = readingsOfFile(r.Bytes).texts
	default:
		texts["bytes"] = readingsOfMail(r.Bytes).texts
	}
	if r.Bytes != nil {
		p.seen(string(r.Bytes))
	}
	for column, all := range texts {
		if slices.ContainsFunc(all, p.In) {
			return Found{Column: column}
		}
		if slices.ContainsFunc(all, func(text string) bool { return p.says(r, text) }) {
			shared := !slices.ContainsFunc(all, p.unshared.quotedIn)
			if why := p.why(r, shared); found.Column == "" || why == "" {
				found = Found{column, why}
			}
		}
	}
	return found
}

// says reports whether a text of a row has words of the person: where they took part all that an erasure takes out
// there, also quotations that are said to be theirs, elsewhere so many that nobody else writes them by chance.
func (p *Proof) says(r Row, text string) bool {
	switch {
	case p.published.has(r):
		return len(p.own.spans(text)) > 0
	case p.isNear(r):
		return p.InNear(text)
	}
	return p.own.quotedIn(text)
}

func (p *Proof) isNear(r Row) bool {
	return p.tickets[r.Ticket] || p.mails[r.Mail] || p.outgoing[r.Outgoing]
}

// why returns why words that are the person's as it seems are kept; empty: they are left. shared: somebody else
// outside wrote them as well.
func (p *Proof) why(r Row, shared bool) string {
	switch {
	case p.published.has(r):
		return KeptPublished
	case p.isNear(r):
	case r.Table == "outbox_bytes" && p.waits[r.Outgoing]:
		return KeptWaiting
	case isOthers(r, p.agent):
		return KeptOthers
	case shared:
		return KeptShared
	}
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
