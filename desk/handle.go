package desk

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"maildesk/compose"
	"maildesk/desk/draft"
	"maildesk/desk/notify"
	"maildesk/mailauth"
	"maildesk/mailparse"
	"maildesk/routing"
	"maildesk/threading"
	"maildesk/ticket"
)

// Verdict is what the desk made of one mail, and why.
type Verdict struct {
	Message     *mailparse.Message
	Match       threading.Match
	Route       *routing.Decision // of a new ticket, else nil
	Trials      []routing.Trial   // when asked for: every rule, fired or not
	Path        []routing.Queue   // likewise: the escalation path of the new ticket
	Disposition ticket.Disposition
	Reason      string
	Ticket      ticket.ID
	WorkedOn    ticket.ID     // the ticket in which that one is worked on, where it was merged, else 0
	Opened      ticket.Ticket // the new ticket, else zero
	Target      string        // the [[target]] that counts for it, empty: none
	Mails       []PlannedMail
	Auth        mailauth.Results      // what is known of who sent it
	Checked     ticket.Authentication // what the desk itself found of that; zero: it did not check
}

// PlannedMail is a mail that follows from another one.
type PlannedMail struct {
	To         string
	Template   notify.Template
	Language   string
	Suppressed string // why it is not sent; empty: it is sent
}

// Acknowledgement returns the one that follows, sent or suppressed, if any does.
func (v Verdict) Acknowledgement() (PlannedMail, bool) {
	i := slices.IndexFunc(v.Mails, func(m PlannedMail) bool { return m.Template == notify.TemplateAcknowledgement })
	if i < 0 {
		return PlannedMail{}, false
	}
	return v.Mails[i], true
}

// handling is the work on one mail, within one transaction.
type handling struct {
	*change
	msg     *mailparse.Message
	author  author // where the address of its author stands
	behalf  behalf // for whom an agent's new mail opens a ticket
	channel string // how the requester of a new ticket came, by an agent's word; empty: by mail
	mail    ticket.Mail
	history ticket.History // of the requester, when the rules are asked
	verdict Verdict
	subject string        // of the mail, where it goes on with a ticket under another one
	same    ticket.Ticket // that a new request may be about, ID 0: none
	watched ticket.ID     // that is among the recent requests
	read    string        // the text of the mail as it is read for its ticket; empty: not yet

	was      *Was                 // how it was handled before, nil: it was not
	anyway   bool                 // an agent was asked about the mail and wants it sent
	asReply  bool                 // and that its text goes to the requester
	released bool                 // the mail is one that came earlier and waited
	wanted   []compose.Attachment // files of the ticket that an agent asks for
	loop     string               // the sign of a loop that the mail shows, empty: none
	silenced ticket.Suppression   // of its sender, with this sign
	loopNews bool                 // agents are to hear of it
}

// ErrStore says that the store could not do its work. It is no mail's fault.
var ErrStore = errors.New("store")

// handle understands a mail and keeps everything that follows from it in one
// transaction, or nothing. An error wraps ErrStore where the mail was
// understood and decided, and the store failed.
func (d *Desk) handle(ctx context.Context, m ticket.Mail, raw []byte) error {
	return d.HandleAgain(ctx, m, raw, nil)
}

// Was is how a mail was handled before that is handled again, as by a rebuild.
type Was struct {
	At     time.Time
	Reason string // of its disposition
}

// now returns the time at which a mail is handled.
func (w *Was) now() time.Time {
	if w == nil {
		return time.Now()
	}
	return w.At
}

