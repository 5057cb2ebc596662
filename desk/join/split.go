package join

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"maildesk/desk/agentmail"
	"maildesk/desk/approval"
	"maildesk/desk/decision"
	"maildesk/desk/incident"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/request"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// #split makes one matter two: it takes a merge back, takes a report out of its
// incident, or makes a mail that began something new a ticket of its own, with what
// followed it in its thread.

// FindSplit finds what a #split means, and marks the command where that is not certain.
func FindSplit(h *incoming.Handling, t ticket.Ticket, o *order.Order) error {
	if !o.Splits.Asked {
		return nil
	}
	message, why, err := meantBySplit(h, t, o)
	switch {
	case err != nil:
		return err
	case !why.IsZero():
		o.Mistake("split", why)
	default:
		o.Say("split", message)
	}
	return nil
}

// meantBySplit finds what a #split means; why says why it cannot be.
func meantBySplit(h *incoming.Handling, t ticket.Ticket, o *order.Order) (message, why ticket.Phrase, err error) {
	var no ticket.Phrase
	merged, err := decision.MergedInto(h.Tx, t.ID)
	if err != nil {
		return no, no, err
	}
	arg := strings.TrimPrefix(o.Splits.Arg, "#")
	mail, named := strings.CutPrefix(strings.ToLower(arg), order.SplitWord+" ")
	number, _ := strconv.ParseInt(strings.TrimSpace(mail), 10, 64)
	if t.Merged != 0 && !named {
		return takeApart(h, o, t), no, nil
	}
	if i := slices.IndexFunc(merged, func(m ticket.Ticket) bool { return !named && int64(m.ID) == number }); i >= 0 {
		return takeApart(h, o, merged[i]), no, nil
	}
	cause := ticket.MailID(0)
	if named {
		cause = ticket.MailID(number)
	} else if arg == "" {
		if cause, err = agentmail.CauseAnswered(h, t.ID, aboutMails...); err != nil {
			return no, no, err
		}
	}
	if cause != 0 {
		if done, message, why, err := splitOfCause(h, t, o, merged, cause); err != nil || done {
			return message, why, err
		}
	}
	if o.Incident.Of != 0 {
		message, err := incident.SplitReport(o, o.Splits.Arg)
		if err != nil {
			return no, order.Explained(err), nil
		}
		return message, no, nil
	}
	if len(merged) == 1 && arg == "" && cause == 0 {
		return takeApart(h, o, merged[0]), no, nil
	}
	return no, ticket.Say("answer the notice of the mail that begins something new, or name the merged ticket, as in #split 17"), nil
}

// aboutMails are the notices that are about one mail.
var aboutMails = []notify.Template{
	notify.TemplateMessage, notify.TemplateReopened, notify.TemplateNote, notify.TemplateNewTicket, notify.TemplateColleague,
	notify.TemplateTranscript, notify.TemplateHeld, notify.TemplateNotDone, notify.TemplateAssigned,
}

// splitOfCause finds what a #split means that is about one mail: a merge, or the mail
// itself. done: nothing else can be meant.
func splitOfCause(h *incoming.Handling, t ticket.Ticket, o *order.Order, merged []ticket.Ticket, cause ticket.MailID) (done bool, message, why ticket.Phrase, err error) {
	var no ticket.Phrase
	merges, err := h.Tx.Events(t.ID, ticket.EventMergedIn)
	if err != nil {
		return false, no, no, err
	}
	for _, m := range merged {
		entries, err := h.Tx.Correspondence(m.ID)
		if err != nil {
			return false, no, no, err
		}
		made := slices.ContainsFunc(merges, func(e ticket.Event) bool { return e.Mail == cause && e.OtherTicket == m.ID })
		wrote := slices.ContainsFunc(entries, func(e ticket.Entry) bool { return e.Mail == cause && e.Kind == ticket.EntryMessage })
		if made || wrote {
			return true, takeApart(h, o, m), no, nil
		}
	}
	entries, err := h.Tx.Correspondence(t.ID)
	if err != nil {
		return false, no, no, err
	}
	i := slices.IndexFunc(entries, func(e ticket.Entry) bool { return e.Mail == cause })
	switch {
	case i < 0 || entries[i].Kind != ticket.EntryMessage && entries[i].Kind != ticket.EntryMachine && !isForeign(h, entries[i]):
		return false, no, no, nil
	case i == 0 && o.Incident.Of != 0:
		return false, no, no, nil
	case i == 0:
		return true, no, ticket.Say("the ticket began with this mail; there is nothing to split off"), nil
	}
	if o.Splits.Follows, err = following(h, t.ID, entries[i:]); err != nil {
		return false, no, no, err
	}
	o.Splits.Mail = cause
	return true, ticket.Say("what %s wrote is a ticket of its own, with what followed", settings.FirstOf(entries[i].Name, entries[i].Author)), no, nil
}

