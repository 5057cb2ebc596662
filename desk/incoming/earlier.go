package incoming

import (
	"maildesk/desk/author"
	"maildesk/desk/decision"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// Earlier returns what a mail that came before shows of itself: its message, its ticket by its own
// evidence, and by both how well its writer was known. nil: its bytes are gone, or some of them,
// as they were erased, and what is left says nothing of it.
func (h *Handling) Earlier(m ticket.Mail) (*Handling, error) {
	raw, err := h.Tx.Raw(m.ID)
	if err != nil || mailparse.Fingerprint(raw) != m.Fingerprint {
		return nil, decision.IgnoreNotFound(err)
	}
	a, err := h.Tx.Authentication(m.ID)
	if decision.IgnoreNotFound(err) != nil {
		return nil, err
	}
	if err == nil {
		m.Envelope.Checked = &a
	}
	if m.Envelope.Source == ticket.SourceImport {
		i, err := h.Tx.Imported(m.ID)
		if decision.IgnoreNotFound(err) != nil {
			return nil, err
		}
		if err == nil {
			m.Envelope.Imported = &i
		}
	}
	e := &Handling{Change: h.Change, Mail: m}
	e.Msg, e.Author = author.Parse(h.Set, m, raw)
	return e, e.Resolve()
}
