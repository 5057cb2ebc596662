package mailparse

import (
	"slices"
	"strings"

	"maildesk/mailparse/classify"
	"maildesk/mailparse/language"
	"maildesk/mailparse/subject"
)

// minLanguageText is how many bytes of text tell its language without the
// subject.
const minLanguageText = 200

// LanguageOf returns the ISO 639-1 code of the language of a text alone, without
// what a header declares; or nothing where that would be a guess.
func LanguageOf(text string) string { return language.Detect(text, "", "") }

// languageOf returns the language of a mail by its text, its author's name and its
// header. The subject of a reply was written by somebody else, maybe in another language.
func languageOf(h Header, author, text string) string {
	return language.Detect(withSubject(h, author, text), classify.FoldValue(h.Get("Content-Language")), classify.FoldValue(h.Get("Accept-Language")))
}

// LanguageBeside is Language of a mail whose author is known to write in a language: a few
// words are taken for that one, unless they speak clearly for another.
func (m *Message) LanguageBeside(known string) string {
	if known == "" || len(m.Reply) >= minLanguageText || m.Header.Get("Content-Language") != "" {
		return m.Language
	}
	if language.Detect(withSubject(m.Header, m.FromShown.Name, m.Reply), known, "") == known {
		return known
	}
	return m.Language
}

// withSubject returns a text without its author's name and, where it is short, with the
// subject above it.
func withSubject(h Header, author, text string) string {
	text = withoutName(text, author)
	if len(text) < minLanguageText {
		if title := subject.Fold(h.Get("Subject")); subject.CutPrefix(title) == title {
			text = title + "\n" + text
		}
	}
	return text
}

// withoutName returns a text without the lines that are nothing but words of its author's
// name: a name such as Mia or Per is a word of some language, and in a short text one
// word decides.
func withoutName(text, name string) string {
	names := strings.Fields(strings.ToLower(name))
	if len(names) == 0 || len(text) >= minLanguageText {
		return text
	}
	lines := slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool {
		words := strings.Fields(strings.ToLower(strings.Trim(line, " \t\r-–,.")))
		return len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(names, w) })
	})
	return strings.Join(lines, "\n")
}
