package postgres

import (
	"strings"
	"testing"
)

func TestDoubts(t *testing.T) {
	for _, tt := range []struct {
		commit, standbys, pages string
		streaming               int
		want                    string // in the one doubt; empty: none
	}{
		{"on", "", "on", 0, ""},
		{"on", "a", "on", 1, ""},
		{"remote_apply", "ANY 1 (a, b)", "on", 2, ""},
		{"local", "", "on", 0, ""}, // there is no standby to wait for
		{"on", "", "on", 2, "2 standbys follow"},
		{"local", "a", "on", 1, "synchronous_commit = local"},
		{"remote_write", "a", "on", 1, "in memory only"},
		{"on", "a", "off", 1, "full_page_writes"},
	} {
		got := doubtsOf(tt.commit, tt.standbys, tt.pages, tt.streaming)
		if tt.want == "" && len(got) > 0 || tt.want != "" && (len(got) != 1 || !strings.Contains(got[0], tt.want)) {
			t.Errorf("%+v: %q", tt, got)
		}
	}
}
