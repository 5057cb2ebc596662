package daemon

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"maildesk/desk"
	"maildesk/faulttest"
	"maildesk/mailparse"
)

// postfixConfig is a Postfix of our own; %s: folder, port of the desk, port of
// the full mailboxes.
const postfixConfig = `compatibility_level = 3.6
queue_directory = %[1]s/queue
data_directory = %[1]s/data
maillog_file = %[1]s/maillog
maillog_file_prefixes = /
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example.com
mydestination =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
alias_maps =
alias_database =
transport_maps = inline:{{example.org = smtp:[127.0.0.1]:%[2]s}, {example.net = smtp:[127.0.0.1]:%[3]s}, {agents.example = discard:}}
`

const postfixServices = `%s inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
`

// fullMailboxes answers every recipient that its mailbox is full.
type fullMailboxes struct{ refused chan string }

func (f *fullMailboxes) NewSession(*smtp.Conn) (smtp.Session, error) { return f, nil }
func (f *fullMailboxes) Mail(string, *smtp.MailOptions) error        { return nil }
func (f *fullMailboxes) Rcpt(to string, _ *smtp.RcptOptions) error {
	select {
	case f.refused <- to:
	default:
	}
	return &smtp.SMTPError{Code: 552, EnhancedCode: smtp.EnhancedCode{5, 2, 2}, Message: "over quota: " + to}
}
func (f *fullMailboxes) Data(r io.Reader) error { _, err := io.Copy(io.Discard, r); return err }
func (f *fullMailboxes) Reset()                 {}
func (f *fullMailboxes) Logout() error          { return nil }

// freePort gives a port of the loopback at which nobody listens.
func freePort(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	return port
}

// startPostfix runs a Postfix in a folder of its own until the test ends and
// gives its port.
func startPostfix(t *testing.T, deskPort, fullPort string) string {
	t.Helper()
	t.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin")
	if _, err := exec.LookPath("postfix"); err != nil || os.Getuid() != 0 {
		t.Skip("no postfix (Debian package postfix), or not root: skipping reports of delivery by Postfix")
	}
	folder, err := os.MkdirTemp("", "maildesk-postfix-") // others must be able to look in, unlike in t.TempDir
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	owner, err := user.Lookup("postfix")
	if err != nil {
		t.Skip("no user postfix")
	}
	uid, _ := strconv.Atoi(owner.Uid)
	port := freePort(t)
	for _, err := range []error{
		os.Chmod(folder, 0o755),
		os.Mkdir(filepath.Join(folder, "queue"), 0o755),
		os.Mkdir(filepath.Join(folder, "data"), 0o700),
		os.Chown(filepath.Join(folder, "data"), uid, -1),
		os.WriteFile(filepath.Join(folder, "main.cf"), fmt.Appendf(nil, postfixConfig, folder, deskPort, fullPort), 0o644),
		os.WriteFile(filepath.Join(folder, "master.cf"), fmt.Appendf(nil, postfixServices, port), 0o644),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command("postfix", "-c", folder, "start").CombinedOutput(); err != nil {
		t.Fatalf("postfix start: %v\n%s", err, out)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 20*time.Second)
		defer cancel()
		if out, err := exec.CommandContext(ctx, "postfix", "-c", folder, "stop").CombinedOutput(); err != nil {
			t.Errorf("postfix stop: %v\n%s", err, out)
		}
		if t.Failed() {
			said, _ := os.ReadFile(filepath.Join(folder, "maillog"))
			t.Logf("Postfix said:\n%s", said)
		}
	})
	return port
}

