package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"maildesk/store/datafolder"
	"maildesk/store/groupcommit"
	"maildesk/store/memory"
	"maildesk/store/migrations"
	"maildesk/store/postgres"
	"maildesk/store/sqlite"
	"maildesk/store/statement"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// Options say how to open a data folder.
type Options struct {
	// Exclusive is for the daemon: it locks the folder against a second
	// one, checks the database and brings an older schema up to date. Short
	// commands open the folder without it, beside a daemon that runs, and
	// may change things: SQLite lets the two write in turns.
	Exclusive bool
	// ReadOnly opens data that are there to read them, beside a daemon or without one: nothing
	// is made, locked or changed, and every change is refused with [ErrReadOnly]. The folder
	// may be one into which this process cannot write.
	ReadOnly bool
	// Reserve is how many bytes of the file system Keep leaves free, so
	// that tickets and outgoing mails still have room when no new mail is
	// taken; 0 means 64 MiB.
	Reserve int64
	// Anew makes a new database in the place of one that was lost, which is
	// refused otherwise. Its numbers go on after those that are out.
	Anew bool
	// Log is where it is said at once that the store is broken, and what keeps it waiting; nil: nowhere.
	Log *slog.Logger
	// Database is the URL of a database on a PostgreSQL server; empty: the database is in
	// the folder. Password is that of its user, where it is not part of the URL.
	Database, Password string
	Moved              bool // opens also data that were moved elsewhere, or are not all there yet
	// Settings is the digest of a daemon's settings and keys, which must be the same on all
	// that share a database on a server.
	Settings string
	// HandedOver are outgoing mails of which an earlier daemon in the folder knew what became, and
	// could not record it: they are this daemon's, not ready, until it has.
	HandedOver []ticket.OutboxID
	Played     bool // on a server: leases go by the time of who calls, and it has the clock without running
	// Past is called when the database is not the one that the folder had
	// last, but an older copy or a new one, before it gives its first number:
	// with the highest numbers that it knows. Signed addresses with others are
	// out then.
	Past func(kept datafolder.Numbers) error
}

// patience is how long a command waits for its turn to write. SQLite has no
// queue for processes: beside a daemon under full load it may take seconds.
const patience = 30 * time.Second

// DB is the store of one data folder. It is safe for concurrent use.
type DB struct {
	folder string
	engine engine
	server *postgres.Engine // the engine; nil where the database is in the folder
	lock   *os.File         // nil unless Exclusive
	moved  bool             // Options.Moved

	readOnly bool        // Options.ReadOnly: there are readers alone
	quiet    []quietFile // that are read without a lock

	tickets *groupcommit.Writer // of maildesk.db
	journal *groupcommit.Writer
	readers *sql.DB // of both together
	mails   *sql.DB // of the journal alone, for whoever reads in a transaction of the tickets
	side    *sql.DB // of a server alone, for what is no part of a turn
	part    part    // of a daemon on a server among others
	*groupcommit.Fault
	log *slog.Logger
	ill atomic.Pointer[error] // what ails the server; see Ill
	// unwatch ends watchSilence; nil: it does not run.
	unwatch  context.CancelFunc
	watching sync.WaitGroup
	// searchFault is the last reason why words could not be kept.
	searchFault atomic.Pointer[error]
	// texts are what the search shall find after the next commit. They are touched
	// only by whoever has the turn.
	texts   []statement.Text
	noted   bool // the group knows what other processes have changed; likewise
	reserve datafolder.Reserve
	numbers datafolder.NumbersFile
	state   *memory.State
	audited chan struct{} // see Audited
	// plans and overtaken are counted by Commit.
	plans, overtaken atomic.Int64

	unchecked []*groupcommit.Writer // the look for damage was not done when the start went on
}

var _ ticket.Store = (*DB)(nil)

// Open opens the data folder, which it makes (mode 0700) where there is none.
// It fails when another daemon works on the folder (Exclusive), when the
// database was lost ([LostError]), is damaged or comes from a newer maildesk, and
// when SQLite would not keep a commit on stable storage. Nothing runs until a
// method is called.
//
// Where the database is on a server, the folder may have none, and damage is the server's to find.
func Open(ctx context.Context, folder string, o Options) (*DB, error) {
	if o.ReadOnly {
		return openReadOnly(ctx, folder, o)
	}
	if o.Database != "" {
		return openOnServer(ctx, folder, o)
	}
	sqlite.BigBlocksApart()
	if !o.Moved {
		if err := datafolder.NotMoved(folder); err != nil {
			return nil, fmt.Errorf("data folder %s: %w", folder, err)
		}
	}
	_, err := datafolder.Look(folder)
	if _, lost := errors.AsType[*datafolder.LostError](err); err != nil && !(lost && o.Anew) {
		return nil, fmt.Errorf("data folder %s: %w", folder, err)
	}
	if err := datafolder.Make(folder); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	db := newDB(folder, sqlite.Engine{}, o.Log)
	db.moved = o.Moved
	db.reserve.Least = cmp.Or(o.Reserve, 64<<20)
	if err := db.open(ctx, o); err != nil {
		return nil, errors.Join(fmt.Errorf("data folder %s: %w", folder, err), db.Close())
	}
	return db, nil
}

