package quote

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Banners are the warnings that gateways put on top of mail from outside. They are
// nobody's words. People who ask about such a warning write something above it.

const (
	maxBannerLines = 12
	maxBanner      = 1200 // bytes
	maxDeviceAbove = 5    // blanks in a device line above the text
)

// findBanners sets apart what a gateway wrote above the first words, and the line
// of a device where a program puts it there.
func (s *splitter) findBanners() {
	i := 0
	for i < len(s.lines) && (s.lines[i].Text == "" || isRule(s.lines[i].Text)) {
		i++
	}
	if s.deviceAbove(i) && s.anyWritten(i+1, len(s.lines)) {
		s.set(0, i+1, signed)
		return
	}
	end := s.bannerEnd(i)
	for end > i && end < len(s.lines) && (s.lines[end].Text == "" || isRule(s.lines[end].Text)) {
		end++
	}
	if end > i && s.anyWritten(end, len(s.lines)) {
		s.set(0, end, signed)
	}
}

// deviceAbove reports whether line i is that of a device, apart from what follows: by an
// empty line, or as HTML marks it as a signature.
func (s *splitter) deviceAbove(i int) bool {
	if i+1 >= len(s.lines) || s.lines[i].Depth > 0 {
		return false
	}
	text := s.lines[i].Text
	short := strings.Count(text, " ") <= maxDeviceAbove || excuses.MatchString(text) || namesProgram.MatchString(text)
	if apart := s.lines[i+1].Text == "" && short; !apart && (!s.lines[i].Signature || s.lines[i+1].Signature) {
		return false
	}
	return deviceLine(text)
}

// namesProgram is how the longer lines of devices end that no person writes: with a program and what it is for.
var namesProgram = regexp.MustCompile(`(?i)(?:^|[^\pL])(?:(?:for|für|pour|para|per|voor|för|til|dla|pro|для) (?:android|ios|iphone|ipad|mac|macos|windows)|` +
	`(?:gmx|web\.de|orange|proton|yahoo|aol|libero|la poste) (?:mail|mobile)(?: gesendet)?|smartphone)\W*$`)

// excuses are the words by which such a line goes on.
var excuses = regexp.MustCompile(`(?i)\b(?:please (?:excuse|pardon|forgive)|typos|brevity|tippfehler|fautes de frappe)\b`)

// bannerEnd returns the line after the warnings that begin at line i, or i.
func (s *splitter) bannerEnd(from int) int {
	end, size, sure := from, 0, false
	open := false  // the line before is one of a warning, and its sentence goes on
	apart := false // an empty line is between: people who write there may speak of an attachment, too
	for i := from; i < min(len(s.lines), from+maxBannerLines) && size < maxBanner; i++ {
		words := s.words(i)
		size += len(words)
		if words == "" || isRule(s.lines[i].Text) {
			open, apart = false, true
			continue
		}
		strong := warns(words)
		if s.lines[i].Depth > 0 || strings.ContainsAny(words, "?？") || !strong && !open && !(sure && goesOn(words, apart)) {
			break
		}
		sure = sure || strong
		end = i + 1
		open, apart = s.wrapped(i), false
	}
	if !sure {
		return from
	}
	return end
}

// bannerMarks are what gateways set their warnings off with.
const bannerMarks = "[]()*!¡ .:-_<>⚠️【】#=~"

// warns reports whether a line is one of a warning. People tell of mail from outside, too:
// they do not say "this mail" of it, and speak of themselves.
func warns(words string) bool {
	bare := strings.Trim(words, bannerMarks)
	if name, sender, found := strings.Cut(bare, " ("); found && strings.Contains(sender, "@") {
		bare = name // "External (ana@example.org)"
	}
	if phrases.banner.Any(words) || saysOutside(bare) || saysNotOurs(words, bare) {
		return true
	}
	if !phrases.outside.Any(words) || oneself.MatchString(words) {
		return false
	}
	return wordOfWarning(bare) != "" || phrases.bannerThis.Any(words)
}

