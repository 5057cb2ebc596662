package request

import (
	"slices"
	"strings"
	"unicode"

	"maildesk/desk/copies"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/later"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/threading"
	"maildesk/ticket"
)

// People write again without answering, and answer an old mail with something new.
// What may be the same matter is offered to agents as one; only a mail that repeats an
// earlier one joins it by itself. What goes on under another subject is shown so.

// sameLook is how many of a requester's latest tickets are looked at.
const sameLook = 20

// sameMatters returns the tickets that a new request may be about, the latest first:
// those of the same person with the same subject that are worked on, and on which
// something happened within days. The mail names no mail of them.
func sameMatters(h *incoming.Handling) (same []ticket.Ticket, err error) {
	requester, _ := h.Requester()
	subject := h.CleanSubject()
	if h.Set.SameWithin == 0 || h.Silent || requester == "" || subject == "" || h.Msg.Class != mailparse.Person || h.Verdict.Match.Ticket != 0 ||
		len(h.Msg.InReplyTo)+len(h.Msg.References) > 0 && h.Behalf.How != ticket.RequestForwarded {
		return nil, nil
	}
	if _, agent := h.Set.AgentAt(requester); agent {
		return nil, nil
	}
	all, err := h.Tx.Tickets(ticket.Filter{Requester: requester, Newest: true, Limit: sameLook})
	if err != nil {
		return nil, err
	}
	for _, t := range all {
		if t, err = decision.WorkedOn(h.Tx, t); err != nil {
			return nil, err
		}
		over := t.Status == ticket.StatusResolved || t.Status == ticket.StatusClosed
		if over || !settings.SameAddress(t.Requester, requester) || h.Now.Sub(t.UpdatedAt) > h.Set.SameWithin {
			continue
		}
		named, err := subjects(h, t)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(named, func(s string) bool { return sameSubject(s, subject) }) {
			same = append(same, t)
		}
	}
	return same, nil
}

// subjects returns the subject of a ticket, and those that it had before an agent gave it
// that one.
func subjects(h *incoming.Handling, t ticket.Ticket) ([]string, error) {
	events, err := h.Tx.Events(t.ID, ticket.EventSubject)
	all := []string{t.Subject}
	for _, e := range events {
		all = append(all, e.From)
	}
	return all, err
}

// sameSubject reports whether two subjects have the same words.
func sameSubject(a, b string) bool { return slices.Equal(wordsOf(a), wordsOf(b)) }

