// Package letters writes letters without their accents, as people write them who are in a
// hurry or have another keyboard.
package letters

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// whole are letters of the languages of Europe that Unicode does not take apart into a plain
// letter and a mark. golang.org/x/text knows what they are only as keys to sort by.
var whole = strings.NewReplacer(
	"ß", "ss", "ẞ", "SS", "æ", "ae", "Æ", "AE", "œ", "oe", "Œ", "OE", "ĳ", "ij", "Ĳ", "IJ",
	"ø", "o", "Ø", "O", "ł", "l", "Ł", "L", "đ", "d", "Đ", "D", "ð", "d", "Ð", "D", "þ", "th", "Þ", "TH",
	"ı", "i", "ħ", "h", "Ħ", "H", "ŧ", "t", "Ŧ", "T", "ŋ", "n", "Ŋ", "N",
)

// Plain returns a text with plain letters: Łódź is Lodz, and Straße Strasse. Case stays as it
// is, and so do other scripts, but for their accents.
func Plain(text string) string {
	if isASCII(text) {
		return text
	}
	return whole.Replace(without(func(r rune) bool { return unicode.Is(unicode.Mn, r) }, text))
}

// PlainEuropean is Plain of Latin, Greek and Cyrillic letters alone: the signs of other scripts (U+0300 to U+036F
// apart) are letters of their own, of which words are told apart.
func PlainEuropean(text string) string {
	if isASCII(text) {
		return text
	}
	return whole.Replace(norm.NFC.String(without(func(r rune) bool { return '\u0300' <= r && r <= '\u036F' }, text)))
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
}

// without takes a text apart into letters and marks, and takes away those that are accents.
func without(accent func(rune) bool, text string) string {
	return strings.Map(func(r rune) rune {
		if accent(r) {
			return -1
		}
		return r
	}, norm.NFD.String(text))
}
