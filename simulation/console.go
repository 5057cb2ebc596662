package simulation

import (
	"errors"
	"time"

	"maildesk/desk"
	"maildesk/desk/delivery"
	"maildesk/simulation/dice"
	"maildesk/simulation/rare"
	"maildesk/ticket"
)

// root is who acts at the console.
const root = "root at the console"

// atConsole lets an admin do something by a command of maildesk, beside the desk.
func (w *world) atConsole() {
	if w.calm {
		return
	}
	var aside []ticket.Mail
	var out []ticket.OutboxMail
	err := w.desk.View(w.desk.ctx, func(r ticket.Reader) (err error) {
		if aside, err = r.Mails(ticket.DispositionQuarantined, 0, 10); err == nil {
			out, err = r.OutboxOf(0, ticket.OutboxFailed, ticket.OutboxReady)
		}
		return err
	})
	w.fine("look at the console", err)
	if err != nil {
		return
	}
	d, ctx := w.desk, w.desk.ctx
	switch n := w.IntN(6); {
	case len(aside) > 0 && n < 2:
		w.byHand = true // what is left of the stub is not in the journal
		w.tell("root releases a mail from quarantine")
		err = d.ReleaseMail(ctx, dice.Pick(w.Dice, aside).ID, root)
	case len(aside) > 0 && n < 4:
		w.tell("root drops a mail from quarantine")
		err = d.DropMail(ctx, dice.Pick(w.Dice, aside).ID, root, "junk")
	case len(out) > 0 && n < 3:
		if m := dice.Pick(w.Dice, out); m.State == ticket.OutboxFailed {
			w.tell("root retries outgoing mail %d", m.ID)
			if err = d.RetryOutbox(ctx, m.ID, root); err == nil {
				w.copiesOf(m).allowed++ // it may have come back from where it was
			}
		}
	case len(out) > 0 && n < 4:
		w.byHand = true
		m := dice.Pick(w.Dice, out)
		w.tell("root cancels outgoing mail %d", m.ID)
		err = d.CancelOutbox(ctx, m.ID, root, "nobody needs it")
	case n < 5:
		w.byHand = true
		w.tell("root suppresses an address, and another one no more")
		if err = d.Suppress(ctx, "dora@other.example.net", w.now().Add(3*time.Hour), "by wish"); err == nil {
			_, err = d.Unsuppress(ctx, "gus@gone.example")
		}
	default:
		w.tell("root lets the desk read its config again")
		again := *w.settings
		again.LoadedAt = w.now()
		d.Reload(&again)
	}
	if isRefusal(err) {
		return
	}
	w.fine("act at the console", err)
	w.seen.Note(rare.ByHand)
}

// isRefusal reports whether the desk says that there is nothing to do at the console, as
// something has happened since.
func isRefusal(err error) bool {
	_, state := errors.AsType[*delivery.OutboxStateError](err)
	_, handled := errors.AsType[*desk.NotQuarantinedError](err)
	_, erased := errors.AsType[*desk.ErasedMailError](err)
	return state || handled || erased
}
