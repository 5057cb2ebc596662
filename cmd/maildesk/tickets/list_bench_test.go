package tickets

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maildesk/cmd/maildesk/console"
	"maildesk/store"
	"maildesk/ticket"
)

// firstWrite notes when something is written for the first time.
type firstWrite struct {
	at    time.Time
	lines int
}

func (w *firstWrite) Write(p []byte) (int, error) {
	if w.at.IsZero() {
		w.at = time.Now()
	}
	w.lines += strings.Count(string(p), "\n")
	return len(p), nil
}

// BenchmarkList lists 30,000 open tickets among 60,000 closed ones. It also reports when
// the first line is printed.
func BenchmarkList(b *testing.B) {
	folder := b.TempDir()
	path := filepath.Join(folder, "maildesk.toml")
	config := `
[desk]
name = "Example IT"
hostname = "desk.example.org"
fallback = "first-line"
[[address]]
mail = "support@example.org"
[[queue]]
name = "first-line"
level = 1
`
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		b.Fatal(err)
	}
	fillWithTickets(b, filepath.Join(folder, "data"), 90_000)
	var first time.Duration
	for b.Loop() {
		var out firstWrite
		begun := time.Now()
		c := ListCommand{}
		if err := c.Run(console.ConfigPath(path), b.Context(), console.Stdio{Out: &out, Err: b.Output()}); err != nil {
			b.Fatal(err)
		}
		if out.lines != 30_001 {
			b.Fatalf("%d lines, want a heading and 30,000 tickets", out.lines)
		}
		first += out.at.Sub(begun)
	}
	b.ReportMetric(float64(first.Milliseconds())/float64(b.N), "ms-to-first-line")
}

// fillWithTickets makes tickets of which every third is open.
func fillWithTickets(b *testing.B, data string, n int) {
	b.Helper()
	db, err := store.Open(b.Context(), data, store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	for made := 0; made < n; made += 5000 {
		err := db.Update(b.Context(), func(tx ticket.Tx) error {
			for i := range 5000 {
				status := ticket.StatusClosed
				if i%3 == made%3 {
					status = ticket.StatusOpen
				}
				t := ticket.Ticket{Subject: fmt.Sprintf("Request %d", made+i), Requester: "ana@example.com", Status: status, Priority: "high", Queue: "first-line", Level: 1, CreatedAt: now, UpdatedAt: now}
				if _, err := tx.InsertTicket(t); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
}
