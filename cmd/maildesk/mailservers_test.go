package main

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"maildesk/faulttest"
)

// recipe returns the block of docs/mailservers.md whose first line is "# " and
// title, with the names of the test's own servers and files in it.
func recipe(t *testing.T, title string, names ...string) string {
	t.Helper()
	manual, err := os.ReadFile("../../docs/mailservers.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, found := strings.Cut(string(manual), "\n# "+title+"\n")
	block, _, ended := strings.Cut(block, "```")
	if !found || !ended {
		t.Fatalf("the manual has no block %q", title)
	}
	return strings.NewReplacer(names...).Replace(block)
}

// company is the mail server that a company had before: it takes what the desk
// does not, and remembers for whom.
type company struct{ recipients chan string }

func (c *company) NewSession(*smtp.Conn) (smtp.Session, error) { return companySession{c}, nil }

type companySession struct{ company *company }

func (companySession) Mail(string, *smtp.MailOptions) error { return nil }
func (s companySession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.company.recipients <- to
	return nil
}
func (companySession) Reset()        {}
func (companySession) Logout() error { return nil }
func (companySession) Data(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}

func startCompany(t *testing.T) (c *company, addr string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c = &company{make(chan string, 100)}
	server := smtp.NewServer(c)
	go server.Serve(ln)
	t.Cleanup(func() { server.Close() })
	return c, ln.Addr().String()
}

// TestPostfixRecipes runs the blocks of the manual on a Postfix: the support
// address, with and without a plus, reaches the desk; the rest of the company's
// mail goes where it went; nobody else lives there.
func TestPostfixRecipes(t *testing.T) {
	for _, tt := range []struct {
		name, table, main string
		pipe              bool
		before            []string // what the company's Postfix had
	}{
		{name: "a local domain", table: "postfix: /etc/postfix/maildesk", main: "postfix: main.cf, a local domain",
			before: []string{"mydestination = example.org"}},
		{name: "a relayed domain", table: "postfix: /etc/postfix/maildesk", main: "postfix: main.cf, a relayed domain",
			before: []string{"relay_domains = example.org"}},
		{name: "a pipe", table: "postfix: /etc/postfix/maildesk, by a pipe", main: "postfix: main.cf, a local domain", pipe: true,
			before: []string{"mydestination = example.org"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			faulttest.Program(t, "postfix", "postfix")
			k, hop := openKillable(t)
			c, had := startCompany(t)
			host, port, _ := net.SplitHostPort(had)
			tables := open755(t)
			names := []string{"your.domain", "example.org", "127.0.0.1]:2525", strings.Replace(k.addr, ":", "]:", 1), "/etc/postfix/", tables + "/"}
			writePlain(t, filepath.Join(tables, "maildesk"), recipe(t, tt.table, names...))
			writePlain(t, filepath.Join(tables, "relay_recipients"), "root@example.org x\n")
			settings := append(tt.before, "local_transport = smtp:["+host+"]:"+port, "relay_transport = smtp:["+host+"]:"+port)
			settings = append(settings, strings.Split(recipe(t, tt.main, names...), "\n")...)
			if tt.pipe {
				binary := pipedInto(t, k, tables) // and k.config
				settings = append(settings, faulttest.PostfixServices, recipe(t, "postfix: master.cf", "user=maildesk", "user=nobody",
					"/usr/bin/maildesk", binary, "/etc/maildesk/maildesk.toml", k.config))
			}
			p := faulttest.StartPostfix(t, settings...)
			if !tt.pipe {
				k.start()
			}
			for _, m := range []struct{ from, to string }{{"ana@example.net", "support@example.org"}, {"ben@example.net", "support+t1-aaaa@example.org"}, {"cleo@example.net", "root@example.org"}} {
				raw := []byte("From: " + m.from + "\r\nTo: " + m.to + "\r\nSubject: Printer\r\nMessage-ID: <" + m.from + ">\r\n\r\nHelp.\r\n")
				if err := sendMail(p.Addr, m.from, m.to, raw); err != nil {
					t.Fatalf("mail to %s: %v", m.to, err)
				}
			}
			if err := sendMail(p.Addr, "dan@example.net", "nobody-here@example.org", []byte("Subject: x\r\n\r\nx\r\n")); err == nil || !strings.Contains(err.Error(), "550") {
				t.Errorf("mail to somebody who does not live there: %v, want 550", err)
			}
			if tt.pipe {
				err := sendMail(p.Addr, "<>", "support@example.org", []byte("From: <mailer-daemon@example.net>\r\nSubject: report\r\nMessage-ID: <r@x>\r\n\r\nLost.\r\n"))
				if err != nil {
					t.Fatal(err)
				}
				waitFor(t, "the mails are piped", func() bool { return strings.Count(p.Log(), "status=sent (delivered via maildesk") == 3 })
				k.start() // it owns the folder from now on
				waitFor(t, "the report has the null reverse-path", func() bool { return strings.Contains(k.log.String(), `reverse_path="" `) })
			}
			hop.await(t, 2) // ana and ben have a ticket
			if to := <-c.recipients; to != "root@example.org" {
				t.Errorf("the company's server got a mail to %s", to)
			}
			if len(c.recipients) > 0 {
				t.Errorf("the company's server got one more mail, to %s", <-c.recipients)
			}
			if !tt.pipe {
				waitFor(t, "the address behind the plus reached the desk as it was", func() bool {
					return strings.Contains(p.Log(), "to=<support+t1-aaaa@example.org>, relay=127.0.0.1[127.0.0.1]:"+k.addr[strings.LastIndex(k.addr, ":")+1:])
				})
			}
		})
	}
}

// pipedInto makes the desk's folder and program such that another user may run it, and returns the
// program's path.
func pipedInto(t *testing.T, k *killable, folder string) string {
	t.Helper()
	self, err := os.Open(k.binary)
	if err != nil {
		t.Fatal(err)
	}
	defer self.Close()
	binary := filepath.Join(folder, "maildesk-program", "maildesk")
	if err := os.Mkdir(filepath.Dir(binary), 0o755); err != nil {
		t.Fatal(err)
	}
	out, err := os.OpenFile(binary, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, self); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(k.config)
	if err != nil {
		t.Fatal(err)
	}
	home := filepath.Join(folder, "home")
	if err := os.Mkdir(home, 0o700); err != nil {
		t.Fatal(err)
	}
	k.config = filepath.Join(home, "maildesk.toml")
	if err := os.WriteFile(k.config, text, 0o600); err != nil {
		t.Fatal(err)
	}
	const nobody = 65534
	for _, path := range []string{home, k.config} {
		if err := os.Chown(path, nobody, nobody); err != nil {
			t.Skipf("this user cannot give files away: %v", err)
		}
	}
	return binary
}

// open755 makes a folder that the users of a mail server may enter.
func open755(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "mailservers")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func writePlain(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func waitFor(t *testing.T, what string, fn func() bool) {
	t.Helper()
	for end := time.Now().Add(3 * time.Minute); !fn(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within three minutes: %s", what)
		}
	}
}
