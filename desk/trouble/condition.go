package trouble

import (
	"context"
	"fmt"
	"time"

	"maildesk/ticket"
)

// From when on waiting is a trouble.
const (
	lateIncoming   = 5 * time.Minute
	lateUntried    = 30 * time.Minute
	lateDeferred   = 2 * time.Hour
	lateUninformed = 24 * time.Hour
)

// ObserveCondition notes the troubles that show in what the desk keeps.
func (d *Book) ObserveCondition(ctx context.Context, now time.Time) error {
	var c ticket.Condition
	err := d.Store.View(ctx, func(r ticket.Reader) (err error) {
		c, err = r.Condition(now)
		return err
	})
	if err != nil {
		return fmt.Errorf("troubles: %w", err)
	}
	found := conditionTroubles(c, now)
	for _, kind := range []ticket.TroubleKind{ticket.TroubleIncoming, ticket.TroubleOutgoing, ticket.TroubleQuarantine, ticket.TroubleUninformed} {
		var standing []ticket.Trouble
		for _, t := range found {
			if t.Kind == kind {
				standing = append(standing, t)
			}
		}
		if err := d.Observe(ctx, kind, standing); err != nil {
			return err
		}
	}
	return nil
}

// conditionTroubles returns what is wrong with how the desk stands.
func conditionTroubles(c ticket.Condition, now time.Time) (all []ticket.Trouble) {
	add := func(kind ticket.TroubleKind, subject, format string, args ...any) {
		all = append(all, ticket.Trouble{Kind: kind, Subject: subject, Text: fmt.Sprintf(format, args...)})
	}
	late := func(since time.Time, most time.Duration) bool { return !since.IsZero() && now.Sub(since) > most }
	age := func(since time.Time) time.Duration { return now.Sub(since).Round(time.Minute) }
	if late(c.OldestPending, lateIncoming) {
		add(ticket.TroubleIncoming, "mails are not handled", "The oldest mail that was taken and is not handled waits for %s; %d wait. No mail is lost; the log says why they are not handled.",
			age(c.OldestPending), c.Mails[ticket.DispositionPending])
	}
	waiting := c.Outbox[ticket.OutboxReady] + c.Outbox[ticket.OutboxClaimed]
	switch {
	case late(c.OldestUntried, lateUntried):
		add(ticket.TroubleOutgoing, "mails are not sent", "The oldest outgoing mail that nobody could try to send waits for %s; %d wait. Is the smarthost up, or is sending paused? \"maildesk outbox\" has the remote's words.",
			age(c.OldestUntried), waiting)
	case late(c.OldestDeferred, lateDeferred):
		add(ticket.TroubleOutgoing, "mails are not sent", "The oldest outgoing mail that was tried and is not accepted yet waits for %s; %d wait. Each is tried again for five days. \"maildesk outbox\" has the remote's words.",
			age(c.OldestDeferred), waiting)
	}
	if n := c.Mails[ticket.DispositionQuarantined]; n > 0 {
		add(ticket.TroubleQuarantine, "mails in quarantine", "%d mails could not be handled and wait for a person; nobody was answered. \"maildesk quarantine\" lists them, \"maildesk quarantine release N\" handles one once more.", n)
	}
	if late(c.OldestUninformed, lateUninformed) {
		add(ticket.TroubleUninformed, "requesters do not know that their matter is solved", "%d tickets are resolved and their requesters were not told; the oldest waits for %s. \"maildesk list --status resolved\" names them, \"maildesk outbox\" says what became of the mails.",
			c.Uninformed, age(c.OldestUninformed))
	}
	return all
}
