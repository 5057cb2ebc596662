package desk

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"

	"maildesk/threading"
	"maildesk/ticket"
)

// Desk is the help desk. It is safe for concurrent use.
type Desk struct {
	store    ticket.Store
	keys     *threading.Keyring
	log      *slog.Logger
	settings atomic.Pointer[Settings]
	targeted atomic.Pointer[Settings] // those by which the times of all tickets count
	inbox    *inbox
	memory   memory
	trying   sync.RWMutex // held while a mail is handled; for writing: alone
	wake     chan struct{}
	outcomes outcomes
	attempts atomic.Int64 // at handling a mail, ended well or badly
	watch    func(ticket.Mail, Verdict)
	lookout  lookout
	records  *records // while a store is rebuilt
}

// New returns a desk that keeps its state in store. It starts nothing: Run works
// through the journal.
func New(store ticket.Store, keys *threading.Keyring, settings *Settings, log *slog.Logger) *Desk {
	d := &Desk{
		store:  store,
		keys:   keys,
		log:    log,
		inbox:  newInbox(),
		memory: newMemory(),
		wake:   make(chan struct{}, 1),
	}
	d.settings.Store(settings)
	return d
}

// Reload puts new settings in force. Mails that are being handled are judged
// by the settings they began with.
func (d *Desk) Reload(s *Settings) { d.settings.Store(s) }

// Settings returns the settings in force.
func (d *Desk) Settings() *Settings { return d.settings.Load() }

// View runs fn on a consistent snapshot of everything that is kept.
func (d *Desk) View(ctx context.Context, fn func(ticket.Reader) error) error {
	return d.store.View(ctx, fn)
}

// Watch has fn called with every mail and what became of it, once that is
// kept. Call it before Run.
func (d *Desk) Watch(fn func(ticket.Mail, Verdict)) { d.watch = fn }

// Progress tells whether the desk works: the number of mails that are in its
// hands, and how many attempts at handling one have ended since New.
func (d *Desk) Progress() (waiting int, attempts int64) {
	return d.inbox.waiting(), d.attempts.Load()
}
