package transfer

import (
	"encoding/base64"
	"strings"
	"testing"
)

// TestLoose: what is broken is read as far as it goes.
func TestLoose(t *testing.T) {
	bytesOf := func(decode func([]byte) []byte) func(string) string {
		return func(s string) string { return string(decode([]byte(s))) }
	}
	for _, tt := range []struct {
		name     string
		decode   func(string) string
		in, want string
	}{
		{"base64", bytesOf(Base64), "aGVsbG8=", "hello"},
		{"base64 without padding", bytesOf(Base64), "aGVsbG8", "hello"},
		{"base64 in lines, with odd characters", bytesOf(Base64), "aGV-s\r\nbG8=\r\n", "hello"},
		{"base64 in pieces", bytesOf(Base64), "aGVs\nbG8=\nIQ==", "hello!"},
		{"base64 with one character too many", bytesOf(Base64), "aGVsbG8=a", "hello"},
		{"quoted-printable", bytesOf(QuotedPrintable), "a=20b=\r\nc=C3=A9\r\n", "a bc\u00e9\r\n"},
		{"quoted-printable, not quite", bytesOf(QuotedPrintable), "5 = 5 =ZZ=\n", "5 = 5 =ZZ"},
		{"a word", func(s string) string { return string(Q(s)) }, "J=C3=B6rg_M=", "J\u00f6rg M="},
		{"percent", Percent, "na%C3%AFve%2", "na\u00efve%2"},
	} {
		if got := tt.decode(tt.in); got != tt.want {
			t.Errorf("%s: %q decodes to %q, want %q", tt.name, tt.in, got, tt.want)
		}
	}
}

// TestUUFiles: files within a text are taken out of it, and nothing else is.
func TestUUFiles(t *testing.T) {
	for _, tt := range []struct{ in, rest, name, content string }{
		{"before\nbegin 644 cat.txt\n#0V%T\n`\nend\nafter\n", "before\nafter\n", "cat.txt", "Cat"},
		{"begin 644 cat.txt\n#0V%T\n", "begin 644 cat.txt\n#0V%T\n", "", ""}, // no end
		{"begin at once\nplease\nend\n", "begin at once\nplease\nend\n", "", ""},
	} {
		rest, files := UUFiles(tt.in)
		var got File
		if len(files) == 1 {
			got = files[0]
		}
		if rest != tt.rest || got.Name != tt.name || string(got.Content) != tt.content {
			t.Errorf("UUFiles(%q) = %q and %q with %q", tt.in, rest, got.Name, got.Content)
		}
	}
}

// TestCutBase64: plain text that says it is base64 is told from base64.
func TestCutBase64(t *testing.T) {
	const lines = "aGVsbG8gd29ybGQsIHRoaXMgaXMgYSBsb25nZXIgdGV4dCB0aGF0IGdvZXMg\r\nb24gYW5kIG9uLg==\r\n"
	for _, tt := range []struct{ name, in, encoded string }{
		{"base64", lines, lines},
		{"nothing", "", ""},
		{"plain text", "The printer is off.\r\nPlease come by.\r\n", ""},
		{"plain text that begins with one word", "Hello\r\n\r\nThe printer is off.\r\nPlease come by.\r\n", ""},
		{"HTML", "<p>The printer is off.</p>\r\n", ""},
		{"a footer below", lines + "-- \r\nlist, https://a.example\r\n", lines},
		{"a damaged line", lines + "aGVs*bG8\r\n" + lines, lines + "aGVs*bG8\r\n" + lines},
	} {
		encoded, plain := CutBase64([]byte(tt.in))
		if string(encoded) != tt.encoded || string(encoded)+string(plain) != tt.in {
			t.Errorf("%s: CutBase64 = %q and %q, want %q to be encoded", tt.name, encoded, plain, tt.encoded)
		}
	}
}

// TestIsWords: short words that say they are base64 are told from base64 of short texts.
func TestIsWords(t *testing.T) {
	for _, word := range []string{"Help", "Test", "Hello", "Danke", "OK", "Yes", "Thanks", "HELP", "Call me\r\n", "Merci beaucoup"} {
		if !IsWords([]byte(word), "utf-8") {
			t.Errorf("%q is taken for base64", word)
		}
	}
	for _, short := range []string{"Hi", "Help", "Yes!", "ok", "Danke", "Bitte um Rückruf", "Server down", "1", "你好", "да"} {
		encoded := base64.StdEncoding.EncodeToString([]byte(short))
		for _, b := range []string{encoded, strings.TrimRight(encoded, "="), encoded + "\r\n"} {
			if IsWords([]byte(b), "utf-8") {
				t.Errorf("%q, the base64 of %q, is taken for words", b, short)
			}
		}
	}
	if IsWords([]byte("xOO6ww=="), "gb2312") || IsWords([]byte("Test"), "iso-8859-1") {
		t.Error("what may be text in another charset is taken for words")
	}
}
