package health

import (
	"context"
	"database/sql"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/faulttest"
	"maildesk/store"
	"maildesk/store/datafolder"
	"maildesk/ticket"
)

// site is a server on a store on disk.
type site struct {
	folder string
	db     *store.DB
	url    string
}

func openSite(t *testing.T, reserve int64, checks ...Check) *site {
	t.Helper()
	folder := t.TempDir()
	db, err := store.Open(t.Context(), folder, store.Options{Exclusive: true, Reserve: reserve})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server, err := Serve(ln, New(), Observe(Sources{View: db.View, Disk: db.Free, Doors: func() []Door { return nil }, Mailboxes: func() []Mailbox { return nil }, Checks: checks}), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- server.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Run = %v, want nil when stopped", err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return &site{folder, db, "http://" + ln.Addr().String()}
}

// get returns the answer to a request.
func (s *site) get(t *testing.T, path string) (int, string) {
	t.Helper()
	resp, err := http.Get(s.url + path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// ready returns what /readyz says: its status code, its word, the names of what
// is amiss.
func (s *site) ready(t *testing.T) (code int, status string, names []string) {
	t.Helper()
	code, body := s.get(t, "/readyz")
	var answer Readiness
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatalf("/readyz says %s: %v", body, err)
	}
	for _, r := range answer.Reasons {
		names = append(names, r.Name)
		if r.Text == "" {
			t.Errorf("/readyz gives no text for %s", r.Name)
		}
	}
	return code, answer.Status, names
}

func (s *site) update(t *testing.T, fn func(ticket.Tx) error) {
	t.Helper()
	if err := s.db.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func TestT155Readiness(t *testing.T) {
	oldMail := func(age time.Duration) func(*store.DB, ticket.Tx) error {
		return func(db *store.DB, tx ticket.Tx) error {
			_, _, err := db.Keep(t.Context(), ticket.First, ticket.Mail{Envelope: ticket.Envelope{Source: ticket.SourceSMTP}, ReceivedAt: time.Now().Add(-age)}, []byte("x"))
			return err
		}
	}
	outgoing := func(age time.Duration, attempts int) func(*store.DB, ticket.Tx) error {
		return func(db *store.DB, tx ticket.Tx) error {
			_, err := tx.AddOutbox(ticket.OutboxMail{Template: "alarm", Recipient: "ana@example.net", CreatedAt: time.Now().Add(-age), Attempts: attempts})
			return err
		}
	}
	tests := []struct {
		name    string
		reserve int64
		change  func(*store.DB, ticket.Tx) error
		check   Check
		code    int
		status  string
		reasons []string
	}{
		{name: "all is well", code: 200, status: "ready"},
		{name: "a mail came just now", change: oldMail(time.Minute), code: 200, status: "ready"},
		{name: "backlog", change: oldMail(6 * time.Minute), code: 200, status: "degraded", reasons: []string{Backlog}},
		{name: "quarantine", change: func(db *store.DB, tx ticket.Tx) error {
			m, _, err := db.Keep(t.Context(), ticket.First, ticket.Mail{Envelope: ticket.Envelope{Source: ticket.SourceSMTP}, ReceivedAt: time.Now()}, []byte("x"))
			if err != nil {
				return err
			}
			return tx.Dispose(m.ID, ticket.DispositionQuarantined, "handling failed 3 times", 0, time.Now())
		}, code: 200, status: "degraded", reasons: []string{Quarantine}},
		{name: "outgoing mail just made", change: outgoing(time.Minute, 0), code: 200, status: "ready"},
		{name: "the smarthost is down", change: outgoing(11*time.Minute, 0), code: 200, status: "degraded", reasons: []string{Outgoing}},
		{name: "one recipient is deferred", change: outgoing(time.Hour, 3), code: 200, status: "ready"},
		{name: "disk low", reserve: 1 << 60, code: 503, status: "stopped", reasons: []string{Disk}},
		{name: "a check of the daemon", check: func() []Reason { return []Reason{{IMAP, "imap.example.org is silent", false}} },
			code: 200, status: "degraded", reasons: []string{IMAP}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var checks []Check
			if tt.check != nil {
				checks = append(checks, tt.check)
			}
			s := openSite(t, tt.reserve, checks...)
			if tt.change != nil {
				s.update(t, func(tx ticket.Tx) error { return tt.change(s.db, tx) })
			}
			code, status, names := s.ready(t)
			if code != tt.code || status != tt.status || !slices.Equal(names, tt.reasons) {
				t.Errorf("/readyz = %d %s %v, want %d %s %v", code, status, names, tt.code, tt.status, tt.reasons)
			}
			if code, body := s.get(t, "/healthz"); code != 200 || body != "alive\n" {
				t.Errorf("/healthz = %d %q, want 200 alive", code, body)
			}
			_, metrics := s.get(t, "/metrics")
			for _, name := range Names {
				want := `maildesk_degraded{reason="` + name + `"} 0`
				if slices.Contains(tt.reasons, name) {
					want = want[:len(want)-1] + "1"
				}
				if !strings.Contains(metrics, want+"\n") {
					t.Errorf("/metrics has no %s", want)
				}
			}
		})
	}
	faulttest.Seen(t, "T155", "disk low, backlog, quarantine, smarthost down, IMAP down: /healthz, /readyz, /metrics",
		"/healthz 200 in all %d cases; /readyz lists exactly what is amiss, 503 only where no new mail is taken; maildesk_degraded says the same", len(tests))
}

// Another process locks the database: it shows, and is gone afterwards.
func TestT155LockedDatabase(t *testing.T) {
	var pulse *Pulse
	s := openSite(t, 0, func() []Reason { return pulse.Check() })
	fed := make(chan time.Time, 100)
	pulse = NewPulse(s.db.Update, func() (int, int64) { return 0, 0 }, 50*time.Millisecond, func() {
		select {
		case fed <- time.Now():
		default:
		}
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- pulse.Run(ctx) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
	}()
	<-fed
	other, err := sql.Open("sqlite3", filepath.Join(s.folder, datafolder.File)+"?_txlock=exclusive")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	tx, err := other.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	await := func(want string, wantCode int) time.Duration {
		begun := time.Now()
		for time.Since(begun) < 2*time.Minute {
			code, status, names := s.ready(t)
			if status == want && code == wantCode && (want == "ready" || slices.Equal(names, []string{Database})) {
				return time.Since(begun)
			}
			time.Sleep(20 * time.Millisecond)
		}
		t.Fatalf("/readyz did not say %s within two minutes", want)
		return 0
	}
	shown := await("stopped", 503)
	if code, _ := s.get(t, "/healthz"); code != 200 {
		t.Errorf("/healthz of a desk with a locked database = %d, want 200", code)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	gone := await("ready", 200)
	faulttest.Seen(t, "T155", "another process locks the database (BEGIN EXCLUSIVE)", "/readyz says 503 database after %.0f s, ready again %.0f s after the end; /healthz stays 200", shown.Seconds(), gone.Seconds())
}
