package doctor

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"maildesk/config"
	"maildesk/faulttest"
)

// TestDoors: each place where the desk should listen is knocked at, and one that is closed is found.
func TestDoors(t *testing.T) {
	open, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	path := filepath.Join(t.TempDir(), "lmtp")
	socket, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	there, closed := open.Addr().String(), faulttest.FreePort(t)
	for name, tt := range map[string]struct {
		set   func(*config.Config)
		grade Grade
		words string
	}{
		"SMTP":                  {func(c *config.Config) { c.SMTP.Listen = []string{there} }, Fine, there},
		"SMTP, closed":          {func(c *config.Config) { c.SMTP.Listen = []string{there, closed} }, Bad, closed + ", where mail should come in:"},
		"LMTP":                  {func(c *config.Config) { c.SMTP.LMTP = []string{there} }, Fine, there},
		"LMTP, closed":          {func(c *config.Config) { c.SMTP.LMTP = []string{closed} }, Bad, closed + ", where mail should come in by LMTP"},
		"a socket":              {func(c *config.Config) { c.SMTP.LMTP = []string{"unix:" + path} }, Fine, path},
		"no socket":             {func(c *config.Config) { c.SMTP.LMTP = []string{"unix:" + path + ".gone"} }, Bad, ".gone, where mail should come in by LMTP"},
		"submission, closed":    {func(c *config.Config) { c.SMTP.Submission = []string{closed} }, Bad, "agents should hand in mail"},
		"submissions, closed":   {func(c *config.Config) { c.SMTP.Submissions = []string{closed} }, Bad, "agents should hand in mail"},
		"the probes, closed":    {func(c *config.Config) { c.Health.Listen = closed }, Bad, "probes"},
		"the page, closed":      {func(c *config.Config) { c.Web.Listen = closed }, Bad, "the page should be"},
		"the page, which is up": {func(c *config.Config) { c.Web.Listen = there }, Fine, there},
	} {
		v := &visit{cfg: &config.Config{}}
		tt.set(v.cfg)
		v.doors(t.Context())
		t.Log(name)
		v.wants(t, "door", tt.grade, tt.words)
	}
}

// authority is one that signs certificates.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// signs returns a certificate of a template; without an authority it signs itself.
func (a *authority) signs(t *testing.T, template *x509.Certificate) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	if template.NotBefore.IsZero() {
		template.NotBefore = time.Now().Add(-time.Hour)
	}
	if template.NotAfter.IsZero() {
		template.NotAfter = time.Now().Add(60 * 24 * time.Hour)
	}
	parent, signer := template, key
	if a != nil {
		parent, signer = a.cert, a.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &authority{cert, key}
}

// files writes a certificate, those between it and its authority, and its key.
func (a *authority) files(t *testing.T, between ...*authority) (cert, key string) {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(a.key)
	if err != nil {
		t.Fatal(err)
	}
	var chain []byte
	for _, c := range append([]*authority{a}, between...) {
		chain = append(chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.cert.Raw})...)
	}
	cert, key = filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	for path, text := range map[string][]byte{cert: chain, key: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// TestCertificate: what is said of a certificate depends on its end, its names and its chain; that of the
// page is looked at like that of the door.
func TestCertificate(t *testing.T) {
	const name, day = "desk.example.org", 24 * time.Hour
	isCA := func(cn string) *x509.Certificate {
		return &x509.Certificate{Subject: pkix.Name{CommonName: cn}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	}
	var nobody *authority
	root := nobody.signs(t, isCA("root"))
	between := root.signs(t, isCA("between"))
	believed := x509.NewCertPool()
	believed.AddCert(root.cert)
	for _, tt := range []struct {
		name   string
		by     *authority
		left   time.Duration
		names  string
		behind []*authority
		grade  Grade
		words  string
	}{
		{"good", root, 60 * day, name, nil, Fine, "good until"},
		{"by way of another", between, 60 * day, name, []*authority{between}, Fine, "good until"},
		{"the other is missing", between, 60 * day, name, nil, Odd, "leads to no authority"},
		{"of its own", nil, 60 * day, name, nil, Odd, "leads to no authority"},
		{"over", root, -time.Minute, name, nil, Bad, "expired"},
		{"soon over", root, 3 * day, name, nil, Odd, "expires on"},
		{"for another name", root, 60 * day, "www.example.org", nil, Odd, "not for " + name},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cert, key := tt.by.signs(t, &x509.Certificate{NotAfter: time.Now().Add(tt.left), DNSNames: []string{tt.names}}).files(t, tt.behind...)
			for section, set := range map[string]func(*config.Config){
				"[smtp]": func(c *config.Config) { c.SMTP.Certificate, c.SMTP.Key = cert, key },
				"[web]":  func(c *config.Config) { c.Web.Certificate, c.Web.Key, c.Web.URL = cert, key, "https://"+name+":8443" },
			} {
				v := &visit{cfg: &config.Config{}, roots: believed}
				v.cfg.Desk.Hostname = name
				set(v.cfg)
				v.certificate(t.Context())
				v.wants(t, "certificate", tt.grade, "that of "+section)
				v.wants(t, "certificate", tt.grade, tt.words)
			}
		})
	}
	v := &visit{cfg: &config.Config{}}
	v.cfg.Web.Certificate, v.cfg.Web.Key = root.files(t)
	v.cfg.Web.Key = v.cfg.Web.Certificate
	v.certificate(t.Context())
	v.wants(t, "certificate", Bad, "that of [web]")
}
