package desk

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"maildesk/mailparse"
	"maildesk/threading"
)

// quickAnswer is how soon after an automatic mail of ours an answer counts as a
// machine's.
const quickAnswer = 2 * time.Minute

// equalMails is how many mails of one sender within a day may say the same.
const equalMails = 2

// Marks by which a mail is known as one that has gone round.
const (
	loopHops        = "loop-hops"
	loopDeliveredTo = "loop-delivered-to"
)

// Signs of a loop with a machine that bears no mark.
const (
	loopQuickAnswer = "loop-quick-answer"
	loopSubject     = "loop-subject"
	loopSameText    = "loop-same-text"
)

// ownMark names the mark by which a mail is one of ours that came back, or one
// that goes round between hosts: it has made its way and is never answered.
func (h *handling) ownMark() string {
	if h.desk.keys.IsOurs(h.msg.MessageID) {
		return "own-message-id"
	}
	for _, mark := range h.msg.Header.All("X-Maildesk-Loop") {
		if mark == h.set.Hostname {
			return "own-loop-mark"
		}
	}
	for _, mark := range h.msg.Header.All("X-Loop") {
		if _, ours := h.set.addressFor(strings.Trim(mark, "<> ")); ours {
			return "own-loop-mark"
		}
	}
	writers := []string{h.msg.From.Address}
	senders := append(h.msg.Header.All("Sender"), h.msg.Header.All("Resent-From")...)
	if h.silent {
		senders = nil // in an old archive that is how colleagues passed mail on
	}
	for _, value := range senders {
		if a, err := mailparse.ParseIdentity([]string{value}); err == nil {
			writers = append(writers, a.Address)
		}
	}
	for _, address := range writers {
		if _, ours := h.set.addressFor(address); ours || h.set.official(address) {
			return "own-address"
		}
	}
	return h.goneRound()
}

// goneRound names the mark by which a mail was delivered here before. The door
// of SMTP refuses too many hops; what another server or a mailbox holds cannot
// be refused any more.
//
// Delivered-To is written by the last host before a mailbox or a pipe (QUIRK:
// no RFC, a habit of qmail and Postfix), so that there one of our own address
// is in order and two are a loop. On the way to SMTP nobody has delivered yet.
func (h *handling) goneRound() string {
	source := h.mail.Envelope.Source
	if source == SourceImport {
		return ""
	}
	if hops := h.set.Limits.Hops; hops > 0 && mailparse.Hops(h.msg.Header) > hops {
		return loopHops
	}
	seen := map[string]int{}
	for _, value := range h.msg.Header.All("Delivered-To") {
		if a, ours := h.set.addressFor(strings.Trim(value, "<> ")); ours {
			seen[a.Mail]++
		}
	}
	mayBe := 0
	if source != SourceSMTP {
		mayBe = 1
	}
	for _, path := range h.arrivedFor() {
		if seen[path] > mayBe {
			return loopDeliveredTo
		}
	}
	return ""
}

// arrivedFor gives the addresses of ours that this delivery is for; all of them
// where no envelope says it.
func (h *handling) arrivedFor() []string {
	var all []string
	for _, path := range h.mail.Envelope.ForwardPaths {
		if a, ok := h.set.addressFor(path); ok {
			all = append(all, a.Mail)
		}
	}
	if len(h.mail.Envelope.ForwardPaths) == 0 {
		for _, a := range h.set.Addresses {
			all = append(all, a.Mail)
		}
	}
	return all
}

// lookForLoop looks for signs that a machine without any mark answers our automatic
// mails. The first sign keeps the desk from answering this mail; the second
// within a day (of quick answers within an hour) silences it towards the sender
// for a day.
func (h *handling) lookForLoop() error {
	sender, _ := h.requester()
	if _, isAgent := h.set.agentAt(sender); h.silent || sender == "" || isAgent || h.msg.Silence != mailparse.Answerable {
		return nil
	}
	sign, err := h.loopSign(sender)
	if err != nil || sign == "" {
		return err
	}
	h.loop = sign
	rule := twoLoopSigns
	if sign == loopQuickAnswer {
		rule = twoQuick
	}
	s, began, err := h.strike(sender, CauseLoop, sign, rule)
	if began {
		h.silenced = s
	}
	return err
}

