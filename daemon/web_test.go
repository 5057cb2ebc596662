package daemon

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestWeb: the page is up with the daemon, and the link to log in goes out as other mail does.
func TestWeb(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "maildesk.toml")
	writeConfig(t, path, firstConfig+"agents = [\"alice\"]\n[[agent]]\nname = \"alice\"\nmail = \"alice@example.org\"\n[web]\nlisten = \"127.0.0.1:0\"\n")
	d, _ := start(t, path)
	page := "http://" + d.WebAddr().String()
	resp, err := http.Get(page + "/")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK || resp.Request.URL.Path != "/login" {
		t.Errorf("the page shows %d at %s, want the form to log in", resp.StatusCode, resp.Request.URL)
	}
	resp, err = http.PostForm(page+"/login", url.Values{"address": {"alice@example.org"}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	for range 12_000 {
		mails, err := filepath.Glob(filepath.Join(folder, "data", "outgoing", "new", "*"))
		if err != nil {
			t.Fatal(err)
		}
		if len(mails) == 1 {
			raw, err := os.ReadFile(mails[0])
			if err != nil || !strings.Contains(string(raw), "alice@example.org") || !strings.Contains(string(raw), "/login/") {
				t.Errorf("the mail is\n%s, %v", raw, err)
			}
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("no link was mailed")
}
