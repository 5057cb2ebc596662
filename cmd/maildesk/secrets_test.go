package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"

	"maildesk/faulttest"
)

// serving is a desk in a process of its own, with its log.
type serving struct {
	*killable
	health string
	log    bytes.Buffer
}

// openServing prepares a desk with a health port; more is further configuration.
func openServing(t *testing.T, more string) (*serving, *nextHop) {
	t.Helper()
	k, hop := openKillable(t)
	health, err := faulttest.FreeAddr()
	if err != nil {
		t.Fatal(err)
	}
	s := &serving{killable: k, health: health}
	text, err := os.ReadFile(k.config)
	if err != nil {
		t.Fatal(err)
	}
	config := strings.Replace(string(text), "[smtp]", "admin = \"boss@example.org\"\n[health]\nlisten = \""+health+"\"\n[smtp]", 1)
	if more != "" {
		config = strings.Replace(config, "smarthost = \"smtp://", more+"\nsmarthost = \"smtp://desk%40example.org@", 1)
	}
	if err := os.WriteFile(k.config, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return s, hop
}

func (s *serving) serve(flags ...string) {
	s.t.Helper()
	s.cmd = exec.Command(s.daemon, append([]string{"-c", s.config, "serve"}, flags...)...)
	s.cmd.Stderr = &s.log
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	awaitText(s.t, "the door", func() bool {
		c, err := net.DialTimeout("tcp", s.addr, time.Second)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
}

// end ends the desk in order; its log is whole then.
func (s *serving) end() string {
	s.t.Helper()
	s.cmd.Process.Signal(syscall.SIGTERM)
	if err := s.cmd.Wait(); err != nil {
		s.t.Errorf("the desk ended with %v", err)
	}
	return s.log.String()
}

func (s *serving) page(path string) string {
	s.t.Helper()
	resp, err := http.Get("http://" + s.health + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(body)
}

// TestT156Secrets looks for a password everywhere that others can look: the
// command line, log, figures, mails to the admin, error texts, the copies of
// the configuration and backups.
func TestT156Secrets(t *testing.T) {
	const secret = "hunter2-very-secret"
	s, _ := openServing(t, "password_file = \"secret\"")
	folder := filepath.Dir(s.config)
	if err := os.WriteFile(filepath.Join(folder, "secret"), []byte(secret+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	s.serve()
	if !keepSending(t.Context(), s.addr, 1) { // the smarthost takes no password: an error to be logged
		t.Fatal("no mail was taken")
	}
	awaitText(t, "a failed try", func() bool { return strings.Contains(s.run("list"), "#1") })
	seen := map[string]string{
		"ps":       psOf(t, s.cmd.Process.Pid),
		"/metrics": s.page("/metrics"),
		"/readyz":  s.page("/readyz"),
		"check":    s.run("check"),
		"outbox":   s.run("outbox", "--json"),
	}
	if !strings.Contains(seen["check"], "others can read the password") {
		t.Errorf("check says nothing of a password file with mode 0644: %s", seen["check"])
	}
	if good, err := os.ReadFile(s.config); err != nil || os.WriteFile(s.config+".good", good, 0o600) != nil {
		t.Fatal(err)
	}
	// A password in the configuration itself is refused, by words that do not repeat it.
	good, err := os.ReadFile(s.config)
	if err != nil {
		t.Fatal(err)
	}
	for i, url := range []string{"smtp://me:" + secret + "@mail.example.org", "smtp//me:" + secret + "@mail.example.org", "smtp://me:" + secret + "@mail.example.org/x", "ftp://me:" + secret + "@mail.example.org"} {
		bad := strings.Replace(string(good), "\nsmarthost =", "\nsmarthost = \""+url+"\"\n# ", 1)
		if err := os.WriteFile(s.config+".new", []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(s.config+".new", s.config); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(s.binary, "-c", s.config, "check").CombinedOutput()
		if err == nil {
			t.Errorf("check of a password in %d = nil, want it refused", i)
		}
		seen[fmt.Sprintf("check of a password in the configuration %d", i)] = string(out)
		awaitText(t, "the mail to the admin", func() bool {
			return strings.Count(readOutbox(t, s), "boss@example.org") > i
		})
	}
	seen["/readyz of a refused configuration"] = s.page("/readyz")
	if err := os.WriteFile(s.config, good, 0o600); err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(t.TempDir(), "backup")
	seen["backup"] = s.run("backup", backup)
	seen["log"] = s.end()
	files := 0
	for _, root := range []string{filepath.Join(folder, "data"), backup} {
		err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			files++
			text, err := os.ReadFile(path)
			seen[path] = string(text)
			if info, e := entry.Info(); e != nil || info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s has mode %v, want nothing for others", path, info.Mode())
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for place, text := range seen {
		if strings.Contains(text, secret) {
			t.Errorf("the password is in %s", place)
		}
	}
	faulttest.Seen(t, "T156", "a smarthost's password in a file of mode 0644, and in the configuration in 4 wrong ways; a refused log-in; a backup",
		"mode warned of, password in the configuration refused; it is neither in ps, log, /metrics, /readyz, nor in mails to the admin, nor in %d files of data and backup", files)
}

func psOf(t *testing.T, pid int) string {
	t.Helper()
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil {
		t.Fatal(err)
	}
	env, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
	if err != nil {
		t.Fatal(err)
	}
	return string(line) + string(env)
}

func readOutbox(t *testing.T, s *serving) string {
	t.Helper()
	out, err := exec.Command(s.binary, "-c", s.config+".good", "outbox", "--all", "--json").CombinedOutput()
	if err != nil {
		t.Fatalf("outbox: %v %s", err, out)
	}
	return string(out)
}

// TestT157LogLines: every mail has one line with the same words, whatever
// stands in it; nothing a stranger writes can make a line of its own.
func TestT157LogLines(t *testing.T) {
	const evil = "\x1b[2J\x1b]0;owned\x07 x\x0b\x0c\x00\u0085\u2028\u202e level=ERROR msg=\"all is lost\" \r\n\tfolded"
	for _, format := range []string{"text", "json"} {
		t.Run(format, func(t *testing.T) {
			s, _ := openServing(t, "")
			s.serve("--log-format", format)
			const mails = 12
			for i := range mails {
				subject := strings.Repeat(evil, 20)
				raw := fmt.Sprintf("From: \"%s\" <u%d@example.net>\r\nTo: support@example.org\r\nSubject: %s\r\nMessage-ID: <log.%d.\x1b[31m\u202e\u0085@example.net>\r\nX-Evil: %s\r\n\r\nplease help\r\n", "a\x1b[1mb", i, subject, i/2*2, subject)
				from := fmt.Sprintf("u%d@example.net", i/2*2) // each twice: new and duplicate
				raw = strings.Replace(raw, fmt.Sprintf("<u%d@", i), "<"+strings.TrimSuffix(from, "example.net"), 1)
				if i/2%2 == 1 { // both copies: without it, the second would be a mail that somebody copied faster
					raw = "Auto-Submitted: auto-replied\r\n" + raw
				}
				if err := sendMail(s.addr, from, "support@example.org", []byte(raw)); err != nil {
					t.Fatal(err)
				}
			}
			awaitText(t, "all dispositions", func() bool { return strings.Contains(s.page("/metrics"), `maildesk_mails{disposition="pending"} 0`) })
			dispositions := map[string]int{}
			seen := map[string]int{}
			lines := bufio.NewScanner(strings.NewReader(s.end()))
			lines.Buffer(nil, 1<<20)
			for lines.Scan() {
				line := lines.Text()
				if strings.ContainsFunc(line, unicode.IsControl) || strings.ContainsAny(line, "\u2028\u2029\u202e") {
					t.Errorf("a line of the log has control characters: %q", line)
				}
				fields := fieldsOf(t, format, line)
				if fields["msg"] != "mail received" {
					continue
				}
				dispositions[fields["disposition"]]++
				seen[fields["mail"]]++
				for _, word := range []string{"message_id", "source", "reverse_path", "reason"} {
					if _, ok := fields[word]; !ok {
						t.Errorf("the line of mail %s has no %s: %s", fields["mail"], word, line)
					}
				}
			}
			for mail, n := range seen {
				if n != 1 {
					t.Errorf("mail %s has %d lines, want 1", mail, n)
				}
			}
			if len(seen) != mails || dispositions["new"] != 3 || dispositions["machine"] != 3 || dispositions["duplicate"] != 6 {
				t.Errorf("lines of %d mails, dispositions %v; want %d mails", len(seen), dispositions, mails)
			}
			faulttest.Seen(t, "T157", "12 mails with terminal codes, line ends and log words in subject, name and Message-ID; log as "+format,
				"one line for each of %d mails with the same words; no control character in any line", len(seen))
		})
	}
}

// fieldsOf reads a line of the log.
func fieldsOf(t *testing.T, format, line string) map[string]string {
	t.Helper()
	fields := map[string]string{}
	if format == "json" {
		var all map[string]any
		if err := json.Unmarshal([]byte(line), &all); err != nil {
			t.Fatalf("a line of the log is no JSON: %v: %q", err, line)
		}
		for name, value := range all {
			fields[name] = fmt.Sprint(value)
		}
		return fields
	}
	for rest := line; rest != ""; {
		name, after, ok := strings.Cut(rest, "=")
		if !ok || strings.ContainsAny(name, " \"") {
			t.Fatalf("a line of the log is not key=value: %q", line)
		}
		value := after
		if strings.HasPrefix(after, `"`) {
			end := 1
			for end < len(after) && after[end] != '"' {
				if after[end] == '\\' {
					end++
				}
				end++
			}
			value, rest = after[1:end], strings.TrimPrefix(after[end+1:], " ")
		} else {
			value, rest, _ = strings.Cut(after, " ")
		}
		fields[name] = value
	}
	return fields
}
