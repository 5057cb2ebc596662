package command

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// line is one line of a text as it is looked at.
type line struct {
	empty    bool
	quoted   bool   // behind ">": somebody else's words
	command  bool   // plainly a command of the table
	sign     bool   // it begins with a number sign and is not a command
	heading  bool   // likewise, and it is rather a heading: "# Categoría"
	doubtful bool   // but for marks that do not belong there, it would be a command
	name     string // of the command, or what stands in its place
	arg      string
	folded   string
}

// ornaments are what people and programs write around a word: marks of lists, of
// bold text and code, quotation marks, brackets, a backslash.
const (
	opening = "-*•·‣◦▪●–—+_~`\\\"'“”„‟‘’‚‹[({<"
	closing = "*_~`\"'“”‟‘’›])}>"
	marks   = ".,;:!–—-" // that may stand behind a command
)

// longest is how long a line may be that is looked at for a bare word.
const longest = 60

// read looks at one line.
func read(source string) line {
	other := standsFor(source)
	if len(source) > longest && !other && !strings.ContainsAny(source, signs) && !strings.Contains(source, "&") && !strings.Contains(source, "%23") {
		return line{folded: source, quoted: strings.HasPrefix(strings.TrimLeft(source, " \t"), ">")}
	}
	l := line{folded: fold(source)}
	switch {
	case l.folded == "":
		l.empty = true
		return l
	case l.folded[0] == '>':
		l.quoted = true
		return l
	}
	bare := strings.TrimLeft(l.folded, opening+" ")
	if strings.HasPrefix(l.folded, "«") && strings.Contains(l.folded, "»") {
		bare = strings.TrimLeft(l.folded, "« ")
	}
	if strings.HasPrefix(bare, "#") {
		l.read(source, bare)
		return l
	}
	l.doubtful = other || isDoubtful(l.folded, bare) || isDictated(l.folded) || overridden(source)
	return l
}

// standsFor reports whether a line has a command behind the sign by which commands begin in
// chats, or behind the one that other keyboards have on the key of the number sign: "/note …",
// "№note …".
func standsFor(source string) bool {
	source = strings.TrimSpace(source)
	rest, found := strings.CutPrefix(source, "№")
	if !found {
		if rest, found = strings.CutPrefix(source, "/"); !found {
			return false
		}
	}
	name, after := cutName(strings.TrimSpace(fold(rest)))
	return isCommand(name) && (after == "" || strings.ContainsAny(after[:1], " "+marks))
}

// overridden reports whether a line is read as a command only because a mark turns
// its letters round (U+202E).
func overridden(source string) bool {
	_, turned, found := strings.Cut(source, "\u202e")
	if !found {
		return false
	}
	letters := []rune(strings.TrimSpace(fold(turned)))
	slices.Reverse(letters)
	name, marked := strings.CutPrefix(string(letters), "#")
	if !marked {
		return false
	}
	name, _ = cutName(strings.TrimSpace(name))
	return isCommand(name)
}

// read reads a line that begins with a number sign.
func (l *line) read(source, bare string) {
	after := strings.TrimLeft(bare, "# ")
	spaced, several := strings.HasPrefix(bare, "# "), strings.HasPrefix(bare, "##")
	name, rest := cutName(after)
	e, known := Lookup(name)
	if bare != l.folded { // what was opened is closed
		rest = strings.TrimRight(rest, closing+" »")
	}
	arg := strings.TrimLeft(rest, closing+e.marks()+" »")
	alias := known && name != e.Name && e.Name != "note"
	l.heading = alias && (several || spaced && (arg != "" || e.Takes == Words))
	switch {
	case !known, l.heading, goesOn(rest):
		word, more, _ := strings.Cut(after, " ")
		l.sign, l.name, l.arg, l.doubtful = true, strings.ToLower(word), strings.TrimSpace(more), known && !l.heading
	case several, spaced && arg != "":
		l.doubtful = true
	default:
		l.command, l.name = true, e.Name
		l.arg = verbatim(source, name, arg)
	}
}

// goesOn reports whether a word does not end where its letters do: "-to-self".
func goesOn(rest string) bool {
	return len(rest) > 1 && (rest[0] == '-' || rest[0] == '_') && rest[1] != ' ' && !strings.ContainsAny(rest[1:2], closing+marks)
}

// cutName cuts the letters and digits of a name off, in lower case.
func cutName(s string) (name, rest string) {
	end := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) })
	if end < 0 {
		end = len(s)
	}
	return strings.ToLower(s[:end]), s[end:]
}

// verbatim returns the argument as it was written, where the line itself begins
// with the command; the argument of words without marks around it.
func verbatim(source, name, arg string) string {
	source = strings.TrimSpace(source)
	e, _ := Lookup(name)
	marks := e.marks()
	if n := 1 + len(name); len(source) > n && source[0] == '#' && strings.EqualFold(source[1:n], name) && arg != "" {
		arg = strings.TrimLeftFunc(source[n:], func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(marks, r) })
	}
	if takes(name) == Words && !strings.Contains(arg, " ") {
		arg = strings.Trim(arg, marks+closing+"<[({")
	}
	return strings.TrimSpace(arg)
}

