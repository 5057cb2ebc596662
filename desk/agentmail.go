package desk

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"maildesk/desk/notify"
	"maildesk/mailparse"
	"maildesk/threading"
	"maildesk/ticket"
)

// fromAgent does what a proven agent's mail says: the text answers the
// requester, the commands on top of it change the ticket. Everything is
// checked first; one mistake and nothing happens but a transcript.
func (h *handling) fromAgent(t ticket.Ticket, agent Agent, kind threading.Kind) error {
	read := h.readCommands()
	commands := h.asked(&read)
	text := read.Text
	if h.msg.Origin == mailparse.Foreign {
		return h.passedOn(t, agent)
	}
	reported, err := h.reportOf(t.ID)
	if err == nil {
		reported.open, err = h.incidentsFor(agent, reported.open)
	}
	if err != nil {
		return err
	}
	o := plan(h.set, t, reported, agent, commands, h.now)
	o.reply = o.reply || h.asReply
	o.keepInside(kind)
	if err := h.findFiles(t.ID, &o); err != nil {
		return err
	}
	if err := h.findAccepted(t, &o); err != nil {
		return err
	}
	if err := h.findLeaving(t, &o); err != nil {
		return err
	}
	if err := h.findOpener(t, &o); err != nil {
		return err
	}
	if err := h.findSplit(t, &o); err != nil {
		return err
	}
	if err := h.findMerge(t, &o); err != nil {
		return err
	}
	switch {
	case o.mistakes:
		return h.refuse(t, agent, o.lines)
	case strings.Contains(text, mailparse.CutLine):
		return h.refuse(t, agent, []notify.Line{{Message: ticket.Say("the text is too long to be read whole, and nobody gets a part of it; send it as a file")}})
	case o.report.tell && (o.note || text == ""):
		return h.refuse(t, agent, []notify.Line{{Command: "#announce", Message: ticket.Say("a text is needed that everybody who reported it may read")}})
	case o.help:
		return h.explainCommands(t, agent)
	case h.releases(agent, read):
		return h.release(t, agent, o, text)
	case text == "" && len(commands) == 0 && !h.hasFiles():
		return h.refuse(t, agent, []notify.Line{{Message: ticket.Say("the mail says nothing new: no text above the quoted part, no command")}})
	}
	if lines := h.leaks(o, read.Whole()); len(lines) > 0 {
		return h.hold(t, agent, question{kind: notify.HeldInternal, lines: lines}, nil)
	}
	if !o.anyway && !h.anyway {
		if ask, err := h.question(t, o, read); err != nil || ask.kind != "" {
			return h.hold(t, agent, ask, err)
		}
	}
	if len(h.left) > 0 && h.answersReaders(o, read.Whole()) {
		h.carry(math.MaxInt64, false) // over the bound, its writer wants it so
	}
	text = read.Whole()
	if o.splits.mail != 0 {
		return h.splitMail(t, o, text)
	}
	h.formatted = h.format(o, text)
	if err := h.fileAgentText(&t, o, text); err != nil {
		return err
	}
	return h.carryOut(t, o, text)
}

// refuse answers an agent whose mail could not be understood. The text is kept
// as a note, so that nothing is lost; the requester sees nothing of it.
func (h *handling) refuse(t ticket.Ticket, agent Agent, lines []notify.Line) error {
	if err := h.fileEntry(t.ID, ticket.EntryNote); err != nil {
		return err
	}
	if err := h.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventRefused, Actor: agent.Name}); err != nil {
		return err
	}
	if err := h.answerAgent(t, agent, notify.Notice{Template: notify.TemplateRefusal, Lines: lines, Text: h.msg.Reply}); err != nil {
		return err
	}
	return h.finish(ticket.DispositionAppended, "refused-command", t.ID)
}