// notMoved returns an error where the data of a folder are being moved elsewhere since they
// were opened. It is asked in a turn. A daemon need not ask: nothing is moved beside it.
func (db *DB) notMoved() error {
	if db.server != nil || db.lock != nil || db.moved {
		return nil // on a server its engine asks
	}
	return datafolder.NotMoved(db.folder)
}

func newDB(folder string, e engine, log *slog.Logger) *DB {
	db := &DB{
		folder:  folder,
		engine:  e,
		log:     cmp.Or(log, slog.New(slog.DiscardHandler)),
		Fault:   groupcommit.NewFault(),
		reserve: datafolder.Reserve{Folder: folder},
		numbers: datafolder.NumbersFile{Folder: folder},
		state:   memory.NewState(),
		audited: make(chan struct{}, 1),
	}
	db.Told = db.brokeDown
	return db
}

func (db *DB) open(ctx context.Context, o Options) (err error) {
	if o.Exclusive {
		if db.lock, err = datafolder.Lock(db.folder); err != nil {
			return err
		}
	}
	if err := db.openTickets(ctx, o); err != nil {
		return err
	}
	if err := db.openJournal(ctx, o); err != nil {
		return err
	}
	if err := db.goOn(ctx, o.Past); err != nil {
		return sqlite.Damaged(err)
	}
	if err := db.noteOthers(); err != nil {
		return sqlite.Damaged(err)
	}
	db.state.Show() // the first snapshot sees it
	db.readers = sqlite.OpenBoth(db.folder)
	db.mails = sqlite.Open(filepath.Join(db.folder, datafolder.JournalFile), sqlite.Reading)
	for pool, conns := range map[*sql.DB]int{db.readers: sqlite.ReadConns, db.mails: sqlite.MailConns} {
		pool.SetMaxOpenConns(conns)
		pool.SetMaxIdleConns(conns)
		if err := pool.PingContext(ctx); err != nil {
			return sqlite.Damaged(err)
		}
	}
	if err := db.notOlder(ctx); err != nil {
		return sqlite.Damaged(err)
	}
	if db.tickets.Place, err = datafolder.FilesOf(db.folder, datafolder.File); err != nil {
		return err
	}
	db.journal.Place, err = datafolder.FilesOf(db.folder, datafolder.JournalFile)
	if err == nil && o.Exclusive {
		err = sqlite.Damaged(db.releaseStrays(ctx))
	}
	return err
}

// openTickets opens the database and brings it up to date.
func (db *DB) openTickets(ctx context.Context, o Options) (err error) {
	path := filepath.Join(db.folder, datafolder.File)
	if db.tickets, err = groupcommit.Open(ctx, sqlite.Engine{}, sqlite.Open(path, sqlite.Writing), db.Fault); err != nil {
		return sqlite.Damaged(err)
	}
	db.tickets.Last = db.indexAll
	db.tickets.Then = db.state.Show
	if err := db.look(ctx, db.tickets, o); err != nil {
		return err
	}
	found, err := migrations.SchemaVersion(ctx, db.tickets.Conn)
	if err == nil && found == 0 && !o.Anew {
		err = datafolder.NotBlank(db.folder)
	}
	if err == nil && found == 0 {
		// The journal is there before anything can speak of its mails.
		err = makeJournal(ctx, db.folder)
	}
	if err == nil && o.Exclusive && found > 0 && found < datafolder.JournalApart {
		err = migrations.RoomToSplit(path)
	}
	if err == nil {
		err = migrations.Run(ctx, db.tickets.Conn, path, migrations.Tickets(), o.Exclusive, migrations.SplitAt(ctx, db.folder))
	}
	if err == nil && found > 0 && found < datafolder.JournalApart {
		// The mails are gone from this file: what they took is given back. It is as
		// good without.
		if db.tickets.Exec("VACUUM") != nil {
			err = ctx.Err()
		}
	}
	return sqlite.Damaged(err)
}

