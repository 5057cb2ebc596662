package answer

import (
	"errors"
	"fmt"
	"slices"

	"maildesk/desk/agentmail"

	"maildesk/desk/author"
	"maildesk/desk/command"
	"maildesk/desk/incoming"
	"maildesk/desk/ladder"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/desk/waiting"
	"maildesk/mailparse"
	"maildesk/threading"
	"maildesk/ticket"
)

// releasing are the commands that carry out a mail that waits: as it stands, sent
// to the requester though it would stay inside, sent to them and to the one who
// is accepted by it, or as it stands and with the address it came from confirmed.
var releasing = []string{"anyway", "reply", "accept", "myaddress"}

// releases reports whether an agent's mail does nothing but ask that one which
// waits is carried out: one of these alone, with the number of a mail, or above no more
// than the agent's name. Beside it may stand whose request it is, and so to whom that one goes.
func releases(h *incoming.Handling, agent settings.Agent, read command.Mail) bool {
	asks := slices.DeleteFunc(slices.Clone(read.Commands), func(c command.Command) bool { return c.Name == "for" || c.Name == "mine" })
	if len(asks) != 1 || !slices.Contains(releasing, asks[0].Name) || agentmail.HasFiles(h) {
		return false
	}
	return read.Text == "" || agentmail.MailNumber(read.Text) != 0 || agentmail.IsName(read.Text, agent.Name, h.Msg.From.Name)
}

// wantsDisowned reports whether an agent's mail does nothing but ask for one of which they said that it is not theirs.
func wantsDisowned(h *incoming.Handling, t ticket.ID, agent settings.Agent) (bool, error) {
	read := agentmail.Read(h)
	read.Commands = agentmail.Asked(h, &read)
	if !releases(h, agent, read) {
		return false, nil
	}
	w, _, why, err := agentmail.Wanted(h, t, agent, read.Text)
	return why == nil && w.Not, err
}

// leavesWaiting reports whether an agent's mail without a text answers the question about one of theirs with
// what would send that, beside other commands: these alone would be carried out, and its text would still wait.
func leavesWaiting(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, read command.Mail) (bool, error) {
	sends := func(c command.Command) bool { return c.Name == "anyway" || c.Name == "reply" }
	if h.Was != nil && h.Was.Reason != incoming.ReasonRefused || h.Released != 0 || read.Text != "" || agentmail.HasFiles(h) || !slices.ContainsFunc(read.Commands, sends) {
		return false, nil
	}
	asked, err := agentmail.NoticeAnswered(h, t.ID)
	if err != nil || asked == 0 {
		return false, err
	}
	events, err := h.Tx.Events(t.ID, waiting.Kinds...)
	if err != nil {
		return false, err
	}
	w, _, err := waiting.Chosen(waiting.Of(events, agent.Name), asked)
	if err != nil {
		return false, nil // none that waits
	}
	entries, err := h.Tx.Correspondence(t.ID)
	return slices.ContainsFunc(entries, func(e ticket.Entry) bool { return e.Mail == w.Mail && command.Read(e.Text).Text != "" }), err
}

// release carries out a mail of an agent that waits, as if it came now, with its
// commands and attachments. What was not asked about yet is asked now.
func release(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, o order.Order, text string) error {
	w, among, why, err := agentmail.Wanted(h, t.ID, agent, text)
	if err != nil {
		return err
	}
	if why != nil && o.Accept && len(among) == 0 { // nothing waits for it
		if err := fileAgentText(h, &t, o, ""); err != nil {
			return err
		}
		return carryOut(h, t, o, "")
	}
	if why != nil {
		return refuseRelease(h, t, agent, among, why)
	}
	if w.Not && (h.Was == nil || h.Was.Reason == incoming.ReasonRefused) {
		return refuseRelease(h, t, agent, nil, errDisowned)
	}
	mail, err := h.Tx.Mail(w.Mail)
	if err != nil {
		return err
	}
	raw, err := h.Tx.Raw(w.Mail)
	if err != nil {
		return err
	}
	msg, _ := author.Parse(h.Set, mail, raw)
	match, err := match(h, mail, msg)
	if err != nil {
		return err
	}
	if belowLevel(h, agent, w, mail, msg, match) {
		return noteUndone(h, t, agent, notify.UndoneLevel)
	}
	if o.MyAddress {
		if why, err := confirm(h, agent, mail, msg.From.Address); err != nil || why != nil {
			if err != nil {
				return err
			}
			return refuse(h, t, agent, []notify.Line{{Command: "#myaddress", Message: *why}})
		}
	}
	return carryOutWaiting(h, t, agent, o, w, mail, msg, match)
}

