package incoming

import (
	"fmt"
	"slices"

	"maildesk/mailparse"
	"maildesk/ticket"
)

// NotMarkedError says what a mail is that was thought to be set apart for a mark of spam.
type NotMarkedError struct{ Mail ticket.Mail }

func (e *NotMarkedError) Error() string {
	return fmt.Sprintf("mail %d is not set apart for a mark of spam: it is %s (%s)", e.Mail.ID, e.Mail.Disposition, e.Mail.Reason)
}

// Unmark lets a mail that a filter before the desk has marked as spam be decided as if it had no mark, where
// it goes on with a ticket of its writer's, an agent is known to have written it, or a person has released it. A From
// field is no proof, and addresses leak: of a mail that proves no more, or answers by its Message-ID alone, agents
// read the words, and no machine answers it, adds people by it or ends a matter.
func (h *Handling) Unmark() error {
	if h.Msg.Class != mailparse.Spam || h.Was != nil && isMark(h.Was.Reason) {
		return nil
	}
	goesOn, err := h.goesOnMarked()
	released := h.FromSpam || h.Was != nil && !goesOn
	if err != nil || !goesOn && !released {
		return err
	}
	msg := *h.Msg
	msg.Class, msg.ClassReason, msg.Silence = msg.Unmarked.Class, msg.Unmarked.Rule, msg.Unmarked.Silence
	if goesOn && !h.FromAgent() && h.Proof() < ProofAuthenticated {
		if msg.Silence = max(msg.Silence, mailparse.Soft); msg.ClassReason == "" {
			msg.ClassReason = h.Msg.ClassReason // why nothing answers it
		}
	}
	h.Msg, h.Marked = &msg, goesOn
	return nil
}

// goesOnMarked reports whether a mail that is marked as spam goes on with a ticket on which its author may
// write, or is an agent's without doubt: authenticated, or at an address that was signed for them alone.
func (h *Handling) goesOnMarked() (bool, error) {
	if err := h.Resolve(); err != nil {
		return false, err
	}
	agent, is := h.Set.AgentAt(h.Msg.From.Address)
	if match := h.Verdict.Match; match.Ticket != 0 && !match.Holder && (match.Token != nil || !h.AuthFailed()) && (!is || h.Proof() >= ProofMessageID) {
		return true, nil // numbers in tags are guessed, and agents may write on all
	}
	if h.Msg.Unmarked.Silence == mailparse.Hard && slices.ContainsFunc(h.Recipients(), func(path string) bool {
		_, ours := h.Keys().ParseBounceAddress(path)
		return ours
	}) {
		return true, nil // it may tell that a mail of ours did not arrive
	}
	if !is || h.AuthFailed() {
		return false, nil
	}
	return h.Proof() >= ProofAuthenticated || slices.ContainsFunc(h.Recipients(), func(address string) bool {
		_, confirms := h.Keys().ParseConfirmAddress(address)
		_, controls := h.Keys().ParseControlAddress(address, agent.Name)
		return confirms || controls
	}), nil
}

// OnlyMarked reports whether the mail is decided though it is marked, and nothing proves who wrote it but an address or a
// Message-ID, which leak.
func (h *Handling) OnlyMarked() bool { return h.Marked && h.Proof() < ProofAuthenticated }

// SaysMarked returns what agents are told of a mail that they read though it is marked as spam.
func (h *Handling) SaysMarked() ticket.Phrase {
	if !h.Marked {
		return ticket.Phrase{}
	}
	return ticket.Say("A filter before the desk has marked this email as spam. You read it because it goes on with this request: take care with its links and files.")
}
