package store

import (
	"bytes"
	"crypto/sha256"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"testing"

	"maildesk/ticket"
)

// BenchmarkBigMails keeps mails of 25 MB and reads each back four times at once. It
// reports the memory that the process holds afterwards: what SQLite has freed
// should be the system's again (see bigBlocksApart).
func BenchmarkBigMails(b *testing.B) {
	db := openTest(b)
	raw := bytes.Repeat([]byte("a line of a file in base64, as long as one should be, or so\r\n"), 25_000_000/62)
	sum, n := sha256.Sum256(raw), 0
	for b.Loop() {
		n++
		m, _ := testMail(strconv.Itoa(n))
		m.SHA256 = sum
		id, _, err := appendMail(db, m, raw)
		if err != nil {
			b.Fatal(err)
		}
		var readers sync.WaitGroup
		for range 4 {
			readers.Go(func() {
				if err := db.View(b.Context(), func(r ticket.Reader) error {
					_, err := r.Raw(id)
					return err
				}); err != nil {
					b.Error(err)
				}
			})
		}
		readers.Wait()
	}
	b.StopTimer()
	debug.FreeOSMemory()
	b.ReportMetric(resident(b), "MB-held")
}

// resident returns the memory of this process in MB.
func resident(b *testing.B) float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	kB, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		b.Fatal(err)
	}
	return float64(kB) / 1000
}
