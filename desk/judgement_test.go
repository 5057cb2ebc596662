package desk_test

import (
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/routing"
	"maildesk/ticket"
)

// TestRequestersTickets: rules see how many tickets a requester has.
func TestRequestersTickets(t *testing.T) {
	b := open(t, func(s *settings.Settings) {
		s.Routing.Rules = []routing.Rule{
			{Name: "newcomer", When: "all_tickets == 0"},
			{Name: "waits for two", When: "open_tickets == 2"},
			{Name: "knows us", When: "all_tickets == 3 and open_tickets == 2"},
			{Name: "junk", When: `subject contains "lottery"`, Spam: true},
		}
	})
	var got []string
	for _, subject := range []string{"one", "two", "three", "four"} {
		m := b.take(letter{from: ana, to: support, subject: subject, text: "Please help."})
		got = append(got, strings.Join(b.ticket(m.Ticket).Rules, ", "))
		if subject == "three" {
			b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#resolve\nDone.\n")
		}
	}
	equal(t, "rules that fired", got, []string{"newcomer", "", "waits for two", "waits for two, knows us"})

	spam := b.take(letter{from: ana, to: support, subject: "lottery", text: "You won."})
	b.view(func(r ticket.Reader) error {
		all, err := r.Judgements(0, b.mail(1).ReceivedAt, 10)
		version := b.Settings().Rules.Version()
		if len(all) != 5 || all[4].Mail != spam.ID || all[4].Ticket != 0 || all[4].Version != version || all[4].History != (ticket.History{Open: 3, All: 4}) {
			t.Errorf("Judgements = %+v, want five, the last one of mail %d without a ticket, by %s, on 3 open tickets of 4", all, spam.ID, version)
		}
		return err
	})
}
