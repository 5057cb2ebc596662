package answer

import (
	"errors"
	"slices"
	"strings"

	"maildesk/desk/absence"
	"maildesk/desk/agentmail"
	"maildesk/desk/handback"
	"maildesk/desk/join"
	"maildesk/desk/undo"

	"maildesk/desk/command"
	"maildesk/desk/incident"
	"maildesk/desk/incoming"
	"maildesk/desk/knowledge"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/desk/shift"
	"maildesk/desk/silence"
	"maildesk/mailparse"
	"maildesk/threading"
	"maildesk/ticket"
)

// fromAgent does what a proven agent's mail says: the text answers the
// requester, the commands on top of it change the ticket. Everything is
// checked first; one mistake and nothing happens but a transcript. Of the token of the
// mail that it answers counts whether that was internal, and whom an answer goes to.
func fromAgent(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, answers threading.Token) error {
	read := agentmail.Read(h)
	commands := agentmail.Asked(h, &read, calledBy(t))
	if h.Msg.Origin == mailparse.Foreign {
		return passedOn(h, t, agent)
	}
	if len(commands) == 0 && h.MayPassOn() && agentmail.OnlyPointsAt(h.Msg, read.Text, agent) {
		h.Read = h.Msg.Whole()
		return passedOn(h, t, agent)
	}
	if against := h.Contrary(); len(against) > 0 && !h.Anyway {
		return refuseContrary(h, t, agent, against)
	}
	if takes, rest, err := undo.Asked(h, t, agent); takes || err != nil {
		return errors.Join(err, undo.TakeBack(h, t, agent, rest))
	}
	if is, err := knowledge.Review(h, t, agent); is || err != nil {
		return err
	}
	if order.IsBulk(commands) {
		return bulkOn(h, t, agent, read, commands)
	}
	o, err := orderOf(h, t, agent, &read, &commands, answers)
	if err != nil {
		return err
	}
	text := read.Text
	bare := len(commands) == 0 && !agentmail.HasFiles(h) // all that it says is text
	waits, err := leavesWaiting(h, t, agent, read)
	if err != nil {
		return err
	}
	switch {
	case o.Mistakes:
		return refuse(h, t, agent, o.Lines)
	case o.Texts:
		return listTexts(h, t, agent)
	case strings.Contains(text, mailparse.CutLine):
		return refuse(h, t, agent, []notify.Line{{Message: ticket.Say("the text is too long to be read whole, and nobody gets a part of it; send it as a file")}})
	case h.Msg.Encrypted:
		return refuse(h, t, agent, []notify.Line{{Message: ticket.Say("the mail is encrypted, and the desk cannot read it; send it without encryption")}})
	case o.Incident.Tell && (o.Note || text == ""):
		return refuse(h, t, agent, []notify.Line{{Command: "#announce", Message: ticket.Say("a text is needed that everybody who reported it may read")}})
	case o.Help:
		return explainCommands(h, t, agent)
	case releases(h, agent, read):
		return release(h, t, agent, o, text)
	case waits:
		return refuse(h, t, agent, []notify.Line{{Message: ticket.Say("the email that is on hold is sent by #anyway or #reply on its own, with no other command but #for; write the others in another email")}})
	case o.MyAddress:
		return refuse(h, t, agent, []notify.Line{{Command: "#myaddress", Message: errMyAddress}})
	case bare && h.MayBeRefused() && silence.IsRecall(h.Msg.Subject, text):
		return refuse(h, t, agent, []notify.Line{{Message: ticket.Say("a mail that has gone out cannot be called back; what waits is taken back with #undo")}})
	case bare && (text == "" || h.MayBeRefused() && onlySigned(h, agent, text)):
		return refuse(h, t, agent, []notify.Line{{Message: ticket.Say("the mail says nothing new: no text above the quoted part, no command")}})
	}
	return carryOutUnless(h, t, agent, o, read)
}

