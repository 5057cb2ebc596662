package imappoll

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net"
	"strconv"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-sasl"
)

// loginError means that the IMAP server or the token server refuses us. Retrying
// soon would only lock the account.
type loginError struct{ why string }

func (e *loginError) Error() string { return "log in: " + e.why }

// login logs in with a password or a token. After an error the connection is not
// usable: the library leaves it locked after a failed exchange.
func (s *session) login(ctx context.Context, m Mailbox, t *tokens) error {
	if s.client.State() != imap.ConnStateNotAuthenticated { // PREAUTH, RFC 9051 section 7.1.4
		return s.within(ctx, smallTalk, func() error {
			s.caps = s.client.Caps()
			return nil
		})
	}
	var secret string
	var err error
	if t != nil {
		secret, err = t.get(ctx)
	} else if secret, err = m.Password(); err == nil && secret == "" {
		err = &loginError{"the password is empty"}
	}
	if err != nil {
		return err
	}
	var exchange string // the SASL response that contains the secret
	err = s.within(ctx, smallTalk, func() error {
		mechanism, err := mechanismFor(s.client.Caps(), m, secret, t != nil)
		if err != nil {
			return err
		}
		if mechanism == nil {
			return s.client.Login(m.User, secret).Wait()
		}
		_, first, err := mechanism.Start()
		if err != nil {
			return err
		}
		exchange = string(first)
		return s.client.Authenticate(mechanism)
	})
	if err == nil {
		return s.within(ctx, smallTalk, s.learnCaps)
	}
	if t != nil {
		t.drop()
	}
	if known, ok := errors.AsType[*loginError](err); ok {
		return known
	}
	why := hide(err.Error(), secret, exchange)
	if bearer, ok := errors.AsType[*sasl.OAuthBearerError](err); ok {
		return &loginError{"the token was refused: " + hide(bearer.Status, secret)}
	}
	// RFC 5530: UNAVAILABLE means that the server cannot check at present.
	if e, ok := errors.AsType[*imap.Error](err); ok && e.Code != imap.ResponseCodeUnavailable {
		return &loginError{why}
	}
	return errors.New("log in: " + why)
}

// learnCaps reads what the server can do once somebody is logged in, which differs from what it said
// before. The library says that a log-in is over before it forgets the capabilities of the greeting, on
// the goroutine that reads: whoever asks for them at once may get the old ones. The answer to a NOOP
// (RFC 9051 section 6.1.2) is read after that.
func (s *session) learnCaps() error {
	if err := s.client.Noop().Wait(); err != nil {
		return err
	}
	s.caps = s.client.Caps()
	return nil
}

// mechanismFor returns a SASL mechanism that the server offers, or nil for the
// LOGIN command.
func mechanismFor(caps imap.CapSet, m Mailbox, secret string, token bool) (sasl.Client, error) {
	switch {
	case token && caps.Has(imap.AuthCap(sasl.OAuthBearer)):
		host, port, err := net.SplitHostPort(m.Host)
		if err != nil {
			return nil, err
		}
		n, err := strconv.Atoi(port)
		return sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{Username: m.User, Token: secret, Host: host, Port: n}), err
	case token && caps.Has(imap.AuthCap("XOAUTH2")):
		return &xoauth2{m.User, secret}, nil
	case token:
		return nil, &loginError{"the server accepts no OAuth tokens"}
	case caps.Has(imap.AuthCap(sasl.Plain)):
		return sasl.NewPlainClient("", m.User, secret), nil
	case caps.Has(imap.CapLoginDisabled):
		return nil, &loginError{"the server accepts no password on this connection"}
	}
	return nil, nil
}

// xoauth2 is the mechanism of Google and Microsoft, which no RFC describes:
// https://developers.google.com/workspace/gmail/imap/xoauth2-protocol
type xoauth2 struct{ user, token string }

func (x *xoauth2) Start() (mechanism string, response []byte, err error) {
	return "XOAUTH2", []byte("user=" + x.user + "\x01auth=Bearer " + x.token + "\x01\x01"), nil
}

// Next is called when the token was refused, with the reason.
func (x *xoauth2) Next(challenge []byte) ([]byte, error) {
	var why struct{ Status string }
	if json.Unmarshal(challenge, &why) != nil || why.Status == "" {
		why.Status = "without a reason"
	}
	return nil, &sasl.OAuthBearerError{Status: why.Status}
}

// maxReason bounds the text of an error, which may quote the server, in characters.
const maxReason = 300

// hide removes secrets from a text, plain and as SASL encodes them, and bounds it.
func hide(text string, secrets ...string) string {
	for _, s := range secrets {
		if s == "" {
			continue
		}
		text = strings.ReplaceAll(text, s, "[secret]")
		text = strings.ReplaceAll(text, base64.StdEncoding.EncodeToString([]byte(s)), "[secret]")
	}
	text = strings.ToValidUTF8(text, "?")
	if r := []rune(text); len(r) > maxReason {
		text = string(r[:maxReason]) + "…"
	}
	return text
}
