package notices

import (
	"errors"
	"fmt"

	"maildesk/desk/decision"
	"maildesk/desk/settings"
	"maildesk/threading"
	"maildesk/ticket"
)

// AnswerAddress returns the address at which a mail about a ticket is answered,
// and whether it is a signed one. Where there is no room or no use for a plus
// address it is the ticket's own, and our Message-ID leads back as well.
func AnswerAddress(c *decision.Change, t ticket.Ticket, token threading.Token) (address string, signed bool, err error) {
	base := settings.FirstOf(t.Address, c.Set.Primary().Mail)
	if a, ok := c.Set.AddressFor(base); ok && a.NoPlus {
		return base, false, nil
	}
	address, err = c.Maker.Keys.ReplyAddress(base, token)
	if errors.Is(err, threading.ErrTooLong) {
		return base, false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("reply address for ticket %d: %w", t.ID, err)
	}
	return address, true, nil
}

// ConfirmAddress returns the address at which an agent confirms that they wrote a mail that
// waits on a ticket; empty: mails do not come in at plus addresses.
func ConfirmAddress(c *decision.Change, t ticket.Ticket, mail ticket.MailID) (string, error) {
	base := settings.FirstOf(t.Address, c.Set.Primary().Mail)
	if a, ok := c.Set.AddressFor(base); ok && a.NoPlus {
		return "", nil
	}
	address, err := c.Maker.Keys.ConfirmAddress(base, int64(mail))
	if errors.Is(err, threading.ErrTooLong) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("address to confirm mail %d: %w", mail, err)
	}
	return address, nil
}

// LeaveAction is the action of the address in List-Unsubscribe.
const LeaveAction = "leave"
