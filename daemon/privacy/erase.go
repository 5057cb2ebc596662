package privacy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"maildesk/daemon/localdesk"

	"maildesk/config"
	"maildesk/desk/person"
	"maildesk/durable"
	"maildesk/store"
	"maildesk/store/datafolder"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// CaseFile has the erasure that is under way. It names the person, and is removed at the end.
const CaseFile = datafolder.ErasingFile

// EraseOptions say how somebody is erased.
type EraseOptions struct {
	Do      bool     // else only what would be done is counted
	Open    bool     // also tickets that are not closed; they are closed
	Actor   string   // who does it
	Compact bool     // the databases are compacted beside a running desk, however large they are
	Names   []string // of the person alone, whoever else seems to have them
	InPlace bool     // large databases, and those of a server, are not compacted: what is deleted is overwritten where it stands
}

// Erased is what an erasure took out, or would.
type Erased struct {
	Erasure   int64               `json:"erasure"`         // its number; 0: it was a dry run
	Names     []person.Name       `json:"names"`           // by which the person was known
	Whole     []ticket.ID         `json:"tickets"`         // of which all was taken out
	Shared    []ticket.ID         `json:"shared_tickets"`  // of which what was the person's was taken out
	Open      []ticket.ID         `json:"open_tickets"`    // among them, as they were
	Out       int                 `json:"mails"`           // received mails that were taken out
	Cut       int                 `json:"mails_cut"`       // received mails of others from which the person was taken out
	Outgoing  int                 `json:"outgoing"`        // outgoing mails whose bytes were dropped
	Rows      map[string]int      `json:"rows"`            // rows that were changed or removed, by table
	Slugs     map[string]string   `json:"slugs"`           // of articles that name the person, and what they are called from then on
	Pending   []ticket.MailID     `json:"pending"`         // mails that wait to be handled, and were left
	Running   bool                `json:"desk_is_running"` // beside it
	Compacted bool                `json:"compacted"`       // no room of deleted rows is left
	Left      []string            `json:"left"`            // where the person is still found: rows, and files of the data folder
	Kept      []string            `json:"kept"`            // rows with words like theirs that were not touched, and why
	Closed    []person.ClosedFile `json:"closed"`          // files in mails of others that could not be looked into
	Outside   []string            `json:"outside"`         // what was not touched, and may have the person still
	Longest   time.Duration       `json:"longest"`         // time for which nobody else could change anything, without Compact
	Compact   time.Duration       `json:"compact"`         // that Compact took
}

// Nothing reports whether nothing was there to be taken out.
func (r Erased) Nothing() bool {
	return len(r.Whole)+len(r.Shared)+r.Out+r.Cut+r.Outgoing+len(r.Rows) == 0
}

// Erase takes a person out of the data of a configuration; see docs/operations.md. A daemon
// may be working on it. It may be ended at any moment: the next call goes on.
func Erase(ctx context.Context, cfg *config.Config, address string, o EraseOptions, log *slog.Logger) (r Erased, err error) {
	local, running, err := openToErase(ctx, cfg, log)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, local.Close()) }()
	if o.Do { // the copy may still have them as an agent
		if err := cfg.KeepAnew(local.Folder); err != nil {
			return r, err
		}
	}
	r, err = EraseIn(ctx, local, running, address, o)
	r.Outside = outside(cfg)
	return r, err
}

// EraseIn is Erase in data that are open. running says that a desk works on them.
func EraseIn(ctx context.Context, local *localdesk.Local, running bool, address string, o EraseOptions) (Erased, error) {
	if agent, ok := local.Desk.Settings().AgentAt(address); ok {
		return Erased{}, fmt.Errorf("%s is the agent %s: take the address out of [[agent]] first", address, agent.Name)
	}
	if i := slices.IndexFunc(o.Names, func(name string) bool { return len(strings.Fields(name)) < 2 }); i >= 0 {
		return Erased{}, fmt.Errorf("the name %q has one word, which is everybody's: name two or more", o.Names[i])
	}
	return inTurn(ctx, local, running, o, func() (Erased, error) { return erasePerson(ctx, local, running, address, o) })
}

