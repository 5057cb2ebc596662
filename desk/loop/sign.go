package loop

import (
	"slices"
	"strings"

	"maildesk/desk/decision"
	"maildesk/desk/delivery"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/desk/silence"
	"maildesk/mailparse"
	"maildesk/threading"
	"maildesk/ticket"
	"maildesk/ticket/wording"
)

// Look looks for signs that a machine without any mark answers our
// automatic mails. A mail that shows one is not answered.
//
// Only where the mail answers, by an address or Message-ID that we signed for its
// writer, an automatic mail of ours, does the sign count against the address: the
// second one within a day silences the desk towards it for a day. What anybody
// can write in somebody's name silences nobody, see [handling.looseSign].
func Look(h *incoming.Handling) error {
	sender, _ := h.Requester()
	if _, isAgent := h.Set.AgentAt(sender); h.Silent || sender == "" || isAgent || h.Msg.Silence != mailparse.Answerable {
		return nil
	}
	answered, err := answeredMail(h, sender)
	if err != nil {
		return err
	}
	if answered.ID == 0 {
		h.Loop, h.LoopNews, err = looseSign(h, sender)
		return err
	}
	if h.Loop, err = answerSign(h, sender, answered); err != nil || h.Loop == "" {
		return err
	}
	h.Silenced, h.LoopNews, err = delivery.Strike(h.Change, sender, ticket.CauseLoop, h.Loop, silence.TwoLoopSigns)
	return err
}

// latestSentTo bounds the mails of which a quick answer may be one to.
const latestSentTo = 50

// answeredMail returns the automatic mail of ours that the mail answers: the one
// that it names, or else the last one to its writer in the ticket. ID is 0 where
// it answers none, or nothing that we signed for its writer shows that it does.
func answeredMail(h *incoming.Handling, sender string) (ticket.OutboxMail, error) {
	match := h.Verdict.Match
	if match.Ticket == 0 || match.Token == nil || match.Holder || h.AuthFailed() {
		return ticket.OutboxMail{}, nil
	}
	named := slices.Clone(h.Msg.InReplyTo)
	if n := len(h.Msg.References); len(named) == 0 && n > 0 {
		named = h.Msg.References[n-1:]
	}
	mails, err := h.Tx.LatestTo(ticket.ParticipantID(match.Token.Participant), latestSentTo)
	for _, m := range mails {
		if !settings.SameAddress(m.Recipient, sender) || len(named) > 0 && !strings.EqualFold(m.MessageID, named[0]) {
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
func answerSign(h *incoming.Handling, sender string, answered ticket.OutboxMail) (string, error) {
	if wrapped, err := wrapped(h); err != nil || wrapped {
		return silence.LoopSubject, err
	}
	sent := answered.DoneAt
	if sent.IsZero() {
		sent = answered.CreatedAt
	}
	var others [][]string
	err := eachLately(h, sender, func(t ticket.Ticket, entries []ticket.Entry) {
		if t.ID == answered.Ticket || len(entries) == 0 {
			return
		}
		var answers []string
		for _, e := range entries[1:] {
			if e.Kind == ticket.EntryMessage && settings.SameAddress(e.Author, sender) {
				answers = append(answers, e.Text)
			}
		}
		others = append(others, answers)
	})
	if err != nil {
		return "", err
	}
	return silence.AnswerSign(h.NewText(), h.Mail.ReceivedAt.Sub(sent), others), nil
}

// looseSign names what a mail shows that nothing ties to a mail of ours. It keeps
// the desk from answering this mail, and tells nothing about its writer. news is
// whether the agents hear of it.
func looseSign(h *incoming.Handling, sender string) (sign string, news bool, err error) {
	if wrapped, err := wrapped(h); err != nil || wrapped {
		return silence.LoopSubject, false, err
	}
	mail := silence.Words{Subject: h.Msg.Subject, Text: h.NewText()}
	if h.Verdict.Match.Ticket != 0 || h.Verdict.Match.Claims != 0 || !silence.SoundsLikeReceipt(mail.Subject, mail.Text) {
		return "", false, nil
	}
	var others []silence.Words
	err = eachLately(h, sender, func(_ ticket.Ticket, entries []ticket.Entry) {
		if len(entries) > 0 {
			others = append(others, silence.Words{Subject: entries[0].Subject, Text: entries[0].Text})
		}
	})
	sign, first := silence.ReceiptSign(mail, others)
	if err != nil || sign == "" {
		return "", false, err
	}
	known, err := h.Tx.Suppressions(sender)
	silenced := slices.ContainsFunc(known, func(s ticket.Suppression) bool { return s.Cause == ticket.CauseLoop && s.Active(h.Now) })
	return sign, first && !silenced, err
}

// wrapped reports whether the subject is one of ours within that of another desk.
func wrapped(h *incoming.Handling) (bool, error) {
	known := ""
	for _, id := range []int64{h.Verdict.Match.Ticket, h.Verdict.Match.Claims} {
		if id != 0 && known == "" {
			t, err := h.Tx.Ticket(ticket.ID(id))
			if decision.IgnoreNotFound(err) != nil {
				return false, err
			}
			known = t.Subject
		}
	}
	return threading.Wrapped(h.Set.Name, h.Msg.Subject, known), nil
}

// eachLately calls fn for the sender's latest tickets of one day.
func eachLately(h *incoming.Handling, sender string, fn func(ticket.Ticket, []ticket.Entry)) error {
	tickets, err := h.Tx.Tickets(ticket.Filter{Requester: sender, Newest: true, Limit: 10})
	if err != nil {
		return err
	}
	for _, t := range tickets {
		if h.Now.Sub(t.CreatedAt) > silence.Lately {
			continue
		}
		entries, err := h.Tx.Correspondence(t.ID)
		if err != nil {
			return err
		}
		fn(t, entries)
	}
	return nil
}

// WarnAgents writes the sign on the mail's ticket, and tells its agents when that
// is news: when the desk has fallen silent towards the sender, or begins to leave
// such mails unanswered.
func WarnAgents(h *incoming.Handling, t ticket.Ticket) error {
	if h.Loop == "" {
		return nil
	}
	if !h.LoopNews {
		return h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventLoopSign, Actor: ticket.ActorDesk, Reason: h.Loop})
	}
	sender, _ := h.Requester()
	suspected := ticket.Event{Ticket: t.ID, Kind: ticket.EventLoopSuspected, Actor: ticket.ActorDesk, To: sender, Reason: h.Loop}
	if h.Silenced.Address != "" {
		suspected.To, suspected.Until = h.Silenced.Address, h.Silenced.Until
	}
	if err := h.Record(suspected); err != nil {
		return err
	}
	return notices.SendToAgents(h.Change, t, h.Responsible(t), notify.Notice{Template: notify.TemplateNote, Actor: h.Set.Name, Says: wording.Phrase(suspected)}, settings.Agent{})
}
