package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// timeTo250 hands a mail over and returns the time from the final dot to the 250.
func timeTo250(t *testing.T, k *killable, raw string) time.Duration {
	c, err := smtp.Dial(k.addr)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer c.Close()
	if err := c.Mail("ana@example.net", nil); err != nil {
		t.Error(err)
	}
	if err := c.Rcpt("support@example.org", nil); err != nil {
		t.Error(err)
	}
	w, err := c.Data()
	if err != nil {
		t.Error(err)
		return 0
	}
	if _, err := w.Write([]byte(raw)); err != nil {
		t.Error(err)
	}
	begun := time.Now()
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	return time.Since(begun)
}

func quantile(all []time.Duration, q float64) time.Duration {
	slices.Sort(all)
	return all[int(q*float64(len(all)-1))]
}

// syncTime is what the disk takes for a file of a size, the slowest of five.
func syncTime(t *testing.T, size int) (worst time.Duration) {
	t.Helper()
	for range 5 {
		begun := time.Now()
		f, err := os.Create(filepath.Join(t.TempDir(), "file"))
		if err != nil {
			t.Fatal(err)
		}
		f.Write(bytes.Repeat([]byte{1}, size))
		if err := f.Sync(); err != nil {
			t.Fatal(err)
		}
		f.Close()
		worst = max(worst, time.Since(begun))
	}
	return worst
}
