package daemon

import (
	"fmt"
	"io"
	"log"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"maildesk/desk/notify"
	"maildesk/faulttest"
	"maildesk/mailparse"
	"maildesk/ticket"
)

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

// waitFor waits until a ticket is as wanted.
func waitFor(t *testing.T, d *Daemon, id ticket.ID, what string, wanted func(ticket.Reader, ticket.Ticket) bool) {
	t.Helper()
	seen := "no ticket"
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		ok := false
		err := d.Desk().View(t.Context(), func(r ticket.Reader) error {
			opened, err := r.Ticket(id)
			if err == nil {
				seen = fmt.Sprintf("%s, informed %t", opened.Status, opened.Informed())
				ok = wanted(r, opened)
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
	t.Fatalf("%s: not within two minutes; the ticket is %s", what, seen)
}

// agentSays answers the last notice of a template to the agent.
func agentSays(t *testing.T, d *Daemon, door, template, id, text string) {
	t.Helper()
	var notice *mailparse.Message
	err := d.Desk().View(t.Context(), func(r ticket.Reader) error {
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
	addr := faulttest.FreePort(t)
	_, port, _ := net.SplitHostPort(addr)
	_, fullPort, _ := net.SplitHostPort(ln.Addr().String())
	postfix := faulttest.StartPostfix(t, "smtpd_relay_restrictions = permit_mynetworks, reject",
		fmt.Sprintf("transport_maps = inline:{{example.org = smtp:[127.0.0.1]:%s}, {example.net = smtp:[127.0.0.1]:%s}, {agents.example = discard:}}", port, fullPort))
	path := filepath.Join(t.TempDir(), "maildesk.toml")
	writeConfig(t, path, strings.NewReplacer("127.0.0.1:0", addr, "level = 1", "level = 1\nagents = [\"alice\"]").Replace(firstConfig)+
		"[outgoing]\nsmarthost = \"smtp://"+postfix.Addr+"\"\n[[agent]]\nname = \"alice\"\nmail = \"alice@agents.example\"\n")
	d, _ := start(t, path)
	door := d.Addrs()[0].String()
	if err := hand(door, "o'brien@example.net", "support@example.org", plainMail("o'brien@example.net", "support@example.org", "Printer", "one@example.net", "No ink.")); err != nil {
		t.Fatal(err)
	}
	waitFor(t, d, 1, "the request", func(r ticket.Reader, _ ticket.Ticket) bool {
		mails, _ := r.OutboxOf(1, ticket.OutboxSent)
		return len(mails) == 2
	})
	// Each report opens the ticket again: only answers to the latest notice count.
	notice := "new-ticket"
	for round := 1; round <= 2; round++ {
		agentSays(t, d, door, notice, fmt.Sprintf("resolve.%d@agents.example", round), "#resolve\r\nThere is new ink.")
		waitFor(t, d, 1, "Postfix reports that the mailbox is full", func(r ticket.Reader, opened ticket.Ticket) bool {
			all, _ := r.Suppressions("o'brien@example.net")
			return opened.Status == ticket.StatusOpen && len(all) == 1 && all[0].Strikes == round && all[0].Active(time.Now()) == (round == 2)
		})
		notice = string(notify.TemplateUndeliverable)
	}
	agentSays(t, d, door, notice, "resolve.3@agents.example", "#resolve")
	waitFor(t, d, 1, "a wordless solution to a suppressed address", func(_ ticket.Reader, opened ticket.Ticket) bool {
		return opened.Status == ticket.StatusResolved && !opened.Informed()
	})
	notes, told := undelivered(t, d)
	if notes != 2 || told != 3 {
		t.Errorf("%d notes on the ticket and %d mails to the agent, want 2 and 3", notes, told)
	}
	if to := <-full.refused; to != "o'brien@example.net" {
		t.Errorf("Postfix wrote to %q, want the address as it is", to)
	}
	faulttest.Seen(t, "T080", "Postfix takes the resolution notice to o'brien@…, finds the mailbox full and reports to the signed reverse-path; twice, then a wordless #resolve",
		"%d notes in words, the ticket opened again each time, suppressed after the second; then resolved, not informed; the agent was told %d times", notes, told)
}

// undelivered counts the notes on ticket 1 that tell of the full mailbox, and
// the mails to its agent.
func undelivered(t *testing.T, d *Daemon) (notes, told int) {
	t.Helper()
	err := d.Desk().View(t.Context(), func(r ticket.Reader) error {
		mails, err := r.OutboxOf(1)
		for _, m := range mails {
			if m.Template == string(notify.TemplateUndeliverable) {
				told++
			}
		}
		if err != nil {
			return err
		}
		entries, err := r.Correspondence(1)
		for _, e := range entries {
			if e.Kind == ticket.EntrySystem && strings.Contains(e.Text, "o'brien@example.net (resolution) could not be delivered: mailbox full (5.2.2)") && strings.Contains(e.Text, "over quota") {
				notes++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return notes, told
}
