package desk

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"maildesk/desk/author"
	"maildesk/desk/decision"
	"maildesk/desk/imitation"
	"maildesk/desk/incoming"
	"maildesk/desk/settings"
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
// where it counts as somebody's word, as what a list or a form passes on does.
func suspect(h *incoming.Handling, from mailparse.Address) (string, error) {
	_, isAgent := h.Set.AgentAt(from.Address)
	appended := h.Verdict.Disposition == ticket.DispositionAppended
	switch {
	case h.AuthFailed() && (appended || isAgent && h.Verdict.Disposition == ticket.DispositionNew):
		return ticket.SuspectForged, nil
	case !appended || h.Msg.Class != mailparse.Person && h.Author == author.InFrom:
		return "", nil
	case h.Verdict.Match.Holder && !isColleague(h):
		return ticket.SuspectAddress, nil
	case h.By.Agent != "" || h.Proof() > incoming.ProofFrom:
		return "", nil
	}
	readers, err := h.Readers(h.Verdict.Ticket)
	if err != nil || !slices.ContainsFunc(readers, func(p ticket.Participant) bool { return p.Proven && settings.SameAddress(p.Address, from.Address) }) {
		return "", err
	}
	if told, err := stands(h, ticket.SuspectUnproven, from.Address); told || err != nil {
		return "", err
	}
	if was, err := authenticatedBefore(h, from.Address); !was || err != nil {
		return "", err
	}
	return ticket.SuspectUnproven, nil
}

// What is looked at of a ticket to know whether its requester's mails are authenticated.
const (
	lookedBack = 20        // entries, the latest
	lookedAt   = 3         // mails among them
	lookedInto = 256 << 10 // of mails up to that size
)

// authenticatedBefore reports whether one of the latest mails of an address on the ticket was
// authenticated. An answer at a signed address says nothing of that: many a domain never signs.
func authenticatedBefore(h *incoming.Handling, address string) (bool, error) {
	entries, err := h.Tx.LatestEntries(h.Verdict.Ticket, lookedBack)
	if err != nil {
		return false, err
	}
	left := lookedAt
	for _, e := range entries {
		if e.Mail == 0 || e.Mail == h.Mail.ID || !settings.SameAddress(e.Author, address) {
			continue
		}
		if left--; left < 0 {
			break
		}
		was, err := wasAuthenticated(h, e.Mail, address)
		if err = decision.IgnoreNotFound(err); was || err != nil {
			return was, err
		}
	}
	return false, nil
}

// wasAuthenticated reports whether a mail that came before is of an address, by its
// authenticated From field. Large mails are not looked at.
func wasAuthenticated(h *incoming.Handling, id ticket.MailID, address string) (bool, error) {
	m, err := h.Tx.Mail(id)
	if err != nil || m.Size > lookedInto {
		return false, err
	}
	before, err := incoming.Again(h.Change, id)
	if err != nil {
		return false, err
	}
	err = readChecked(&before)
	return settings.SameAddress(before.Msg.From.Address, address) && before.Authenticated(), err
}

// stands reports whether it stands on the ticket already that something speaks against who
// writes from an address: many write every day.
func stands(h *incoming.Handling, why, address string) (bool, error) {
	known, err := h.Tx.Events(h.Verdict.Ticket, ticket.EventSuspect)
	return slices.ContainsFunc(known, func(e ticket.Event) bool { return e.Topic == why && settings.SameAddress(e.Actor, address) }), err
}

// isColleague reports whether the mail at hand is of another address of the vendor who was asked.
func isColleague(h *incoming.Handling) bool {
	return slices.ContainsFunc(h.Events, func(e ticket.Event) bool {
		return e.Kind == ticket.EventVendorAnswered && e.Topic == ticket.DoubtAddress
	})
}

// pretends returns ticket.SuspectName where the name of a sender pretends something; empty:
// it does not, a machine wrote, or that stands on the ticket already.
func pretends(h *incoming.Handling, from mailparse.Address) (string, error) {
	if h.Msg.Class != mailparse.Person || !imitation.Poses(h.Set, from.Name, from.Address) {
		return "", nil
	}
	if told, err := stands(h, ticket.SuspectName, from.Address); told || err != nil {
		return "", err
	}
	return ticket.SuspectName, nil
}

// OnSighting has fn called with each security event that is on no ticket or, as any number of
// them may come, is not in the audit with it. Call it before Run.
func (d *Desk) OnSighting(fn func(context.Context, trouble.Sighting)) { d.sighted = fn }

// logSecurity writes a line for each security event that a mail brought, and tells of those
// that the audit does not have with a ticket.
func (d *Desk) logSecurity(ctx context.Context, m ticket.Mail, v incoming.Verdict, events []ticket.Event) {
	for _, e := range events {
		what := trouble.KindOf(e)
		if what == "" {
			continue
		}
		d.Log.WarnContext(ctx, "security event", "what", what, "client", m.Envelope.Client, "mail", m.ID, "ticket", e.Ticket, "actor", e.Actor)
		if !e.Audited() {
			d.tell(ctx, trouble.Sighting{What: what, Ticket: e.Ticket}, m.Envelope)
		}
	}
	agent, _ := d.Settings().AgentAt(v.Message.From.Address)
	switch v.Reason {
	case incoming.ReasonQuestionUnproven:
		d.saw(ctx, trouble.QuestionUnproven, m.Envelope, agent.Name)
	case incoming.ReasonInvitationUnproven:
		d.saw(ctx, trouble.InvitationForeign, m.Envelope, agent.Name)
	}
}

// saw logs and tells of a security event that is on no ticket, in an agent's name.
func (d *Desk) saw(ctx context.Context, what string, env ticket.Envelope, agent string) {
	d.Log.WarnContext(ctx, "security event", "what", what, "client", env.Client, "actor", agent)
	d.tell(ctx, trouble.Sighting{What: what, Name: agent}, env)
}

// tell tells of a security event that a mail with an envelope brings now.
func (d *Desk) tell(ctx context.Context, s trouble.Sighting, env ticket.Envelope) {
	if d.sighted == nil {
		return
	}
	client, _ := netip.ParseAddr(env.Client) // zero where it is not known
	s.At, s.Origin = time.Now(), trouble.OriginOf(client)
	if s.Ticket != 0 {
		s.Origin = trouble.OriginOfMail(env)
	}
	d.sighted(ctx, s)
}
