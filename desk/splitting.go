package desk

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"maildesk/desk/notify"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// #split makes one matter two: it takes a merge back, takes a report out of its
// incident, or makes a mail that began something new a ticket of its own, with what
// followed it in its thread.

// splits is what a #split asks for.
type splits struct {
	asked   bool
	arg     string
	apart   ticket.ID       // a merged ticket that is one of its own again, 0: none
	mail    ticket.MailID   // with which a ticket of its own begins, 0: none
	follows []ticket.MailID // that go with it
}

// stepSplit notes what a #split names; findSplit finds what it means.
func stepSplit(_ *Settings, o *order, arg string, _ time.Time) (ticket.Phrase, error) {
	o.splits.asked, o.splits.arg = true, arg
	return ticket.Say("a ticket of its own"), nil
}

// splitWord stands before the number of a mail: "#split mail 12".
const splitWord = "mail"

// findSplit finds what a #split means, and marks the command where that is not certain.
func (h *handling) findSplit(t ticket.Ticket, o *order) error {
	if !o.splits.asked {
		return nil
	}
	message, why, err := h.meantBySplit(t, o)
	switch {
	case err != nil:
		return err
	case !why.IsZero():
		o.mistake("split", why)
	default:
		o.say("split", message)
	}
	return nil
}

