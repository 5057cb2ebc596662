package incoming

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// What an agent reads of a mail. In the mail that opens a ticket everything is
// content: what it forwards or quotes is what its author asks about. In a later
// one that is what its author newly wrote; older mail is cut where it is ours or
// known, and stands below where it is not.

// NewText returns the text of the mail for people to read: as read for the
// ticket, else what the author newly wrote. A mail that only forwards or quotes
// is shown whole, so that no entry is empty that need not be. What the mail hides from its
// readers stands below.
func (h *Handling) NewText() string {
	return strings.TrimLeft(h.shownText()+h.hiddenBelow(), "\n")
}

func (h *Handling) shownText() string {
	if text := cmp.Or(h.Read, h.Msg.Reply); strings.TrimSpace(text) != "" {
		return text
	}
	if whole := h.Fetched().Whole; whole > 0 {
		return fmt.Sprintf("(This mail has %d KiB, more than the desk takes. Only its header was fetched; the mail itself is still in the mailbox.)", whole>>10)
	}
	if h.Msg.Withheld {
		return "(The content of this mail was withheld: " + strings.Join(h.Msg.Problems, "; ") + ". The mail itself is kept.)"
	}
	return h.Msg.Text
}

// HiddenLines returns the lines that the author's page hides and that stand nowhere in the
// text of the mail.
func (h *Handling) HiddenLines() (lines []string) {
	if h.Msg.Hidden == "" {
		return nil
	}
	text := SingleBlanks(h.Msg.Text)
	for line := range strings.Lines(h.Msg.Hidden) {
		if line = strings.TrimSpace(line); line != "" && !strings.Contains(text, line) {
			lines = append(lines, line)
		}
	}
	return lines
}

// hiddenBelow returns these lines as they stand below a text, empty where there are none.
func (h *Handling) hiddenBelow() string {
	lines := h.HiddenLines()
	if len(lines) == 0 {
		return ""
	}
	return "\n\n" + hiddenMail(h.Msg.Language) + "\n" + strings.Join(lines, "\n")
}

// ReadOpening reads the mail as the one that opens a ticket. One that answers a
// mail about an older ticket is read as a later one.
func (h *Handling) ReadOpening(follows ticket.ID) error {
	if follows != 0 {
		return h.ReadLater(follows)
	}
	h.Read = cmp.Or(h.Behalf.whole, h.Msg.Whole())
	return nil
}

// DropQuotedPictures takes the pictures of quoted older mail out of the files that
// go on: who wrote that mail has them.
func (h *Handling) DropQuotedPictures() {
	if slices.ContainsFunc(h.Msg.Attachments, func(a mailparse.Attachment) bool { return a.Quoted }) {
		h.Carry(h.Set.FilesLimit(), false)
	}
}

// These bound the mails that a quote is compared with: answers quote the latest.
const (
	LatestSent    = 3 // to its writer, and to the requester
	LatestEntries = 8
)

// ReadLater reads the mail as one more on a ticket.
func (h *Handling) ReadLater(of ticket.ID) error {
	answers, older, lines := h.Msg.Beyond(nil)
	if answers == "" && older == "" {
		return nil // it quotes nothing
	}
	err := h.eachKnown(of, func(known []string) (enough bool) {
		answers, older, lines = h.Msg.Beyond(known)
		return answers == "" && older == ""
	})
	if err != nil {
		return err
	}
	parts := []string{h.Msg.Reply, answers}
	if older != "" {
		t, err := h.Tx.Ticket(of)
		if err != nil {
			return err
		}
		parts = append(parts, olderMail(h.Msg.LanguageBeside(t.Language), lines)+"\n"+older)
	}
	h.Read = strings.Join(slices.DeleteFunc(parts, func(s string) bool { return strings.TrimSpace(s) == "" }), "\n\n")
	return nil
}

