package draft

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"maildesk/ticket"
)

// silence is what changed in what speaks against automatic mail.
type silence struct {
	set     map[reason]ticket.Suppression
	removed map[string]bool // addresses of which nothing of the snapshot counts any more
	storms  map[storm]ticket.Storm
}

type reason struct {
	address string // in lower case
	cause   ticket.Cause
}

type storm struct {
	kind string
	hour int64
}

func newSilence() silence {
	return silence{set: map[reason]ticket.Suppression{}, removed: map[string]bool{}, storms: map[storm]ticket.Storm{}}
}

// Suppressions is described at [ticket.Reader].
func (d *Draft) Suppressions(addresses ...string) ([]ticket.Suppression, error) {
	for _, a := range addresses {
		d.rely(ticket.OfSuppressions, 0, key(a))
	}
	if len(addresses) == 0 {
		d.rely(ticket.OfSuppressions, 0, "")
	}
	all, err := d.Reader.Suppressions(addresses...)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(s ticket.Suppression) bool {
		_, changed := d.silence.set[reason{key(s.Address), s.Cause}]
		return changed || d.silence.removed[key(s.Address)]
	})
	for r, s := range d.silence.set {
		if len(addresses) == 0 || slices.ContainsFunc(addresses, func(a string) bool { return key(a) == r.address }) {
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(a, b ticket.Suppression) int {
		return cmp.Or(strings.Compare(key(a.Address), key(b.Address)), cmp.Compare(a.Cause, b.Cause))
	})
	return all, nil
}

// SetSuppression is described at [ticket.Draft].
func (d *Draft) SetSuppression(s ticket.Suppression) error {
	d.silence.set[reason{key(s.Address), s.Cause}] = s
	d.change(ticket.SetSuppression{Suppression: s})
	return nil
}

// RemoveSuppressions is described at [ticket.Draft].
func (d *Draft) RemoveSuppressions(address string) (int, error) {
	all, err := d.Suppressions(address)
	if err != nil {
		return 0, err
	}
	for _, s := range all {
		delete(d.silence.set, reason{key(address), s.Cause})
	}
	d.silence.removed[key(address)] = true
	d.change(ticket.RemoveSuppressions{Address: address})
	return len(all), nil
}

// Storm is described at [ticket.Reader].
func (d *Draft) Storm(kind string, hour time.Time) (ticket.Storm, error) {
	if s, ok := d.silence.storms[storm{kind, hour.Unix()}]; ok {
		return s, nil
	}
	d.rely(ticket.OfStorm, 0, kind)
	return d.Reader.Storm(kind, hour)
}

// CountStorm is described at [ticket.Draft].
func (d *Draft) CountStorm(kind string, hour time.Time) (ticket.Storm, error) {
	s, err := d.Storm(kind, hour)
	if err != nil {
		return s, err
	}
	s.Count++
	d.silence.storms[storm{kind, hour.Unix()}] = s
	d.change(ticket.CountStorm{Kind: kind, Hour: hour})
	return s, nil
}

// CountUpTo is described at [ticket.Draft]. Others may count as well, as long as that
// makes no difference to whether there are too many.
func (d *Draft) CountUpTo(kind string, hour time.Time, limit int) (ticket.Storm, error) {
	s, known := d.silence.storms[storm{kind, hour.Unix()}]
	if !known {
		var err error
		if s, err = d.Reader.Storm(kind, hour); err != nil {
			return s, err
		}
		slack := limit - s.Count - 1
		if slack < 0 {
			slack = ticket.Whatever
		}
		d.plan.Rely(ticket.Key{Of: ticket.OfStorm, Text: kind}, slack)
	}
	s.Count++
	d.silence.storms[storm{kind, hour.Unix()}] = s
	d.change(ticket.CountStorm{Kind: kind, Hour: hour})
	return s, nil
}

// SetStormTicket is described at [ticket.Draft].
func (d *Draft) SetStormTicket(kind string, hour time.Time, t ticket.ID) error {
	s, err := d.Storm(kind, hour)
	if err != nil || s.Count == 0 {
		return err // there is none that a ticket could tell of
	}
	s.Ticket = t
	d.silence.storms[storm{kind, hour.Unix()}] = s
	d.change(ticket.SetStormTicket{Kind: kind, Hour: hour, Ticket: t})
	return nil
}