// waitFor waits until a ticket is as wanted.
func waitFor(t *testing.T, d *Daemon, id desk.TicketID, what string, wanted func(desk.Reader, desk.Ticket) bool) {
	t.Helper()
	seen := "no ticket"
	for end := time.Now().Add(40 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		ok := false
		err := d.Desk().View(t.Context(), func(r desk.Reader) error {
			ticket, err := r.Ticket(id)
			if err == nil {
				seen = fmt.Sprintf("%s, informed %t", ticket.Status, ticket.Informed())
				ok = wanted(r, ticket)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			return
		}
	}
	t.Fatalf("%s: not within 40 seconds; the ticket is %s", what, seen)
}

// agentSays answers the first notice of a template to the agent.
func agentSays(t *testing.T, d *Daemon, door, template, id, text string) {
	t.Helper()
	var notice *mailparse.Message
	err := d.Desk().View(t.Context(), func(r desk.Reader) error {
		mails, err := r.OutboxOf(1)
		for _, m := range mails {
			if m.Template == template && m.Recipient == "alice@agents.example" {
				if m, err = r.OutboxMail(m.ID); err != nil {
					return err
				}
				notice = mailparse.Parse(m.Bytes, mailparse.Envelope{})
			}
		}
		return err
	})
	if err != nil || notice == nil {
		t.Fatalf("no %s to the agent (%v)", template, err)
	}
	to := notice.ReplyTo[0].Address
	if err := hand(door, "alice@agents.example", to, plainMail("alice@agents.example", to, "Re: "+notice.Subject, id, text)); err != nil {
		t.Fatal(err)
	}
}

// TestT080PostfixReports lets a real mail server find out that the requester's
// mailbox is full, after it has taken the notice.
func TestT080PostfixReports(t *testing.T) {
	full := &fullMailboxes{refused: make(chan string, 100)}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(full)
	server.ErrorLog = log.New(io.Discard, "", 0)
	go server.Serve(ln)
	t.Cleanup(func() { server.Close() })
	_, fullPort, _ := net.SplitHostPort(ln.Addr().String())
	deskPort := freePort(t)
	smarthost := startPostfix(t, deskPort, fullPort)

	path := filepath.Join(t.TempDir(), "maildesk.toml")
	writeConfig(t, path, strings.NewReplacer("127.0.0.1:0", "127.0.0.1:"+deskPort, "level = 1", "level = 1\nagents = [\"alice\"]").Replace(firstConfig)+
		"[outgoing]\nsmarthost = \"smtp://127.0.0.1:"+smarthost+"\"\n[[agent]]\nname = \"alice\"\nmail = \"alice@agents.example\"\n")
	d, _ := start(t, path)
	door := d.Addrs()[0].String()
	if err := hand(door, "o'brien@example.net", "support@example.org", plainMail("o'brien@example.net", "support@example.org", "Printer", "one@example.net", "No ink.")); err != nil {
		t.Fatal(err)
	}
	waitFor(t, d, 1, "the request", func(r desk.Reader, _ desk.Ticket) bool {
		mails, _ := r.OutboxOf(1, desk.OutboxSent)
		return len(mails) == 2
	})
	for round := 1; round <= 2; round++ {
		agentSays(t, d, door, "new-ticket", fmt.Sprintf("resolve.%d@agents.example", round), "#resolve\r\nThere is new ink.")
		waitFor(t, d, 1, "Postfix reports that the mailbox is full", func(r desk.Reader, ticket desk.Ticket) bool {
			all, _ := r.Suppressions("o'brien@example.net")
			return ticket.Status == desk.StatusOpen && len(all) == 1 && all[0].Strikes == round && all[0].Active(time.Now()) == (round == 2)
		})
	}
	agentSays(t, d, door, "new-ticket", "resolve.3@agents.example", "#resolve")
	waitFor(t, d, 1, "a wordless solution to a suppressed address", func(_ desk.Reader, ticket desk.Ticket) bool {
		return ticket.Status == desk.StatusResolved && !ticket.Informed()
	})
	var entries []desk.Entry
	told := 0
	err = d.Desk().View(t.Context(), func(r desk.Reader) error {
		mails, err := r.OutboxOf(1)
		for _, m := range mails {
			if m.Template == string(desk.TemplateUndeliverable) {
				told++
			}
		}
		if err != nil {
			return err
		}
		entries, err = r.Correspondence(1)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	notes := 0
	for _, e := range entries {
		if e.Kind == desk.EntrySystem && strings.Contains(e.Text, "o'brien@example.net (resolution) could not be delivered: mailbox full (5.2.2)") && strings.Contains(e.Text, "over quota") {
			notes++
		}
	}
	if notes != 2 || told != 3 {
		t.Errorf("%d notes on the ticket and %d mails to the agent, want 2 and 3: %+v", notes, told, entries)
	}
	if to := <-full.refused; to != "o'brien@example.net" {
		t.Errorf("Postfix wrote to %q, want the address as it is", to)
	}
	faulttest.Seen(t, "T080", "Postfix takes the resolution notice to o'brien@…, finds the mailbox full and reports to the signed reverse-path; twice, then a wordless #resolve",
		"%d notes in words, the ticket opened again each time, suppressed after the second; then resolved, not informed; the agent was told %d times", notes, told)
}
