package main

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"maildesk/faulttest/pgserver"
)

// A check says what a "250" does not mean on the server of the configuration, also before there are data.
func TestCheckWarnsOfCommits(t *testing.T) {
	t.Parallel() // it has servers of its own
	pair := pgserver.NewPair(t)
	db, err := sql.Open("pgx", pair.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	k, _ := openKillable(t)
	k.configure(fmt.Sprintf("data = %q\nfolder = \"data\"\n", pair.URL))
	const warning = "warning: synchronous_commit = local"
	if out := k.run("check"); strings.Contains(out, "warning: synchronous") {
		t.Errorf("of a server that waits for its standby check says\n%s", out)
	}
	if _, err := db.ExecContext(t.Context(), `ALTER DATABASE desk SET synchronous_commit = local`); err != nil {
		t.Fatal(err)
	}
	if out := k.run("check"); !strings.Contains(out, warning) {
		t.Errorf("check says\n%s\nwant %s", out, warning)
	}
}
