package wish

import (
	"slices"

	"maildesk/desk/command"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/threading"
	"maildesk/ticket"
)

// Requesters ask the desk itself, too: what of theirs is open, and to be written to in
// another language. Only who is known to have written the mail is answered: the list
// names what they wrote. A mail of anybody else is a request like any other.

// The reasons of the disposition of such mails.
const (
	reasonOpen     = "open-requests"
	reasonLanguage = "language"
)

// AskedByRequester answers a mail by which a requester asks the desk itself something,
// and nothing else; handled is false where the mail is to be read by somebody.
func AskedByRequester(h *incoming.Handling) (handled bool, err error) {
	if !mayAsk(h) {
		return false, nil
	}
	switch reason, wanted := asked(h); {
	case reason == "":
		return false, languageBeside(h)
	case h.Was != nil && h.Was.Reason != reason:
		return false, nil
	case reason == reasonOpen:
		return listOpen(h)
	case reason == reasonLanguage:
		return setLanguage(h, wanted)
	}
	return false, nil
}

// mayAsk reports whether a mail is a person's who is known to have written it, outside,
// and has nothing but its text.
func mayAsk(h *incoming.Handling) bool {
	if h.FromAgent() || h.Silent || h.FromUs() {
		return false
	}
	m := h.Msg
	attached := func(a mailparse.Attachment) bool { return !a.Inline }
	return m.Class == mailparse.Person && m.Silence == mailparse.Answerable && !m.Withheld && len(m.Forwarded) == 0 && m.Origin != mailparse.Foreign &&
		len(h.Verdict.Match.Actions) == 0 && !slices.ContainsFunc(m.Attachments, attached) && h.Proof() >= incoming.ProofAddress
}

// asked returns what a mail asks for: the reason of its disposition, empty where it is
// nothing of this; and of a language its name as it is written.
func asked(h *incoming.Handling) (reason, wanted string) {
	w := command.ReadWish(h.Msg.Reply)
	answers := h.Verdict.Match.Ticket != 0
	switch {
	case w.Name == command.WishList && w.Rest == "":
		return reasonOpen, ""
	case w.Name == command.WishLanguage && w.Rest == "":
		return reasonLanguage, w.Arg
	case w.Name != "":
		return "", ""
	case command.AsksOpen(h.CleanSubject(), h.Msg.Words(), answers, h.Msg.FromShown.Name):
		return reasonOpen, ""
	}
	// In answer to a mail the words may be for its writer.
	if tag := command.AsksLanguage(h.Msg.Words(), h.Msg.FromShown.Name); tag != "" && !answers && command.IsNeutral(h.CleanSubject()) {
		return reasonLanguage, tag
	}
	return "", ""
}

// maxListed bounds the requests of one answer.
const maxListed = 30

// listOpen answers with the writer's own requests that are not solved. Where the guard
// speaks against it, somebody has to read the mail.
func listOpen(h *incoming.Handling) (handled bool, err error) {
	all, err := h.Tx.Tickets(ticket.Filter{Requester: h.Msg.From.Address, Status: []ticket.Status{ticket.StatusNew, ticket.StatusOpen, ticket.StatusPending, ticket.StatusOnHold}})
	if err != nil {
		return false, err
	}
	slices.Reverse(all) // the latest first
	list := notify.Answer{Name: notify.AnswerYours, More: max(0, len(all)-maxListed)}
	for _, t := range all[:min(len(all), maxListed)] {
		listed := notify.Listed{Ticket: ticket.Ticket{ID: t.ID, Subject: t.Subject, Status: t.Status, CreatedAt: t.CreatedAt}}
		if listed.Show, err = answerLink(h, t); err != nil {
			return false, err
		}
		list.Tickets = append(list.Tickets, listed)
	}
	return answer(h, notify.Notice{Template: notify.TemplateOpen, Answers: []notify.Answer{list}}, reasonOpen)
}

