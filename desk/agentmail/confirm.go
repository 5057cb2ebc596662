package agentmail

import (
	"slices"
	"strings"
	"unicode"

	"maildesk/desk/incoming"
	"maildesk/desk/settings"
	"maildesk/desk/thanks"
	"maildesk/mailparse"
	"maildesk/threading"
	"maildesk/ticket"
)

// OnlyConfirms reports whether a mail to an address that confirms has no words of its own: nothing
// but a quotation, a signature or a word like "yes".
func OnlyConfirms(h *incoming.Handling, t ticket.Ticket, agent settings.Agent) bool {
	m := h.Msg
	if m.Withheld || m.Encrypted || m.Hidden != "" || len(m.Forwarded) > 0 || m.Origin == mailparse.Foreign || HasFiles(h) || h.Fetched().Whole > 0 {
		return false
	}
	names := []string{agent.Name, agent.Display, m.From.Name}
	says := func(text string) bool {
		return !thanks.IsEnding(text, names...) && !thanks.Confirms(thanks.Text{New: text, Names: append(names, h.Set.Name)})
	}
	if words := m.Words(); words != "" && !m.Signed && says(words) {
		return false
	}
	subject := h.CleanSubject()
	if strings.Contains(strings.ToLower(t.Subject), strings.ToLower(subject)) {
		return true
	}
	tagged := slices.Contains(threading.FindTags(h.Set.Name, m.Subject, h.Set.Former...), int64(t.ID))
	letters := strings.FieldsFunc(subject, func(r rune) bool { return !unicode.IsLetter(r) })
	return !thanks.Denies(subject) && (tagged || len(strings.Join(letters, "")) < 2 || !says(subject))
}

// Denies reports whether a mail to an address that confirms says that it was not its writer's.
func Denies(h *incoming.Handling, t ticket.Ticket) bool {
	subject := h.CleanSubject()
	return thanks.Denies(h.Msg.Words()) || thanks.Denies(subject) && !strings.Contains(t.Subject, subject)
}
