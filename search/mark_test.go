package search

import (
	"encoding/base64"
	"reflect"
	"testing"
)

// TestMark: a mark is read as it was written, and page by page.
func TestMark(t *testing.T) {
	for _, m := range []Mark{nil, Mark{}.With([]uint64{7}), Mark{}.With([]uint64{1 << 40, 3, 7, 3}).With([]uint64{1, OfSlug("vpn-drops")})} {
		got, err := ParseMark(m.String())
		if err != nil || len(got)+len(m) > 0 && !reflect.DeepEqual(got, m) || len(got.Seen()) != m.Len() {
			t.Errorf("ParseMark(%q) = %v, %v, want %v", m, got, err, m)
		}
	}
	if got := (Mark{}.With([]uint64{5, 2})).With([]uint64{9}).Tickets(); len(got) != 3 || got[0] != 2 || got[2] != 9 {
		t.Errorf("Tickets = %v, want 2, 5 and 9", got)
	}
}

// TestNoMark: what is none is refused, and costs nothing.
func TestNoMark(t *testing.T) {
	raw := func(b ...byte) string { return base64.RawURLEncoding.EncodeToString(b) }
	for name, text := range map[string]string{
		"no base64": "%", "padded": "AQE=", "a page of none": raw(0), "too short": raw(3, 1), "twice the same": raw(2, 1, 0), "very many": raw(0xff, 0xff, 0xff, 0xff, 0x7f, 1),
		"no end": raw(0x80), "over the edge": raw(2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 2), "negative": raw(1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01),
	} {
		if m, err := ParseMark(text); err == nil {
			t.Errorf("%s: ParseMark(%q) = %v, want an error", name, text, m)
		}
	}
}

func FuzzParseMark(f *testing.F) {
	f.Add(Mark{}.With([]uint64{1, 2, 300}).With([]uint64{9}).String())
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ParseMark(text)
		if err != nil {
			return
		}
		if again, err := ParseMark(m.String()); err != nil || m.Len() > MostMarked || len(m) > 0 && !reflect.DeepEqual(again, m) {
			t.Errorf("ParseMark(%q) = %v, again %v, %v", text, m, again, err)
		}
	})
}
