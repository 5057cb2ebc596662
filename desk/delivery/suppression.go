package delivery

import (
	"context"
	"fmt"
	"time"

	"maildesk/addr"
	"maildesk/desk/decision"
	"maildesk/desk/silence"
	"maildesk/desk/trouble"
	"maildesk/ticket"
)

// Strike counts a sign against automatic mail to an address. It returns the
// suppression as it is now and whether it began with this sign.
func Strike(c *decision.Change, address string, cause ticket.Cause, detail string, rule silence.Strikes) (s ticket.Suppression, began bool, err error) {
	old, err := c.Tx.Suppressions(address)
	if err != nil {
		return s, false, err
	}
	s, began = rule.Count(old, address, cause, detail, c.Now)
	return s, began, c.Tx.SetSuppression(s)
}

// strikeAgent counts a sign against mail to an agent. The desk never falls silent
// towards an agent by itself: what they do not get nobody does. The admin is asked.
func strikeAgent(c *decision.Change, address string, cause ticket.Cause, detail string, rule silence.Strikes) (ticket.Suppression, error) {
	rule.Length, rule.Window = 0, max(rule.Window, silence.TwoBounces.Window)
	s, _, err := Strike(c, address, cause, detail, rule)
	if err != nil || s.Strikes < rule.Limit {
		return s, err
	}
	return s, trouble.Begin(c, ticket.Trouble{Kind: ticket.TroubleAgentSuppressed, Subject: mailsTo(address), Text: fmt.Sprintf(`What the desk writes to the agent at %[1]s does not arrive, reports say: %[2]s. It goes on being sent, as an agent who is not told does not work.

Does the mailbox work? Then there is nothing more to do than to say so:
	maildesk suppressions remove %[1]s
If it does not, colleagues and you are told instead until it does after:
	maildesk suppressions add %[1]s REASON`, address, detail)})
}

// mailsTo is what the trouble with an agent's address is known by.
func mailsTo(address string) string { return "mails to " + addr.Key(address) }

// Suppress keeps by hand that an address gets no automatic mail until a time, or
// for ever where that is zero, and why.
func (d *Outgoing) Suppress(ctx context.Context, address string, until time.Time, reason string) error {
	err := d.Decide(ctx, ticket.InTurn, func(tx ticket.Draft) error {
		c := d.ChangeAt(ctx, tx, time.Now())
		err := tx.SetSuppression(ticket.Suppression{Address: address, Cause: ticket.CauseHand, Detail: reason, Strikes: 1, At: c.Now, Until: until})
		if err != nil {
			return err
		}
		return trouble.End(c, ticket.TroubleAgentSuppressed, mailsTo(address))
	})
	if err != nil {
		return fmt.Errorf("suppress automatic mail to %s: %w", address, err)
	}
	return nil
}

// Unsuppress forgets what speaks against automatic mail to an address, and
// returns the number of causes.
func (d *Outgoing) Unsuppress(ctx context.Context, address string) (int, error) {
	n := 0
	err := d.Decide(ctx, ticket.InTurn, func(tx ticket.Draft) error {
		var err error
		if n, err = tx.RemoveSuppressions(address); err != nil {
			return err
		}
		c := d.ChangeAt(ctx, tx, time.Now())
		return trouble.End(c, ticket.TroubleAgentSuppressed, mailsTo(address))
	})
	if err != nil {
		return 0, fmt.Errorf("allow automatic mail to %s again: %w", address, err)
	}
	return n, nil
}