// TypedWithin returns what its writer typed into the mails on a ticket that the mail quotes, each
// run of lines below the line that it answers, which is behind "> ".
func (h *Handling) TypedWithin(of ticket.ID) (answers string, err error) {
	if h.Msg.Quoted == "" {
		return "", nil
	}
	err = h.eachKnown(of, func(known []string) bool {
		answers, _, _ = h.Msg.Beyond(known)
		return false
	})
	return answers, err
}

// eachKnown calls enough with the latest texts of a ticket, with more of them each
// time, until it returns true: the mails that its requester and the writer of the
// mail were sent, the latest first, and then what was filed. Most answers quote the
// last mail.
func (h *Handling) eachKnown(of ticket.ID, enough func(known []string) bool) error {
	people, err := h.Tx.Participants(of)
	if err != nil {
		return err
	}
	agent, _ := h.Set.AgentAt(h.Msg.From.Address)
	writer := append([]string{h.Msg.From.Address}, agent.Mail...)
	var known []string
	for _, p := range people {
		if p.Role != ticket.RoleRequester && !slices.ContainsFunc(writer, func(a string) bool { return settings.SameAddress(p.Address, a) }) {
			continue
		}
		sent, err := h.Tx.LatestSent(p.ID, LatestSent)
		if err != nil {
			return err
		}
		for _, raw := range sent {
			if known = append(known, mailparse.Readings(raw)...); enough(known) {
				return nil
			}
		}
	}
	entries, err := h.Tx.LatestEntries(of, LatestEntries)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Kind != ticket.EntryNote {
			known = append(known, cmp.Or(e.Full, e.Text))
		}
	}
	enough(known)
	return nil
}

// olderMail is the line above older mail, in the language of the mail that it
// stands in.
func olderMail(language string, lines int) string {
	form := "[Earlier mail, %d lines:]"
	switch language {
	case "de":
		form = "[Frühere E-Mail, %d Zeilen:]"
	case "fr":
		form = "[Message précédent, %d lignes :]"
	case "es":
		form = "[Correo anterior, %d líneas:]"
	case "it":
		form = "[Messaggio precedente, %d righe:]"
	case "nl":
		form = "[Eerder bericht, %d regels:]"
	case "pt":
		form = "[Mensagem anterior, %d linhas:]"
	case "pl":
		form = "[Wcześniejsza wiadomość, wiersze: %d]"
	}
	return fmt.Sprintf(form, lines)
}

// hiddenMail is the line above what a mail hides from its readers, in its language.
func hiddenMail(language string) string {
	switch language {
	case "de":
		return "[Text, den diese E-Mail vor ihren Lesern verbirgt:]"
	case "fr":
		return "[Texte que ce message cache à ses lecteurs :]"
	case "es":
		return "[Texto que este correo oculta a sus lectores:]"
	case "it":
		return "[Testo che questo messaggio nasconde a chi lo legge:]"
	case "nl":
		return "[Tekst die dit bericht voor de lezers verbergt:]"
	case "pt":
		return "[Texto que esta mensagem esconde de quem a lê:]"
	case "pl":
		return "[Tekst, który ta wiadomość ukrywa przed czytającymi:]"
	}
	return "[Text that this mail hides from its readers:]"
}

// SingleBlanks writes a text on one line, to be compared.
func SingleBlanks(s string) string { return strings.Join(strings.Fields(s), " ") }

// How texts are compared that may be the same.
const (
	alikePrefix = 4096 // bytes that are compared
	alikeLeast  = 20   // bytes that must be alike where one text goes on
)

// BeginAlike reports whether two texts are the same, or one of them goes on
// after the other. White space does not count.
func BeginAlike(a, b string) bool {
	a, b = startOf(a), startOf(b)
	if len(a) > len(b) {
		a, b = b, a
	}
	return a != "" && (a == b || len(a) >= alikeLeast && strings.HasPrefix(b, a))
}

func startOf(text string) string {
	text = SingleBlanks(text)
	return text[:min(len(text), alikePrefix)]
}