// belowLevel reports whether a mail that waits for want of proof needs more of it than the
// one shows that asks to have it carried out. One that was released before was proven then.
func belowLevel(h *incoming.Handling, agent settings.Agent, w waiting.Mail, mail ticket.Mail, msg *mailparse.Message, match threading.Match) bool {
	if h.Was != nil {
		return h.Was.Reason == string(notify.UndoneLevel)
	}
	if h.Confirmed || w.Asked != w.Mail || !notify.Undone(mail.Reason).Releasable() {
		return false
	}
	inner := *h
	inner.Msg, inner.Verdict.Match = msg, match
	return !ladder.Enough(ladder.Higher(command.Address, h.Proof().Level()), needed(&inner, agent))
}

// carryOutWaiting carries out a mail that waits, which is read again.
func carryOutWaiting(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, o order.Order, w waiting.Mail, mail ticket.Mail, msg *mailparse.Message, match threading.Match) error {
	if err := h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventReleased, Actor: agent.Name, OtherMail: w.Mail}); err != nil {
		return err
	}
	answers := threading.Token{Kind: threading.Public}
	if match.Internal { // it answered an internal mail, and stays inside
		answers.Kind = threading.Internal
	}
	if match.Token != nil {
		answers.To = match.Token.To
	}
	// Whoever sent it, it is the agent's now.
	msg.From, msg.FromShown, msg.Writer = h.Msg.From, h.Msg.FromShown, h.Msg.Writer
	h.Msg, h.Released, h.Verdict.Match.Actions = msg, w.Mail, match.Actions
	h.Carry(h.Set.FilesLimit(), false)
	h.Anyway = w.Asked != w.Mail || !notify.Undone(mail.Reason).Releasable()
	h.AsReply, h.For = o.Reply || o.Accept, o.Requester
	if o.Accept {
		if err := acceptStranger(h, t, o); err != nil {
			return err
		}
		if err := h.Move(&t, o.After.Status, agent.Name); err != nil {
			return err
		}
	}
	if o.Requester.Address != "" {
		if err := errors.Join(changeRequester(h, &t, o), h.Save(&t)); err != nil {
			return err
		}
	}
	return fromAgent(h, t, agent, answers)
}

// replace writes down that an agent's text goes out in place of the mail that they
// were asked about.
func replace(h *incoming.Handling, t ticket.ID, agent settings.Agent) error {
	asked, err := agentmail.NoticeAnswered(h, t)
	if err != nil || asked == 0 || h.Released != 0 {
		return err
	}
	events, err := h.Tx.Events(t, waiting.Kinds...)
	if err != nil {
		return err
	}
	w, _, err := waiting.Chosen(waiting.Of(events, agent.Name), asked)
	if err != nil {
		return nil // none that waits
	}
	return h.Record(ticket.Event{Ticket: t, Kind: ticket.EventReplaced, Actor: agent.Name, OtherMail: w.Mail})
}

// refuseRelease tells an agent why nothing was released, and what they can choose.
func refuseRelease(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, among []waiting.Mail, why error) error {
	lines := []notify.Line{{Command: "#anyway", Message: order.Explained(why)}}
	entries, err := h.Tx.Correspondence(t.ID)
	if err != nil {
		return err
	}
	for _, w := range among {
		line := notify.Line{Command: fmt.Sprintf("#anyway %d", w.Asked)}
		if i := slices.IndexFunc(entries, func(e ticket.Entry) bool { return e.Mail == w.Mail }); i >= 0 {
			line.Message = ticket.Phrase{English: "%s: %s", Args: []any{ticket.Relative(entries[i].At.In(h.Set.Zone())), agentmail.Beginning(entries[i].Text)}}
		}
		lines = append(lines, line)
	}
	return refuse(h, t, agent, lines)
}

// match finds the ticket of a mail that came earlier, by its own evidence, and with what the addresses of actions
// ask for that it came to: whoever sent it, or they were made for, it is the agent's now who wants that.
func match(h *incoming.Handling, mail ticket.Mail, msg *mailparse.Message) (threading.Match, error) {
	earlier := incoming.Handling{Change: h.Change, Msg: msg, Mail: mail}
	err := earlier.Resolve()
	match := earlier.Verdict.Match
	for _, address := range earlier.Recipients() {
		if t, _, ok := earlier.Keys().ParseReplyAddress(address); ok && t.Action != "" && t.Ticket == match.Ticket && !slices.Contains(match.Actions, t.Action) {
			match.Actions = append(match.Actions, t.Action)
		}
	}
	return match, err
}
