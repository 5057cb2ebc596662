package localdesk

import (
	"crypto/x509"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"

	"maildesk/config"
	"maildesk/mailauth/sign"
	"maildesk/outbox"
)

// DKIMFolder is the folder of the data folder with the keys by which mail is signed.
const DKIMFolder = "dkim"

// Transports returns a function that makes transports, to a folder or to smarthosts,
// and the monitor of their state.
func Transports(cfg *config.Config, log *slog.Logger) (func() outbox.Transport, *outbox.Monitor, error) {
	out := cfg.Outgoing
	o := outbox.Options{Hostname: cfg.Desk.Hostname}
	if out.Maildir != "" {
		return outbox.OpenAll([]string{"maildir:" + out.Maildir}, o, log)
	}
	var err error
	if o.RootCAs, err = Authorities(out.CA); err != nil {
		return nil, nil, fmt.Errorf("authorities of [outgoing]: %w", err)
	}
	if len(out.DKIM) > 0 {
		signer, err := sign.Open(filepath.Join(cfg.Desk.Data, DKIMFolder), out.DKIM)
		if err != nil {
			return nil, nil, fmt.Errorf("dkim of [outgoing]: %w", err)
		}
		o.Sign = signer.Sign
	}
	var addresses []string
	for _, s := range out.Smarthosts {
		u := url.URL{Scheme: "smtp", Host: s.Host}
		switch s.TLS {
		case config.Implicit:
			u.Scheme = "smtps"
		case config.Required:
			u.RawQuery = "tls=required"
		}
		if s.User != "" {
			u.User = url.UserPassword(s.User, string(s.Password))
		}
		addresses = append(addresses, u.String())
	}
	return outbox.OpenAll(addresses, o, log)
}

// Authorities reads a PEM file of CA certificates; without a path it returns nil,
// which means those of the system.
func Authorities(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem) // config has checked that it contains one
	return pool, nil
}
