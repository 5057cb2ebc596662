package request

import (
	"slices"
	"strings"
	"unicode"

	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/routing"
	"maildesk/ticket"
)

// Language returns the requester's language: the one that they asked for, a rule's word,
// the mail's, that of their last ticket, the address's, the desk's. A few words are taken for the language
// that the requester wrote before, unless they speak clearly for another; and for none in
// which the desk has no words, as that is a guess nobody gains by.
func Language(h *incoming.Handling, decision routing.Decision) (string, error) {
	if address, _ := h.Requester(); address != "" {
		if wanted, err := h.Tx.WantedLanguage(address); err != nil || wanted != "" {
			return wanted, err
		}
	}
	if decision.Language != "" {
		return decision.Language, nil
	}
	if surely(h.Msg.Reply) == h.Msg.Language && h.Msg.Language != "" {
		return h.Msg.Language, nil
	}
	before := ""
	if address, _ := h.Requester(); address != "" {
		last, err := h.Tx.Tickets(ticket.Filter{Requester: address, Newest: true, Limit: 1})
		if err != nil {
			return "", err
		}
		if len(last) > 0 {
			before = last[0].Language
		}
	}
	if written := h.Msg.LanguageBeside(before); written != "" && (written == before || h.Set.Words.Writes(written)) {
		return written, nil
	}
	if before != "" {
		return before, nil
	}
	for _, path := range h.Mail.Envelope.ForwardPaths {
		if a, ok := h.Set.AddressFor(path); ok && a.Language != "" {
			return a.Language, nil
		}
	}
	return h.Set.Language, nil
}

// follow lets a ticket follow its requester into another language: the first
// mail may have been too short to tell, or a guess was wrong. Whoever asked for a language
// gets that one, whatever they write in.
func follow(h *incoming.Handling, t *ticket.Ticket) error {
	if !settings.SameAddress(t.Requester, h.Msg.From.Address) || !AnswersUs(h) {
		return nil
	}
	written := surely(h.Msg.Reply)
	if written == "" || written == t.Language {
		return nil
	}
	if wanted, err := h.Tx.WantedLanguage(t.Requester); err != nil || wanted != "" {
		return err
	}
	err := h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventLanguage, Actor: ticket.ActorDesk, From: t.Language, To: written})
	t.Language = written
	return err
}

// FollowIn is follow of a mail by the reader of another ticket that is worked on in t.
func FollowIn(h *incoming.Handling, t *ticket.Ticket, seat ticket.Ticket) error {
	if seat.ID == t.ID {
		return follow(h, t)
	}
	was := seat.Language
	if err := follow(h, &seat); err != nil || seat.Language == was {
		return err
	}
	return h.Save(&seat)
}

// enoughLetters is from where on a text tells its language for sure.
const enoughLetters = 40

// surely returns the language of a text of which it is sure; empty otherwise.
// Quoted lines, addresses and figures do not count.
func surely(text string) string {
	var own strings.Builder
	letters := 0
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, ">") {
			continue
		}
		own.WriteString(line)
		for word := range strings.FieldsSeq(line) {
			if strings.ContainsAny(word, `@_\/=<>0123456789`) {
				continue
			}
			for _, r := range word {
				if unicode.IsLetter(r) {
					letters++
				}
			}
		}
	}
	if letters < enoughLetters {
		return ""
	}
	return mailparse.LanguageOf(own.String())
}

// alike are languages whose writers read one another, and which a short text does
// not tell apart.
var alike = []string{"da no sv", "hr sr bs sl", "cs sk", "id ms", "ru uk be", "nl af", "gl pt es"}

func readable(a, b string) bool {
	return a == b || slices.ContainsFunc(alike, func(group string) bool { return strings.Contains(group, a) && strings.Contains(group, b) })
}

// Foreign returns the language of an agent's answer when that is surely another
// one than its reader's; empty otherwise. It errs on the side of silence: the
// reader's language must be known from their own words, one paragraph in it is
// enough, and an agent writes no language that they do not have.
func Foreign(c *decision.Change, t ticket.Ticket, agent settings.Agent, text string) (string, error) {
	written := surely(text)
	if !c.Set.LanguageCheck || written == "" || t.Language == "" || readable(written, t.Language) {
		return "", nil
	}
	if len(agent.Languages) > 0 && !slices.Contains(agent.Languages, written) {
		return "", nil
	}
	if hasParagraphIn(text, t.Language) {
		return "", nil
	}
	entries, err := c.Tx.Correspondence(t.ID)
	if err != nil {
		return "", err
	}
	known := false
	for _, e := range entries {
		if e.Kind != ticket.EntryMessage || !settings.SameAddress(e.Author, t.Requester) {
			continue
		}
		if hasParagraphIn(e.Text, written) {
			return "", nil // they wrote in it themselves
		}
		known = known || mailparse.LanguageOf(e.Text) != ""
	}
	if !known {
		return "", nil
	}
	return written, nil
}

// hasParagraphIn reports whether a paragraph of a text seems to be in a language.
func hasParagraphIn(text, language string) bool {
	for paragraph := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if readable(mailparse.LanguageOf(paragraph), language) {
			return true
		}
	}
	return false
}
