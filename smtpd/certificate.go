package smtpd

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// Certificate is a pair of PEM files that is read again when one of them
// changes, so that a renewal needs no restart. Files that do not fit leave the
// old certificate in force.
type Certificate struct {
	files [2]string // certificate chain, key
	log   *slog.Logger

	mu    sync.Mutex
	tried [2]os.FileInfo // what the last try read
	pair  *tls.Certificate
}

// OpenCertificate reads a certificate chain and its key. It returns an error when
// they cannot be used now.
func OpenCertificate(certFile, keyFile string, log *slog.Logger) (*Certificate, error) {
	c := &Certificate{files: [2]string{certFile, keyFile}, log: log}
	for i, name := range c.files {
		c.tried[i], _ = os.Stat(name) // the next line returns what is wrong
	}
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return nil, fmt.Errorf("read certificate: %w", err)
	}
	c.pair = &pair
	return c, nil
}

// Config returns TLS settings that serve the certificate: TLS 1.2 or newer.
func (c *Certificate) Config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get}
}

func (c *Certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.changed() {
		return c.pair, nil
	}
	pair, err := tls.LoadX509KeyPair(c.files[0], c.files[1])
	if err != nil {
		c.log.Error("certificate not read, the old one stays", "file", c.files[0], "err", err)
		return c.pair, nil
	}
	c.log.Info("certificate read", "file", c.files[0])
	c.pair = &pair
	return c.pair, nil
}

// Ends returns when the certificate that is served ends.
func (c *Certificate) Ends() (time.Time, error) {
	pair, err := c.get(nil)
	if err != nil {
		return time.Time{}, err
	}
	leaf := pair.Leaf
	if leaf == nil { // GODEBUG x509keypairleaf=0
		if leaf, err = x509.ParseCertificate(pair.Certificate[0]); err != nil {
			return time.Time{}, fmt.Errorf("read certificate: %w", err)
		}
	}
	return leaf.NotAfter, nil
}

// changed reports whether a file is another than at the last try, and takes note.
// A file that is missing is no change: a renewal may be under way.
func (c *Certificate) changed() bool {
	changed := false
	for i, name := range c.files {
		now, err := os.Stat(name)
		if err != nil {
			return false
		}
		old := c.tried[i]
		if old == nil || !os.SameFile(old, now) || old.Size() != now.Size() || !old.ModTime().Equal(now.ModTime()) {
			changed = true
		}
		c.tried[i] = now
	}
	return changed
}
