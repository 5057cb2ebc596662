package localdesk

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maildesk/config"
	"maildesk/imappoll"
)

func TestOAuthOf(t *testing.T) {
	folder := t.TempDir()
	token := filepath.Join(folder, "token")
	if err := os.WriteFile(token, []byte("old\n"), 0o600); err != nil {
		t.Fatal(err)
	}
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
