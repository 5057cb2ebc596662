package incoming

import (
	"maildesk/desk/author"
	"maildesk/desk/decision"
	"maildesk/ticket"
)

// Earlier returns what a mail that came before shows of itself: its message, its ticket by its own
// evidence, and by both how well its writer was known. nil: its bytes are gone.
func (h *Handling) Earlier(m ticket.Mail) (*Handling, error) {
	raw, err := h.Tx.Raw(m.ID)
	if err != nil {
		return nil, decision.IgnoreNotFound(err)
	}
	a, err := h.Tx.Authentication(m.ID)
	if decision.IgnoreNotFound(err) != nil {
		return nil, err
	}
	if err == nil {
		m.Envelope.Checked = &a
	}
	e := &Handling{Change: h.Change, Mail: m}
	e.Msg, e.Author = author.Parse(h.Set, m, raw)
	return e, e.Resolve()
}
