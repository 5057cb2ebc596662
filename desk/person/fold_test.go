package person

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// TestForms: a name and an address are found in each form in which they look alike, and what stands beside them stays
// as it came.
func TestForms(t *testing.T) {
	who := NewTraces("zoë.o'quill@example.net", []string{"Zoë O'Quill-Feather"}, nil, nil)
	for name, form := range map[string]string{
		"as it is":                  "Zoë O'Quill-Feather",
		"capitals":                  "ZOË O'QUILL-FEATHER",
		"accents apart":             norm.NFD.String("Zoë O'Quill-Feather"),
		"a space that breaks not":   "Zoë\u00a0O'Quill-Feather",
		"a narrow space":            "Zoë\u202fO'Quill-Feather",
		"over two lines":            "Zoë\nO'Quill-Feather",
		"over two lines, quoted":    "Zoë\n> > O'Quill-Feather",
		"last name first":           "O'Quill-Feather, Zoë",
		"the same over two lines":   "O'Quill-Feather,\n> Zoë",
		"an apostrophe of print":    "Zoë O’Quill-Feather",
		"a letter of that kind":     "Zoë Oʼquill-Feather",
		"a hyphen that breaks not":  "Zoë O'Quill\u2011Feather",
		"another hyphen":            "Zoë O'Quill\u2010Feather",
		"a minus":                   "Zoë O'Quill\u2212Feather",
		"soft hyphens":              "Zoë O'Qu\u00adill-Fea\u200bther",
		"a soft hyphen in a letter": "Zoe\u00ad\u0308 O'Quill-Feather",
		"full width":                "Ｚｏë Ｏ＇Ｑｕｉｌｌ－Ｆｅａｔｈｅｒ",
		"in a link":                 "Zo%C3%AB%20O%27Quill-Feather",
		"in a link, accents apart":  "Zoe%CC%88%20O%27Quill-Feather",
		"address":                   "ZOË.o'quill@EXAMPLE.net",
		"address, accents apart":    norm.NFD.String("zoë.o'quill@example.net"),
		"address in a link":         "zo%C3%AB%2Eo%27quill%40example.net",
		"address, small signs":      "zo%c3%ab%2eo%27quill%40example%2enet",
		"address of full width":     "ｚｏë．ｏ＇ｑｕｉｌｌ＠ｅｘａｍｐｌｅ．ｎｅｔ",
		"address with soft hyphens": "zoë.o'quill@exam\u00adple.net",
		"address, print":            "zoë.o’quill@example.net",
	} {
		const before, behind = "Straße – 100%, “", "” `x` ﬁn ５％ e\u0301\n"
		if got, want := who.Scrub(before+form+behind), before+Gone+behind; got != want {
			t.Errorf("%s: Scrub leaves %q of %q, want %q", name, got, form, want)
		}
	}
	for _, other := range []string{
		"Zoë O'Quill", "Zoé O'Quill-Feather", "Zoë O'Quill-Feathers", "mary%2Ezoë.o'quill%40example.net", "zoë.o'quill%40example.net.au", "5%4", "%", "%C3", "100%zz", "",
	} {
		if got := who.Scrub(other); got != other {
			t.Errorf("of %q, which is somebody else's, stays %q", other, got)
		}
	}
}

// FuzzFold: the form of a text is the same however often it is made, and each character of it stands for a part of
// the text, in order.
func FuzzFold(f *testing.F) {
	for _, text := range []string{"", "Zoë", "Zo%C3%AB%", "\xff\u00ad`e\u0301\u0301", "ﬁ％41", "%2541", "0%C7%87", "e%CC%81", "%65\u0301", "\u0731\u070f\u0711", "e\u00ad\u0301"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		form := fold(text)
		if form.from == nil && form.text != text {
			t.Fatalf("the form of %q is %q, and it is said to be as it came", text, form.text)
		}
		last := 0
		for i := range form.from {
			if form.from[i] < last || form.to[i] <= form.from[i] || form.to[i] > len(text) {
				t.Fatalf("of %q byte %d of the form stands at %d to %d, after %d", text, i, form.from[i], form.to[i], last)
			}
			last = form.from[i]
		}
		if again := fold(form.text).text; !strings.ContainsAny(form.text, "%") && again != form.text && strings.ToValidUTF8(text, "") == text {
			t.Fatalf("the form of %q is %q, and that of this is %q", text, form.text, again)
		}
	})
}
