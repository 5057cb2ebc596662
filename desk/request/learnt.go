package request

import (
	"maildesk/desk/incoming"
	"maildesk/routing"
)

// judge has the rules judge the mail and, where they leave its category open and the admin
// wants that, what was learnt. What that says is kept with the judgement.
func judge(h *incoming.Handling) routing.Decision {
	consult(h)
	h.Verdict.Learnt = h.Learnt
	return h.Set.Rules.RouteLearnt(Facts(h), h.Set.FiledAs(h.Learnt))
}

// consult asks what was learnt of the mail. Where it is decided on once more, that is what
// was said then: the desk has learnt more since.
func consult(h *incoming.Handling) {
	switch {
	case h.Maker.Past.Learnt != nil:
		h.Learnt = h.Maker.Past.Learnt(h.Mail.ID)
	case h.Maker.Learner != nil && !h.Silent && h.Set.Rules.Learns():
		t := TicketOf(h, routing.Decision{})
		t.Language = h.Msg.Language
		h.Learnt = h.Maker.Learner.Suggest(t, h.NewText())
	}
}