// isForeign reports whether an entry is a note that somebody outside wrote.
func isForeign(h *incoming.Handling, e ticket.Entry) bool {
	_, agent := h.Set.AgentAt(e.Author)
	return e.Kind == ticket.EntryNote && !agent && e.Mail != 0
}

func takeApart(h *incoming.Handling, o *order.Order, t ticket.Ticket) ticket.Phrase {
	o.Splits.Apart = t.ID
	return ticket.Say("#%d is a ticket of its own again", t.ID)
}

// maxFollowing bounds the entries that are looked at for what follows a mail.
const maxFollowing = 200

// following returns the mails among the entries of a ticket that follow from the first:
// what answers it, or a mail of ours that it or one of them caused. An answer names
// more mails than the one it answers; that one counts.
func following(h *incoming.Handling, t ticket.ID, entries []ticket.Entry) ([]ticket.MailID, error) {
	sent, err := h.Tx.OutboxOf(t)
	if err != nil {
		return nil, err
	}
	var mails []ticket.MailID
	ids := map[string]bool{}
	take := func(mail ticket.MailID, messageID string) {
		mails = append(mails, mail)
		ids[strings.ToLower(messageID)] = messageID != ""
		for _, m := range sent {
			if m.Cause == mail {
				ids[strings.ToLower(m.MessageID)] = true
			}
		}
	}
	for i, e := range entries[:min(len(entries), maxFollowing)] {
		if e.Mail == 0 || slices.Contains(mails, e.Mail) {
			continue
		}
		raw, err := h.Tx.Raw(e.Mail)
		if err != nil {
			return nil, err
		}
		msg := mailparse.Parse(raw, mailparse.Envelope{})
		answered := incoming.Handling{Msg: msg}
		if i == 0 || slices.ContainsFunc(agentmail.AnsweredIDs(&answered), func(id string) bool { return ids[strings.ToLower(id)] }) {
			take(e.Mail, msg.MessageID)
		}
	}
	return mails, nil
}

// SplitMail makes a mail of a ticket, with what followed it, a ticket of its own. The
// agent's text answers its writer there.
func SplitMail(h *incoming.Handling, t ticket.Ticket, o order.Order, text string) error {
	if err := h.FileText(t.ID, ticket.EntryNote, h.Msg.Reply); err != nil {
		return err
	}
	made, err := openSplit(h, t, o)
	if err != nil {
		return err
	}
	if err := h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventSplitOff, Actor: o.Agent.Name, OtherTicket: made.ID, OtherMail: o.Splits.Mail}); err != nil {
		return err
	}
	if err := h.Change.Apply(&t, o); err != nil {
		return err
	}
	if err := restore(h, &t, o); err != nil {
		return err
	}
	if agentmail.AnswersReaders(h, o, text) {
		if err := h.FileText(made.ID, ticket.EntryReply, text); err != nil {
			return err
		}
		if err := agentmail.FirstAnswer(h, &made, o); err != nil {
			return err
		}
		if err := agentmail.SendReply(h, made, o.Agent, text); err != nil {
			return err
		}
		if err := h.Save(&made); err != nil {
			return err
		}
	}
	if err := h.Save(&t); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionAppended, string(h.Verdict.Match.Reason), t.ID)
}

// openSplit opens the ticket that begins with a mail which was filed on another one:
// as if the mail had come now, with the entries that follow it, and told as a new one.
func openSplit(h *incoming.Handling, of ticket.Ticket, o order.Order) (ticket.Ticket, error) {
	first, err := handledBefore(h, o.Splits.Mail)
	if err != nil {
		return ticket.Ticket{}, err
	}
	decision := h.Set.Rules.Route(request.Facts(&first))
	t := request.TicketOf(&first, decision)
	if t.Language, err = request.Language(&first, decision); err != nil {
		return t, err
	}
	demand, nobody, err := approval.Demanded(first.Change, t)
	if err != nil {
		return t, err
	}
	if len(demand.By) == 0 {
		if err := first.Assign(&t); err != nil {
			return t, err
		}
	}
	if err := first.UpdateDue(&t); err != nil {
		return t, err
	}
	if t.ID, err = h.Tx.InsertTicket(t); err != nil {
		return t, fmt.Errorf("make ticket: %w", err)
	}
	requester, err := first.Participant(t.ID, ticket.RoleRequester, t.Requester, t.Name)
	if err != nil {
		return t, err
	}
	if requester, err = provenBefore(first.Change, of.ID, requester); err != nil {
		return t, err
	}
	words, err := moveEntries(first.Change, of.ID, t.ID, o.Splits.Follows)
	if err != nil {
		return t, err
	}
	if err := first.AddPeople(t, true); err != nil {
		return t, err
	}
	if err := recordSplit(h, t, of.ID, o.Agent, decision.Rules); err != nil {
		return t, err
	}
	if err := approval.AskFor(first.Change, &t, demand, words); err != nil {
		return t, err
	}
	if err := first.Save(&t); err != nil {
		return t, err
	}
	if err := request.Acknowledge(&first, t, requester, decision, false); err != nil {
		return t, err
	}
	err = tellSplit(&first, t, o.Agent, notify.Notice{Template: notify.TemplateNewTicket, Actor: first.ActorName(), Text: words, Says: approval.Before(demand, nobody)}, len(demand.By) > 0)
	h.Planned, h.Absences = first.Planned, first.Absences
	return t, err
}

