package desk

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"maildesk/compose"
	"maildesk/mailparse"
)

// Guard is whom the desk never writes to by itself, as an admin knows it.
type Guard struct {
	Addresses []*regexp.Regexp // of addresses in lower case
	Headers   []HeaderPattern
}

// HeaderPattern is a header field by which a mail is known that is never
// answered by a machine.
type HeaderPattern struct {
	Name  string
	Value *regexp.Regexp // of a decoded value in lower case
}

// forbids reports whether an address is one of those.
func (g Guard) forbids(address string) bool {
	address = strings.ToLower(address)
	return slices.ContainsFunc(g.Addresses, func(p *regexp.Regexp) bool { return p.MatchString(address) })
}

// marks reports whether a header has one of the fields.
func (g Guard) marks(h mailparse.Header) bool {
	return slices.ContainsFunc(g.Headers, func(p HeaderPattern) bool {
		return slices.ContainsFunc(h.All(p.Name), func(v string) bool { return p.Value.MatchString(strings.ToLower(v)) })
	})
}

// restraint is why an automatic mail is not sent, or not yet.
type restraint struct {
	reason string        // empty: it is sent
	last   bool          // it is sent, as the last one to its reader for now
	never  bool          // it will never be sent: its reader is a machine, or the admin says so
	wait   time.Duration // after which it may be sent
}

// restrain tells what speaks against an automatic mail to somebody outside:
// first what the admin forbids, then what we learned of the address, then the
// budgets.
func (c *change) restrain(address string) (restraint, error) {
	if c.set.Guard.forbids(address) {
		return restraint{reason: "guard-address", never: true}, nil
	}
	s, is, err := c.suppressed(address)
	if err != nil {
		return restraint{}, err
	}
	if is {
		return restraint{reason: "suppressed-" + string(s.Cause)}, nil
	}
	return c.overBudget(address)
}

// overBudget names the limit that one more automatic mail would pass. The mails
// are counted in the outbox, so that a restart forgives nothing.
func (c *change) overBudget(address string) (restraint, error) {
	last := false
	_, domain, _ := splitAddress(address)
	for _, b := range []struct {
		limit  int
		window time.Duration
		to     OutboxCount
		reason string
	}{
		{c.set.Limits.SenderHour, time.Hour, OutboxCount{Recipient: address}, "budget-sender-hour"},
		{c.set.Limits.SenderDay, day, OutboxCount{Recipient: address}, "budget-sender-day"},
		{c.set.Limits.DomainHour, time.Hour, OutboxCount{Domain: domain}, "budget-domain-hour"},
		{c.set.Limits.Hour, time.Hour, OutboxCount{}, stormBudget},
	} {
		if b.limit == 0 {
			continue
		}
		b.to.Since = c.now.Add(-b.window)
		n, err := c.tx.CountOutbox(b.to)
		if err != nil {
			return restraint{}, err
		}
		if n >= b.limit {
			return restraint{reason: b.reason, wait: b.window}, nil
		}
		// The only one need not say that it is the last.
		last = last || b.to.Recipient != "" && b.limit > 1 && n == b.limit-1
	}
	return restraint{last: last}, nil
}

// outsider reports whether a notice goes to somebody outside without anybody
// having written it.
func outsider(p Participant, n Notice) bool {
	return p.Role != RoleAgent && autoOf(n) != compose.Human
}

// informs lists the notices that a ticket waits for before it closes.
var informs = []Template{TemplateResolution, TemplateClosing}

// guarded asks the guard about an automatic mail to somebody outside. Of those
// that a ticket waits for none is lost: what is over a budget goes out later,
// and of what must not go out the agents are told, so that they can tell the
// requester themselves. send is false when the mail is not to be made. The last
// one within the budget says so.
func (c *change) guarded(t Ticket, p Participant, n *Notice) (wait time.Duration, send bool, err error) {
	r, err := c.restrain(p.Address)
	n.LastReceipt = r.last
	if err != nil || r.reason == "" {
		return 0, err == nil, err
	}
	final := slices.Contains(informs, n.Template)
	if r.reason == stormBudget {
		if err := c.budgetSpent(t); err != nil {
			return 0, false, err
		}
	}
	if final && r.wait > 0 {
		_, err := c.event(t.ID, "desk", "held back", fmt.Sprintf("%s to %s for %s: %s", n.Template, p.Address, r.wait, r.reason))
		return r.wait, true, err
	}
	if err := c.withhold(t, p, *n, r.reason); err != nil || !final || r.never {
		return 0, false, err
	}
	reason := fmt.Sprintf("Automatic mail to %s is suppressed (%s), so the %s was not sent and the requester does not know. Answer with a text of your own: that is sent.", p.Address, r.reason, n.Template)
	return 0, false, c.tellAgents(t, c.responsible(t), Notice{Template: TemplateUndeliverable, Actor: t.Requester, Reason: reason}, Agent{})
}

// withhold keeps that a mail is not sent, and why.
func (c *change) withhold(t Ticket, p Participant, n Notice, reason string) error {
	c.planned = append(c.planned, PlannedMail{To: p.Address, Template: n.Template, Language: t.Language, Suppressed: reason})
	if n.Template == TemplateAcknowledgement {
		_, err := c.event(t.ID, "desk", "not acknowledged", reason)
		return err
	}
	_, err := c.event(t.ID, "desk", "not sent", fmt.Sprintf("%s to %s: %s", n.Template, p.Address, reason))
	return err
}

// neverAnswered is the event of a ticket that a machine opened, or somebody whom
// the admin's guard names: it gets no automatic mail, not even the last one.
const neverAnswered = "never answered"

// tellable gives those readers whom automatic mails of a ticket may ever reach.
func (c *change) tellable(t Ticket, readers []Participant) ([]Participant, error) {
	events, err := c.tx.Events(t.ID)
	never := slices.ContainsFunc(events, func(e Event) bool { return e.What == neverAnswered })
	return slices.DeleteFunc(readers, func(p Participant) bool {
		return c.set.Guard.forbids(p.Address) || never && sameAddress(p.Address, t.Requester)
	}), err
}
