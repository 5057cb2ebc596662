package desk

import (
	"maildesk/ticket"
	"strconv"
	"strings"
	"testing"
	"time"
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
		{"ana@mail.bücher.example", "ana@mail.bücher.example", "xn--bcher-kva.example"},
		{"ana@mail.xn--bcher-kva.example", "ana@mail.xn--bcher-kva.example", "xn--bcher-kva.example"},
		{"ana@[192.0.2.7]", "ana@[192.0.2.7]", "[192.0.2.7]"},
		{"ana@localhost", "ana@localhost", "localhost"},
		{"nobody", "nobody", ""},
		{"", "", ""},
	} {
		if got := mailboxOf(tt.address); got != tt.mailbox {
			t.Errorf("mailboxOf(%q) = %q, want %q", tt.address, got, tt.mailbox)
		}
		if got := registrable(tt.address); got != tt.domain {
			t.Errorf("registrable(%q) = %q, want %q", tt.address, got, tt.domain)
		}
	}
}

// TestOfHouse: who belongs to a desk that is written to at two domains.
func TestOfHouse(t *testing.T) {
	s := Settings{Addresses: []Address{{Mail: "support@example.org"}, {Mail: "it@help.example.co.uk"}}}
	for address, want := range map[string]bool{
		"ana@example.org": true, "ana@sales.Example.org": true, "ana@example.co.uk": true, "ana@it.example.co.uk": true,
		"ana@notexample.org": false, "ana@example.org.example.com": false, "ana@co.uk": false, "ana@other.co.uk": false, "ana": false, "": false,
	} {
		if got := s.ofHouse(address); got != want {
			t.Errorf("ofHouse(%q) = %t, want %t", address, got, want)
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
		for _, b := range tt.limits.budgets("ana@mail.example.net", tt.standing) {
			got = append(got, strings.Join([]string{b.reason, strconv.Itoa(b.limit), strconv.Itoa(int(b.counts.Least)) + "-" + strconv.Itoa(int(b.counts.Most))}, " "))
			if b.spacing() != b.window/time.Duration(b.limit) {
				t.Errorf("spacing of %s is %s", b.reason, b.spacing())
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
		if got := soundsLikeReceipt(tt.subject, tt.text); got != tt.want {
			t.Errorf("soundsLikeReceipt(%q, %q) = %t", tt.subject, tt.text, got)
		}
	}
}
