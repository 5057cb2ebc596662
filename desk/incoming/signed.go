package incoming

import (
	"maildesk/threading"
	"maildesk/ticket"
)

// signature returns what the mail's own signature shows of the agent in From; nil: nothing.
func (h *Handling) signature() *ticket.Signed {
	own := h.checked().Signed
	if own == nil {
		return nil
	}
	if agent, is := h.Set.AgentAt(h.Msg.From.Address); !is || agent.Name != own.By {
		return nil
	}
	return own
}

// signed reports whether the agent in From has signed the mail with a key of theirs, and what the signature does not
// cover is proven as well: From, Subject and To are authenticated, and a mail about a ticket names in To or Cc the very address that was
// signed for its writer and it. So nobody can make it one about another ticket.
func (h *Handling) signed() bool {
	return h.signature().Holds() && h.Authenticated() && h.namesItsTicket()
}

func (h *Handling) namesItsTicket() bool {
	match := h.Verdict.Match
	if match.Ticket == 0 {
		return true // it asks the desk itself
	}
	if !h.AnswersOurs() || match.Reason != threading.ReplyAddress {
		return false
	}
	for _, address := range h.Recipients()[len(h.Mail.Envelope.ForwardPaths):] {
		token, _, ok := h.Keys().ParseReplyAddress(address)
		if token.Action = match.Token.Action; ok && token == *match.Token { // of whichever of its addresses
			return true
		}
	}
	return false
}

// SaysSigned returns what an agent is told of their signature that does not count; a zero phrase: it counts, or there is none.
func (h *Handling) SaysSigned() ticket.Phrase {
	s := h.signature()
	switch {
	case s == nil || h.signed() || h.submitted():
		return ticket.Phrase{}
	case s.Holds() && !h.Authenticated():
		return ticket.Say("Your signature (%s) alone does not count: it covers the text, but neither From nor Subject, and nothing else shows that these are yours.", s.Form)
	case s.Holds():
		return ticket.Say("Your signature (%s) does not count here: the email does not go to the reply address of one that was sent to you.", s.Form)
	case s.First != 0:
		return ticket.Say("Your signature (%s) does not count: it came with an earlier email already.", s.Form)
	}
	switch s.Result {
	case ticket.SignedBroken:
		return ticket.Say("Your signature (%s) does not count: the email is not as it was signed, or was not signed as a whole.", s.Form)
	case ticket.SignedUnknownKey:
		return ticket.Say("Your signature (%s) does not count: it is not by a key that the desk has of you.", s.Form)
	case ticket.SignedExpired:
		return ticket.Say("Your signature (%s) does not count: its key has expired, or was revoked.", s.Form)
	case ticket.SignedWeak:
		return ticket.Say("Your signature (%s) does not count: it was made in a way that is too weak, such as SHA-1.", s.Form)
	case ticket.SignedOtherTime:
		return ticket.Say("Your signature (%s) does not count: it was not made in the last 24 hours, or a clock is wrong.", s.Form)
	}
	return ticket.Say("Your signature (%s) does not count: the desk cannot read it.", s.Form)
}
