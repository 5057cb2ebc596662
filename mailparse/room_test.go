package mailparse

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"maildesk/faulttest"
	"maildesk/mailparse/calendar"
	"maildesk/mailparse/room"
)

func TestDecodable(t *testing.T) {
	long := strings.Repeat("é", room.MaxPage)
	for _, tt := range []struct {
		mediaType, content string
		want               int
	}{
		{"text/plain", "short", 5},
		{"text/plain", long, 2 * room.MaxText},
		{"text/plain", "x" + long, 2*room.MaxText - 1}, // not within a character
		{"text/html", long, room.MaxPage},
		{"text/calendar", long, calendar.MaxSize},
		{"text/plain", long + "\nbegin 644 a", len(long) + 12}, // files may follow
	} {
		got := decodable(tt.mediaType, []byte(tt.content))
		if len(got) != tt.want || !utf8.Valid(got) {
			t.Errorf("decodable(%s, %d bytes) = %d bytes (valid: %t), want %d", tt.mediaType, len(tt.content), len(got), utf8.Valid(got), tt.want)
		}
	}
}

// TestT170TextIsBounded: whatever a text bomb is made of, its text is bounded, says
// that it goes on, and begins as it did; the reply has no more than the text.
func TestT170TextIsBounded(t *testing.T) {
	const size = 3 << 20
	bombs := []string{"one line", "lines", "one letter a line", "quotes", "single guillemets", "odd header lines", "links", "random words", "flowed", "emoji", "CSV",
		"pre in base64", "br in base64", "lists", "cells", "divs with text", "plaintext", "guillemets", "quote marks", "no-break spaces", "pages", "many texts", "charset gb18030", "charset utf-7"}
	most := 0
	for _, k := range hostileKinds {
		if !slices.Contains(bombs, k.name) {
			continue
		}
		m := Parse([]byte(k.make(size)), Envelope{})
		most = max(most, len(m.Text))
		if !strings.Contains(m.Text, room.CutLine) && k.name != "pre in base64" && k.name != "br in base64" { // these are nothing but empty lines
			t.Errorf("%s: a text of %d bytes ends in %q", k.name, len(m.Text), m.Text[max(0, len(m.Text)-80):])
		}
		if !slices.Contains(m.Problems, room.ProblemCut) {
			t.Errorf("%s: Problems = %q, want that the text is cut", k.name, m.Problems)
		}
		for what, text := range map[string]string{"Text": m.Text, "Reply": m.Reply, "Quoted": m.Quoted} {
			if len(text) > room.MaxText+4*room.MaxLines+2*len(room.CutLine) || strings.Count(text, "\n") > room.MaxLines+2*maxParts {
				t.Errorf("%s: %s has %d bytes in %d lines", k.name, what, len(text), strings.Count(text, "\n"))
			}
		}
	}
	// A long text that is under the bound is read to its end, a file beside it too.
	under := strings.Repeat(strings.Repeat("a", 50)+"\r\n", room.MaxLines-2) + "the end\r\n"
	if m := Parse([]byte(plainMail(under)), Envelope{}); !strings.HasSuffix(m.Text, "the end") || slices.Contains(m.Problems, room.ProblemCut) {
		t.Errorf("a text of %d lines is cut: %q", room.MaxLines-1, m.Problems)
	}
	uu := plainMail("a file\r\n" + "begin 644 a.bin\r\n" + strings.Repeat("M"+strings.Repeat("A", 60)+"\r\n", 60_000) + "`\r\nend\r\n")
	if m := Parse([]byte(uu), Envelope{}); len(m.Attachments) != 1 || len(m.Attachments[0].Content) != 60_000*45 || m.Text != "a file" {
		t.Errorf("a long uuencoded file is %d attachments beside %d bytes of text", len(m.Attachments), len(m.Text))
	}
	faulttest.Seen(t, "T170", "text bombs of many kinds of 3 MiB", "%d kinds: at most %d KiB of text, with a line that says so", len(bombs), most>>10)
}

// TestFromWithBlank: "From :" in the first line is the field, "From ana" is the line
// of an mbox file.
func TestFromWithBlank(t *testing.T) {
	for start, want := range map[string]string{
		"From : Ana <ana@example.net>\r\n":                                            "ana@example.net",
		"From  : ana@example.net\r\n":                                                 "ana@example.net",
		"From\t: ana@example.net\r\n":                                                 "ana@example.net",
		"From : \r\n ana@example.net\r\n":                                             "ana@example.net",
		"From bob@example.net Mon Nov 23 10:00:00 2026\r\nFrom : ana@example.net\r\n": "ana@example.net",
		">From bob Mon Nov 23 10:00:00 2026\r\nFrom: ana@example.net\r\n":             "ana@example.net",
		"From bob Mon Nov 23 10:00:00 2026\r\nSubject: x\r\n":                         "",
	} {
		m := Parse([]byte(start+"To: support@example.org\r\n\r\nhello\r\n"), Envelope{})
		if m.From.Address != want || m.Reply != "hello" {
			t.Errorf("%q: From = %q, Reply = %q; want %q, hello (%q)", start, m.From.Address, m.Reply, want, m.Problems)
		}
	}
}
