// Package postgres has what is specific to PostgreSQL: connections and their required
// settings, transactions in which one process at a time writes, the search index, and what
// its errors mean. The statements on tables are elsewhere, in SQL that SQLite understands
// as well; migrations has the schema.
//
// The journal and the tickets are in one database, shared by any number of daemons and
// commands. They coordinate only through the database.
//
// # Turns
//
// Each process has one connection that appends to the journal and one that changes tickets.
// Among all processes those of the same kind write in turns: a transaction begins with an
// advisory lock ([Turn]) that ends with it. A turn is a group of changes, so that a commit
// costs one wait for the disk however many share it. Decisions are made outside of turns, by
// all daemons at once, and only checked in a turn.
//
// What a plan relies on is checked in memory ([maildesk/store/memory]). To cover
// other daemons' commits, each commit of tickets adds one row to the table change, with the keys
// of all that it changed, and a process that gets the turn first reads the others' rows since its
// last turn and notes their keys. Since a commit ends before the next turn begins, and nobody
// else can commit within it, the memory is exact whenever plans are checked. A plan whose
// snapshot was taken before another daemon's commit is refused if it relied on what that
// changed, and so is one whose snapshot already includes that commit, if its daemon had no turn in
// between: it is decided again needlessly, which does no harm. A process that is so far behind that
// rows it has not read were deleted refuses all plans under way.
//
// While one process has the turn all others wait, and each statement costs a round trip to the server.
// Statements whose answer nobody needs therefore wait for the next one whose answer is needed, and go with it ([Gather]).
//
// Numbers come from sequences, not from blocks: within a ticket the numbers of events and of
// outgoing mails show the order in which they were decided.
//
// # Nodes
//
// A daemon takes part by a row of node, whose lease it renews by the clock of the database
// ([Lease], [Beat]). What a daemon owns is its own as long as that row exists: the mails that
// it took into custody, the outgoing mails that it has claimed, and the terms below. When the
// lease of a row is over, any other daemon buries it in a turn of the tickets: it deletes the
// row, and makes the claimed mails ready again, in one transaction. In each of its turns
// a daemon looks for its own row, and ends if it is gone ([ErrBuried]). So there is no moment at which
// two daemons can commit what belongs to one of them, whatever their clocks say and however
// long one was frozen:
//
//   - A daemon that was frozen outside of a turn, and buried, can commit nothing. A mail
//     that it decided stays pending for another daemon, or has been decided by it; besides, plans are
//     checked by keys.
//   - One that is frozen within a turn has the lock. The server ends its connection
//     (idle_in_transaction_session_timeout), and with it the turn: nothing of it is kept.
//   - One that wakes when its lease is over, but before anybody has buried it, renews it, and
//     nothing has happened.
//   - One that wakes with claimed mails checks its own clock before it sends each
//     (the time since it began to renew its row): past the lease it sends none, and it breaks off
//     a delivery in progress a moment before. What the next hop has accepted by
//     then is sent again by another daemon, unless its outcome was
//     committed: the same window as for a process that dies between the next hop's 250
//     and the commit, which no protocol closes (RFC 1047).
//   - One whose changes never finish, though its connection is well, renews its row only
//     a limited number of times, so that others take over.
//   - Custody is no turn of the tickets and needs no row: a mail that a buried daemon still
//     takes belongs to nobody, and is handled by the holder of the clock.
//
// An outcome that could not be recorded is kept in the folder of the daemon: when it starts
// again, that mail passes to its new row instead of being made ready. And a daemon that has just joined
// buries only rows of its own seat until it has watched for the length of a lease:
// when the database was away, nobody could renew, and all come back at about the same time.
//
// A daemon that starts buries the rows of its own seat (its folder on the running system:
// the folder's lock proves that the other process is gone) and need not wait.
//
// # Terms
//
// The clock (what is due, retention, and mails in custody that belong to no node) is a term, and so is
// each fetched mailbox: a row that names its holder, with a number that the database
// raises with each new holder. A daemon takes a term in a turn when the old holder has no row
// of node; it has it until it gives it up in a turn, or is buried, and it gives it up only when
// the work under it is finished. All commits
// under a term are made in turns, which check the row of node: so a
// holder that has lost its term can commit neither what the clock causes nor which mails of a mailbox
// it has handled.
//
// A mailbox is not in the database, and its server knows nothing of terms:
//
//   - The holder checks its own clock before it sends anything to that server, and closes the connection
//     a moment before its lease is over. So no two daemons read a mailbox: the next one begins later, when the
//     row of node is gone. One that was frozen finds on waking that its lease is over, and sends nothing.
//   - Commands whose answer it never saw concern only mails in custody. The
//     next holder moves, flags or deletes them again by their UIDs, which does nothing to those that are gone.
//   - The journal recognises by its place a mail that was taken into custody but not noted in the mailbox's
//     ledger. That is looked up in the journal's turn: it is taken once.
//
// Daemons share mailboxes without negotiating. Each takes its share, the number of mailboxes that it could
// fetch divided by the number of daemons that take part, and gives one up if it has more, as
// when another daemon joins. A mailbox that stays free for some beats it takes beyond
// its share: the others do not have it in their settings, which may differ there.
//
// # Settings
//
// The settings of the holder of the clock are in force: the digest in its row. A daemon
// whose settings or keys differ stands aside ([ErrAside]): it takes no mail, decides nothing
// and claims nothing, until they are the same. It finishes what it has begun: it keeps the outcomes
// of mails that it has handed over, and returns those that it had claimed. It records its machine's troubles,
// of which the holder of the clock tells the admin.
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
	"maps"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"maildesk/store/sqlrow"
)