// orderOf returns what the commands of an agent's mail order, with all that they name found,
// and puts the texts that they ask for into the mail's own.
func orderOf(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, read *command.Mail, commands *[]command.Command, answers threading.Token) (o order.Order, err error) {
	reported, err := incident.For(h.Change, t.ID)
	if err == nil {
		reported.Open, err = h.IncidentsFor(agent, reported.Open)
	}
	if err != nil {
		return o, err
	}
	if err := knowledge.LetSend(h, *commands, command.Inserts(read.Text)); err != nil {
		return o, err
	}
	within := inserts(h, commands, read.Text)
	o = order.Check(h.Set, t, reported, agent, slices.Concat(*commands, within), h.Now)
	o.Reply = o.Reply || h.AsReply
	keepInside(&o, answers.Kind)
	if err := findAll(h, t, &o); err != nil {
		return o, err
	}
	if h.For.Address != "" { // its writer thought better of it
		o.Requester, o.Mine = h.For, false
	}
	if !o.Mistakes && !o.Texts {
		of, err := aboutRequester(h, t, o)
		if err != nil {
			return o, err
		}
		o.Wordless = read.Text == ""
		read.Text = withTexts(h, of, agent, *commands, read.Text)
	}
	if err := findAsked(h, t, &o, *read, answers.To); err != nil {
		return o, err
	}
	if err := knowledge.Find(h, t, &o, read.Text); err != nil {
		return o, err
	}
	if err := findPlan(h, t, &o, *read, answers.To); err != nil {
		return o, err
	}
	return o, nil
}

// carryOutUnless carries out an order that has no mistakes, unless its writer is to be
// asked first whether it is meant so.
func carryOutUnless(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, o order.Order, read command.Mail) error {
	if lines := leaks(h, o, read.Whole()); len(lines) > 0 {
		return hold(h, t, agent, question{kind: notify.HeldInternal, lines: lines}, nil)
	}
	if !o.Anyway && !h.Anyway {
		if away, err := seemsAway(h, t, read); err != nil {
			return err
		} else if away {
			return holdAway(h, t, agent, read.Text)
		}
		if lines := hides(h); len(lines) > 0 {
			return hold(h, t, agent, question{kind: notify.HeldHidden, lines: lines}, nil)
		}
		if ask, err := askFirst(h, t, o, read); err != nil || ask.kind != "" {
			return hold(h, t, agent, ask, err)
		}
	}
	if len(h.Left) > 0 && (agentmail.AnswersReaders(h, o, read.Whole()) || len(o.Asked()) > 0) {
		h.CarryAnswer()
	}
	if err := fileAndCarryOut(h, t, o, read.Whole()); err != nil {
		return err
	}
	return tellBeside(h, o)
}

// fileAndCarryOut keeps the text of an agent's mail and does what it says.
func fileAndCarryOut(h *incoming.Handling, t ticket.Ticket, o order.Order, text string) error {
	if o.Splits.Mail != 0 {
		return join.SplitMail(h, t, o, text)
	}
	h.Formatted = format(h, o, text)
	if err := fileAgentText(h, &t, o, text); err != nil {
		return err
	}
	return carryOut(h, t, o, text)
}

// findAll finds what the commands of an order name: files, people, mails, tickets. What
// is not there it marks as a mistake.
func findAll(h *incoming.Handling, t ticket.Ticket, o *order.Order) error {
	if err := findFiles(h, t.ID, o); err != nil {
		return err
	}
	for _, find := range []func(*incoming.Handling, ticket.Ticket, *order.Order) error{
		findAccepted, (*incoming.Handling).FindLeaving, findOpener, join.FindSplit, join.FindMerge,
		func(h *incoming.Handling, _ ticket.Ticket, o *order.Order) error { return handback.CheckHandover(h, o) },
		func(h *incoming.Handling, _ ticket.Ticket, o *order.Order) error { return CheckForget(h, o) },
		func(h *incoming.Handling, _ ticket.Ticket, o *order.Order) error { return absence.Check(h, o) },
	} {
		if err := find(h, t, o); err != nil {
			return err
		}
	}
	return nil
}

// refuse answers an agent whose mail could not be understood. The text is kept
// as a note, so that nothing is lost; the requester sees nothing of it.
func refuse(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, lines []notify.Line) error {
	return refuseAs(h, t, agent, lines, incoming.ReasonRefused)
}

// refuseContrary keeps a mail as a note whose words speak against what its address asks for: they could be for anybody.
func refuseContrary(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, actions []string) error {
	says := ticket.Say("nothing was done, as the words of your email say the contrary; an empty email to the same address does it")
	return refuseAs(h, t, agent, []notify.Line{{Command: strings.Join(actions, ", "), Message: says}}, incoming.ReasonContrary)
}

func refuseAs(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, lines []notify.Line, reason string) error {
	if err := h.FileEntry(t.ID, ticket.EntryNote); err != nil {
		return err
	}
	if err := h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventRefused, Actor: agent.Name}); err != nil {
		return err
	}
	if err := agentmail.Respond(h, t, agent, notify.Notice{Template: notify.TemplateRefusal, Lines: lines, Text: h.Msg.Reply}); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionAppended, reason, t.ID)
}