// HandleAgain is handle of a mail that an old desk has handled before; nil: none has.
func (d *Desk) HandleAgain(ctx context.Context, m ticket.Mail, raw []byte, was *Was) error {
	release, err := d.memory.take(ctx, len(raw))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrStore, err) // no fault of the mail
	}
	defer release()
	set := d.Settings()
	msg, author := set.parse(m, raw)
	var v Verdict
	var mailsFault error
	var watched ticket.ID
	err = d.decide(ctx, ticket.Soon, func(tx ticket.Draft) error {
		d.recent.remove(watched)         // of a decision that was overtaken
		mailsFault = errors.New("panic") // unless we come to the end
		h := d.handlingOf(ctx, tx, m, msg, was.now())
		h.set, h.author, h.was = set, author, was
		mailsFault = h.decide()
		v, watched = h.verdict, h.watched
		return mailsFault
	})
	if err != nil {
		d.recent.remove(watched)
	}
	if err != nil && (mailsFault == nil || errors.Is(err, ticket.ErrStorageFull) || errors.Is(err, ticket.ErrResources)) {
		return fmt.Errorf("%w: %w", ErrStore, err)
	}
	if err != nil {
		return err
	}
	if len(v.Mails) > 0 {
		signal(d.wake)
	}
	d.logVerdict(ctx, m, v)
	return nil
}

// Explain tells what the desk would make of a mail that came now, by the very
// code that would handle it, and changes nothing.
func (d *Desk) Explain(ctx context.Context, env ticket.Envelope, raw []byte) (Verdict, error) {
	return d.ExplainAt(ctx, env, raw, time.Now())
}

// notInJournal is the number of a mail that is only explained.
const notInJournal = ticket.MailID(math.MaxInt64)

// ExplainAt is Explain of a mail that comes at another time.
func (d *Desk) ExplainAt(ctx context.Context, env ticket.Envelope, raw []byte, now time.Time) (Verdict, error) {
	glance := mailparse.GlanceAt(raw)
	m := ticket.Mail{
		ID: notInJournal, Envelope: env, ReceivedAt: now, Size: int64(len(raw)), Fingerprint: glance.Fingerprint, MessageID: glance.MessageID,
		Disposition: ticket.DispositionPending,
	}
	release, err := d.memory.take(ctx, len(raw))
	if err != nil {
		return Verdict{}, err
	}
	defer release()
	set := d.Settings()
	if set.mayCheck(d.checker, m) {
		a := set.checkWith(ctx, d.checker, m, raw)
		m.Envelope.Checked = &a
	}
	msg, author := set.parse(m, raw)
	var v Verdict
	var numbers draft.Numbers
	defer func() { numbers.GiveBack(d.store, true) }()
	err = d.store.View(ctx, func(r ticket.Reader) (err error) {
		if m.DuplicateOf, err = r.FirstOf(m.Fingerprint, now); err != nil {
			return err
		}
		on := draft.New(r, &numbers)
		on.Suppose(m)
		h := d.handlingOf(ctx, on, m, msg, now)
		h.set, h.author = set, author
		defer func() { d.recent.remove(h.watched) }()
		if err := h.decide(); err != nil {
			return err
		}
		v = h.verdict
		if v.Route != nil {
			v.Trials = h.set.Rules.Explain(h.facts())
			v.Path = h.set.Rules.Path(v.Route.Category, v.Route.Queue)
		}
		return nil
	})
	return v, err
}

func (d *Desk) handlingOf(ctx context.Context, tx ticket.Draft, m ticket.Mail, msg *mailparse.Message, now time.Time) *handling {
	h := &handling{
		change:  d.changeAt(ctx, tx, now),
		msg:     msg,
		mail:    m,
		verdict: Verdict{Message: msg},
	}
	h.cause = m.ID
	h.silent = m.Envelope.Source == ticket.SourceImport
	h.carry(h.set.maxFiles(), true)
	return h
}

