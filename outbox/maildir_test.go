package outbox

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maildesk/faulttest"
)

func openMaildir(t testing.TB, dir string) Transport {
	t.Helper()
	open, err := Open("maildir:"+dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	x := open()
	t.Cleanup(func() { x.Close() })
	return x
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range list {
		out = append(out, e.Name())
	}
	return out
}

func TestMaildir(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data", "outgoing")
	x := openMaildir(t, dir)
	m := plain(7, time.Unix(1000, 0))
	m.ReversePath = "bounce+7@desk.example.org"
	r, err := x.Send(t.Context(), m)
	if err != nil || r.Host != "maildir:"+dir || r.Text != "new/1000.outbox7.maildesk" {
		t.Fatalf("Send = %+v, %v", r, err)
	}
	got, err := os.ReadFile(filepath.Join(dir, r.Text))
	if want := "Return-Path: <bounce+7@desk.example.org>\r\nDelivered-To: r7@example.net\r\n" + string(m.Bytes); err != nil || string(got) != want {
		t.Errorf("file = %q, %v, want %q", got, err, want)
	}
	if _, err := os.Stat(filepath.Join(dir, "cur")); err != nil {
		t.Error(err)
	}
	// The mail is sent again after a crash: it is still one.
	if _, err := openMaildir(t, dir).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if got := names(t, filepath.Join(dir, "new")); len(got) != 1 {
		t.Errorf("new holds %v, want one mail", got)
	}
}

// TestMaildirCrash: a crash leaves half a mail in tmp. The repeat makes it
// whole; new never shows a half.
func TestMaildirCrash(t *testing.T) {
	dir := t.TempDir()
	x := openMaildir(t, dir)
	m := plain(7, time.Unix(1000, 0))
	if err := os.MkdirAll(filepath.Join(dir, "tmp"), 0o700); err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(dir, "tmp", "1000.outbox7.maildesk")
	if err := os.WriteFile(half, []byte(strings.Repeat("half a mail, longer than the whole one ", 20)), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := x.Send(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(dir, r.Text))
	if err != nil || !strings.HasSuffix(string(got), "<>\r\nDelivered-To: r7@example.net\r\n"+string(m.Bytes)) {
		t.Errorf("file = %q, %v", got, err)
	}
	if left := names(t, filepath.Join(dir, "tmp")); len(left) != 0 {
		t.Errorf("tmp holds %v, want nothing", left)
	}
}

// TestMaildirDown: a folder that cannot be written is no mail's fault, and is
// found again when it can.
func TestMaildirDown(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	x := openMaildir(t, dir)
	m := plain(7, time.Unix(1000, 0))
	if _, err := x.Send(t.Context(), m); classify(err) != down {
		t.Errorf("Send into a file = %v, want a DownError", err)
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := x.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		if _, err := x.Send(t.Context(), m); classify(err) != down {
			t.Errorf("Send into a folder that went away = %v, want a DownError", err)
		}
	}
}

// TestT118Maildir: an address cannot write header fields of its own.
func TestT118Maildir(t *testing.T) {
	dir := t.TempDir()
	m := plain(7, time.Unix(1000, 0))
	m.Recipient = "a@b\r\nX-Evil: 1"
	if _, err := openMaildir(t, dir).Send(t.Context(), m); classify(err) != failed {
		t.Errorf("Send = %v, want it refused", err)
	}
	faulttest.Seen(t, "T118", "hostile addresses into the Maildir", "refused; the two lines of the envelope cannot be forged")
}

// The journal is a table and leaves no files; a Maildir can.
func TestT010StrayFiles(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "tmp"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, age := range map[string]time.Duration{"old": 37 * time.Hour, "young": 35 * time.Hour} {
		path := filepath.Join(dir, "tmp", name)
		if err := os.WriteFile(path, []byte("half a mail"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, time.Time{}, time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	m := &maildir{dir: dir}
	defer m.Close()
	if err := m.open(); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "tmp", "*"))
	if err != nil || len(left) != 1 || filepath.Base(left[0]) != "young" {
		t.Errorf("left in tmp: %v, %v; want the young file only", left, err)
	}
	faulttest.Seen(t, "T010", "half-written files of 35 and 37 hours in tmp of the outgoing Maildir", "the older one is removed, the younger one kept; the journal is a table and leaves none")
}
