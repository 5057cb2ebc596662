package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/emersion/go-smtp"

	"maildesk/faulttest"
	"maildesk/faulttest/dnsserver"
)

// gtube makes rspamd treat a mail as the first letter says: X is refused, Y is spam.
const gtube = "JS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"

// TestRspamdRecipe runs the blocks of the manual on an rspamd and a Postfix before the desk. Who sent a mail, and that it
// is spam, is what rspamd finds: no stranger can say either in its name.
func TestRspamdRecipe(t *testing.T) {
	program := faulttest.Program(t, "rspamd", "rspamd")
	faulttest.Program(t, "postfix", "postfix")
	k, hop := openKillable(t)
	dns := dnsserver.Start(t, dnsserver.TXT("example.net", "v=spf1 ip4:198.51.100.7 -all"), "example.net. MX 10 mail.example.net.", "mail.example.net. A 198.51.100.7")
	changeConfig(t, k, "[smtp]\n", recipe(t, "maildesk.toml, with rspamd", "mx.your.domain", "relay.example"))
	appendConfig(t, k, fmt.Sprintf(`[auth]
resolver = %q
[[rule]]
name = "its own server brought it"
when = 'spf == "pass"'
tags = ["proved"]
[[rule]]
name = "its domain says so"
when = 'dmarc == "pass" or dkim == "pass"'
tags = ["claimed"]
`, dns.Addr))
	tables := open755(t)
	names := []string{"your.domain", "example.org", "127.0.0.1]:2525", strings.Replace(k.addr, ":", "]:", 1), "/etc/postfix/", tables + "/", "127.0.0.1:11332", startRspamd(t, program, dns)}
	writePlain(t, filepath.Join(tables, "maildesk"), recipe(t, "postfix: /etc/postfix/maildesk", names...))
	writePlain(t, filepath.Join(tables, "relay_recipients"), "")
	settings := []string{"relay_domains = example.org", "smtpd_upstream_proxy_protocol = haproxy", "smtpd_peername_lookup = no"}
	settings = append(settings, strings.Split(recipe(t, "postfix: main.cf, a relayed domain", names...), "\n")...)
	p := faulttest.StartPostfix(t, append(settings, strings.Split(recipe(t, "postfix: main.cf, with rspamd", names...), "\n")...)...)
	k.start()

	const lies = "X-Spam: Yes\r\nAuthentication-Results: relay.example; dkim=pass header.d=example.com; dmarc=pass header.from=example.com\r\n"
	for _, m := range []struct {
		name, client, from, fields, text string
		refused                          bool
	}{
		{name: "plain", client: "198.51.100.7", from: "ana@example.net", text: "The printer is dark, please help."},
		{name: "forged", client: "203.0.113.9", from: "ben@example.com", fields: lies + lies + lies, text: "The scanner is dark, please help."},
		{name: "spam", client: "203.0.113.9", from: "eve@example.com", text: "Y" + gtube},
		{name: "worse", client: "203.0.113.9", from: "eve@example.com", text: "X" + gtube, refused: true},
	} {
		raw := fmt.Sprintf("%sFrom: <%s>\r\nTo: <support@example.org>\r\nSubject: %s\r\nMessage-ID: <%s@example.net>\r\n\r\n%s\r\n", m.fields, m.from, m.name, m.name, m.text)
		err := sendFrom(m.client, p.Addr, m.from, "support@example.org", raw)
		if refusal, is := errors.AsType[*smtp.SMTPError](err); m.refused && (!is || refusal.Code != 554) || !m.refused && err != nil {
			t.Errorf("the mail %q: %v, want that it is refused: %t", m.name, err, m.refused)
		}
	}
	hop.await(t, 2)
	var figures map[string]int
	k.eventually("three mails handled", func() bool { figures = k.handled(); return figures["new"]+figures["spam"] >= 3 })
	if figures["new"] != 2 || figures["spam"] != 1 || len(hop.of("<spam@example.net>")) > 0 {
		t.Errorf("%v, and %d answers to what is spam; want two requests, one spam, none", figures, len(hop.of("<spam@example.net>")))
	}
	tags := map[string]string{}
	for line := range strings.Lines(k.run("list", "--json")) {
		var listed struct {
			Subject string
			Tags    []string
		}
		if err := json.Unmarshal([]byte(line), &listed); err != nil {
			t.Fatal(err)
		}
		tags[listed.Subject] = strings.Join(listed.Tags, " ")
	}
	if want := map[string]string{"plain": "proved", "forged": ""}; !maps.Equal(tags, want) {
		t.Errorf("what rspamd says of senders makes the tags %q, want %q", tags, want)
	}
}

