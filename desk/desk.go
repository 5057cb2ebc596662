package desk

import (
	"log/slog"
	"sync"
	"sync/atomic"

	"maildesk/threading"
	"maildesk/ticket"
)

// Desk is the help desk. It is safe for concurrent use.
type Desk struct {
	*Maker
	inbox    *inbox
	memory   memory
	trying   sync.RWMutex // held while a mail is handled; for writing: alone
	outcomes outcomes
	attempts atomic.Int64 // at handling a mail, ended well or badly
	watch    func(ticket.Mail, Verdict)
	checker  Checker       // nil: who sent a mail is not checked
	checks   chan struct{} // one for each mail that is being checked
}

// New returns a desk that keeps its state in store. It starts nothing: Run works
// through the journal.
func New(store ticket.Store, keys *threading.Keyring, settings *Settings, log *slog.Logger) *Desk {
	return &Desk{Maker: newMaker(store, keys, settings, log), inbox: newInbox(), memory: newMemory(), checks: make(chan struct{}, maxChecks)}
}

// Watch has fn called with every mail and what became of it, once that is
// kept. Call it before Run.
func (d *Desk) Watch(fn func(ticket.Mail, Verdict)) { d.watch = fn }

// Progress tells whether the desk works: the number of mails that are in its
// hands, and how many attempts at handling one have ended since New.
func (d *Desk) Progress() (waiting int, attempts int64) {
	return d.inbox.waiting(), d.attempts.Load()
}
