package desk

import (
	"fmt"
	"maildesk/desk/notify"
	"maildesk/ticket"
	"regexp"
	"slices"
	"strings"
	"time"

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
	reason string    // empty: it is sent
	last   bool      // it is sent, as the last one to its reader for now
	never  bool      // it will never be sent: its reader is a machine, or the admin says so
	until  time.Time // when the guard is asked again; zero: it is not
	key    string    // whose budget it waits for
}

// restrain returns what speaks against an automatic mail to somebody outside:
// first what the admin forbids, then what we learned of the address, then the
// budgets. Signs of a loop do not withhold the notice that a ticket waits for:
// a person brought that about.
func (c *change) restrain(template notify.Template, address string, s ticket.Standing) (restraint, error) {
	if c.set.Guard.forbids(address) {
		return restraint{reason: "guard-address", never: true}, nil
	}
	all, err := c.tx.Suppressions(address)
	if err != nil {
		return restraint{}, err
	}
	for _, x := range all {
		if x.Active(c.now) && (x.Cause != ticket.CauseLoop || !template.Waited()) {
			return restraint{reason: "suppressed-" + string(x.Cause)}, nil
		}
	}
	return c.overBudget(address, s)
}

// overBudget names the limit that one more automatic mail would pass, and when
// there may be room. The mails are counted in the outbox, so that a restart
// forgives nothing.
func (c *change) overBudget(address string, s ticket.Standing) (restraint, error) {
	last := false
	for _, b := range c.set.Limits.budgets(address, s) {
		b.counts.Since = c.now.Add(-b.window)
		n, err := c.tx.CountOutbox(b.counts)
		if err != nil {
			return restraint{}, err
		}
		if n >= b.limit {
			until, err := c.room(b)
			return restraint{reason: b.reason, key: b.key, until: until}, err
		}
		// The only one need not say that it is the last.
		last = last || b.counts.Mailbox != "" && b.limit > 1 && n == b.limit-1
	}
	return restraint{last: last}, nil
}

// maxHold bounds how far ahead the guard is asked again.
const maxHold = day

