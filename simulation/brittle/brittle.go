// Package brittle has texts of mails of which some cannot be made, so that handling a mail fails each
// time. It is for tests only.
//
// Begin with [Words].
package brittle

import (
	"errors"
	"strings"

	"maildesk/compose"
	"maildesk/desk/notify"
)

// Poison is in the subject of mails whose handling fails each time.
const Poison = "poison"

// Words is texts of which those about a poisoned mail cannot be made.
type Words struct{ notify.Words }

// Render is described at [notify.Words].
func (b Words) Render(n notify.Notice) (compose.Words, error) {
	if strings.Contains(n.Ticket.Subject, Poison) && n.Template == notify.TemplateNewTicket {
		return compose.Words{}, errors.New("poisoned")
	}
	return b.Words.Render(n)
}