// explainCommands answers #help.
func explainCommands(h *incoming.Handling, t ticket.Ticket, agent settings.Agent) error {
	if err := h.FileEntry(t.ID, ticket.EntryNote); err != nil {
		return err
	}
	if err := agentmail.Respond(h, t, agent, notify.Notice{Template: notify.TemplateHelp}); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionAppended, "help", t.ID)
}

// fileAgentText keeps the agent's text as reply or note, if there is any.
func fileAgentText(h *incoming.Handling, t *ticket.Ticket, o order.Order, text string) error {
	kind := ticket.EntryReply
	if o.Note || text == "" || o.Plan.Waits() {
		kind = ticket.EntryNote
	}
	shown := withAsked(o, text)
	if shown == "" {
		shown = settings.FirstOf(h.Msg.Reply, o.Written()) // the commands alone: they are the entry
	}
	if err := h.FileText(t.ID, kind, shown); err != nil || kind != ticket.EntryReply {
		return err
	}
	return join.FileOnSeats(h, t.ID, o.Agent, shown)
}

// carryOut changes the ticket as planned and tells whoever must be told.
func carryOut(h *incoming.Handling, t ticket.Ticket, o order.Order, text string) error {
	if err := join.Link(h, t.ID, o); err != nil {
		return err
	}
	if o.Merge != 0 {
		return join.Merge(h, t, o, text)
	}
	before := t
	h.Window = h.Set.UndoWindow
	if err := changeAll(h, &t, o); err != nil {
		return err
	}
	if err := askVendors(h, &t, o, text); err != nil {
		return err
	}
	if err := askDemanded(h, &t, before, &o); err != nil {
		return err
	}
	if err := keepPlan(h, &t, o); err != nil {
		return err
	}
	if err := tellAll(h, &t, before, o, text); err != nil {
		return err
	}
	if err := h.Save(&t); err != nil {
		return err
	}
	if err := tellDone(h, t, o, text); err != nil {
		return err
	}
	if o.Spam {
		return h.Finish(ticket.DispositionAppended, "agent-spam", t.ID)
	}
	return h.Finish(ticket.DispositionAppended, string(h.Verdict.Match.Reason), t.ID)
}

// tellAll tells everybody who is concerned what the agent wrote and did, the readers first.
func tellAll(h *incoming.Handling, t *ticket.Ticket, before ticket.Ticket, o order.Order, text string) error {
	reply, answers := text, agentmail.AnswersReaders(h, o, text)
	if o.Note || o.Plan.Waits() {
		reply = ""
	}
	if answers {
		if err := replace(h, t.ID, o.Agent); err != nil {
			return err
		}
	}
	if answers = answers && !o.Plan.Waits(); answers {
		if err := agentmail.FirstAnswer(h, t, o); err != nil {
			return err
		}
	}
	if err := h.UpdateDue(t); err != nil { // before anybody is told
		return err
	}
	if err := tellReaders(h, t, before, o, reply, answers); err != nil {
		return err
	}
	if reply != "" || o.Plan.Waits() {
		if err := knowledge.NoteSent(h, t.ID, o.Agent.Name, o.Sends); err != nil {
			return err
		}
	}
	if err := knowledge.Draft(h, *t, o, text); err != nil {
		return err
	}
	if answers && !o.Spam {
		if err := tellUnread(h, *t, o.Agent, reply); err != nil {
			return err
		}
	}
	return tellOthers(h, *t, before, o, text, reply, answers)
}

// changeAll makes the changes that an order asks for, before anybody is told.
func changeAll(h *incoming.Handling, t *ticket.Ticket, o order.Order) error {
	before := *t
	if err := h.Change.Apply(t, o); err != nil {
		return err
	}
	if err := changeRequester(h, t, o); err != nil {
		return err
	}
	if err := h.GiveOut(t, before); err != nil {
		return err
	}
	if err := absence.Keep(h, o); err != nil {
		return err
	}
	if err := Forget(h, o); err != nil {
		return err
	}
	if err := shift.KeepDuties(h, o); err != nil {
		return err
	}
	if err := h.ChangePeople(*t, o); err != nil {
		return err
	}
	if err := keepMute(h, *t, o); err != nil {
		return err
	}
	if err := sendFiles(h, *t, o.Agent); err != nil {
		return err
	}
	if err := sendHistory(h, *t, o); err != nil {
		return err
	}
	if err := acceptStranger(h, *t, o); err != nil {
		return err
	}
	if err := incident.KeepReport(h, t, o); err != nil {
		return err
	}
	return join.KeepSplit(h, t, o)
}
