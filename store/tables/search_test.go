package tables

import (
	"strings"
	"testing"
	"unicode/utf8"

	"maildesk/search"
	"maildesk/ticket"
)

// The names of files are found beside a text of any length, and of a text and of files no half word.
func TestFilesStandBesideALongText(t *testing.T) {
	for _, tt := range []struct {
		name, text, files string
		has, not          []string
	}{
		{"short ones", "paper jam", "offer.pdf\nwords of it", []string{"jam", "offer.pdf", "words of it"}, nil},
		{"a long text", strings.Repeat("wörter ", 100_000), "offer.pdf\nwords of it", []string{"offer.pdf", "words of it"}, []string{"wö\n", "w\n"}},
		{"long files", "paper jam", "offer.pdf\n" + strings.Repeat("wörter ", 100_000) + "end", []string{"jam", "offer.pdf"}, []string{"end"}},
		{"both", strings.Repeat("wörter ", 100_000) + "end", "offer.pdf\n" + strings.Repeat("zahlen ", 100_000) + "end", []string{"wörter", "offer.pdf", "zahlen"}, []string{"end"}},
		{"a long text without files", strings.Repeat("wörter ", 100_000), "", []string{"wörter"}, []string{search.FileMark}},
	} {
		got := TextOfEntry(ticket.Entry{ID: 1, Text: tt.text, Files: tt.files}).Words
		if len(got) > maxIndexed+len(search.FileMark)+1 || !utf8.ValidString(got) {
			t.Errorf("%s: %d bytes, valid: %t", tt.name, len(got), utf8.ValidString(got))
		}
		for _, has := range tt.has {
			if !strings.Contains(got, has) {
				t.Errorf("%s: %q is not found", tt.name, has)
			}
		}
		for _, not := range tt.not {
			if strings.Contains(got, not) {
				t.Errorf("%s: %q is found", tt.name, not)
			}
		}
	}
}