// wordsOf returns the words of a text, folded, without marks and quoted lines.
func wordsOf(text string) []string {
	return strings.FieldsFunc(strings.ToLower(notices.WithoutQuotes(text)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
}

// repeats reports whether the mail says what its writer has written to a ticket before,
// and brings no file of its own.
func repeats(h *incoming.Handling, t ticket.Ticket) (bool, error) {
	if h.Was != nil && h.Was.Reason != reasonRepeats { // by settings of another time
		return false, nil
	}
	entries, err := h.Tx.Correspondence(t.ID)
	if err != nil {
		return false, err
	}
	for _, e := range entries {
		if e.Kind != ticket.EntryMessage || e.Mail == 0 || !settings.SameAddress(e.Author, h.Msg.From.Address) || !saysTheSame(e.Text, h.Msg.Whole()) {
			continue
		}
		other, err := copies.BringsFiles(h, e.Mail)
		return !other, err
	}
	return false, nil
}

// reasonRepeats is the reason of a mail that says what its writer wrote before.
const reasonRepeats = "repeats"

// saysTheSame reports whether a text repeats another one: word for word, or in a long
// one all but one word in twenty, none of them with a digit. A word more may ask
// something new, so that the number of words must be the same.
func saysTheSame(a, b string) bool {
	const (
		oneIn = 20
		least = 6 // words: "please help" may be about something else each time
	)
	was, is := wordsOf(a), wordsOf(b)
	if len(was) != len(is) || len(was) < least {
		return false
	}
	other := 0
	for i := range was {
		if was[i] == is[i] {
			continue
		}
		if strings.ContainsFunc(was[i]+is[i], unicode.IsDigit) {
			return false
		}
		other++
	}
	return other*oneIn <= len(was)
}

// fileRepeat files a mail that only repeats an earlier one on the ticket of that. The
// agents learn that its writer asks again; whoever has the acknowledgement needs no other.
func fileRepeat(h *incoming.Handling, t ticket.Ticket) error {
	if err := h.FileEntry(t.ID, ticket.EntryMessage); err != nil {
		return err
	}
	if err := EndPlans(h, &t); err != nil {
		return err
	}
	if t.Status == ticket.StatusPending || t.Status == ticket.StatusOnHold {
		if _, err := h.Moves(&t, ticket.StatusOpen, h.ActorName()); err != nil {
			return err
		}
	}
	if err := h.Save(&t); err != nil {
		return err
	}
	if err := TellOfMessage(h, t, notify.TemplateMessage, false); err != nil {
		return err
	}
	if err := copies.AddOnlookers(h, t, copies.QueuesBeside(h, t, h.Mail.Envelope.ForwardPaths)); err != nil {
		return err
	}
	if err := tellUndone(h, t); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionAppended, reasonRepeats, t.ID)
}

// EndPlans ends what agents have planned for the silence of whoever wrote the mail. One that is
// not from the domain it names ends nothing.
func EndPlans(h *incoming.Handling, t *ticket.Ticket) (err error) {
	if h.AuthFailed() {
		return nil
	}
	h.Plans, err = later.Answered(h.Change, t, "", h.ActorName())
	return err
}

// FindNewSubject finds whether the mail goes on with a ticket under another subject than
// the ticket's, than those under which its writer has been sent mails, and than those
// under which they wrote before. Words that were added to one of these are another subject where
// they may be all that the mail says: it has no text, or hardly any.
func FindNewSubject(h *incoming.Handling, t ticket.Ticket) error {
	subject := h.CleanSubject()
	if h.Silent || subject == "" {
		return nil
	}
	named, err := subjects(h, t)
	if err != nil || slices.ContainsFunc(named, func(s string) bool { return known(h, s, subject) }) {
		return err
	}
	entries, err := h.Tx.LatestEntries(t.ID, incoming.LatestEntries)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Kind == ticket.EntryMessage && sameSubject(threading.CleanSubject(h.Set.Name, e.Subject, h.Set.Former...), subject) {
			return nil
		}
	}
	people, err := h.Readers(t.ID)
	if err != nil {
		return err
	}
	for _, p := range people {
		sent, err := h.Tx.LatestSent(p.ID, incoming.LatestSent)
		if err != nil {
			return err
		}
		for _, raw := range sent {
			ours := mailparse.Parse(raw, mailparse.Envelope{}).Subject
			if known(h, threading.CleanSubject(h.Set.Name, ours, h.Set.Former...), subject) {
				return nil
			}
		}
	}
	h.Subject = subject
	return nil
}

// fewWords is how many words a mail has at the most that may say all in its subject: "see subject".
const fewWords = 2

// known reports whether the subject of a mail says no more than one that was used before. Words
// behind that one count where they may be all that the mail says, those in front of it, which
// gateways write, do not.
func known(h *incoming.Handling, before, subject string) bool {
	was, is := wordsOf(before), wordsOf(subject)
	more := len(is) > len(was) && !slices.Equal(is[len(is)-len(was):], was)
	return isWithin(before, subject) && (!more || len(wordsOf(h.Msg.Words())) > fewWords)
}

// isWithin reports whether one of two subjects has all words of the other one in a row.
func isWithin(a, b string) bool {
	x, y := " "+strings.Join(wordsOf(a), " ")+" ", " "+strings.Join(wordsOf(b), " ")+" "
	return x != "  " && y != "  " && (strings.Contains(x, y) || strings.Contains(y, x))
}