// answerLink returns the link that opens a mail to the address at which the writer goes
// on with a request of theirs.
func answerLink(h *incoming.Handling, t ticket.Ticket) (notify.Action, error) {
	p, err := h.Participant(t.ID, ticket.RoleRequester, t.Requester, t.Name)
	if err != nil {
		return notify.Action{}, err
	}
	token := threading.Token{Ticket: int64(t.ID), Participant: int64(p.ID), Role: string(p.Role), Kind: threading.Public, Round: int64(t.Round)}
	address, _, err := notices.AnswerAddress(h.Change, t, token)
	return notify.Mailto{Address: address, Subject: threading.Tag(h.Set.Name, int64(t.ID))}.Action("show", ""), err
}

// setLanguage keeps in which language the writer wants to be written to, and says so.
func setLanguage(h *incoming.Handling, wanted string) (handled bool, err error) {
	n := notify.Notice{Template: notify.TemplateLanguage}
	tag, known := command.LanguageNamed(wanted)
	if !known {
		n.Reason = notify.LanguageUnknown
		return answer(h, n, reasonLanguage)
	}
	if err := keepLanguage(h, tag); err != nil {
		return false, err
	}
	n.Language = tag
	return answer(h, n, reasonLanguage)
}

// languageBeside keeps the language that somebody asks for in answer to a mail of ours.
// What they write may as well be for its writer, who reads it.
func languageBeside(h *incoming.Handling) error {
	tag := command.AsksLanguage(h.Msg.Words(), h.Msg.FromShown.Name)
	if tag == "" || h.Verdict.Match.Ticket == 0 {
		return nil
	}
	return keepLanguage(h, tag)
}

// keepLanguage keeps the language for all requests of the writer that are not closed, and
// for those to come.
func keepLanguage(h *incoming.Handling, tag string) error {
	if err := h.Tx.SetWantedLanguage(h.Msg.From.Address, tag); err != nil {
		return err
	}
	all, err := h.Tx.Tickets(ticket.Filter{Requester: h.Msg.From.Address, Status: []ticket.Status{ticket.StatusNew, ticket.StatusOpen, ticket.StatusPending, ticket.StatusOnHold, ticket.StatusResolved}})
	if err != nil {
		return err
	}
	for _, t := range all {
		if t.Language == tag {
			continue
		}
		if err := h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventLanguage, Actor: h.ActorName(), From: t.Language, To: tag}); err != nil {
			return err
		}
		t.Language = tag
		if err := h.Save(&t); err != nil {
			return err
		}
	}
	return nil
}

// answer answers the mail at hand, which is work for nobody then. In answer to a mail
// about a request it stands there.
func answer(h *incoming.Handling, n notify.Notice, reason string) (handled bool, err error) {
	if n.Language == "" {
		if n.Language, err = languageOf(h); err != nil {
			return false, err
		}
	}
	if h.Was == nil {
		of := notices.Asked{ID: h.Msg.MessageID, References: h.Msg.References, Address: h.Intake()}
		sent, err := notices.AnswerAsked(h.Change, h.Msg.From.Address, of, n)
		if err != nil || !sent {
			return false, err
		}
	}
	id := ticket.ID(h.Verdict.Match.Ticket)
	if id != 0 {
		if err := h.FileEntry(id, ticket.EntryMachine); err != nil {
			return false, err
		}
	}
	return true, h.Finish(ticket.DispositionMachine, reason, id)
}

// languageOf returns the language in which the writer is answered: the one that they
// asked for, that of the mail, that of their last request, the desk's.
func languageOf(h *incoming.Handling) (string, error) {
	wanted, err := h.Tx.WantedLanguage(h.Msg.From.Address)
	if err != nil || wanted != "" {
		return wanted, err
	}
	last, err := h.Tx.Tickets(ticket.Filter{Requester: h.Msg.From.Address, Newest: true, Limit: 1})
	if err != nil {
		return "", err
	}
	theirs := ""
	if len(last) > 0 {
		theirs = last[0].Language
	}
	if written := h.Msg.LanguageBeside(theirs); h.Set.Words.Writes(written) {
		return written, nil
	}
	return settings.FirstOf(theirs, h.Set.Language), nil
}
