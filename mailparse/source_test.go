package mailparse

import (
	"bytes"
	"strings"
	"testing"
)

// TestSource: the content of a part that is not encoded is not copied, wherever it
// stands.
func TestSource(t *testing.T) {
	body := []byte("preamble\r\n\r\nmore\r\n--b\r\n\r\none\r\n--b\r\nContent-Type: text/plain\r\n\r\n\r\ntwo\r\n\r\n--b\nX: y\n\nthree\n--b--")
	s := source{body: body}
	for _, want := range []string{"one", "\r\ntwo\r\n", "three", ""} {
		got := s.find([]byte(want))
		if got == nil && want != "" || string(got) != want || cap(got) != len(got) {
			t.Errorf("find(%q) = %q with room for %d", want, got, cap(got))
		}
	}
	if got := (&source{body: body}).find([]byte("four")); got != nil {
		t.Errorf("find of what is not there = %q", got)
	}
	raw := []byte(multipart("Content-Type: text/plain\r\n\r\nhello", "Content-Type: message/rfc822\r\n\r\n"+plainMail(strings.Repeat("words\r\n", 50_000))))
	m := Parse(raw, Envelope{})
	content := m.Attachments[0].Content
	at := bytes.Index(raw, content)
	if at < 0 || &raw[at] != &content[0] {
		t.Errorf("the attached mail of %d bytes is a copy", len(content))
	}
}