// inTurn erases after an erasure that is under way, and after one of the same folder that was ended in
// the middle. A dry run waits for nobody.
func inTurn(ctx context.Context, local *localdesk.Local, running bool, o EraseOptions, erase func() (Erased, error)) (r Erased, err error) {
	if !o.Do {
		return erase()
	}
	end, err := takeTurn(ctx, local)
	if err != nil {
		return r, fmt.Errorf("wait for another erasure: %w", err)
	}
	defer func() { err = errors.Join(err, end()) }()
	if err := finishErasure(ctx, local, running, o); err != nil {
		return r, err
	}
	return erase()
}

func erasePerson(ctx context.Context, local *localdesk.Local, running bool, address string, o EraseOptions) (r Erased, err error) {
	e := &erasing{Local: local, o: o, r: Erased{Running: running, Rows: map[string]int{}}}
	c, err := e.know(ctx, address)
	if err != nil {
		return r, err
	}
	e.r.Names = c.Known()
	k := person.CaseOf(c.Collection, e.next())
	nothing, err := e.nothing(ctx, k)
	switch {
	case err == nil && !nothing:
		err = e.do(ctx, k, newErasureRecord(k.Erasure, address, o.Actor, time.Now(), o.Names...))
	case err == nil && o.Do:
		// What an erasure beside the desk left may still stand in room that is free.
		if err = e.compact(ctx); err == nil {
			e.r.Left, err = e.left(ctx, k)
		}
	}
	return e.r, err
}

// nothing reports whether a case would change nothing.
func (e *erasing) nothing(ctx context.Context, k person.Case) (bool, error) {
	if len(k.Alone)+len(k.Near)+len(k.Mails)+len(k.Outgoing) > 0 {
		return false, nil
	}
	try := erasing{Local: e.Local, r: Erased{Rows: map[string]int{}, Pending: e.r.Pending}}
	err := try.change(ctx, k)
	return try.r.Out+try.r.Cut+try.r.Outgoing+len(try.r.Rows) == 0, err
}

// openToErase opens the data alone where no daemon has it, else beside the daemon. On a server it is
// always beside: a command takes no part there.
func openToErase(ctx context.Context, cfg *config.Config, log *slog.Logger) (local *localdesk.Local, running bool, err error) {
	if cfg.Desk.OnServer() {
		local, err = localdesk.OpenWith(ctx, cfg, log, store.Options{})
		if err == nil {
			if running, err = local.Store.Shared(ctx); err != nil {
				err = errors.Join(err, local.Close())
			}
		}
		return local, running, err
	}
	local, err = localdesk.OpenWith(ctx, cfg, log, store.Options{Exclusive: true})
	if _, locked := errors.AsType[*datafolder.LockedError](err); locked {
		local, err = localdesk.OpenWith(ctx, cfg, log, store.Options{})
		running = true
	}
	return local, running, err
}

// erasing is an erasure at work.
type erasing struct {
	*localdesk.Local
	o        EraseOptions
	r        Erased
	erasures []ticket.Erasure // that there were
	batch    []person.Change
	refile   []ticket.MailID // of which entries were rewritten
}

// know reads who somebody is.
func (e *erasing) know(ctx context.Context, address string) (collection, error) {
	c, err := know(ctx, e.Local, address, e.o.Names...)
	if err == nil {
		err = e.Desk.View(ctx, func(r ticket.Reader) (err error) {
			if e.erasures, err = r.Erasures(); err != nil {
				return err
			}
			pending, err := r.Pending(0, 1<<20)
			for _, m := range pending {
				e.r.Pending = append(e.r.Pending, m.ID)
			}
			return err
		})
	}
	return c, err
}

