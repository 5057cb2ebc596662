package compose

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"
)

// TestConversationOfOutlook: the mails of a conversation share the first 22 bytes
// of Thread-Index, which begins with 1 and holds the time at which it began.
func TestConversationOfOutlook(t *testing.T) {
	began := Began{At: time.Date(2026, 3, 2, 9, 5, 0, 0, time.UTC), Key: "<root@desk.example.org>"}
	index := func(b Began, later time.Duration) string {
		raw, err := base64.StdEncoding.DecodeString(b.index(b.At.Add(later)))
		if err != nil || len(raw) != 27 || raw[0] != 1 {
			t.Fatalf("Thread-Index after %v = %x, %v", later, raw, err)
		}
		return string(raw)
	}
	first := index(began, 0)
	ticks := uint64(0)
	for _, b := range []byte(first[:6]) {
		ticks = ticks<<8 | uint64(b)
	}
	if at := time.Unix(int64(ticks<<16/10_000_000)-11_644_473_600, 0); at.Sub(began.At).Abs() > time.Second {
		t.Errorf("the conversation began %s, want %s", at, began.At)
	}
	last := first
	for _, later := range []time.Duration{time.Minute, time.Hour, 400 * 24 * time.Hour, 900 * 24 * time.Hour} {
		next := index(began, later)
		if next[:22] != first[:22] || next[22:] <= last[22:] {
			t.Errorf("after %v: %x, which does not come after %x", later, next, last)
		}
		last = next
	}
	began.Key = "<other@desk.example.org>"
	if other := index(began, 0); other[:6] != first[:6] || other[6:22] == first[6:22] {
		t.Errorf("another conversation has the index %x of %x", other, first)
	}
	m := Mail{
		From: Address{Address: "support@example.org"}, To: Address{Address: "alice@example.org"}, Date: began.At, MessageID: "<a@desk.example.org>",
		Topic: "Drücker\r\nBcc: eve@example.net", Began: began,
	}
	raw, err := m.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if head, _, _ := strings.Cut(string(raw), "\r\n\r\n"); !strings.Contains(head, "\r\nThread-Index: "+began.index(m.Date)) ||
		!strings.Contains(head, "\r\nThread-Topic: =?utf-8?q?Dr=C3=BCcker_Bcc:_eve@example.net?=") {
		t.Errorf("the header says nothing of the conversation:\n%s", head)
	}
}
