package tnef

import (
	"encoding/hex"
	"strings"
	"testing"
	"unicode/utf8"
)

// rtfMail is an RTF document without compression, as a property holds it.
func rtfMail(rtf string) []byte {
	return []byte("\x00\x00\x00\x00\x00\x00\x00\x00MELA\x00\x00\x00\x00" + rtf)
}

// TestUnpackRTF reads the examples of [MS-OXRTFCP] section 4.
func TestUnpackRTF(t *testing.T) {
	for _, tt := range []struct{ packed, want string }{
		{"2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0", "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"},
		{"1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0", "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"},
		{hex.EncodeToString(rtfMail("{\\rtf1 plain}")), "{\\rtf1 plain}"},
		{"00", ""},
	} {
		packed, err := hex.DecodeString(tt.packed)
		if err != nil {
			t.Fatal(err)
		}
		if got := unpackRTF(packed); got != tt.want {
			t.Errorf("unpackRTF(%s) = %q, want %q", tt.packed, got, tt.want)
		}
	}
}

// TestReadRTF takes the text out of RTF, and the page that it was made of.
func TestReadRTF(t *testing.T) {
	for _, tt := range []struct {
		rtf, want string
		page      bool
	}{
		{`{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\f0 Gr\'fc\'dfe\par zwei\tab Felder}`, "Grüße\nzwei\tFelder", false},
		{`{\rtf1\ansi\ansicpg1251 \'cf\'f0\'e8\'e2\'e5\'f2}`, "Привет", false},
		{`{\rtf1\uc1 5 \u8364?, a \{brace\} and \\}`, "5 €, a {brace} and \\", false},
		{`{\rtf1{\*\generator x;}{\pict 0011}text}`, "text", false},
		{`{\rtf1\ansi\fromhtml1{\*\htmltag19 <p>}\htmlrtf {\htmlrtf0 a < b\htmlrtf \par}\htmlrtf0 {\*\htmltag27 </p>}}`, "<p>a &lt; b</p>", true},
		{`{\rtf1 open {{{`, "open ", false},
		{strings.Repeat("{", 100000), "", false},
		{``, "", false},
	} {
		if got, page := readRTF(tt.rtf); got != tt.want || page != tt.page {
			t.Errorf("readRTF(%.60q) = %q, %t, want %q, %t", tt.rtf, got, page, tt.want, tt.page)
		}
	}
}

// FuzzRTF holds that any RTF yields bounded text in UTF-8.
func FuzzRTF(f *testing.F) {
	packed, _ := hex.DecodeString("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
	f.Add(packed)
	f.Add(rtfMail(`{\rtf1\ansi\fromhtml1{\*\htmltag19 <p>}\u8364?\'fc}`))
	f.Fuzz(func(t *testing.T, packed []byte) {
		rtf := unpackRTF(packed)
		text, _ := readRTF(rtf)
		if len(rtf) > maxRTF+16 || len(text) > 6*len(rtf)+16 || !utf8.ValidString(text) {
			t.Errorf("%d bytes of RTF give %d bytes of text, UTF-8: %t", len(rtf), len(text), utf8.ValidString(text))
		}
	})
}
