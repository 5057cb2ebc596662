package agentmail

import (
	"path"
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

// maxYes is how many bytes of a text are looked at for a word that confirms above the end of a letter.
const maxYes = 500

// OnlyConfirms reports whether a mail to an address that confirms has no words of its own: nothing
// but a quotation, a signature or a word like "yes".
func OnlyConfirms(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, held string) bool {
	m := h.Msg
	if m.Withheld || m.Encrypted || m.Hidden != "" || len(m.Forwarded) > 0 || m.Origin == mailparse.Foreign || slices.ContainsFunc(m.Attachments, isFile) || h.Fetched().Whole > 0 {
		return false
	}
	names := []string{agent.Name, agent.Display, m.From.Name}
	says := func(text string) bool {
		confirms := func(text string) bool {
			return thanks.Confirms(thanks.Text{New: text, Names: append(names, h.Set.Name)})
		}
		if thanks.IsEnding(text, names...) || confirms(text) {
			return false
		}
		for i, r := range text[:min(len(text), maxYes)] { // "Yes", and below it the end of a letter
			if r == '\n' && confirms(text[:i]) && thanks.IsEnding(text[i:], names...) {
				return false
			}
		}
		return true
	}
	if words := withoutFoot(m.Words(), held); words != "" && !m.Signed && says(words) {
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

// isFile reports whether somebody attached a file that says something: the card of its writer, which mail programs add by
// themselves, does not.
func isFile(a mailparse.Attachment) bool {
	card := a.Type == "text/vcard" || a.Type == "text/x-vcard" || a.Type == "text/directory" || strings.EqualFold(path.Ext(a.Name), ".vcf")
	return isRealFile(a) && !(card && len(a.Content) <= maxCard)
}

// maxCard bounds the card of somebody with their picture, in bytes.
const maxCard = 256 << 10

// Denies reports whether a mail to an address that confirms says that it was not its writer's.
func Denies(h *incoming.Handling, t ticket.Ticket) bool {
	subject := h.CleanSubject()
	return thanks.Denies(h.Msg.Words()) || thanks.Denies(subject) && !strings.Contains(t.Subject, subject)
}

// withoutFoot returns a text without the paragraphs at its end that stand at the end of another mail of its writer, too:
// servers write them below each mail. One that denies stays.
func withoutFoot(text, other string) string {
	have, also := paragraphs(text), paragraphs(other)
	for len(have) > 0 && slices.Contains(also, have[len(have)-1]) && !thanks.Denies(have[len(have)-1]) {
		have = have[:len(have)-1]
	}
	return strings.Join(have, "\n\n")
}

func paragraphs(text string) (all []string) {
	for p := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			all = append(all, p)
		}
	}
	return all
}