// room returns when a mail that is over a budget may go: when enough others have
// left the budget's window, and each held one its spacing after the one before,
// so that a burst is not followed by another.
func (c *change) room(b budget) (time.Time, error) {
	gone, err := c.tx.AllowedBack(b.counts, b.limit)
	if err != nil {
		return time.Time{}, err
	}
	at := later(gone.Add(b.window), c.now.Add(b.spacing()))
	held, err := c.tx.HeldOutbox(ticket.HeldFilter{Held: b.reason, Key: b.key, Latest: true, Limit: 1})
	if len(held) > 0 {
		at = later(at, held[0].NextAt.Add(b.spacing()))
	}
	return earlier(at, c.now.Add(maxHold)), err
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// standing returns how much speaks for the reader of a ticket's mails.
func (c *change) standing(t ticket.Ticket, p ticket.Participant) (ticket.Standing, error) {
	if p.Proven {
		return ticket.StandingProven, nil
	}
	if c.set.ofHouse(p.Address) {
		return ticket.StandingHouse, nil
	}
	i, err := c.tx.IncidentOf(t.ID)
	if err == nil && i.SolvedAt.IsZero() {
		return ticket.StandingHouse, nil
	}
	return ticket.StandingUnknown, ignoreNotFound(err)
}

// passage is how the guard lets a mail go.
type passage struct {
	standing ticket.Standing
	held     string // the budget that it waits for; empty: it goes now
	key      string
	until    time.Time
}

// guarded asks the guard about an automatic mail to somebody outside. Receipts
// and what a ticket waits for are late, not lost, where they are over a budget;
// of what must not go out the agents are told, so that they can tell the
// requester themselves. send is false when the mail is not to be made. The last
// one within the budget says so.
func (c *change) guarded(t ticket.Ticket, p ticket.Participant, n *notify.Notice) (pass passage, send bool, err error) {
	if pass.standing, err = c.standing(t, p); err != nil {
		return pass, false, err
	}
	r, err := c.restrain(n.Template, p.Address, pass.standing)
	n.LastReceipt = r.last
	if err != nil || r.reason == "" {
		return pass, err == nil, err
	}
	if r.reason == budgetDomain || r.reason == budgetHour {
		if err := c.budgetSpent(t, r); err != nil {
			return pass, false, err
		}
	}
	receipt := n.Template == notify.TemplateAcknowledgement
	if receipt && !r.until.IsZero() {
		if r.until, err = c.takePlace(r, p); err != nil {
			return pass, false, err
		}
	}
	if final := n.Template.Waited(); !final && !receipt || r.until.IsZero() || receipt && c.tooLate(c.now, r.until) {
		return pass, false, c.withheld(t, p, *n, r)
	}
	pass.held, pass.key, pass.until = r.reason, r.key, r.until
	_, err = c.event(t.ID, "desk", "held back", fmt.Sprintf("%s to %s, the guard is asked again at %s: %s", n.Template, p.Address, r.until.UTC().Format("2006-01-02 15:04:05 MST"), r.reason))
	return pass, true, err
}

// takePlace returns when a receipt may go out. One that the same mailbox waits
// for already, as it is over a budget of its own, gives its place to this one:
// the last one said that not each request is confirmed, and the latest tells most.
func (c *change) takePlace(r restraint, p ticket.Participant) (time.Time, error) {
	if r.key != mailboxOf(p.Address) {
		return r.until, nil
	}
	held, err := c.tx.HeldOutbox(ticket.HeldFilter{Held: r.reason, Key: r.key})
	if err != nil {
		return r.until, err
	}
	for _, m := range held {
		if m.Template != string(notify.TemplateAcknowledgement) {
			continue
		}
		r.until = m.NextAt
		if err := c.cancelHeld(m, r.reason+"; a later request is confirmed instead"); err != nil {
			return r.until, err
		}
	}
	return r.until, nil
}

// tooLate reports whether a receipt that was made at a time says nothing any more
// at another.
func (c *change) tooLate(made, at time.Time) bool {
	bound := c.set.Limits.Late
	if bound == 0 {
		bound = maxHold
	}
	return at.Sub(made) >= bound
}

// withheld keeps that a mail will not be sent. Where a ticket waits for it, its
// agents are told.
func (c *change) withheld(t ticket.Ticket, p ticket.Participant, n notify.Notice, r restraint) error {
	if err := c.withhold(t, p, n, r.reason); err != nil || !n.Template.Waited() || r.never {
		return err
	}
	reason := fmt.Sprintf("Automatic mail to %s is suppressed (%s), so the %s was not sent and the requester does not know. Answer with a text of your own: that is sent.", p.Address, r.reason, n.Template)
	return c.tellAgents(t, c.responsible(t), notify.Notice{Template: notify.TemplateUndeliverable, Actor: t.Requester, Reason: reason}, Agent{})
}

// withhold keeps that a mail is not sent, and why.
func (c *change) withhold(t ticket.Ticket, p ticket.Participant, n notify.Notice, reason string) error {
	c.planned = append(c.planned, PlannedMail{To: p.Address, Template: n.Template, Language: t.Language, Suppressed: reason})
	if n.Template == notify.TemplateAcknowledgement {
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
func (c *change) tellable(t ticket.Ticket, readers []ticket.Participant) ([]ticket.Participant, error) {
	events, err := c.tx.Events(t.ID)
	never := slices.ContainsFunc(events, func(e ticket.Event) bool { return e.What == neverAnswered })
	return slices.DeleteFunc(readers, func(p ticket.Participant) bool {
		return c.set.Guard.forbids(p.Address) || never && sameAddress(p.Address, t.Requester)
	}), err
}