// recordSplit writes down how a ticket came to be that was split off another.
func recordSplit(h *incoming.Handling, t ticket.Ticket, of ticket.ID, by settings.Agent, rules []string) error {
	events := []ticket.Event{
		{Kind: ticket.EventCreated, Actor: by.Name, To: t.Queue, Number: t.Level, Reason: strings.Join(rules, ", ")},
		{Kind: ticket.EventComesOf, Actor: by.Name, OtherTicket: of},
	}
	if t.Assignee != "" {
		events = append(events, ticket.Event{Kind: ticket.EventAssigned, Actor: ticket.ActorDesk, To: t.Assignee})
	}
	for _, e := range events {
		e.Ticket = t.ID
		if err := h.Record(e); err != nil {
			return err
		}
	}
	return nil
}

// tellSplit tells the agents of a ticket that was split off, and whoever split it off, so that
// they know its number; nobody else where it waits for an approval.
func tellSplit(h *incoming.Handling, t ticket.Ticket, by settings.Agent, n notify.Notice, waits bool) error {
	var agents []settings.Agent
	if !waits {
		agents = h.Responsible(t)
	}
	if !slices.ContainsFunc(agents, func(a settings.Agent) bool { return a.Name == by.Name }) {
		agents = append(slices.Clone(agents), by)
	}
	return notices.SendToAgents(h.Change, t, agents, n, settings.Agent{})
}

// handledBefore returns what is needed to handle a mail once more that was filed before.
func handledBefore(h *incoming.Handling, id ticket.MailID) (incoming.Handling, error) {
	again, err := incoming.Again(h.Change, id)
	if err != nil {
		return again, err
	}
	return again, request.Look(&again)
}

// provenBefore keeps with a reader that an address is theirs, where it was known on
// the ticket that theirs was a part of.
func provenBefore(c *decision.Change, of ticket.ID, p ticket.Participant) (ticket.Participant, error) {
	before, err := c.Readers(of)
	if err != nil || p.ID == 0 {
		return p, err
	}
	if slices.ContainsFunc(before, func(b ticket.Participant) bool { return b.Proven && settings.SameAddress(b.Address, p.Address) }) {
		p.Proven = true
		return p, c.Tx.SetProven(p.ID)
	}
	return p, nil
}

// restore makes a ticket resolved again that only the mail had opened which is another
// matter. Its requester was told before.
func restore(h *incoming.Handling, t *ticket.Ticket, o order.Order) error {
	events, err := h.Tx.Events(t.ID, ticket.EventStatus, ticket.EventAnswered)
	if err != nil || len(events) == 0 || t.Status != ticket.StatusOpen {
		return err
	}
	last := events[len(events)-1]
	if last.Kind != ticket.EventStatus || last.From != string(ticket.StatusResolved) || last.Mail != o.Splits.Mail {
		return nil
	}
	if err := h.Move(t, ticket.StatusResolved, o.Agent.Name); err != nil {
		return err
	}
	t.InformedAt = h.Now
	return h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventInformed, Actor: ticket.ActorDesk, Reason: "they were told before"})
}

// KeepSplit makes a merged ticket one of its own again, where an agent says so.
func KeepSplit(h *incoming.Handling, t *ticket.Ticket, o order.Order) error {
	switch o.Splits.Apart {
	case 0:
		return nil
	case t.ID:
		return unmerge(h, t, o.Agent)
	}
	other, err := h.Tx.Ticket(o.Splits.Apart)
	if err != nil {
		return err
	}
	if err := unmerge(h, &other, o.Agent); err != nil {
		return err
	}
	return h.Save(&other)
}