// meantBySplit finds what a #split means; why says why it cannot be.
func (h *handling) meantBySplit(t ticket.Ticket, o *order) (message, why ticket.Phrase, err error) {
	var no ticket.Phrase
	merged, err := MergedInto(h.tx, t.ID)
	if err != nil {
		return no, no, err
	}
	arg := strings.TrimPrefix(o.splits.arg, "#")
	mail, named := strings.CutPrefix(strings.ToLower(arg), splitWord+" ")
	number, _ := strconv.ParseInt(strings.TrimSpace(mail), 10, 64)
	if t.Merged != 0 && !named {
		return h.takeApart(o, t), no, nil
	}
	if i := slices.IndexFunc(merged, func(m ticket.Ticket) bool { return !named && int64(m.ID) == number }); i >= 0 {
		return h.takeApart(o, merged[i]), no, nil
	}
	cause := ticket.MailID(0)
	if named {
		cause = ticket.MailID(number)
	} else if arg == "" {
		if cause, err = h.causeAnswered(t.ID, aboutMails...); err != nil {
			return no, no, err
		}
	}
	if cause != 0 {
		if done, message, why, err := h.splitOfCause(t, o, merged, cause); err != nil || done {
			return message, why, err
		}
	}
	if o.report.of != 0 {
		message, err := o.splitReport(o.splits.arg)
		if err != nil {
			return no, explained(err), nil
		}
		return message, no, nil
	}
	if len(merged) == 1 && arg == "" && cause == 0 {
		return h.takeApart(o, merged[0]), no, nil
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
func (h *handling) splitOfCause(t ticket.Ticket, o *order, merged []ticket.Ticket, cause ticket.MailID) (done bool, message, why ticket.Phrase, err error) {
	var no ticket.Phrase
	merges, err := h.tx.Events(t.ID, ticket.EventMergedIn)
	if err != nil {
		return false, no, no, err
	}
	for _, m := range merged {
		entries, err := h.tx.Correspondence(m.ID)
		if err != nil {
			return false, no, no, err
		}
		made := slices.ContainsFunc(merges, func(e ticket.Event) bool { return e.Mail == cause && e.OtherTicket == m.ID })
		wrote := slices.ContainsFunc(entries, func(e ticket.Entry) bool { return e.Mail == cause && e.Kind == ticket.EntryMessage })
		if made || wrote {
			return true, h.takeApart(o, m), no, nil
		}
	}
	entries, err := h.tx.Correspondence(t.ID)
	if err != nil {
		return false, no, no, err
	}
	i := slices.IndexFunc(entries, func(e ticket.Entry) bool { return e.Mail == cause })
	switch {
	case i < 0 || entries[i].Kind != ticket.EntryMessage && entries[i].Kind != ticket.EntryMachine && !h.isForeign(entries[i]):
		return false, no, no, nil
	case i == 0 && o.report.of != 0:
		return false, no, no, nil
	case i == 0:
		return true, no, ticket.Say("the ticket began with this mail; there is nothing to split off"), nil
	}
	if o.splits.follows, err = h.following(t.ID, entries[i:]); err != nil {
		return false, no, no, err
	}
	o.splits.mail = cause
	return true, ticket.Say("what %s wrote is a ticket of its own, with what followed", firstOf(entries[i].Name, entries[i].Author)), no, nil
}

// isForeign reports whether an entry is a note that somebody outside wrote.
func (h *handling) isForeign(e ticket.Entry) bool {
	_, agent := h.set.AgentAt(e.Author)
	return e.Kind == ticket.EntryNote && !agent && e.Mail != 0
}

func (h *handling) takeApart(o *order, t ticket.Ticket) ticket.Phrase {
	o.splits.apart = t.ID
	return ticket.Say("#%d is a ticket of its own again", t.ID)
}

// maxFollowing bounds the entries that are looked at for what follows a mail.
const maxFollowing = 200

// following returns the mails among the entries of a ticket that follow from the first:
// what answers it, or a mail of ours that it or one of them caused. An answer names
// more mails than the one it answers; that one counts.
func (h *handling) following(t ticket.ID, entries []ticket.Entry) ([]ticket.MailID, error) {
	sent, err := h.tx.OutboxOf(t)
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
		raw, err := h.tx.Raw(e.Mail)
		if err != nil {
			return nil, err
		}
		msg := mailparse.Parse(raw, mailparse.Envelope{})
		answered := handling{msg: msg}
		if i == 0 || slices.ContainsFunc(answered.answeredIDs(), func(id string) bool { return ids[strings.ToLower(id)] }) {
			take(e.Mail, msg.MessageID)
		}
	}
	return mails, nil
}

// splitMail makes a mail of a ticket, with what followed it, a ticket of its own. The
// agent's text answers its writer there.
func (h *handling) splitMail(t ticket.Ticket, o order, text string) error {
	if err := h.fileText(t.ID, ticket.EntryNote, h.msg.Reply); err != nil {
		return err
	}
	made, err := h.openSplit(t, o)
	if err != nil {
		return err
	}
	if err := h.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventSplitOff, Actor: o.agent.Name, OtherTicket: made.ID, OtherMail: o.splits.mail}); err != nil {
		return err
	}
	if err := h.change.apply(&t, o); err != nil {
		return err
	}
	if err := h.restore(&t, o); err != nil {
		return err
	}
	if h.answersReaders(o, text) {
		if err := h.fileText(made.ID, ticket.EntryReply, text); err != nil {
			return err
		}
		if err := h.firstAnswer(&made, o); err != nil {
			return err
		}
		if err := h.sendReply(made, o.agent, text); err != nil {
			return err
		}
		if err := h.save(&made); err != nil {
			return err
		}
	}
	if err := h.save(&t); err != nil {
		return err
	}
	return h.finish(ticket.DispositionAppended, string(h.verdict.Match.Reason), t.ID)
}

