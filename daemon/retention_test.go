package daemon

import (
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"maildesk/daemon/privacy"

	"maildesk/daemon/localdesk"

	"maildesk/desk"
	"maildesk/store"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// TestRetention: a ticket that was kept long enough is erased whole, with everybody outside
// who took part, and nothing of the others.
func TestRetention(t *testing.T) {
	cfg := house(t, toldConfig+"\n[retention]\nafter = \"30d\"\n")
	work(t, cfg, func(d *desk.Desk) {
		ask(t, d, "ana@example.net")
		ask(t, d, "bob@example.net")
	})
	local, err := localdesk.OpenWith(t.Context(), cfg, slog.New(slog.DiscardHandler), store.Options{Exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	err = local.Store.EraseTickets(t.Context(), func(tx *tables.Tx) error { return closedDaysAgo(tx, 1, 30) })
	if err = errors.Join(err, local.Close()); err != nil {
		t.Fatal(err)
	}
	r, err := privacy.EraseOld(t.Context(), cfg, privacy.EraseOptions{Actor: "desk"}, slog.New(slog.DiscardHandler))
	if err != nil || !slices.Equal(r.Whole, []ticket.ID{1}) || r.Erasure != 0 || holding(t, cfg.Desk.Data, "ana@example.net") == nil {
		t.Fatalf("the dry run = %+v, %v", r, err)
	}
	if r, err = privacy.EraseOld(t.Context(), cfg, privacy.EraseOptions{Do: true, Actor: "desk"}, slog.New(slog.DiscardHandler)); err != nil || r.Erasure != 1 || r.Out != 1 {
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
	if r, err = privacy.EraseOld(t.Context(), cfg, privacy.EraseOptions{Do: true, Actor: "desk"}, slog.New(slog.DiscardHandler)); err != nil || !r.Nothing() {
		t.Errorf("a second time = %+v, %v", r, err)
	}
}

// closedDaysAgo closes a ticket as if alice had done it days ago, and its requester was told.
func closedDaysAgo(tx *tables.Tx, id ticket.ID, days int) error {
	of, err := tx.Ticket(id)
	if err != nil {
		return err
	}
	at := time.Now().AddDate(0, 0, -days)
	was := of.Status
	of.Status, of.ClosedAt, of.ResolvedAt, of.InformedAt = ticket.StatusClosed, at, at, at
	of.TargetAt, of.DueFirstResponse, of.DueUpdate, of.DueResolution = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	for _, e := range []ticket.Event{
		{Kind: ticket.EventStatus, From: string(was), To: string(of.Status)},
		{Kind: ticket.EventInformed, Reason: "told by telephone"},
	} {
		e.Ticket, e.At, e.Actor = id, at, "alice"
		if _, err := tx.AddEvent(e); err != nil {
			return err
		}
	}
	return tx.UpdateTicket(of)
}