// explainCommands answers #help.
func (h *handling) explainCommands(t ticket.Ticket, agent Agent) error {
	if err := h.fileEntry(t.ID, ticket.EntryNote); err != nil {
		return err
	}
	if err := h.answerAgent(t, agent, notify.Notice{Template: notify.TemplateHelp}); err != nil {
		return err
	}
	return h.finish(ticket.DispositionAppended, "help", t.ID)
}

// answerAgent writes to the agent who wrote the mail, at the address it came from.
func (h *handling) answerAgent(t ticket.Ticket, agent Agent, n notify.Notice) error {
	p, err := h.participant(t.ID, ticket.RoleAgent, h.msg.From.Address, agent.Name)
	if err != nil {
		return err
	}
	if len(agent.Languages) > 0 {
		n.Language = agent.Languages[0]
	}
	return h.tell(t, p, n)
}

// fileAgentText keeps the agent's text as reply or note, if there is any.
func (h *handling) fileAgentText(t *ticket.Ticket, o order, text string) error {
	kind := ticket.EntryReply
	if o.note || text == "" {
		kind = ticket.EntryNote
	}
	shown := text
	if text == "" {
		shown = firstOf(h.msg.Reply, o.written()) // the commands alone: they are the entry
	}
	if err := h.fileText(t.ID, kind, shown); err != nil || kind != ticket.EntryReply {
		return err
	}
	return h.fileOnSeats(t.ID, o.agent, shown)
}

// carryOut changes the ticket as planned and tells who must be told.
func (h *handling) carryOut(t ticket.Ticket, o order, text string) error {
	if err := h.link(t.ID, o); err != nil {
		return err
	}
	if o.merge != 0 {
		return h.mergeInto(t, o, text)
	}
	before := t
	if err := h.change.apply(&t, o); err != nil {
		return err
	}
	if err := h.changeRequester(&t, o); err != nil {
		return err
	}
	if err := h.giveOut(&t, before); err != nil {
		return err
	}
	if err := h.keepAbsence(t, o); err != nil {
		return err
	}
	if err := h.changePeople(t, o); err != nil {
		return err
	}
	if err := h.sendFiles(t, o.agent); err != nil {
		return err
	}
	if err := h.acceptStranger(t, o); err != nil {
		return err
	}
	if err := h.keepReport(&t, o); err != nil {
		return err
	}
	if err := h.keepSplit(&t, o); err != nil {
		return err
	}
	reply := text
	if o.note {
		reply = ""
	}
	answers := h.answersReaders(o, text)
	if answers {
		if err := h.replace(t.ID, o.agent); err != nil {
			return err
		}
		if err := h.firstAnswer(&t, o); err != nil {
			return err
		}
	}
	if err := h.count(&t); err != nil { // before anybody is told
		return err
	}
	if err := h.tellReaders(&t, before, o, reply, answers); err != nil {
		return err
	}
	if answers && !o.spam {
		if err := h.tellUnread(t, o.agent, reply); err != nil {
			return err
		}
	}
	if o.report.tell && t.Status != ticket.StatusResolved { // a solution goes to all of them anyway
		if err := h.tellReports(t, o.agent, reply); err != nil {
			return err
		}
	}
	if err := h.tellColleagues(t, before, o, text); err != nil {
		return err
	}
	if err := h.tellColleague(t, before, o, text, answers); err != nil {
		return err
	}
	if t.Status == ticket.StatusResolved && before.Status != ticket.StatusResolved {
		if err := h.tellSolution(t, o.agent, text); err != nil {
			return err
		}
		if err := h.solveIncident(t, o.agent.Name, reply); err != nil {
			return err
		}
	}
	if err := h.save(&t); err != nil {
		return err
	}
	if err := h.tellDone(t, o, text); err != nil {
		return err
	}
	if o.spam {
		return h.finish(ticket.DispositionAppended, "agent-spam", t.ID)
	}
	return h.finish(ticket.DispositionAppended, string(h.verdict.Match.Reason), t.ID)
}

