package recover

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"maildesk/desk"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/settings"
	"maildesk/threading"
	"maildesk/ticket"
)

// Viewer is a store that is only read.
type Viewer interface {
	View(ctx context.Context, fn func(ticket.Reader) error) error
}

// rebuilding is the work of making the tickets of an old store anew.
type rebuilding struct {
	*desk.Desk // that decides as in the past
	past       *past
	store      ticket.Store
	log        *slog.Logger
	ctx        context.Context
	old        Viewer
	clock      time.Time // the clock has run up to here
	struck     time.Time // it struck last
	frozen     frozen

	mailboxes map[ticket.MailboxID]ticket.MailboxID // old → new
}

// happening is something that happened to the old desk.
type happening struct {
	at      time.Time
	mail    ticket.Mail     // its ID is 0 where it is the outcome of an outgoing mail
	attempt *ticket.Attempt // with
	sent    string          // its Message-ID
	article *ticket.Article // a revision that no mail brings again
}

// Rebuild makes the tickets of an old store anew in another one, which must be empty: its journal is copied, mails keep their numbers and times, and
// then each is handled again, in the order and at the time it was handled, by
// the settings given. What came from elsewhere follows where the old store
// can tell it: the outcomes of outgoing mails, and the clock, which strikes when it did
// something then. Agents' commands by mail are mails. A mail in quarantine, or dropped from
// there, stays so. Outgoing mails end as they did in the old store; one that it
// never made is cancelled, so nothing is sent a second time.
//
// Whoever was an agent then counts as one, and has the tickets that the desk gave
// them, whatever the settings say today. Participants and outgoing mails that the
// old store does not know get numbers after those that are out.
//
// Articles are part of this: those that mails made and changed follow from these mails,
// and what was imported or changed at the console is repeated as it stands, at its time.
//
// Not rebuilt: what was done at the console (but quarantine, articles, and addresses that
// were suppressed by hand), and what followed
// from settings of another time.
func Rebuild(ctx context.Context, into ticket.Store, keys *threading.Keyring, settings *settings.Settings, old Viewer, out NumbersOut, log *slog.Logger) error {
	r := &rebuilding{ctx: ctx, old: old, store: into, log: log}
	if err := r.readPast(out); err != nil {
		log.ErrorContext(ctx, "the old tickets cannot be read: reply addresses in mails that are out may lead to nobody", "err", err)
	}
	r.Desk = desk.New(into, keys, r.past.settings(settings), slog.New(onlyErrors{log.Handler()}))
	r.Past = decision.Past{Draft: r.past.draft, Assignee: func(now ticket.Reader, t ticket.ID, cause ticket.MailID, at time.Time) (string, bool, error) {
		return r.past.assignee(now, t, cause, at)
	}, Reported: r.past.wasReported, Planned: r.past.step, Idle: r.past.wasIdle, Offered: r.past.wasOffered, MessageID: r.past.messageID, Learnt: func(m ticket.MailID) ticket.Learnt { return r.past.learnt[m] }}
	steps, err := r.steps()
	if err != nil {
		return err
	}
	for _, s := range steps {
		if err := r.repeat(s); err != nil {
			return err
		}
	}
	if err := r.finishFrozen(); err != nil {
		return err
	}
	if err := r.advance(time.Now()); err != nil {
		return err
	}
	if err := r.copySuppressions(); err != nil {
		log.ErrorContext(ctx, "what was suppressed by hand cannot be read", "err", err)
	}
	if err := r.copyInvitations(); err != nil {
		log.ErrorContext(ctx, "invitations to shifts cannot be copied: some may be sent again", "err", err)
	}
	if err := r.copyFigures(); err != nil {
		log.ErrorContext(ctx, "mails of figures cannot be copied: the last ones may be sent again", "err", err)
	}
	return r.settleOutbox()
}

// onlyErrors logs of the past nothing but what cannot be rebuilt: the rest was logged.
type onlyErrors struct{ slog.Handler }

// Enabled is described at [slog.Handler].
func (h onlyErrors) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelError && h.Handler.Enabled(ctx, l)
}

