package simulation

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"maildesk/desk"
	"maildesk/desk/learning"
	"maildesk/simulation/rare"
	"maildesk/simulation/tap"
	"maildesk/store"
)

// process is one life of a desk, from its start until it is killed.
type process struct {
	*desk.Desk
	ctx     context.Context // done when it is killed
	db      *store.DB
	tap     *tap.Tap
	learner *learning.Learner // nil: it does not learn yet
	folder  string            // its data
	next    string            // the data as they were when it was killed
}

// start begins a life of the desk on a data folder.
func (w *world) start(folder string) error {
	db, err := store.Open(w.ctx, folder, store.Options{Exclusive: true, Reserve: 1, Database: w.Database, Played: true})
	if err != nil {
		return err
	}
	ctx, end := context.WithCancel(w.ctx)
	p := &process{ctx: ctx, db: db, folder: folder}
	p.tap = &tap.Tap{DB: db, Overtaken: func() { w.seen.Note(rare.Overtaken) }}
	p.tap.Killed = func() {
		w.lives++
		defer end()
		if p.next = folder; w.Database != "" {
			return // it has what was committed, and nothing else
		}
		p.next = filepath.Join(w.folder, strconv.Itoa(w.lives))
		if err := copyData(folder, p.next); err != nil {
			panic(err)
		}
	}
	p.Desk = desk.New(p.tap, w.keys, w.settings, w.log)
	w.desk = p
	if err := w.readLearnt(); err != nil {
		return err
	}
	// What the last life had claimed was never tried, or its outcome is not known.
	return p.ReleaseBut(ctx, owner, w.now())
}

// restart begins the next life after a kill, on the data as they were then.
func (w *world) restart() error {
	dead := w.desk
	w.tell("killed and started again")
	if w.Database != "" {
		dead.db.LeaveToNext() // the next life finds what the dead one had
		return errors.Join(dead.db.Close(), w.start(dead.next))
	}
	if err := w.start(dead.next); err != nil {
		return fmt.Errorf("start after a kill: %w", err)
	}
	return errors.Join(dead.db.Close(), os.RemoveAll(dead.folder))
}

// close closes what the last life of the desk and its peer have open.
func (w *world) close() error {
	err := w.desk.db.Close()
	if w.peer != nil {
		err = errors.Join(err, w.peer.db.Close())
	}
	return err
}

// copyData copies a data folder as it is at this moment. That is what kill -9 leaves: of
// what was committed everything, of the rest nothing that counts.
func copyData(from, to string) error { return os.CopyFS(to, os.DirFS(from)) }
