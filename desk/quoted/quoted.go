// Package quoted looks through what an agent's mail quotes. Who answers between the lines of a
// notice sends the lines that they answer along: there may be a colleague's note among them. And
// who types into the quoted mail, as Outlook's users do, has only what stands above it sent.
//
// The entry points are [Asked] and [Echoes].
package quoted

import (
	"slices"
	"strings"
	"unicode"

	"maildesk/desk/command"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/ticket"
)

const (
	maxQuotes = 10  // lines that an agent is shown of such
	maxLines  = 500 // quoted lines that are looked for in what was written before

	maxInitials = 8 // bytes of a name before a mark
)

// Asked returns about which lines an agent is asked before their mail is carried out, and why:
// internal ones that the mail quotes, or those that stand within the quoted mail, where nothing is
// sent of them. mayWait says for what the mail may wait. The kind is empty where nothing is asked.
func Asked(h *incoming.Handling, t ticket.Ticket, o order.Order, read command.Mail, mayWait func(notify.Held) bool) (notify.Held, []notify.Line, error) {
	if mayWait(notify.HeldQuoted) {
		if lines, err := internal(h, t, o, read); err != nil || len(lines) > 0 {
			return notify.HeldQuoted, lines, err
		}
	}
	if mayWait(notify.HeldWithin) && !o.ToVendor && !o.Note {
		if lines, err := typed(h, t, read.Text); err != nil || len(lines) > 0 {
			return notify.HeldWithin, lines, err
		}
	}
	return "", nil, nil
}

// internal returns the quoted lines of what would leave the desk that must not without a
// question: notes, and what agents wrote to each other; to a vendor also what requesters wrote.
func internal(h *incoming.Handling, t ticket.Ticket, o order.Order, read command.Mail) ([]notify.Line, error) {
	toReaders, toVendors := o.Approval.Text, ""
	for _, q := range o.Asks {
		toVendors += q.Text + "\n"
	}
	switch {
	case o.ToVendor:
		toVendors += read.Whole()
	case !o.Note:
		toReaders += "\n" + read.Whole()
	}
	ours, theirs := quotedLines(toReaders), quotedLines(toVendors)
	if len(ours)+len(theirs) == 0 {
		return nil, nil
	}
	written, err := writtenOn(h, t.ID)
	if err != nil {
		return nil, err
	}
	lines := append(written.among(ours, false), written.among(theirs, true)...)
	return lines[:min(len(lines), maxQuotes)], nil
}

// quotedLines returns the lines of a text that are marked as quoted, without the mark, and
// long enough to be known again.
func quotedLines(text string) (lines []string) {
	for line := range strings.Lines(text) {
		if bare, marked := withoutMark(line); marked && isTelling(bare) {
			lines = append(lines, incoming.SingleBlanks(bare))
		}
		if len(lines) == maxLines {
			break
		}
	}
	return lines
}

// withoutMark returns a line without what marks it as quoted, and whether anything does: ">", "|", initials before
// a ">", or the blanks by which the desk's own mails indent what people wrote.
func withoutMark(line string) (bare string, marked bool) {
	line = strings.TrimRight(line, "\r\n")
	bare = strings.TrimLeft(line, " \t")
	marked = strings.HasPrefix(line, "    ") || strings.HasPrefix(line, "\t")
	if letters := strings.IndexByte(bare, '>'); letters > 0 && letters <= maxInitials && !strings.ContainsFunc(bare[:letters], func(r rune) bool { return !unicode.IsLetter(r) }) {
		bare = bare[letters:]
	}
	rest := strings.TrimLeft(bare, ">| \t")
	return rest, marked || rest != bare
}

// isTelling reports whether a line has enough letters and digits not to stand in two texts by chance.
func isTelling(line string) bool {
	letters := 0
	for _, r := range line {
		switch {
		case r >= 0x2e80 && unicode.IsLetter(r): // Chinese, Japanese, Korean: a letter is a word
			letters += 2
		case unicode.IsLetter(r), unicode.IsDigit(r):
			letters++
		}
	}
	return letters >= 8
}

