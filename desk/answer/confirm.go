package answer

import (
	"slices"
	"time"

	"maildesk/desk/author"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/desk/waiting"
	"maildesk/mailparse"
	"maildesk/threading"
	"maildesk/ticket"
)

// A mail that asks for more than it proves waits. Its writer is told at the address in the
// configuration, with an address at which they confirm that they wrote it: a mail there,
// from one of the agent's addresses in the configuration, has the one that waits carried
// out, once. Only a mail without words of its own does: whoever writes some may say that it was
// not they, and what they say is read by people.

// confirmLife is how long after a mail was held it can be confirmed.
const confirmLife = time.Hour

// errExpired and errConfirmed say why a mail is not carried out that was confirmed.
var (
	errExpired   = ticket.Say("the address to confirm was good for an hour; reply with #anyway to get another one")
	errConfirmed = ticket.Say("that mail was sent already, or another one in its place")
	errWords     = ticket.Say("nothing was confirmed, as your email has words of its own; they are kept as a note. An empty email to the same address confirms")
	errDisowned  = ticket.Say("the email that you say is not yours is not carried out, and cannot be confirmed any more")
)

// reasonUnconfirmed is the reason of the disposition of a mail with words that came to an address
// which confirms.
const reasonUnconfirmed = "unconfirmed"

// unproven is a mail that waits to be confirmed.
type unproven struct {
	mail  ticket.Mail
	agent settings.Agent // in whose name it was written
	at    time.Time      // when it was held
	done  bool           // it was carried out
	not   bool           // its agent said that they did not write it
}

// Confirm carries out a mail that waits, which the one at hand confirms. handled is false
// where it confirms none.
func Confirm(h *incoming.Handling) (handled bool, err error) {
	if h.Msg.Class != mailparse.Person || h.Author != author.InFrom {
		return false, nil
	}
	w, found, err := confirmed(h)
	if err != nil || !found {
		return false, err
	}
	seat, err := h.Tx.Ticket(w.mail.Ticket)
	if err != nil {
		return false, err
	}
	if h.AuthFailed() || !slices.ContainsFunc(w.agent.Mail, func(m string) bool { return settings.SameAddress(m, h.Msg.From.Address) }) {
		return true, KeepAsNote(h, seat, "holder", ticket.Event{Ticket: seat.ID, Kind: ticket.EventForeign})
	}
	h.By = decision.By{Agent: w.agent.Name, Names: []string{w.agent.Name, w.agent.Known(), h.ActorName(), h.Msg.From.Address}}
	h.Verdict.Match = threading.Match{Ticket: int64(seat.ID), Reason: threading.ReplyAddress}
	h.Confirmed = true
	ok, err := confirms(h, seat, w)
	switch {
	case err != nil:
		return false, err
	case !ok:
		return true, unconfirmed(h, seat, w)
	case w.not:
		return true, refuse(h, seat, w.agent, []notify.Line{{Message: errDisowned}})
	case w.done:
		return true, refuse(h, seat, w.agent, []notify.Line{{Message: errConfirmed}})
	case h.Now.After(w.at.Add(confirmLife)):
		return true, refuse(h, seat, w.agent, []notify.Line{{Message: errExpired}})
	}
	return true, carryOutConfirmed(h, seat, w)
}

// confirmed returns the mail that the one at hand confirms by an address that it came to.
// The settings may have changed since: an agent who is none any more confirms nothing.
func confirmed(h *incoming.Handling) (w unproven, found bool, err error) {
	for _, address := range h.Recipients() {
		id, ok := h.Keys().ParseConfirmAddress(address)
		if !ok {
			continue
		}
		w.mail, err = h.Tx.Mail(ticket.MailID(id))
		if err != nil {
			return unproven{}, false, decision.IgnoreNotFound(err)
		}
		events, err := decision.EventsOf(h.Tx, w.mail.Ticket, waiting.Kinds...)
		if err != nil {
			return unproven{}, false, err
		}
		for _, e := range events {
			if e.Kind == ticket.EventUndone && e.Mail == w.mail.ID {
				w.at = e.At
				w.agent, found = h.Set.AgentNamed(e.Actor)
			}
			w.not = w.not || waiting.Disowns(e, w.mail.ID)
		}
		for _, one := range waiting.Of(events, w.agent.Name) {
			w.done = w.done || one.Mail == w.mail.ID && one.Done
		}
		return w, found && len(w.agent.Mail) > 0, nil
	}
	return unproven{}, false, nil
}

// carryOutConfirmed carries out a mail that its writer has confirmed, as if it came now:
// where the ticket is with others now, was closed long ago or opened again since, it is
// not, and what a colleague did since is asked about as ever.
func carryOutConfirmed(h *incoming.Handling, seat ticket.Ticket, w unproven) error {
	raw, err := h.Tx.Raw(w.mail.ID)
	if err != nil {
		return err
	}
	msg, _ := author.Parse(h.Set, w.mail, raw)
	match, err := match(h, w.mail, msg)
	if err != nil {
		return err
	}
	t, err := decision.WorkedOn(h.Tx, seat)
	if err != nil {
		return err
	}
	why, err := whyNotNow(h, t, seat, w, match)
	if err != nil {
		return err
	}
	if why != "" {
		return noteUndone(h, seat, w.agent, why)
	}
	return carryOutWaiting(h, t, w.agent, order.Order{}, waiting.Mail{Mail: w.mail.ID, Asked: w.mail.ID}, w.mail, msg, match)
}

// whyNotNow returns why a confirmed mail may not act on its ticket any more; "" when it may.
func whyNotNow(h *incoming.Handling, t, seat ticket.Ticket, w unproven, match threading.Match) (notify.Undone, error) {
	if h.Was != nil {
		if u := notify.Undone(h.Was.Reason); slices.Contains(notify.Undones, u) {
			return u, nil
		}
		return "", nil
	}
	theirs, err := h.MayAct(t, w.agent)
	if err == nil && !theirs {
		theirs, err = h.MayAct(seat, w.agent)
	}
	s := standing{
		proof: incoming.ProofAddress, answer: true, level: true, theirs: theirs, plus: true,
		ended: t.Status == ticket.StatusClosed && !h.Now.Before(t.ClosedAt.Add(h.Set.TokenLife)),
		round: match.Token == nil || match.Token.Round == int64(seat.Round) || notify.Undone(w.mail.Reason) == notify.UndoneRound,
	}
	return s.whyNot(), err
}
