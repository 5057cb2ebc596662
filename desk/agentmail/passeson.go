package agentmail

import (
	"slices"
	"strings"

	"maildesk/desk/incoming"
	"maildesk/desk/settings"
	"maildesk/mailparse"
)

// pointers are what people write above a mail that they pass on, and which says nothing without it.
var pointers = strings.Split("fyi|f y i|for your information|for info|info|see below|please see below|as below|below|see attached|"+
	"zur info|zur information|zur kenntnis|zur kenntnisnahme|z k|zk|z kts|siehe unten|s u|siehe anhang|"+
	"pour info|pour information|pour votre information|pi|voir ci dessous|voir plus bas|ci dessous|"+
	"para info|para su información|para tu información|para vuestra información|pti|ver abajo|véase abajo|"+
	"per info|per informazione|per conoscenza|vedi sotto|vedere sotto|ter info|ter informatie|ter kennisgeving|tkn|zie onder|zie hieronder|zie beneden|"+
	"do wiadomości|dw|do informacji|patrz niżej|poniżej|para conhecimento|para informação|ver em baixo|segue abaixo", "|")

// OnlyPointsAt reports whether an agent's text, above somebody else's mail, only says that it is
// there: "FYI", with their name below it or not.
func OnlyPointsAt(m *mailparse.Message, text string, agent settings.Agent) bool {
	if len(m.Forwarded) == 0 {
		return false
	}
	said := words(text)
	own := words(agent.Name + " " + agent.Display + " " + m.FromShown.Name)
	for len(said) > 0 && slices.Contains(own, said[len(said)-1]) {
		said = said[:len(said)-1]
	}
	return slices.Contains(pointers, strings.Join(said, " "))
}

// PassesOnReport reports whether an agent's mail passes on what a mail system said of a mail that did not
// arrive. What other machines send, such as licences and orders, may be meant for the requester.
func PassesOnReport(h *incoming.Handling) bool {
	return slices.ContainsFunc(h.Msg.Forwarded, func(f mailparse.Forwarded) bool { return mailparse.IsMailSystem(f.From) })
}
