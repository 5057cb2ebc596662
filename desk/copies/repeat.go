package copies

import (
	"fmt"
	"slices"

	"maildesk/desk/author"
	"maildesk/desk/command"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/loop"
	"maildesk/desk/notify"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// RepeatOf returns the mail of which this one, with the same bytes in its body, is only another copy;
// found is false where it is none. It is
// not where that one was set apart unread, as spam or as a machine's, and this one may be
// something else, nor where this one proves who wrote it, and that one did not: whoever sends a
// copy of a mail faster than it arrives takes nothing of its effect away. The true mail that
// comes again repeats the true one, not the copy that came first.
func RepeatOf(h *incoming.Handling) (of Altered, found bool, err error) {
	if h.Was != nil {
		if first, is := repeated(h.Was.Reason); is {
			return repeatedBefore(h, first)
		}
	}
	if err := h.Resolve(); err != nil {
		return of, false, err
	}
	first, err := h.Tx.Mail(h.Mail.DuplicateOf)
	if err != nil {
		return of, false, fmt.Errorf("first copy: %w", err)
	}
	var differing Altered
	var unproven []Altered
	all := []ticket.Mail{first}
	for i := 0; i < len(all); i++ {
		of = Altered{First: all[i]}
		same, weaker, err := repeats(h, &of)
		switch {
		case err != nil:
			return of, false, err
		case same && !of.differs() && h.Was == nil:
			return of, true, nil
		case same && of.differs() && differing.First.ID == 0:
			differing = of
		case weaker:
			unproven = append(unproven, of)
		}
		if i > 0 {
			continue
		}
		if all, err = withOthers(h, first); err != nil {
			return of, false, err
		}
	}
	if differing.First.ID != 0 && (h.Was == nil || wasAltered(h)) {
		return differing, true, nil
	}
	if of, found, err = carriedOut(h, unproven); found || err != nil {
		return of, found, err
	}
	if wasAltered(h) && h.Msg.MessageID == "" { // else see FindAltered; the bytes of the first were erased since
		i := slices.IndexFunc(all, func(m ticket.Mail) bool { return m.Ticket != 0 })
		return Altered{First: all[max(i, 0)]}, true, nil
	}
	outweighed(h, unproven)
	return of, false, nil
}

// wasAltered reports whether a mail that is handled again was filed as an altered copy.
func wasAltered(h *incoming.Handling) bool { return h.Was != nil && h.Was.Reason == reasonAltered }

// withOthers returns the first mail with the words of this one, then those that were handled before and
// are no duplicates of another one. Of those that were filed since they differ, it is the latest: whoever sends
// one after the other makes nobody read all of them each time.
func withOthers(h *incoming.Handling, first ticket.Mail) ([]ticket.Mail, error) {
	others, err := h.Tx.OtherCopies(first.ID)
	if err != nil {
		return nil, fmt.Errorf("other copies: %w", err)
	}
	altered := 0
	for i, m := range slices.Backward(others) {
		if m.Reason == reasonAltered {
			altered++
		}
		if m.ID == h.Mail.ID || m.Reason == reasonAltered && altered > maxAltered {
			others = slices.Delete(others, i, i+1)
		}
	}
	return append([]ticket.Mail{first}, others...), nil
}

// repeatedBefore returns the mail of which this one was found to be a copy when it was handled before: the one of a
// number, or where that is 0, or gone, the first with its words.
func repeatedBefore(h *incoming.Handling, first ticket.MailID) (of Altered, found bool, err error) {
	if first != 0 {
		if of.First, err = h.Tx.Mail(first); decision.IgnoreNotFound(err) != nil {
			return of, false, err
		}
	}
	if of.First.ID == 0 {
		if of.First, err = h.Tx.Mail(h.Mail.DuplicateOf); err != nil {
			return of, false, fmt.Errorf("first copy: %w", err)
		}
	}
	return of, true, nil
}

// repeats reports whether a mail says no more than one that was handled before it, or, where the fields
// beside its body let it be read otherwise, adds something to it. weaker: that one proves less.
func repeats(h *incoming.Handling, of *Altered) (found, weaker bool, err error) {
	switch {
	case takenOver(h, of.First):
		return true, false, nil
	case of.First.Disposition == ticket.DispositionSpam:
		return incoming.IsDropped(of.First) || h.Msg.Class == mailparse.Spam, false, nil // else see [EndsAsSpam]
	case of.First.Disposition == ticket.DispositionQuarantined:
		return of.First.SHA256 == h.Mail.SHA256, false, nil // the fields of the other one may be what could not be read
	case of.First.Disposition == ticket.DispositionMachine && (of.First.Reason == incoming.ReasonQuestion || of.First.Reason == incoming.ReasonInvitation):
		return true, false, nil // an agent has acted by it, whatever path it came by
	}
	earlier, err := h.Earlier(of.First)
	if err != nil || earlier == nil {
		return true, false, err
	}
	if weaker, err = outweighs(h, earlier, of.First); err != nil {
		return false, false, err
	}
	if !weaker && of.First.Disposition == ticket.DispositionMachine {
		return !lessOfMachine(h, earlier), false, nil
	}
	if of.First.Ticket != 0 {
		of.Adds = incoming.SingleBlanks(h.Msg.Whole()) != incoming.SingleBlanks(earlier.Msg.Whole())
		of.People = slices.Concat(namedBeside(h, earlier), namedBeside(earlier, h))
	}
	return !weaker, weaker, nil
}

// takenOver reports whether one of two mails comes out of an import: nobody sends a copy of old mail faster
// than it is taken over, and what the desk set apart when it came is not taken over once more.
func takenOver(h *incoming.Handling, first ticket.Mail) bool {
	return h.Silent || first.Envelope.Source == ticket.SourceImport
}

// namedBeside returns the people in To and Cc of a mail whom another one does not name there.
func namedBeside(h, other *incoming.Handling) (beside []string) {
	named := map[string]bool{"": true}
	for _, a := range slices.Concat(other.Msg.To, other.Msg.Cc) {
		named[a.Normal()] = true
	}
	for _, a := range slices.Concat(h.Msg.To, h.Msg.Cc) {
		if key := a.Normal(); !named[key] && !h.Set.IsOurs(a.Address) {
			named[key] = true
			beside = append(beside, a.Address)
		}
	}
	return beside
}

// lessOfMachine reports whether a mail may be a person's, to be read, where an earlier one was a machine's or
// had gone round.
func lessOfMachine(h, earlier *incoming.Handling) bool {
	return h.Msg.Class == mailparse.Person && earlier.Msg.Class != mailparse.Person || h.Msg.Silence < earlier.Msg.Silence ||
		loop.OwnMark(h) == "" && loop.OwnMark(earlier) != "" || !loop.NamesUs(h) && loop.NamesUs(earlier)
}

// outweighs reports whether a mail is better proven than an earlier one with the same words, and asks for
// what needs it, where the earlier one did nothing for want of it. What asks for nothing that needs proof stays
// one, or each mail whose sender could not be checked at first would be two.
func outweighs(h, earlier *incoming.Handling, of ticket.Mail) (bool, error) {
	is, was := h.Proof(), earlier.Proof()
	switch {
	case takenOver(h, of):
		return false, nil
	case acts(h) && !acts(earlier), is > was && was == incoming.ProofForged:
		return true, nil
	case is > was && (was == incoming.ProofFrom || notify.Undone(of.Reason).Doubtful()):
		return needsProof(h, of)
	}
	return false, nil
}

// needsProof reports whether a mail asks for what only some who write in its From field may: it answers
// a mail of ours to its writer, an agent writes commands, or a requester has a wish or writes about a ticket that is
// resolved, which is opened again, and was so when the earlier one came.
func needsProof(h *incoming.Handling, earlier ticket.Mail) (bool, error) {
	switch {
	case h.AnswersOurs():
		return true, nil
	case h.FromAgent():
		return len(command.Read(h.Msg.Reply).Commands) > 0, nil
	}
	id := ticket.ID(h.Verdict.Match.Ticket)
	words, name := h.Msg.Words(), h.Msg.FromShown.Name
	wishes := command.ReadWish(h.Msg.Reply).Name != "" || command.AsksOpen(h.CleanSubject(), words, id != 0, name) || command.AsksLanguage(words, name) != ""
	if wishes || id == 0 {
		return wishes, nil
	}
	t, err := h.Tx.Ticket(id)
	if err == nil {
		t, err = decision.WorkedOn(h.Tx, t)
	}
	return err == nil && t.Status == ticket.StatusResolved && !t.ResolvedAt.After(earlier.ReceivedAt), decision.IgnoreNotFound(err)
}

// acts reports whether an agent's mail comes to where agents act, and proves there who wrote it: at the
// control address, or at one by which they confirm a mail.
func acts(h *incoming.Handling) bool {
	agent, is := h.Set.AgentAt(h.Msg.From.Address)
	if !is || h.AuthFailed() || h.Author != author.InFrom {
		return false
	}
	signed := h.Proof() >= incoming.ProofAuthenticated
	for _, address := range h.Recipients() {
		if _, confirms := h.Keys().ParseConfirmAddress(address); confirms {
			return true
		}
		_, ok := h.Keys().ParseControlAddress(address, agent.Name)
		signed = signed || ok
	}
	paths := h.Mail.Envelope.ForwardPaths
	if len(paths) == 0 {
		paths = h.Recipients()
	}
	return signed && slices.ContainsFunc(paths, h.Set.IsControl)
}

// carriedOut returns which of some mails, that prove less than the one at hand, was carried out since: its
// agent had asked for that, or had another text take its place, or its requester has confirmed what they wish. Its
// words have had their effect.
func carriedOut(h *incoming.Handling, unproven []Altered) (of Altered, found bool, err error) {
	if h.Was != nil && !wasAltered(h) {
		return of, false, nil
	}
	for _, of := range unproven {
		if of.First.Ticket == 0 {
			continue
		}
		events, err := decision.EventsOf(h.Tx, of.First.Ticket, ticket.EventReleased, ticket.EventReplaced, ticket.EventQuestion, ticket.EventStatus)
		if err != nil {
			return of, false, fmt.Errorf("what became of the first copy: %w", err)
		}
		if notify.Undone(of.First.Reason).Releasable() && slices.ContainsFunc(events, func(e ticket.Event) bool { return e.OtherMail == of.First.ID }) || confirmed(events, of.First.ID) {
			return of, true, nil
		}
	}
	return of, false, nil
}

// confirmed reports whether what a requester was asked about, since their mail proved too little for it, has
// happened since, by the events of their ticket.
func confirmed(events []ticket.Event, mail ticket.MailID) bool {
	for i, asked := range events {
		if asked.Kind != ticket.EventQuestion || asked.Mail != mail {
			continue
		}
		for _, e := range events[i:] {
			ends := e.To == string(ticket.StatusResolved) || e.To == string(ticket.StatusClosed)
			opens := e.From == string(ticket.StatusResolved) && e.To == string(ticket.StatusOpen)
			if e.Kind == ticket.EventStatus && (ends && asked.Topic == notify.ConfirmClose || opens && asked.Topic == notify.ConfirmReopen) {
				return true
			}
		}
	}
	return false
}

// outweighed notes the mails that prove less than the one at hand: it may come in their place.
func outweighed(h *incoming.Handling, unproven []Altered) {
	for _, of := range unproven {
		if !slices.ContainsFunc(h.Outweighed, func(m ticket.Mail) bool { return m.ID == of.First.ID }) {
			h.Outweighed = append(h.Outweighed, of.First)
		}
	}
}

// Replace says of agents' mails that wait for want of proof that the one at hand, which has it and was
// carried out, came in their place: nobody has to confirm them any more.
func Replace(h *incoming.Handling) error {
	agent, is := h.Set.AgentAt(h.Msg.From.Address)
	read := h.Verdict.Disposition == ticket.DispositionNew || h.Verdict.Disposition == ticket.DispositionAppended
	if !is || !read || h.Verdict.Reason == reasonAltered || notify.Undone(h.Verdict.Reason).Releasable() {
		return nil
	}
	for _, m := range h.Outweighed {
		if m.Ticket == 0 || !notify.Undone(m.Reason).Releasable() {
			continue
		}
		if err := h.Record(ticket.Event{Ticket: m.Ticket, Kind: ticket.EventReplaced, Actor: agent.Name, OtherMail: m.ID}); err != nil {
			return err
		}
	}
	return nil
}

// EndsAsSpam ends the handling of a mail that is spam where one with the same words was before, and
// reports whether it did.
func EndsAsSpam(h *incoming.Handling) (bool, error) {
	if h.Was != nil || h.Mail.DuplicateOf == 0 {
		return false, nil
	}
	first, err := h.Tx.Mail(h.Mail.DuplicateOf)
	if err != nil {
		return false, fmt.Errorf("first copy: %w", err)
	}
	all := []ticket.Mail{first}
	if first.Disposition != ticket.DispositionSpam {
		if all, err = withOthers(h, first); err != nil {
			return false, err
		}
	}
	i := slices.IndexFunc(all, func(m ticket.Mail) bool { return m.Disposition == ticket.DispositionSpam })
	if i < 0 {
		return false, nil
	}
	return true, Repeated(h, Altered{First: all[i]})
}

// SetApart ends the handling of a mail that a filter has marked as spam.
func SetApart(h *incoming.Handling) error {
	if ended, err := EndsAsSpam(h); ended || err != nil {
		return err
	}
	return h.Finish(ticket.DispositionSpam, h.Msg.ClassReason, 0)
}

// Repeated ends the handling of a further copy of a mail. It has no effect but
// one: the queue of another address that it came to looks on. Where it reads otherwise, or names other
// people, it is filed.
func Repeated(h *incoming.Handling, of Altered) error {
	if of.differs() || wasAltered(h) {
		return File(h, of)
	}
	if err := onlookOf(h, of.First); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionDuplicate, repeatOf(of.First.ID), of.First.Ticket)
}
