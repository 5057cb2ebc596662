package desk

import (
	"fmt"
	"maildesk/desk/notify"
	"maildesk/ticket"
	"slices"
	"strings"
	"time"

	"maildesk/mailparse"
	"maildesk/threading"
)

// Signs of a loop with a machine that bears no mark.
const (
	loopSubject  = "loop-subject"   // our tag beside the number of another desk
	loopReceipt  = "loop-receipt"   // it confirms again and again that it got a mail
	loopSameText = "loop-same-text" // it answers our automatic mails with the same words
)

// quickAnswer is how soon after an automatic mail of ours no person answers it.
// People are quick, too: it counts beside another sign only.
const quickAnswer = 10 * time.Second

// How often within a day something is said until it is a sign. That counts the
// mail at hand.
const (
	receiptsAsMails   = 3 // mails of their own that only confirm a receipt
	receiptsAsAnswers = 2 // such answers to different automatic mails of ours
	equalAnswers      = 4 // equal answers to different automatic mails of ours
	equalQuickAnswers = 3 // likewise, the last one quick
)

// lookForLoop looks for signs that a machine without any mark answers our
// automatic mails. A mail that shows one is not answered.
//
// Only where the mail answers, by an address or Message-ID that we signed for its
// writer, an automatic mail of ours, does the sign count against the address: the
// second one within a day silences the desk towards it for a day. What anybody
// can write in somebody's name silences nobody, see [handling.looseSign].
func (h *handling) lookForLoop() error {
	sender, _ := h.requester()
	if _, isAgent := h.set.agentAt(sender); h.silent || sender == "" || isAgent || h.msg.Silence != mailparse.Answerable {
		return nil
	}
	answered, err := h.answeredMail(sender)
	if err != nil {
		return err
	}
	if answered.ID == 0 {
		h.loop, h.loopNews, err = h.looseSign(sender)
		return err
	}
	if h.loop, err = h.answerSign(sender, answered); err != nil || h.loop == "" {
		return err
	}
	h.silenced, h.loopNews, err = h.strike(sender, ticket.CauseLoop, h.loop, twoLoopSigns)
	return err
}

// answeredMail returns the automatic mail of ours that the mail answers: the one
// that it names, or else the last one to its writer in the ticket. ID is 0 where
// it answers none, or nothing that we signed for its writer shows that it does.
func (h *handling) answeredMail(sender string) (ticket.OutboxMail, error) {
	match := h.verdict.Match
	if match.Ticket == 0 || match.Token == nil || match.Holder || h.authFailed() {
		return ticket.OutboxMail{}, nil
	}
	named := slices.Clone(h.msg.InReplyTo)
	if n := len(h.msg.References); len(named) == 0 && n > 0 {
		named = h.msg.References[n-1:]
	}
	mails, err := h.tx.OutboxOf(ticket.ID(match.Ticket))
	for _, m := range slices.Backward(mails) {
		if !sameAddress(m.Recipient, sender) || len(named) > 0 && !strings.EqualFold(m.MessageID, named[0]) {
			continue
		}
		if !m.Automatic {
			break
		}
		return m, err
	}
	return ticket.OutboxMail{}, err
}

// answerSign names what shows that a machine wrote an answer to an automatic mail
// of ours, empty when nothing does.
func (h *handling) answerSign(sender string, answered ticket.OutboxMail) (string, error) {
	if wrapped, err := h.wrapped(); err != nil || wrapped {
		return loopSubject, err
	}
	sent := answered.DoneAt
	if sent.IsZero() {
		sent = answered.CreatedAt
	}
	quick := h.mail.ReceivedAt.Sub(sent) < quickAnswer
	receipts, equal := 0, 1
	text := gist(h.newText())
	isReceipt := soundsLikeReceipt("", h.newText()) // the subject is ours
	if isReceipt {
		receipts = 1
	}
	err := h.eachLately(sender, func(t ticket.Ticket, entries []ticket.Entry) {
		if t.ID == answered.Ticket || len(entries) == 0 {
			return // more than one answer to one mail is what people do
		}
		answers := slices.DeleteFunc(entries[1:], func(e ticket.Entry) bool { return e.Kind != ticket.EntryMessage || !sameAddress(e.Author, sender) })
		if slices.ContainsFunc(answers, func(e ticket.Entry) bool { return gist(e.Text) == text }) {
			equal++
		}
		if isReceipt && slices.ContainsFunc(answers, func(e ticket.Entry) bool { return soundsLikeReceipt("", e.Text) }) {
			receipts++
		}
	})
	switch {
	case err != nil:
		return "", err
	case receipts >= receiptsAsAnswers:
		return loopReceipt, nil
	case equal >= equalAnswers, quick && equal >= equalQuickAnswers:
		return loopSameText, nil
	}
	return "", nil
}