// giveOut hands a ticket that changed its queue to an agent of the new one, if
// that is how the queue works.
func (c *change) giveOut(t *ticket.Ticket, before ticket.Ticket) error {
	if t.Queue == before.Queue {
		return nil
	}
	if err := c.assign(t); err != nil || t.Assignee == "" || t.Assignee == before.Assignee {
		return err
	}
	return c.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventAssigned, Actor: ticket.ActorDesk, To: t.Assignee})
}

// keepAbsence keeps that the agent goes away or is back.
func (h *handling) keepAbsence(t ticket.Ticket, o order) error {
	if o.absence == nil {
		return nil
	}
	return h.tx.SetAway(*o.absence)
}

// tellDone tells an agent what became of a mail that has nothing but commands, and of
// an absence: a text shows by its answers that it was understood. Another mail that they
// get of it says enough.
func (h *handling) tellDone(t ticket.Ticket, o order, text string) error {
	alone := text == "" && !h.hasFiles() && !h.released && len(o.files) == 0 && len(o.lines) > 0
	told := slices.ContainsFunc(h.planned, func(m PlannedMail) bool { return sameAddress(m.To, h.msg.From.Address) })
	if told || !alone && o.absence == nil {
		return nil
	}
	return h.answerAgent(t, o.agent, notify.Notice{Template: notify.TemplateTranscript, Lines: o.lines})
}

// firstAnswer writes down that an agent answers, and gives them the ticket when
// nobody has it.
func (h *handling) firstAnswer(t *ticket.Ticket, o order) error {
	if t.Assignee == "" && o.notice == "" {
		t.Assignee = o.agent.Name
		if err := h.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventAssigned, Actor: o.agent.Name, To: o.agent.Name}); err != nil {
			return err
		}
	}
	if err := h.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventAnswered, Actor: o.agent.Name}); err != nil {
		return err
	}
	if t.Status == ticket.StatusNew {
		return h.move(t, ticket.StatusOpen, o.agent.Name)
	}
	return nil
}

// apply changes a ticket as an order says, with an event for each change.
func (c *change) apply(t *ticket.Ticket, o order) error {
	for _, e := range o.changes(*t) {
		if err := c.record(e); err != nil {
			return err
		}
	}
	status := t.Status
	*t, t.Status = o.after, status
	if err := c.move(t, o.after.Status, o.agent.Name); err != nil {
		return err
	}
	switch {
	case o.spam:
		t.Tags = append(slices.Clone(t.Tags), "spam")
		t.InformedAt = c.now
		if err := c.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventInformed, Actor: ticket.ActorDesk, Reason: nobodyToTell}); err != nil {
			return err
		}
		return c.move(t, ticket.StatusClosed, o.agent.Name)
	case o.closing:
		t.WakeAt = c.now
	case t.Status == ticket.StatusPending:
		t.WakeAt = o.wakeAt
	}
	return nil
}

// changes returns the events of what an order changes on a ticket, but for its status.
func (o *order) changes(t ticket.Ticket) (all []ticket.Event) {
	add := func(kind ticket.EventKind, from, to string) {
		if from != to {
			all = append(all, ticket.Event{Ticket: t.ID, Kind: kind, Actor: o.agent.Name, From: from, To: to})
		}
	}
	add(ticket.EventAssigned, t.Assignee, o.after.Assignee)
	add(ticket.EventQueue, t.Queue, o.after.Queue)
	add(ticket.EventCategory, t.Category, o.after.Category)
	add(ticket.EventPriority, string(t.Priority), string(o.after.Priority))
	switch o.notice {
	case notify.TemplateEscalation:
		all = append(all, ticket.Event{Ticket: t.ID, Kind: ticket.EventEscalated, Actor: o.agent.Name, Reason: o.reason})
	case notify.TemplateReturned:
		all = append(all, ticket.Event{Ticket: t.ID, Kind: ticket.EventReturned, Actor: o.agent.Name, Reason: o.reason})
	}
	add(ticket.EventLevel, strconv.Itoa(t.Level), strconv.Itoa(o.after.Level))
	return all
}