// startRspamd runs an rspamd as Debian has it with the blocks of the manual, and returns the address of its milter.
func startRspamd(t *testing.T, program string, dns *dnsserver.Server) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("rspamd must be started by root")
	}
	milter, folder := faulttest.FreePort(t), open755(t)
	_, dnsPort, _ := net.SplitHostPort(dns.Addr)
	state, local := filepath.Join(folder, "state"), filepath.Join(folder, "local.d")
	for _, path := range []string{state, local} {
		if err := os.Mkdir(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(state, 0o777); err != nil { // for a user of its own
		t.Fatal(err)
	}
	suffixes := filepath.Join(folder, "suffixes")
	writePlain(t, suffixes, "com\nnet\norg\n") // all of the world's take it a minute on a busy machine
	for name, text := range map[string]string{
		"milter_headers.conf": recipe(t, "rspamd: /etc/rspamd/local.d/milter_headers.conf"),
		"worker-proxy.inc":    recipe(t, "rspamd: /etc/rspamd/local.d/worker-proxy.inc", "127.0.0.1:11332", milter) + "count = 1;\n",
		// What these mails look like does not count.
		"actions.conf": "reject = 2000;\nadd_header = 1000;\ngreylist = null;\n",
		"options.inc": fmt.Sprintf("dns {\n  nameserver = [\"127.0.0.1:%s:1\"];\n  timeout = 5s;\n}\nurl_tld = %q;\nfilters = \"dkim,regexp\";\ndisable_hyperscan = true;\nenable_test_patterns = true;\n",
			dnsPort, suffixes),
		"lang_detection.inc":    "languages_enable = [\"en\"];\n",
		"logging.inc":           "type = \"console\";\n",
		"worker-normal.inc":     "enabled = false;\n",
		"worker-controller.inc": "enabled = false;\n",
		"multimap.conf":         "enabled = false;\n", // these ask the world
		"phishing.conf":         "enabled = false;\n",
		"rbl.conf":              "enabled = false;\n",
		"asn.conf":              "enabled = false;\n",
	} {
		writePlain(t, filepath.Join(local, name), text)
	}
	out, err := os.Create(filepath.Join(folder, "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd := exec.Command(program, "-f", "-u", "_rspamd", "-g", "_rspamd", "-c", "/etc/rspamd/rspamd.conf",
		"--var=LOCAL_CONFDIR="+folder, "--var=DBDIR="+state, "--var=RUNDIR="+state, "--var=LOGDIR="+state)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := func() string { text, _ := os.ReadFile(out.Name()); return string(text) }
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		cmd.Wait()
		if t.Failed() {
			t.Logf("rspamd says:\n%s", said())
		}
	})
	waitFor(t, "rspamd listens", func() bool {
		c, err := net.Dial("tcp", milter)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
	return milter
}

// sendFrom sends a mail to a Postfix that believes a proxy from where it comes.
func sendFrom(client, addr, from, to, raw string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(conn, "PROXY TCP4 "+client+" 127.0.0.1 40000 25\r\n"); err != nil {
		conn.Close()
		return err
	}
	c := smtp.NewClient(conn)
	defer c.Close()
	if err := c.SendMail(from, []string{to}, strings.NewReader(raw)); err != nil {
		return err
	}
	return c.Quit()
}

func appendConfig(t *testing.T, k *killable, text string) {
	t.Helper()
	f, err := os.OpenFile(k.config, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
}
