package simulation

import (
	"fmt"
	"time"

	"maildesk/daemon/localdesk"
	"maildesk/desk/learning"
	"maildesk/ticket"
)

// local is the desk as a daemon has it, on the data of this life.
func (p *process) local() *localdesk.Local {
	return &localdesk.Local{Desk: p.Desk, Store: p.db, Folder: p.folder}
}

// readLearnt lets a new life of the desk go on with what an earlier one had kept of what it
// learnt.
func (w *world) readLearnt() (err error) {
	if w.taught {
		w.desk.learner, err = w.desk.local().ReadLearnt(w.ctx)
	}
	return err
}

// learns lets the desk learn from what is settled, and now and then keep that, as a daemon
// does beside its work.
func (w *world) learns() {
	if !w.house.Learns || w.desk.tap.Dead {
		return
	}
	if !w.taught {
		w.fine("begin to learn", w.teach())
		return
	}
	settled := w.now().Add(-time.Minute - w.settings.UndoWindow)
	for n := learning.AtOnce; n == learning.AtOnce; {
		var err error
		n, err = w.desk.learner.Step(w.desk.ctx, w.desk, settled)
		w.fine("learn", err)
	}
	if w.Chance(3) {
		w.fine("keep what was learnt", w.desk.local().KeepLearnt(w.desk.learner))
	}
}

// teach lets the desk know what it would have learnt in the months before, as soon as it has
// a history to go on from.
func (w *world) teach() error {
	var events []ticket.Event
	err := w.desk.View(w.desk.ctx, func(r ticket.Reader) (err error) {
		events, err = r.EventsAfter(0, 1)
		return err
	})
	if err != nil || len(events) == 0 {
		return err
	}
	kept, err := w.past.Encode(fmt.Sprintf("%d %d", events[0].ID, events[0].At.UnixMicro()))
	if err != nil {
		return err
	}
	w.desk.learner = new(learning.Learner)
	if err := w.desk.learner.Decode(w.desk.ctx, w.desk, kept); err != nil {
		return err
	}
	w.desk.Learner, w.taught = w.desk.learner, true
	return nil
}
