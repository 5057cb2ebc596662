// Package sqlite has what is specific to SQLite: connections and their required
// settings, the search index, what its errors mean, what its file format can say about
// damage, and the upkeep of the write-ahead log. The statements on tables are elsewhere,
// in SQL that PostgreSQL understands as well; migrations has the schemas.
//
// Begin with [Open] and [Engine].
package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	"maildesk/search"
	"maildesk/store/datafolder"
	"maildesk/store/sqlrow"

	"github.com/mattn/go-sqlite3"
)

// Engine is the engine of one data folder.
type Engine struct{}

// ReadConns is the number of connections that read. SQLite readers never wait
// for the writer; more than this helps only on machines with many cores.
const ReadConns = 4

// MailConns is the number of connections that read the journal alone: for whoever has the
// turn, and for those who look after the files.
const MailConns = 2

// Writing returns the parameters of a connection that writes. go-sqlite3 ignores a
// misspelt one in silence, therefore every connection reads back what is in force
// (wanted).
func Writing() url.Values {
	return url.Values{
		"mode":          {"rw"}, // makes no file: in the place of one that was removed stands nothing
		"_journal_mode": {"WAL"},
		"_synchronous":  {"FULL"}, // the driver's default loses the last commits at a power cut
		"_foreign_keys": {"on"},
		"_busy_timeout": {"5000"},      // milliseconds to wait for another process
		"_txlock":       {"immediate"}, // a transaction that begins to write later fails at once, not after the wait
		// Prepared statements kept per connection: more than there are.
		"_stmt_cache_size": {"128"},
		"_mutex":           {"no"}, // database/sql lets one goroutine use a connection at a time
	}
}

// Reading returns the parameters of a connection that cannot write.
func Reading() url.Values {
	v := Writing()
	v.Set("_query_only", "on")
	v.Set("_txlock", "deferred")
	v.Set("_cache_size", "-16384") // KiB, as far as there are pages: a search looks up thousands of rows
	return v
}

var wanted = [...]struct{ pragma, value string }{
	{"journal_mode", "wal"},
	{"synchronous", "2"}, // FULL
	{"foreign_keys", "1"},
	{"busy_timeout", "5000"},
}

// connector opens connections that have proven their settings.
type connector struct {
	dsn    string
	driver sqlite3.SQLiteDriver
}

// sqliteURI is how SQLite is told of a file.
func sqliteURI(path string, params url.Values) string {
	uri := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: params.Encode()}
	return uri.String()
}

// Open returns a pool of connections to the file at path, which is there. params is
// [Writing] or [Reading].
func Open(path string, params func() url.Values) *sql.DB {
	return sql.OpenDB(&connector{dsn: sqliteURI(path, params()), driver: sqlite3.SQLiteDriver{ConnectHook: settle}})
}

// OpenImmutable opens a database that nobody has open and nobody changes, to read it.
func OpenImmutable(path string) *sql.DB {
	return sql.OpenDB(&connector{dsn: sqliteURI(path, url.Values{"mode": {"ro"}, "immutable": {"1"}})})
}

// OpenBoth opens connections that read the database and the journal together.
func OpenBoth(folder string) *sql.DB {
	path := filepath.Join(folder, datafolder.JournalFile)
	journal := sqliteURI(path, url.Values{"mode": {"rw"}})
	hook := func(conn *sqlite3.SQLiteConn) error {
		if err := settle(conn); err != nil {
			return err
		}
		_, err := conn.Exec("ATTACH DATABASE ? AS journal", []driver.Value{journal})
		if err != nil {
			// SQLite does not say what the system lacked.
			f, why := os.Open(path)
			if why == nil {
				f.Close()
			}
			return errors.Join(err, why)
		}
		return nil
	}
	return sql.OpenDB(&connector{dsn: sqliteURI(filepath.Join(folder, datafolder.File), Reading()), driver: sqlite3.SQLiteDriver{ConnectHook: hook}})
}

// BeginBoth fixes what a transaction sees of both files. A mail is committed to the
// journal before anything is committed that refers to it. So the database is fixed
// first, and the journal after it has every mail of which the database speaks; the
// other way round it could lack some. Within a statement SQLite begins to read files
// in the order in which they were opened.
//
// The bound is an argument: the driver prepares a statement that has none each time.
const BeginBoth = `SELECT 1 FROM main.begun, journal.lost LIMIT $1`

func (c *connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }
func (c *connector) Driver() driver.Driver                        { return &c.driver }

// LongLog is the length of a write-ahead log, in pages of 4 KiB, from which on
// each commit tries to move it. There are two of them.
const LongLog = 5000

// settle sets what has no parameter, and refuses a connection that does not
// have the wanted settings.
func settle(conn *sqlite3.SQLiteConn) error {
	// Savepoints keep the old pages in memory, not in a temporary file. The
	// log may grow to 20 MiB (longLog) before a commit has to move what Run has
	// not moved yet: the disk's reserve is for tickets, not for the log. Where
	// a long reading let it grow beyond 64 MiB, it shrinks again.
	if _, err := conn.Exec("PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint="+strconv.Itoa(LongLog)+"; PRAGMA journal_size_limit=67108864", nil); err != nil {
		return err
	}
	for _, w := range wanted {
		got, err := pragma(conn, w.pragma)
		if err != nil {
			return fmt.Errorf("read back PRAGMA %s: %w", w.pragma, err)
		}
		if got != w.value {
			return fmt.Errorf("SQLite runs with %s=%s, wanted %s", w.pragma, got, w.value)
		}
	}
	return nil
}

func pragma(conn *sqlite3.SQLiteConn, name string) (string, error) {
	rows, err := conn.Query("PRAGMA "+name, nil)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	value := make([]driver.Value, 1)
	if err := rows.Next(value); err != nil {
		return "", err
	}
	return fmt.Sprint(value[0]), nil
}

// Insert runs an INSERT and returns the id of the new row, 0: there is none. It does
// without RETURNING, which would cost a temporary table each time.
func (Engine) Insert(ctx context.Context, q sqlrow.Querier, query string, args []any) (int64, error) {
	res, err := q.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	if n, err := res.RowsAffected(); n == 0 {
		return 0, err
	}
	return res.LastInsertId()
}

// IsBusy reports whether an error says that another process holds the lock.
func (Engine) IsBusy(err error) bool {
	e, ok := errors.AsType[sqlite3.Error](err)
	return ok && (e.Code == sqlite3.ErrBusy || e.Code == sqlite3.ErrLocked)
}

// Index keeps the words of a text under an id, in the place of older ones.
func (Engine) Index(ctx context.Context, q sqlrow.Querier, id int64, text string) error {
	_, err := q.ExecContext(ctx, `INSERT OR REPLACE INTO search (rowid, text) VALUES ($1, $2)`, id, search.Fold(text))
	return err
}