// openSplit opens the ticket that begins with a mail which was filed on another one:
// as if the mail had come now, with the entries that follow it, and told as a new one.
func (h *handling) openSplit(of ticket.Ticket, o order) (ticket.Ticket, error) {
	mail, err := h.tx.Mail(o.splits.mail)
	if err != nil {
		return ticket.Ticket{}, err
	}
	raw, err := h.tx.Raw(o.splits.mail)
	if err != nil {
		return ticket.Ticket{}, err
	}
	first := handling{change: h.change, mail: mail}
	first.msg, first.author = h.set.parse(mail, raw)
	first.verdict.Message = first.msg
	first.carry(h.set.maxFiles(), true)
	if err := first.look(); err != nil {
		return ticket.Ticket{}, err
	}
	decision := h.set.Rules.Route(first.facts())
	t := first.ticketOf(decision)
	if t.Language, err = first.language(decision); err != nil {
		return t, err
	}
	if err := first.assign(&t); err != nil {
		return t, err
	}
	if err := first.count(&t); err != nil {
		return t, err
	}
	if t.ID, err = h.tx.InsertTicket(t); err != nil {
		return t, fmt.Errorf("make ticket: %w", err)
	}
	requester, err := first.participant(t.ID, ticket.RoleRequester, t.Requester, t.Name)
	if err != nil {
		return t, err
	}
	if requester, err = first.provenBefore(of.ID, requester); err != nil {
		return t, err
	}
	words, err := first.moveEntries(of.ID, t.ID, o.splits.follows)
	if err != nil {
		return t, err
	}
	if err := first.addPeople(t, true); err != nil {
		return t, err
	}
	created := ticket.Event{Ticket: t.ID, Kind: ticket.EventCreated, Actor: o.agent.Name, To: t.Queue, Number: t.Level, Reason: strings.Join(decision.Rules, ", ")}
	for _, e := range []ticket.Event{created, {Ticket: t.ID, Kind: ticket.EventComesOf, Actor: o.agent.Name, OtherTicket: of.ID}} {
		if err := h.record(e); err != nil {
			return t, err
		}
	}
	if err := first.acknowledge(t, requester, decision, false); err != nil {
		return t, err
	}
	n := notify.Notice{Template: notify.TemplateNewTicket, Actor: first.actorName(), Text: words}
	agents := first.responsible(t)
	if !slices.ContainsFunc(agents, func(a Agent) bool { return a.Name == o.agent.Name }) {
		agents = append(agents, o.agent) // they know its number then
	}
	err = first.tellAgents(t, agents, n, Agent{})
	h.planned, h.absences = first.planned, first.absences
	return t, err
}

// provenBefore keeps with a reader that an address is theirs, where it was known on
// the ticket that theirs was a part of.
func (c *change) provenBefore(of ticket.ID, p ticket.Participant) (ticket.Participant, error) {
	before, err := c.readers(of)
	if err != nil || p.ID == 0 {
		return p, err
	}
	if slices.ContainsFunc(before, func(b ticket.Participant) bool { return b.Proven && sameAddress(b.Address, p.Address) }) {
		p.Proven = true
		return p, c.tx.SetProven(p.ID)
	}
	return p, nil
}

// moveEntries files mails of one ticket on another one, too, where answers to them go
// from now on. What was stays written on the old one. It returns the words of the first.
func (c *change) moveEntries(from, to ticket.ID, mails []ticket.MailID) (words string, err error) {
	entries, err := c.tx.Correspondence(from)
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		if e.Mail == 0 || !slices.Contains(mails, e.Mail) {
			continue
		}
		if e.Mail == mails[0] {
			words, e.Kind = e.Text, ticket.EntryMessage
		}
		e.ID, e.Ticket = 0, to
		if _, err := c.tx.AddEntry(e); err != nil {
			return "", fmt.Errorf("file mail %d: %w", e.Mail, err)
		}
		m, err := c.tx.Mail(e.Mail)
		if err != nil {
			return "", err
		}
		if m.MessageID == "" {
			continue
		}
		if err := c.tx.AddMessageRef(ticket.MessageRef{MessageID: m.MessageID, Ticket: to, Mail: m.ID}); err != nil {
			return "", err
		}
	}
	return words, nil
}

// restore makes a ticket resolved again that only the mail had opened which is another
// matter. Its requester was told before.
func (h *handling) restore(t *ticket.Ticket, o order) error {
	events, err := h.tx.Events(t.ID, ticket.EventStatus, ticket.EventAnswered)
	if err != nil || len(events) == 0 || t.Status != ticket.StatusOpen {
		return err
	}
	last := events[len(events)-1]
	if last.Kind != ticket.EventStatus || last.From != string(ticket.StatusResolved) || last.Mail != o.splits.mail {
		return nil
	}
	if err := h.move(t, ticket.StatusResolved, o.agent.Name); err != nil {
		return err
	}
	t.InformedAt = h.now
	return h.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventInformed, Actor: ticket.ActorDesk, Reason: "they were told before"})
}

// keepSplit makes a merged ticket one of its own again, where an agent says so.
func (h *handling) keepSplit(t *ticket.Ticket, o order) error {
	switch o.splits.apart {
	case 0:
		return nil
	case t.ID:
		return h.unmerge(t, o.agent)
	}
	other, err := h.tx.Ticket(o.splits.apart)
	if err != nil {
		return err
	}
	if err := h.unmerge(&other, o.agent); err != nil {
		return err
	}
	return h.save(&other)
}