// The advisory locks, of the class lockClass; those of whoever erases have the numbers of what is
// changed, and a class of their own.
const (
	lockClass   = 0x6d646573 // "mdes"
	eraseClass  = 0x6d646572 // "mder"
	lockTickets = 1          // who changes the tickets
	lockJournal = 2          // who appends to the journal
	lockDaemon  = 3          // that daemons work: of all that do, or of whoever must be alone
	lockSchema  = 4          // who brings the schema up to date
)

// The numbers of connections of a process, beside the two that write.
const (
	ReadConns = 8
	MailConns = 2
	SideConns = 3 // for numbers, and for the row of a daemon
)

// DaemonConns are the connections of a daemon at most, CommandConns what a command beside it begins with:
// two write, one listens to what wakes a daemon.
const (
	DaemonConns  = 2 + ReadConns + MailConns + SideConns + 1
	CommandConns = 2 + 3
)

// connectTime bounds the wait for a host that does not answer, hostTime where there is another one to
// try, unless the URL says how long (connect_timeout).
const (
	connectTime = 10 * time.Second
	hostTime    = 2 * time.Second
)

// Engine is the engine of one database. It is safe for concurrent use, but for the
// transactions of its [Turn], which are those of one writer.
type Engine struct {
	config pgx.ConnConfig
	me     int64 // this process, in the table node
	daemon bool  // it has a row there, or had one
	digest atomic.Pointer[string]
	log    changeLog
	freed  bool // in this turn: another daemon may take what a buried one had
	aside  bool // in this turn: this daemon takes no part
	wires  *wires
	others int // hosts in the URL, but one
}

// Open reads the URL of a database, as libpq knows it, and its password where that is not
// part of it. It connects to nothing.
func Open(url, password string) (*Engine, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, err // without the password
	}
	hosts := hostsOf(config)
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTime
		if hosts > 1 {
			config.ConnectTimeout = hostTime
		}
	}
	config.Password = cmp.Or(password, config.Password)
	config.RuntimeParams["application_name"] = application()
	if config.ValidateConnect == nil {
		// Of several hosts in the URL one may be a standby: what it shows is older than what
		// our own commits have changed.
		config.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsPrimary
	}
	all := &wires{open: map[*wire]bool{}}
	config.DialFunc = all.over(config.DialFunc)
	var me [8]byte
	rand.Read(me[:]) // never fails
	return &Engine{config: *config, me: int64(binary.BigEndian.Uint64(me[:])>>1) | 1, log: changeLog{known: -1}, wires: all, others: hosts - 1}, nil
}

