package answer

import (
	"maildesk/desk/handback"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/shift"
	"maildesk/ticket"
)

// beside reports whether what an order asks for is told in a mail that is about no ticket.
func beside(o order.Order) bool { return o.HandOver.Name != "" || o.AsksDuty }

// tellBeside hands over what the writer of the mail at hand has, and answers who is on
// call.
func tellBeside(h *incoming.Handling, o order.Order) error {
	if !beside(o) {
		return nil
	}
	n := notify.Notice{Template: notify.TemplateAnswer, Lines: o.Lines}
	if o.HandOver.Name != "" {
		if err := handback.HandOver(h, o, &n); err != nil {
			return err
		}
	}
	if o.AsksDuty {
		if err := shift.OnCall(h, o.Agent, "", &n); err != nil {
			return err
		}
	}
	return h.WriteBack(o.Agent, h.Msg.From.Address, n, nil)
}

// tellTaken tells the others of a queue that one of them takes a ticket which nobody had.
// Whoever answers has it as well; nobody is told of that, as nobody asked.
func tellTaken(h *incoming.Handling, t, before ticket.Ticket, o order.Order) error {
	if !o.Taken || before.Assignee != "" || t.Assignee != o.Agent.Name || o.Spam || t.Status == ticket.StatusResolved {
		return nil
	}
	others, err := h.Present(h.Responsible(before))
	if err != nil || len(others) == 0 {
		return err
	}
	return notices.SendToAgents(h.Change, t, others, notify.Notice{Template: notify.TemplateColleague, Actor: o.Agent.Name, Did: notify.DidTake}, o.Agent)
}
