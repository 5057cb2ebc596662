package web

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"maildesk/ticket"
)

// BenchmarkPages asks for each page of a desk with tickets of five entries, of which one in
// fifty is open, and one ticket of 2,000 entries. MAILDESK_ENTRIES sets how many entries there
// are, MAILDESK_PAGE_DATA a folder in which the desk is kept for the next time.
func BenchmarkPages(b *testing.B) {
	entries := 5_000
	if n, err := strconv.Atoi(os.Getenv("MAILDESK_ENTRIES")); err == nil {
		entries = n
	}
	folder := os.Getenv("MAILDESK_PAGE_DATA")
	if folder == "" {
		folder = filepath.Join(b.TempDir(), "data")
	}
	_, missing := os.Stat(folder)
	s := openOn(b, folder)
	if missing != nil {
		fill(b, s, entries)
	}
	last := entries / 5
	session := &http.Cookie{Name: sessionCookie, Value: s.web.sessions.Open("alice", time.Now())}
	for _, path := range []string{"/", "/tickets", "/tickets?status=any", "/tickets?queue=network", "/tickets?late=1", "/tickets?assignee=alice", fmt.Sprintf("/tickets?status=any&before=%d", last/2), "/tickets?status=any&requester=p17@example.net",
		fmt.Sprintf("/ticket/%d", last/2), "/ticket/1", "/ticket/1?before=1000", "/figures", "/search?q=w40", "/search?q=w900+w901", "/search?q=status:open+w1", "/articles", "/kb", "/login"} {
		b.Run(path, func(b *testing.B) {
			var took, worked []time.Duration
			size := 0
			ask := func() {
				r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, path, nil)
				r.Host = strings.TrimPrefix(s.url, "http://")
				r.AddCookie(session)
				w := httptest.NewRecorder()
				begin, cpu := time.Now(), processorTime()
				s.web.http.Handler.ServeHTTP(w, r)
				took, worked = append(took, time.Since(begin)), append(worked, processorTime()-cpu)
				if size = w.Body.Len(); w.Code != http.StatusOK && path != "/kb" {
					b.Fatalf("GET %s = %d", path, w.Code)
				}
			}
			ask() // what is counted once for all is not part of it
			b.ReportMetric(took[0].Seconds()*1000, "first-ms")
			took, worked = nil, nil
			for b.Loop() {
				ask()
			}
			slices.Sort(took)
			slices.Sort(worked)
			for name, all := range map[string][]time.Duration{"ms": took, "cpu-ms": worked} {
				b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "p50-"+name)
				b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "p99-"+name)
			}
			b.ReportMetric(float64(size)/1024, "KiB")
		})
	}
}

// processorTime returns how long the processors have worked for this process.
func processorTime() time.Duration {
	var used unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// fill makes the desk of the benchmark, in batches.
func fill(b *testing.B, s *site, entries int) {
	random := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(random, 1.07, 8, 20_000)
	text := func(words int) string {
		var all strings.Builder
		for range words {
			fmt.Fprintf(&all, "w%d ", zipf.Uint64())
		}
		return all.String()
	}
	now := time.Now()
	const batch = 2000
	for first := 0; first < entries/5; first += batch {
		err := s.db.Update(b.Context(), func(tx ticket.Tx) error {
			for n := first; n < min(first+batch, entries/5); n++ {
				at := now.Add(-time.Duration(entries/5-n) * 2 * time.Minute)
				t := ticket.Ticket{Subject: text(5), Name: "Somebody", Requester: fmt.Sprintf("p%d@example.net", random.IntN(entries/50+1)), Queue: []string{"first-line", "network"}[n%2], Level: 1 + n%2, Status: ticket.StatusClosed,
					Category: "network", CreatedAt: at, UpdatedAt: at, ResolvedAt: at, InformedAt: at, ClosedAt: at}
				if n%50 == 0 {
					t.Status, t.ResolvedAt, t.InformedAt, t.ClosedAt = ticket.StatusOpen, time.Time{}, time.Time{}, time.Time{}
					t.Assignee = []string{"", "alice", "carol"}[n/50%3]
					t.DueResolution = now.Add(time.Duration(random.IntN(72*60)-12*60) * time.Minute)
					t.TargetAt = t.DueResolution
				}
				id, err := tx.InsertTicket(t)
				if err != nil {
					return err
				}
				many := 5
				if n == 0 {
					many = 2000
				}
				for i := range many {
					if _, err := tx.AddEntry(ticket.Entry{Ticket: id, Kind: ticket.EntryMessage, Author: t.Requester, Text: text(30), At: at.Add(time.Duration(i) * time.Second)}); err != nil {
						return err
					}
				}
				for _, e := range []ticket.Event{{Kind: ticket.EventCreated, To: t.Queue, Number: t.Level}, {Kind: ticket.EventAnswered, Actor: "alice"}, {Kind: ticket.EventStatus, Actor: "alice", From: "new", To: string(t.Status)}} {
					e.Ticket, e.At = id, at
					if _, err := tx.AddEvent(e); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
