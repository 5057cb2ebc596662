package desk

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"

	"maildesk/desk/decision"
	"maildesk/desk/delivery"
	"maildesk/desk/incoming"
	"maildesk/desk/settings"
	"maildesk/desk/share"
	"maildesk/desk/trouble"
	"maildesk/desk/unheeded"
	"maildesk/threading"
	"maildesk/ticket"
)

// Desk is the help desk. It is safe for concurrent use.
type Desk struct {
	*decision.Maker
	*trouble.Book
	*delivery.Outgoing
	inbox    *inbox
	memory   memory
	trying   sync.RWMutex // held while a mail is handled; for writing: alone
	attempts atomic.Int64 // at handling a mail, ended well or badly
	watch    func(ticket.Mail, incoming.Verdict)
	sighted  func(context.Context, trouble.Sighting)
	checker  Checker       // nil: who sent a mail is not checked
	checks   *share.Places // of mails that are being checked
	unheeded unheeded.Told
}

// New returns a desk that keeps its state in store. It starts nothing: Run works
// through the journal.
func New(store ticket.Store, keys *threading.Keyring, settings *settings.Settings, log *slog.Logger) *Desk {
	m := decision.NewMaker(store, keys, settings, log)
	return &Desk{Maker: m, Book: trouble.New(m), Outgoing: delivery.New(m), inbox: newInbox(), memory: newMemory(), checks: share.New(maxChecks, maxChecksEach)}
}

// Watch has fn called with every mail and what became of it, once that is
// kept. Call it before Run.
func (d *Desk) Watch(fn func(ticket.Mail, incoming.Verdict)) { d.watch = fn }

// LookAgain has the desk look for what another process has put into the store.
func (d *Desk) LookAgain() {
	d.inbox.nudge()
	decision.Signal(d.Posted)
}

// Progress tells whether the desk works: the number of mails that are in its
// hands, and how many attempts at handling one have ended since New.
func (d *Desk) Progress() (waiting int, attempts int64) {
	return d.inbox.waiting(), d.attempts.Load()
}
