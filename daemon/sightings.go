package daemon

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"maildesk/desk/trouble"
	"maildesk/store"
	"maildesk/ticket"
)

// maxSightings bounds what is remembered of an hour; then the oldest are forgotten.
const maxSightings = 5000

// sightings remembers the security events that are on no ticket, such as log-ins that failed, or
// in no audit. A restart forgets them, the log does not. It is safe for concurrent use.
type sightings struct {
	mu      sync.Mutex
	all     []trouble.Sighting
	auditor trouble.Auditor
}

// add remembers that something happens now, by a client, in the name of an agent if that
// is known.
func (s *sightings) add(what string, client netip.Addr, agent string) {
	s.keep(trouble.Sighting{At: time.Now(), What: what, Origin: trouble.OriginOf(client), Name: agent})
}

func (s *sightings) keep(one trouble.Sighting) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.all) >= maxSightings {
		s.all = append(s.all[:0], s.all[maxSightings/2:]...)
	}
	s.all = append(s.all, one)
}

// since returns what happened since a time, and forgets what happened before.
func (s *sightings) since(at time.Time) []trouble.Sighting {
	s.mu.Lock()
	defer s.mu.Unlock()
	first := 0
	for first < len(s.all) && s.all[first].At.Before(at) {
		first++
	}
	s.all = append(s.all[:0], s.all[first:]...)
	return append([]trouble.Sighting(nil), s.all...)
}

// saw keeps a security event of the desk that is on no ticket or in no audit, for the mail to the
// admin and, where it belongs there, in the audit.
func (d *Daemon) saw(ctx context.Context, one trouble.Sighting) {
	d.sightings.keep(one)
	if !d.sightings.auditor.Wants(one) {
		return
	}
	if err := d.local.Store.AddAudit(ctx, ticket.Audit{At: one.At, Kind: one.What, Actor: one.Name}); err != nil {
		d.log.ErrorContext(ctx, "security event", "what", one.What, "err", err)
	}
}

// seen returns the security events within the window.
func (d *Daemon) seen(now time.Time) []trouble.Sighting {
	return d.sightings.since(now.Add(-trouble.SecurityWindow))
}

// observeSightings tells the admin of security events that cluster at this daemon; the one that has the clock counts
// its own with those on tickets.
func (d *Daemon) observeSightings(ctx context.Context, now time.Time) error {
	place := d.local.Store.Place()
	if place == "" {
		return nil
	}
	var seen []trouble.Sighting
	if !d.local.Store.HoldsTerm(store.Clock) {
		seen = d.seen(now)
	}
	return d.troubles().ObserveSecurityAt(ctx, now, place, seen)
}
