package privacy

import (
	"slices"
	"testing"
	"time"

	"maildesk/config"
	"maildesk/desk/person"
	"maildesk/routing"
	"maildesk/ticket"
)

func TestKeptLongEnough(t *testing.T) {
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	day := func(n int) time.Time { return now.AddDate(0, 0, -n) }
	keep := config.Retention{After: 1000 * 24 * time.Hour, Categories: map[string]time.Duration{"network": 30 * 24 * time.Hour, "law": 0}}
	categories := []routing.Category{{Name: "network"}, {Name: "wifi", Parent: "network"}, {Name: "law"}, {Name: "other"}}
	for _, tt := range []struct {
		name string
		of   ticket.Ticket
		want bool
	}{
		{"its category's time is over", ticket.Ticket{Category: "network", ClosedAt: day(30)}, true},
		{"not yet", ticket.Ticket{Category: "network", ClosedAt: day(29)}, false},
		{"that of the category above", ticket.Ticket{Category: "wifi", ClosedAt: day(31)}, true},
		{"a category that is kept for ever", ticket.Ticket{Category: "law", ClosedAt: day(9999)}, false},
		{"a category without a time", ticket.Ticket{Category: "other", ClosedAt: day(1001)}, true},
		{"no category", ticket.Ticket{ClosedAt: day(999)}, false},
		{"erased before", ticket.Ticket{Category: "network", ClosedAt: day(99), Subject: person.Gone}, false},
		{"not closed", ticket.Ticket{Category: "network"}, false},
	} {
		tt.of.ID = 7
		if got := keptLongEnough([]ticket.Ticket{tt.of}, keep, categories, now); slices.Contains(got, 7) != tt.want {
			t.Errorf("%s: keptLongEnough = %v, want it there: %t", tt.name, got, tt.want)
		}
	}
	if got := keptLongEnough([]ticket.Ticket{{ID: 7, ClosedAt: day(9999)}}, config.Retention{}, nil, now); got != nil {
		t.Errorf("without [retention] %v are due", got)
	}
}
