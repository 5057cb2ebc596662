package simulation

import (
	"context"
	"errors"

	"maildesk/store"
	"maildesk/ticket"
)

// errKilled is what a desk gets from its store after it was killed. Nobody hears of
// what it does then.
var errKilled = errors.New("the process was killed")

// tap stands between a desk and its store. It can end the life of the desk just
// before or just after a commit, and let another decision be committed while one is
// on its way from its snapshot to its commit.
type tap struct {
	*store.DB
	killIn int    // at which of the next commits the desk is killed; 0: at none
	before bool   // that commit is lost
	killed func() // called at that moment
	dead   bool
	during func()     // called once, before the next plan is committed
	seen   *Sightings // of rare paths
}

var _ ticket.Store = (*tap)(nil)

// commit makes a commit, unless the desk is killed at it.
func (t *tap) commit(do func() error) error {
	if t.dead {
		return errKilled
	}
	if t.killIn != 1 {
		t.killIn = max(0, t.killIn-1)
		return do()
	}
	if !t.before {
		if err := do(); err != nil {
			return err // nothing was committed: the next one counts
		}
	}
	t.killed()
	t.dead = true
	return errKilled
}

// Keep is described at [ticket.Journal].
func (t *tap) Keep(ctx context.Context, u ticket.Urgency, m ticket.Mail, raw []byte) (kept ticket.Mail, known bool, err error) {
	err = t.commit(func() (err error) {
		kept, known, err = t.DB.Keep(ctx, u, m, raw)
		return err
	})
	return kept, known, err
}

// View is described at [ticket.Store].
func (t *tap) View(ctx context.Context, fn func(ticket.Reader) error) error {
	if t.dead {
		return errKilled
	}
	return t.DB.View(ctx, fn)
}

// Commit is described at [ticket.Store].
func (t *tap) Commit(ctx context.Context, u ticket.Urgency, p *ticket.Plan) error {
	if during := t.during; during != nil && !t.dead {
		t.during = nil
		during()
	}
	return t.commit(func() error {
		err := t.DB.Commit(ctx, u, p)
		if errors.Is(err, ticket.ErrOvertaken) {
			t.seen.note(Overtaken)
		}
		return err
	})
}

// CommitInTurn is described at [ticket.Store].
func (t *tap) CommitInTurn(ctx context.Context, u ticket.Urgency, decide func(ticket.Reader) (*ticket.Plan, error)) error {
	return t.commit(func() error { return t.DB.CommitInTurn(ctx, u, decide) })
}

// Update is described at [ticket.Store].
func (t *tap) Update(ctx context.Context, fn func(ticket.Tx) error) error {
	return t.commit(func() error { return t.DB.Update(ctx, fn) })
}

// UpdateSoon is described at [ticket.Store].
func (t *tap) UpdateSoon(ctx context.Context, fn func(ticket.Tx) error) error {
	return t.commit(func() error { return t.DB.UpdateSoon(ctx, fn) })
}
