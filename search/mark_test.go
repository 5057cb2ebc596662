package search

import (
	"encoding/base64"
	"encoding/binary"
	"reflect"
	"testing"
)

func itself(s string) string { return s }

// TestMark: a mark is read as it was written, and page by page.
func TestMark(t *testing.T) {
	none := MarkOf(MarkTickets, "jams")
	for _, m := range []Mark{none, none.With([]uint64{7}), none.With([]uint64{1 << 40, 3, 7, 3}).With(append(OfArticles([]string{"vpn-drops"}, itself), 1))} {
		got, err := ParseMark(m.String(), MarkTickets, "jams")
		if err != nil || !reflect.DeepEqual(got, m) {
			t.Errorf("ParseMark(%q) = %v, %v, want %v", m, got, err, m)
		}
	}
	m := none.With([]uint64{5, 2}).With([]uint64{9})
	if got := m.SeenTickets(); len(got) != 3 || got[0] != 2 || got[2] != 9 || m.Len() != 3 || m.Before().Len() != 2 || none.Before().Len() != 0 {
		t.Errorf("SeenTickets = %v, want 2, 5 and 9", got)
	}
	if none.SeenArticle() != nil || none.String() != "" {
		t.Errorf("who has seen nothing has the mark %q", none)
	}
}

// TestMarkOfAnother: a mark is of one query, and of what it was asked of.
func TestMarkOfAnother(t *testing.T) {
	text := MarkOf(MarkTickets, "jams").With([]uint64{7}).String()
	for name, asked := range map[string][2]string{"another query": {MarkTickets, "toner"}, "articles": {MarkArticles, "jams"}, "nothing": {}} {
		if m, err := ParseMark(text, asked[0], asked[1]); err != ErrMark {
			t.Errorf("%s: %v, %v, want ErrMark", name, m, err)
		}
	}
}

// TestMarkOfArticles: two articles whose names have one hash of 32 bits are two.
func TestMarkOfArticles(t *testing.T) {
	m := MarkOf(MarkArticles, "vpn").With(OfArticles([]string{"costarring"}, itself))
	if seen := m.SeenArticle(); !seen("costarring") || seen("liquid") {
		t.Error("who has seen costarring has seen liquid, too, or neither")
	}
}

// TestNoMark: what is none is refused, and costs nothing.
func TestNoMark(t *testing.T) {
	raw := func(b ...byte) string {
		return base64.RawURLEncoding.EncodeToString(append(binary.BigEndian.AppendUint32(nil, MarkOf(MarkTickets, "jams").query), b...))
	}
	if _, err := ParseMark(raw(1, 7, 1, 9), MarkTickets, "jams"); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"no base64": "%", "padded": "AQE=", "no query": "AQE", "no page": raw(), "a page of none": raw(0), "too short": raw(3, 1), "twice the same": raw(2, 1, 0), "twice on two pages": raw(2, 7, 1, 1, 8),
		"very many": raw(0xff, 0xff, 0xff, 0xff, 0x7f, 1), "no end": raw(0x80),
		"over the edge": raw(2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 2), "negative": raw(1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01),
	} {
		if m, err := ParseMark(text, MarkTickets, "jams"); err != ErrMark {
			t.Errorf("%s: ParseMark(%q) = %v, %v, want ErrMark", name, text, m, err)
		}
	}
}

func FuzzParseMark(f *testing.F) {
	f.Add(MarkOf("", "").With([]uint64{1, 2, 300}).With([]uint64{9}).String())
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ParseMark(text, "", "")
		if err != nil {
			return
		}
		if again, err := ParseMark(m.String(), "", ""); err != nil || m.Len() > MostMarked || !reflect.DeepEqual(again, m) {
			t.Errorf("ParseMark(%q) = %v, again %v, %v", text, m, again, err)
		}
	})
}
