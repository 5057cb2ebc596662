package desk

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"maildesk/desk/answer"
	"maildesk/desk/approval"
	"maildesk/desk/author"
	"maildesk/desk/control"
	"maildesk/desk/copies"
	"maildesk/desk/decision"
	"maildesk/desk/delivery"
	"maildesk/desk/draft"
	"maildesk/desk/incoming"
	"maildesk/desk/loop"
	"maildesk/desk/request"
	"maildesk/desk/shift"
	"maildesk/desk/vendor"
	"maildesk/desk/wish"
	"maildesk/mailauth"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// ErrStore says that the store could not do its work. It is no mail's fault.
var ErrStore = errors.New("store")

// handle understands a mail and keeps everything that follows from it in one
// transaction, or nothing. An error wraps ErrStore where the mail was
// understood and decided, and the store failed, unless it refused what was decided.
func (d *Desk) handle(ctx context.Context, m ticket.Mail, raw []byte) error {
	return d.HandleAgain(ctx, m, raw, nil)
}

// HandleAgain is handle of a mail that an old desk has handled before; nil: none has.
func (d *Desk) HandleAgain(ctx context.Context, m ticket.Mail, raw []byte, was *incoming.Was) error {
	return d.handleAs(ctx, m, raw, was, false)
}

// handleAs is HandleAgain; fromSpam: it was set apart as spam, and a person wants it to be handled.
func (d *Desk) handleAs(ctx context.Context, m ticket.Mail, raw []byte, was *incoming.Was, fromSpam bool) error {
	release, err := d.memory.take(ctx, len(raw))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrStore, err) // no fault of the mail
	}
	defer release()
	set := d.Settings()
	msg, author := author.Parse(set, m, raw)
	var v incoming.Verdict
	var events []ticket.Event
	var mailsFault error
	var watched ticket.ID
	err = d.Decide(ctx, ticket.Soon, func(tx ticket.Draft) error {
		d.Recent.Remove(watched)         // of a decision that was overtaken
		mailsFault = errors.New("panic") // unless we come to the end
		h := d.handlingOf(ctx, tx, m, msg, was.Now())
		h.Set, h.Author, h.Was, h.FromSpam = set, author, was, fromSpam
		mailsFault = decide(h)
		v, watched, events = h.Verdict, h.Watched, h.Events
		return mailsFault
	})
	if err != nil {
		d.Recent.Remove(watched)
	}
	if err != nil && (mailsFault == nil && !errors.Is(err, ticket.ErrRefused) || errors.Is(err, ticket.ErrStorageFull) || errors.Is(err, ticket.ErrResources)) {
		return fmt.Errorf("%w: %w", ErrStore, err)
	}
	if err != nil {
		return err
	}
	if len(v.Mails) > 0 {
		decision.Signal(d.Posted)
	}
	d.logVerdict(ctx, m, v)
	if was == nil {
		d.unheeded.Tell(ctx, d.Log, set, m, msg.Header)
		d.logSecurity(ctx, m, v, events)
	}
	return nil
}

// Explain tells what the desk would make of a mail that came now, by the very
// code that would handle it, and changes nothing.
func (d *Desk) Explain(ctx context.Context, env ticket.Envelope, raw []byte) (incoming.Verdict, error) {
	return d.ExplainAt(ctx, env, raw, time.Now())
}

// notInJournal is the number of a mail that is only explained.
const notInJournal = ticket.MailID(math.MaxInt64)

// ExplainAt is Explain of a mail that comes at another time.
func (d *Desk) ExplainAt(ctx context.Context, env ticket.Envelope, raw []byte, now time.Time) (incoming.Verdict, error) {
	v, _, err := d.planAt(ctx, env, raw, now)
	return v, err
}

// planAt returns what the desk would make of a mail, and the plan of it, which nobody
// commits.
func (d *Desk) planAt(ctx context.Context, env ticket.Envelope, raw []byte, now time.Time) (incoming.Verdict, *ticket.Plan, error) {
	glance := mailparse.GlanceAt(raw)
	m := ticket.Mail{
		ID: notInJournal, Envelope: env, ReceivedAt: now, Size: int64(len(raw)), Fingerprint: glance.Fingerprint, MessageID: glance.MessageID,
		Disposition: ticket.DispositionPending,
	}
	release, err := d.memory.take(ctx, len(raw))
	if err != nil {
		return incoming.Verdict{}, nil, err
	}
	defer release()
	set := d.Settings()
	if m.Envelope.Checked == nil {
		a := checkWith(ctx, set, d.checker, m, raw)
		m.Envelope.Checked = &a
	}
	msg, author := author.Parse(set, m, raw)
	var v incoming.Verdict
	var plan *ticket.Plan
	numbers := draft.Invented()
	err = d.Store.View(ctx, func(r ticket.Reader) (err error) {
		if m.DuplicateOf, err = r.FirstOf(m.Fingerprint, now); err != nil {
			return err
		}
		on := draft.New(r, &numbers)
		on.Suppose(m)
		h := d.handlingOf(ctx, on, m, msg, now)
		h.Set, h.Author = set, author
		defer func() { d.Recent.Remove(h.Watched) }()
		if err := decide(h); err != nil {
			return err
		}
		v, plan = h.Verdict, on.Plan()
		if v.Route != nil {
			v.Trials = h.Set.Rules.Explain(request.Facts(h))
			v.Path = h.Set.Rules.Path(v.Route.Category, v.Route.Queue)
		}
		return nil
	})
	return v, plan, err
}