// steps copies what no mail brings again, and the journal, and returns what happened to
// the old desk, in order.
func (r *rebuilding) steps() ([]happening, error) {
	if err := r.readFrozen(); err != nil {
		return nil, fmt.Errorf("find the tickets that are taken as they stand: %w", err)
	}
	if err := r.copyMailboxes(); err != nil {
		return nil, fmt.Errorf("copy the mailboxes: %w", err)
	}
	steps, err := r.copyJournal()
	if err != nil {
		return nil, fmt.Errorf("copy the journal: %w", err)
	}
	if err := r.copyLedgers(); err != nil {
		return nil, fmt.Errorf("copy the ledgers of mailboxes: %w", err)
	}
	if err := r.copyLost(); err != nil {
		return nil, fmt.Errorf("copy which mails are lost: %w", err)
	}
	if err := r.copyErased(); err != nil {
		return nil, fmt.Errorf("copy which mails are erased: %w", err)
	}
	outcomes, err := r.outcomes()
	if err != nil {
		// The tickets are worth more than what is known of their mails.
		r.log.ErrorContext(r.ctx, "the old outbox cannot be read: its mails are cancelled", "err", err)
	}
	steps = append(steps, outcomes...)
	articles, err := r.articles()
	if err != nil {
		r.log.ErrorContext(r.ctx, "articles of the old store cannot be read", "err", err)
	}
	steps = append(steps, articles...)
	return inOrder(steps), nil
}

// repeat lets the clock run up to what happened, and repeats that.
func (r *rebuilding) repeat(s happening) error {
	if err := r.advance(s.at); err != nil {
		return err
	}
	switch {
	case s.attempt != nil:
		return r.repeatOutcome(s)
	case s.article != nil:
		return r.repeatArticle(*s.article)
	}
	return r.repeatMail(s.mail)
}

// readPast sees to it that everybody keeps the number that is signed into the
// reply addresses in their mails, and that agents keep what they were given.
func (r *rebuilding) readPast(out NumbersOut) error {
	err := r.old.View(r.ctx, func(old ticket.Reader) (err error) {
		r.past, err = readPast(old, out)
		return err
	})
	if r.past == nil {
		r.past = newPast(out)
	}
	return err
}

