// Package postgres is all that only PostgreSQL does: connections and what must be in force
// on them, transactions in which one process at a time writes, the search index, and what
// its errors mean. The statements on tables are elsewhere, in SQL that SQLite understands
// as well; migrations has the schema.
//
// The journal and the tickets stand in one database. Each has one writing connection in a
// process, and among processes those of the same kind write in turns: a transaction begins
// with an advisory lock that it holds to its end. So what one process writes beside a
// daemon (a command, say) is as it is on SQLite. Which process changed the tickets last
// stands in the table turn: whoever finds another one there forgets what it knew.
//
// A daemon holds one more lock for as long as its connection lasts; a second daemon is
// refused. (Several that share the work need leases that the database keeps; see
// [maildesk/store/memory].)
//
// Begin with [Open].
package postgres

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"maildesk/store/sqlrow"
)

// The advisory locks, all of the class lockClass.
const (
	lockClass   = 0x6d646573 // "mdes"
	lockTickets = 1          // who changes the tickets
	lockJournal = 2          // who appends to the journal
	lockDaemon  = 3          // the daemon
	lockSchema  = 4          // who brings the schema up to date
)

// The numbers of connections of a process, beside the two that write.
const (
	ReadConns = 8
	MailConns = 2
)

// connectTime bounds the wait for a server that does not answer, unless the URL says how
// long (connect_timeout).
const connectTime = 10 * time.Second

// Engine is the engine of one database. It is safe for concurrent use, but for the
// transactions of its [Turn], which are those of one writer.
type Engine struct {
	config pgx.ConnConfig
	me     int64 // this process, in the table turn
	seen   int64 // counts the changes of others; used by who has the turn to change tickets
}

// Open reads the URL of a database, as libpq knows it, and its password where that is not
// part of it. It connects to nothing.
func Open(url, password string) (*Engine, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, err // without the password
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTime
	}
	config.Password = cmp.Or(password, config.Password)
	config.RuntimeParams["application_name"] = application()
	// What an admin has set for people at a prompt would end our transactions.
	for _, limit := range []string{"statement_timeout", "idle_in_transaction_session_timeout", "idle_session_timeout"} {
		config.RuntimeParams[limit] = "0"
	}
	config.RuntimeParams["default_transaction_isolation"] = "read committed"
	var me [8]byte
	rand.Read(me[:]) // never fails
	return &Engine{config: *config, me: int64(binary.BigEndian.Uint64(me[:])>>1) | 1}, nil
}

// application is how a process shows itself to the server, for who looks into
// pg_stat_activity and for the error of a second daemon.
func application() string {
	host, err := os.Hostname()
	if err != nil {
		host = "?"
	}
	name := fmt.Sprintf("maildesk, process %d on %s", os.Getpid(), host)
	return name[:min(len(name), 63)]
}

// Place returns where the database is, for people.
func (e *Engine) Place() string {
	return fmt.Sprintf("%s on %s", e.config.Database, cmp.Or(e.config.Host, "?"))
}

// Pool returns connections that write, and wait for others who write for as long as is
// given.
func (e *Engine) Pool(patience time.Duration) *sql.DB {
	config := *e.config.Copy()
	config.RuntimeParams["lock_timeout"] = strconv.FormatInt(patience.Milliseconds(), 10)
	return stdlib.OpenDB(config, stdlib.OptionAfterConnect(settle))
}

// Readers returns connections that only read.
func (e *Engine) Readers() *sql.DB {
	config := *e.config.Copy()
	config.RuntimeParams["default_transaction_read_only"] = "on"
	return stdlib.OpenDB(config)
}

// settle refuses a server on which a commit would not be on stable storage, or that would
// keep texts in another way.
func settle(ctx context.Context, conn *pgx.Conn) error {
	var fsync, encoding, version, committed string
	err := conn.QueryRow(ctx, `SELECT current_setting('fsync'), current_setting('server_encoding'), current_setting('server_version_num'),
		set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false)`).
		Scan(&fsync, &encoding, &version, &committed)
	if err != nil {
		return fmt.Errorf("settings of the server: %w", err)
	}
	number, _ := strconv.Atoi(version) // of a server it is a number
	switch {
	case fsync != "on":
		return errors.New("the server runs with fsync = off: a mail that was accepted could be lost with the power; set fsync = on in postgresql.conf")
	case encoding != "UTF8":
		return fmt.Errorf("the database has the encoding %s: make it with createdb --encoding=UTF8 --template=template0", encoding)
	case number < 130000:
		return fmt.Errorf("the server is PostgreSQL %d: maildesk needs 13 or newer", number/10000)
	}
	return nil
}

// LockedError says that another daemon works on the database.
type LockedError struct {
	Holder string // "maildesk, process 4711 on mail1"; empty: unknown
}

func (e *LockedError) Error() string {
	return "another daemon works on this database (" + cmp.Or(e.Holder, "it does not show which") + "): stop it first; several daemons cannot share one yet"
}

// Lock makes a connection that of the only daemon, for as long as it lasts. It waits a
// moment for one that has just ended: the server may not have noticed yet.
func Lock(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1, $2)`, int32(lockClass), int32(lockDaemon))
	if codeOf(err) != lockNotAvailable {
		return err
	}
	locked := &LockedError{}
	err = conn.QueryRowContext(ctx, `SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
		WHERE l.locktype = 'advisory' AND l.granted AND l.classid = $1 AND l.objid = $2 AND l.objsubid = 2
		AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`, int64(lockClass), int64(lockDaemon)).Scan(&locked.Holder)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return errors.Join(locked, err)
	}
	return locked
}

// BeginReading begins a transaction that sees everything as it is at its first question.
func (e *Engine) BeginReading(ctx context.Context, conn *sql.Conn) (*sql.Tx, error) {
	return conn.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
}

// Version returns how often another process was found to have changed tickets.
func (e *Engine) Version(context.Context, sqlrow.Querier) (int64, error) { return e.seen, nil }

// Settings returns what is in force on a connection: "server_version=15.14 fsync=on …".
func (e *Engine) Settings(ctx context.Context, q sqlrow.Querier) (string, error) {
	var words []string
	for _, name := range []string{"server_version", "fsync", "full_page_writes", "synchronous_commit", "synchronous_standby_names", "transaction_read_only"} {
		var value string
		if err := q.QueryRowContext(ctx, `SELECT current_setting($1)`, name).Scan(&value); err != nil {
			return "", fmt.Errorf("read the setting %s: %w", name, err)
		}
		words = append(words, name+"="+strings.ReplaceAll(cmp.Or(value, "''"), " ", ""))
	}
	return strings.Join(words, " "), nil
}
