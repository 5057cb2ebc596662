package silence

import (
	"cmp"
	"time"

	"maildesk/ticket"
)

// The reasons for which automatic mails wait, and by which they are held.
const (
	BudgetSenderHour = "budget-sender-hour"
	BudgetSenderDay  = "budget-sender-day"
	BudgetDomain     = "budget-domain-hour"
	BudgetHour       = "budget-hour"
)

// BudgetReasons lists them.
var BudgetReasons = []string{BudgetSenderHour, BudgetSenderDay, BudgetDomain, BudgetHour}

// Limits bounds the automatic mails to people outside, so that nobody can make
// the desk flood a third person, and no two machines talk for long. 0 is no limit.
type Limits struct {
	SenderHour int // to one address within an hour
	SenderDay  int // to one address within a day
	DomainHour int // to the addresses of one domain within an hour
	Hour       int // to everybody within an hour
	Hops       int // Received fields of a mail; one with more counts as gone round

	Participants int // of one ticket, besides its requester, whom mail may add

	// Late is the age from which a mail that was found in a mailbox is not
	// acknowledged any more.
	Late time.Duration
}

// Budget is one limit of automatic mails, and what it counts.
type Budget struct {
	Reason string
	Key    string // whose it is; empty: everybody's
	Limit  int
	Window time.Duration
	Counts ticket.OutboxCount // without a time
}

// Spacing is the time between two mails that were held for the budget.
func (b Budget) Spacing() time.Duration { return b.Window / time.Duration(b.Limit) }

// Budgets returns the limits that one more automatic mail to an address may meet.
//
// A proven reader counts neither for a domain nor for the total, and what others
// send in their name does not use up their own. The house, and reports of an
// incident, have no limit of a domain, and a quarter more in total than
// strangers: unproven as they are they must not open the gate to a flood.
func (l Limits) Budgets(address string, s ticket.Standing) []Budget {
	mailbox, domain := Mailbox(address), Domain(address)
	own := ticket.OutboxCount{Mailbox: mailbox, Most: ticket.StandingProven}
	if s == ticket.StandingProven {
		own.Least = ticket.StandingProven
	}
	all := []Budget{
		{BudgetSenderHour, mailbox, l.SenderHour, time.Hour, own},
		{BudgetSenderDay, mailbox, l.SenderDay, day, own},
	}
	if s == ticket.StandingUnknown {
		all = append(all,
			Budget{BudgetDomain, domain, l.DomainHour, time.Hour, ticket.OutboxCount{Domain: domain}},
			Budget{BudgetHour, "", l.Hour, time.Hour, ticket.OutboxCount{}})
	}
	if s < ticket.StandingProven {
		all = append(all, Budget{BudgetHour, "", l.Hour + l.Hour/4, time.Hour, ticket.OutboxCount{Most: ticket.StandingHouse}})
	}
	limited := all[:0]
	for _, b := range all {
		if b.Limit > 0 {
			limited = append(limited, b)
		}
	}
	return limited
}

// Spacing returns the time between two mails of the budget that a held one waits
// for; 0 where there is no such limit any more.
func (l Limits) Spacing(m ticket.OutboxMail) time.Duration {
	for _, b := range l.Budgets(m.Recipient, m.Standing) {
		if b.Reason == m.Held {
			return b.Spacing()
		}
	}
	return 0
}

// TooLate reports whether a receipt that was made at a time says nothing any more
// at another.
func (l Limits) TooLate(made, at time.Time) bool {
	return at.Sub(made) >= cmp.Or(l.Late, MaxHold)
}
