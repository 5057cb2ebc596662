package faulttest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Program returns the path of a program of Debian's, or skips the test.
func Program(t testing.TB, name, debianPackage string) string {
	t.Helper()
	for _, candidate := range []string{name, "/usr/sbin/" + name, "/sbin/" + name} {
		if file, err := exec.LookPath(candidate); err == nil {
			return file
		}
	}
	t.Skipf("%s is not installed (Debian package %s)", name, debianPackage)
	return ""
}

// FreePort returns an address on the loopback on which nobody listens.
func FreePort(t testing.TB) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// Postfix is a mail server of the test's own, which ends with the test.
type Postfix struct {
	Addr string // of its SMTP port, on the loopback
	log  string
}

// master.cf: what takes, queues and hands on mail, and nothing that listens
// elsewhere.
const postfixServices = `%s inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
`

// PostfixServices stands among the settings of StartPostfix before lines of
// master.cf.
const PostfixServices = "# master.cf"

// StartPostfix starts a Postfix with lines of main.cf besides those that keep
// it apart from any other on the machine. Without Debian's postfix, or when not
// root, the test is skipped.
func StartPostfix(t testing.TB, settings ...string) *Postfix {
	t.Helper()
	postfix := Program(t, "postfix", "postfix")
	if os.Geteuid() != 0 {
		t.Skip("Postfix wants to be started by root")
	}
	dir, err := os.MkdirTemp("", "postfix")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	p := &Postfix{Addr: FreePort(t), log: filepath.Join(dir, "log")}
	_, port, _ := net.SplitHostPort(p.Addr)
	main := append([]string{
		"compatibility_level = 3.6", "myhostname = relay.example", "inet_interfaces = 127.0.0.1", "inet_protocols = ipv4",
		"queue_directory = " + dir + "/queue", "data_directory = " + dir + "/data", "maillog_file = " + p.log, "maillog_file_prefixes = " + dir,
		"mydestination =", "alias_maps =", "local_recipient_maps =", "mynetworks = 127.0.0.0/8",
		"queue_run_delay = 2s", "minimal_backoff_time = 2s", "maximal_backoff_time = 4s",
	}, settings...)
	services := fmt.Sprintf(postfixServices, "127.0.0.1:"+port)
	if i := slices.Index(main, PostfixServices); i >= 0 {
		services += strings.Join(main[i+1:], "\n") + "\n"
		main = main[:i]
	}
	for name, text := range map[string]string{"main.cf": strings.Join(main, "\n") + "\n", "master.cf": services} {
		if err := os.MkdirAll(dir+"/conf", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "conf", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// Its daemons run as the user postfix and must get at their folders.
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(dir+"/queue", 0o755); err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(dir + "/out") // a pipe would be held open by its daemons
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd := exec.Command(postfix, "-c", dir+"/conf", "start-fg")
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop := exec.Command(postfix, "-c", dir+"/conf", "stop")
		if said, err := stop.CombinedOutput(); err != nil {
			t.Errorf("%v: %v\n%s", stop, err, said)
			cmd.Process.Kill()
		}
		cmd.Wait()
		if t.Failed() {
			t.Logf("the log of Postfix:\n%s", p.Log())
		}
	})
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if c, err := net.Dial("tcp", p.Addr); err == nil {
			c.Close()
			return p
		}
		if time.Now().After(end) {
			said, _ := os.ReadFile(dir + "/out")
			t.Fatalf("Postfix does not listen: %s\n%s", said, p.Log())
		}
	}
}

// Log returns what Postfix has logged so far.
func (p *Postfix) Log() string {
	b, _ := os.ReadFile(p.log)
	return string(b)
}
