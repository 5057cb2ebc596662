package answer

import (
	"slices"
	"time"

	"maildesk/desk/agentmail"

	"maildesk/desk/command"
	"maildesk/desk/incident"
	"maildesk/desk/incoming"
	"maildesk/desk/leak"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/quoted"
	"maildesk/desk/request"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// question is what an agent is asked before their mail is carried out.
type question struct {
	kind    notify.Held // empty: nothing
	lines   []notify.Line
	written string // for notify.HeldLanguage: the language of the answer

	by   string // for notify.HeldCrossed: the colleague; for notify.HeldStranger: who is not accepted
	did  notify.Did
	at   time.Time
	said string

	quiet bool // it is not asked, as it was lately
	last  bool // no such question is asked for the rest of the day
}

// askFirst finds what must be asked. Whatever is doubtful goes nowhere: a note
// that a customer reads, or an order that nobody gave, cannot be taken back.
func askFirst(h *incoming.Handling, t ticket.Ticket, o order.Order, read command.Mail) (question, error) {
	if q := aboutDoubts(h, o, read); q.kind != "" {
		return q, nil
	}
	unclear := h.Msg.Origin == mailparse.Unclear && len(read.Commands) > 0
	if !unclear && !onlyAsks(read) {
		var err error
		if unclear, err = quoted.Echoes(h, t, read); err != nil {
			return question{}, err
		}
	}
	if unclear {
		q := question{kind: notify.HeldUnclear}
		for _, c := range read.Commands {
			q.lines = append(q.lines, notify.Line{Command: c.String()})
		}
		return q, nil
	}
	mayWait := func(kind notify.Held) bool { return mayHaveWaited(h, kind) }
	if kind, lines, err := quoted.Asked(h, t, o, read, mayWait); err != nil || kind != "" {
		return question{kind: kind, lines: lines}, err
	}
	if o.ToVendor {
		return vendorButForReader(h, t, o, read)
	}
	if o.Note {
		return insideButForReader(h, t, o, read)
	}
	if colleague, err := forColleague(h, t, o, read.Text); err != nil || colleague != "" {
		return question{kind: notify.HeldColleague, by: colleague}, err
	}
	if c, err := crossed(h, t, o, read.Text); err != nil {
		return question{}, err
	} else if c.did != "" {
		return asks(h, t, c)
	}
	if lines, err := incident.WithoutPart(h, t, o, read.Text); err != nil || len(lines) > 0 {
		return question{kind: notify.HeldParts, lines: lines}, err
	}
	if lines := tooLarge(h); len(lines) > 0 && agentmail.AnswersReaders(h, o, read.Text) {
		return question{kind: notify.HeldFiles, lines: lines}, nil
	}
	if nobody, err := readByNobody(h, t, o, read.Text); err != nil || nobody {
		return question{kind: notify.HeldNobody}, err
	}
	written, err := request.Foreign(h.Change, t, o.Agent, notify.ForReader(read.Text, t.Language))
	if err != nil || written == "" {
		return question{}, err
	}
	return question{kind: notify.HeldLanguage, written: written}, nil
}

// aboutDoubts asks about lines that may be meant as commands.
func aboutDoubts(h *incoming.Handling, o order.Order, read command.Mail) question {
	doubts := slices.Concat(command.Covered(h.Msg.Text), read.Doubts, command.Doubts(h.Msg.Signature))
	if o.Note && len(o.Asked()) == 0 { // what may be meant as #note: it is one
		doubts = slices.DeleteFunc(doubts, func(d command.Doubt) bool { return d.Kind == command.Nearly })
	}
	if len(doubts) == 0 {
		return question{}
	}
	q := question{kind: notify.HeldCommand}
	if doubts[0].Kind == command.Behind {
		q.kind = notify.HeldBehind
	}
	for _, d := range doubts {
		q.lines = append(q.lines, notify.Line{Command: d.Line})
	}
	return q
}

// readByNobody reports whether a text for the readers of a ticket would be read by none
// of them: a machine asks that gave no address but its own, at which it reads nothing.
// What resolves the ticket may be for the record.
func readByNobody(h *incoming.Handling, t ticket.Ticket, o order.Order, text string) (bool, error) {
	if text == "" || o.Requester.Address != "" || len(o.Cc) > 0 || o.After.Status == ticket.StatusResolved {
		return false, nil
	}
	readers, err := h.Readers(t.ID)
	if err != nil {
		return false, err
	}
	seats, err := notices.Seats(h.Change, t.ID)
	return len(seats) == 0 && !slices.ContainsFunc(readers, func(p ticket.Participant) bool { return !mailparse.IsRobot(p.Address) }), err
}

// leaks returns where something internal stands in what an agent sends to
// readers: in the text, or in a file.
func leaks(h *incoming.Handling, o order.Order, text string) []notify.Line {
	if o.Note && len(o.Asked()) == 0 {
		return nil
	}
	for _, q := range o.Asks {
		text += "\n" + q.Text
	}
	text += "\n" + o.Approval.Text
	sources := []leak.Source{{Name: "", Content: []byte(text)}}
	for _, f := range h.Msg.Attachments { // those that are too large may go out later
		if f.Quoted || incoming.StaysInside(h.Msg, f) {
			continue
		}
		sources = append(sources, leak.Source{Name: f.Name, Content: f.Content})
	}
	var lines []notify.Line
	for _, f := range (leak.Finder{Keys: h.Maker.Keys, Host: h.Set.Hostname}).Find(sources...) {
		lines = append(lines, notify.Line{Command: f.Word, Message: ticket.Phrase{English: f.Source}})
	}
	return lines
}

// onlyAsks reports whether a mail asks for what its writer may read anyhow, and has no text
// that would go anywhere: it does no harm, whoever wrote it first.
func onlyAsks(read command.Mail) bool {
	return read.Text == "" && !slices.ContainsFunc(read.Commands, func(c command.Command) bool {
		return c.Name != "help" && c.Name != "history" && c.Name != "file" && (c.Name != "send" && c.Name != "oncall" || c.Arg != "")
	})
}

// heldReason is the reason of a mail that waits.
func heldReason(kind notify.Held) string { return "held-" + string(kind) }

// hold keeps an agent's mail as a note, changes nothing and asks the agent.
func hold(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, q question, err error) error {
	if err != nil {
		return err
	}
	if err := h.FileEntry(t.ID, ticket.EntryNote); err != nil {
		return err
	}
	held := ticket.Event{Ticket: t.ID, Kind: ticket.EventHeld, Actor: agent.Name, Topic: string(q.kind)}
	if q.written != "" {
		held.From, held.To = t.Language, q.written
	}
	if err := h.Record(held); err != nil {
		return err
	}
	if !q.quiet {
		if err := agentmail.Respond(h, t, agent, notify.Notice{Template: notify.TemplateHeld, Held: q.kind, Lines: q.lines, Text: h.Msg.Reply, Reason: q.written, Actor: q.by, Did: q.did, At: q.at, Said: q.said, LastReceipt: q.last}); err != nil {
			return err
		}
	}
	return h.Finish(ticket.DispositionAppended, heldReason(q.kind), t.ID)
}

// passedOn keeps a mail as a note in which an agent only passes on what somebody
// else wrote. Whoever has the ticket reads it; the agent learns that it went no
// further.
func passedOn(h *incoming.Handling, t ticket.Ticket, agent settings.Agent) error {
	if err := h.FileEntry(t.ID, ticket.EntryNote); err != nil {
		return err
	}
	if err := h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventPassedOn, Actor: agent.Name}); err != nil {
		return err
	}
	if err := agentmail.Respond(h, t, agent, notify.Notice{Template: notify.TemplateHeld, Held: notify.HeldForward}); err != nil {
		return err
	}
	n := notify.Notice{Template: notify.TemplateNote, Actor: agent.Known(), Text: h.NewText()}
	if err := notices.SendToAgents(h.Change, t, h.Responsible(t), n, agent); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionAppended, "passed-on", t.ID)
}
