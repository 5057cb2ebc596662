package trouble

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"maildesk/clientnet"
	"maildesk/ticket"
)

// SecurityWindow is how long a security event counts.
const SecurityWindow = time.Hour

// Sighting is one security event: see [Kind].
type Sighting struct {
	At     time.Time
	What   string    // of [Kinds]
	Origin string    // a network or an address; empty: not known
	Name   string    // of the agent in whose name it was; empty: nobody's
	Ticket ticket.ID // 0: it is about none
}

// OriginOf returns the network that an IP address is counted under; empty: it is not known.
func OriginOf(client netip.Addr) string {
	if !client.IsValid() {
		return ""
	}
	return clientnet.Of(client)
}

// ObserveSecurity tells the admin when security events cluster: those of tickets that are in the
// audit, and seen, the others (log-ins, names). One mail says what, how often, since when and from
// where; another one follows when there are ten times as many, and one when no more than
// half the limit happened within the window.
func (d *Book) ObserveSecurity(ctx context.Context, now time.Time, seen []Sighting) error {
	return d.observeSecurity(ctx, now, securitySubject, seen, onTickets)
}

// ObserveSecurityAt is ObserveSecurity of what one of several daemons has seen at its place: another one
// counts what happens on tickets.
func (d *Book) ObserveSecurityAt(ctx context.Context, now time.Time, place string, seen []Sighting) error {
	return d.observeSecurity(ctx, now, At(securitySubject, place), seen, nil)
}

const securitySubject = "security events pile up"

func (d *Book) observeSecurity(ctx context.Context, now time.Time, subject string, seen []Sighting, kept func(ticket.Reader, time.Time) ([]Sighting, error)) error {
	most := d.Settings().SecurityEvents
	var all []Sighting
	var stands ticket.TroubleState
	err := d.Store.View(ctx, func(r ticket.Reader) error {
		known, err := r.Troubles(ticket.TroubleSecurity)
		if err != nil {
			return err
		}
		for _, s := range known {
			if s.Stands() && s.Subject == subject {
				stands = s
			}
		}
		if most > 0 && kept != nil {
			all, err = kept(r, now.Add(-SecurityWindow))
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("security events: %w", err)
	}
	for _, s := range seen {
		if now.Sub(s.At) < SecurityWindow {
			all = append(all, s)
		}
	}
	found := cluster(all, most, stands, d.Settings().Zone())
	for i := range found {
		found[i].Subject = subject
	}
	return d.observe(ctx, ticket.TroubleSecurity, func(known string) bool { return known == subject }, found, nil)
}

// onTickets returns the security events on tickets since a time that are in the audit.
func onTickets(r ticket.Reader, since time.Time) (all []Sighting, err error) {
	events, err := r.AuditedSince(since, onTicket()...)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		s := Sighting{At: e.At, What: KindOf(e), Ticket: e.Ticket}
		if s.What == "" {
			continue
		}
		if e.Kind == ticket.EventUndone {
			s.Name = e.Actor
		}
		if e.Mail != 0 {
			m, err := r.Mail(e.Mail)
			if err != nil {
				return nil, err
			}
			s.Origin = OriginOfMail(m.Envelope)
		}
		all = append(all, s)
	}
	return all, nil
}

// OriginOfMail returns where a mail came from: the host that handed it over, if that is out in
// the world, else the reverse-path, which anybody can write.
func OriginOfMail(e ticket.Envelope) string {
	ip, err := netip.ParseAddr(e.Client)
	if err == nil && !ip.Unmap().IsPrivate() && !ip.Unmap().IsLoopback() {
		return OriginOf(ip)
	}
	return e.ReversePath
}

// cluster returns the trouble that security events within the window are, none where they
// are too few. One that stands ends below half the limit, and its mark only grows, so that
// it is not told again while it fades.
func cluster(all []Sighting, most int, stands ticket.TroubleState, zone *time.Location) []ticket.Trouble {
	enough := most
	if stands.Kind != "" {
		enough = max(1, most/2)
	}
	if most <= 0 || len(all) < enough {
		return nil
	}
	t := ticket.Trouble{Kind: ticket.TroubleSecurity, Subject: securitySubject, Mark: stands.Mark, Text: clusterText(all, most, zone)}
	for n, mark := len(all)/10, "x10"; n >= most; n, mark = n/10, mark+"0" {
		if len(mark) > len(t.Mark) {
			t.Mark = mark
		}
	}
	return []ticket.Trouble{t}
}

// clusterText says what happened, how often, since when, from where, and what to do.
func clusterText(all []Sighting, most int, zone *time.Location) string {
	slices.SortStableFunc(all, func(a, b Sighting) int { return a.At.Compare(b.At) })
	var b strings.Builder
	fmt.Fprintf(&b, "%d security events within an hour, the first at %s ([limits] security_events_per_hour is %d):\n\n", len(all), all[0].At.In(zone).Format("2006-01-02 15:04 MST"), most)
	for _, c := range counted(all, func(s Sighting) string { return s.What }) {
		fmt.Fprintf(&b, "%6d × %s\n", c.n, c.what)
	}
	b.WriteString("\n")
	for _, line := range []struct {
		name string
		of   func(Sighting) string
	}{
		{"From", func(s Sighting) string { return s.Origin }},
		{"In the name of", func(s Sighting) string { return s.Name }},
		{"Tickets", func(s Sighting) string {
			if s.Ticket == 0 {
				return ""
			}
			return fmt.Sprintf("#%d", s.Ticket)
		}},
	} {
		if text := listed(counted(all, line.of)); text != "" {
			fmt.Fprintf(&b, "%s: %s\n", line.name, text)
		}
	}
	b.WriteString("\nNo command was carried out and nobody got what they may not see; mails of requesters were filed as usual. Look at the tickets (\"maildesk show\" has each event) and at the log (\"security event\", \"login failed\", \"log-in failed\"). " +
		"A few networks: block them (packaging/fail2ban). Your own agents' mails without proof: see whether their mail server signs, and [smtp] auth_servers. " +
		"A signed address in other hands: \"maildesk keys revoke\".\n")
	return b.String()
}

// count is how often something is among sightings.
type count struct {
	what string
	n    int
}

// counted counts sightings, the most frequent first; what is empty is left out.
func counted(all []Sighting, of func(Sighting) string) (counts []count) {
	n := map[string]int{}
	for _, s := range all {
		if what := of(s); what != "" {
			n[what]++
		}
	}
	for _, what := range slices.Sorted(maps.Keys(n)) {
		counts = append(counts, count{what, n[what]})
	}
	slices.SortStableFunc(counts, func(a, b count) int { return cmp.Compare(b.n, a.n) })
	return counts
}

// maxListed bounds what one line of the mail names.
const maxListed = 10

func listed(counts []count) string {
	var parts []string
	for _, c := range counts[:min(len(counts), maxListed)] {
		parts = append(parts, fmt.Sprintf("%s (%d)", Cut(c.what, 80), c.n))
	}
	if more := len(counts) - maxListed; more > 0 {
		parts = append(parts, fmt.Sprintf("%d more", more))
	}
	return strings.Join(parts, ", ")
}
