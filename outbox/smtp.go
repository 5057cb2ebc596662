package outbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"maildesk/desk"
)

// smtpTransport hands mails to a smarthost (RFC 5321) over one connection,
// which it keeps from mail to mail.
type smtpTransport struct {
	*smarthost
	conn   net.Conn // nil: not connected
	client *smtp.Client
	mails  int  // begun on this connection
	offers bool // the smarthost has offered STARTTLS
}

var _ Transport = (*smtpTransport)(nil)

// Send hands one mail over.
func (t *smtpTransport) Send(ctx context.Context, m desk.OutboxMail) (Reply, error) {
	r := Reply{Host: t.addr}
	e, err := newEnvelope(&m)
	if err != nil {
		return r, err
	}
	if t.mails >= mailsPerDial {
		t.Close()
	}
	reused := t.conn != nil
	if !reused {
		if err := t.connect(ctx); err != nil {
			return r, err
		}
	}
	begun, text, err := t.transact(ctx, e, m.Bytes)
	if err != nil && reused && !begun && t.conn == nil {
		// The connection had gone while it was idle; no mail was begun on it.
		if err := t.connect(ctx); err != nil {
			return r, err
		}
		_, text, err = t.transact(ctx, e, m.Bytes)
	}
	if err != nil {
		return r, err
	}
	r.Code, r.Text = 250, text
	return r, nil
}

// transact runs one mail transaction. It tells whether the smarthost answered
// MAIL, and gives the words of the last 250. After an error the connection is
// either reset or closed.
func (t *smtpTransport) transact(ctx context.Context, e envelope, raw []byte) (begun bool, text string, err error) {
	conn := t.conn
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	defer func() {
		if err != nil {
			t.restore(err)
			err = errors.Join(err, ctx.Err())
		}
	}()
	t.mails++
	opts, err := t.mailOptions(e, len(raw))
	if err != nil {
		return true, "", err
	}
	if err := t.client.Mail(e.from, opts); err != nil {
		return false, "", fmt.Errorf("MAIL: %w", err)
	}
	if err := t.client.Rcpt(e.to, nil); err != nil {
		return true, "", fmt.Errorf("RCPT: %w", err)
	}
	if end, ok := ctx.Deadline(); ok && time.Until(end) < finalDot {
		// Nothing has been sent yet, so nothing can be sent twice.
		return true, "", errors.New("too slow: no time is left to wait for the answer to the final dot")
	}
	w, err := t.client.Data()
	if err != nil {
		return true, "", fmt.Errorf("DATA: %w", err)
	}
	if _, err := w.Write(raw); err != nil {
		return true, "", fmt.Errorf("send data: %w", err)
	}
	resp, err := w.CloseWithResponse()
	if err != nil {
		return true, "", fmt.Errorf("after the final dot: %w", err)
	}
	return true, resp.StatusText, nil
}

// mailOptions asks for the extensions that the mail needs.
func (t *smtpTransport) mailOptions(e envelope, size int) (*smtp.MailOptions, error) {
	if e.utf8 {
		if ok, _ := t.client.Extension("SMTPUTF8"); !ok {
			return nil, fmt.Errorf("%w: the smarthost does not offer SMTPUTF8", errUnsendable)
		}
	}
	if e.eightBit {
		if ok, _ := t.client.Extension("8BITMIME"); !ok {
			return nil, fmt.Errorf("%w: the smarthost does not offer 8BITMIME", errUnsendable)
		}
	}
	return &smtp.MailOptions{Size: int64(size), UTF8: e.utf8}, nil
}

// restore makes the connection fit for the next mail, or closes it.
func (t *smtpTransport) restore(err error) {
	if errors.Is(err, errUnsendable) {
		return // nothing was said yet
	}
	reply, ok := errors.AsType[*smtp.SMTPError](err)
	if !ok || reply.Code == 421 || t.client.Reset() != nil || t.client.Hello(t.hostname) != nil {
		t.drop()
	}
}

// connect opens a session; every error is a *DownError.
func (t *smtpTransport) connect(ctx context.Context) error {
	err := t.session(ctx)
	if err == nil {
		return nil
	}
	t.drop()
	return &DownError{fmt.Errorf("smarthost %s: %w", t.addr, err)}
}

// session dials, takes TLS, says EHLO and logs in.
func (t *smtpTransport) session(ctx context.Context) error {
	if err := t.open(ctx); err != nil {
		return err
	}
	conn := t.conn
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	if err := t.client.Hello(t.hostname); err != nil {
		return fmt.Errorf("EHLO: %w", err)
	}
	if ok, _ := t.client.Extension("STARTTLS"); ok && !t.implicit && !t.offers {
		// go-smtp begins STARTTLS only on a new connection.
		t.offers = true
		t.Close()
		return t.session(ctx)
	}
	if t.user == "" {
		return nil
	}
	return t.login()
}

// open dials and begins TLS where it is due, never in clear where it is required.
func (t *smtpTransport) open(ctx context.Context) error {
	conn, err := t.dial(ctx, "tcp", t.addr)
	if err != nil {
		return err
	}
	conn = &blockConn{Conn: conn}
	t.conn, t.mails = conn, 0
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	switch {
	case t.implicit:
		t.client = smtp.NewClient(tls.Client(conn, t.tls))
	case t.verified || t.offers:
		if t.client, err = smtp.NewClientStartTLS(conn, t.tls); err != nil {
			t.offers = false // look again next time
			return fmt.Errorf("STARTTLS: %w", err)
		}
	default:
		t.client = smtp.NewClient(conn)
	}
	t.client.CommandTimeout, t.client.SubmissionTimeout = commandTimeout, finalDot
	return nil
}

func (t *smtpTransport) login() error {
	if _, secure := t.client.TLSConnectionState(); t.verified && !secure {
		return errors.New("no password without TLS")
	}
	password, err := t.secret()
	if err != nil {
		return err
	}
	auth := sasl.NewPlainClient("", t.user, password)
	if !t.client.SupportsAuth(sasl.Plain) {
		if !t.client.SupportsAuth(sasl.Login) {
			return errors.New("the smarthost offers neither AUTH PLAIN nor LOGIN")
		}
		auth = sasl.NewLoginClient(t.user, password)
	}
	if err := t.client.Auth(auth); err != nil {
		return fmt.Errorf("AUTH: %w", err)
	}
	return nil
}

// Close says goodbye.
func (t *smtpTransport) Close() error {
	if t.conn == nil {
		return nil
	}
	t.client.CommandTimeout = quitTimeout
	if t.client.Quit() == nil {
		t.conn, t.client = nil, nil
		return nil
	}
	return t.drop()
}

// drop closes the connection without a word.
func (t *smtpTransport) drop() error {
	if t.conn == nil {
		return nil
	}
	err := t.conn.Close()
	t.conn, t.client = nil, nil
	return err
}

// maxReply bounds what a smarthost may say without our having said something:
// go-smtp gathers a reply of any number of lines.
const maxReply = 256 << 10

// blockConn bounds each write, which go-smtp leaves unbounded in DATA, and each reply.
type blockConn struct {
	net.Conn
	heard int // bytes since the last write
}

func (c *blockConn) Read(b []byte) (int, error) {
	if c.heard > maxReply {
		return 0, errors.New("the smarthost does not stop talking")
	}
	n, err := c.Conn.Read(b)
	c.heard += n
	return n, err
}

func (c *blockConn) Write(b []byte) (int, error) {
	c.heard = 0
	if err := c.SetWriteDeadline(time.Now().Add(blockTimeout)); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}
