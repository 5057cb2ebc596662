package store

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"maildesk/search"
	"maildesk/ticket"
)

// BenchmarkSearch looks for words of 20,000, of which the n-th is 1/n as frequent as the
// first, in tickets of five entries of thirty words. MAILDESK_ENTRIES sets how many entries
// there are, MAILDESK_SEARCH_DATA a folder in which the desk is kept for the next time.
func BenchmarkSearch(b *testing.B) {
	entries := 20_000
	if n, err := strconv.Atoi(os.Getenv("MAILDESK_ENTRIES")); err == nil {
		entries = n
	}
	folder := os.Getenv("MAILDESK_SEARCH_DATA")
	if folder == "" {
		folder = filepath.Join(b.TempDir(), "data")
	}
	_, err := os.Stat(folder)
	db, err2 := Open(b.Context(), folder, Options{Exclusive: true})
	if err2 != nil {
		b.Fatal(err2)
	}
	defer db.Close()
	if err != nil {
		fillForSearch(b, db, entries)
	}
	desk := search.Desk{Queues: []string{"first", "second"}, Categories: []string{"none"}, Agents: []string{"nobody"}, Now: noon}
	for _, text := range []string{
		"w1", "w40", "w900", "w15000", "w1 w2", "w40 w41", "w900 w901", "w12000 w12001", "w1 w12000", `"w1 w2"`, "w1*", "w123*", "w1 w2 w3 w4 w5 w6 w7 w8",
		"w40 -w1", "w1 status:open", "w1 queue:second", "w1 tag:none", "w1 category:none", "w1 priority:high", "w1 agent:nobody", "w1 language:pl", "w40 requester:p17@example.net", "w1 requester:p17", "w1 from:p17", "subject:w1 w40", "status:open queue:first", "queue:second -w1", "from:p17", "tag:none", "nowhere", "has:file",
	} {
		q, err := search.Parse(text, desk)
		if err != nil {
			b.Fatal(err)
		}
		q.Limit = 20
		b.Run(text, func(b *testing.B) {
			var took, waited []time.Duration // took: of the processor, as the machine may have other work
			for b.Loop() {
				begin, cpu := time.Now(), processorTime()
				if err := db.View(b.Context(), func(r ticket.Reader) error { _, err := r.Search(q); return err }); err != nil {
					b.Fatal(err)
				}
				waited, took = append(waited, time.Since(begin)), append(took, processorTime()-cpu)
			}
			slices.Sort(waited)
			b.ReportMetric(float64(waited[len(waited)*99/100].Microseconds())/1000, "p99-ms")
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "cpu-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-cpu-ms")
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

// fillForSearch makes tickets of five entries, in batches.
func fillForSearch(b *testing.B, db *DB, entries int) {
	random := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(random, 1.07, 8, 20_000)
	text := func(words int) string {
		var all strings.Builder
		for range words {
			fmt.Fprintf(&all, "w%d ", zipf.Uint64())
		}
		return all.String()
	}
	const batch = 2000
	for first := 0; first < entries/5; first += batch {
		err := db.Update(b.Context(), func(tx ticket.Tx) error {
			for n := first; n < min(first+batch, entries/5); n++ {
				made := noon.Add(-time.Duration(entries/5-n) * 5 * time.Minute)
				t := ticket.Ticket{Subject: text(5), Requester: fmt.Sprintf("p%d@example.net", n%5000), Queue: "first", Level: 1, Status: ticket.StatusClosed, CreatedAt: made, UpdatedAt: made, ClosedAt: made}
				if n > entries/5-2000 {
					t.Status, t.ClosedAt = ticket.StatusOpen, time.Time{}
				}
				if n%10 == 0 {
					t.Queue = "second"
				}
				id, err := tx.InsertTicket(t)
				for range 5 {
					if err == nil {
						_, err = tx.AddEntry(ticket.Entry{Ticket: id, Kind: ticket.EntryMessage, Author: t.Requester, Text: text(30), At: made})
					}
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
