package answer

import (
	"slices"
	"time"

	"maildesk/addr"
	"maildesk/desk/agentmail"
	"maildesk/desk/join"
	"maildesk/ticket/history"

	"maildesk/desk/author"
	"maildesk/desk/command"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/later"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/desk/vendor"
	"maildesk/ticket"
)

// findPlan finds what a mail plans: whether its text may go out later, to whom, and of
// what who does not answer is reminded. to is the vendor whose notice is answered, 0: none.
func findPlan(h *incoming.Handling, t ticket.Ticket, o *order.Order, read command.Mail, to int64) error {
	name := o.Plan.Name()
	if name == "" || o.Mistakes {
		return nil
	}
	hasText := read.Text != "" || agentmail.HasFiles(h) || slices.ContainsFunc(o.Asks, func(q order.Inquiry) bool { return q.Text != "" })
	chases := o.Plan.What == ticket.PlanChase
	toVendor, err := vendorOf(h, to)
	if err != nil {
		return err
	}
	ends := o.After.Status == ticket.StatusResolved && t.Status != ticket.StatusResolved
	switch {
	case o.Merge != 0, o.Splits.Asked, o.Spam, o.Incident.Tell, len(o.Approval.Addresses) > 0, len(o.Asks) > 0 && (ends || !o.ToVendor):
		o.Mistake(name, ticket.Say("write it in another email than #merge, #split, #spam, #announce and #approve; beside #ask the text is the vendor's"))
	case chases && ends:
		o.Mistake(name, ticket.Say("reminders keep the request open; write #chase in another email than #resolve and #close"))
	case o.Note && !o.ToVendor && (hasText || !chases || toVendor == ""):
		o.Mistake(name, ticket.Say("a text that stays inside goes to nobody; with #reply it is for the requester"))
	case !hasText && !chases:
		o.Mistake(name, ticket.Say("the text that goes out then is missing; write it below"))
	case !hasText:
		if err := findQuestion(h, t, o, toVendor); err != nil {
			return err
		}
	}
	if o.Mistakes {
		return nil
	}
	if o.Plan.Waits() {
		o.Postpone(t)
	}
	asksVendor := len(o.Asks) > 0 || o.Plan.Vendor != ""
	if chases && !asksVendor && o.After.Status == t.Status && ticket.CanMove(t.Status, ticket.StatusPending) {
		o.After.Status = ticket.StatusPending // it waits for the requester
	}
	if chases {
		for i := range o.Asks {
			if o.Asks[i].Until.Equal(order.Expected(h.Set, h.Now)) {
				o.Asks[i].Until = time.Time{} // the reminders say that it is late
			}
		}
	}
	if o.After.Assignee == "" && o.Notice == "" { // who plans an answer works on it
		o.After.Assignee = o.Agent.Name
	}
	if o.After.Status == ticket.StatusNew {
		o.After.Status = ticket.StatusOpen
	}
	sayPlan(o, asksVendor)
	return nil
}

// sayPlan tells the agent what they have planned.
func sayPlan(o *order.Order, toVendor bool) {
	at := ticket.Relative(o.Plan.At)
	switch says := ticket.Say("goes out %s; to keep it in, answer this email with UNDO", at); {
	case o.Plan.What == ticket.PlanLater:
		o.Tell("later", says)
	case o.Plan.What == ticket.PlanSilent:
		o.Tell("ifsilent", ticket.Say("goes out %s, unless there is an answer by then; to keep it in, answer this email with UNDO", at))
	case toVendor:
		o.Tell("chase", ticket.Say("without an answer there are %d reminders, the first one %s, and then you are told; to end it, answer this email with UNDO", o.Plan.Chase.Times, at))
	default:
		o.Tell("chase", ticket.Say("without an answer there are %d reminders, the first one %s, and then the request is resolved; to end it, answer this email with UNDO", o.Plan.Chase.Times, at))
	}
	if o.Plan.Becomes != "" {
		o.Tell("resolve", ticket.Say("resolved then; the requester is told"))
		o.Tell("close", ticket.Say("closed then, as soon as the requester's notice is accepted"))
	}
}

// vendorOf returns the address of the vendor whose notice an agent's mail answers; empty:
// it answers none.
func vendorOf(h *incoming.Handling, to int64) (string, error) {
	if to == 0 {
		return "", nil
	}
	p, err := h.Tx.Participant(ticket.ParticipantID(to))
	if err != nil || p.Role != ticket.RoleVendor {
		return "", err
	}
	return p.Address, nil
}

// findQuestion finds what was asked before, where a #chase has no text of its own: the
// vendor whose notice is answered was asked last or, beside #reply, the readers were.
func findQuestion(h *incoming.Handling, t ticket.Ticket, o *order.Order, vendor string) error {
	kind := ticket.EventAsked
	if vendor == "" || o.Reply {
		kind, vendor = ticket.EventAnswered, ""
	}
	events, err := h.Tx.Events(t.ID, kind, ticket.EventVendorAnswered, ticket.EventTakenBack)
	if err != nil {
		return err
	}
	for _, e := range history.Counting(events) {
		switch {
		case e.Kind == kind && addr.Key(e.From) == addr.Key(vendor):
			o.Plan.Text, o.Plan.Vendor = e.Mail, vendor
		case e.Kind == ticket.EventVendorAnswered && e.From == vendor && e.Topic != ticket.DoubtProof && e.Topic != ticket.DoubtMachine:
			o.Plan.Text = 0
		}
	}
	if o.Plan.Text == 0 {
		o.Mistake("chase", ticket.Say("nothing was asked that waits for an answer; write the question below #chase"))
	}
	return nil
}

