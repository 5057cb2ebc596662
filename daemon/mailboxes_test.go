package daemon

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maildesk/faulttest/dovecot"
)

// TestReadyzTellsOfMailboxes: /readyz and /metrics know a mailbox that cannot be fetched.
func TestReadyzTellsOfMailboxes(t *testing.T) {
	s := dovecot.Start(t, dovecot.Options{})
	path := filepath.Join(t.TempDir(), "maildesk.toml")
	secret := filepath.Join(filepath.Dir(path), "secret")
	writeConfig(t, secret, dovecot.Password)
	writeConfig(t, path, firstConfig+fmt.Sprintf("[health]\nlisten = \"127.0.0.1:0\"\n[[imap]]\naddress = \"imap://support%%40example.org@%s\"\npassword_file = \"secret\"\npoll = \"1s\"\n", s.Addr))
	d, log := start(t, path)
	log.await(t, "msg=mailbox account=support@example.org mailbox=INBOX state=ok")
	get := func(what string) string {
		answer, err := http.Get("http://" + d.HealthAddr().String() + what)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if text := get("/readyz"); strings.Contains(text, "INBOX") {
		t.Errorf("/readyz says %s of a mailbox that is fine", text)
	}
	if text := get("/metrics"); !strings.Contains(text, `maildesk_mailbox_up{account="support@example.org",mailbox="INBOX"} 1`) {
		t.Errorf("/metrics does not know the mailbox:\n%s", text)
	}
	s.Stop()
	log.await(t, "state=down")
	if text := get("/readyz"); !strings.Contains(text, "mailbox INBOX of support@example.org is down") {
		t.Errorf("/readyz says %s of a mailbox that is down", text)
	}
	if h := d.Mailboxes(); len(h) != 1 || h[0].State != "down" || h[0].Reason == "" || time.Since(h[0].ContactAt) > time.Minute {
		t.Errorf("Mailboxes() = %+v", h)
	}
}
