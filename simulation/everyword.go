package simulation

import (
	"slices"
	"strings"

	"maildesk/desk/decision"
	"maildesk/desk/notify"
	"maildesk/mailparse"
	"maildesk/simulation/house"
	"maildesk/ticket"
)

// records is what a desk has, with its outgoing mails by the mail that caused them.
type records struct {
	ticket.Reader
	sent map[ticket.MailID][]ticket.OutboxMail // without Bytes
}

// recordsOf reads them.
func recordsOf(r ticket.Reader) (records, error) {
	all := records{r, map[ticket.MailID][]ticket.OutboxMail{}}
	out, err := r.OutboxOf(0) // of a ticket that is merged they are on the other one
	for _, o := range out {
		all.sent[o.Cause] = append(all.sent[o.Cause], o)
	}
	return all, err
}

// holdEveryWord checks that whatever somebody wrote reached somebody, or that the desk
// said why not.
func (w *world) holdEveryWord(reader ticket.Reader) error {
	out, err := w.erasedOf(reader)
	if err != nil {
		return err
	}
	r, err := recordsOf(reader)
	if err != nil {
		return err
	}
	for _, l := range w.letters {
		m, kept, err := w.effect(w.ctx, r, l)
		if err != nil {
			return err
		}
		if !kept || m.Disposition == ticket.DispositionQuarantined || m.Disposition == ticket.DispositionSpam {
			continue // a stub stands for the one, an admin's rule speaks for the other
		}
		if out.mails[m.ID] || out.tickets[m.Ticket] {
			continue // what they came to is gone as well
		}
		switch l.meaning {
		case request, inform:
			err = w.holdRequest(r, l, m)
		case answer, note, ask:
			err = w.holdAnswer(r, l, m)
		case mixed:
			err = w.holdKept(r, l, m)
		case order:
			err = w.holdOrder(r, l, m)
		case scheduled:
			err = w.holdScheduled(r, l, m)
		case machine, elsewhere:
		}
		if err != nil || w.breach != nil {
			return err
		}
	}
	return nil
}

// holdRequest checks that the words of a requester stand where agents read them, and
// that agents are told of them, or answer for the queue in which they lie.
func (w *world) holdRequest(r records, l *letter, m ticket.Mail) error {
	const law = "every word of a requester reaches somebody"
	if m.Disposition == ticket.DispositionMachine {
		if l.from.habit != echoes {
			w.breaks(law, l, m.Ticket, "mail %d counts as a machine's (%s)", m.ID, m.Reason)
		}
		return nil
	}
	if err := w.holdAddresses(r, l, m); err != nil || w.breach != nil {
		return err
	}
	entry, err := entryOf(r, m)
	if err != nil {
		return err
	}
	if !strings.Contains(entry.Text+entry.Full, l.marker()) {
		w.breaks(law, l, m.Ticket, "mail %d does not stand in ticket %d", m.ID, m.Ticket)
		return nil
	}
	for _, o := range r.sent[m.ID] {
		if w.isAgent(o.Recipient) || w.isDemand(o) || w.isRejection(o) {
			return nil
		}
	}
	t, err := r.Ticket(m.Ticket)
	if err == nil {
		t, err = decision.WorkedOn(r, t)
	}
	if err != nil {
		return err
	}
	if t.Status != ticket.StatusResolved && t.Status != ticket.StatusClosed && t.Queue != "" {
		return nil
	}
	said, err := saysWhy(r, m)
	if err == nil && !said {
		w.breaks(law, l, m.Ticket, "nobody is told of mail %d, and ticket %d is %s", m.ID, m.Ticket, t.Status)
	}
	return err
}

// holdAddresses checks that the queue of each address that a request came to is told of
// it, in however many deliveries it came.
func (w *world) holdAddresses(r ticket.Reader, l *letter, m ticket.Mail) error {
	if m.Disposition != ticket.DispositionNew || !slices.Contains(l.to, house.Sales) {
		return nil
	}
	events, err := r.Events(m.Ticket)
	told := slices.ContainsFunc(events, func(e ticket.Event) bool {
		return e.To == "sales" && (e.Kind == ticket.EventOnlooker || e.Kind == ticket.EventCreated || e.Kind == ticket.EventQueue)
	})
	reports := slices.ContainsFunc(events, func(e ticket.Event) bool { return e.Kind == ticket.EventReports })
	if err == nil && !told && !reports {
		w.breaks("the queue of each address is told", l, m.Ticket, "sales was not told of mail %d", m.ID)
	}
	return err
}

