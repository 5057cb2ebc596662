// Package tap stands between a desk and its store, so that whoever plays the desk can end
// its life at any commit. It is for tests only.
//
// Begin with [Tap].
package tap

import (
	"context"
	"errors"

	"maildesk/store"
	"maildesk/ticket"
)

// errKilled is what a desk gets from its store after it was killed. Nobody hears of
// what it does then.
var errKilled = errors.New("the process was killed")

// Tap stands between a desk and its store. It can end the life of the desk just
// before or just after a commit, and let another decision be committed while one is
// on its way from its snapshot to its commit.
type Tap struct {
	*store.DB
	KillIn    int    // at which of the next commits the desk is killed; 0: at none
	Before    bool   // that commit is lost
	Killed    func() // called at that moment
	Dead      bool
	During    func() // called once, before the next plan is committed
	Overtaken func() // called when a plan was

	snapshot ticket.Reader // on which is looked meanwhile; nil: on a new one each time
}

var _ ticket.Store = (*Tap)(nil)

// commit makes a commit, unless the desk is killed at it.
func (t *Tap) commit(do func() error) error {
	t.snapshot = nil
	if t.Dead {
		return errKilled
	}
	if t.KillIn != 1 {
		t.KillIn = max(0, t.KillIn-1)
		return do()
	}
	if !t.Before {
		if err := do(); err != nil {
			return err // nothing was committed: the next one counts
		}
	}
	t.Killed()
	t.Dead = true
	return errKilled
}

// Keep is described at [ticket.Journal].
func (t *Tap) Keep(ctx context.Context, u ticket.Urgency, m ticket.Mail, raw []byte) (kept ticket.Mail, known bool, err error) {
	err = t.commit(func() (err error) {
		kept, known, err = t.DB.Keep(ctx, u, m, raw)
		return err
	})
	return kept, known, err
}

// View is described at [ticket.Store].
func (t *Tap) View(ctx context.Context, fn func(ticket.Reader) error) error {
	switch {
	case t.Dead:
		return errKilled
	case t.snapshot != nil:
		return fn(t.snapshot)
	}
	return t.DB.View(ctx, fn)
}

// Together has all looks within do see one snapshot, until something is committed: what
// each of them would see by itself, and cheaper.
func (t *Tap) Together(ctx context.Context, do func() error) error {
	return t.View(ctx, func(r ticket.Reader) error {
		t.snapshot = r
		defer func() { t.snapshot = nil }()
		return do()
	})
}

// Commit is described at [ticket.Store].
func (t *Tap) Commit(ctx context.Context, u ticket.Urgency, p *ticket.Plan) error {
	if during := t.During; during != nil && !t.Dead {
		t.During = nil
		during()
	}
	return t.commit(func() error {
		err := t.DB.Commit(ctx, u, p)
		if errors.Is(err, ticket.ErrOvertaken) {
			t.Overtaken()
		}
		return err
	})
}

// CommitInTurn is described at [ticket.Store].
func (t *Tap) CommitInTurn(ctx context.Context, u ticket.Urgency, decide func(ticket.Reader) (*ticket.Plan, error)) error {
	return t.commit(func() error { return t.DB.CommitInTurn(ctx, u, decide) })
}

// Update is described at [ticket.Store].
func (t *Tap) Update(ctx context.Context, fn func(ticket.Tx) error) error {
	return t.commit(func() error { return t.DB.Update(ctx, fn) })
}

// UpdateSoon is described at [ticket.Store].
func (t *Tap) UpdateSoon(ctx context.Context, fn func(ticket.Tx) error) error {
	return t.commit(func() error { return t.DB.UpdateSoon(ctx, fn) })
}
