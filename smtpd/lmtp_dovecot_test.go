package smtpd

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"maildesk/faulttest"
)

// dovecotConf is a Dovecot that does nothing but pass LMTP on.
const dovecotConf = `protocols = lmtp
base_dir = %[1]s/run
state_dir = %[1]s/run
log_path = %[1]s/log
ssl = no
lmtp_proxy = yes
mail_location = maildir:%[1]s/mail
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = %[2]s
  }
}
passdb {
  driver = static
  args = proxy=y host=127.0.0.1 port=%[3]s protocol=lmtp nopassword=y
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=%[1]s/mail
}
`

// TestLMTPBehindDovecot: a real Dovecot passes LMTP on to us: our answer for
// each recipient comes through it, and so does each byte.
func TestLMTPBehindDovecot(t *testing.T) {
	dovecot := faulttest.Program(t, "dovecot", "dovecot-core")
	faulttest.Program(t, "/usr/lib/dovecot/lmtp", "dovecot-lmtpd")
	if os.Geteuid() != 0 {
		t.Skip("Dovecot wants to be started by root")
	}
	d := &fakeDesk{}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	run(t, ln, d, Config{LMTP: true})
	dir, err := os.MkdirTemp("", "dovecot")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	addr := faulttest.FreePort(t)
	_, front, _ := net.SplitHostPort(addr)
	_, back, _ := net.SplitHostPort(ln.Addr().String())
	conf := filepath.Join(dir, "dovecot.conf")
	for _, err := range []error{os.Chmod(dir, 0o755), os.WriteFile(conf, fmt.Appendf(nil, dovecotConf, dir, front, back), 0o644)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(dovecot, "-F", "-c", conf)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		cmd.Wait()
	})
	eventually(t, "Dovecot listens", func() bool {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
	c := dial(t, addr)
	c.want("220")
	c.say("LHLO client.example", "250")
	c.say("MAIL FROM:<ana@client.example>", "250")
	c.say("RCPT TO:<help@our.example>", "250")
	c.say("RCPT TO:<nobody@our.example>", "550 5.1.1")
	c.say("RCPT TO:<sales@our.example>", "250")
	c.say("DATA", "354")
	c.send("Subject: by LMTP\r\n\r\n..dot\r\n\xff\r\n.\r\n")
	c.want("250")
	c.want("250")
	mails := d.kept()
	if len(mails) != 1 || len(mails[0].env.ForwardPaths) != 2 || !strings.HasSuffix(mails[0].raw, "Subject: by LMTP\r\n\r\n.dot\r\n\xff\r\n") {
		t.Errorf("kept %+v, want one mail for the two who live here", mails)
	}
}
