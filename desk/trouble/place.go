package trouble

import (
	"context"
	"slices"
	"strings"
	"time"

	"maildesk/ticket"
)

// Several daemons may share a database. What is amiss at one of them has its place in the subject, so
// that the others do not take it for over.

const (
	at = " at "
	// placeKept is how long what began at a daemon that is not there any more stands.
	placeKept = 7 * 24 * time.Hour
)

// At returns the subject of a trouble at a place; empty: one daemon is alone, and no place is named.
func At(subject, place string) string {
	if place == "" {
		return subject
	}
	return Cut(oneLine(subject), maxSubject-len(at)-len(place)) + at + place
}

// placeOf returns the place that a subject names; empty: none.
func placeOf(subject string) string {
	_, place, _ := strings.Cut(subject, at)
	return place
}

// ObserveAt is [Book.Observe] by the daemon at a place, of what each has of its own; empty: it is alone.
// What stands at other places it leaves as it is.
func (d *Book) ObserveAt(ctx context.Context, place string, kind ticket.TroubleKind, standing []ticket.Trouble, unknown ...string) error {
	standing, unknown = slices.Clone(standing), slices.Clone(unknown)
	for i := range standing {
		standing[i].Subject = At(standing[i].Subject, place)
	}
	for i := range unknown {
		unknown[i] = At(unknown[i], place)
	}
	return d.observe(ctx, kind, func(subject string) bool { return place == "" || placeOf(subject) == place }, standing, unknown)
}

// ofPlaces are the kinds of what each daemon observes of its own.
var ofPlaces = []ticket.TroubleKind{
	ticket.TroubleConfig, ticket.TroubleDisk, ticket.TroubleStore, ticket.TroubleSmarthost, ticket.TroubleCertificate, ticket.TroubleClock, ticket.TroubleSecurity,
}

// ForgetPlaces ends what has stood for a week at daemons that are not there any more, where there are some, and what was
// noted when the desk had one daemon.
func (d *Book) ForgetPlaces(ctx context.Context, now time.Time, there []string) error {
	known, err := d.known(ctx, ofPlaces...)
	if err != nil {
		return err
	}
	for _, s := range known {
		place := placeOf(s.Subject)
		over := !slices.Contains(there, place) && now.Sub(s.Since) >= placeKept
		if place == "" {
			over = s.Kind != ticket.TroubleSecurity // that of all tickets
		}
		if s.Stands() && over {
			if err := d.TroubleOver(ctx, s.Kind, s.Subject); err != nil {
				return err
			}
		}
	}
	return nil
}

// ObserveDaemons notes how it stands with the daemons that share the database: where some are there, stand aside,
// or are not known to be either; all by the subjects of their troubles. One that was missed stays so until it is there, or for a week.
func (d *Book) ObserveDaemons(ctx context.Context, now time.Time, there, unknown []string, aside []ticket.Trouble) error {
	known, err := d.known(ctx, ticket.TroubleDaemon)
	if err != nil {
		return err
	}
	for _, s := range known {
		if s.Mark == ticket.MarkGone && !slices.Contains(there, s.Subject) && now.Sub(s.Since) < placeKept {
			unknown = append(unknown, s.Subject)
		}
	}
	return d.Observe(ctx, ticket.TroubleDaemon, aside, unknown...)
}
