package store

import (
	"path/filepath"
	"testing"

	"maildesk/store/datafolder"
	"maildesk/store/migrations"
	"maildesk/store/sqlite"
	"maildesk/store/tables"
)

// TestUpgradeOfAccepted: that somebody was accepted becomes an event of its own kind,
// and a row that was damaged before stays damaged.
func TestUpgradeOfAccepted(t *testing.T) {
	folder := openFirst(t)
	path := filepath.Join(folder, datafolder.File)
	db := sqlite.Open(path, sqlite.Writing)
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// The last schemas without the kind; what the split into two files takes out does
	// not matter here.
	if err := migrations.Run(t.Context(), conn, path, migrations.Tickets()[:datafolder.JournalApart-1], true, nil); err != nil {
		t.Fatal(err)
	}
	const row = `INSERT INTO event (ticket, at, kind, actor, from_value, to_value, topic, reason, number, until, mail, other_mail, other_ticket, outgoing, checksum) SELECT id, 5, 'other', 'alice', '', '', 'accepted', $1, 0, 0, NULL, NULL, NULL, NULL,
		rowsum(id, 5, 'other', 'alice', '', '', 'accepted', $1, 0, 0, NULL, NULL, NULL, NULL) + $2 FROM ticket LIMIT 1`
	for wrong, address := range []string{"ana@example.net", "damaged@example.net"} {
		if _, err := conn.ExecContext(t.Context(), row, address, wrong); err != nil {
			t.Fatal(err)
		}
	}
	conn.Close()
	db.Close()
	upgraded := openFolder(t, folder, Options{Exclusive: true})
	for _, want := range []struct{ kind, to, reason string }{{"accepted", "ana@example.net", ""}, {"other", "", "damaged@example.net"}} {
		var n int
		err := upgraded.tickets.Conn.QueryRowContext(t.Context(), "SELECT count(*) FROM event WHERE at = 5 AND kind = $1 AND to_value = $2 AND reason = $3", want.kind, want.to, want.reason).Scan(&n)
		if err != nil || n != 1 {
			t.Errorf("%d events %v, %v", n, want, err)
		}
	}
	problems, err := tables.CheckSums(t.Context(), upgraded.viewRows)
	if err != nil || len(problems) != 1 {
		t.Errorf("damaged rows: %v, %v; want the one that was", problems, err)
	}
}
