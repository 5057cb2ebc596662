package desk

import (
	"fmt"
	"slices"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// A mail to several addresses of the desk is one ticket, whether it comes once or in
// several copies, in whichever order. It lies in the queue of the address that stands
// first in To, then Cc; those behind the other addresses are told of it as onlookers.

// isHome reports whether a queue is that of mails to an address of ours which no rule
// sends elsewhere.
func (h *handling) isHome(address, queue string) bool {
	return slices.Contains(h.queuesOf([]string{address}, true), queue)
}

// queuesOf returns the queues of the addresses of ours among forward-paths. An address
// without a queue of its own stands for the fallback where nothing but addresses chose
// the ticket's queue (home); else its mails go wherever the rules sent this one.
func (h *handling) queuesOf(paths []string, home bool) []string {
	var queues []string
	for _, path := range paths {
		a, ours := h.set.addressFor(path)
		if !ours || a.Queue == "" && !home {
			continue
		}
		q, _ := h.set.Rules.HomeOf(a.Mail)
		queues = append(queues, firstOf(a.Queue, q))
	}
	return queues
}

// addOnlookers tells the agents of further queues about a ticket: those that a
// rule names and those of the other addresses that the mail came to. Nobody is told
// twice, however many copies come.
func (h *handling) addOnlookers(t ticket.Ticket, queues []string) error {
	if len(queues) == 0 {
		return nil
	}
	known, err := h.tx.Events(t.ID, ticket.EventCreated, ticket.EventOnlooker)
	if err != nil {
		return err
	}
	seen := map[string]bool{t.Queue: true}
	for _, e := range known {
		seen[e.To] = true
	}
	told, err := h.tx.OutboxWith(t.ID, string(notify.TemplateNewTicket))
	if err != nil {
		return err
	}
	knows := func(a Agent) bool {
		return slices.ContainsFunc(told, func(m ticket.OutboxMail) bool { return m.Cause != h.cause && sameAddress(m.Recipient, a.Mail[0]) })
	}
	for _, name := range queues {
		q, ok := h.set.queue(name)
		if !ok || seen[q.Name] {
			continue
		}
		seen[q.Name] = true
		if err := h.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventOnlooker, Actor: ticket.ActorDesk, To: q.Name}); err != nil {
			return err
		}
		if err := h.tellAgents(t, slices.DeleteFunc(h.set.agentsOf(q.Name), knows), notify.Notice{Template: notify.TemplateNewTicket, Actor: h.actorName(), Text: h.newText()}, Agent{}); err != nil {
			return err
		}
	}
	return nil
}

// onlookOf tells the queues of those addresses to which this copy came and the first
// did not.
func (h *handling) onlookOf(first ticket.Mail) error {
	if first.Ticket == 0 {
		return nil
	}
	opened := first.Disposition == ticket.DispositionNew
	if !opened {
		written, err := h.isMessage(first)
		if err != nil || !written {
			return err
		}
	}
	t, err := h.tx.Ticket(first.Ticket)
	if err != nil {
		return fmt.Errorf("ticket of the first copy: %w", err)
	}
	others := h.otherAddresses(first.Envelope.ForwardPaths)
	if !opened {
		return h.addOnlookers(t, h.queuesBeside(t, others))
	}
	created, err := h.tx.Events(t.ID, ticket.EventCreated)
	if err != nil {
		return err
	}
	home := slices.ContainsFunc(created, func(e ticket.Event) bool { return h.isHome(t.Address, e.To) })
	return h.addOnlookers(t, h.queuesOf(others, home))
}

// otherAddresses returns those of the mail's forward-paths that lead to another address
// of ours than those of the first copy.
func (h *handling) otherAddresses(first []string) []string {
	known := map[string]bool{}
	for _, path := range first {
		if a, ok := h.set.addressFor(path); ok {
			known[a.Mail] = true
		}
	}
	var others []string
	for _, path := range h.mail.Envelope.ForwardPaths {
		if a, ok := h.set.addressFor(path); ok && !known[a.Mail] {
			others = append(others, path)
		}
	}
	return others
}

// isMessage reports whether a mail is what a requester or participant wrote to a ticket.
func (h *handling) isMessage(m ticket.Mail) (bool, error) {
	if m.Disposition != ticket.DispositionAppended {
		return false, nil
	}
	entries, err := h.tx.Correspondence(m.Ticket)
	return slices.ContainsFunc(entries, func(e ticket.Entry) bool { return e.Mail == m.ID && e.Kind == ticket.EntryMessage }), err
}

// queuesBeside returns the queues of the addresses, with one of their own, that a later
// mail to a ticket came to beside the ticket's own address.
func (h *handling) queuesBeside(t ticket.Ticket, paths []string) []string {
	return h.queuesOf(slices.DeleteFunc(slices.Clone(paths), func(path string) bool {
		a, ours := h.set.addressFor(path)
		return ours && sameAddress(a.Mail, t.Address)
	}), false)
}

// joinCopies adds the addresses of copies that were handled before this mail, which
// is the first: they found no ticket whose onlookers they could have made.
func (h *handling) joinCopies() error {
	copies, err := h.tx.DuplicatesOf(h.mail.ID)
	if err != nil {
		return fmt.Errorf("copies that are handled already: %w", err)
	}
	for _, m := range copies {
		if m.Disposition == ticket.DispositionDuplicate {
			h.mail.Envelope.ForwardPaths = append(slices.Clone(h.mail.Envelope.ForwardPaths), m.Envelope.ForwardPaths...)
		}
	}
	return nil
}
