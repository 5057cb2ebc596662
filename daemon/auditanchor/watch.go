package auditanchor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"maildesk/store/laws"
	"maildesk/ticket"
)

// When the file follows the audit.
const (
	followAfter = 5 * time.Second  // what this daemon has added: what is added meanwhile goes with it
	followEvery = 30 * time.Second // what others have added
)

// watch is what Run has found last.
type watch struct {
	mu    sync.Mutex
	found error
}

// Run does what Look does, then lets the file follow the audit until ctx is done. No mail waits for it.
func (a *Anchor) Run(ctx context.Context, log *slog.Logger) error {
	a.Look(ctx, log)
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		case <-a.db.Audited():
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(followAfter):
			}
		}
		a.note(ctx, log, a.Follow(ctx))
	}
}

// Look compares the audit with all that the file says, then lets the file follow. What does not hold is
// logged, once, and a trouble.
func (a *Anchor) Look(ctx context.Context, log *slog.Logger) {
	err := a.Verify(ctx)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		err = a.Follow(ctx)
	}
	a.note(ctx, log, err)
}

func (a *Anchor) note(ctx context.Context, log *slog.Logger, err error) {
	if ctx.Err() != nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if err != nil && (a.found == nil || a.found.Error() != err.Error()) {
		log.ErrorContext(ctx, "audit", "err", err)
	}
	a.found = err
}

// Troubles returns what Run has found: that the audit is not what it was, or that the file cannot be
// read or written.
func (a *Anchor) Troubles() []ticket.Trouble {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, broken := errors.AsType[*BrokenError](a.found)
	_, file := errors.AsType[*fs.PathError](a.found)
	switch {
	case broken:
		return []ticket.Trouble{{Subject: "the audit is not what it was", Text: a.found.Error() + "\n\nTickets are kept and handled. \"maildesk check --data\" says more."}}
	case file:
		return []ticket.Trouble{{Subject: "the audit has no anchor", Text: a.found.Error() + "\n\nTickets are kept and handled, but nothing would show that the audit was shortened or made anew. Give the desk its data folder to read and write."}}
	}
	return nil
}

// Check returns what check --data prints of the audit, and what does not hold. inFolder says that the
// database is in the folder, of which it is known whether a desk has worked there.
func (a *Anchor) Check(ctx context.Context, inFolder bool) (lines []string, problems []laws.Problem, err error) {
	last, err := a.db.LastAudit(ctx)
	if err != nil {
		return nil, nil, err
	}
	lines = append(lines, fmt.Sprintf("%d events in the audit, the last hash is %x", last.ID, last.Hash[:8]))
	begun, err := a.db.AuditOf(ctx, Kinds...)
	if err != nil {
		return lines, nil, err
	}
	for _, b := range begun {
		lines = append(lines, fmt.Sprintf("row %d of the audit, %s: %s (%s)", b.ID, b.At.UTC().Format(time.RFC3339), b.Kind, b.Actor))
	}
	switch err := a.Verify(ctx); {
	case errors.Is(err, fs.ErrNotExist) && (!inFolder || len(begun) == 0):
		lines = append(lines, "no desk has written down in "+a.folder+" how long the audit is: it does when it starts")
	case errors.Is(err, fs.ErrNotExist):
		problems = append(problems, laws.Problem{Law: law, What: File + " is missing in " + a.folder + ": put it back; without it the next start of the desk begins a new one, and says so in the audit"})
	case err != nil:
		problems = append(problems, laws.Problem{Law: law, What: err.Error()})
	default:
		lines = append(lines, "it is what "+File+" says that it was")
	}
	return lines, problems, nil
}

const law = "the audit is what it was"