// written is what was written on a ticket, each text on one line.
type written struct {
	open   []string // to its readers, or by them
	inside []string // among agents
	theirs []string // by requesters and others who take part
}

// writtenOn returns what was written on a ticket, and on those that are merged with it.
func writtenOn(h *incoming.Handling, of ticket.ID) (w written, err error) {
	entries, err := decision.Story(h.Tx, of)
	if err != nil {
		return w, err
	}
	for _, e := range entries {
		whole := incoming.SingleBlanks(e.Text + "\n" + e.Full)
		_, byAgent := h.Set.AgentAt(e.Author)
		switch {
		case e.Kind == ticket.EntryMessage:
			w.open, w.theirs = append(w.open, whole), append(w.theirs, whole)
		case e.Kind == ticket.EntryReply:
			w.open = append(w.open, whole)
		case e.Kind == ticket.EntryNote && byAgent:
			w.inside = append(w.inside, incoming.SingleBlanks(unquoted(e.Text)), incoming.SingleBlanks(unquoted(e.Full)))
		}
	}
	events, err := h.Tx.Events(of)
	for _, e := range events {
		if isTelling(e.Reason) && strings.Contains(e.Reason, " ") {
			w.inside = append(w.inside, incoming.SingleBlanks(e.Reason))
		}
	}
	return w, err
}

// unquoted returns a text without its quoted lines.
func unquoted(text string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), ">") }), "\n")
}

// among returns those of some lines that are internal. A vendor may read no more than that.
func (w written) among(lines []string, vendor bool) (found []notify.Line) {
	within := func(texts []string, line string) bool {
		return slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, line) })
	}
	for _, line := range lines {
		if len(found) == maxQuotes {
			break
		}
		if vendor && within(w.theirs, line) || within(w.inside, line) && !within(w.open, line) {
			found = append(found, notify.Line{Command: line})
		}
	}
	return found
}

// announcing are words, as of wordsOf, by which people say that they answer within the mail that they quote.
var announcing = eachWordsOf(
	"inline", "see below", "answers below", "comments below", "answered below", "answer below", "in blue", "in red", "in green", "in purple", "in colour", "in color", "between the lines",
	"siehe unten", "s.u.", "s. u.", "antworten unten", "unten in", "in rot", "in blau", "in grün", "im text", "zwischen den zeilen", "weiter unten",
	"ci-dessous", "plus bas", "en rouge", "en bleu", "en vert", "dans le texte", "dans le corps",
	"más abajo", "ver abajo", "abajo", "en rojo", "en azul", "en verde", "entre líneas", "vedi sotto", "qui sotto", "di seguito", "in rosso", "in blu", "in verde", "nel testo",
	"zie onder", "hieronder", "in het rood", "in het blauw", "in rood", "in blauw", "tussen de regels", "abaixo", "em vermelho", "a vermelho", "em azul", "poniżej", "na czerwono", "na niebiesko", "w tekście",
)

func eachWordsOf(texts ...string) []string {
	for i, text := range texts {
		texts[i] = wordsOf(text)
	}
	return texts
}

// wordsOf returns the words of a text in small letters, with a blank around each.
func wordsOf(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
	return " " + strings.Join(words, " ") + " "
}

// typed returns the lines that an agent typed into the mail that they quote, where the
// text for readers above it says that there are such: they would not go out.
func typed(h *incoming.Handling, t ticket.Ticket, text string) (lines []notify.Line, err error) {
	low := wordsOf(text)
	if !slices.ContainsFunc(announcing, func(words string) bool { return strings.Contains(low, words) }) {
		return nil, nil
	}
	answers, err := h.TypedWithin(t.ID)
	for line := range strings.Lines(answers) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, ">") && len(lines) < maxQuotes {
			lines = append(lines, notify.Line{Command: line})
		}
	}
	return lines, err
}
