package desk

import (
	"maildesk/ticket"
	"strings"
	"time"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// The reasons for which automatic mails wait, and by which they are held.
const (
	budgetSenderHour = "budget-sender-hour"
	budgetSenderDay  = "budget-sender-day"
	budgetDomain     = "budget-domain-hour"
	budgetHour       = "budget-hour"
)

// BudgetReasons lists them.
var BudgetReasons = []string{budgetSenderHour, budgetSenderDay, budgetDomain, budgetHour}

// budget is one limit of automatic mails, and what it counts.
type budget struct {
	reason string
	key    string // whose it is; empty: everybody's
	limit  int
	window time.Duration
	counts ticket.OutboxCount
}

// spacing is the time between two mails that were held for the budget.
func (b budget) spacing() time.Duration { return b.window / time.Duration(b.limit) }

// budgets returns the limits that one more automatic mail to an address may meet.
//
// A proven reader counts neither for a domain nor for the total, and what others
// send in their name does not use up their own. The house, and reports of an
// incident, have no limit of a domain, and a quarter more in total than
// strangers: unproven as they are they must not open the gate to a flood.
func (l Limits) budgets(address string, s ticket.Standing) []budget {
	mailbox, domain := mailboxOf(address), registrable(address)
	own := ticket.OutboxCount{Mailbox: mailbox, Most: ticket.StandingProven}
	if s == ticket.StandingProven {
		own.Least = ticket.StandingProven
	}
	all := []budget{
		{budgetSenderHour, mailbox, l.SenderHour, time.Hour, own},
		{budgetSenderDay, mailbox, l.SenderDay, day, own},
	}
	if s == ticket.StandingUnknown {
		all = append(all,
			budget{budgetDomain, domain, l.DomainHour, time.Hour, ticket.OutboxCount{Domain: domain}},
			budget{budgetHour, "", l.Hour, time.Hour, ticket.OutboxCount{}})
	}
	if s < ticket.StandingProven {
		all = append(all, budget{budgetHour, "", l.Hour + l.Hour/4, time.Hour, ticket.OutboxCount{Most: ticket.StandingHouse}})
	}
	limited := all[:0]
	for _, b := range all {
		if b.limit > 0 {
			limited = append(limited, b)
		}
	}
	return limited
}

// mailboxOf returns an address as budgets count it: in lower case, without what
// follows a plus (RFC 5233), so that one mailbox has not many names.
func mailboxOf(address string) string {
	local, domain, ok := splitAddress(strings.ToLower(address))
	if !ok {
		return strings.ToLower(address)
	}
	if base := beforePlus(local); base != "" {
		local = base
	}
	return local + "@" + domain
}

// registrable returns the domain of an address as its owner registered it:
// example.co.uk for mail.office.example.co.uk (publicsuffix.org). An address
// literal, and what is no name, stands for itself.
func registrable(address string) string {
	_, domain, _ := splitAddress(address)
	domain = strings.TrimSuffix(strings.ToLower(domain), ".")
	if strings.HasPrefix(domain, "[") {
		return domain // RFC 5321 section 4.1.3
	}
	if ascii, err := idna.ToASCII(domain); err == nil {
		domain = ascii
	}
	if own, err := publicsuffix.EffectiveTLDPlusOne(domain); err == nil {
		return own
	}
	return domain
}

// proveReader keeps with a part in a ticket that its address wrote the mail at
// hand, where that is known: its From field is authenticated, or it answers at
// the signed address that was sent there.
func (h *handling) proveReader(p ticket.Participant) (ticket.Participant, error) {
	if p.Proven || p.ID == 0 || !sameAddress(p.Address, h.msg.From.Address) || h.proof() < ProofAddress {
		return p, nil
	}
	p.Proven = true
	return p, h.tx.SetProven(p.ID)
}

// proveWriter is proveReader for whoever of a ticket's readers wrote.
func (h *handling) proveWriter(t ticket.Ticket) error {
	readers, err := h.readers(t.ID)
	if err != nil {
		return err
	}
	for _, p := range readers {
		if _, err := h.proveReader(p); err != nil {
			return err
		}
	}
	return nil
}
