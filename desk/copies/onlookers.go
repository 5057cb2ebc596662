package copies

import (
	"fmt"
	"slices"

	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// A mail to several addresses of the desk is one ticket, whether it comes once or in
// several copies, in whichever order. It lies in the queue of the address that stands
// first in To, then Cc; those behind the other addresses are told of it as onlookers.

// IsHome reports whether a queue is that of mails to an address of ours which no rule
// sends elsewhere.
func IsHome(h *incoming.Handling, address, queue string) bool {
	return slices.Contains(QueuesOf(h, []string{address}, true), queue)
}

// QueuesOf returns the queues of the addresses of ours among forward-paths. An address
// without a queue of its own stands for the fallback where nothing but addresses chose
// the ticket's queue (home); else its mails go wherever the rules sent this one.
func QueuesOf(h *incoming.Handling, paths []string, home bool) []string {
	var queues []string
	for _, path := range paths {
		a, ours := h.Set.AddressFor(path)
		if !ours || a.Queue == "" && !home {
			continue
		}
		q, _ := h.Set.Rules.HomeOf(a.Mail)
		queues = append(queues, settings.FirstOf(a.Queue, q))
	}
	return queues
}

// AddOnlookers tells the agents of further queues about a ticket: those that a
// rule names and those of the other addresses that the mail came to. Nobody is told
// twice, however many copies come.
func AddOnlookers(h *incoming.Handling, t ticket.Ticket, queues []string) error {
	if len(queues) == 0 {
		return nil
	}
	known, err := h.Tx.Events(t.ID, ticket.EventCreated, ticket.EventOnlooker)
	if err != nil {
		return err
	}
	seen := map[string]bool{t.Queue: true}
	for _, e := range known {
		seen[e.To] = true
	}
	told, err := h.Tx.OutboxWith(t.ID, string(notify.TemplateNewTicket))
	if err != nil {
		return err
	}
	knows := func(a settings.Agent) bool {
		return slices.ContainsFunc(told, func(m ticket.OutboxMail) bool {
			return m.Cause != h.Cause && settings.SameAddress(m.Recipient, a.Mail[0])
		})
	}
	for _, name := range queues {
		q, ok := h.Set.Queue(name)
		if !ok || seen[q.Name] {
			continue
		}
		seen[q.Name] = true
		if err := h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventOnlooker, Actor: ticket.ActorDesk, To: q.Name}); err != nil {
			return err
		}
		agents := h.Set.AgentsOf(q.Name)
		others := slices.DeleteFunc(slices.Clone(agents), knows)
		if len(others) == 0 && len(agents) > 0 {
			continue
		}
		if err := notices.SendToAgents(h.Change, t, others, notify.Notice{Template: notify.TemplateNewTicket, Actor: h.ActorName(), Text: h.NewText()}, settings.Agent{}); err != nil {
			return err
		}
	}
	return nil
}

// onlookOf tells the queues of those addresses to which this copy came and the first
// did not.
func onlookOf(h *incoming.Handling, first ticket.Mail) error {
	if first.Ticket == 0 {
		return nil
	}
	opened := first.Disposition == ticket.DispositionNew
	if !opened {
		written, err := isMessage(h, first)
		if err != nil || !written {
			return err
		}
	}
	t, err := h.Tx.Ticket(first.Ticket)
	if err != nil {
		return fmt.Errorf("ticket of the first copy: %w", err)
	}
	others := otherAddresses(h, first.Envelope.ForwardPaths)
	if !opened {
		return AddOnlookers(h, t, QueuesBeside(h, t, others))
	}
	created, err := h.Tx.Events(t.ID, ticket.EventCreated)
	if err != nil {
		return err
	}
	home := slices.ContainsFunc(created, func(e ticket.Event) bool { return IsHome(h, t.Address, e.To) })
	return AddOnlookers(h, t, QueuesOf(h, others, home))
}

// otherAddresses returns those of the mail's forward-paths that lead to another address
// of ours than those of the first copy.
func otherAddresses(h *incoming.Handling, first []string) []string {
	known := map[string]bool{}
	for _, path := range first {
		if a, ok := h.Set.AddressFor(path); ok {
			known[a.Mail] = true
		}
	}
	var others []string
	for _, path := range h.Mail.Envelope.ForwardPaths {
		if a, ok := h.Set.AddressFor(path); ok && !known[a.Mail] {
			others = append(others, path)
		}
	}
	return others
}

// isMessage reports whether a mail is what a requester or participant wrote to a ticket.
func isMessage(h *incoming.Handling, m ticket.Mail) (bool, error) {
	if m.Disposition != ticket.DispositionAppended {
		return false, nil
	}
	entries, err := h.Tx.Correspondence(m.Ticket)
	return slices.ContainsFunc(entries, func(e ticket.Entry) bool { return e.Mail == m.ID && e.Kind == ticket.EntryMessage }), err
}

// QueuesBeside returns the queues of the addresses, with one of their own, that a later
// mail to a ticket came to beside the ticket's own address.
func QueuesBeside(h *incoming.Handling, t ticket.Ticket, paths []string) []string {
	return QueuesOf(h, slices.DeleteFunc(slices.Clone(paths), func(path string) bool {
		a, ours := h.Set.AddressFor(path)
		return ours && settings.SameAddress(a.Mail, t.Address)
	}), false)
}

// JoinCopies adds the addresses of copies that were handled before this mail, which
// is the first and was in quarantine: they found no ticket whose onlookers they could have made.
func JoinCopies(h *incoming.Handling) error {
	copies, err := h.Tx.DuplicatesOf(h.Mail.ID)
	if err != nil {
		return fmt.Errorf("copies that are handled already: %w", err)
	}
	for _, m := range copies {
		if m.Disposition == ticket.DispositionDuplicate {
			h.Mail.Envelope.ForwardPaths = append(slices.Clone(h.Mail.Envelope.ForwardPaths), m.Envelope.ForwardPaths...)
		}
	}
	return nil
}
