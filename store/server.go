package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"maildesk/store/datafolder"
	"maildesk/store/groupcommit"
	"maildesk/store/migrations"
	"maildesk/store/postgres"
)

// The database of a desk may be on a PostgreSQL server (Options.Database). Then the data
// folder has only what is no row: the keys, the numbers that are out, passwords, marks. All
// that files do is done by the server: the look for damage, copies, room on its disks.

// ServerError says that something works on the files of a data folder only.
type ServerError struct {
	What   string // "maildesk backup"
	Remedy string // what to do instead
}

func (e *ServerError) Error() string {
	return e.What + " does not work on a database on PostgreSQL yet: " + e.Remedy
}

// onFiles returns an error where the database is on a server.
func (db *DB) onFiles(what, remedy string) error {
	if db.server == nil {
		return nil
	}
	return &ServerError{what, remedy}
}

// serverPatience is how long a daemon waits for others that write beside it: longer than the
// server lets one that is frozen have the turn.
const serverPatience = 15 * time.Second

// upgradePatience is how long a start waits until the tables can be brought up to date.
const upgradePatience = 30 * time.Second

// openOnServer opens the database of a server, and the folder that belongs to it.
func openOnServer(ctx context.Context, folder string, o Options) (*DB, error) {
	engine, err := postgres.Open(o.Database, o.Password)
	if err != nil {
		return nil, err
	}
	if o.Log != nil {
		engine.WarnOf(func(text string) { o.Log.Warn(text) })
	}
	if err := datafolder.MakeFolder(folder); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	db := newDB(folder, engine, o.Log)
	db.server = engine
	err = db.patiently(ctx, illAtMost, func() error { return db.openServer(ctx, o) })
	if broken := db.Broken(); broken != nil {
		err = broken
		if db.lock == nil {
			err = cmp.Or(db.Ill(), broken)
		}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("database %s: %w", engine.Place(), postgres.Explain(err)), db.Close())
	}
	if !o.Exclusive {
		db.watchSilence(ctx)
	}
	return db, nil
}

func (db *DB) openServer(ctx context.Context, o Options) (err error) {
	wait := patience
	if o.Exclusive {
		wait = serverPatience
		if db.lock, err = datafolder.Lock(db.folder); err != nil {
			return err
		}
	}
	if db.tickets, err = groupcommit.Open(ctx, db.server.Tickets(), db.server.Pool(wait), db.Fault); err != nil {
		return err
	}
	db.tickets.Last = db.lastOnServer
	db.tickets.Then = db.state.Show
	if db.journal, err = groupcommit.Open(ctx, db.server.Journal(), db.server.Pool(wait), db.Fault); err != nil {
		return err
	}
	if err := postgres.NotPooled(ctx, db.tickets.Conn, db.journal.Conn); err != nil {
		return err
	}
	if o.Exclusive {
		if err := postgres.Share(ctx, db.tickets.Conn); err != nil {
			return err
		}
	}
	found, err := postgres.SchemaVersion(ctx, db.tickets.Conn)
	if err == nil && found == 0 && !o.Anew && !o.Moved {
		err = db.serverNotBlank()
	}
	if err == nil && !o.Moved {
		err = postgres.NotMoved(ctx, db.tickets.Conn)
	}
	if err == nil {
		err = postgres.Migrate(ctx, db.tickets.Conn, o.Exclusive, upgradePatience)
	}
	if err == nil {
		err = db.server.KnowAll(ctx, db.tickets.Conn)
	}
	if err != nil {
		return err
	}
	if err := db.goOn(ctx, o.Past); err != nil {
		return err
	}
	db.readers, db.mails, db.side = db.server.Readers(), db.server.Readers(), db.server.Pool(wait)
	for pool, conns := range map[*sql.DB]int{db.readers: postgres.ReadConns, db.mails: postgres.MailConns, db.side: postgres.SideConns} {
		pool.SetMaxOpenConns(conns)
		pool.SetMaxIdleConns(conns)
		if err := pool.PingContext(ctx); err != nil {
			return err
		}
	}
	db.state.Share(db.nextNumber)
	db.tickets.Place, db.journal.Place = datafolder.Files{}, datafolder.Files{}
	if err := db.notOlder(ctx); err != nil || !o.Exclusive {
		return err
	}
	return db.join(ctx, o)
}

// serverNotBlank refuses a database without tables where the folder is that of a desk.
func (db *DB) serverNotBlank() error {
	had, err := datafolder.HadDesk(db.folder)
	if had {
		err = fmt.Errorf("the database %s has no tables, though the keys of a desk stand in %s: this is no new desk. Name the right database, or restore a dump of it with pg_restore; to begin without tickets, name another [desk] folder",
			db.server.Place(), db.folder)
	}
	return err
}

// LookAtServer reports whether a database on a server has the tables of a desk. What would
// keep a daemon from opening it is an error: another version of the schema a
// *[migrations.SchemaError]. It changes nothing.
func LookAtServer(ctx context.Context, url, password string) (found bool, err error) {
	engine, err := postgres.Open(url, password)
	if err != nil {
		return false, err
	}
	err = engine.Answered(ctx, func(ctx context.Context) error {
		found, err = lookAt(ctx, engine)
		return err
	})
	return found, err
}

func lookAt(ctx context.Context, engine *postgres.Engine) (found bool, err error) {
	pool := engine.Pool(serverPatience)
	defer pool.Close()
	if err := postgres.Unshared(ctx, pool); err != nil {
		return false, postgres.Explain(err)
	}
	version, err := postgres.SchemaVersion(ctx, pool)
	if known := len(migrations.Postgres()); err == nil && version != 0 && version != known {
		err = &migrations.SchemaError{Found: version, Known: known}
	}
	if err == nil {
		err = postgres.NotMoved(ctx, pool)
	}
	if err == nil && version == 0 {
		err = postgres.MayCreate(ctx, pool)
	}
	return version > 0, postgres.Explain(err)
}

// DoubtsOfServer returns why a database keeps less than it seems, or is spoken to in the clear; see
// [postgres.Engine.Doubts].
func DoubtsOfServer(ctx context.Context, url, password string) (doubts []string, err error) {
	engine, err := postgres.Open(url, password)
	if err != nil {
		return nil, err
	}
	err = engine.Answered(ctx, func(ctx context.Context) error {
		doubts, err = engine.Doubts(ctx)
		return err
	})
	return doubts, err
}
