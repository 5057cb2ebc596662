package silence

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"maildesk/ticket"
)

func TestMailboxAndDomainOfBudgets(t *testing.T) {
	for _, tt := range []struct{ address, mailbox, domain string }{
		{"Ana@Example.NET", "ana@example.net", "example.net"},
		{"ana+lists+x@mail.example.net", "ana@mail.example.net", "example.net"},
		{"+ana@example.net", "+ana@example.net", "example.net"},
		{"ana@mail.office.example.co.uk", "ana@mail.office.example.co.uk", "example.co.uk"},
		{"ana@co.uk", "ana@co.uk", "co.uk"}, // nobody's, or everybody's
		{"ana@ana.github.io", "ana@ana.github.io", "ana.github.io"},
		{"ana@example.net.", "ana@example.net.", "example.net"},
		{"ana@mail.bücher.example", "ana@mail.xn--bcher-kva.example", "xn--bcher-kva.example"},
		{"ana@mail.xn--bcher-kva.example", "ana@mail.xn--bcher-kva.example", "xn--bcher-kva.example"},
		{"ana@[192.0.2.7]", "ana@[192.0.2.7]", "[192.0.2.7]"},
		{"ana@localhost", "ana@localhost", "localhost"},
		{"nobody", "nobody", ""},
		{"", "", ""},
	} {
		if got := Mailbox(tt.address); got != tt.mailbox {
			t.Errorf("Mailbox(%q) = %q, want %q", tt.address, got, tt.mailbox)
		}
		if got := Domain(tt.address); got != tt.domain {
			t.Errorf("Domain(%q) = %q, want %q", tt.address, got, tt.domain)
		}
	}
}

// TestBudgetsByStanding: which limits somebody meets, and what these count.
func TestBudgetsByStanding(t *testing.T) {
	l := Limits{SenderHour: 5, SenderDay: 20, DomainHour: 50, Hour: 300}
	for _, tt := range []struct {
		standing ticket.Standing
		limits   Limits
		want     string
	}{
		{ticket.StandingUnknown, l, "budget-sender-hour 5 0-2, budget-sender-day 20 0-2, budget-domain-hour 50 0-0, budget-hour 300 0-0, budget-hour 375 0-1"},
		{ticket.StandingHouse, l, "budget-sender-hour 5 0-2, budget-sender-day 20 0-2, budget-hour 375 0-1"},
		{ticket.StandingProven, l, "budget-sender-hour 5 2-2, budget-sender-day 20 2-2"},
		{ticket.StandingUnknown, Limits{DomainHour: 1}, "budget-domain-hour 1 0-0"},
		{ticket.StandingUnknown, Limits{}, ""},
	} {
		var got []string
		for _, b := range tt.limits.Budgets("ana@mail.example.net", tt.standing) {
			got = append(got, strings.Join([]string{b.Reason, strconv.Itoa(b.Limit), strconv.Itoa(int(b.Counts.Least)) + "-" + strconv.Itoa(int(b.Counts.Most))}, " "))
			if b.Spacing() != b.Window/time.Duration(b.Limit) {
				t.Errorf("spacing of %s is %s", b.Reason, b.Spacing())
			}
		}
		if all := strings.Join(got, ", "); all != tt.want {
			t.Errorf("standing %d meets %q, want %q", tt.standing, all, tt.want)
		}
	}
}

func TestSoundsLikeReceipt(t *testing.T) {
	for _, tt := range []struct {
		subject, text string
		want          bool
	}{
		{"Ticket 55 received", "Thank you.", true},
		{"Ticket [#55] received", "", true},
		{"x", "Thank you. Your ticket is 55.", true},
		{"x", "We have  got\nyour mail.", true},
		{"Ihre Anfrage ist bei uns eingegangen", "", true},
		{"x", "Nous avons bien reçu votre message, merci.", true},
		{"x", "Merci d’avoir écrit à Example IT.", true},
		{"x", "Мы получили ваш запрос.", true},
		{"x", "お問い合わせいただきありがとうございます。", true},
		{"x", strings.Repeat("The printer does not work. ", 40) + "Your ticket is 55.", false},
		{"Toner for printer 1201", "Please bring a black toner for printer 1201.", false},
		{"Mail does not arrive", "Since Monday I get no mail of customers.", false},
		{"Drucker", "Der Drucker geht nicht.", false},
		{"Thanks", "Thanks, it works now.", false},
		{"", "", false},
	} {
		if got := SoundsLikeReceipt(tt.subject, tt.text); got != tt.want {
			t.Errorf("SoundsLikeReceipt(%q, %q) = %t", tt.subject, tt.text, got)
		}
	}
}