// hostsOf returns how many hosts a URL names. Each is tried for ConnectTimeout.
func hostsOf(config *pgx.ConnConfig) int {
	all := map[string]bool{net.JoinHostPort(config.Host, strconv.Itoa(int(config.Port))): true}
	for _, f := range config.Fallbacks {
		all[net.JoinHostPort(f.Host, strconv.Itoa(int(f.Port)))] = true
	}
	return len(all)
}

// application is how a process shows itself to the server, for whoever looks into
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
// given. The server ends those that have the turn and are silent.
func (e *Engine) Pool(patience time.Duration) *sql.DB {
	return stdlib.OpenDB(*e.config.Copy(), stdlib.OptionAfterConnect(func(ctx context.Context, conn *pgx.Conn) error {
		err := set(ctx, conn, map[string]string{
			"lock_timeout":                        strconv.FormatInt(patience.Milliseconds(), 10),
			"idle_in_transaction_session_timeout": strconv.FormatInt(idleInTurn.Milliseconds(), 10),
		})
		if err != nil {
			return err
		}
		return settle(ctx, conn)
	}))
}

// Readers returns connections that only read.
func (e *Engine) Readers() *sql.DB { return readers(*e.config.Copy()) }

func readers(config pgx.ConnConfig) *sql.DB {
	return stdlib.OpenDB(config, stdlib.OptionAfterConnect(func(ctx context.Context, conn *pgx.Conn) error {
		return set(ctx, conn, map[string]string{"default_transaction_read_only": "on"})
	}))
}

// set puts settings in force on a new connection. They are no startup parameters: a pooler
// refuses those that it does not know, a server those of a newer version, and a connection
// that only reads would be none to target_session_attrs=read-write.
func set(ctx context.Context, conn *pgx.Conn, settings map[string]string) error {
	all := map[string]string{"default_transaction_isolation": "read committed"}
	// What an admin has set for people at a prompt would end our transactions.
	for _, limit := range []string{"statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "idle_session_timeout", "transaction_timeout"} {
		all[limit] = "0"
	}
	maps.Copy(all, settings)
	var rows []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		rows = append(rows, fmt.Sprintf("('%s', '%s')", name, all[name]))
	}
	_, err := conn.Exec(ctx, `SELECT set_config(s.name, s.value, false) FROM (VALUES `+strings.Join(rows, ", ")+`) AS s (name, value) WHERE current_setting(s.name, true) IS NOT NULL`)
	if err != nil {
		return fmt.Errorf("settings of the connection: %w", err)
	}
	return nil
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

// errPooled says that something gives connections of the server to others between two transactions.
var errPooled = errors.New("a pooler gives one connection of the server to several of ours: locks and settings that last as long as a connection would be lost, or another's; connect to the server itself, or set pool_mode = session")

// NotPooled returns an error where two connections are one of the server. Both must be open meanwhile.
func NotPooled(ctx context.Context, connections ...sqlrow.Querier) error {
	known := map[int64]bool{}
	for _, q := range connections {
		var process int64
		if err := q.QueryRowContext(ctx, `SELECT pg_backend_pid()`).Scan(&process); err != nil {
			return err
		}
		if known[process] {
			return errPooled
		}
		known[process] = true
	}
	return nil
}

// Unshared is NotPooled for two connections of a pool of ours.
func Unshared(ctx context.Context, pool *sql.DB) error {
	one, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer one.Close()
	other, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer other.Close()
	return NotPooled(ctx, one, other)
}

// BeginReading begins a transaction that sees everything as it is at its first question.
func (e *Engine) BeginReading(ctx context.Context, conn *sql.Conn) (*sql.Tx, error) {
	return conn.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
}
