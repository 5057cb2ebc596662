package vendor

import (
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// Ask writes to the vendors whom an order asks. text is what stands below the commands,
// where it is for them. It changes t, which is the caller's to save.
func Ask(h *incoming.Handling, t *ticket.Ticket, o order.Order, text string) error {
	if len(o.Asks) == 0 {
		return nil
	}
	for _, q := range o.Asks {
		if err := ask(h, *t, o.Agent, q, text); err != nil {
			return err
		}
	}
	return h.UpdateAwait(t)
}

func ask(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, q order.Inquiry, text string) error {
	p, err := h.Participant(t.ID, ticket.RoleVendor, q.Address, "")
	if err != nil {
		return err
	}
	known, again, err := of(h, t.ID, q.Address)
	if err != nil {
		return err
	}
	asked := ticket.Event{Ticket: t.ID, Kind: ticket.EventAsked, Actor: agent.Name, From: p.Address, Topic: settings.FirstOf(q.Subject, notices.SubjectOf(q.Text)), Until: q.Until}
	if again {
		asked.Topic = known.Subject
	}
	if err := h.Record(asked); err != nil {
		return err
	}
	n := notify.Notice{Template: notify.TemplateQuestion, Actor: agent.Name, Text: q.Whole(text), Subject: asked.Topic, Again: again}
	if known.Subject = asked.Topic; again {
		n.Subject = known.SubjectNow()
	}
	return notices.Send(h.Change, t, p, n)
}

// of returns what is known of a vendor on a ticket and on those that are worked on in it;
// false: they were never asked.
func of(h *incoming.Handling, t ticket.ID, address string) (known history.Vendor, asked bool, err error) {
	merged, err := decision.MergedInto(h.Tx, t)
	if err != nil {
		return history.Vendor{}, false, err
	}
	for _, on := range append([]ticket.Ticket{{ID: t}}, merged...) {
		events, err := h.Tx.Events(on.ID, history.VendorEvents...)
		if err != nil {
			return history.Vendor{}, false, err
		}
		for _, v := range history.VendorsOf(events) {
			switch {
			case !settings.SameAddress(v.Address, address):
			case !asked:
				known, asked = v, true
			case known.Number == "":
				known.Number = v.Number
			}
		}
	}
	return known, asked, nil
}
