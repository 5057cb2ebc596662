package daemon

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"maildesk/daemon/localdesk"
	"maildesk/daemon/privacy"
	"maildesk/store"
	"maildesk/store/datafolder"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// TestRetentionOfMails: mails of no ticket are erased when they were kept long enough, with what the
// desk answered to them; those of tickets stay, and those that came later.
func TestRetentionOfMails(t *testing.T) {
	t.Parallel()
	for name, open := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := open(t, toldConfig+"\n[retention]\nwithout_ticket = \"30d\"\n")
			log := slog.New(slog.DiscardHandler)
			var old []ticket.MailID
			runWith(t, cfg, func(d *Daemon) {
				m := &mailer{t: t, d: d}
				for _, one := range []struct{ from, text string }{
					{"spam@example.net", "X-Spam-Flag: YES\nSubject: x\n\nYou have won.\n"},
					{"away@example.net", "Auto-Submitted: auto-replied\nSubject: Away\n\nI am away.\n"},
				} {
					got := m.brings(one.from, "support@example.org", one.text)
					if got.Ticket != 0 {
						t.Fatalf("%s is %s in #%d", one.from, got.Disposition, got.Ticket)
					}
					old = append(old, got.ID)
				}
				m.brings("young@example.net", "support@example.org", "X-Spam-Flag: YES\nSubject: x\n\nYou have won again.\n")
				m.brings("ana@example.net", "support@example.org", "Subject: Lamp\n\nIt is dark.\n")
			})
			local, err := localdesk.OpenWith(t.Context(), cfg, log, store.Options{Exclusive: true})
			if err != nil {
				t.Fatal(err)
			}
			err = local.Store.EraseTickets(t.Context(), func(tx *tables.Tx) error {
				for _, id := range old {
					if _, err := tx.Exec(`UPDATE handled SET handled_at = $1 WHERE mail = $2`, time.Now().AddDate(0, 0, -31).UnixMicro(), id); err != nil {
						return err
					}
				}
				return nil
			})
			if err = errors.Join(err, local.Close()); err != nil {
				t.Fatal(err)
			}
			r, err := privacy.EraseOld(t.Context(), cfg, privacy.EraseOptions{Actor: "desk"}, log)
			if err != nil || r.Out != len(old) || len(r.Whole) > 0 || r.Erasure != 0 || keeping(t, cfg, "spam@example.net") == nil {
				t.Fatalf("the dry run = %+v, %v", r, err)
			}
			if r, err = privacy.EraseOld(t.Context(), cfg, privacy.EraseOptions{Do: true, Actor: "desk"}, log); err != nil || r.Out != len(old) || r.Left != nil {
				t.Fatalf("EraseOld = %+v, %v", r, err)
			}
			where := keepers(t, cfg)
			for _, address := range []string{"spam@example.net", "away@example.net"} {
				if left := where(address); left != nil {
					t.Errorf("%s is left in %v", address, left)
				}
			}
			for _, address := range []string{"young@example.net", "ana@example.net"} {
				if where(address) == nil {
					t.Errorf("%s is erased, too", address)
				}
			}
			if report, err := CheckData(t.Context(), cfg); err != nil || len(report.Problems) > 0 {
				t.Errorf("afterwards: %v, %v", report.Problems, err)
			}
			if made, err := Rebuild(t.Context(), cfg, filepath.Join(t.TempDir(), "again"), log); err != nil || len(made.Problems)+len(made.Differences) > 0 {
				t.Errorf("a rebuild = %v, problems %v, differences %v", err, made.Problems, made.Differences)
			}
			if r, err = privacy.EraseOld(t.Context(), cfg, privacy.EraseOptions{Do: true, Actor: "desk"}, log); err != nil || !r.Nothing() {
				t.Errorf("a second time = %+v, %v", r, err)
			}
		})
	}
}

// TestT158RestoredName: a name that was said to be the person's alone goes again when an older backup
// is put back, also from the words of others, and stands nowhere meanwhile.
func TestT158RestoredName(t *testing.T) {
	cfg := house(t, toldConfig)
	runWith(t, cfg, func(d *Daemon) {
		m := &mailer{t: t, d: d}
		m.brings(anas, "support@example.org", "Subject: Lamp\n\nIt is dark.\n")
		m.brings("bob@example.net", "support@example.org", "Subject: Room\n\nThe room of (Ana  Quillfeather) is dark, and Joanna Quillfeatherly is there.\n")
	})
	before := filepath.Join(t.TempDir(), "before")
	if _, err := Backup(t.Context(), cfg, before, BackupOptions{}); err != nil {
		t.Fatal(err)
	}
	o := privacy.EraseOptions{Do: true, Open: true, Actor: "desk", Names: []string{"Ana Quillfeather"}}
	if _, err := privacy.Erase(t.Context(), cfg, "ana@example.net", o, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	const name = "ana  quillfeather"
	if left := keeping(t, cfg, name); left != nil {
		t.Fatalf("after the erasure the name is in %v", left)
	}
	for _, of := range []string{datafolder.File, datafolder.JournalFile} {
		for _, suffix := range []string{"", "-wal", "-shm"} {
			if err := os.Remove(filepath.Join(cfg.Desk.Data, of+suffix)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
		}
	}
	again, err := Restore(t.Context(), cfg, before, RestoreOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if left := append(keeping(t, cfg, name), keeping(t, cfg, "ana quillfeather")...); again.Erased != 1 || left != nil {
		t.Errorf("a restore erased %d, and left the name in %v", again.Erased, left)
	}
	if keeping(t, cfg, "quillfeatherly") == nil {
		t.Error("what only begins like the name is gone, too")
	}
}
