package flowed

import (
	"strings"
	"testing"
	"unicode/utf8"
)

const long = "The printer on the second floor has been jamming after every third page since this morning, and nobody has touched it."

func TestEncode(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"short lines", "Hello,\n\nit works.\n", "Hello,\n\nit works.\n"},
		{"a paragraph", long + "\n", "The printer on the second floor has been jamming after every third page \nsince this morning, and nobody has touched it.\n"},
		{"without an end", long, "The printer on the second floor has been jamming after every third page \nsince this morning, and nobody has touched it."},
		{"characters, not bytes", strings.Repeat("ü", 40) + " " + strings.Repeat("ß", 31) + " ende", strings.Repeat("ü", 40) + " " + strings.Repeat("ß", 31) + " \nende"},
		{"indented", "    " + long, "     " + long},
		{"indented by a tab", "\t" + long, "\t" + long},
		{"quoted", "> " + long, "> " + long},
		{"blanks at the end", "It works.   \nYes. \n", "It works.\nYes.\n"},
		{"a signature", "It works.\n-- \nAlice", "It works.\n-- \nAlice"},
		{"From", "From here on.", " From here on."},
		{"no line begins with From", strings.Repeat("abcde ", 11) + "ghi From here on", strings.Repeat("abcde ", 11) + "\nghi From here on"},
		{"nor with a command", strings.Repeat("abcde ", 11) + "use #resolve here", strings.Repeat("abcde ", 11) + "\nuse #resolve here"},
		{"nor with a quote", strings.Repeat("abcde ", 11) + "costs > 100 euros", strings.Repeat("abcde ", 11) + "\ncosts > 100 euros"},
		{"nor with a signature", strings.Repeat("abcde ", 11) + "words -- and more", strings.Repeat("abcde ", 11) + "\nwords -- and more"},
		{"nor with a blank", strings.Repeat("abcde ", 11) + "words  more blanks", strings.Repeat("abcde ", 11) + "words  \nmore blanks"},
		{"a dash before a long word", "-- " + strings.Repeat("x", 72) + " end", "-- " + strings.Repeat("x", 72) + " \nend"},
		{"a link stays with its label", "Take: mailto:" + strings.Repeat("x", 80), "Take: mailto:" + strings.Repeat("x", 80)},
		{"a link amid words", "See https://" + strings.Repeat("x", 80) + " for more", "See https://" + strings.Repeat("x", 80) + " \nfor more"},
		{"a blank that must not break", strings.Repeat("abcde ", 11) + "10\u00a0minutes", strings.Repeat("abcde ", 11) + "\n10\u00a0minutes"},
		{"no blank at all", strings.Repeat("字", 100), strings.Repeat("字", 100)},
		{"nothing", "", ""},
	} {
		if got := Encode(tt.text); got != tt.want {
			t.Errorf("%s:\n got %q\nwant %q", tt.name, got, tt.want)
		}
	}
}

func TestDecode(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		delSp      bool
		want       string
	}{
		{"a paragraph", "one \ntwo \nthree\nfour\n", false, "one two three\nfour\n"},
		{"its blanks do not count", "字字 \n字字\nend\n", true, "字字字字\nend\n"},
		{"a blank of the text before one that does not count", "one  \ntwo\n", true, "one two\n"},
		{"quoted", "> one \n> two\nthree\n", false, "> one two\nthree\n"},
		{"quoted twice", ">> one \n>> two\n> three\n", false, ">> one two\n> three\n"},
		{"the depth changes", "> one \ntwo\n", false, "> one \ntwo\n"},
		{"stuffed", "  one\n >two\n From three\n", false, " one\n>two\nFrom three\n"},
		{"a signature", "one \n-- \nAlice\n", false, "one \n-- \nAlice\n"},
		{"a quoted signature", "> one\n> -- \n> Alice\n", false, "> one\n> -- \n> Alice\n"},
		{"the text ends amid a paragraph", "one ", false, "one \n"},
		{"nothing", "", false, ""},
	} {
		if got := Decode(tt.text, tt.delSp); got != tt.want {
			t.Errorf("%s:\n got %q\nwant %q", tt.name, got, tt.want)
		}
	}
}

// FuzzEncode: what is read is what was written, but for blanks at the end of lines; and
// the lines as they stand look like nothing that was not written.
func FuzzEncode(f *testing.F) {
	for _, seed := range []string{long, "> " + long, "    " + long, "-- \nAlice", long + " #resolve " + long, "From a\n From b\n>c\n> >d\n -- \n> -- \n>> -- ", "a\n\n\nb  c   " + long, "字 -- 字\t#x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			t.Skip("texts of mails are valid UTF-8")
		}
		lines := strings.Split(text, "\n")
		for i, line := range lines {
			if !isSignature(line) {
				lines[i] = strings.TrimRight(line, " ")
			}
		}
		want := strings.Join(lines, "\n")
		encoded := Encode(text)
		if got := Decode(encoded, false); got != want {
			t.Fatalf("%q\nas %q\nis read as %q\nnot as     %q", text, encoded, got, want)
		}
		goesOn := false
		for line := range strings.SplitSeq(encoded, "\n") {
			for _, mark := range []string{" ", "#", ">", "From ", "-- "} {
				if goesOn && (strings.HasPrefix(line, mark) || line == "") {
					t.Fatalf("%q: a line was broken before %q", text, line)
				}
			}
			goesOn = strings.HasSuffix(line, " ") && !isSignature(line)
		}
	})
}
