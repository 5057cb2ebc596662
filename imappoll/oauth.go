package imappoll

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
	"golang.org/x/oauth2/endpoints"
)

// OAuth configures where access tokens come from (RFC 6749): from a user's refresh
// token (section 6) or else from the client's own credentials (section 4.4).
type OAuth struct {
	TokenURL     string
	ClientID     string
	Scopes       []string
	ClientSecret func() (string, error) // nil: a public client
	RefreshToken func() (string, error) // nil: there is no user
	// KeepRefreshToken stores a refresh token that replaces the old one; nil: it
	// is only kept in memory.
	KeepRefreshToken func(string)
}

// Google returns the token endpoint of Google.
func Google() string { return endpoints.Google.TokenURL }

// Microsoft returns the token endpoint of Microsoft 365; an empty tenant means any
// organization.
func Microsoft(tenant string) string {
	if tenant == "" {
		tenant = "organizations"
	}
	return endpoints.AzureAD(tenant).TokenURL
}

// MicrosoftScope is the scope that a client without a user requests from Microsoft
// 365.
const MicrosoftScope = "https://outlook.office365.com/.default"

// tokenPatience bounds the time of a request for a token.
const tokenPatience = 30 * time.Second

// tokens requests access tokens and caches the current one. It is not safe for
// concurrent use.
type tokens struct {
	cfg     OAuth
	current *oauth2.Token
	refresh string // the newest refresh token
}

// drop forgets the access token: the server refused it.
func (t *tokens) drop() { t.current = nil }

// get returns a valid access token. The error is a loginError when the token server
// refuses to issue one.
func (t *tokens) get(ctx context.Context) (string, error) {
	if t.current.Valid() {
		return t.current.AccessToken, nil
	}
	var secret string
	var err error
	if t.cfg.ClientSecret != nil {
		if secret, err = t.cfg.ClientSecret(); err != nil {
			return "", fmt.Errorf("client secret: %w", err)
		}
	}
	if t.cfg.RefreshToken != nil && t.refresh == "" {
		if t.refresh, err = t.cfg.RefreshToken(); err != nil {
			return "", fmt.Errorf("refresh token: %w", err)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, tokenPatience)
	defer cancel()
	ctx = context.WithValue(ctx, oauth2.HTTPClient, &http.Client{Timeout: tokenPatience})
	token, err := t.ask(ctx, secret)
	if err != nil {
		refresh := t.refresh
		t.refresh = "" // the file may hold a newer one by the next time
		return "", tokenError(err, secret, refresh)
	}
	t.current = token
	if t.cfg.RefreshToken != nil && token.RefreshToken != "" && token.RefreshToken != t.refresh {
		t.refresh = token.RefreshToken
		if t.cfg.KeepRefreshToken != nil {
			t.cfg.KeepRefreshToken(t.refresh)
		}
	}
	return token.AccessToken, nil
}

func (t *tokens) ask(ctx context.Context, secret string) (*oauth2.Token, error) {
	if t.cfg.RefreshToken == nil {
		cfg := clientcredentials.Config{ClientID: t.cfg.ClientID, ClientSecret: secret, TokenURL: t.cfg.TokenURL, Scopes: t.cfg.Scopes}
		return cfg.Token(ctx)
	}
	cfg := oauth2.Config{ClientID: t.cfg.ClientID, ClientSecret: secret, Endpoint: oauth2.Endpoint{TokenURL: t.cfg.TokenURL}, Scopes: t.cfg.Scopes}
	return cfg.TokenSource(ctx, &oauth2.Token{RefreshToken: t.refresh}).Token()
}

// tokenError returns why there is no token, without secrets that the server echoes.
func tokenError(err error, secrets ...string) error {
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		return fmt.Errorf("get a token: %s", hide(err.Error(), secrets...))
	}
	why := hide(fmt.Sprintf("no token: %d %s %s", refused.Response.StatusCode, refused.ErrorCode, refused.ErrorDescription), secrets...)
	if code := refused.Response.StatusCode; code >= 500 || code == http.StatusTooManyRequests {
		return errors.New("get a token: " + why)
	}
	return &loginError{why}
}
