package order

import (
	"slices"
	"time"

	"maildesk/desk/command"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// Inquiry is what a vendor is asked.
type Inquiry struct {
	Address string
	Text    string    // that stands on the line of the command
	Subject string    // under which they are asked; empty: Text
	Until   time.Time // when an answer is expected; zero: no time is set
}

// stepAsk asks vendors, beside the correspondence.
func stepAsk(s *settings.Settings, o *Order, arg string, now time.Time) (ticket.Phrase, error) {
	read := command.ReadInquiry(arg, now.In(s.Zone()))
	all, err := addresses("ask", read.Addresses)
	if err != nil {
		return ticket.Phrase{}, err
	}
	until, err := expected(s, read, now)
	if err != nil {
		return ticket.Phrase{}, err
	}
	for _, a := range all {
		if len(s.PeopleIn([]mailparse.Address{a})) == 0 {
			return ticket.Phrase{}, ticket.Say("%s is the desk's, an agent's or a machine's address, and is asked nothing from here", a.Address)
		}
		o.Asks = append(o.Asks, Inquiry{Address: a.Address, Text: read.Text, Until: until})
	}
	if until.IsZero() {
		return ticket.Say("asked; nothing of the requester's goes along"), o.open()
	}
	return ticket.Say("asked; nothing of the requester's goes along, and you are reminded if there is no answer by %s", ticket.Relative(until)), o.open()
}

// Expected returns by when the desk expects an answer of a vendor who is asked now, where
// the agent sets no time: while the desk is open. Zero: never.
func Expected(s *settings.Settings, now time.Time) time.Time {
	if s.VendorWithin == 0 {
		return time.Time{}
	}
	until := now.Add(s.VendorWithin)
	if hours := s.Rules.Calendar(); hours != nil {
		until = hours.Next(until)
	}
	return until.In(s.Zone())
}

// expected returns by when an answer is expected: as the agent says, else as the desk
// does; zero: nobody says. Whoever names a day means its end.
func expected(s *settings.Settings, read command.Inquiry, now time.Time) (time.Time, error) {
	if !read.Timed {
		return Expected(s, now), nil
	}
	until := read.By.At
	if !read.By.Clock {
		until = until.AddDate(0, 0, 1).Add(-time.Minute)
	}
	switch {
	case !until.After(now):
		return until, ticket.Say("%s is over", ticket.Relative(until))
	case until.After(now.AddDate(maxPending, 0, 0)):
		return until, ticket.Say("%s is more than %d years away", ticket.Relative(until), maxPending)
	}
	return until, nil
}

// Approval is a question whether something may be done.
type Approval struct {
	Addresses []string // none: nobody is asked
	All       bool     // all of them must agree
	Text      string   // that stands on the line of the command
	Until     time.Time
}

// stepApprove asks whether something may be done.
func stepApprove(s *settings.Settings, o *Order, arg string, now time.Time) (ticket.Phrase, error) {
	if len(o.Approval.Addresses) > 0 {
		return ticket.Phrase{}, ticket.Say("write #approve once, with all addresses")
	}
	read := command.ReadInquiry(arg, now.In(s.Zone()))
	all, err := addresses("approve", read.Addresses)
	if err != nil {
		return ticket.Phrase{}, err
	}
	until, err := expected(s, read, now)
	if err != nil {
		return ticket.Phrase{}, err
	}
	o.Approval = Approval{All: read.All, Text: read.Text, Until: until}
	for _, a := range all {
		switch agent, is := s.AgentAt(a.Address); {
		case is && agent.Name == o.Agent.Name:
			return ticket.Phrase{}, ticket.Say("you cannot approve what you ask for yourself")
		case is:
			a.Address = agent.Mail[0]
		case len(s.PeopleIn([]mailparse.Address{a})) == 0:
			return ticket.Phrase{}, ticket.Say("%s is the desk's or a machine's address, and is asked nothing from here", a.Address)
		}
		if s.SamePerson(a.Address, o.After.Requester) {
			return ticket.Phrase{}, ticket.Say("%s is the requester, who cannot approve their own request", a.Address)
		}
		if !slices.ContainsFunc(o.Approval.Addresses, func(b string) bool { return settings.SameAddress(a.Address, b) }) {
			o.Approval.Addresses = append(o.Approval.Addresses, a.Address)
		}
	}
	if a, ok := s.AddressFor(o.After.Address); ok && a.NoPlus {
		return ticket.Phrase{}, ticket.Say("votes come to plus addresses, which %s does not take", a.Mail)
	}
	if until.IsZero() {
		return ticket.Say("asked for approval"), o.open()
	}
	return ticket.Say("asked for approval; you are told if it is missing by %s", ticket.Relative(until)), o.open()
}

// Asked returns the addresses of all who are asked beside the correspondence.
func (o *Order) Asked() (all []string) {
	for _, q := range o.Asks {
		all = append(all, q.Address)
	}
	return append(all, o.Approval.Addresses...)
}
