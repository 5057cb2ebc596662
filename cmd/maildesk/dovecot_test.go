package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"maildesk/faulttest"
	"maildesk/faulttest/dovecot"
)

// TestDovecotRecipes runs the blocks of the manual on a Dovecot to which mail
// comes by LMTP: the support address, with and without a plus, reaches the desk
// with its envelope and is not kept in a mailbox; all other mail is.
func TestDovecotRecipes(t *testing.T) {
	for _, tt := range []struct {
		name   string
		domain string // of the addresses at which the mail reaches the desk
		front  func(t *testing.T, k *killable, folder string) (config string)
	}{
		{"a Sieve script", "desk.example.org", frontBySieve},
		{"an LMTP proxy", "example.org", frontByProxy},
	} {
		t.Run(tt.name, func(t *testing.T) {
			faulttest.Program(t, "/usr/lib/dovecot/lmtp", "dovecot-lmtpd")
			k, hop := openKillable(t)
			addr := faulttest.FreePort(t)
			_, port, _ := net.SplitHostPort(addr)
			config := tt.front(t, k, open755(t)) + "\nprotocols = imap lmtp\nservice lmtp {\n inet_listener lmtp {\n address = 127.0.0.1\n port = " + port + "\n }\n}\n"
			s := dovecot.Start(t, dovecot.Options{Config: config})
			t.Cleanup(func() {
				if t.Failed() {
					t.Logf("the log of Dovecot:\n%s", s.Log())
				}
			})
			k.start()
			others := []string{"root@example.org", "supporters@example.org", "support-team@example.org"}
			for i, to := range append([]string{"support@example.org", "support+t1-aaaa@example.org"}, others...) {
				deliverLMTP(t, addr, fmt.Sprintf("ana%d@example.net", i), to)
			}
			deliverLMTP(t, addr, "", "Support@example.org")
			hop.await(t, 2) // ana0 and ana1 have a ticket
			for _, want := range []string{
				`reverse_path=ana0@example.net forward_paths=[support@` + tt.domain + `]`,
				`reverse_path=ana1@example.net forward_paths=[support+t1-aaaa@` + tt.domain + `]`,
				`reverse_path="" forward_paths=[support@` + tt.domain + `]`,
			} {
				waitFor(t, want, func() bool { return strings.Contains(strings.ToLower(k.log.String()), want) })
			}
			if n := strings.Count(k.log.String(), "forward_paths="); n != 3 {
				t.Errorf("the desk took %d mails, want 3", n)
			}
			// What a script redirects in vain is kept as well: only the log tells.
			if strings.Contains(s.Log(), "failed to redirect") {
				t.Error("the script redirects what is not the desk's")
			}
			for _, account := range others {
				if n := len(uidsOf(t, s, account, "INBOX")); n != 1 {
					t.Errorf("%d mails are in the mailbox of %s, want 1", n, account)
				}
			}
			if n := len(uidsOf(t, s, "support@example.org", "INBOX")); n != 0 {
				t.Errorf("%d mails for the desk were kept in a mailbox as well", n)
			}
		})
	}
}

// frontBySieve makes the Sieve script redirect through a Postfix that leads the
// desk's own domain to it.
func frontBySieve(t *testing.T, k *killable, folder string) string {
	t.Helper()
	sievec := faulttest.Program(t, "sievec", "dovecot-sieve")
	names := []string{"your.domain", "example.org", "127.0.0.1]:2525", strings.Replace(k.addr, ":", "]:", 1), "/etc/postfix/", folder + "/", "/etc/dovecot/", folder + "/"}
	writePlain(t, filepath.Join(folder, "maildesk"), recipe(t, "postfix: /etc/postfix/maildesk, a domain of the desk's own", names...))
	p := faulttest.StartPostfix(t, strings.Split(recipe(t, "postfix: main.cf, a domain of the desk's own", names...), "\n")...)
	if err := sendMail(p.Addr, "dan@example.net", "nobody-here@desk.example.org", []byte("Subject: x\r\n\r\nx\r\n")); err == nil || !strings.Contains(err.Error(), "550") {
		t.Errorf("mail to somebody who does not live at the desk: %v, want 550", err)
	}
	script := filepath.Join(folder, "maildesk.sieve")
	writePlain(t, script, recipe(t, "sieve: /etc/dovecot/maildesk.sieve", names...))
	if said, err := exec.Command(sievec, "-c", "/dev/null", script).CombinedOutput(); err != nil {
		t.Fatalf("sievec: %v\n%s", err, said)
	}
	changeConfig(t, k, `mail = "support@example.org"`, `mail = "support@desk.example.org"`)
	return recipe(t, "dovecot: local.conf, with Sieve", append(names, "127.0.0.1:25", p.Addr)...)
}

// frontByProxy makes Dovecot pass the address on by LMTP, on which the desk listens.
func frontByProxy(t *testing.T, k *killable, folder string) string {
	t.Helper()
	_, port, _ := net.SplitHostPort(k.addr)
	names := []string{"your.domain", "example.org", "/etc/dovecot/", folder + "/", "port=24", "port=" + port}
	writePlain(t, filepath.Join(folder, "maildesk"), recipe(t, "dovecot: /etc/dovecot/maildesk", names...))
	changeConfig(t, k, "listen = ", "lmtp = ")
	return recipe(t, "dovecot: local.conf, as a proxy", names...)
}

func changeConfig(t *testing.T, k *killable, was, becomes string) {
	t.Helper()
	text, err := os.ReadFile(k.config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(k.config, []byte(strings.Replace(string(text), was, becomes, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// deliverLMTP delivers a mail as a mail server does in front of Dovecot.
func deliverLMTP(t *testing.T, addr, from, to string) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	c := smtp.NewClientLMTP(conn)
	defer c.Close()
	raw := "From: " + from + "\r\nTo: " + to + "\r\nSubject: Printer\r\nMessage-ID: <" + from + ">\r\n\r\nHelp.\r\n"
	if from == "" {
		raw = "From: <mailer-daemon@example.net>\r\nSubject: report\r\nMessage-ID: <report@example.net>\r\n\r\nLost.\r\n"
	}
	if err := c.SendMail(from, []string{to}, strings.NewReader(raw)); err != nil {
		t.Fatalf("mail to %s: %v", to, err)
	}
	if err := c.Quit(); err != nil {
		t.Fatal(err)
	}
}
