package simulation

import (
	"bytes"
	"maps"
	"slices"

	"maildesk/daemon/localdesk"
	"maildesk/daemon/privacy"
	"maildesk/simulation/dice"
	"maildesk/simulation/rare"
	"maildesk/ticket"
)

// erasure is that somebody was erased.
type erasure struct {
	of    *person
	mails map[ticket.MailID]bool // that they had written
}

// erases lets an admin erase a requester beside the running desk, with their open requests.
// They may write again afterwards.
func (w *world) erases() {
	if w.calm || w.desk.tap.Dead {
		return
	}
	of := w.people[dice.Pick(w.Dice, []string{"ana@mill.example.com", "ben@mill.example.com", "dora@other.example.net", "fay@holiday.example"})]
	w.tell("root erases %s", of.address)
	local := &localdesk.Local{Desk: w.desk.Desk, Store: w.desk.db, Keys: w.keys, Folder: w.desk.folder}
	done, err := privacy.EraseIn(w.desk.ctx, local, true, of.address, privacy.EraseOptions{Do: true, Open: true, Actor: root})
	w.fine("erase somebody", err)
	if err != nil || done.Erasure == 0 {
		return
	}
	if len(done.Left) > 0 && len(done.Pending) == 0 { // what waits stays as it is
		w.breaks("nothing is left of whoever was erased", nil, 0, "%s is still in %q", of.address, done.Left)
	}
	e := erasure{of, map[ticket.MailID]bool{}}
	for _, l := range w.letters {
		for _, id := range l.kept {
			if l.from.address == of.address && !slices.Contains(done.Pending, id) {
				e.mails[id] = true
			}
		}
	}
	w.erased = append(w.erased, e)
	w.seen.Note(rare.Erased)
}

// holdErased checks of a mail that leaves that nothing is in it of what somebody wrote who
// was erased since.
func (w *world) holdErased(m ticket.OutboxMail) {
	for _, e := range w.erased {
		for _, l := range w.lettersIn(m.Bytes) {
			if slices.ContainsFunc(l.kept, func(id ticket.MailID) bool { return e.mails[id] }) && !w.isPublished(l) {
				w.breaks("nothing of whoever was erased leaves", l, m.Ticket, "what %s wrote is in outgoing mail %d (%s) to %s", e.of.address, m.ID, m.Template, m.Recipient)
			}
		}
	}
}

// outOf is the mails and tickets of which something was erased.
type outOf struct {
	mails   map[ticket.MailID]bool
	tickets map[ticket.ID]bool
}

// erasedOf returns of what something was erased.
func (w *world) erasedOf(r ticket.Reader) (o outOf, err error) {
	o = outOf{map[ticket.MailID]bool{}, map[ticket.ID]bool{}}
	if len(w.erased) == 0 {
		return o, nil
	}
	mails, err := r.ErasedMails()
	if err != nil {
		return o, err
	}
	for _, m := range mails {
		o.mails[m.Mail] = true
	}
	tickets, err := r.Tickets(ticket.Filter{})
	for _, t := range tickets {
		events, err := r.Events(t.ID, ticket.EventErased)
		if err != nil {
			return o, err
		}
		o.tickets[t.ID] = len(events) > 0
	}
	return o, err
}

// holdOut checks that what somebody wrote before they were erased is in no mail of the
// journal any more.
func (w *world) holdOut(r ticket.Reader) error {
	for _, e := range w.erased {
		for _, id := range slices.Sorted(maps.Keys(e.mails)) {
			raw, err := r.Raw(id)
			if err != nil {
				return err
			}
			if l := w.byID[id]; bytes.Contains(raw, []byte(l.marker())) {
				w.breaks("nothing is left of whoever was erased", l, 0, "mail %d has their words", id)
			}
		}
	}
	return nil
}
