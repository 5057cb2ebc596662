package mailbox

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestWriteMail: what is written is read back to the byte, but for its line ends.
func TestWriteMail(t *testing.T) {
	mails := []string{
		"Subject: a\n\nFrom here on\n>From there\n>>From both\n",
		"Subject: b\n\nFrom a@b Mon May  2 16:07:05 2005\nSubject: no mail\n\nc\n",
		"Subject: c\n\nno line end",
		"Subject: d\n\ntwo empty lines\n\n\n",
	}
	at := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	var box bytes.Buffer
	for _, m := range mails {
		if err := WriteMail(&box, "ana@example.net", at, bytes.ReplaceAll([]byte(m), []byte("\n"), []byte("\r\n"))); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "mails.mbox")
	if err := os.WriteFile(path, box.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	var n int
	for item, err := range Open([]string{path}) {
		if err != nil {
			t.Fatal(err)
		}
		want := mails[n]
		if want[len(want)-1] != '\n' {
			want += "\n"
		}
		if string(item.Raw) != want || !item.Time.Equal(at) {
			t.Errorf("mail %d was read as %q of %v, want %q of %v", n, item.Raw, item.Time, want, at)
		}
		n++
	}
	if n != len(mails) {
		t.Errorf("%d mails were read, want %d", n, len(mails))
	}
}