// keepPlan writes down what a mail plans.
func keepPlan(h *incoming.Handling, t *ticket.Ticket, o order.Order) error {
	if o.Plan.What == "" {
		return nil
	}
	text := h.Cause
	if h.Released != 0 {
		text = h.Released
	}
	return later.Plan(h.Change, t, o, text)
}

// tellPlan tells an agent what they have planned, with the text, so that they can keep it
// in.
func tellPlan(h *incoming.Handling, t ticket.Ticket, o order.Order, text string) error {
	return agentmail.Respond(h, t, o.Agent, notify.Notice{Template: notify.TemplateTranscript, Lines: o.Lines, Text: withAsked(o, text), Undoable: true})
}

// SendPlanned sends the text of a planned mail now, with its files, as its writer saw it
// when they planned it, or returns why it cannot.
func SendPlanned(c *decision.Change, t *ticket.Ticket, s history.Sending) (later.Unsent, error) {
	h, err := plannedMail(c, s)
	if err != nil || h == nil {
		return later.Gone, err
	}
	entries, err := c.Tx.Correspondence(t.ID)
	if err != nil {
		return later.Gone, err
	}
	i := slices.IndexFunc(entries, func(e ticket.Entry) bool { return e.Mail == s.Mail })
	if i < 0 {
		return later.Gone, nil
	}
	agent, known := c.Set.AgentNamed(s.Agent)
	if !known {
		agent = settings.Agent{Name: s.Agent}
	}
	if s.Vendor != "" {
		text, known, err := later.ToVendor(c, s, entries[i])
		if err != nil || !known {
			return later.Undivided, err
		}
		return later.Sent, askPlanned(h, t, agent, s, text)
	}
	return later.Sent, answerPlanned(h, t, agent, s, entries[i])
}

// plannedMail returns the mail whose text goes out, with its files; nil: it cannot be read
// any more.
func plannedMail(c *decision.Change, s history.Sending) (*incoming.Handling, error) {
	mail, err := c.Tx.Mail(s.Text)
	if err != nil {
		return nil, decision.IgnoreNotFound(err)
	}
	raw, err := c.Tx.Raw(s.Text)
	if err != nil {
		return nil, decision.IgnoreNotFound(err)
	}
	msg, who := author.Parse(c.Set, mail, raw)
	h := &incoming.Handling{Change: c, Msg: msg, Author: who, Mail: mail}
	h.CarryAnswer()
	return h, nil
}

// askPlanned asks a vendor what was planned for them.
func askPlanned(h *incoming.Handling, t *ticket.Ticket, agent settings.Agent, s history.Sending, text string) error {
	q := order.Inquiry{Address: s.Vendor, Subject: s.Subject, Until: s.Expected}
	if !q.Until.After(h.Now) {
		q.Until = order.Expected(h.Set, h.Now)
	}
	o := order.Order{Agent: agent, After: *t, Note: true, ToVendor: true, Asks: []order.Inquiry{q}}
	h.Formatted = format(h, o, text)
	return vendor.Ask(h, t, o, text)
}

// answerPlanned sends the readers what was planned for them, and solves the ticket where
// that was planned with it.
func answerPlanned(h *incoming.Handling, t *ticket.Ticket, agent settings.Agent, s history.Sending, planned ticket.Entry) error {
	o := order.Order{Agent: agent, After: *t, Reply: true}
	switch {
	case !ticket.CanMove(t.Status, ticket.StatusResolved) || t.Status == ticket.StatusClosed:
	case s.Becomes == ticket.StatusClosed:
		o.After.Status, o.Closing = ticket.StatusResolved, true
	case s.Becomes == ticket.StatusResolved:
		o.After.Status = ticket.StatusResolved
	}
	text := planned.Text
	if !hasText(h) {
		text = "" // it is the files alone, and the entry has the commands
	}
	h.Formatted = format(h, o, text)
	planned.ID, planned.Mail, planned.Kind, planned.At = 0, 0, ticket.EntryReply, h.Now // the mail's own entry says when it was written
	if _, err := h.Tx.AddEntry(planned); err != nil {
		return err
	}
	if err := join.FileOnSeats(h, t.ID, agent, text); err != nil {
		return err
	}
	before := *t
	if err := h.Change.Apply(t, o); err != nil {
		return err
	}
	if err := agentmail.FirstAnswer(h, t, o); err != nil {
		return err
	}
	if err := h.UpdateDue(t); err != nil {
		return err
	}
	if err := tellReaders(h, t, before, o, text, true); err != nil {
		return err
	}
	if err := tellUnread(h, *t, agent, text); err != nil {
		return err
	}
	return tellOthers(h, *t, before, o, text, text, true)
}

// hasText reports whether an agent's mail has a text below its commands.
func hasText(h *incoming.Handling) bool {
	read := agentmail.Read(h)
	return read.Text != "" || slices.ContainsFunc(read.Commands, func(c command.Command) bool { return c.Name == "send" && c.Arg != "" })
}