// loopSign names the sign, empty when there is none.
func (h *handling) loopSign(sender string) (string, error) {
	if quick, err := h.answersQuickly(sender); err != nil || quick {
		return loopQuickAnswer, err
	}
	known := ""
	for _, id := range []int64{h.verdict.Match.Ticket, h.verdict.Match.Claims} {
		if id != 0 && known == "" {
			t, err := h.tx.Ticket(TicketID(id))
			if ignoreNotFound(err) != nil {
				return "", err
			}
			known = t.Subject
		}
	}
	if threading.Wrapped(h.set.Name, h.msg.Subject, known) {
		return loopSubject, nil
	}
	return h.saysTheSame(sender)
}

// answersQuickly reports whether the mail answers an automatic mail that we sent
// a moment ago: the one that it names, or else the last one to its writer in
// the ticket.
func (h *handling) answersQuickly(sender string) (bool, error) {
	if h.verdict.Match.Ticket == 0 {
		return false, nil
	}
	named := slices.Clone(h.msg.InReplyTo)
	if n := len(h.msg.References); len(named) == 0 && n > 0 {
		named = h.msg.References[n-1:]
	}
	mails, err := h.tx.OutboxOf(TicketID(h.verdict.Match.Ticket))
	for _, m := range slices.Backward(mails) {
		if !sameAddress(m.Recipient, sender) || len(named) > 0 && !strings.EqualFold(m.MessageID, named[0]) {
			continue
		}
		sent := m.DoneAt
		if sent.IsZero() {
			sent = m.CreatedAt
		}
		return m.Automatic && h.mail.ReceivedAt.Sub(sent) < quickAnswer, err
	}
	return false, err
}

// saysTheSame reports whether the sender has opened tickets with the same
// subject and text, numbers apart, within a day. It is one of the limits per
// sender, and not asked where there are none.
func (h *handling) saysTheSame(sender string) (string, error) {
	if h.verdict.Match.Ticket != 0 || h.set.Limits.SenderHour == 0 {
		return "", nil
	}
	tickets, err := h.tx.Tickets(Filter{Requester: sender, Newest: true, Limit: 10})
	if err != nil {
		return "", err
	}
	subject := gist(threading.CleanSubject(h.set.Name, h.msg.Subject))
	text := gist(h.newText())
	n := 0
	for _, t := range tickets {
		if h.now.Sub(t.CreatedAt) > day || gist(t.Subject) != subject {
			continue
		}
		entries, err := h.tx.Correspondence(t.ID)
		if err != nil {
			return "", err
		}
		if len(entries) > 0 && gist(entries[0].Text) == text {
			n++
		}
	}
	if n < equalMails {
		return "", nil
	}
	return loopSameText, nil
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

// tellOfLoop writes the sign on the mail's ticket, and tells its agents when the
// desk has fallen silent towards the sender.
func (h *handling) tellOfLoop(t Ticket) error {
	if h.loop == "" {
		return nil
	}
	if h.silenced.Address == "" {
		_, err := h.event(t.ID, "desk", "loop sign", h.loop)
		return err
	}
	text := fmt.Sprintf("Loop suspected (%s): %s seems to answer our automatic mails by itself. It gets no automatic mail until %s; its mails are still taken. To end this earlier: maildesk suppressions remove %s",
		h.loop, h.silenced.Address, h.silenced.Until.Format("2006-01-02 15:04 MST"), h.silenced.Address)
	if _, err := h.event(t.ID, "desk", "loop suspected", text); err != nil {
		return err
	}
	return h.tellAgents(t, h.responsible(t), Notice{Template: TemplateNote, Actor: h.set.Name, Text: text}, Agent{})
}
