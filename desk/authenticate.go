package desk

import (
	"bytes"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"maildesk/clientnet"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/settings"
	"maildesk/desk/silence"
	"maildesk/mailauth"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// Checker finds out who sent a mail, and asks the DNS of strangers for it: within a
// bounded time, and with a result whatever happens. from is the domain of the one
// mailbox in the From field, whoever counts as the author; empty where there is none. direct says that the client of the
// envelope brought the mail from outside, so that SPF can be checked.
type Checker interface {
	Check(ctx context.Context, env ticket.Envelope, raw []byte, from string, direct bool) ticket.Authentication
}

// CheckWith has the sender of each mail checked before it is handled. Call it before
// Run. The result is kept in the journal: whoever handles the mail again, a rebuild
// above all, has the same facts and asks nobody.
func (d *Desk) CheckWith(c Checker) { d.checker = c }

// maxChecks is how many mails are checked at once, and maxChecksEach how many of one client or of
// one domain that a mail names. While as many wait for an answer, the next ones are not checked, so
// that no mail waits in a queue for the DNS.
const (
	maxChecks     = 256
	maxChecksEach = 64
	signersCount  = 6 // of a mail, the topmost: no others are verified
)

// sharers are the names under which the check of a mail counts: its client, and the domains whose DNS it
// makes us ask, each as its owner registered it, since below that they can make as many as they like. Those that
// name none share the empty name.
func sharers(s *settings.Settings, env ticket.Envelope, raw []byte) (names []string) {
	defer func() {
		if recover() != nil || len(names) == 0 { // the attempt at handling the mail meets it, too
			names = []string{""}
		}
	}()
	msg := mailparse.Parse(headerOf(raw), mailparse.Envelope{})
	_, path, _ := silence.SplitAddress(env.ReversePath)
	domains := append(mailauth.Signers(msg.Header, signersCount), path, settings.FromDomain(msg))
	if client, err := netip.ParseAddr(env.Client); err == nil && s.Direct(env) {
		names = append(names, clientnet.Of(client))
		if path == "" {
			domains = append(domains, env.Helo) // of which SPF is asked (RFC 7208 section 2.4)
		}
	}
	for _, domain := range domains {
		if own := silence.Domain("x@" + domain); own != "" {
			names = append(names, "@"+own)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// tooManyChecks is the result of those.
func tooManyChecks(now time.Time) ticket.Authentication {
	return ticket.Authentication{At: now, DKIM: "temperror", DMARC: "temperror", Fault: "not checked: too many other mails waited for the DNS"}
}

// checkBeside has the sender of a mail checked by a goroutine of its own, which then
// puts the mail back; false: it can be handled now.
func (d *Desk) checkBeside(ctx context.Context, of *job, goOn func(func() error)) bool {
	j, beside := *of, *of
	if s := d.Settings(); j.checked || !mayCheck(s, d.checker, j.mail) || d.readRaw(ctx, &beside) != nil || !checksSender(s, d.checker, j.mail, beside.raw) {
		return false // what goes wrong is left to the attempt at handling the mail
	}
	names := sharers(d.Settings(), j.mail.Envelope, beside.raw)
	if of.unplaced = !d.checks.Take(names...); of.unplaced {
		return false
	}
	goOn(func() error {
		defer d.checks.Return(names...)
		d.checkSafely(ctx, &j, beside)
		d.inbox.queue(j.mail.Size) <- &j // there is room: it is counted still
		return nil
	})
	return true
}

// checkSafely is check of a mail, with its bytes, for a job. What goes wrong is
// left to the attempt at handling the mail.
func (d *Desk) checkSafely(ctx context.Context, j *job, beside job) {
	defer func() {
		if p := recover(); p != nil {
			d.Log.ErrorContext(ctx, "check who sent the mail", "mail", j.mail.ID, "err", fmt.Sprintf("panic: %v", p))
		}
	}()
	if err := d.checkNow(ctx, &beside); err != nil && ctx.Err() != nil {
		return
	} else if err != nil {
		d.Log.ErrorContext(ctx, "check who sent the mail", "mail", j.mail.ID, "err", err)
		return
	}
	j.mail.Envelope.Checked, j.checked = beside.mail.Envelope.Checked, beside.checked
}

// check sees to it that the sender of a mail is checked, where that was not done
// beside: because the mail has ended a process before, or because something went wrong. One
// that had no place beside others goes unchecked, though one may be free by now: nobody is to wait for it.
func (d *Desk) check(ctx context.Context, j *job) error {
	if s := d.Settings(); j.checked || !checksSender(s, d.checker, j.mail, j.raw) && !(j.mail.Envelope.Checked == nil && s.MaySign(j.mail, j.raw)) {
		return nil
	}
	if j.unplaced {
		return d.keepChecked(ctx, j, withSignature(d.Settings(), tooManyChecks(time.Now()), j.mail, j.raw))
	}
	return d.checkNow(ctx, j)
}

// checkNow checks the sender of a mail and keeps what is found, unless that was done
// before. It returns an error where the store failed, or the desk ends.
func (d *Desk) checkNow(ctx context.Context, j *job) error {
	if known, err := d.checkedBefore(ctx, j); err != nil || known {
		return err
	}
	a := checkWith(ctx, d.Settings(), d.checker, j.mail, j.raw)
	if err := ctx.Err(); err != nil {
		return err // what it left open is not the mail's
	}
	if a.At.IsZero() {
		j.checked, j.mail.Envelope.Checked = true, &a
		return nil
	}
	return d.keepChecked(ctx, j, a)
}

// checksSender reports whether the sender of a mail is checked, and there is something to do that by; there is
// nothing where it came from a server of ours and is not signed.
func checksSender(s *settings.Settings, c Checker, m ticket.Mail, raw []byte) bool {
	return mayCheck(s, c, m) && (s.Direct(m.Envelope) || hasSignature(raw))
}

// checkWith checks the sender of a mail, and its own signature; a zero value where there is nothing to check by.
func checkWith(ctx context.Context, s *settings.Settings, c Checker, m ticket.Mail, raw []byte) (a ticket.Authentication) {
	if checksSender(s, c, m, raw) {
		msg := mailparse.Parse(headerOf(raw), mailparse.Envelope{})
		a = c.Check(ctx, m.Envelope, raw, settings.FromDomain(msg), s.Direct(m.Envelope))
	}
	return withSignature(s, a, m, raw)
}

// withSignature adds what the mail's own signature shows.
func withSignature(s *settings.Settings, a ticket.Authentication, m ticket.Mail, raw []byte) ticket.Authentication {
	if !s.MaySign(m, raw) {
		return a
	}
	return s.Signed(a, m, mailparse.Parse(headerOf(raw), mailparse.Envelope{}).From.Address, raw)
}

// checkedBefore completes a mail that was checked by a process that has ended. One of
// which only the header was fetched cannot be checked.
func (d *Desk) checkedBefore(ctx context.Context, j *job) (known bool, err error) {
	err = d.Store.View(ctx, func(r ticket.Reader) error {
		a, err := checkedIn(r, j.mail.ID)
		if err != nil {
			return err
		}
		if known = !a.At.IsZero(); known {
			j.mail.Envelope.Checked = a
			return nil
		}
		f := j.mail.Envelope.Fetched
		if f == nil && j.mail.Envelope.Source == ticket.SourceIMAP {
			fetched, err := r.Fetched(j.mail.ID)
			if decision.IgnoreNotFound(err) != nil {
				return err
			}
			f = &fetched
		}
		known = f != nil && f.Whole != 0
		return nil
	})
	j.checked = err == nil && known
	return known, err
}

// keepChecked keeps what was found of a mail.
func (d *Desk) keepChecked(ctx context.Context, j *job, a ticket.Authentication) error {
	if err := d.Store.KeepAuthentication(ctx, j.mail.ID, a); err != nil {
		return err
	}
	j.checked, j.mail.Envelope.Checked = true, &a
	if a.Signed == nil {
		return nil
	}
	return d.Store.View(ctx, func(r ticket.Reader) (err error) { // another mail may have come with the same signature
		j.mail.Envelope.Checked, err = checkedIn(r, j.mail.ID)
		return err
	})
}

// checkedIn returns what is kept about who sent a mail; a zero value where nothing is.
func checkedIn(r ticket.MailReader, id ticket.MailID) (*ticket.Authentication, error) {
	a, err := r.Authentication(id)
	if err = decision.IgnoreNotFound(err); err != nil {
		return nil, fmt.Errorf("who sent the mail: %w", err)
	}
	return &a, nil
}

// readChecked completes the envelope of a mail that comes from the journal.
func readChecked(h *incoming.Handling) (err error) {
	if env := &h.Mail.Envelope; env.Checked == nil && env.Source != ticket.SourceImport && h.Mail.ID != notInJournal {
		env.Checked, err = checkedIn(h.Tx, h.Mail.ID)
	}
	return err
}

// mayCheck reports whether a mail is one whose sender is checked: not what is imported
// (keys of that time are gone), or what our own people sent, who have proven themselves otherwise.
// A copy is: the first one may have been somebody else's.
func mayCheck(s *settings.Settings, c Checker, m ticket.Mail) bool {
	env := m.Envelope
	return c != nil && !s.Unchecked && env.Checked == nil && env.Source != ticket.SourceImport &&
		env.AuthUser == "" && !s.Trusts(env.Client)
}

// hasSignature reports whether a mail seems to have a DKIM signature.
func hasSignature(raw []byte) bool {
	const name = "dkim-signature"
	for line := range bytes.Lines(headerOf(raw)) {
		if len(line) > len(name) && strings.EqualFold(string(line[:len(name)]), name) {
			return true
		}
	}
	return false
}

// headerOf returns the header of a mail, with the empty line below it.
func headerOf(raw []byte) []byte {
	end := len(raw)
	for _, empty := range []string{"\r\n\r\n", "\n\n", "\n\r\n"} {
		if i := bytes.Index(raw[:end], []byte(empty)); i >= 0 {
			end = i + len(empty)
		}
	}
	return raw[:end]
}

// AccountOf returns the account of a user who logs in by a name or an address: the name
// of an agent; empty: there is none.
func (d *Desk) AccountOf(user string) string {
	s := d.Settings()
	a, ok := s.AgentNamed(user)
	if !ok {
		a, ok = s.AgentAt(user)
	}
	if !ok {
		return ""
	}
	return a.Name
}

// submitted returns the address in From of a mail that an account sends. It must be one
// of the agent's, as must be the reverse-path, where there is one (RFC 6409 section 6.1).
// foreign says that an agent sends it in another's name: not where From names nobody, or the account is
// no agent's any more.
func submitted(s *settings.Settings, env ticket.Envelope, raw []byte) (from string, foreign bool, err error) {
	agent, ok := s.AgentNamed(env.AuthUser)
	theirs := func(address string) bool {
		return slices.ContainsFunc(agent.Mail, func(m string) bool { return settings.SameAddress(m, address) })
	}
	m := mailparse.Parse(headerOf(raw), mailparse.Envelope{})
	otherPath := env.ReversePath != "" && !theirs(env.ReversePath)
	if from = m.From.Address; !ok || from == "" || !theirs(from) || otherPath {
		foreign = ok && (otherPath || m.FromShown.Address != "" && !theirs(from))
		return "", foreign, fmt.Errorf("%w: account %s, From %q, reverse-path <%s>", ErrNotYourAddress, env.AuthUser, from, env.ReversePath)
	}
	return from, false, nil
}
