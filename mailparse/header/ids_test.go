package header

import (
	"slices"
	"testing"
)

// TestAnsweredIDs: the phrases of old clients around an id are no ids.
func TestAnsweredIDs(t *testing.T) {
	for _, tt := range []struct {
		field string
		want  []string
	}{
		{"<a@b>", []string{"<a@b>"}},
		{"<a@b> <c@d>", []string{"<a@b>", "<c@d>"}},
		{"<a@b>,\n <c@d>", []string{"<a@b>", "<c@d>"}},
		{"Your message of <a@b>", []string{"<a@b>"}},
		{"Message from Ana <ana@example.net> of <a@b>", []string{"<a@b>"}},
		{"Message from \"Ana B.\" <ana@example.net>\n of \"Mon, 02 Sep 2002 22:37:10 PDT.\" <a@b>", []string{"<a@b>"}},
		{"<a@b> (message from Ana <ana@example.net> on Monday)", []string{"<a@b>"}},
		{"", nil},
	} {
		h, _, _ := Read([]byte("In-Reply-To: " + tt.field + "\n\nx\n"))
		if got := AnsweredIDs(h.AllRaw("In-Reply-To")); !slices.Equal(got, tt.want) {
			t.Errorf("AnsweredIDs(%s) = %q, want %q", tt.field, got, tt.want)
		}
	}
}
