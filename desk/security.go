package desk

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"maildesk/desk/author"
	"maildesk/desk/control"
	"maildesk/desk/imitation"
	"maildesk/desk/incoming"
	"maildesk/desk/settings"
	"maildesk/desk/shift"
	"maildesk/desk/trouble"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// Security events: [trouble.Kinds] has the table of them. What decides about a mail records
// most of them with what it decides; what else speaks against its sender is found here.

// noteSuspect records, on the ticket that the mail at hand came to, what speaks against the
// sender. from is whom its From field names.
func noteSuspect(h *incoming.Handling, from mailparse.Address) error {
	id := h.Verdict.Ticket
	if id == 0 || h.Silent || from.Address == "" || h.Mail.Envelope.Console() || h.Set.IsOurs(from.Address) {
		return nil
	}
	var found []string
	if !slices.ContainsFunc(h.Events, func(e ticket.Event) bool { return trouble.KindOf(e) != "" }) {
		why, err := suspect(h, from)
		if err != nil {
			return err
		}
		found = append(found, why)
	}
	named, err := pretends(h, from)
	if err != nil {
		return err
	}
	for _, why := range append(found, named) {
		if why == "" {
			continue
		}
		if err := h.Record(ticket.Event{Ticket: id, Kind: ticket.EventSuspect, Actor: from.Address, Topic: why}); err != nil {
			return err
		}
	}
	return nil
}

// suspect returns what the proof of the mail at hand says against its sender; empty: nothing.
// Somebody who is new to the desk has proven nothing before, and a machine's mail is looked at
// where it counts as somebody's word.
func suspect(h *incoming.Handling, from mailparse.Address) (string, error) {
	_, isAgent := h.Set.AgentAt(from.Address)
	appended := h.Verdict.Disposition == ticket.DispositionAppended
	switch {
	case h.AuthFailed() && (appended || isAgent && h.Verdict.Disposition == ticket.DispositionNew):
		return ticket.SuspectForged, nil
	case !appended || h.Msg.Class != mailparse.Person:
		return "", nil
	case h.Verdict.Match.Holder && !isColleague(h):
		return ticket.SuspectAddress, nil
	case h.Author != author.InFrom || h.By.Agent != "" || h.Proof() > incoming.ProofFrom:
		return "", nil
	}
	readers, err := h.Readers(h.Verdict.Ticket)
	if slices.ContainsFunc(readers, func(p ticket.Participant) bool { return p.Proven && settings.SameAddress(p.Address, from.Address) }) {
		return ticket.SuspectUnproven, err
	}
	return "", err
}

// isColleague reports whether the mail at hand is of another address of the vendor who was asked.
func isColleague(h *incoming.Handling) bool {
	return slices.ContainsFunc(h.Events, func(e ticket.Event) bool {
		return e.Kind == ticket.EventVendorAnswered && e.Topic == ticket.DoubtAddress
	})
}

// pretends returns ticket.SuspectName where the name of a sender pretends something; empty:
// it does not, or that stands on the ticket already: many write under it every day.
func pretends(h *incoming.Handling, from mailparse.Address) (string, error) {
	if imitation.Of(h.Set, from.Name, from.Address).IsZero() {
		return "", nil
	}
	known, err := h.Tx.Events(h.Verdict.Ticket, ticket.EventSuspect)
	if slices.ContainsFunc(known, func(e ticket.Event) bool {
		return e.Topic == ticket.SuspectName && settings.SameAddress(e.Actor, from.Address)
	}) {
		return "", err
	}
	return ticket.SuspectName, err
}

// OnSighting has fn called with each security event that is on no ticket. Call it before Run.
func (d *Desk) OnSighting(fn func(context.Context, trouble.Sighting)) { d.sighted = fn }

// logSecurity writes a line for each security event that a mail brought, and tells of those
// that are on no ticket.
func (d *Desk) logSecurity(ctx context.Context, m ticket.Mail, v incoming.Verdict, events []ticket.Event) {
	for _, e := range events {
		if what := trouble.KindOf(e); what != "" {
			d.Log.WarnContext(ctx, "security event", "what", what, "client", m.Envelope.Client, "mail", m.ID, "ticket", e.Ticket, "actor", e.Actor)
		}
	}
	agent, _ := d.Settings().AgentAt(v.Message.From.Address)
	switch v.Reason {
	case control.ReasonUnproven:
		d.saw(ctx, trouble.QuestionUnproven, m.Envelope, agent.Name)
	case shift.ReasonUnproven:
		d.saw(ctx, trouble.InvitationForeign, m.Envelope, agent.Name)
	}
}

// saw tells of a security event that is on no ticket, in an agent's name.
func (d *Desk) saw(ctx context.Context, what string, env ticket.Envelope, agent string) {
	d.Log.WarnContext(ctx, "security event", "what", what, "client", env.Client, "actor", agent)
	if d.sighted == nil {
		return
	}
	client, _ := netip.ParseAddr(env.Client) // zero where it is not known
	d.sighted(ctx, trouble.Sighting{At: time.Now(), What: what, Origin: trouble.OriginOf(client), Name: agent})
}