// decide finds what a mail is and does what follows. The order matters: what
// must never be answered is sorted out first.
func (h *handling) decide() error {
	now, err := h.tx.Mail(h.mail.ID)
	if err != nil {
		return err
	}
	if now.Disposition != ticket.DispositionPending {
		return errHandled
	}
	if err := h.readFetched(); err != nil {
		return err
	}
	if err := h.readImported(); err != nil {
		return err
	}
	if err := h.readChecked(); err != nil {
		return err
	}
	if h.mail.DuplicateOf != 0 {
		return h.repeat()
	}
	if reason := h.ownMark(); reason != "" {
		return h.finish(ticket.DispositionMachine, reason, 0)
	}
	if h.msg.Class == mailparse.Spam {
		return h.finish(ticket.DispositionSpam, h.msg.ClassReason, 0)
	}
	if err := h.resolve(); err != nil {
		return err
	}
	if h.fromUs() && h.verdict.Match.Ticket == 0 {
		return h.finish(ticket.DispositionMachine, "own-address", 0)
	}
	if h.asksToLeave() {
		return h.correspond()
	}
	if h.msg.Silence == mailparse.Hard || h.answersByItself() {
		return h.machine()
	}
	if handled, err := h.askedDesk(); handled || err != nil {
		return err
	}
	if first, found, err := h.alteredCopyOf(); err != nil {
		return err
	} else if found {
		return h.fileCopy(first)
	}
	if err := h.lookForLoop(); err != nil {
		return err
	}
	if h.verdict.Match.Lost != 0 {
		return h.fromLostPast()
	}
	if h.verdict.Match.Ticket != 0 {
		return h.correspond()
	}
	if m, _, err := h.reported(); err != nil || m.Ticket != 0 {
		return h.noteFromReversePath(m, err)
	}
	return h.newTicket()
}

// finish keeps the disposition of the mail.
func (h *handling) finish(disposition ticket.Disposition, reason string, t ticket.ID) error {
	h.verdict.Disposition, h.verdict.Reason, h.verdict.Ticket = disposition, reason, t
	h.verdict.Mails = h.planned
	h.verdict.Auth, h.verdict.Checked = h.auth(), h.checked()
	return h.tx.Dispose(h.mail.ID, disposition, reason, t, h.now)
}

// resolve asks the one resolver which ticket the mail belongs to.
func (h *handling) resolve() error {
	references := h.msg.References
	if _, agent := h.set.AgentAt(h.msg.From.Address); agent {
		for _, f := range h.msg.Forwarded { // a mail of a ticket that is passed on belongs there
			if f.MessageID != "" {
				references = append(slices.Clip(references), f.MessageID)
			}
		}
	}
	m := threading.Mail{
		Recipients: h.recipients(),
		InReplyTo:  h.msg.InReplyTo,
		References: references,
		Subject:    h.msg.Subject,
		From:       h.set.firstAddress(h.msg.From.Address),
		Trusted:    h.mail.Trusted || h.fromUs(),
		MessageID:  h.msg.MessageID,
	}
	match, err := threading.New(h.maker.keys, h.set.Name, h.set.Former...).Resolve(h.ctx, index{h.tx, h.set}, m)
	if err != nil {
		return fmt.Errorf("find the ticket: %w", err)
	}
	h.verdict.Match = match
	return h.resolveImported()
}

// recipients returns the forward-paths, then the addresses of To and Cc.
func (h *handling) recipients() []string {
	all := append([]string(nil), h.mail.Envelope.ForwardPaths...)
	for _, a := range h.msg.To {
		all = append(all, a.Address)
	}
	for _, a := range h.msg.Cc {
		all = append(all, a.Address)
	}
	return all
}

// logVerdict writes the one line of a mail's life, and tells who watches.
func (d *Desk) logVerdict(ctx context.Context, m ticket.Mail, v Verdict) {
	if d.watch != nil {
		d.watch(m, v)
	}
	args := []any{"mail", m.ID, "message_id", v.Message.MessageID, "source", m.Envelope.Source,
		"reverse_path", m.Envelope.ReversePath, "disposition", v.Disposition, "reason", v.Reason}
	if v.Ticket != 0 {
		args = append(args, "ticket", v.Ticket)
	}
	if v.Auth != (mailauth.Results{}) {
		args = append(args, "spf", v.Auth.SPF, "dkim", v.Auth.DKIM, "dmarc", v.Auth.DMARC)
	}
	if v.Route != nil {
		args = append(args, "queue", v.Route.Queue, "rules", v.Route.Rules)
	}
	d.log.InfoContext(ctx, "mail received", args...)
}
