package desk

import (
	"context"
	"fmt"
	"maildesk/ticket"
	"strings"
	"time"
)

// strikes says how many signs within which time suppress an address, and for
// how long.
type strikes struct {
	limit  int
	window time.Duration
	length time.Duration // 0: they are only counted
}

const day = 24 * time.Hour

var (
	twoBounces   = strikes{limit: 2, window: 30 * day, length: 7 * day}
	noSuchBox    = strikes{limit: 1, length: 30 * day}
	oneComplaint = strikes{limit: 1, length: 180 * day}
	twoLoopSigns = strikes{limit: 2, window: day, length: day}
)

// strike counts a sign against automatic mail to an address. It gives the
// suppression as it is now and whether it began with this sign.
func (c *change) strike(address string, cause ticket.Cause, detail string, rule strikes) (s ticket.Suppression, began bool, err error) {
	old, err := c.tx.Suppressions(address)
	if err != nil {
		return s, false, err
	}
	s = ticket.Suppression{Address: address, Cause: cause}
	for _, o := range old {
		if o.Cause == cause && (o.Active(c.now) || c.now.Sub(o.At) < rule.window) {
			s = o
		}
	}
	active := s.Active(c.now)
	s.Detail, s.At, s.Strikes = detail, c.now, s.Strikes+1
	if until := c.now.Add(rule.length); rule.length > 0 && s.Strikes >= rule.limit && until.After(s.Until) {
		s.Until = until
	}
	return s, s.Active(c.now) && !active, c.tx.SetSuppression(s)
}

// strikeAgent counts a sign against mail to an agent. The desk never falls silent
// towards an agent by itself: what they do not get nobody does. The admin is asked.
func (c *change) strikeAgent(address string, cause ticket.Cause, detail string, rule strikes) (ticket.Suppression, error) {
	rule.length, rule.window = 0, max(rule.window, twoBounces.window)
	s, _, err := c.strike(address, cause, detail, rule)
	if err != nil || s.Strikes < rule.limit {
		return s, err
	}
	return s, c.trouble(ticket.Trouble{Kind: ticket.TroubleAgentSuppressed, Subject: mailsTo(address), Text: fmt.Sprintf(`What the desk writes to the agent at %[1]s does not arrive, reports say: %[2]s. It goes on being sent, as an agent who is not told does not work.

Does the mailbox work? Then there is nothing more to do than to say so:
	maildesk suppressions remove %[1]s
If it does not, colleagues and you are told instead until it does after:
	maildesk suppressions add %[1]s REASON`, address, detail)})
}

// mailsTo is what the trouble with an agent's address is known by.
func mailsTo(address string) string { return "mails to " + strings.ToLower(address) }

// Suppress keeps by hand that an address gets no automatic mail until a time, or
// for ever where that is zero, and why.
func (d *Desk) Suppress(ctx context.Context, address string, until time.Time, reason string) error {
	err := d.store.Update(ctx, func(tx ticket.Tx) error {
		c := d.changeAt(ctx, tx, time.Now())
		err := tx.SetSuppression(ticket.Suppression{Address: address, Cause: ticket.CauseHand, Detail: reason, Strikes: 1, At: c.now, Until: until})
		if err != nil {
			return err
		}
		return c.troubleOver(ticket.TroubleAgentSuppressed, mailsTo(address))
	})
	if err != nil {
		return fmt.Errorf("suppress automatic mail to %s: %w", address, err)
	}
	return nil
}

// Unsuppress forgets what speaks against automatic mail to an address, and
// gives the number of causes.
func (d *Desk) Unsuppress(ctx context.Context, address string) (int, error) {
	n := 0
	err := d.store.Update(ctx, func(tx ticket.Tx) error {
		var err error
		if n, err = tx.RemoveSuppressions(address); err != nil {
			return err
		}
		c := d.changeAt(ctx, tx, time.Now())
		return c.troubleOver(ticket.TroubleAgentSuppressed, mailsTo(address))
	})
	if err != nil {
		return 0, fmt.Errorf("allow automatic mail to %s again: %w", address, err)
	}
	return n, nil
}