// next returns the number of the next erasure, unless another one begins before.
func (e *erasing) next() int64 {
	var last int64
	for _, r := range e.erasures {
		last = max(last, r.ID)
	}
	return last + 1
}

// do does a case, or counts what it would do.
func (e *erasing) do(ctx context.Context, k person.Case, record erasureRecord) error {
	e.r.Whole, e.r.Shared, e.r.Slugs = k.Alone, k.Near, k.Slugs
	if err := e.findOpen(ctx, k); err != nil {
		return err
	}
	if !e.o.Do {
		return e.change(ctx, k)
	}
	if len(e.r.Open) > 0 && !e.o.Open {
		return fmt.Errorf("ticket #%d is not closed (%d such tickets): have it closed first, or have them closed by --open", e.r.Open[0], len(e.r.Open))
	}
	kept := ticket.Erasure{ID: k.Erasure, At: record.At, Actor: record.Actor, Digest: record.Digest}
	// Only in a turn is it known which number is free: on a server others erase from other folders.
	err := e.Store.EraseTickets(ctx, func(t *tables.Tx) (err error) {
		if kept.ID, err = t.AddErasure(kept); err != nil || k.Address == "" {
			return err
		}
		record.Erasure = kept.ID
		return addErasures(e.Folder, []erasureRecord{record})
	})
	k.Erasure = kept.ID
	var text []byte
	if err == nil {
		text, err = json.Marshal(k)
	}
	if err == nil {
		err = durable.Replace(filepath.Join(e.Folder, CaseFile), text)
	}
	if err != nil {
		return fmt.Errorf("begin to erase: %w", err)
	}
	return e.goOn(ctx, k, kept)
}

// goOn does a case that is written down, from the beginning or after it was ended in the
// middle.
func (e *erasing) goOn(ctx context.Context, k person.Case, kept ticket.Erasure) error {
	e.r.Erasure = k.Erasure
	if err := e.Store.OverwriteDeleted(ctx); err != nil {
		return err
	}
	for _, step := range []func(context.Context, person.Case) error{e.close, e.eraseOutcomes, e.articles, e.change, e.indexFiles, e.note, e.eraseFiles} {
		if err := step(ctx, k); err != nil {
			return fmt.Errorf("erase: %w; the same command goes on with it", err)
		}
	}
	longest, err := e.Store.MergeIndex(ctx)
	if err != nil {
		return err
	}
	e.r.Longest = max(e.r.Longest, longest)
	if err := e.compact(ctx); err != nil {
		return err
	}
	left, err := e.left(ctx, k)
	if err != nil {
		return err
	}
	e.r.Left = left
	kept.DoneAt = time.Now()
	if err := e.Store.EraseTickets(ctx, func(t *tables.Tx) error { return t.SaveErasure(kept) }); err != nil {
		return err
	}
	return durable.Remove(filepath.Join(e.Folder, CaseFile))
}

// finishErasure goes on with an erasure that was ended in the middle. running says that a desk works
// on the data.
func finishErasure(ctx context.Context, b *localdesk.Local, running bool, o EraseOptions) error {
	text, err := os.ReadFile(filepath.Join(b.Folder, CaseFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var k person.Case
	if err == nil {
		err = json.Unmarshal(text, &k)
	}
	if err != nil {
		return fmt.Errorf("an erasure that was not finished: %w", err)
	}
	e := &erasing{Local: b, o: o, r: Erased{Running: running, Rows: map[string]int{}}}
	e.o.Open, e.o.Do = true, true
	if _, err := e.know(ctx, ""); err != nil {
		return err
	}
	kept := ticket.Erasure{ID: k.Erasure, At: time.Now(), Actor: o.Actor}
	for _, was := range e.erasures {
		if was.ID == k.Erasure {
			kept = was
		}
	}
	return e.goOn(ctx, k, kept)
}
