package desk

import (
	"slices"
	"strings"

	"maildesk/desk/notify"
	"maildesk/desk/silence"
	"maildesk/mailparse"
	"maildesk/threading"
	"maildesk/ticket"
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
	if _, isAgent := h.set.AgentAt(sender); h.silent || sender == "" || isAgent || h.msg.Silence != mailparse.Answerable {
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
	h.silenced, h.loopNews, err = h.strike(sender, ticket.CauseLoop, h.loop, silence.TwoLoopSigns)
	return err
}

// latestSentTo bounds the mails of which a quick answer may be one to.
const latestSentTo = 50

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
	mails, err := h.tx.LatestTo(ticket.ParticipantID(match.Token.Participant), latestSentTo)
	for _, m := range mails {
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
		return silence.LoopSubject, err
	}
	sent := answered.DoneAt
	if sent.IsZero() {
		sent = answered.CreatedAt
	}
	var others [][]string
	err := h.eachLately(sender, func(t ticket.Ticket, entries []ticket.Entry) {
		if t.ID == answered.Ticket || len(entries) == 0 {
			return
		}
		var answers []string
		for _, e := range entries[1:] {
			if e.Kind == ticket.EntryMessage && sameAddress(e.Author, sender) {
				answers = append(answers, e.Text)
			}
		}
		others = append(others, answers)
	})
	if err != nil {
		return "", err
	}
	return silence.AnswerSign(h.newText(), h.mail.ReceivedAt.Sub(sent), others), nil
}

// looseSign names what a mail shows that nothing ties to a mail of ours. It keeps
// the desk from answering this mail, and tells nothing about its writer. news is
// whether the agents hear of it.
func (h *handling) looseSign(sender string) (sign string, news bool, err error) {
	if wrapped, err := h.wrapped(); err != nil || wrapped {
		return silence.LoopSubject, false, err
	}
	mail := silence.Words{Subject: h.msg.Subject, Text: h.newText()}
	if h.verdict.Match.Ticket != 0 || h.verdict.Match.Claims != 0 || !silence.SoundsLikeReceipt(mail.Subject, mail.Text) {
		return "", false, nil
	}
	var others []silence.Words
	err = h.eachLately(sender, func(_ ticket.Ticket, entries []ticket.Entry) {
		if len(entries) > 0 {
			others = append(others, silence.Words{Subject: entries[0].Subject, Text: entries[0].Text})
		}
	})
	sign, first := silence.ReceiptSign(mail, others)
	if err != nil || sign == "" {
		return "", false, err
	}
	known, err := h.tx.Suppressions(sender)
	silenced := slices.ContainsFunc(known, func(s ticket.Suppression) bool { return s.Cause == ticket.CauseLoop && s.Active(h.now) })
	return sign, first && !silenced, err
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
		if h.now.Sub(t.CreatedAt) > silence.Lately {
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

// tellOfLoop writes the sign on the mail's ticket, and tells its agents when that
// is news: when the desk has fallen silent towards the sender, or begins to leave
// such mails unanswered.
func (h *handling) tellOfLoop(t ticket.Ticket) error {
	if h.loop == "" {
		return nil
	}
	if !h.loopNews {
		return h.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventLoopSign, Actor: ticket.ActorDesk, Reason: h.loop})
	}
	sender, _ := h.requester()
	suspected := ticket.Event{Ticket: t.ID, Kind: ticket.EventLoopSuspected, Actor: ticket.ActorDesk, To: sender, Reason: h.loop}
	if h.silenced.Address != "" {
		suspected.To, suspected.Until = h.silenced.Address, h.silenced.Until
	}
	if err := h.record(suspected); err != nil {
		return err
	}
	return h.tellAgents(t, h.responsible(t), notify.Notice{Template: notify.TemplateNote, Actor: h.set.Name, Says: suspected.Phrase()}, Agent{})
}
