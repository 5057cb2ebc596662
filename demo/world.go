package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"

	"maildesk/mailparse"
)

// world is everything outside the desk: the mail server that receives the desk's
// mails, and the mail clients from which people write to it.
type world struct {
	server *smtp.Server
	addr   string

	mu      sync.Mutex
	arrived []arrival
	news    chan struct{} // closed and replaced at each arrival
}

// arrival is a mail that reached somebody.
type arrival struct {
	to  string
	raw []byte
	msg *mailparse.Message
}

// openWorld starts a mail server on a free loopback port.
func openWorld() (*world, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("mail server of the demo: %w", err)
	}
	w := &world{addr: ln.Addr().String(), news: make(chan struct{})}
	w.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &inbound{world: w}, nil }))
	w.server.Domain = "world.example"
	w.server.MaxLineLength = 1 << 20
	go w.server.Serve(ln)
	return w, nil
}

func (w *world) close() { w.server.Close() }

// inbound is one SMTP session with the desk's outbox.
type inbound struct {
	world *world
	to    []string
}

func (s *inbound) Mail(string, *smtp.MailOptions) error { s.to = nil; return nil }
func (s *inbound) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return nil
}
func (s *inbound) Reset()        { s.to = nil }
func (s *inbound) Logout() error { return nil }

func (s *inbound) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "Try again later"}
	}
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	for _, to := range s.to {
		s.world.arrived = append(s.world.arrived, arrival{to: to, raw: raw, msg: mailparse.Parse(raw, mailparse.Envelope{})})
	}
	close(s.world.news)
	s.world.news = make(chan struct{})
	return nil
}

// await returns the first matching mail to somebody that arrived after the first skip
// mails of all, and how many mails had arrived up to it.
func (w *world) await(ctx context.Context, skip int, fits func(arrival) bool) (arrival, int, error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	return w.search(ctx, skip, fits)
}

// awaitNext waits for the mail after the first skip ones and returns it.
func (w *world) awaitNext(ctx context.Context, skip int) (arrival, int, error) {
	return w.search(ctx, skip, func(arrival) bool { return true })
}

func (w *world) search(ctx context.Context, skip int, fits func(arrival) bool) (arrival, int, error) {
	for {
		w.mu.Lock()
		all, news := w.arrived, w.news
		w.mu.Unlock()
		for i := skip; i < len(all); i++ {
			if fits(all[i]) {
				return all[i], i + 1, nil
			}
		}
		skip = len(all)
		select {
		case <-ctx.Done():
			return arrival{}, skip, errors.New("the mail that the story waits for did not come")
		case <-news:
		}
	}
}

// mail is a mail that somebody writes in a mail client.

type mail struct {
	from, name string
	to         string
	subject    string
	text       string
	answers    *mailparse.Message // quoted below the text, as clients do
	header     string             // more header lines, each with its CRLF
}

// bytes returns the mail as an ordinary mail client would send it.
func (m mail) bytes(n int) []byte {
	var b bytes.Buffer
	subject := m.subject
	fmt.Fprintf(&b, "From: %s <%s>\r\nTo: <%s>\r\nDate: %s\r\nMessage-ID: <demo-%d.%d@%s>\r\n",
		m.name, m.from, m.to, time.Now().Format(time.RFC1123Z), n, time.Now().UnixNano(), m.from[strings.IndexByte(m.from, '@')+1:])
	if m.answers != nil {
		subject = "Re: " + m.answers.Subject
		fmt.Fprintf(&b, "In-Reply-To: %s\r\nReferences: %s\r\n", m.answers.MessageID, m.answers.MessageID)
	}
	fmt.Fprintf(&b, "Subject: %s\r\n%sMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n", subject, m.header)
	b.WriteString(crlf(m.text))
	if m.answers != nil {
		b.WriteString("\r\nOn " + time.Now().Format("Mon, 2 Jan 2006 at 15:04") + ", " + m.answers.FromShown.Name + " wrote:\r\n")
		for line := range strings.Lines(m.answers.Text) {
			b.WriteString("> " + strings.TrimRight(line, "\r\n") + "\r\n")
		}
	}
	return b.Bytes()
}

func crlf(text string) string {
	return strings.ReplaceAll(strings.TrimRight(text, "\n")+"\n", "\n", "\r\n")
}

// send hands a mail to the desk by SMTP, as the writer's mail server would.
func (m mail) send(desk string, n int) error {
	reversePath := m.from
	if strings.Contains(m.header, "Auto-Submitted") {
		reversePath = "" // RFC 3834 section 3.3
	}
	if err := deliver(desk, reversePath, m.to, m.bytes(n)); err != nil {
		return fmt.Errorf("%s writes to %s: %w", m.name, m.to, err)
	}
	return nil
}

func deliver(server, from, to string, raw []byte) error {
	c, err := smtp.Dial(server)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.SendMail(from, []string{to}, bytes.NewReader(raw)); err != nil {
		return err
	}
	return c.Quit()
}
