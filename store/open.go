package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maildesk/durable"
	"maildesk/ticket"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// File is the name of the database in the data folder.
const File = "maildesk.db"

// Options say how to open a data folder.
type Options struct {
	// Exclusive is for the daemon: it locks the folder against a second
	// one, checks the database and brings an older schema up to date. Short
	// commands open the folder without it, beside a daemon that runs, and
	// may change things: SQLite lets the two write in turns.
	Exclusive bool
	// Reserve is how many bytes of the file system AppendMail leaves free, so
	// that tickets and outgoing mails still have room when no new mail is
	// taken; 0 means 64 MiB.
	Reserve int64
	// Anew makes a new database in the place of one that was lost, which is
	// refused otherwise. Its numbers go on after those that are out.
	Anew bool
	// Past is called when the database is not the one that the folder had
	// last, but an older copy or a new one, before it gives its first number:
	// with the highest numbers that it knows. Signed addresses with others are
	// out then.
	Past func(kept Numbers) error
}

// patience is how long a command waits for its turn to write. SQLite has no
// queue for processes: beside a daemon under full load it may take seconds.
const patience = 30 * time.Second

// DB is the store of one data folder. It is safe for concurrent use.
type DB struct {
	folder  string
	engine  engine
	lock    *os.File // nil unless Exclusive
	tickets *writer
	readers *sql.DB
	*fault
	// searchFault is the last reason why words could not be kept.
	searchFault atomic.Pointer[error]
	reserve     reserve
	numbers     numbers
	changes     changes
	counters    counters

	unchecked bool // the look for damage was not done when the start went on
}

var _ ticket.Store = (*DB)(nil)

// Open opens the data folder, which it makes (mode 0700) where there is none.
// It fails when another daemon works on the folder (Exclusive), when the
// database was lost ([LostError]), is damaged or comes from a newer maildesk, and
// when SQLite would not keep a commit on stable storage. Nothing runs until a
// method is called.
func Open(ctx context.Context, folder string, o Options) (*DB, error) {
	bigBlocksApart()
	_, err := Look(folder)
	if _, lost := errors.AsType[*LostError](err); err != nil && !(lost && o.Anew) {
		return nil, fmt.Errorf("data folder %s: %w", folder, err)
	}
	if err := makeFolder(folder); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	db := &DB{
		folder:  folder,
		engine:  sqlite{},
		fault:   &fault{failed: make(chan struct{})},
		reserve: reserve{folder: folder, least: cmp.Or(o.Reserve, 64<<20)},
		numbers: numbers{folder: folder},

		changes:  newChanges(),
		counters: newCounters(),
	}
	if err := db.open(ctx, o); err != nil {
		return nil, errors.Join(fmt.Errorf("data folder %s: %w", folder, err), db.Close())
	}
	return db, nil
}

func (db *DB) open(ctx context.Context, o Options) (err error) {
	if o.Exclusive {
		if db.lock, err = lockFolder(db.folder); err != nil {
			return err
		}
	}
	path := filepath.Join(db.folder, File)
	db.readers = openSQLite(path, reading)
	db.readers.SetMaxOpenConns(readConns)
	db.readers.SetMaxIdleConns(readConns)
	if db.tickets, err = openWriter(ctx, db.engine, path, db.fault); err != nil {
		return err
	}
	db.tickets.last = db.indexAll
	db.tickets.then = func() { db.changes.committed.Store(uint64(db.changes.made)) }
	if o.Exclusive {
		err = db.checkAtStart(ctx)
	} else {
		err = db.tickets.exec(fmt.Sprintf("PRAGMA busy_timeout = %d", patience.Milliseconds()))
	}
	if err != nil {
		return err
	}
	if !o.Anew {
		if err := notBlank(ctx, db.tickets.conn, db.folder); err != nil {
			return damaged(err)
		}
	}
	if err := migrate(ctx, db.tickets.conn, path, migrations(), o.Exclusive); err != nil {
		return damaged(err)
	}
	if err := db.goOn(ctx, o.Past); err != nil {
		return damaged(err)
	}
	if err := db.noteOthers(); err != nil {
		return damaged(err)
	}
	if err := db.readers.PingContext(ctx); err != nil {
		return damaged(err)
	}
	db.tickets.place, err = placeOf(db.folder)
	return err
}

// Close releases the folder. It must not be called while an Update or View
// runs.
func (db *DB) Close() error {
	var errs []error
	if db.tickets.moved() {
		// The end of the process closes the connections. If we did, SQLite would
		// remove by name the log of the file that stands there now.
		return unlock(db.lock)
	}
	if db.tickets.started() && db.lock != nil && db.Broken() == nil {
		errs = append(errs, db.leaveNumbers(context.Background()))
	}
	// The writer comes last: the last connection empties the write-ahead log.
	if db.readers != nil {
		errs = append(errs, db.readers.Close())
	}
	return errors.Join(append(errs, db.tickets.close(), unlock(db.lock))...)
}

func unlock(lock *os.File) error {
	if lock == nil {
		return nil
	}
	return lock.Close()
}

// View runs fn on a snapshot; fn must not call View or Update.
func (db *DB) View(ctx context.Context, fn func(ticket.Reader) error) (err error) {
	defer func() { err = marked(err, db.engine.shortage(err)) }()
	moment := ticket.Moment(db.changes.committed.Load()) // before the snapshot is taken, which may see more
	conn, err := db.readers.Conn(ctx)
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	defer conn.Close()
	tx, err := conn.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	defer tx.Rollback() // nothing was written
	return fn(&reader{ctx: ctx, q: tx, engine: db.engine, moment: moment, counters: &db.counters})
}

// Run looks after the store until ctx is done: it moves the write-ahead log into
// the database beside the changes that go on, and ends the look for damage where
// that was not done at the start. It returns nil then, and an error as soon as
// the store is broken: the daemon must end and be started again.
func (db *DB) Run(ctx context.Context) error {
	if db.unchecked {
		ctx, stop := context.WithCancel(ctx)
		var looking sync.WaitGroup
		defer looking.Wait()
		defer stop()
		looking.Go(func() { db.checkBeside(ctx) })
	}
	tick := time.NewTicker(upkeep)
	defer tick.Stop()
	moved := int64(-1) // the commits that are in the database
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-db.failed:
			return db.Broken()
		case <-tick.C:
			if err := db.tickets.place.check(); err != nil {
				return db.breakDown(err)
			}
			made := db.tickets.commits.Load()
			if made == moved {
				continue
			}
			whole, err := db.checkpoint(ctx)
			if err != nil {
				return err
			}
			if whole {
				moved = made
			}
		}
	}
}

// upkeep is how often Run does so, when there is something to move.
const upkeep = 250 * time.Millisecond

// makeFolder makes the data folder and, inside, a database file that only we
// can read; SQLite gives its log the mode of the database.
func makeFolder(folder string) error {
	if _, err := os.Stat(folder); errors.Is(err, os.ErrNotExist) {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
		// SQLite makes the names inside the folder durable, not the folder's.
		if err := durable.Sync(filepath.Dir(folder)); err != nil {
			return err
		}
	}
	f, err := os.OpenFile(filepath.Join(folder, File), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}
