package daemon

import (
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/config"
	"maildesk/daemon/localdesk"
	"maildesk/daemon/privacy"
	"maildesk/desk"
	"maildesk/desk/person"
	"maildesk/faulttest"
	"maildesk/store"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// closeOld closes tickets as if that were a month ago.
func closeOld(t *testing.T, cfg *config.Config, tickets ...ticket.ID) {
	t.Helper()
	local, err := localdesk.OpenWith(t.Context(), cfg, slog.New(slog.DiscardHandler), store.Options{Exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	defer local.Close()
	for _, id := range tickets {
		if err := local.Store.EraseTickets(t.Context(), func(tx *tables.Tx) error { return closedDaysAgo(tx, id, 31) }); err != nil {
			t.Fatal(err)
		}
	}
}

// TestRetentionWaits: the first start after [retention] appears erases nothing, the admin is told what would go, and
// `check` counts it; a day later it goes.
func TestRetentionWaits(t *testing.T) {
	for name, open := range engines {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(toldConfig, "[desk]", "[desk]\nadmin = \"boss@example.org\"", 1)
			cfg := open(t, text+"\n[retention]\nafter = \"30d\"\n")
			runWith(t, cfg, func(d *Daemon) {
				(&mailer{t: t, d: d}).brings(anas, "support@example.org", "Subject: Lamp\n\nIt is dark.\n")
			})
			closeOld(t, cfg, 1)
			if tickets, mails, err := privacy.DueByAge(t.Context(), cfg); tickets != 1 || mails != 0 || err != nil {
				t.Errorf("due by age are %d tickets and %d mails, %v", tickets, mails, err)
			}
			runWith(t, cfg, func(d *Daemon) {
				m := &mailer{t: t, d: d}
				m.wait("a mail to the admin", func(r ticket.Reader) bool { return m.sent(r, "boss@example.org", "1 closed tickets") != "" })
			})
			if keeping(t, cfg, "quillfeather") == nil {
				t.Fatal("the first start erases")
			}
			path := filepath.Join(cfg.Desk.Data, privacy.RetentionFile)
			state, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			now := time.Now().UTC()
			text = strings.ReplaceAll(string(state), now.Format("2006-01-02T"), now.AddDate(0, 0, -1).Add(-time.Hour).Format("2006-01-02T")) // it began a day before
			text = text[:strings.Index(text, `"seen":`)] + `"seen":"` + now.Format(time.RFC3339) + `"}`
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			runWith(t, cfg, func(d *Daemon) {
				(&mailer{t: t, d: d}).wait("the erasure", func(r ticket.Reader) bool {
					all, err := r.Erasures()
					return err == nil && len(all) == 1 && !all[0].DoneAt.IsZero()
				})
			})
			work(t, cfg, func(d *desk.Desk) {
				err := d.View(t.Context(), func(r ticket.Reader) error {
					of, err := r.Ticket(1)
					if of.Subject != person.Gone || !person.IsPlaceholder(of.Requester) {
						t.Errorf("a day later the ticket is %+v", of)
					}
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			})
			if left := holding(t, filepath.Join(cfg.Desk.Data, "outgoing"), "quillfeather"); left != nil {
				t.Errorf("sent mails are left: %v", left)
			}
		})
	}
}

// TestT158RetentionByFacts: a ticket that somebody gave the subject "[erased]", and one that was shared with somebody
// who was erased, are erased by age like others; a second time finds nothing.
func TestT158RetentionByFacts(t *testing.T) {
	for name, open := range engines {
		t.Run(name, func(t *testing.T) {
			cfg := open(t, toldConfig+"\n[retention]\nafter = \"30d\"\n")
			runWith(t, cfg, func(d *Daemon) {
				m := &mailer{t: t, d: d}
				m.brings("Carl Cole <carl@example.com>", "support@example.org", "Subject: [erased]\n\nThe lamp of Carl is dark.\n")
				m.brings(anas, "support@example.org", "Cc: Ben Bloom <ben@example.com>\nSubject: Hum\n\nIt hums.\n")
				m.brings("Ben Bloom <ben@example.com>", "support@example.org", "Subject: Re: [Example IT #2] Hum\n\nMine as well.\n")
			})
			eraseTest(t, cfg)
			closeOld(t, cfg, 1, 2)
			o := privacy.EraseOptions{Do: true, Actor: "desk"}
			r, err := privacy.EraseOld(t.Context(), cfg, o, slog.New(slog.DiscardHandler))
			if err != nil || !slices.Equal(r.Whole, []ticket.ID{1, 2}) || r.Left != nil {
				t.Errorf("EraseOld = %+v, %v", r, err)
			}
			for _, word := range []string{"carl@example.com", "lamp of carl", "ben@example.com", "mine as well"} {
				if left := keeping(t, cfg, word); left != nil {
					t.Errorf("%q is left in %v", word, left)
				}
			}
			if r, err = privacy.EraseOld(t.Context(), cfg, o, slog.New(slog.DiscardHandler)); err != nil || !r.Nothing() {
				t.Errorf("a second time = %+v, %v", r, err)
			}
		})
	}
	faulttest.Seen(t, "T158", "erasing by age a ticket with the subject [erased], and one shared with somebody who was erased", "both are erased whole; a second time finds nothing")
}
