package incoming

import (
	"strings"
	"testing"
	"unicode/utf8"

	"maildesk/mailparse"
)

func TestSearchable(t *testing.T) {
	file := func(name, media, content string) mailparse.Attachment {
		return mailparse.Attachment{Name: name, Type: media, Content: []byte(content)}
	}
	logo := mailparse.Attachment{Name: "logo.png", Type: "image/png", Inline: true}
	old := mailparse.Attachment{Name: "old.png", Type: "image/png", Inline: true, Quoted: true}
	for name, tt := range map[string]struct {
		files []mailparse.Attachment
		want  string
	}{
		"none":              {nil, ""},
		"pictures":          {[]mailparse.Attachment{logo, old}, ""},
		"a picture, a scan": {[]mailparse.Attachment{logo, file("scan.pdf", "application/pdf", "%PDF")}, "scan.pdf\n"},
		"text":              {[]mailparse.Attachment{file("a.log", "text/plain", "refused"), file("b.pdf", "application/pdf", "x")}, "a.log\nb.pdf\nrefused\n"},
		"csv":               {[]mailparse.Attachment{file("a.csv", "text/csv", "é;b")}, "a.csv\né;b\n"},
		"json":              {[]mailparse.Attachment{file("a", "application/problem+json", `{"a":1}`)}, "a\n{\"a\":1}\n"},
		"xml":               {[]mailparse.Attachment{file("a", "application/xml", `<a/>`)}, "a\n<a/>\n"},
		"markdown":          {[]mailparse.Attachment{file("a.md", "text/markdown", "# A")}, "a.md\n# A\n"},
		"of Windows":        {[]mailparse.Attachment{file("a.txt", "text/plain", "Dr\xfccker \x80")}, "a.txt\nDrücker €\n"},
		"UTF-8 with a mark": {[]mailparse.Attachment{file("a.txt", "text/plain", "\xef\xbb\xbfé")}, "a.txt\né\n"},
		"UTF-16":            {[]mailparse.Attachment{file("a.txt", "text/plain", "\xff\xfeA\x00\xe9\x00")}, "a.txt\nAé\n"},
		"bytes called text": {[]mailparse.Attachment{file("a.txt", "text/plain", "a\x00b\x01")}, "a.txt\n\n"},
		"a program":         {[]mailparse.Attachment{file("a.exe", "application/octet-stream", "MZ words")}, "a.exe\n"},
	} {
		if got := searchable(tt.files); got != tt.want {
			t.Errorf("%s: %q; want %q", name, got, tt.want)
		}
	}
	long := strings.Repeat("é", maxFileText) // twice as many bytes
	got := searchable([]mailparse.Attachment{file("a.txt", "text/plain", "x"+long), file("b.txt", "text/plain", "never read")})
	if len(got) > maxFileText+20 || !utf8.ValidString(got) || strings.Contains(got, "never read") || !strings.HasPrefix(got, "a.txt\nb.txt\nxéé") {
		t.Errorf("of much text %d bytes are searchable: %.30q", len(got), got)
	}
}
