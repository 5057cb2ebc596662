package daemon

import (
	"database/sql"
	"testing"

	"maildesk/desk"
	"maildesk/faulttest/pgserver"
)

// An erasure while no daemon runs leaves nothing in the files of the server's database either, not in what
// its planner knows of the columns.
func TestErasureInFilesOfTheServer(t *testing.T) {
	t.Parallel()
	cfg := serverHouse(t, toldConfig)
	work(t, cfg, func(d *desk.Desk) {
		ask(t, d, "ana@example.net")
		ask(t, d, "bob@example.net")
	})
	pool, err := sql.Open("pgx", cfg.Desk.Database)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if _, err := pool.ExecContext(t.Context(), `ANALYZE`); err != nil {
		t.Fatal(err)
	}
	var sampled bool
	var samples, anew int64 // the files of the samples
	if err := pool.QueryRowContext(t.Context(), `SELECT EXISTS (SELECT 1 FROM pg_stats WHERE histogram_bounds::text LIKE '%ana@example.net%' OR most_common_vals::text LIKE '%ana@example.net%'), pg_relation_filenode('pg_statistic')`).Scan(&sampled, &samples); err != nil {
		t.Fatal(err)
	}
	if before := pgserver.Holding(t, cfg.Desk.Database, "ana@example.net"); len(before) < 3 || !sampled {
		t.Errorf("before the erasure the address is in the files %v, and sampled: %t; that proves nothing", before, sampled)
	}
	eraseTest(t, cfg)
	if left := pgserver.Holding(t, cfg.Desk.Database, "ana@example.net"); left != nil {
		t.Errorf("after the erasure the address is in the files %v", left)
	}
	if err := pool.QueryRowContext(t.Context(), `SELECT pg_relation_filenode('pg_statistic')`).Scan(&anew); err != nil || anew == samples {
		t.Errorf("the samples stand in the file %d, and did in %d (%v); want them written anew", anew, samples, err)
	}
}
