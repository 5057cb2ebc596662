package sqlite

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"maildesk/store/datafolder"

	"github.com/mattn/go-sqlite3"
)

// OpenReadOnly opens connections that read the database and the journal together, as [OpenBoth], and leave both files
// as they are: none is made, and the write-ahead log is not moved into its database when the
// last connection closes. A file without a log is one that nobody has open; it is read as it
// stands, without a lock, and quiet has its path: what was read is worth something only if such a file
// still has no log and is still the same afterwards.
func OpenReadOnly(folder string) (pool *sql.DB, quiet []string, err error) {
	var uris []string
	for _, name := range []string{datafolder.File, datafolder.JournalFile} {
		path := filepath.Join(folder, name)
		params := url.Values{"mode": {"ro"}, "_query_only": {"on"}, "_busy_timeout": {"5000"}, "_mutex": {"no"}, "_txlock": {"deferred"}}
		switch _, err := os.Stat(path + "-wal"); {
		case errors.Is(err, fs.ErrNotExist):
			params.Set("immutable", "1")
			quiet = append(quiet, path)
		case err != nil:
			return nil, nil, err
		}
		uris = append(uris, sqliteURI(path, params))
	}
	hook := func(conn *sqlite3.SQLiteConn) error {
		if _, err := conn.Exec("PRAGMA temp_store=MEMORY", nil); err != nil {
			return err
		}
		_, err := conn.Exec("ATTACH DATABASE ? AS journal", []driver.Value{uris[1]})
		return err
	}
	return sql.OpenDB(&connector{dsn: uris[0], driver: sqlite3.SQLiteDriver{ConnectHook: hook}}), quiet, nil
}
