package store

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
	"strings"

	"github.com/mattn/go-sqlite3"
)

// sqlite is the engine of one data folder.
type sqlite struct{}

// readConns is the number of connections that read. SQLite readers never wait
// for the writer; more than this helps only on machines with many cores.
const readConns = 4

// mailConns is the number of connections that read the journal alone: for who has the
// turn, and for those who look after the files.
const mailConns = 2

// The parameters of each connection. go-sqlite3 ignores a misspelt one in
// silence, therefore every connection reads back what is in force (wanted).
func writing() url.Values {
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

func reading() url.Values {
	v := writing()
	v.Set("_query_only", "on")
	v.Set("_txlock", "deferred")
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

func openSQLite(path string, params func() url.Values) *sql.DB {
	return sql.OpenDB(&connector{dsn: sqliteURI(path, params()), driver: sqlite3.SQLiteDriver{ConnectHook: settle}})
}

// openImmutable opens a database that nobody has open and nobody changes, to read it.
func openImmutable(path string) *sql.DB {
	return sql.OpenDB(&connector{dsn: sqliteURI(path, url.Values{"mode": {"ro"}, "immutable": {"1"}})})
}

// openBoth opens connections that read the database and the journal together.
func openBoth(folder string) *sql.DB {
	path := filepath.Join(folder, JournalFile)
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
	return sql.OpenDB(&connector{dsn: sqliteURI(filepath.Join(folder, File), reading()), driver: sqlite3.SQLiteDriver{ConnectHook: hook}})
}

// beginBoth fixes what a transaction sees of both files. A mail is committed to the
// journal before anything is committed that refers to it. So the database is fixed
// first, and the journal after it has every mail of which the database speaks; the
// other way round it could lack some. Within a statement SQLite begins to read files
// in the order in which they were opened.
//
// The bound is an argument: the driver prepares a statement that has none each time.
const beginBoth = `SELECT 1 FROM main.begun, journal.lost LIMIT $1`

func (c *connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }
func (c *connector) Driver() driver.Driver                        { return &c.driver }

// longLog is the length of a write-ahead log, in pages of 4 KiB, from which on
// each commit tries to move it. There are two of them.
const longLog = 5000

// settle sets what has no parameter, and refuses a connection that does not
// have the wanted settings.
func settle(conn *sqlite3.SQLiteConn) error {
	// Savepoints keep the old pages in memory, not in a temporary file. The
	// log may grow to 20 MiB (longLog) before a commit has to move what Run has
	// not moved yet: the disk's reserve is for tickets, not for the log. Where
	// a long reading let it grow beyond 64 MiB, it shrinks again.
	if _, err := conn.Exec("PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint="+strconv.Itoa(longLog)+"; PRAGMA journal_size_limit=67108864", nil); err != nil {
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

// insert does without RETURNING, which would cost a temporary table each time.
func (sqlite) insert(ctx context.Context, q querier, query string, args []any) (int64, error) {
	res, err := q.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	if n, err := res.RowsAffected(); n == 0 {
		return 0, err
	}
	return res.LastInsertId()
}

func (sqlite) isBusy(err error) bool {
	e, ok := errors.AsType[sqlite3.Error](err)
	return ok && (e.Code == sqlite3.ErrBusy || e.Code == sqlite3.ErrLocked)
}

func (sqlite) index(ctx context.Context, q querier, id int64, text string) error {
	_, err := q.ExecContext(ctx, `INSERT OR REPLACE INTO search (rowid, text) VALUES ($1, $2)`, id, text)
	return err
}

func (sqlite) search(ctx context.Context, q querier, words []string, limit int) ([]int64, error) {
	const ticket = `CASE WHEN search.rowid < 0 THEN -search.rowid ELSE (SELECT ticket FROM entry WHERE id = search.rowid) END`
	var every strings.Builder
	var args []any
	for i, word := range words {
		if i > 0 {
			every.WriteString(" INTERSECT ")
		}
		// Within quotes nothing is an operator; a quote is written twice.
		word = `"` + strings.ReplaceAll(word, `"`, `""`) + `"`
		words[i] = word
		args = append(args, word)
		fmt.Fprintf(&every, "SELECT %s FROM search WHERE search MATCH $%d", ticket, len(args))
	}
	args = append(args, strings.Join(words, " OR "), limit)
	return collect(func(row scanner) (id int64, err error) {
		err = row.Scan(&id)
		return id, err
	})(q.QueryContext(ctx, fmt.Sprintf(
		`WITH every (ticket) AS (%s),
		hit (ticket, rank) AS MATERIALIZED (SELECT %s, rank FROM search WHERE search MATCH $%d)
		SELECT ticket FROM hit WHERE ticket IN (SELECT ticket FROM every) GROUP BY ticket ORDER BY min(rank), ticket DESC LIMIT $%d`,
		&every, ticket, len(args)-1, len(args)), args...))
}
