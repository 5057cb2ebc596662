package faulttest

import (
	"errors"
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

// Program returns the path of a program, or skips the test if its Debian package is not
// installed.
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

// Postfix is a Postfix that runs for one test and stops with it.
type Postfix struct {
	Addr string // of its SMTP port, on the loopback
	log  string
}

// postfixServices is master.cf: the services that accept, queue and relay mail, and
// none that listens elsewhere.
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

// PostfixServices separates, in the settings of StartPostfix, lines of main.cf from
// following lines of master.cf.
const PostfixServices = "# master.cf"

// StartPostfix starts a Postfix with these lines of main.cf, in addition to those that
// separate it from any other one on the machine. The test is skipped unless postfix is
// installed and the user is root.
func StartPostfix(t testing.TB, settings ...string) *Postfix {
	t.Helper()
	postfix := Program(t, "postfix", "postfix")
	if os.Geteuid() != 0 {
		t.Skip("Postfix must be started by root")
	}
	dir, err := os.MkdirTemp("", "postfix")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	p := &Postfix{Addr: FreePort(t), log: filepath.Join(dir, "log")}
	p.configure(t, dir, settings)
	out, err := os.Create(dir + "/out") // its daemons would keep a pipe open
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
	p.await(t, dir+"/out")
	return p
}

// isSet reports whether a line of main.cf is set anew by others. Each program of Postfix warns of a
// line that overrides another, and postlogd, when it does so, can wait for itself for ever.
func isSet(settings []string, line string) bool {
	name := func(line string) string {
		name, _, _ := strings.Cut(line, "=")
		return strings.TrimSpace(name)
	}
	return slices.ContainsFunc(settings, func(other string) bool { return name(other) == name(line) })
}

// configure writes the configuration and makes the folders of a Postfix below dir.
func (p *Postfix) configure(t testing.TB, dir string, settings []string) {
	t.Helper()
	main := []string{
		"compatibility_level = 3.6", "myhostname = relay.example", "inet_interfaces = 127.0.0.1", "inet_protocols = ipv4",
		"queue_directory = " + dir + "/queue", "data_directory = " + dir + "/data", "maillog_file = " + p.log, "maillog_file_prefixes = " + dir,
		"mydestination =", "alias_maps =", "local_recipient_maps =", "mynetworks = 127.0.0.0/8",
		"queue_run_delay = 2s", "minimal_backoff_time = 2s", "maximal_backoff_time = 4s",
	}
	main = append(slices.DeleteFunc(main, func(line string) bool { return isSet(settings, line) }), settings...)
	_, port, _ := net.SplitHostPort(p.Addr)
	services := fmt.Sprintf(postfixServices, "127.0.0.1:"+port)
	if i := slices.Index(main, PostfixServices); i >= 0 {
		services += strings.Join(main[i+1:], "\n") + "\n"
		main = main[:i]
	}
	// The daemons of Postfix run as the user postfix and need access to the folders.
	err := errors.Join(os.Chmod(dir, 0o755), os.Mkdir(dir+"/queue", 0o755), os.Mkdir(dir+"/conf", 0o755))
	if err != nil {
		t.Fatal(err)
	}
	writeFiles(t, dir+"/conf", map[string]string{"main.cf": strings.Join(main, "\n") + "\n", "master.cf": services})
}

// await waits until Postfix listens; output is the file with its output.
func (p *Postfix) await(t testing.TB, output string) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if c, err := net.Dial("tcp", p.Addr); err == nil {
			c.Close()
			return
		}
		if time.Now().After(end) {
			text, _ := os.ReadFile(output)
			t.Fatalf("Postfix does not listen: %s\n%s", text, p.Log())
		}
	}
}

// Log returns what Postfix has logged so far.
func (p *Postfix) Log() string {
	b, _ := os.ReadFile(p.log)
	return string(b)
}
