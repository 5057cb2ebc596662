package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"maildesk/config"
)

const (
	soonExpires = 14 * 24 * time.Hour
	knockWithin = 5 * time.Second
)

// doors looks whether somebody answers wherever the desk listens.
func (v *visit) doors(ctx context.Context) {
	s := v.cfg.SMTP
	for _, of := range []struct {
		purpose   string
		addresses []string
	}{
		{"mail should come in", s.Listen}, {"mail should come in by LMTP", s.LMTP}, {"agents should hand in mail", s.Submission}, {"agents should hand in mail", s.Submissions},
		{"probes and figures should be", []string{v.cfg.Health.Listen}}, {"the page should be", []string{v.cfg.Web.Listen}},
	} {
		for _, address := range of.addresses {
			if address != "" {
				v.knock(ctx, address, of.purpose)
			}
		}
	}
}

// knock connects to a door: "host:port" or "unix:PATH".
func (v *visit) knock(ctx context.Context, address, purpose string) {
	network, place := "tcp", address
	if path, is := strings.CutPrefix(address, "unix:"); is {
		network, place = "unix", path
	}
	dialer := net.Dialer{Timeout: knockWithin}
	conn, err := dialer.DialContext(ctx, network, place)
	if err != nil {
		v.add("door", Bad, fmt.Sprintf("nobody answers at %s, where %s: %v", address, purpose, err), "start maildesk serve (systemctl start maildesk), and look at its log")
		return
	}
	conn.Close()
	v.add("door", Fine, "somebody answers at "+address, "")
}

// certificate looks at the certificates of the doors and of the page.
func (v *visit) certificate(context.Context) {
	smtp, web := v.cfg.SMTP, v.cfg.Web
	if smtp.Certificate != "" {
		v.openCertificate("[smtp]", smtp.Certificate, smtp.Key, v.cfg.Desk.Hostname)
	}
	if web.Certificate != "" {
		v.openCertificate("[web]", web.Certificate, web.Key, webName(web))
	}
}

// webName returns the name under which people open the page.
func webName(web config.Web) string {
	u, err := url.Parse(web.URL)
	if err != nil {
		return web.URL // which config has refused
	}
	return u.Hostname()
}

// openCertificate looks at the certificate of a section, which is shown to those who ask for a name.
func (v *visit) openCertificate(section, file, key, name string) {
	pair, err := tls.LoadX509KeyPair(file, key)
	if err != nil {
		v.add("certificate", Bad, fmt.Sprintf("that of %s: %v", section, err), "name a certificate and its key that fit in "+section)
		return
	}
	between := x509.NewCertPool()
	for _, der := range pair.Certificate[1:] {
		if c, err := x509.ParseCertificate(der); err == nil { // what cannot be read leads nowhere
			between.AddCert(c)
		}
	}
	v.gradeCertificate(section, name, pair.Leaf, x509.VerifyOptions{Roots: v.roots, Intermediates: between, CurrentTime: time.Now()})
}

// gradeCertificate says whether others can rely on a certificate.
func (v *visit) gradeCertificate(section, name string, leaf *x509.Certificate, o x509.VerifyOptions) {
	const renew = "renew it; the desk reads the new file by itself"
	left, ends := leaf.NotAfter.Sub(o.CurrentTime), leaf.NotAfter.Format(time.DateOnly)
	_, chain := leaf.Verify(o)
	wrongName := leaf.VerifyHostname(name)
	switch {
	case left < 0:
		v.add("certificate", Bad, fmt.Sprintf("that of %s expired on %s", section, ends), renew)
	case left < soonExpires:
		v.add("certificate", Odd, fmt.Sprintf("that of %s expires on %s", section, ends), renew)
	case wrongName != nil:
		v.add("certificate", Odd, fmt.Sprintf("that of %s is not for %s: %v", section, name, wrongName), "who checks names does not connect: get one for "+name)
	case chain != nil:
		v.add("certificate", Odd, fmt.Sprintf("that of %s leads to no authority that this machine knows: %v", section, chain),
			"put the certificates between it and the authority behind it in the file (fullchain.pem); one that you signed yourself is believed by nobody else")
	default:
		v.add("certificate", Fine, fmt.Sprintf("that of %s is good until %s", section, ends), "")
	}
}
