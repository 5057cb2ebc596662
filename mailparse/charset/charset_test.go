package charset

import "testing"

// TestToUTF8: true, missing and false declarations.
func TestToUTF8(t *testing.T) {
	for _, tt := range []struct{ name, bytes, declared, want, problem string }{
		{"ASCII", "hello", "", "hello", ""},
		{"UTF-8", "Grüße", "utf-8", "Grüße", ""},
		{"Latin 1 is windows-1252", "\x80 5", "iso-8859-1", "€ 5", ""},
		{"a label in quotes", "Gr\xfc\xdfe", `"ISO-8859-1"`, "Grüße", ""},
		{"UTF-8 declared as Latin 1", "Grüße", "iso-8859-1", "Grüße", "declared as iso-8859-1, but it is utf-8"},
		{"unknown", "hello", "x-none", "hello", ""},
		{"unknown, 8-bit", "Gr\xfc\xdfe", "x-none", "Grüße", "unknown charset x-none"},
		{"not declared", "Gr\xfc\xdfe", "", "Grüße", Undeclared},
		{"a byte order mark", "\xff\xfeh\x00i\x00", "", "hi", ""},
		{"ISO-2022-JP without a declaration", "\x1b$B$3$s\x1b(B", "", "こん", ""},
	} {
		if got, problem := ToUTF8([]byte(tt.bytes), tt.declared); got != tt.want || problem != tt.problem {
			t.Errorf("%s: ToUTF8(%q, %q) = %q, %q, want %q, %q", tt.name, tt.bytes, tt.declared, got, problem, tt.want, tt.problem)
		}
	}
}

func TestClean(t *testing.T) {
	if got, want := CleanText("a\r\nb\rc\x00\x07\td\ufeff"), "a\nb\nc\td"; got != want {
		t.Errorf("CleanText = %q, want %q", got, want)
	}
	if got, want := CleanLine(" a\nb\u202eä "), "a bä"; got != want {
		t.Errorf("CleanLine = %q, want %q", got, want)
	}
}
