package daemon

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maildesk/config"
	"maildesk/faulttest/dovecot"
	"maildesk/imappoll"
)

func TestOAuthOf(t *testing.T) {
	folder := t.TempDir()
	token := filepath.Join(folder, "token")
	writeConfig(t, token, "old\n")
	log := slog.New(slog.DiscardHandler)
	for _, tt := range []struct {
		cfg          config.OAuth
		url          string
		scopes       string
		refresh, key bool
	}{
		{config.OAuth{Provider: "google", ClientSecretFile: token, RefreshTokenFile: token}, "https://oauth2.googleapis.com/token", "", true, true},
		{config.OAuth{Provider: "microsoft", Tenant: "example.org", RefreshTokenFile: token}, "https://login.microsoftonline.com/example.org/oauth2/v2.0/token", "", true, false},
		{config.OAuth{Provider: "microsoft", ClientSecretFile: token}, "https://login.microsoftonline.com/organizations/oauth2/v2.0/token", imappoll.MicrosoftScope, false, true},
		{config.OAuth{TokenURL: "https://login.example.org/t", ClientSecretFile: token, Scopes: []string{"a", "b"}}, "https://login.example.org/t", "a b", false, true},
	} {
		o := oauthOf(config.IMAP{OAuth: tt.cfg}, log)
		if o.TokenURL != tt.url || strings.Join(o.Scopes, " ") != tt.scopes || (o.RefreshToken != nil) != tt.refresh || (o.ClientSecret != nil) != tt.key {
			t.Errorf("oauthOf(%+v) = %+v, want %s, scopes %q", tt.cfg, o, tt.url, tt.scopes)
		}
	}
	o := oauthOf(config.IMAP{OAuth: config.OAuth{Provider: "google", RefreshTokenFile: token}}, log)
	o.KeepRefreshToken("new")
	got, err := o.RefreshToken()
	info, statErr := os.Stat(token)
	if got != "new" || err != nil || statErr != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("after KeepRefreshToken the file has %q, %v, mode %v; want the new one, 0600", got, err, info.Mode())
	}
}

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
