// Package dovecot runs Debian's Dovecot as an IMAP server for tests: a process
// of its own, with its own folder and ports on the loopback, and accounts that
// are made as they log in. Tests skip by name where it is not installed.
package dovecot

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"maildesk/faulttest"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Password is that of every account.
const Password = "correct horse"

// Options say how a server differs from the usual one.
type Options struct {
	// Capability replaces what the server says that it can do.
	Capability string
	// TokenInfo is the address at which a token is checked; "" is no OAuth.
	TokenInfo string
	// Mechanisms are those of OAuth, with TokenInfo.
	Mechanisms string
	// Config is added to the configuration.
	Config string
}

// Server is a running Dovecot.
type Server struct {
	Addr     string // plain, with STARTTLS
	TLSAddr  string
	CAFile   string // PEM
	RootCAs  *x509.CertPool
	t        testing.TB
	folder   string
	uid, gid int
	cmd      *exec.Cmd
}

// Start runs a server until the test ends.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	binary, err := exec.LookPath("dovecot")
	if err != nil {
		binary = "/usr/sbin/dovecot"
	}
	if _, err := os.Stat(binary); err != nil {
		t.Skipf("no dovecot (Debian package dovecot-imapd): %s needs a real IMAP server", t.Name())
	}
	folder, err := os.MkdirTemp("", "dc") // short: it holds sockets
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	s := &Server{t: t, folder: folder, Addr: faulttest.FreePort(t), TLSAddr: faulttest.FreePort(t), uid: os.Getuid(), gid: os.Getgid()}
	me := "root"
	if u, err := user.Current(); err == nil {
		me = u.Username
	}
	if s.uid == 0 { // Dovecot serves no mail of root
		nobody, err := user.Lookup("nobody")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Sscan(nobody.Uid, &s.uid)
		fmt.Sscan(nobody.Gid, &s.gid)
	}
	s.certificate()
	s.write("dovecot.conf", s.config(me, o), 0o644)
	if o.TokenInfo != "" {
		s.write("oauth2.conf", "tokeninfo_url = "+o.TokenInfo+"\nusername_attribute = email\nactive_attribute = active\nactive_value = true\n", 0o644)
	}
	if err := os.Mkdir(filepath.Join(folder, "mail"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{folder, filepath.Join(folder, "mail")} {
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if os.Getuid() == 0 {
		if err := os.Chown(filepath.Join(folder, "mail"), s.uid, s.gid); err != nil {
			t.Fatal(err)
		}
	}
	s.Run()
	t.Cleanup(s.Stop)
	return s
}

func (s *Server) config(me string, o Options) string {
	_, port, _ := net.SplitHostPort(s.Addr)
	_, tlsPort, _ := net.SplitHostPort(s.TLSAddr)
	// Login processes of a Dovecot that is not root's cannot change their root.
	users := ""
	if os.Getuid() != 0 {
		users = fmt.Sprintf("default_internal_user = %s\ndefault_internal_group = %s\ndefault_login_user = %s\n", me, me, me)
	}
	auth := fmt.Sprintf("passdb {\n driver = passwd-file\n args = scheme=PLAIN username_format=%%d %s/passwd\n}\n", s.folder)
	s.write("passwd", "example.org:{PLAIN}"+Password+"\n", 0o644)
	mechanisms := "plain login"
	if o.TokenInfo != "" {
		mechanisms += " " + o.Mechanisms
		auth = fmt.Sprintf("passdb {\n driver = oauth2\n mechanisms = %s\n args = %s/oauth2.conf\n}\n", o.Mechanisms, s.folder) + auth
	}
	capability := ""
	if o.Capability != "" {
		capability = "imap_capability = " + o.Capability + "\n"
	}
	return fmt.Sprintf(`base_dir = %[1]s/run
state_dir = %[1]s/run
log_path = %[1]s/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <%[1]s/cert.pem
ssl_key = <%[1]s/key.pem
disable_plaintext_auth = no
auth_mechanisms = %[2]s
auth_failure_delay = 0
mail_location = maildir:%[1]s/mail/%%u
mail_fsync = never
first_valid_uid = 1
%[3]s%[4]s%[5]suserdb {
 driver = static
 args = uid=%[6]d gid=%[7]d home=%[1]s/mail/%%u
}
service imap-login {
 chroot =
 inet_listener imap {
  port = %[8]s
 }
 inet_listener imaps {
  port = %[9]s
  ssl = yes
 }
}
service anvil {
 chroot =
 unix_listener anvil-auth-penalty {
  mode = 0
 }
}
service stats {
 chroot =
}
%[10]s
`, s.folder, mechanisms, users, capability, auth, s.uid, s.gid, port, tlsPort, o.Config)
}

// Run starts the server, again after Stop.
func (s *Server) Run() {
	s.t.Helper()
	binary, err := exec.LookPath("dovecot")
	if err != nil {
		binary = "/usr/sbin/dovecot"
	}
	s.cmd = exec.Command(binary, "-F", "-c", filepath.Join(s.folder, "dovecot.conf"))
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that all of it can be ended
	out, err := os.OpenFile(filepath.Join(s.folder, "out"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	defer out.Close()
	s.cmd.Stdout, s.cmd.Stderr = out, out
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("tcp", s.Addr); err == nil {
			c.Close()
			return
		}
	}
	said, _ := os.ReadFile(out.Name())
	s.t.Fatalf("Dovecot did not come up: %s\n%s", said, s.Log())
}

// Stop ends the server and all connections.
func (s *Server) Stop() {
	if s.cmd == nil {
		return
	}
	s.cmd.Process.Signal(syscall.SIGTERM)
	done := make(chan struct{})
	go func() { s.cmd.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(2 * time.Second):
	}
	syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL) // what is left of its group
	<-done
	s.cmd = nil
}

// Log returns what the server wrote.
func (s *Server) Log() string {
	text, _ := os.ReadFile(filepath.Join(s.folder, "log"))
	return string(text)
}

// Client returns a connection that is logged in, until the test ends.
func (s *Server) Client(account string) *imapclient.Client {
	s.t.Helper()
	c, err := imapclient.DialInsecure(s.Addr, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := c.Login(account, Password).Wait(); err != nil {
		s.t.Fatalf("log in as %s: %v\n%s", account, err, s.Log())
	}
	s.t.Cleanup(func() { c.Close() })
	return c
}

// Append puts a mail into a mailbox, as if it had arrived at a time.
func Append(t testing.TB, c *imapclient.Client, mailbox string, arrived time.Time, raw string) {
	t.Helper()
	cmd := c.Append(mailbox, int64(len(raw)), &imap.AppendOptions{Time: arrived})
	_, err := cmd.Write([]byte(raw))
	if e := cmd.Close(); err == nil {
		err = e
	}
	if err == nil {
		_, err = cmd.Wait()
	}
	if err != nil {
		t.Fatalf("append to %s: %v", mailbox, err)
	}
}

// Folder returns the Maildir of an account.
func (s *Server) Folder(account string) string { return filepath.Join(s.folder, "mail", account) }

// Deliver writes mails into the Maildir of an account, past the server.
func (s *Server) Deliver(account string, n int, mail func(i int) string) {
	s.t.Helper()
	for _, sub := range []string{"", "cur", "new", "tmp"} {
		path := filepath.Join(s.Folder(account), sub)
		if err := os.MkdirAll(path, 0o755); err != nil {
			s.t.Fatal(err)
		}
		os.Chown(path, s.uid, s.gid)
	}
	for i := range n {
		path := filepath.Join(s.Folder(account), "new", fmt.Sprintf("%d.M%dP1.test", 1700000000+i, i))
		if err := os.WriteFile(path, []byte(mail(i)), 0o644); err != nil {
			s.t.Fatal(err)
		}
		os.Chown(path, s.uid, s.gid)
	}
}

func (s *Server) write(name, text string, mode os.FileMode) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.folder, name), []byte(text), mode); err != nil {
		s.t.Fatal(err)
	}
}

// certificate makes a certificate for localhost that signs itself.
func (s *Server) certificate() {
	s.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(240 * time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		s.t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		s.t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})
	s.write("cert.pem", string(text), 0o644)
	s.write("key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), 0o600)
	s.CAFile = filepath.Join(s.folder, "cert.pem")
	s.RootCAs = x509.NewCertPool()
	s.RootCAs.AppendCertsFromPEM(text)
}