// notOurs is how gateways name the mail of others: "Non-Example Email", by the name of who runs them.
var notOurs = regexp.MustCompile(`^non-[\pL\pN.&_-]{1,40}(?: [\pL\pN.&_-]{1,20})? (?:e-?mail|mail|message|sender)$`)

// saysNotOurs reports whether a line says nothing but that its mail is not of the house, in brackets or behind a word of warning.
func saysNotOurs(words, bare string) bool {
	beware := wordOfWarning(bare)
	set := strings.HasPrefix(words, "[") || strings.HasPrefix(words, "*")
	return (set || beware != "") && notOurs.MatchString(strings.Trim(bare[len(beware):], warningMarks))
}

// wordOfWarning returns the word of warning with which a line begins; empty: with none.
func wordOfWarning(bare string) string {
	for _, beware := range phrases.beware {
		if strings.HasPrefix(bare, beware) && wordEdge(bare, 0, beware) {
			return beware
		}
	}
	return ""
}

// goesOn reports whether a line below a warning is a part of it: it speaks of what such warnings
// speak of and, where an empty line is between them, of more than one such thing.
func goesOn(words string, apart bool) bool {
	if !apart {
		return phrases.bannerHint.Any(words)
	}
	if oneself.MatchString(words) {
		return false
	}
	var hints []string
	for i := range phrases.bannerHint.Find(words) {
		hints = append(hints, phrases.bannerHint.Phrases()[i])
	}
	longest := slices.MaxFunc(append(hints, ""), func(a, b string) int { return len(a) - len(b) })
	return slices.ContainsFunc(hints, func(hint string) bool { return !strings.Contains(longest, hint) })
}

// maxBewares is how many words of warning are looked behind: gateways write them in two languages.
const maxBewares = 3

// saysOutside reports whether a line says in a word or two that its mail is from outside, behind
// words of warning or none, and goes on, if at all, as such warnings do: "Caution! External sender. Open no attachments."
func saysOutside(bare string) bool {
	for range maxBewares {
		head, rest := bare, ""
		if i := strings.IndexAny(bare, sentenceEnds); i >= 0 {
			head, rest = bare[:i], bare[i:]
		} else if i := strings.Index(bare, " - "); i >= 0 {
			head, rest = bare[:i], bare[i:]
		}
		if phrases.bannerAlone[strings.Trim(head, warningMarks)] {
			at, _ := findPhrase(rest, phrases.bannerRest)
			return strings.Trim(rest, warningMarks) == "" || (phrases.bannerHint.Any(rest) || at >= 0) && !oneself.MatchString(rest)
		}
		beware := wordOfWarning(bare)
		if beware == "" {
			return false
		}
		bare = strings.Trim(bare[len(beware):], warningMarks)
	}
	return false
}

const (
	warningMarks = bannerMarks + ",;/|–—：！。、，"
	sentenceEnds = ".!:;,–—：！。，】]"
)

// oneself are the words by which people speak of themselves, which no gateway does, as far
// as they are no words of other languages.
var oneself = regexp.MustCompile(`(?:^|[^\pL])(?:i (?:am|have|had|got|get|was|can|cannot|see|need|received|want|think|do|did|don't|deleted|tried|would|could|never)|i'm|i've|my|ich|mir|mein\pL*|` +
	`j'ai|je (?:suis|ne|n'ai|vous)|mon|mes|yo|meu|minha|ik|mijn|jag|jeg|мне|мой|мою)(?:[^\pL]|$)`)

// wrapped reports whether a sentence goes on in the line after line i: a program
// broke it there, as it does in plain text only.
func (s *splitter) wrapped(i int) bool {
	text := strings.TrimSpace(s.lines[i].Text)
	if s.lines[i].Source == "" || i+1 >= len(s.lines) || len(text) < minWrapped || strings.ContainsAny(text[len(text)-1:], ".!]:") {
		return false
	}
	next, _ := utf8.DecodeRuneInString(s.lines[i+1].Text)
	return unicode.IsLower(next)
}