// tellReaders sends the requester and participants what concerns them: the
// answer, the resolution, that specialists took over.
func (h *handling) tellReaders(t *ticket.Ticket, before ticket.Ticket, o order, reply string, answers bool) error {
	resolvedNow := t.Status == ticket.StatusResolved && before.Status != ticket.StatusResolved
	switch {
	case o.spam:
		return nil
	case resolvedNow || o.closing:
		template := notify.TemplateResolution
		if o.closing {
			template = notify.TemplateClosing
		}
		t.Assignee = firstOf(t.Assignee, o.agent.Name)
		return h.inform(t, notify.Notice{Template: template, Actor: t.Assignee, Text: reply, Written: answers})
	case answers:
		return h.sendReply(*t, o.agent, reply)
	case o.escalated:
		first, err := h.isFirstClimb(*t)
		if err != nil || !first {
			return err
		}
		return h.sendToReaders(*t, notify.Notice{Template: notify.TemplateEscalated})
	}
	return nil
}

// sendReply sends an agent's answer to everyone who reads the ticket.
func (h *handling) sendReply(t ticket.Ticket, agent Agent, text string) error {
	return h.sendToReaders(t, notify.Notice{Template: notify.TemplateReply, Actor: agent.Name, Text: text})
}

// nobodyToWrite is why an answer goes to nobody.
const nobodyToWrite = "nobody can be written to"

func (c *change) sendToReaders(t ticket.Ticket, n notify.Notice) error {
	readers, err := c.readers(t.ID)
	if err != nil {
		return err
	}
	n, seats, err := c.forAll(t.ID, n)
	if err != nil {
		return err
	}
	if len(readers)+len(seats) == 0 && n.Template == notify.TemplateReply {
		return c.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventNotSent, Actor: ticket.ActorDesk, Reason: nobodyToWrite})
	}
	for _, p := range readers {
		if err := c.tell(t, p, n); err != nil {
			return err
		}
	}
	return c.sendToSeats(seats, n)
}

// tellUnread tells the writer of an answer that it went to nobody, where nobody reads
// the ticket: it stands for a mail in quarantine, or for one without a sender.
func (h *handling) tellUnread(t ticket.Ticket, agent Agent, text string) error {
	readers, err := h.readers(t.ID)
	if err != nil || len(readers) > 0 {
		return err
	}
	if seats, err := h.seats(t.ID); err != nil || len(seats) > 0 {
		return err
	}
	return h.answerAgent(t, agent, notify.Notice{Template: notify.TemplateUndeliverable, Actor: t.Requester, Text: text, Says: ticket.Say("Nobody reads this request, so there is nobody to send the text to.")})
}

// tellColleagues tells the agents whom the change concerns.
func (h *handling) tellColleagues(t, before ticket.Ticket, o order, text string) error {
	n := notify.Notice{Actor: o.agent.known(), Text: text, Reason: o.reason}
	switch {
	case o.notice != "":
		n.Template = o.notice
		return h.tellAgents(t, h.responsible(t), n, o.agent)
	case o.note && text != "":
		n.Template = notify.TemplateNote
		return h.tellAgents(t, h.responsible(before), n, o.agent)
	}
	return nil
}

// answersReaders reports whether an agent's mail with a text is an answer to those
// who read the ticket.
func (h *handling) answersReaders(o order, text string) bool {
	return !o.note && (text != "" || h.hasFiles())
}

// hasFiles reports whether a real attachment came with the mail; an embedded
// image alone, such as the logo of a signature, says nothing.
func (h *handling) hasFiles() bool {
	return slices.ContainsFunc(h.msg.Attachments, func(a mailparse.Attachment) bool { return !a.Inline })
}

func firstOf(all ...string) string {
	for _, s := range all {
		if strings.TrimSpace(s) != "" {
			return s
		}
	}
	return ""
}
