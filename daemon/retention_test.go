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

	"maildesk/config"
	"maildesk/desk"
	"maildesk/store"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// TestRetention: a ticket that was kept long enough is erased whole, with everybody outside
// who took part, and nothing of the others.
func TestRetention(t *testing.T) {
	t.Parallel()
	for name, open := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			retentionTest(t, open(t, toldConfig+"\n[retention]\nafter = \"30d\"\n"))
		})
	}
}

func retentionTest(t *testing.T, cfg *config.Config) {
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
	if err != nil || !slices.Equal(r.Whole, []ticket.ID{1}) || r.Erasure != 0 || keeping(t, cfg, "ana@example.net") == nil {
		t.Fatalf("the dry run = %+v, %v", r, err)
	}
	if r, err = privacy.EraseOld(t.Context(), cfg, privacy.EraseOptions{Do: true, Actor: "desk"}, slog.New(slog.DiscardHandler)); err != nil || r.Erasure != 1 || r.Out != 1 {
		t.Fatalf("EraseOld = %+v, %v", r, err)
	}
	if left := keeping(t, cfg, "ana@example.net"); left != nil {
		t.Errorf("the address is left in %v", left)
	}
	if keeping(t, cfg, "bob@example.net") == nil {
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

// TestRetentionBeside: the daemon erases beside its work what was kept long enough, on PostgreSQL as
// well, and another daemon on the same database goes on.
func TestRetentionBeside(t *testing.T) {
	t.Parallel()
	for name, open := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := open(t, toldConfig+"\n[retention]\nafter = \"30d\"\n")
			work(t, cfg, func(d *desk.Desk) { ask(t, d, "ana@example.net") })
			local, err := localdesk.OpenWith(t.Context(), cfg, slog.New(slog.DiscardHandler), store.Options{Exclusive: true})
			if err != nil {
				t.Fatal(err)
			}
			if err := local.Store.EraseTickets(t.Context(), func(tx *tables.Tx) error { return closedDaysAgo(tx, 1, 31) }); err != nil {
				t.Fatal(err)
			}
			r, err := privacy.EraseOldBeside(t.Context(), local, cfg, 10, &privacy.Reached{})
			if err != nil || !slices.Equal(r.Whole, []ticket.ID{1}) || r.Left != nil {
				t.Errorf("EraseOldBeside = %+v, %v", r, err)
			}
			ask(t, local.Desk, "bob@example.net")
			if err := local.Close(); err != nil {
				t.Fatal(err)
			}
			if left := keeping(t, cfg, "ana@example.net"); left != nil {
				t.Errorf("the address is left in %v", left)
			}
			if keeping(t, cfg, "bob@example.net") == nil {
				t.Error("who came meanwhile is gone, too")
			}
		})
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
