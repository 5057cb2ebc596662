package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"

	"maildesk/faulttest"
	"maildesk/mailparse"
)

// postbox is a smarthost that keeps what it was given.
type postbox struct {
	mu    sync.Mutex
	mails []*mailparse.Message
}

func (p *postbox) NewSession(*smtp.Conn) (smtp.Session, error) { return &postboxSession{p}, nil }

type postboxSession struct{ box *postbox }

func (s *postboxSession) Mail(string, *smtp.MailOptions) error { return nil }
func (s *postboxSession) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (s *postboxSession) Reset()                               {}
func (s *postboxSession) Logout() error                        { return nil }
func (s *postboxSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	s.box.mails = append(s.box.mails, mailparse.Parse(raw, mailparse.Envelope{}))
	return err
}

// to returns the last mail to an address, nil: none came.
func (p *postbox) to(address string) (last *mailparse.Message) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.mails {
		if len(m.To) > 0 && m.To[0].Address == address {
			last = m
		}
	}
	return last
}

// TestT164Senders: other mail servers bring a request, the requester's answer and an agent's
// commands, as they were written, and refuse nobody's mail twice.
func TestT164Senders(t *testing.T) {
	for name, start := range map[string]func(t *testing.T, next string) (addr string){
		"OpenSMTPD": func(t *testing.T, next string) string { return faulttest.StartOpenSMTPD(t, next).Plain },
		"Postfix": func(t *testing.T, next string) string {
			faulttest.Program(t, "postfix", "postfix")
			host, port, _ := net.SplitHostPort(next)
			return faulttest.StartPostfix(t, "relayhost = ["+host+"]:"+port, "mydestination =", "smtp_tls_security_level = none").Addr
		},
	} {
		t.Run(name, func(t *testing.T) {
			box := &postbox{}
			k := openKillableTo(t, box)
			text, err := os.ReadFile(k.config)
			if err == nil {
				err = os.WriteFile(k.config, append(text, "agents = [\"alice\"]\n[[agent]]\nname = \"alice\"\nmail = [\"alice@example.com\"]\n"...), 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			k.start()
			server := start(t, k.addr)
			brings := func(from, to, fields, text string) {
				t.Helper()
				raw := fmt.Sprintf("From: %s\r\nTo: %s\r\n%sMessage-ID: <%x@example.net>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n%s", from, to, fields, text, text)
				if err := sendMail(server, from, to, []byte(raw)); err != nil {
					t.Fatalf("%s refuses the mail of %s to %s: %v", name, from, to, err)
				}
			}
			comes := func(to, what string) (m *mailparse.Message) {
				t.Helper()
				k.eventually(what+" reaches "+to, func() bool { m = box.to(to); return m != nil && strings.Contains(m.Subject+m.Text, what) })
				return m
			}
			brings("ana@example.net", "support@example.org", "Subject: Drucker\r\n", "Grüße aus Köln.\r\n.\r\n..doppelt\r\n"+strings.Repeat("lang ", 180)+"\r\n")
			ack, notice := comes("ana@example.net", "#1"), comes("alice@example.com", "Grüße aus Köln.")
			if !strings.Contains(notice.Text, "\n    .\n    ..doppelt\n") {
				t.Errorf("the request came as\n%s", notice.Text)
			}
			brings("alice@example.com", answerTo(t, notice), "Subject: Re: "+ascii(notice.Subject)+"\r\nIn-Reply-To: "+notice.MessageID+"\r\n", "#take\r\nWir kommen um zwölf.\r\n")
			comes("ana@example.net", "Wir kommen um zwölf.")
			brings("ana@example.net", answerTo(t, ack), "Subject: Re: x\r\n", "Danke, bis dann; das Gerät steht im Flur.\r\n")
			comes("alice@example.com", "das Gerät steht im Flur")
			if out := k.run("list", "-a"); strings.Count(out, "#1") != 1 || strings.Contains(out, "#2") || !strings.Contains(out, "alice") {
				t.Errorf("list says\n%s", out)
			}
			faulttest.Seen(t, "T164", name+" brings a request in 8 bits with dots and a long line, an agent's #take with an answer, and the requester's answer, to signed addresses",
				"one ticket; the command is done, each word arrives as it was written")
		})
	}
}

// answerTo returns the address to which a mail is answered.
func answerTo(t *testing.T, m *mailparse.Message) string {
	t.Helper()
	if len(m.ReplyTo) != 1 {
		t.Fatalf("%q has no address to answer to", m.Subject)
	}
	return m.ReplyTo[0].Address
}

// ascii keeps what may stand in a header as it is.
func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		if r > 126 || r < 32 {
			return '?'
		}
		return r
	}, s)
}
