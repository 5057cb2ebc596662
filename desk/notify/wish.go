package notify

// What the addresses in mails to requesters ask for.
const (
	ActGood   = "good"
	ActBad    = "bad"
	ActClose  = "close"
	ActReopen = "reopen"
)

// Wishes returns the links by which a requester rates, closes or reopens their request.
// They open a mail, and do nothing by themselves.
func (n Notice) Wishes(to Mailto) []Action {
	link := func(name string) Action { return to.Act(name, "#"+name+"\r\n") }
	var all []Action
	if n.Rates {
		all = append(all, link(ActGood), link(ActBad))
	}
	switch n.Template {
	case TemplateAcknowledgement:
		return []Action{link(ActClose)}
	case TemplateUnanswered:
		return []Action{link(ActReopen)}
	case TemplateResolution:
		return append(all, link(ActReopen))
	case TemplateClosing:
		return all
	}
	return nil
}