// holdAnswer checks that what an agent wrote went where they meant, or that they were
// told that it did not.
func (w *world) holdAnswer(r records, l *letter, m ticket.Mail) error {
	for _, o := range r.sent[m.ID] {
		// A copy of what leaves soon is no word that it did not.
		if l.isFrom(o.Recipient) && o.Template != string(notify.TemplateSending) {
			return nil // they were told
		}
	}
	entry, err := entryOf(r, m)
	if err != nil {
		return err
	}
	if l.meaning == note {
		if entry.Kind != ticket.EntryNote || !strings.Contains(entry.Text+entry.Full, l.marker()) {
			w.breaks("a note of an agent is kept", l, m.Ticket, "mail %d is a %s", m.ID, entry.Kind)
		}
		return nil
	}
	if back, err := takenBack(r, m); err != nil || back {
		for _, o := range r.sent[m.ID] {
			if !w.isAgent(o.Recipient) && o.State == ticket.OutboxSent {
				w.breaks("what was taken back reaches nobody", l, m.Ticket, "outgoing mail %d was sent", o.ID)
			}
		}
		return err
	}
	for _, o := range r.sent[m.ID] {
		if notify.Template(o.Template).Audience() == notify.AudienceAgent {
			continue
		}
		whole, err := r.OutboxMail(o.ID)
		if err != nil {
			return err
		}
		if msg := mailparse.Parse(whole.Bytes, mailparse.Envelope{}); strings.Contains(msg.Text, l.marker()) {
			if o.State == ticket.OutboxReady || o.State == ticket.OutboxClaimed {
				w.breaks("every text of an agent goes out, or its writer is told", l, m.Ticket, "outgoing mail %d is still %s", o.ID, o.State)
			}
			return nil
		}
	}
	w.breaks("every text of an agent goes out, or its writer is told", l, m.Ticket, "mail %d (%s, %s) went to nobody, and nothing was said to %s", m.ID, m.Disposition, m.Reason, l.from.address)
	return nil
}

// holdKept checks that what an agent wrote stands in some ticket, or that they were told.
func (w *world) holdKept(r records, l *letter, m ticket.Mail) error {
	if toldWriter(r, l, m) {
		return nil
	}
	entry, err := entryOf(r, m)
	if err == nil && !strings.Contains(entry.Text+entry.Full, l.marker()) {
		w.breaks("every text of an agent is kept, or its writer is told", l, m.Ticket, "mail %d is %s (%s)", m.ID, m.Disposition, m.Reason)
	}
	return err
}

// holdOrder checks that no command of an agent ends in silence: it does something, or they
// are told.
func (w *world) holdOrder(r records, l *letter, m ticket.Mail) error {
	if !w.isAgent(l.from.address) || m.Reason == "question-unproven" { // few of these are answered
		return nil
	}
	if l.after != nil && notify.Template(l.after.Template).Audience() != notify.AudienceAgent {
		return nil // they wrote as a requester, whose words others read
	}
	if told := toldWriter(r, l, m); told || m.Ticket == 0 {
		if !told {
			w.breaks("no command ends in silence", l, 0, "mail %d is %s (%s)", m.ID, m.Disposition, m.Reason)
		}
		return nil
	}
	events, err := r.Events(m.Ticket)
	if err == nil && !slices.ContainsFunc(events, func(e ticket.Event) bool { return e.Mail == m.ID }) {
		w.breaks("no command ends in silence", l, m.Ticket, "mail %d is %s (%s)", m.ID, m.Disposition, m.Reason)
	}
	return err
}

// toldWriter reports whether the writer of a mail was sent one because of it.
func toldWriter(r records, l *letter, m ticket.Mail) bool {
	return slices.ContainsFunc(r.sent[m.ID], func(o ticket.OutboxMail) bool { return l.isFrom(o.Recipient) })
}

// takenBack reports whether the writer of a mail took it back before anybody outside had
// it.
func takenBack(r ticket.Reader, m ticket.Mail) (bool, error) {
	if m.Ticket == 0 {
		return false, nil
	}
	events, err := r.Events(m.Ticket, ticket.EventTakenBack)
	return slices.ContainsFunc(events, func(e ticket.Event) bool { return e.OtherMail == m.ID && e.Topic == ticket.TakenAll }), err
}

// entryOf returns the entry of a mail in its ticket; zero: it has none.
func entryOf(r ticket.Reader, m ticket.Mail) (ticket.Entry, error) {
	if m.Ticket == 0 {
		return ticket.Entry{}, nil
	}
	entries, err := r.Correspondence(m.Ticket)
	i := slices.IndexFunc(entries, func(e ticket.Entry) bool { return e.Mail == m.ID })
	if err != nil || i < 0 {
		return ticket.Entry{}, err
	}
	return entries[i], nil
}

// saysWhy reports whether an event of a mail's ticket says why nobody was told of it.
func saysWhy(r ticket.Reader, m ticket.Mail) (bool, error) {
	events, err := r.Events(m.Ticket)
	return slices.ContainsFunc(events, func(e ticket.Event) bool {
		return e.Mail == m.ID && slices.Contains([]ticket.EventKind{ticket.EventThanked, ticket.EventCopy, ticket.EventReports}, e.Kind)
	}), err
}
