package search

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"maildesk/letters"
)

func TestSpaced(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", " "},
		{"...", " "},
		{"VPN", " vpn "},
		{"  My VPN-client, 2nd\r\nline! ", " my vpn client 2nd line "},
		{"Ärger mit ÉCOLE", " arger mit ecole "},
		{"e\u0301cole", " ecole "},
		{"Ёлка й", " елка и "},
		{"हिन्दी", " हिन्दी "}, // its vowel signs are no accents
		{"Łódź Straße smørrebrød þær Ωδός", " lodz strasse smorrebrod thaer ωδοσ "},
		{"İzmir ılık", " izmir ilik "},
		{"がぎ 한국 ที่", " がぎ 한국 ที่ "},
		{"o'clock x_y a.b@c", " o clock x y a b c "},
		{"打印机 坏了", " 打印机 坏了 "},
		{"\u212A", " k "}, // the Kelvin sign
		{"a\xffb", " a b "},
	}
	for _, tt := range tests {
		if got := Spaced(tt.text); got != tt.want {
			t.Errorf("spaced(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

// FuzzSpaced compares with the plain way to say the same.
func FuzzSpaced(f *testing.F) {
	f.Add("My VPN-client, 2nd line! ÄÖ e\u0301 \u0130")
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, " ")
		bare, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.Predicate(func(r rune) bool { return r >= 0x300 && r < 0x370 })), norm.NFC), text)
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) {
			bare = cases.Fold().String(letters.PlainEuropean(bare))
		}
		words := strings.FieldsFunc(bare, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
		for i, w := range words {
			words[i] = strings.Map(unicode.ToLower, w)
		}
		want := " "
		if len(words) > 0 {
			want = " " + strings.Join(words, " ") + " "
		}
		if got := Spaced(text); got != want {
			t.Errorf("spaced(%q) = %q, want %q", text, got, want)
		}
	})
}
