package simulation

import (
	"context"
	"slices"
	"strings"
	"time"

	"maildesk/imappoll"
	"maildesk/simulation/dice"
	"maildesk/simulation/house"
	"maildesk/simulation/imapbox"
	"maildesk/simulation/rare"
	"maildesk/ticket"
)

// mailbox is a mailbox on an IMAP server, from which the desk fetches a part of its mail.
type mailbox struct {
	imapbox.Box
	w   *world
	cfg imappoll.Mailbox
	of  map[string]*letter // by the bytes
}

// openMailbox makes the mailbox, in which there is mail that is none of the desk's.
func (w *world) openMailbox() {
	b := &mailbox{w: w, of: map[string]*letter{}, cfg: imappoll.Mailbox{Account: "support@imap.example.org", Name: "INBOX", Address: house.Support}}
	b.cfg.After = dice.Pick(w.Dice, []imappoll.After{imappoll.Leave, imappoll.Delete})
	old := "From: ben@mill.example.com\r\nTo: support@example.org\r\nSubject: An old one\r\nMessage-ID: <old@mill.example.com>\r\n\r\nIt was answered last year.\r\n"
	b.Put([]byte(old), w.now().AddDate(-1, 0, 0))
	w.box = b
	w.fetch()
	for range w.IntN(3) {
		w.after(w.Between(time.Hour, 20*time.Hour), b.renumber)
	}
}

// takes reports whether the server puts a letter into the mailbox: what requesters write
// to the desk, the first time that it comes.
func (b *mailbox) takes(l *letter, paths []string) bool {
	outside := func(path string) bool { return !strings.HasPrefix(path, "support") }
	if b == nil || l.meaning != request || l.null || l.tries > 0 || len(l.to) > 1 || slices.ContainsFunc(paths, outside) || !b.w.Chance(60) {
		return false
	}
	b.w.tell("letter %d of %s (%s) comes into the mailbox", l.number, l.from.address, l.meaning)
	b.Put(l.raw, b.w.now())
	b.of[string(l.raw)] = l
	return true
}

// renumber assigns new UIDs to all mails. What came just before was not fetched yet.
func (b *mailbox) renumber() {
	if b.w.calm {
		return
	}
	if b.w.Chance(50) {
		b.w.somebodyWrites()
	}
	b.w.tell("the mailbox has new UIDs")
	b.Renumber()
	b.w.seen.Note(rare.NewUIDs)
}

// fetch lets the desk look into the mailbox.
func (w *world) fetch() {
	if w.box != nil && !w.desk.tap.Dead {
		w.fine("fetch mail", imappoll.Pass(w.desk.ctx, fetching{w.desk, w}, w.desk.tap, w.box.cfg, w.box, w.log))
	}
}

// fetching is the desk that fetches.
type fetching struct {
	*process
	w *world
}

// AcceptFetched is described at [imappoll.Desk].
func (f fetching) AcceptFetched(ctx context.Context, found ticket.Fetched, address string, history bool, raw []byte) (ticket.MailID, error) {
	w, l := f.w, f.w.box.of[string(raw)]
	id, err := f.process.AcceptFetched(ctx, found, address, history, raw)
	switch {
	case err != nil:
	case l == nil:
		w.breaks("what lay in a mailbox before the desk did stays there", nil, 0, "UID %d is mail %d", found.UID, id)
	case !slices.Contains(l.kept, id):
		w.tell("letter %d of %s (%s) is fetched as mail %d", l.number, l.from.address, l.meaning, id)
		if w.keep(l, id); found.Relisted {
			w.seen.Note(rare.Relisted)
		}
		if len(l.kept) > 1 {
			w.breaks("a mail in a mailbox is fetched once", l, 0, "UID %d is mail %d", found.UID, id)
		}
	}
	return id, err
}

// holdMailbox checks that all that came into the mailbox was fetched, and what was there
// already was left.
func (w *world) holdMailbox(r ticket.Reader) error {
	if w.box == nil {
		return nil
	}
	boxes, err := r.Mailboxes()
	if err != nil {
		return err
	}
	for _, m := range boxes {
		if m.Recognised > 0 {
			w.seen.Note(rare.Recognised)
		}
	}
	old := 0
	for _, m := range w.box.Lies {
		l := w.box.of[string(m.Raw)]
		if l == nil {
			old++
			continue
		}
		if err := w.holdFetched(l); err != nil {
			return err
		}
		if w.box.cfg.After == imappoll.Delete {
			w.breaks("what was fetched is deleted, if it is to be", l, 0, "UID %d is still there", m.UID)
		}
	}
	if old != 1 {
		w.breaks("what lay in a mailbox before the desk did stays there", nil, 0, "it has gone")
	}
	return nil
}

// holdFetched checks that a letter that came into the mailbox is in custody. Of one during
// which a kill came only the desk knows it, where its UID has changed since.
func (w *world) holdFetched(l *letter) error {
	if len(l.kept) > 0 {
		return nil
	}
	id, err := w.desk.FindCopy(w.ctx, l.raw)
	if err == nil && id == 0 {
		w.breaks("what comes into a mailbox is fetched", l, 0, "it is not")
	}
	if id != 0 {
		w.keep(l, id)
	}
	return err
}
