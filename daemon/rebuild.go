package daemon

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"maildesk/daemon/auditanchor"
	"maildesk/daemon/localdesk"
	"maildesk/daemon/privacy"

	"maildesk/config"
	"maildesk/desk/recover"
	"maildesk/durable"
	"maildesk/mailparse"
	"maildesk/store"
	"maildesk/store/datafolder"
	"maildesk/store/laws"
	"maildesk/store/salvage"
	"maildesk/store/sqlite"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// Rebuilt is the result of Rebuild.
type Rebuilt struct {
	Damage      error                // of the old data; nil: there was none
	Unreadable  []salvage.Unreadable // in the old data
	Lost        []ticket.LostMail
	Tally       ticket.Tally
	Differences []recover.Difference
	NotCompared error // why the old tickets could not be compared; nil: they were
	Problems    []laws.Problem
}

// Loss is something that could not be read of the old data: rows of a table, or a mail.
type Loss struct {
	Unreadable *salvage.Unreadable `json:"unreadable,omitempty"`
	Lost       *ticket.LostMail    `json:"lost,omitempty"`
}

func (l Loss) String() string {
	if l.Lost != nil {
		return fmt.Sprintf("lost: mail %d: %s", l.Lost.Mail, l.Lost.Reason)
	}
	return "unreadable: " + l.Unreadable.String()
}

// Losses returns all that could not be read.
func (r Rebuilt) Losses() (all []Loss) {
	for i := range r.Unreadable {
		all = append(all, Loss{Unreadable: &r.Unreadable[i]})
	}
	for i := range r.Lost {
		all = append(all, Loss{Lost: &r.Lost[i]})
	}
	return all
}

// Rebuild rebuilds the tickets of a configuration's data from its journal, in a new
// folder with the same keys, and compares the two. The old data is only read; a
// daemon may be working on it. If it is damaged, Rebuild reads what is readable. The
// outbox of the new folder is paused.
func Rebuild(ctx context.Context, cfg *config.Config, folder string, log *slog.Logger) (r Rebuilt, err error) {
	if err := os.Mkdir(folder, 0o700); err != nil {
		return r, fmt.Errorf("rebuild into a new folder: %w", err)
	}
	old, err := r.openOld(ctx, cfg, folder)
	if err != nil {
		return r, errors.Join(fmt.Errorf("the old data: %w", err), os.Remove(folder))
	}
	defer func() { err = errors.Join(err, old.Close()) }()
	if err := copyBeside(cfg.Desk.Data, folder); err != nil {
		return r, err
	}
	if err := durable.Copy(filepath.Join(cfg.Desk.Data, datafolder.KeysFile), filepath.Join(folder, datafolder.KeysFile)); err != nil {
		return r, fmt.Errorf("copy the keys: %w", err)
	}
	if err := PauseOutbox(folder, Pause{At: time.Now(), Why: "rebuilt from the journal of " + cfg.Desk.Place()}); err != nil {
		return r, err
	}
	local, err := localdesk.OpenWith(ctx, inFolder(cfg, folder), log, store.Options{Exclusive: true, Anew: true})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, local.Close()) }()
	upTo, err := numbersOut(ctx, old, cfg.Desk.Data)
	if err != nil {
		return r, err
	}
	// What has no number in the old data is numbered after those in use.
	if err := local.Store.GoOnAfter(ctx, upTo); err != nil {
		return r, err
	}
	keys, err := localdesk.OpenKeys(folder)
	if err != nil {
		return r, err
	}
	out := recover.NumbersOut{Participant: ticket.ParticipantID(upTo[datafolder.ParticipantNumbers]), Mail: ticket.OutboxID(upTo[datafolder.OutgoingNumbers])}
	if err := recover.Rebuild(ctx, local.Store, keys, local.Desk.Settings(), old, out, log); err != nil {
		return r, err
	}
	err = copyErasures(ctx, old, local.Store)
	if err == nil {
		err = auditanchor.New(local.Store, folder).Begin(ctx, auditanchor.Rebuilt, ticket.ActorDesk)
	}
	if err != nil {
		return r, err
	}
	err = r.compare(ctx, old, local)
	return r, err
}

