package room

import (
	"slices"
	"strings"
	"testing"
)

func TestRoom(t *testing.T) {
	for _, tt := range []struct {
		name         string
		bytes, lines int
		texts, want  []string
	}{
		{"fits", 100, 10, []string{"a\nb\n", "c"}, []string{"a\nb\n", "c"}},
		{"to the byte", 4, 10, []string{"a\nb\n"}, []string{"a\nb\n"}},
		{"to the line", 100, 2, []string{"a\nb\n"}, []string{"a\nb\n"}},
		{"bytes", 4, 10, []string{"a\nbcd\ne"}, []string{"a\n" + CutLine + "\n"}},
		{"lines", 100, 2, []string{"a\nb\nc\n"}, []string{"a\nb\n" + CutLine + "\n"}},
		{"one long line", 4, 10, []string{"abcdef"}, []string{"abcd\n" + CutLine + "\n"}},
		{"not within a character", 4, 10, []string{"abcéf"}, []string{"abc\n" + CutLine + "\n"}},
		{"nothing after a cut", 4, 10, []string{"a\n", "bcd\n", "e\n"}, []string{"a\n", "bc\n" + CutLine + "\n", ""}},
		{"no room.Room left", 2, 10, []string{"a\n", "b\n", "c"}, []string{"a\n", "\n" + CutLine + "\n", ""}},
		{"empty", 0, 0, []string{""}, []string{""}},
	} {
		r := Room{Bytes: tt.bytes, Lines: tt.lines}
		var got []string
		for _, text := range tt.texts {
			got = append(got, r.Cut(text))
		}
		cut := strings.Contains(strings.Join(tt.want, ""), CutLine)
		if !slices.Equal(got, tt.want) || r.Full != cut {
			t.Errorf("%s: cut = %q (full: %t), want %q", tt.name, got, r.Full, tt.want)
		}
	}
}
