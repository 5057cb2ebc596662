package simulation

import (
	"slices"
	"strings"

	"maildesk/desk/notify"
	"maildesk/simulation/brittle"
	"maildesk/ticket"
)

// holdForAgent checks that a notice of what a requester wrote has their words.
func (w *world) holdForAgent(m ticket.OutboxMail) {
	l := w.byID[m.Cause]
	if l == nil || l.meaning != request || strings.Contains(l.subject, brittle.Poison) {
		return // of what is in quarantine agents are told, and not what it says
	}
	switch notify.Template(m.Template) {
	case notify.TemplateNewTicket, notify.TemplateMessage, notify.TemplateReopened:
		if !slices.Contains(w.lettersIn(m.Bytes), l) {
			w.breaks("a notice has the words that it is about", l, m.Ticket, "outgoing mail %d (%s) to %s has not what %s wrote", m.ID, m.Template, m.Recipient, l.from.address)
		}
	}
}

// readsByRight reports whether who gets a text of an agent reads the ticket by right: it is
// theirs, its requester put them into Cc, or an agent named or accepted them.
func (w *world) readsByRight(m ticket.OutboxMail) bool {
	if p := w.people[m.Recipient]; p != nil && p.habit == isDesk {
		return true // its mails do not say who wrote them
	}
	by := rights{w: w, to: m.Recipient, looked: map[ticket.ID]bool{}}
	err := w.desk.View(w.desk.ctx, func(r ticket.Reader) error { return by.look(r, m.Ticket) })
	w.fine("look who may read a ticket", err)
	return by.found || err != nil
}

// rights looks for a letter by which somebody may read a ticket.
type rights struct {
	w      *world
	to     string
	looked map[ticket.ID]bool
	found  bool
}

// look looks on a ticket, and on those from which it came.
func (b *rights) look(r ticket.Reader, on ticket.ID) error {
	if b.found || b.looked[on] {
		return nil
	}
	b.looked[on] = true
	entries, err := r.Correspondence(on)
	if err != nil {
		return err
	}
	for i, e := range entries {
		l, err := b.w.letterOf(r, e.Mail)
		if err != nil {
			return err
		}
		b.found = b.found || l != nil && (i == 0 && l.from.address == b.to || b.w.lets(l, b.to))
	}
	events, err := r.Events(on)
	if err != nil {
		return err
	}
	for _, e := range events {
		if l := b.w.byID[e.Mail]; l != nil && (e.Kind == ticket.EventCreated && l.from.address == b.to || b.w.lets(l, b.to)) {
			b.found = true
		}
		switch e.Kind {
		case ticket.EventFollows, ticket.EventComesOf, ticket.EventMergedIn:
			if err := b.look(r, e.OtherTicket); err != nil {
				return err
			}
		}
	}
	return nil
}

// letterOf returns the letter that a mail is; nil: none with words of its own.
func (w *world) letterOf(r ticket.Reader, id ticket.MailID) (*letter, error) {
	if l := w.byID[id]; l != nil || id == 0 {
		return l, nil
	}
	raw, err := r.Raw(id) // a kill came before the desk could say that it has it
	if found := w.lettersIn(raw); len(found) > 0 {
		return found[0], err
	}
	return nil, err
}

// naming are the beginnings of lines in which agents name whom a ticket is about, or accept
// who wrote.
var naming = []string{"#cc ", "#for ", "#accept ", "From: "}

// lets reports whether a letter lets somebody read the ticket on which it stands.
func (w *world) lets(l *letter, address string) bool {
	if !w.isAgent(l.from.address) {
		return strings.Contains(l.header, "Cc: "+address+"\n")
	}
	for line := range strings.Lines(l.text) {
		names := slices.ContainsFunc(naming, func(begin string) bool { return strings.HasPrefix(line, begin) })
		if line == "#accept\n" || names && strings.Contains(line, address) {
			return true
		}
	}
	return false
}
