package person

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"maildesk/addr"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// Gone stands in the place of what was erased.
const Gone = ticket.Gone

// Traces is what a person is known by in texts and mails.
type Traces struct {
	Address   string   // as it is compared, see [addr.Key]
	Names     []string // as people are shown: "Ana Berg"
	spellings []string // of the address, in lower case
	address   finder
	within    finder // the address within a link
	paths     finder // the same within a reverse-path: bounce-12-ana=example.net@… (VERP), SRS0=…=example.net=ana@…
	spoken    finder // the address as people write it who fear robots: "ana [at] example [dot] net"
	names     finder
	turned    finder    // names with their last word in front: "Berg, Ana"
	parts     finder    // single words of names, and names that are others' as well
	own       *ownWords // all that they wrote, word by word
	unshared  *ownWords // what of it counts elsewhere
	subjects  finder    // of the requests that are theirs, and names; they count where a subject stands

	// "#17", for tickets on which they take part, and a line with that and one of those subjects behind it; nil: there is none.
	numbers, listed *regexp.Regexp
}

// finder finds words that stand alone. One after the other is looked for: where two begin alike,
// as "Ana Berg" and "Ana Berg-Meyer", only one of them may stand alone.
type finder struct {
	words []word // the longest first, of which others may be a part

	// These characters, right before or behind, make it a part of something longer.
	before, behind func(rune) bool
}

// word is one, or several, that a finder looks for.
type word struct {
	find  *regexp.Regexp
	hints []string // one of these, in lower case, stands in every text that has it
	upper bool     // it is in lower case a word like others ("will", "may"), unless an address follows
}

// NewTraces returns the traces of a person with an address and names. Names of one word, and those
// that are doubtful, count only where the person takes part ([Traces.ScrubNear]): others have them, too.
func NewTraces(address string, names, doubtful, lines []string) Traces {
	t := Traces{Address: addr.Key(strings.TrimSpace(address))}
	local, domain, _ := cutLast(t.Address, "@")
	if t.Address == "" {
		local = "\x00" // nobody's
	}
	locals, domains := composed(local), composed(domain)
	if name, err := idna.Lookup.ToUnicode(domain); err == nil && name != domain {
		domains = append(domains, composed(name)...)
	}
	if t.Address != "" {
		for _, l := range locals {
			for _, d := range domains {
				t.spellings = append(t.spellings, l+"@"+d)
			}
		}
	}
	find := func(left []string, between string, right []string) *regexp.Regexp {
		return regexp.MustCompile(`(?i)(?:` + strings.Join(quoted(slices.Clone(left)), "|") + `)` + between + `(?:` + strings.Join(quoted(slices.Clone(right)), "|") + `)`)
	}
	t.address = finder{[]word{{find: find(locals, "@", domains), hints: domains}}, addressChar, letter}
	t.within = finder{[]word{{find: find(locals, "%40", domains), hints: domains}}, letter, letter}
	t.paths = finder{[]word{{find: find(locals, "=", domains), hints: domains}, {find: find(domains, "=", locals), hints: domains}}, letterOrDigit, letter}
	if t.Address != "" {
		t.spoken = spoken(locals, domains)
	}
	parts := severalWords(doubtful)
	for i, name := range slices.Concat(names, doubtful) {
		name = strings.Join(strings.Fields(name), " ")
		if strings.EqualFold(name, t.Address) || name == "" {
			continue
		}
		if words := strings.Fields(name); len(words) > 1 && i < len(names) && !slices.Contains(t.Names, name) {
			t.Names = append(t.Names, name)
		}
		for word := range strings.FieldsSeq(name) {
			if word = strings.Trim(word, `.,"'()`); utf8.RuneCountInString(word) > 2 {
				parts = append(parts, word)
			}
		}
	}
	t.turned = anyOf(turned(t.Names))
	t.names, t.parts, t.own = anyOf(t.Names), anyOf(parts), newOwnWords(lines)
	for i, w := range t.parts.words {
		t.parts.words[i].upper = !strings.Contains(w.find.String(), between)
	}
	for _, line := range lines {
		for _, part := range strings.Split(t.parts.scrub(t.Scrub(line), lowered(line)), Gone) { // an article has another mark in the place of a name
			t.own.addWhole(part)
		}
	}
	t.unshared = t.own
	return t
}

// severalWords returns the names of more words than one.
func severalWords(names []string) (several []string) {
	for _, name := range names {
		if len(strings.Fields(name)) > 1 {
			several = append(several, name)
		}
	}
	return several
}

// composed returns a text, and the same with its accents apart (NFD) and as [fold] returns it where that differs.
func composed(s string) (all []string) {
	for _, form := range []string{s, norm.NFD.String(s), fold(s).text} {
		if !slices.Contains(all, form) {
			all = append(all, form)
		}
	}
	return all
}

