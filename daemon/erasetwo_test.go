package daemon

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"maildesk/config"
	"maildesk/daemon/localdesk"
	"maildesk/daemon/privacy"
	"maildesk/desk"
	"maildesk/store"
	"maildesk/ticket"
)

// People whom several commands erase at once are all gone, each under a number of its own, also where one
// row names all of them: from one folder, and from two folders of one database.
func TestErasuresAtOnce(t *testing.T) {
	t.Parallel()
	for name, open := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := open(t, toldConfig)
			people := []string{"ana@example.net", "bob@example.net", "eve@example.net"}
			work(t, cfg, func(d *desk.Desk) {
				all := strings.Join(people, ", ")
				raw := "From: dan@example.net\r\nTo: support@example.org\r\nCc: " + all + "\r\nSubject: Dark\r\nMessage-ID: <dark@example.net>\r\n\r\nSay it to " + all + ", please.\r\n"
				if _, err := d.Accept(t.Context(), ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: "dan@example.net", ForwardPaths: []string{"support@example.org"}}, []byte(raw)); err != nil {
					t.Fatal(err)
				}
				for _, who := range people {
					ask(t, d, who)
				}
			})
			other := *cfg
			if cfg.Desk.OnServer() {
				other.Desk.Data = filepath.Join(t.TempDir(), "other")
				if err := os.CopyFS(other.Desk.Data, os.DirFS(cfg.Desk.Data)); err != nil {
					t.Fatal(err)
				}
			}
			var mu sync.Mutex
			numbers := map[int64]bool{}
			var all sync.WaitGroup
			for i, from := range []*config.Config{cfg, &other, cfg} {
				all.Go(func() {
					r, err := privacy.Erase(t.Context(), from, people[i], privacy.EraseOptions{Do: true, Open: true, Actor: "root at the console"}, slog.New(slog.DiscardHandler))
					if err != nil || r.Left != nil {
						t.Errorf("Erase of %s = %v, left %v", people[i], err, r.Left)
					}
					mu.Lock()
					defer mu.Unlock()
					numbers[r.Erasure] = true
				})
			}
			all.Wait()
			if len(numbers) != len(people) || numbers[0] {
				t.Errorf("the numbers are %v, want %d", numbers, len(people))
			}
			keeping := keepers(t, cfg)
			for _, who := range people {
				if where := keeping(who); where != nil {
					t.Errorf("%s is in %v", who, where)
				}
			}
			report, err := CheckData(t.Context(), cfg)
			if err != nil || len(report.Problems) > 0 {
				t.Errorf("after it CheckData = %v, %v", report.Problems, err)
			}
		})
	}
}

// An erasure that was broken off is ended by the daemon's own, which keeps no other case in its place.
func TestRetentionEndsWhatWasBrokenOff(t *testing.T) {
	cfg := house(t, toldConfig+"\n[retention]\nafter = \"30d\"\n")
	work(t, cfg, func(d *desk.Desk) { ask(t, d, "ana@example.net") })
	file := filepath.Join(cfg.Desk.Data, privacy.CaseFile)
	if err := os.WriteFile(file, []byte(`{"erasure": 1, "address": "ana@example.net"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	local, err := localdesk.OpenWith(t.Context(), cfg, slog.New(slog.DiscardHandler), store.Options{Exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	defer local.Close()
	if _, err := privacy.EraseOldBeside(t.Context(), local, cfg, 10, &privacy.Reached{}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the erasure that was broken off is not ended: %v", err)
	}
}
