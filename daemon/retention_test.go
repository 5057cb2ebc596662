package daemon

import (
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"maildesk/config"
	"maildesk/desk"
	"maildesk/desk/person"
	"maildesk/routing"
	"maildesk/store"
	"maildesk/store/tables"
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

// TestRetention: a ticket that was kept long enough is erased whole, with everybody outside
// who took part, and nothing of the others.
func TestRetention(t *testing.T) {
	cfg := house(t, toldConfig+"\n[retention]\nafter = \"30d\"\n")
	work(t, cfg, func(d *desk.Desk) {
		ask(t, d, "ana@example.net")
		ask(t, d, "bob@example.net")
	})
	local, err := openLocal(t.Context(), cfg, slog.New(slog.DiscardHandler), store.Options{Exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	e := &erasing{LocalDesk: local, o: EraseOptions{Actor: "alice"}}
	err = e.close(t.Context(), person.Case{Alone: []ticket.ID{1}})
	if err == nil {
		err = local.store.EraseTickets(t.Context(), func(tx *tables.Tx) error {
			of, err := tx.Ticket(1)
			of.ClosedAt = of.ClosedAt.AddDate(0, 0, -30)
			return errors.Join(err, tx.UpdateTicket(of))
		})
	}
	if err = errors.Join(err, local.Close()); err != nil {
		t.Fatal(err)
	}
	r, err := EraseOld(t.Context(), cfg, EraseOptions{Actor: "desk"}, slog.New(slog.DiscardHandler))
	if err != nil || !slices.Equal(r.Whole, []ticket.ID{1}) || r.Erasure != 0 || holding(t, cfg.Desk.Data, "ana@example.net") == nil {
		t.Fatalf("the dry run = %+v, %v", r, err)
	}
	if r, err = EraseOld(t.Context(), cfg, EraseOptions{Do: true, Actor: "desk"}, slog.New(slog.DiscardHandler)); err != nil || r.Erasure != 1 || r.Out != 1 {
		t.Fatalf("EraseOld = %+v, %v", r, err)
	}
	if left := holding(t, cfg.Desk.Data, "ana@example.net"); left != nil {
		t.Errorf("the address is left in %v", left)
	}
	if holding(t, cfg.Desk.Data, "bob@example.net") == nil {
		t.Error("Bob is erased, too")
	}
	if report, err := CheckData(t.Context(), cfg); err != nil || len(report.Problems) > 0 {
		t.Errorf("afterwards: %v, %v", report.Problems, err)
	}
	if made, err := Rebuild(t.Context(), cfg, filepath.Join(t.TempDir(), "again"), slog.New(slog.DiscardHandler)); err != nil || len(made.Problems)+len(made.Differences) > 0 {
		t.Errorf("a rebuild = %v, problems %v, differences %v", err, made.Problems, made.Differences)
	}
	if r, err = EraseOld(t.Context(), cfg, EraseOptions{Do: true, Actor: "desk"}, slog.New(slog.DiscardHandler)); err != nil || !r.Nothing() {
		t.Errorf("a second time = %+v, %v", r, err)
	}
}
