package store

import (
	"context"
	"strings"
	"testing"

	"maildesk/faulttest/pgserver"
	"maildesk/ticket"
)

// A desk works behind a pooler that gives each connection a connection of the server for as long as it
// lasts. Behind one that gives it for a transaction only, a desk is refused, as its locks would be another's.
func TestPooler(t *testing.T) {
	url := newDatabase(t)
	db := openFolder(t, t.TempDir(), Options{Exclusive: true, Database: pgserver.Pooled(t, "session", url)})
	update(t, db, func(tx ticket.Tx) error { _, err := tx.InsertTicket(testTicket("new")); return err })

	shared := pgserver.Pooled(t, "transaction", url)
	for _, query := range []string{"", "&default_query_exec_mode=exec"} { // as poolers want it
		_, opened := Open(t.Context(), t.TempDir(), Options{Database: shared + query})
		_, looked := LookAtServer(t.Context(), shared+query, "")
		for name, err := range map[string]error{"Open": opened, "LookAtServer": looked} {
			if err == nil || !strings.Contains(err.Error(), "pool_mode = session") {
				t.Errorf("%s through a pooler that shares connections%s = %v, want it refused, and what to do", name, query, err)
			}
		}
	}
}

// A daemon is woken by what a command commits, and not by itself; through a pooler as well.
func TestCommandWakesDaemons(t *testing.T) {
	for name, reached := range map[string]func(*testing.T, string) string{
		"by the server": func(_ *testing.T, url string) string { return url },
		"by a pooler":   func(t *testing.T, url string) string { return pgserver.Pooled(t, "session", url) },
	} {
		t.Run(name, func(t *testing.T) {
			url := reached(t, newDatabase(t))
			daemon := openFolder(t, t.TempDir(), Options{Exclusive: true, Database: url})
			command := openFolder(t, t.TempDir(), Options{Database: url})
			woken := make(chan struct{})
			daemon.OnWake(func() { woken <- struct{}{} })
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { ended <- daemon.Run(ctx) }()
			<-woken // it listens
			insert := func(tx ticket.Tx) error { _, err := tx.InsertTicket(testTicket("new")); return err }
			update(t, daemon, insert)
			update(t, command, insert)
			<-woken
			m, raw := testMail("received")
			if _, _, err := appendMail(command, m, raw); err != nil {
				t.Fatal(err)
			}
			<-woken
			select {
			case <-woken:
				t.Error("woken once more than the command committed")
			default:
			}
			stop()
			if err := <-ended; err != nil {
				t.Errorf("Run = %v", err)
			}
		})
	}
}
