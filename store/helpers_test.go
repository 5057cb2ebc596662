package store

import "testing"

// openTest opens a new data folder as the daemon does.
func openTest(t testing.TB) *DB {
	t.Helper()
	return openFolder(t, t.TempDir(), Options{Exclusive: true})
}

func openFolder(t testing.TB, folder string, o Options) *DB {
	t.Helper()
	db, err := Open(t.Context(), folder, o)
	if err != nil {
		t.Fatalf("Open = %v", err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("Close = %v", err)
		}
	})
	return db
}
