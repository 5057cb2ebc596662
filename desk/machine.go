package desk

import (
	"fmt"
	"strings"

	"maildesk/mailparse"
)

// machine files mail that no person wrote where it belongs. It is never
// answered and reopens nothing; only a delivery report about one of our mails
// makes work, for an agent.
func (h *handling) machine() error {
	reported, err := h.reported()
	if err != nil {
		return err
	}
	id := TicketID(h.verdict.Match.Ticket)
	if reported.Ticket != 0 {
		id = reported.Ticket
	}
	if id == 0 {
		return h.finish(DispositionMachine, h.msg.ClassReason, 0)
	}
	t, err := h.tx.Ticket(id)
	if err != nil {
		return fmt.Errorf("ticket of the report: %w", err)
	}
	if err := h.fileEntry(t.ID, EntryMachine); err != nil {
		return err
	}
	if h.msg.Class == mailparse.BounceClass && reported.Ticket != 0 {
		if err := h.bounced(t); err != nil {
			return err
		}
	}
	return h.finish(DispositionMachine, h.msg.ClassReason, t.ID)
}

// reported finds the mail of ours that a delivery report is about: by its
// Message-ID, or by the signed address to which the report came. The report
// itself proves nothing; only what we signed does.
func (h *handling) reported() (MessageRef, error) {
	if h.msg.ReportedMessageID != "" {
		if _, ours := h.desk.keys.ParseMessageID(h.msg.ReportedMessageID); ours {
			refs, err := h.tx.FindMessageID(h.msg.ReportedMessageID)
			if err != nil {
				return MessageRef{}, err
			}
			for _, r := range refs {
				if r.Own {
					return r, nil
				}
			}
		}
	}
	for _, path := range h.mail.Envelope.ForwardPaths {
		token, _, ok := h.desk.keys.ParseReplyAddress(path)
		if !ok {
			continue
		}
		if _, err := h.tx.Ticket(TicketID(token.Ticket)); err != nil {
			return MessageRef{}, ignoreNotFound(err)
		}
		return MessageRef{Ticket: TicketID(token.Ticket), Participant: ParticipantID(token.Participant), Own: true}, nil
	}
	return MessageRef{}, nil
}

// bounced tells an agent in words that a mail did not arrive. When it was the
// requester who could not be told, a resolved ticket opens again.
func (h *handling) bounced(t Ticket) error {
	var failed []string
	for _, b := range h.msg.Bounces {
		if b.Action != "failed" {
			_, err := h.event(t.ID, "desk", "delayed", b.Recipient)
			if err != nil {
				return err
			}
			continue
		}
		failed = append(failed, strings.TrimSpace(b.Recipient+" "+b.Status+" "+b.Diagnostic))
	}
	if len(failed) == 0 {
		return nil
	}
	reason := strings.Join(failed, "; ")
	toRequester := false
	for _, b := range h.msg.Bounces {
		toRequester = toRequester || sameAddress(b.Recipient, t.Requester)
	}
	return h.undelivered(t, reason, toRequester)
}

// undelivered writes on the ticket that a mail did not arrive and tells its
// agents. A ticket whose requester was not reached opens again.
func (c *change) undelivered(t Ticket, reason string, requester bool) error {
	if _, err := c.event(t.ID, "desk", "undeliverable", reason); err != nil {
		return err
	}
	if requester && t.Status == StatusResolved {
		if err := c.move(&t, StatusOpen, "desk"); err != nil {
			return err
		}
		if err := c.save(&t); err != nil {
			return err
		}
	}
	if !requester {
		return nil // a colleague's address: the event says it, a mail would meet the same fate
	}
	return c.tellAgents(t, c.responsible(t), Notice{Template: TemplateUndeliverable, Actor: t.Requester, Reason: reason}, Agent{})
}
