package later

import (
	"slices"

	"maildesk/desk/author"
	"maildesk/desk/command"
	"maildesk/desk/decision"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// An entry holds all that its writer wrote, to whomever it went: what two vendors were
// asked, beside an answer to the requester, a note. To somebody outside goes nothing of it
// but what is surely theirs.

// ToVendor returns what a planned sending says to its vendor, from the mail that has its
// text and the entry of that; false: nothing shows what of it is theirs.
func ToVendor(c *decision.Change, s history.Sending, filed ticket.Entry) (text string, known bool, err error) {
	read, err := readAgain(c, s.Text)
	if err != nil {
		return "", false, err
	}
	asks := order.Inquiries(read.Commands, filed.At.In(c.Set.Zone()))
	if len(asks) == 0 { // it answers a notice of the vendor's
		asks = []order.Inquiry{{Address: s.Vendor}}
	}
	below, known := order.Below(filed.Text, asks)
	if !known || !slices.ContainsFunc(asks, func(q order.Inquiry) bool { return settings.SameAddress(q.Address, s.Vendor) }) {
		return "", false, nil
	}
	asked := order.Inquiry{Text: order.AskedOf(asks, s.Vendor)}
	planned := s.What != ticket.PlanChase || s.Text == s.Mail // then the text is the vendors'
	// Without words of its own an inquiry is the text.
	if planned || asked.Text == "" || filed.Kind == ticket.EntryNote && !slices.ContainsFunc(read.Commands, elsewhere) {
		return asked.Whole(below), true, nil
	}
	return asked.Text, true, nil
}

// elsewhere reports whether a text below a command beside #ask may be for others than the
// vendor.
func elsewhere(c command.Command) bool {
	return !slices.Contains([]string{"ask", "chase", "later", "ifsilent", "hold", "pending", "take", "send"}, c.Name)
}

// toReaders returns what the readers were sent by the mail of a planned sending; empty:
// nothing, or files alone.
func toReaders(c *decision.Change, s history.Sending, filed ticket.Entry) (string, error) {
	read, err := readAgain(c, s.Text)
	if err != nil {
		return "", err
	}
	if filed.Kind != ticket.EntryReply {
		events, err := c.Tx.Events(filed.Ticket, history.SendingEvents...)
		if err != nil {
			return "", err
		}
		planned := slices.ContainsFunc(history.SendingsOf(events), func(p history.Sending) bool {
			return p.Text == s.Text && p.What != ticket.PlanChase && p.Vendor == "" && p.Ended == ticket.EndedSent
		})
		if !planned || read.Text == "" && !slices.ContainsFunc(read.Commands, func(c command.Command) bool { return c.Name == "send" }) {
			return "", nil
		}
	}
	if !order.NamesAsked(filed.Text) {
		return filed.Text, nil
	}
	below, _ := order.Below(filed.Text, order.Inquiries(read.Commands, filed.At.In(c.Set.Zone())))
	return below, nil
}

// readAgain reads the mail that has the text of a planned sending; empty: it is not there
// any more.
func readAgain(c *decision.Change, text ticket.MailID) (command.Mail, error) {
	mail, err := c.Tx.Mail(text)
	if err != nil {
		return command.Mail{}, decision.IgnoreNotFound(err)
	}
	raw, err := c.Tx.Raw(text)
	if err != nil {
		return command.Mail{}, decision.IgnoreNotFound(err)
	}
	msg, _ := author.Parse(c.Set, mail, raw)
	return command.Read(msg.Reply), nil
}
