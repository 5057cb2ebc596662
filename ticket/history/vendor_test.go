package history_test

import (
	"fmt"
	"testing"
	"time"

	"maildesk/ticket"
	"maildesk/ticket/history"
)

func TestVendorsOf(t *testing.T) {
	noon := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	asked := ticket.Event{Kind: ticket.EventAsked, Actor: "anna", From: "vendor@example.com", Topic: "Toner", At: noon, Until: noon.AddDate(0, 0, 2)}
	again := ticket.Event{Kind: ticket.EventAsked, Actor: "bob", From: "Vendor@example.com", Topic: "Toner", At: noon.Add(time.Hour)}
	other := ticket.Event{Kind: ticket.EventAsked, Actor: "anna", From: "other@example.com", At: noon}
	answered := func(doubt string) ticket.Event {
		return ticket.Event{Kind: ticket.EventVendorAnswered, From: "vendor@example.com", Topic: doubt}
	}
	late := ticket.Event{Kind: ticket.EventVendorLate, From: "vendor@example.com"}
	number := ticket.Event{Kind: ticket.EventVendorNumber, From: "vendor@example.com", To: "[V-1]"}
	for _, tt := range []struct {
		name   string
		events []ticket.Event
		want   string
	}{
		{"nobody was asked", []ticket.Event{answered("")}, ""},
		{"one waits", []ticket.Event{asked}, "vendor@example.com anna waits"},
		{"who has answered does not", []ticket.Event{asked, answered("")}, "vendor@example.com anna"},
		{"nor from another address of theirs", []ticket.Event{asked, answered(ticket.DoubtAddress)}, "vendor@example.com anna"},
		{"a machine is no answer", []ticket.Event{asked, answered(ticket.DoubtMachine)}, "vendor@example.com anna waits"},
		{"nor is who may be anybody", []ticket.Event{asked, answered(ticket.DoubtProof)}, "vendor@example.com anna waits"},
		{"a doubtful mail after the answer changes nothing", []ticket.Event{asked, answered(""), answered(ticket.DoubtMachine)}, "vendor@example.com anna"},
		{"late", []ticket.Event{asked, late}, "vendor@example.com anna waits late"},
		{"asked again by another", []ticket.Event{asked, late, answered(""), again}, "vendor@example.com bob waits"},
		{"two", []ticket.Event{asked, other, number, answered("")}, "vendor@example.com anna [V-1]; other@example.com anna waits"},
	} {
		got := ""
		for i, v := range history.VendorsOf(tt.events) {
			if i > 0 {
				got += "; "
			}
			got += v.Address + " " + v.Agent
			for _, x := range []struct {
				is   bool
				word string
			}{{v.Number != "", v.Number}, {v.Waits, "waits"}, {v.Late, "late"}} {
				if x.is {
					got += " " + x.word
				}
			}
		}
		if got != tt.want {
			t.Errorf("%s: VendorsOf = %q, want %q", tt.name, got, tt.want)
		}
	}
	if v := history.VendorsOf([]ticket.Event{asked, again})[0]; fmt.Sprint(v.Until, v.Subject) != fmt.Sprint(time.Time{}, "Toner") {
		t.Errorf("asked again without a time: %+v", v)
	}
}