// shortestLine is how many characters a line has at the least that is thought to be
// somebody's own, and no greeting.
const shortestLine = 20

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// anyOf returns what finds any of some words, whatever their case and the space in them.
func anyOf(words []string) finder {
	f := finder{before: nameChar, behind: nameChar}
	longest := slices.SortedFunc(slices.Values(words), func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	for _, w := range slices.Compact(longest) {
		parts := strings.Fields(fold(w).text)
		if len(parts) == 0 {
			continue
		}
		hints := []string{strings.ToLower(parts[0])}
		f.words = append(f.words, word{regexp.MustCompile(`(?i)` + strings.Join(quoted(parts), between)), hints, false})
	}
	return f
}

// between is what may stand between the words of a name: spaces, and the end of a line of a quotation.
const between = `[\s\p{Z}>|]+`

// turned returns names with their last word in front, as lists have them: "Berg, Ana".
func turned(names []string) (all []string) {
	for _, name := range names {
		if words := strings.Fields(name); len(words) > 1 && !strings.Contains(name, ",") {
			last := len(words) - 1
			all = append(all, words[last]+", "+strings.Join(words[:last], " "))
		}
	}
	return all
}

// listedChars is how many characters of a subject stand in a list at the least, where it is long.
const listedChars = 60

// list sets by what the lists are found that name the person's requests.
func (t *Traces) list(tickets []ticket.ID, subjects []string) {
	if len(tickets) == 0 || len(subjects) == 0 {
		return
	}
	var numbers, begins []string
	for _, id := range tickets {
		numbers = append(numbers, strconv.FormatInt(int64(id), 10))
	}
	for _, s := range subjects {
		runes := []rune(plain(s))
		if words := strings.Fields(string(runes[:min(len(runes), listedChars)])); len(words) > 0 { // not only marks
			begins = append(begins, strings.Join(quoted(words), `\s+`))
		}
	}
	if begins == nil {
		return
	}
	number := `#(?:` + strings.Join(numbers, "|") + `)\b`
	t.numbers, t.listed = regexp.MustCompile(number), regexp.MustCompile(`(?i)`+number+`.*(?:`+strings.Join(begins, "|")+`)`)
}

// Lists reports whether a mail names one of the person's requests with its subject among others, as
// digests, warnings and figures do: "#17 Help with my divorce".
func (t Traces) Lists(raw []byte) bool {
	return t.numbers != nil && t.numbers.Match(raw) && t.listed.MatchString(mailparse.Parse(raw, mailparse.Envelope{}).Text)
}

func quoted(words []string) []string {
	for i, w := range words {
		words[i] = regexp.QuoteMeta(w)
	}
	return words
}

// In reports whether a text has the person's address or a whole name.
func (t Traces) In(text string) bool {
	return t.Scrub(text) != text
}

// InBytes reports whether the bytes of any file have the person's address or a whole name,
// even as a part of something longer: in a database the texts of a row stand without a gap.
func (t Traces) InBytes(text string) bool {
	lower := strings.ToLower(text)
	return slices.ContainsFunc(t.spellings, func(s string) bool { return strings.Contains(lower, s) }) || t.spoken.anywhere(text, lower) ||
		slices.ContainsFunc(t.Names, func(name string) bool { return strings.Contains(lower, strings.ToLower(name)) })
}

// InNear is In for a text of a ticket in which the person takes part: single words of
// their names and lines that they wrote count, too.
func (t Traces) InNear(text string) bool { return t.ScrubNear(text) != text }

// InMail reports whether a mail has the person's address or a whole name, in any encoding.
func (t Traces) InMail(raw []byte) bool { return t.inMail(raw, t.In) }

// InMailNear is InMail for a mail of a ticket in which the person takes part.
func (t Traces) InMailNear(raw []byte) bool {
	return t.inMail(raw, t.InNear) || t.inSubject(raw)
}

// inSubject reports whether the subject of a mail has one of the person's requests.
func (t Traces) inSubject(raw []byte) bool {
	return len(t.subjects.words) > 0 && t.ScrubSubject(mailparse.SubjectOf(raw)) != mailparse.SubjectOf(raw)
}

func (t Traces) inMail(raw []byte, in func(string) bool) bool {
	return in(strings.ToValidUTF8(string(raw), "\uFFFD")) || isEncoded(raw) && readingsOfMail(raw).in(in)
}

// isEncoded reports whether a mail may hold text that its bytes do not show.
func isEncoded(raw []byte) bool {
	lower := bytes.ToLower(raw)
	for _, mark := range []string{"=?", "quoted-printable", "base64", "charset", "html", "multipart", "format"} {
		if bytes.Contains(lower, []byte(mark)) {
			return true
		}
	}
	return false
}

// Scrub returns a text with the person's address and whole names replaced.
func (t Traces) Scrub(text string) string {
	lower := lowered(text)
	return t.turned.scrub(t.names.scrub(t.paths.scrub(t.within.scrub(t.spoken.scrub(t.address.scrub(text, lower), lower), lower), lower), lower), lower)
}

// ScrubNear is Scrub for a text of a ticket in which the person takes part. Quotations of them are replaced,
// lines and words in a row that they wrote, single words of their names, and the subjects of
// their requests in the fields above what is quoted ("Subject: Re: Help with my divorce").
func (t Traces) ScrubNear(text string) string {
	text = t.own.scrub(t.scrubQuotes(t.scrubFields(text)))
	return t.scrubNames(text, true)
}

// scrubNames replaces the person's address and names, and where they take part single words of these.
func (t Traces) scrubNames(text string, near bool) string {
	if near {
		return t.parts.scrub(t.Scrub(text), lowered(text))
	}
	return t.Scrub(text)
}

// ScrubFar is Scrub for a text of agents or the desk where the person takes no part: what these quote of them
// is replaced as well, if it is long enough to be theirs.
func (t Traces) ScrubFar(text string) string {
	if t.unshared.quotedIn(text) {
		t.own = t.unshared
		text = t.own.scrub(t.scrubQuotes(text))
	}
	return t.Scrub(text)
}

// quotedField is a line such as a program writes above what it quotes, and ofSubject such a one that has
// nothing but a subject which was replaced.
var (
	quotedField = regexp.MustCompile(`(?m)^[>| \t]*\*?\pL[\pL ]{0,20}\*?[ \x{a0}]?:.*$`)
	ofSubject   = regexp.MustCompile(`:[* ]*(?:\pL{2,4}: ?|\[[^\[\]]*\] ?)*` + regexp.QuoteMeta(Gone) + `\s*$`)
)

// scrubFields replaces the subjects of the person's requests where one is all of a field.
func (t Traces) scrubFields(text string) string {
	if t.subjects.scrub(text, lowered(text)) == text {
		return text
	}
	return quotedField.ReplaceAllStringFunc(text, func(line string) string {
		if scrubbed := t.subjects.scrub(line, lowered(line)); ofSubject.MatchString(scrubbed) {
			return scrubbed
		}
		return line
	})
}

// ScrubSubject is ScrubNear for a subject: those of the person's requests are replaced as well,
// and before what may be a part of one.
func (t Traces) ScrubSubject(text string) string {
	return t.ScrubNear(t.subjects.scrub(text, lowered(text)))
}

// scrub replaces what is found and stands alone: no character of the same kind may go on
// before or behind it.
// lower is the text as [lowered] returns it.
func (f finder) scrub(text, lower string) string {
	for _, w := range f.words {
		if slices.ContainsFunc(w.hints, func(h string) bool { return strings.Contains(lower, h) }) {
			text = f.replace(text, w)
		}
	}
	return text
}

// lowered returns a text in the form in which it is compared, in lower case.
func lowered(text string) string { return strings.ToLower(fold(text).text) }

// addressFollows matches what stands behind a word of a name where the address does: "ana berg <x@example.net>".
var addressFollows = regexp.MustCompile(`^[\pL\pM .,"']{0,40}[<(\[](?:mailto:)?[^\s<>()\[\]]{1,64}@`)

// longestFollowing is how many bytes of it are looked at.
const longestFollowing = 300

// replace is scrub for one of the words.
func (f finder) replace(text string, w word) string {
	var out strings.Builder
	at, form := 0, fold(text)
	for _, span := range w.find.FindAllStringIndex(form.text, -1) {
		before, _ := utf8.DecodeLastRuneInString(form.text[:span[0]])
		after, size := utf8.DecodeRuneInString(form.text[span[1]:])
		if after == '.' { // at the end of a sentence, or of an address that goes on
			after, _ = utf8.DecodeRuneInString(form.text[span[1]+size:])
		}
		if span[0] > 0 && f.before(before) || span[1] < len(form.text) && f.behind(after) {
			continue
		}
		if first, _ := utf8.DecodeRuneInString(form.text[span[0]:]); w.upper && unicode.IsLower(first) && !addressFollows.MatchString(form.text[span[1]:min(len(form.text), span[1]+longestFollowing)]) {
			continue
		}
		from, to := form.span(span[0], span[1])
		if from < at {
			continue
		}
		out.WriteString(text[at:from])
		out.WriteString(Gone)
		at = to
	}
	out.WriteString(text[at:])
	return out.String()
}

// addressChar reports whether an address may go on with a character on its left.
func addressChar(r rune) bool { return letter(r) || strings.ContainsRune("._+-", r) }

// nameChar reports whether a word goes on, or turns out to be part of an address.
func nameChar(r rune) bool { return addressChar(r) || r == '@' || r == '=' }

func letter(r rune) bool { return letterOrDigit(r) || r == '-' }

func letterOrDigit(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// plain returns a line without the marks of quotations, and with single spaces.
func plain(line string) string {
	return strings.Join(strings.Fields(strings.TrimLeft(line, "> |\t")), " ")
}