// eachMail calls fn for every mail of a store, in the order of custody.
func eachMail(ctx context.Context, v Viewer, fn func(ticket.Mail) error) error {
	for after := ticket.MailID(0); ; {
		var page []ticket.Mail
		err := v.View(ctx, func(r ticket.Reader) (err error) {
			page, err = r.Mails("", after, 500)
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		for _, m := range page {
			if err := fn(m); err != nil {
				return err
			}
			after = m.ID
		}
	}
}

// copyJournal copies every mail, pending, and returns those that were handled. One
// whose bytes cannot be read is copied without.
func (r *rebuilding) copyJournal() ([]happening, error) {
	var handled []happening
	err := eachMail(r.ctx, r.old, func(m ticket.Mail) error {
		var raw []byte
		var lost *ticket.LostMail
		err := r.old.View(r.ctx, func(old ticket.Reader) (err error) {
			raw, err = old.Raw(m.ID)
			m.Envelope.Fetched, m.Envelope.Imported, m.Envelope.Checked = r.fetchedOf(old, m), r.importedOf(old, m), r.checkedOf(old, m)
			return err
		})
		if err != nil {
			lost = &ticket.LostMail{Mail: m.ID, Reason: "its bytes cannot be read: " + err.Error()}
			r.log.ErrorContext(r.ctx, "the bytes of a mail cannot be read", "mail", m.ID, "err", err)
		} else if sha256.Sum256(raw) != m.SHA256 {
			lost = &ticket.LostMail{Mail: m.ID, Reason: notAsCame}
		}
		_, _, err = r.store.Keep(r.ctx, ticket.Soon, m, raw)
		if err == nil && lost != nil {
			err = r.store.KeepLost(r.ctx, *lost)
		}
		if incoming.IsDropped(m) {
			aside := r.asideOf(m)
			handled = append(handled, happening{at: aside.HandledAt, mail: aside})
		}
		if m.Disposition != ticket.DispositionPending {
			at := m.HandledAt
			if m.Envelope.Imported != nil {
				at = m.ReceivedAt // it was handled then, and dated by what it is
			}
			handled = append(handled, happening{at: at, mail: m})
		}
		return err
	})
	return handled, err
}

// asideOf returns the mail in quarantine that a person dropped later.
func (r *rebuilding) asideOf(m ticket.Mail) ticket.Mail {
	err := r.old.View(r.ctx, func(old ticket.Reader) error {
		events, err := old.Events(m.Ticket)
		for _, e := range events {
			if e.Kind == ticket.EventQuarantined && e.Mail == m.ID {
				m.HandledAt, m.Reason = e.At, e.Reason
			}
		}
		return err
	})
	if err != nil {
		r.log.ErrorContext(r.ctx, "the events of a stub ticket cannot be read", "ticket", m.Ticket, "err", err)
	}
	m.Disposition, m.Place = ticket.DispositionQuarantined, 0
	return m
}

// outcomes returns what became of the old store's outgoing mails.
func (r *rebuilding) outcomes() ([]happening, error) {
	var steps []happening
	err := r.old.View(r.ctx, func(old ticket.Reader) error {
		mails, err := old.OutboxOf(0)
		if err != nil {
			return err
		}
		for _, m := range mails {
			if r.frozen.tickets[m.Ticket] {
				continue
			}
			attempts, err := old.Attempts(m.ID)
			if err != nil {
				return err
			}
			for _, a := range attempts {
				if a.Host == ticket.FromReport {
					continue // it follows from a mail
				}
				steps = append(steps, happening{at: a.At, attempt: &a, sent: m.MessageID})
			}
		}
		return nil
	})
	return steps, err
}

// splitOffBy returns the ticket that an agent's mail split off another one, 0: none.
func (r *rebuilding) splitOffBy(m ticket.Mail) (made ticket.ID) {
	err := r.old.View(r.ctx, func(old ticket.Reader) error {
		events, err := old.Events(m.Ticket, ticket.EventSplitOff)
		for _, e := range events {
			if e.Mail == m.ID {
				made = e.OtherTicket
			}
		}
		return err
	})
	if err != nil {
		r.log.ErrorContext(r.ctx, "the events of a ticket cannot be read", "ticket", m.Ticket, "err", err)
	}
	return made
}

// ledTo returns the ticket to which the evidence of a mail led in the old desk, 0: none.
func (r *rebuilding) ledTo(m ticket.Mail) (id ticket.ID) {
	if m.Disposition != ticket.DispositionNew {
		return m.Ticket
	}
	err := r.old.View(r.ctx, func(old ticket.Reader) error {
		t, err := old.Ticket(m.Ticket)
		if id = t.Follows; err != nil || id != 0 {
			return decision.IgnoreNotFound(err)
		}
		claims, err := old.Events(m.Ticket, ticket.EventClaims)
		for _, e := range claims {
			id = e.OtherTicket
		}
		return err
	})
	if err != nil {
		r.log.ErrorContext(r.ctx, "the ticket of a mail cannot be read", "mail", m.ID, "ticket", m.Ticket, "err", err)
	}
	return id
}

// repeatMail brings a copied mail to its disposition.
func (r *rebuilding) repeatMail(old ticket.Mail) error {
	if r.frozen.mails[old.ID] {
		return r.repeatFrozen(old)
	}
	was := &incoming.Was{At: old.HandledAt, Reason: old.Reason, Ticket: r.ledTo(old), Facts: factsOf{r, old}}
	if old.Disposition == ticket.DispositionNew || old.Disposition == ticket.DispositionQuarantined {
		r.past.number = old.Ticket
		defer func() { r.past.number = 0 }()
	}
	if old.Disposition == ticket.DispositionAppended {
		r.past.number = r.splitOffBy(old)
		defer func() { r.past.number = 0 }()
	}
	var m ticket.Mail
	var raw []byte
	err := r.store.View(r.ctx, func(r ticket.Reader) (err error) {
		if m, err = r.Mail(old.ID); err != nil {
			return err
		}
		raw, err = r.Raw(old.ID)
		return err
	})
	switch {
	case err != nil:
		return err
	case old.Disposition == ticket.DispositionQuarantined:
		return r.SetAside(r.ctx, m, old.Reason, old.HandledAt)
	case incoming.IsDropped(old):
		return r.DropMailAgain(r.ctx, old)
	case sha256.Sum256(raw) != m.SHA256:
		return r.SetAside(r.ctx, m, notAsCame, old.HandledAt)
	}
	if err := r.handleSafely(m, raw, was); err != nil {
		r.log.ErrorContext(r.ctx, "handle mail", "mail", m.ID, "err", err)
		if errors.Is(err, desk.ErrStore) {
			return err
		}
		return r.SetAside(r.ctx, m, "rebuild: "+strings.SplitN(err.Error(), "\n", 2)[0], old.HandledAt)
	}
	return nil
}

// notAsCame is the reason of a mail whose bytes have another hash.
const notAsCame = "its bytes in the journal are not those that came"

func (r *rebuilding) handleSafely(m ticket.Mail, raw []byte, was *incoming.Was) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return r.HandleAgain(r.ctx, m, raw, was)
}
