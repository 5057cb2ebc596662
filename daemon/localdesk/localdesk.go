package localdesk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"maildesk/config"
	"maildesk/desk"
	"maildesk/imappoll"
	"maildesk/mailauth/check"
	"maildesk/mailauth/resolver"
	"maildesk/store"
	"maildesk/threading"
)

// Local is a desk and its data without listeners and senders, for commands that show
// data, explain a mail or import old ones. A daemon may be working on the same data.
type Local struct {
	Desk  *desk.Desk
	Store *store.DB
	Keys  *threading.Keyring

	Folder  string // with the data
	Maildir string // to which outgoing mails are handed over; empty: to a smarthost

	auth  config.Auth
	close func() error // releases what else was opened; nil: nothing
}

// Open opens the data of a configuration, shared with other processes.
func Open(ctx context.Context, cfg *config.Config, log *slog.Logger) (*Local, error) {
	return OpenWith(ctx, cfg, log, store.Options{})
}

// OpenReadOnly opens the data of a configuration to read them; see [store.Options]. Where the
// folder has no keys, those of the desk are made up and kept nowhere.
func OpenReadOnly(ctx context.Context, cfg *config.Config, log *slog.Logger) (*Local, error) {
	return OpenWith(ctx, cfg, log, store.Options{ReadOnly: true})
}

// scratchConfig is the smallest configuration of a desk.
const scratchConfig = `
[desk]
name = "Desk"
hostname = "desk.example.org"
fallback = "first-line"
[[address]]
mail = "support@example.org"
[[queue]]
name = "first-line"
level = 1
`

// OpenScratch opens a desk on temporary data, which Close removes. Without a
// configuration it has one queue and no rules.
func OpenScratch(ctx context.Context, cfg *config.Config) (*Local, error) {
	folder, err := os.MkdirTemp("", "maildesk-")
	if err != nil {
		return nil, fmt.Errorf("scratch data: %w", err)
	}
	remove := func() error { return os.RemoveAll(folder) }
	if cfg == nil {
		path := filepath.Join(folder, "maildesk.toml")
		if err = os.WriteFile(path, []byte(scratchConfig), 0o600); err == nil {
			cfg, err = config.Load(path)
		}
		if err != nil {
			return nil, errors.Join(err, remove())
		}
	}
	scratch := *cfg
	scratch.Desk.Data, scratch.Desk.Database = filepath.Join(folder, "data"), ""
	local, err := OpenWith(ctx, &scratch, slog.New(slog.DiscardHandler), store.Options{})
	if err != nil {
		return nil, errors.Join(err, remove())
	}
	local.close = remove
	return local, nil
}

// OpenWith opens the data of a configuration as the options say.
func OpenWith(ctx context.Context, cfg *config.Config, log *slog.Logger, o store.Options) (*Local, error) {
	settings, err := Settings(cfg)
	if err != nil {
		return nil, err
	}
	o.Log = log
	db, err := OpenData(ctx, cfg, o)
	if err != nil {
		return nil, err
	}
	openKeys := OpenKeys
	if o.ReadOnly {
		openKeys = keysToRead
	}
	keys, err := openKeys(cfg.Desk.Data)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &Local{Desk: desk.New(db, keys, settings, log), Store: db, Keys: keys, auth: cfg.Auth, Folder: cfg.Desk.Data, Maildir: cfg.Outgoing.Maildir}, nil
}

// Replay routes the mails since a time again, by the rules of the desk's own
// configuration and by those of another; see [desk.Desk.Replay].
func (b *Local) Replay(ctx context.Context, other *config.Config, since time.Time, fn func(desk.Rejudged)) error {
	settings, err := Settings(other)
	if err != nil {
		return err
	}
	return b.Desk.Replay(ctx, since, settings, fn)
}

// RetryUID lets a mail that could not be fetched be fetched again; see [imappoll.RetryUID].
func (b *Local) RetryUID(ctx context.Context, uid uint32) (int, error) {
	return imappoll.RetryUID(ctx, b.Store, uid)
}

// CheckSenders has the desk check who sent a mail, and ask the DNS for it, before it is
// handled or explained. Whether it does is the settings' to say.
func (b *Local) CheckSenders() {
	dns := resolver.New(resolver.Config{Server: b.auth.Resolver})
	b.Desk.CheckWith(check.New(dns, b.auth.Timeout))
}

// Close closes the data.
func (b *Local) Close() error {
	err := b.Store.Close()
	if b.close != nil {
		err = errors.Join(err, b.close())
	}
	return err
}
