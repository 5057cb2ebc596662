package person

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"maildesk/addr"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// A name is what a person writes beside their address, so it may be any words: those of another
// person of the same name, of an agent or the desk, or words that stand in everybody's mails ("Best
// Regards"). Whoever calls themselves so and asks to be erased must not take these from others.

// House is who has the desk. What it is called is nobody's trace.
type House struct {
	Names []string                  // of the desk and its agents
	Ours  func(address string) bool // whether an address is theirs
}

// Name is a name of somebody, of one word or several.
type Name struct {
	Name  string `json:"name"`
	Doubt string `json:"doubt,omitempty"` // why it counts only where they take part; empty: it counts everywhere
}

// OneWord is the doubt about a name of one word.
const OneWord = "one word"

// Sure takes down names that somebody says are the person's alone: they count everywhere, whoever else
// has them.
func (c *Collection) Sure(names ...string) {
	for _, name := range names {
		name = strings.Join(strings.Fields(name), " ")
		c.Names[name], c.sure[name] = true, true
	}
}

// Doubt takes of a row which names of the person are others' as well: somebody else bears them, or they
// stand in what somebody wrote, or was written, where the person takes no part. Notes of agents do not
// count: there a name is that of the person. Call it with every row after Knows, and then Doubted.
func (c *Collection) Doubt(r Row) {
	c.strike(r)
	if len(c.open) == 0 {
		return
	}
	where, texts := c.ofOthers(r)
	for name, find := range c.open {
		if slices.ContainsFunc(texts, find.in) {
			c.doubts[name] = where
			delete(c.open, name)
		}
	}
}

// strike takes down which words of theirs somebody else wrote, or the desk in a mail.
func (c *Collection) strike(r Row) {
	switch {
	case len(c.Lines) == 0:
	case r.Table == "entry" && !addr.Same(r.Texts["author"], c.Address):
		outside := r.Kind == string(ticket.EntryMessage) && !c.house.Ours(r.Texts["author"])
		c.own.strike(r.Texts["text"], moment{r.At, r.ID}, outside)
	case r.Table == "outbox_bytes" && c.sent[r.Outgoing] != 0: // what it has of an entry of the same time came of that
		c.own.strike(mailparse.Parse(r.Bytes, mailparse.Envelope{}).Text, moment{c.sent[r.Outgoing], math.MaxInt64}, false)
	}
}

// in reports whether a text has one of the words.
func (f finder) in(text string) bool { return f.scrub(text, lowered(text)) != text }

// begin opens the question, for each name of several words, whether it is others' as well.
func (c *Collection) begin() {
	c.open, c.doubts, c.outside, c.together = map[string]finder{}, map[string]string{}, map[ticket.OutboxID]bool{}, c.near()
	for name := range c.Names {
		find := anyOf([]string{name})
		switch {
		case c.sure[name]:
		case !strings.Contains(name, " "):
			c.doubts[name] = OneWord
		case slices.ContainsFunc(c.house.Names, find.in):
			c.doubts[name] = "the desk or an agent is called so"
		default:
			c.open[name] = find
		}
	}
}

// ofOthers returns what a row has of names of others, and of texts by and to people outside on tickets
// on which the person takes no part, and where that is.
func (c *Collection) ofOthers(r Row) (where string, texts []string) {
	far := r.Ticket != 0 && !c.together[r.Ticket]
	switch r.Table {
	case "ticket":
		return c.borne(r.Texts["requester"], r.Texts["name"])
	case "participant":
		return c.borne(r.Texts["address"], r.Texts["name"])
	case "mail_raw":
		from := mailparse.ShownFrom(r.Bytes)
		return c.borne(from.Address, from.Name)
	case "entry":
		if kind := ticket.EntryKind(r.Kind); far && kind != ticket.EntryNote && kind != ticket.EntrySystem && !addr.Same(r.Texts["author"], c.Address) {
			return fmt.Sprintf("it stands in the correspondence of ticket #%d", r.Ticket), []string{r.Texts["name"], r.Texts["text"], r.Texts["full_text"], r.Texts["subject"]}
		}
		return c.borne(r.Texts["author"], r.Texts["name"])
	case "outbox":
		to := r.Texts["recipient"]
		c.outside[r.Outgoing] = far && to != "" && !addr.Same(to, c.Address) && !c.house.Ours(to)
	case "outbox_bytes":
		if of := c.outgoing[r.Outgoing]; c.outside[r.Outgoing] {
			m := mailparse.Parse(r.Bytes, mailparse.Envelope{})
			return fmt.Sprintf("it stands in a mail that went out about ticket #%d", of), []string{m.Subject, m.Text}
		}
	}
	return "", nil
}

// borne returns the name that somebody else bears.
func (c *Collection) borne(address, name string) (where string, texts []string) {
	if address == "" || name == "" || addr.Same(address, c.Address) || IsPlaceholder(address) {
		return "", nil
	}
	return "another address has it as well", []string{name}
}

// Doubted ends the second pass: from then on names that are others' as well count only where the person
// takes part.
func (c *Collection) Doubted() {
	c.open, c.outside = nil, nil
	lines := c.Lines
	c.Lines, c.alone = c.own.without(lines, c.own.others(c.written, false)), c.own.without(lines, c.own.others(c.written, true))
	c.Traces = NewTraces(c.Address, c.named(false), c.named(true), nil)
}

// named returns the names that count everywhere, or those that are doubtful.
func (c *Collection) named(doubtful bool) (names []string) {
	for _, name := range slices.Sorted(maps.Keys(c.Names)) {
		if (c.doubts[name] != "") == doubtful {
			names = append(names, name)
		}
	}
	return names
}

// Known returns the person's names, and which of them are doubtful.
func (c *Collection) Known() (names []Name) {
	for _, name := range slices.Sorted(maps.Keys(c.Names)) {
		names = append(names, Name{name, c.doubts[name]})
	}
	return names
}

// Doubts reports whether it is not known of a name, or of words, yet whose they are.
func (c *Collection) Doubts() bool { return len(c.open)+len(c.Lines) > 0 }