func (d *Desk) handlingOf(ctx context.Context, tx ticket.Draft, m ticket.Mail, msg *mailparse.Message, now time.Time) *incoming.Handling {
	h := &incoming.Handling{
		Change:  d.ChangeAt(ctx, tx, now),
		Msg:     msg,
		Mail:    m,
		Verdict: incoming.Verdict{Message: msg},
	}
	h.Cause = m.ID
	h.Silent = m.Envelope.Source == ticket.SourceImport
	h.Carry(h.Set.FilesLimit(), true)
	return h
}

// decide finds what a mail is and does what follows. The order matters: what
// must never be answered is sorted out first.
func decide(h *incoming.Handling) error {
	if err := readKept(h); err != nil {
		return err
	}
	if h.Mail.DuplicateOf != 0 {
		of, repeat, err := copies.RepeatOf(h)
		if err != nil {
			return err
		}
		if repeat {
			return copies.Repeated(h, of)
		}
	}
	if reason := loop.OwnMark(h); reason != "" {
		return h.Finish(ticket.DispositionMachine, reason, 0)
	}
	if ended, err := loop.InOurName(h); ended || err != nil {
		return err
	}
	if h.Msg.Class == mailparse.Spam {
		return copies.SetApart(h)
	}
	from := h.Msg.From
	if err := whoseIsIt(h); err != nil {
		return err
	}
	if err := copies.Replace(h); err != nil {
		return err
	}
	return noteSuspect(h, from)
}

// readKept reads what the store keeps of the mail beside its bytes.
func readKept(h *incoming.Handling) error {
	if err := takeFromSpam(h); err != nil {
		return err
	}
	now, err := h.Tx.Mail(h.Mail.ID)
	if err != nil {
		return err
	}
	if now.Disposition != ticket.DispositionPending {
		return errHandled
	}
	if err := h.ReadFetched(); err != nil {
		return err
	}
	if err := h.ReadImported(); err != nil {
		return err
	}
	if err := readChecked(h); err != nil {
		return err
	}
	if err := h.KnowWriter(); err != nil {
		return err
	}
	return h.Unmark()
}

// whoseIsIt finds the ticket of a mail of somebody else, and does what follows.
func whoseIsIt(h *incoming.Handling) error {
	if err := h.Resolve(); err != nil {
		return err
	}
	if agent, is := h.Set.AgentAt(h.Msg.From.Address); is && h.Proof() >= incoming.ProofMessageID {
		h.By = decision.By{Agent: agent.Name, Names: []string{agent.Name, agent.Known(), h.ActorName(), h.Msg.From.Address}}
	}
	if h.FromUs() && h.Verdict.Match.Ticket == 0 {
		return h.Finish(ticket.DispositionMachine, loop.OwnAddress, 0)
	}
	if h.Mail.Envelope.Console() && h.Verdict.Match.Ticket == 0 {
		return h.Finish(ticket.DispositionMachine, incoming.ReasonConsole, 0)
	}
	if done, err := leavesAgain(h); done || err != nil {
		return err
	}
	if asksToLeave(h) {
		return correspond(h)
	}
	if handled, err := shift.Replied(h); handled || err != nil {
		return err
	}
	fromVendor, isVendor, err := vendor.Find(h)
	fromApprover, isApprover, failed := approval.Find(h)
	switch machines := h.Msg.Silence == mailparse.Hard || answersByItself(h); {
	case err != nil || failed != nil:
		return errors.Join(err, failed)
	case machines && isApprover:
		return approval.File(h, fromApprover)
	case machines && isVendor:
		return vendor.File(h, fromVendor)
	case machines:
		return machine(h)
	}
	if handled, err := control.AskedDesk(h); handled || err != nil {
		return err
	}
	if of, found, err := copies.FindAltered(h); err != nil {
		return err
	} else if found {
		return copies.File(h, of)
	}
	switch {
	case isVendor:
		return vendor.File(h, fromVendor)
	case isApprover:
		return approval.File(h, fromApprover)
	}
	return fromPerson(h)
}

// fromPerson does what follows from a mail that is neither a machine's nor of somebody whom the
// desk has asked: it goes on with a ticket, or opens one.
func fromPerson(h *incoming.Handling) error {
	if handled, err := answer.Confirm(h); handled || err != nil {
		return err
	}
	if handled, err := wish.AskedByRequester(h); handled || err != nil {
		return err
	}
	if err := loop.Look(h); err != nil {
		return err
	}
	if h.Verdict.Match.Lost != 0 {
		return fromLostPast(h)
	}
	if h.Verdict.Match.Ticket != 0 {
		return correspond(h)
	}
	if m, _, err := delivery.Reported(h); err != nil || m.Ticket != 0 {
		return noteFromReversePath(h, m, err)
	}
	return request.NewTicket(h)
}

// logVerdict writes the one line of a mail's life, and tells who watches.
func (d *Desk) logVerdict(ctx context.Context, m ticket.Mail, v incoming.Verdict) {
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
	d.Log.InfoContext(ctx, "mail received", args...)
}