// dashes are the signs that a minus may be, as programs correct it.
const dashes = "-–—"

// marks returns the marks that may stand behind a command without being part of its
// argument.
func (e Entry) marks() string {
	if e.Minus {
		return strings.Trim(marks, dashes)
	}
	return marks
}

// isDoubtful reports whether a line is a command but for the marks in front of
// it: another sign, a number of a list, an emoji, brackets around the bare word.
func isDoubtful(folded, bare string) bool {
	for _, encoded := range []string{"%23", "=23"} {
		if rest, found := strings.CutPrefix(bare, encoded); found {
			name, _ := cutName(rest)
			return isCommand(name)
		}
	}
	start := strings.IndexFunc(folded, func(r rune) bool { return r == '#' || r == '>' || unicode.IsLetter(r) })
	if start < 0 || folded[start] == '>' {
		return false
	}
	if folded[start] == '#' {
		name, _ := cutName(strings.TrimLeft(folded[start:], "# "))
		return isCommand(name) || isNear(name)
	}
	if start == 0 || !strings.ContainsAny(folded[:start], "/!@\\%&=[({<*`") {
		return false
	}
	word := strings.ToLower(strings.TrimFunc(folded[start:], func(r rune) bool { return !unicode.IsLetter(r) }))
	return isName(word) || noteWords[word]
}

// mentions reports whether a command stands within a line. #note counts
// anywhere, since the rest of such a line is not for the requester; others where
// they end the line. #close is what requesters are told to write.
func mentions(folded string) bool {
	for at := 0; ; {
		i := strings.IndexByte(folded[at:], '#')
		if i < 0 {
			return false
		}
		i += at
		at = i + 1
		if i > 0 && !strings.ContainsAny(folded[i-1:i], " \t([{<\"'*_`,.;:-") && folded[i-1] < 0x80 {
			continue // a part of an address
		}
		name, rest := cutName(strings.TrimLeft(folded[at:], " "))
		e, known := Lookup(name)
		if e.Name == "note" {
			return true
		}
		if known && e.Name != "close" && strings.Trim(rest, marks+closing+"? ") == "" {
			return true
		}
	}
}

// isNear reports whether a word behind a number sign is nearly a command: one
// letter off, with an ending, or another language's word for a note.
func isNear(name string) bool {
	name = latin(name)
	if isCommand(name) || noteWords[name] {
		return true
	}
	if len(name) < 3 || len(name) > 15 {
		return false
	}
	for word := range names {
		own := isName(word)
		if own && strings.HasPrefix(name, word) && len(name) <= len(word)+3 || (own || len(word) >= longAlias) && oneOff(name, word) {
			return true
		}
	}
	return false
}

// longAlias is from how many bytes on an alias with a wrong letter counts as one: there
// are many, and short words are like others.
const longAlias = 6

// oneOff reports whether two words differ in one letter that is missing,
// another, or in the place of its neighbour. It makes nothing, for it is asked of
// every line of a text and every word of the table.
func oneOff(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch len(b) - len(a) {
	case 0:
		return i == len(a) || a[i+1:] == b[i+1:] || i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
	case 1:
		return a[i:] == b[i+1:]
	}
	return false
}

// signs are the characters that people take for a number sign.
const signs = "#＃﹟♯⌗"

// fold writes a line for comparison: NFKC (＃ is #, ｎ is n), plain blanks, and
// without what nobody sees.
func fold(s string) string {
	if strings.Contains(s, "&") {
		s = strings.NewReplacer("&#35;", "#", "&#x23;", "#", "&num;", "#", "&nbsp;", " ", "&zwnj;", "").Replace(s)
	}
	plain := true
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f {
			plain = false
			break
		}
	}
	if !plain {
		s = strings.Map(visible, norm.NFKC.String(s))
	}
	return strings.TrimSpace(s)
}

func visible(r rune) rune {
	switch {
	case unicode.IsSpace(r), r == '\u2800': // the empty pattern of Braille
		return ' '
	case unicode.In(r, unicode.Cf, unicode.Cc, unicode.Co, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector), r == '\u20e3', r == '\ufffd':
		return -1
	case r == '♯', r == '⌗':
		return '#'
	}
	return r
}

// lookalikes are letters of other scripts that look like ours.
var lookalikes = strings.NewReplacer("а", "a", "е", "e", "о", "o", "р", "p", "с", "c", "у", "y", "х", "x", "і", "i", "ѕ", "s", "ԁ", "d", "ո", "n", "ɡ", "g",
	"α", "a", "ο", "o", "ε", "e", "ι", "i", "ν", "v", "τ", "t", "ı", "i", "ɴ", "n", "ᴏ", "o", "ᴛ", "t", "ᴇ", "e", "0", "o", "1", "l")

// latin writes a word without accents and in our letters.
func latin(word string) string {
	return lookalikes.Replace(unaccented(word))
}

// unaccented writes a word without accents.
func unaccented(word string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if unicode.IsMark(r) {
			return -1
		}
		return r
	}, norm.NFD.String(word)))
}