// looseSign names what a mail shows that nothing ties to a mail of ours. It keeps
// the desk from answering this mail, and tells nothing about its writer. news is
// whether the agents hear of it.
func (h *handling) looseSign(sender string) (sign string, news bool, err error) {
	if wrapped, err := h.wrapped(); err != nil || wrapped {
		return loopSubject, false, err
	}
	if h.verdict.Match.Ticket != 0 || h.verdict.Match.Claims != 0 || !soundsLikeReceipt(h.msg.Subject, h.newText()) {
		return "", false, nil
	}
	n := 1
	err = h.eachLately(sender, func(_ ticket.Ticket, entries []ticket.Entry) {
		if len(entries) > 0 && soundsLikeReceipt(entries[0].Subject, entries[0].Text) {
			n++
		}
	})
	if err != nil || n < receiptsAsMails {
		return "", false, err
	}
	known, err := h.tx.Suppressions(sender)
	silenced := slices.ContainsFunc(known, func(s ticket.Suppression) bool { return s.Cause == ticket.CauseLoop && s.Active(h.now) })
	return loopReceipt, n == receiptsAsMails && !silenced, err
}

// wrapped reports whether the subject is one of ours within that of another desk.
func (h *handling) wrapped() (bool, error) {
	known := ""
	for _, id := range []int64{h.verdict.Match.Ticket, h.verdict.Match.Claims} {
		if id != 0 && known == "" {
			t, err := h.tx.Ticket(ticket.ID(id))
			if ignoreNotFound(err) != nil {
				return false, err
			}
			known = t.Subject
		}
	}
	return threading.Wrapped(h.set.Name, h.msg.Subject, known), nil
}

// eachLately calls fn for the sender's latest tickets of one day.
func (h *handling) eachLately(sender string, fn func(ticket.Ticket, []ticket.Entry)) error {
	tickets, err := h.tx.Tickets(ticket.Filter{Requester: sender, Newest: true, Limit: 10})
	if err != nil {
		return err
	}
	for _, t := range tickets {
		if h.now.Sub(t.CreatedAt) > day {
			continue
		}
		entries, err := h.tx.Correspondence(t.ID)
		if err != nil {
			return err
		}
		fn(t, entries)
	}
	return nil
}

// gist is the beginning of a text without its numbers and spaces: what two mails
// of one template share.
func gist(s string) string {
	const length = 120
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		if b.Len() >= length {
			break
		}
		if r > ' ' && (r < '0' || r > '9') {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// tellOfLoop writes the sign on the mail's ticket, and tells its agents when that
// is news: when the desk has fallen silent towards the sender, or begins to leave
// such mails unanswered.
func (h *handling) tellOfLoop(t ticket.Ticket) error {
	if h.loop == "" {
		return nil
	}
	if !h.loopNews {
		_, err := h.event(t.ID, "desk", "loop sign", h.loop)
		return err
	}
	sender, _ := h.requester()
	text := fmt.Sprintf("Loop suspected (%s): mails from %s confirm receipt again and again, as a machine would that answers ours. Such mails are kept, but not answered for a day; everything else from there is.", h.loop, sender)
	if h.silenced.Address != "" {
		text = fmt.Sprintf("Loop suspected (%s): %s seems to answer our automatic mails by itself. It gets no automatic mail until %s, but for notices that a matter is solved; its mails are still taken. To end this earlier: maildesk suppressions remove %s",
			h.loop, h.silenced.Address, h.silenced.Until.Format("2006-01-02 15:04 MST"), h.silenced.Address)
	}
	if _, err := h.event(t.ID, "desk", "loop suspected", text); err != nil {
		return err
	}
	return h.tellAgents(t, h.responsible(t), notify.Notice{Template: notify.TemplateNote, Actor: h.set.Name, Text: text}, Agent{})
}
