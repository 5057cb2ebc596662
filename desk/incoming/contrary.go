package incoming

import (
	"slices"

	"maildesk/desk/contrary"
	"maildesk/desk/thanks"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// ReasonContrary is the reason of a mail whose words spoke against what the address asks for that it came to, so that
// that was not done.
const ReasonContrary = "contrary-words"

// Contrary returns those of the actions that the addresses of the mail ask for against which its words speak. One that
// is handled again by rebuild had done what it asked for, unless it is known that it had not.
func (h *Handling) Contrary() []string {
	all := h.Verdict.Match.Actions
	if len(all) == 0 || h.Was != nil && h.Was.Reason != ticket.ReasonNewRequest && h.Was.Reason != ticket.ReasonFollowUp {
		if h.Was != nil && h.Was.Reason == ReasonContrary {
			return all
		}
		return nil
	}
	m := h.Msg
	if m.Class != mailparse.Person {
		return nil
	}
	words, subject := m.Words(), ""
	if m.Signed || thanks.IsEnding(words, m.From.Name) {
		words = ""
	}
	if h.CleanSubject() == m.Subject { // it is no answer and has no tag: nobody but its writer set it
		subject = m.Subject
	}
	return slices.DeleteFunc(slices.Clone(all), func(action string) bool {
		return !contrary.Speaks(words, action) && !contrary.Speaks(subject, action)
	})
}

// holdContrary takes what the words of the mail speak against out of what its addresses ask for, so that it is a mail
// like any other. To an agent's mail, which could go to a reader then, nothing is done before it is refused.
func (h *Handling) holdContrary() {
	match := &h.Verdict.Match
	if match.Token != nil && match.Token.Role == string(ticket.RoleAgent) {
		return
	}
	h.Contradicted = h.Contrary()
	match.Actions = slices.DeleteFunc(slices.Clone(match.Actions), func(a string) bool { return slices.Contains(h.Contradicted, a) })
}

// SaysContrary returns what agents are told of a mail that came to the address of an action and speaks against it.
func (h *Handling) SaysContrary() ticket.Phrase {
	if len(h.Contradicted) == 0 {
		return ticket.Phrase{}
	}
	return ticket.Say("The email came to an address by which the desk does something, but its words say the contrary: that was not done.")
}
