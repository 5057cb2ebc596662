package mailparse

import (
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

// languageOf returns the language of a mail by its text and header. The subject
// of a reply was written by somebody else, maybe in another language.
func languageOf(h Header, text string) string {
	if len(text) < minLanguageText {
		if title := subject.Fold(h.Get("Subject")); subject.CutPrefix(title) == title {
			text = title + "\n" + text
		}
	}
	return language.Detect(text, classify.FoldValue(h.Get("Content-Language")), classify.FoldValue(h.Get("Accept-Language")))
}