// look is what is done first with a connection that writes.
func (db *DB) look(ctx context.Context, w *groupcommit.Writer, o Options) error {
	if o.Exclusive {
		return db.checkAtStart(ctx, w)
	}
	return w.Exec(fmt.Sprintf("PRAGMA busy_timeout = %d", patience.Milliseconds()))
}

// notOlder refuses a journal that lacks mails of which the database speaks: a copy
// from another day was put beside it.
func (db *DB) notOlder(ctx context.Context) error {
	var last int64
	err := db.tickets.Conn.QueryRowContext(ctx, `SELECT coalesce(max(mail), 0) FROM handled`).Scan(&last)
	var given map[string]int64
	if err == nil {
		given, err = db.engine.Given(ctx, db.journal.Conn)
	}
	if kept := given["mail"]; err == nil && last > kept {
		lost := &datafolder.LostError{File: datafolder.JournalFile, What: fmt.Sprintf("is older than the tickets: it ends with mail %d, but mail %d was handled", kept, last)}
		if db.server != nil {
			lost.Server = db.server.Place()
		}
		err = lost
	}
	return err
}

// Close releases the folder. It must not be called while an Update or View
// runs.
func (db *DB) Close() error {
	if db.unwatch != nil {
		db.unwatch()
		db.watching.Wait()
	}
	var errs []error
	if db.tickets.Moved() || db.journal.Moved() {
		// The end of the process closes the connections. If we did, SQLite would
		// remove by name the log of the file that stands there now.
		return unlock(db.lock)
	}
	if db.journal.Started() && db.lock != nil && db.Broken() == nil {
		errs = append(errs, db.leaveNumbers(context.Background()))
	}
	cut := db.server != nil && db.Broken() != nil
	if cut {
		db.server.Cut(db.Broken())
	}
	// The writers come last: the last connection empties the write-ahead log.
	errs = append(errs, db.leave())
	var closed []error
	for _, pool := range []*sql.DB{db.readers, db.mails, db.side} {
		if pool != nil {
			closed = append(closed, pool.Close())
		}
	}
	closed = append(closed, db.tickets.Close(), db.journal.Close())
	if !cut { // else they have nothing to say
		errs = append(errs, closed...)
	}
	return errors.Join(append(errs, unlock(db.lock))...)
}

func unlock(lock *os.File) error {
	if lock == nil {
		return nil
	}
	return lock.Close()
}

// View runs fn on a snapshot; fn must not call View or Update.
func (db *DB) View(ctx context.Context, fn func(ticket.Reader) error) (err error) {
	defer func() { err = db.because(datafolder.Marked(err, db.engine.Shortage(err)), "") }()
	moment := db.state.Seen() // before the snapshot is taken, which may see more
	conn, err := db.readers.Conn(ctx)
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	defer conn.Close()
	tx, err := db.engine.BeginReading(context.WithoutCancel(ctx), conn)
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	defer tx.Rollback() // nothing was written
	err = fn(tables.NewReader(ctx, tx, db.engine, db.state, moment))
	if disturbed := db.stillQuiet(); disturbed != nil {
		return disturbed
	}
	return err
}

// Run looks after the store until ctx is done: it moves the write-ahead logs into
// their databases beside the changes that go on, indexes what is alike, and ends the look for damage where
// that was not done at the start. It returns nil then, and an error as soon as
// the store is broken: the daemon must end and be started again.
func (db *DB) Run(ctx context.Context) error {
	if db.server != nil {
		return db.watchServer(ctx)
	}
	if len(db.unchecked) > 0 {
		ctx, stop := context.WithCancel(ctx)
		var looking sync.WaitGroup
		defer looking.Wait()
		defer stop()
		looking.Go(func() { db.checkBeside(ctx) })
	}
	tick := time.NewTicker(upkeep)
	defer tick.Stop()
	moved := map[*groupcommit.Writer]int64{db.tickets: -1, db.journal: -1} // the commits that are in the database
	indexed := int64(-1)                                                   // the commits that were looked at for what is alike
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-db.Failed:
			return db.Broken()
		case <-tick.C:
			for w := range moved {
				if err := w.Place.Check(); err != nil {
					return db.BreakDown(err)
				}
				made := w.Commits.Load()
				if made == moved[w] {
					continue
				}
				whole, err := db.checkpoint(ctx, w)
				if err != nil {
					return err
				}
				if whole {
					moved[w] = made
				}
			}
			if made := db.tickets.Commits.Load(); made != indexed {
				indexed = made
				db.followAlike(ctx)
			}
		}
	}
}

// upkeep is how often Run does so, when there is something to move.
const upkeep = 250 * time.Millisecond
