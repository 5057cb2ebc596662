package postgres

import (
	"strings"
	"testing"
)

// Hosts beyond this machine whose certificate nobody looks at are found.
func TestUnverified(t *testing.T) {
	t.Setenv("PGSSLMODE", "")
	for _, tt := range []struct{ url, want string }{
		{"postgres://u@db.example.org/x", "db.example.org"},
		{"postgres://u@db.example.org/x?sslmode=disable", "db.example.org"},
		{"postgres://u@db.example.org/x?sslmode=prefer", "db.example.org"},
		{"postgres://u@db.example.org/x?sslmode=require", "db.example.org"},
		{"postgres://u@db.example.org/x?sslmode=verify-ca", ""},
		{"postgres://u@db.example.org/x?sslmode=verify-full", ""},
		{"postgres://u@db1.example.org,db2.example.org/x", "db1.example.org db2.example.org"},
		{"postgres://u@192.0.2.1/x", "192.0.2.1"},
		{"postgres://u@127.0.0.1/x", ""},
		{"postgres://u@[::1]/x", ""},
		{"postgres://u@localhost/x", ""},
		{"postgres:///x?host=/var/run/postgresql", ""},
	} {
		e, err := Open(tt.url, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(e.Unverified(), " "); got != tt.want {
			t.Errorf("%s: %q is not verified, want %q", tt.url, got, tt.want)
		}
	}
}

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
