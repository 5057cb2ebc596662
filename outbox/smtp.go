package outbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-sasl"

	"maildesk/ticket"
)

// smtpTransport hands mails to a smarthost (RFC 5321) over one connection, which it
// reuses.
type smtpTransport struct {
	*smarthost
	conn   *blockConn // nil: not connected
	client *client
	mails  int // started on this connection
}

var _ Transport = (*smtpTransport)(nil)

// Send implements Transport.
func (t *smtpTransport) Send(ctx context.Context, m ticket.OutboxMail) (Reply, error) {
	r := Reply{Host: t.addr}
	e, err := newEnvelope(&m)
	if err != nil {
		return r, err
	}
	if t.sign != nil {
		if m.Bytes, err = t.sign(m.Bytes); err != nil {
			return r, err
		}
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
		// The connection was closed while it was idle, before this mail was begun.
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

// transact runs one mail transaction. begun reports whether the smarthost replied
// to MAIL, text is that of the last 250 reply. After an error the connection is
// either reset or closed.
func (t *smtpTransport) transact(ctx context.Context, e envelope, raw []byte) (begun bool, text string, err error) {
	defer t.bound(ctx)()
	defer func() {
		if err != nil {
			t.restore(err)
			err = errors.Join(err, ctx.Err())
		}
	}()
	t.mails++
	mail, err := t.mailCommand(e, len(raw))
	if err != nil {
		return true, "", err
	}
	if begun, err = t.ask(mail, "RCPT TO:<"+e.to+">"); err != nil {
		return begun, "", err
	}
	if end, ok := ctx.Deadline(); ok && time.Until(end) < finalDot {
		// No data has been sent yet, so the mail cannot be delivered twice.
		t.drop()
		return true, "", errors.New("too slow: no time left to wait for the reply to the final dot")
	}
	if err := writeData(t.client.text.W, raw); err != nil {
		return true, "", fmt.Errorf("send data: %w", err)
	}
	t.conn.within(finalDot)
	_, text, err = t.client.text.ReadResponse(250)
	if err != nil {
		return true, "", fmt.Errorf("after the final dot: %w", err)
	}
	return true, text, nil
}

// ask sends MAIL, RCPT and DATA, pipelined where the smarthost allows it (RFC
// 2920). begun reports whether MAIL was accepted; the error is the first refusal.
func (t *smtpTransport) ask(mail, rcpt string) (begun bool, err error) {
	steps := []struct {
		command string
		code    int
	}{{mail, 250}, {rcpt, 25}, {"DATA", 354}}
	_, pipelining := t.client.offered("PIPELINING")
	if pipelining {
		err = t.client.say(mail, rcpt, "DATA")
	}
	for _, step := range steps {
		if !pipelining {
			err = t.client.say(step.command)
		}
		t.conn.within(commandTimeout)
		_, _, answer := t.client.text.ReadResponse(step.code)
		if answer != nil && err == nil {
			verb, _, _ := strings.Cut(step.command, " ")
			if err = fmt.Errorf("%s: %w", verb, answer); verb == "MAIL" && isPermanent(answer) {
				err = fmt.Errorf("%w: %w", errSenderRefused, err)
			}
		}
		switch {
		case err == nil:
			begun = true
		case !pipelining, !isReply(answer):
			return begun, err
		case step.command == "DATA" && answer == nil:
			t.drop() // it waits for the data of a mail that it has refused
		}
	}
	return begun, err
}

// errSenderRefused is wrapped by the error of a mail whose reverse-path was
// permanently refused.
var errSenderRefused = errors.New("the smarthost refuses our sender")

func isPermanent(err error) bool {
	reply, ok := errors.AsType[*textproto.Error](err)
	return ok && reply.Code/100 == 5
}

// isReply reports whether the other side replied: err is nil or an SMTP reply.
func isReply(err error) bool {
	_, ok := errors.AsType[*textproto.Error](err)
	return ok || err == nil
}

// mailCommand returns the MAIL command with the extensions that the mail needs.
func (t *smtpTransport) mailCommand(e envelope, size int) (string, error) {
	offers := func(extension string) bool {
		_, ok := t.client.offered(extension)
		return ok
	}
	if e.utf8 && !offers("SMTPUTF8") {
		return "", fmt.Errorf("%w: the smarthost does not offer SMTPUTF8", errUnsendable)
	}
	if e.eightBit && !offers("8BITMIME") {
		return "", fmt.Errorf("%w: the smarthost does not offer 8BITMIME", errUnsendable)
	}
	command := "MAIL FROM:<" + e.from + ">"
	if offers("8BITMIME") {
		command += " BODY=8BITMIME"
	}
	if offers("SIZE") {
		command += fmt.Sprintf(" SIZE=%d", size)
	}
	if e.utf8 {
		command += " SMTPUTF8"
	}
	return command, nil
}

// restore resets the connection for the next mail, or closes it.
func (t *smtpTransport) restore(err error) {
	if t.conn == nil || errors.Is(err, errUnsendable) {
		return // it is closed, or nothing was sent yet
	}
	reply, ok := errors.AsType[*textproto.Error](err)
	t.conn.within(commandTimeout)
	if ok && reply.Code != 421 {
		_, err = t.client.ask(250, "RSET")
		ok = err == nil
	}
	if !ok || reply.Code == 421 {
		t.drop()
	}
}

// connect opens a session; every error is a *DownError.
func (t *smtpTransport) connect(ctx context.Context) error {
	err := t.session(ctx)
	if err == nil {
		return nil
	}
	silent := t.client == nil && unanswered(err)
	t.drop()
	return &DownError{fmt.Errorf("smarthost %s: %w", t.addr, err), silent}
}

// Probe checks whether the smarthost greets, on a separate connection.
func (t *smtpTransport) Probe(ctx context.Context) error {
	probe := &smtpTransport{smarthost: t.smarthost}
	err := probe.greeting(ctx)
	if err == nil {
		probe.Close()
	}
	return errors.Join(err, probe.drop())
}

// unanswered reports whether an error of greeting means that the host did not
// respond at all: it sent neither a reply nor TLS.
func unanswered(err error) bool {
	_, reply := errors.AsType[*textproto.Error](err)
	_, bad := errors.AsType[*tls.CertificateVerificationError](err)
	_, alert := errors.AsType[tls.AlertError](err)
	_, clear := errors.AsType[tls.RecordHeaderError](err)
	return !reply && !bad && !alert && !clear
}

// greeting connects and reads the greeting.
func (t *smtpTransport) greeting(ctx context.Context) error {
	raw, err := t.dial(ctx, "tcp", t.addr)
	if err != nil {
		return err
	}
	t.conn, t.mails = &blockConn{Conn: raw}, 0
	defer t.bound(ctx)()
	var conn net.Conn = t.conn
	if t.implicit {
		conn = tls.Client(conn, t.tls)
	}
	t.conn.within(commandTimeout)
	c, err := newClient(conn)
	if err != nil {
		return fmt.Errorf("greeting: %w", err)
	}
	t.client = c
	return nil
}

// session connects, sends EHLO, starts TLS if offered, fails if required TLS is
// not offered, and logs in.
func (t *smtpTransport) session(ctx context.Context) error {
	if err := t.greeting(ctx); err != nil {
		return err
	}
	defer t.bound(ctx)()
	if err := t.hello(); err != nil {
		return err
	}
	if err := t.startTLS(ctx); err != nil {
		return fmt.Errorf("STARTTLS: %w", err)
	}
	if t.user == "" {
		return nil
	}
	return t.login()
}

func (t *smtpTransport) hello() error {
	t.conn.within(commandTimeout)
	if err := t.client.hello(t.hostname); err != nil {
		return fmt.Errorf("EHLO: %w", err)
	}
	return nil
}

// startTLS starts TLS if it is offered (RFC 3207).
func (t *smtpTransport) startTLS(ctx context.Context) error {
	_, offered := t.client.offered("STARTTLS")
	switch {
	case t.implicit, !offered && !t.verified:
		return nil
	case !offered:
		return errors.New("required, but the smarthost does not offer it")
	}
	t.conn.within(commandTimeout)
	if err := t.client.startTLS(ctx, t.tls); err != nil {
		return err
	}
	return t.hello()
}

func (t *smtpTransport) login() error {
	if t.verified && !t.client.secure {
		return errors.New("no password without TLS")
	}
	password, err := t.secret()
	if err != nil {
		return err
	}
	offered, _ := t.client.offered("AUTH")
	mechanisms := strings.Fields(strings.ToUpper(offered))
	var auth sasl.Client
	switch {
	case slices.Contains(mechanisms, sasl.Plain):
		auth = sasl.NewPlainClient("", t.user, password)
	case slices.Contains(mechanisms, sasl.Login):
		auth = sasl.NewLoginClient(t.user, password)
	default:
		return errors.New("the smarthost offers neither AUTH PLAIN nor LOGIN")
	}
	t.conn.within(commandTimeout)
	if err := t.client.auth(auth); err != nil {
		return fmt.Errorf("AUTH: %w", err)
	}
	return nil
}

// Close ends the session with QUIT.
func (t *smtpTransport) Close() error {
	if t.conn == nil {
		return nil
	}
	t.conn.within(quitTimeout)
	if t.client != nil {
		t.client.ask(221, "QUIT") // mails are in the smarthost's custody, whatever it replies
	}
	return t.drop()
}

// bound closes the connection when ctx is done, unless release was called before.
func (t *smtpTransport) bound(ctx context.Context) (release func() bool) {
	conn := t.conn
	return context.AfterFunc(ctx, func() { conn.Close() })
}

// drop closes the connection without QUIT.
func (t *smtpTransport) drop() error {
	if t.conn == nil {
		return nil
	}
	err := t.conn.Close()
	t.conn, t.client = nil, nil
	return err
}
