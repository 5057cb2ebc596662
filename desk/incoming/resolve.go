package incoming

import (
	"fmt"
	"slices"

	"maildesk/mailparse"
	"maildesk/threading"
)

// Resolve asks the one resolver which ticket the mail belongs to.
func (h *Handling) Resolve() error {
	if h.Mail.Envelope.Console() {
		return h.resolveConsole()
	}
	references := h.Msg.References
	_, agent := h.Set.AgentAt(h.Msg.From.Address)
	if agent {
		for _, f := range h.Msg.Forwarded { // a mail of a ticket that is passed on belongs there
			if f.MessageID != "" {
				references = append(slices.Clip(references), f.MessageID)
			}
		}
	}
	m := threading.Mail{
		Recipients: h.Recipients(),
		InReplyTo:  h.Msg.InReplyTo,
		References: references,
		Subject:    h.Msg.Subject,
		From:       h.Set.FirstAddress(h.Msg.From.Address),
		Trusted:    h.Mail.Trusted || h.FromUs(),
		MessageID:  h.Msg.MessageID,
	}
	if !agent && h.Msg.Class == mailparse.Person && (h.Was == nil || h.Was.Reason == string(threading.SameEvent)) {
		m.Events = h.Msg.EventIDs
	}
	match, err := threading.New(h.Keys(), h.Set.Name, h.Set.Former...).Resolve(h.Ctx, index{h.Tx, h.Set, h.followsNamed}, m)
	if err != nil {
		return fmt.Errorf("find the ticket: %w", err)
	}
	h.Verdict.Match = match
	h.holdContrary()
	return h.resolveImported()
}

// CleanSubject returns the subject of the mail without tags and prefixes.
func (h *Handling) CleanSubject() string {
	return threading.CleanSubject(h.Set.Name, h.Msg.Subject, h.Set.Former...)
}