// compare compares what was rebuilt with the old data, checks it, and counts it.
func (r *Rebuilt) compare(ctx context.Context, old oldStore, local *localdesk.Local) (err error) {
	r.NotCompared = recover.Compare(ctx, old, local.Store, func(d recover.Difference) { r.Differences = append(r.Differences, d) })
	if r.Problems, err = local.Store.Check(ctx); err != nil {
		return err
	}
	return local.Desk.View(ctx, func(reader ticket.Reader) (err error) {
		if r.Lost, err = reader.LostMails(); err != nil {
			return err
		}
		r.Tally, err = reader.Tally()
		return err
	})
}

// oldStore is the data that a rebuild reads.
type oldStore interface {
	recover.Viewer
	Numbers(context.Context) (datafolder.Numbers, error)
	Close() error
}

// copyErasures copies who was erased when.
func copyErasures(ctx context.Context, old recover.Viewer, into *store.DB) error {
	var all []ticket.Erasure
	err := old.View(ctx, func(r ticket.Reader) (err error) {
		all, err = r.Erasures()
		return err
	})
	if err != nil || len(all) == 0 {
		return err
	}
	return into.EraseTickets(ctx, func(t *tables.Tx) error {
		for _, e := range all {
			if err := t.SaveErasure(e); err != nil {
				return err
			}
		}
		return nil
	})
}

// openOld opens the old data. If it is damaged, the readable rows are copied into the
// folder until it is closed.
func (r *Rebuilt) openOld(ctx context.Context, cfg *config.Config, folder string) (oldStore, error) {
	if cfg.Desk.OnServer() {
		return localdesk.OpenData(ctx, cfg, store.Options{})
	}
	data := cfg.Desk.Data
	if err := localdesk.FolderUsable(data); err != nil {
		return nil, err
	}
	if _, err := datafolder.Look(data); err != nil {
		return nil, err
	}
	damage := salvage.Damage(ctx, data)
	if _, ok := errors.AsType[*sqlite.DamagedError](damage); !ok {
		if damage != nil {
			return nil, damage
		}
		return localdesk.OpenStore(ctx, data, store.Options{})
	}
	r.Damage = damage
	into := filepath.Join(folder, ".salvaged")
	s, err := salvage.Open(ctx, data, into, func(raw []byte) ticket.Mail {
		glance := mailparse.GlanceAt(raw)
		return ticket.Mail{Fingerprint: glance.Fingerprint, MessageID: glance.MessageID}
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%w; so nothing can be rebuilt from it: restore a backup (maildesk restore BACKUP), or try what sqlite3 %s .recover finds", err, datafolder.File), os.RemoveAll(into))
	}
	r.Unreadable = s.Lost
	return salvaged{s, into}, nil
}

// salvaged is a copy of readable rows; Close removes it.
type salvaged struct {
	*salvage.Salvaged
	folder string
}

func (s salvaged) Close() error { return errors.Join(s.Salvaged.Close(), os.RemoveAll(s.folder)) }

// numbersOut returns the highest numbers of the old data that may be in use, even by
// what could not be rebuilt.
func numbersOut(ctx context.Context, old oldStore, data string) (datafolder.Numbers, error) {
	upTo, err := old.Numbers(ctx)
	if err != nil {
		return nil, fmt.Errorf("numbers of the old data: %w", err)
	}
	if _, ok := old.(salvaged); !ok {
		return upTo, nil
	}
	// Rows may be lost. The numbers in the file are a little ahead of the data.
	ahead, err := datafolder.ReadNumbers(data)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("numbers of the old data: %w", err)
	}
	for kind, n := range ahead {
		upTo[kind] = max(upTo[kind], n)
	}
	return upTo, nil
}

// copyBeside copies what a desk may need beside its data: the accounts of agents, and the
// keys by which mail is signed.
func copyBeside(data, folder string) error {
	for _, name := range []string{AccountsFile, privacy.ErasuresFile} {
		if err := durable.Copy(filepath.Join(data, name), filepath.Join(folder, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("copy %s: %w", name, err)
		}
	}
	keys := filepath.Join(data, localdesk.DKIMFolder)
	if _, err := os.Stat(keys); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := os.CopyFS(filepath.Join(folder, localdesk.DKIMFolder), os.DirFS(keys)); err != nil {
		return fmt.Errorf("copy the keys of DKIM: %w", err)
	}
	return nil
}
