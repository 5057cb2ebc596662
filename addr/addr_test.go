package addr

import (
	"testing"
	"unicode/utf8"
)

func TestSame(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"ana@example.org", "ANA@Example.ORG", true},
		{"ana@example.org", "ana+x@example.org", false},
		{"ana@example.org", "ana@example.com", false},
		{"hilfe@müller.example", "hilfe@xn--mller-kva.example", true},
		{"Hilfe@MÜLLER.example", "hilfe@XN--MLLER-KVA.example", true},
		{"hilfe@mu\u0308ller.example", "hilfe@müller.example", true}, // decomposed
		{"hilfe@müller。example", "hilfe@müller.example", true},       // an ideographic full stop (RFC 3490 section 3.1)
		{"ｈｉｌｆｅ@example.org", "hilfe@example.org", false},            // full width is another local part
		{"hilfe@ｅxample.org", "hilfe@example.org", true},             // and the same domain (UTS 46)
		{"jörg@müller.example", "jo\u0308rg@xn--mller-kva.example", true},
		{"JÖRG@müller.example", "jörg@müller.example", true},
		{"jörg@müller.example", "jorg@müller.example", false},
		{"info@straße.example", "info@strasse.example", false}, // two names since IDNA 2008
		{"用户@例え.jp", "用户@xn--r8jz45g.jp", true},
		{"аna@example.org", "ana@example.org", false}, // Cyrillic
		{"ana@exаmple.org", "ana@example.org", false},
		{"", "", false},
		{"ana", "ANA", true},
		{"a\xff@example.org", "a\xff@EXAMPLE.org", true},
	} {
		if got := Same(tt.a, tt.b); got != tt.same {
			t.Errorf("Same(%q, %q) = %t; the keys are %q, %q", tt.a, tt.b, got, Key(tt.a), Key(tt.b))
		}
	}
}

// FuzzKey: a key is its own key, and an address is the same as itself.
func FuzzKey(f *testing.F) {
	for _, s := range []string{"ana@example.org", "hilfe@müller.example", "@", "a@b@ß", "İ@İ.example", "a@xn--", "ẞ@ẞ.de", "a\xff@\xffé"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		key := Key(s)
		if utf8.ValidString(s) && Key(key) != key {
			t.Errorf("the key of %q is %q, and of that %q", s, key, Key(key))
		}
		if s != "" && !Same(s, s) {
			t.Errorf("%q is not itself", s)
		}
	})
}

// TestInText: what stands around an address in a text or in a name is no part of it.
func TestInText(t *testing.T) {
	for text, want := range map[string]struct{ text, name string }{
		"Message de Ana Berg «ana@example.net» :":    {"ana@example.net", "ana@example.net"},
		"“ana.berg+x@example.net”":                   {"ana.berg+x@example.net", "ana.berg+x@example.net"},
		"https://example.org/?email=ana@example.net": {"ana@example.net", "example.org/?email=ana@example.net"},
		"Write to jürgen@bücher.example.":            {"jürgen@bücher.example", "jürgen@bücher.example"},
		"it is at home@last":                         {"", ""},
		"r&d@firm.example":                           {"r&d@firm.example", "r&d@firm.example"},
		"message d'anne@example.net :":               {"anne@example.net", "d'anne@example.net"},
		"'o'brien@firm.example'":                     {"brien@firm.example", "o'brien@firm.example"},
		"*ana@example.net*":                          {"ana@example.net", "ana@example.net"},
		"sales/eu@firm.example":                      {"eu@firm.example", "sales/eu@firm.example"},
		"a=b@firm.example":                           {"b@firm.example", "a=b@firm.example"},
		"x#y@firm.example":                           {"y@firm.example", "x#y@firm.example"},
	} {
		if got := InText.FindString(text); got != want.text {
			t.Errorf("InText in %q is %q, want %q", text, got, want.text)
		}
		if got := InName.FindString(text); got != want.name {
			t.Errorf("InName in %q is %q, want %q", text, got, want.name)
		}
	}
}
