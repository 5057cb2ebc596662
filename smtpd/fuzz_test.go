package smtpd

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// script is a connection whose peer says all it has to say in pieces and
// listens to nothing.
type script struct {
	in    string
	piece int // bytes in a packet; 0: a line in a packet
	out   bytes.Buffer
	gone  chan struct{}
}

func (s *script) Read(p []byte) (int, error) {
	n := s.piece
	if n == 0 {
		n = strings.IndexByte(s.in, '\n') + 1
	}
	if n <= 0 || n > len(s.in) {
		n = len(s.in)
	}
	if n == 0 {
		return 0, io.EOF
	}
	n = copy(p, s.in[:n])
	s.in = s.in[n:]
	return n, nil
}

func (s *script) Write(p []byte) (int, error)      { return s.out.Write(p) }
func (s *script) Close() error                     { close(s.gone); return nil }
func (s *script) LocalAddr() net.Addr              { return &net.UnixAddr{} }
func (s *script) RemoteAddr() net.Addr             { return &net.UnixAddr{} }
func (s *script) SetDeadline(time.Time) error      { return nil }
func (s *script) SetReadDeadline(time.Time) error  { return nil }
func (s *script) SetWriteDeadline(time.Time) error { return nil }

var (
	anyReply    = regexp.MustCompile(`^[2-5][0-9][0-9][ -][^\r\n]*$`)
	dataCommand = regexp.MustCompile(`(?im)^DATA.*\n`)
)

// FuzzConnection (T044) holds these laws for any bytes on the wire: no panic;
// every answer is an SMTP reply; a mail is kept only after a DATA that was
// granted, up to an end of data that stands in the input behind the mail's
// bytes; each mail kept is acknowledged.
func FuzzConnection(f *testing.F) {
	const hello = "EHLO client.example\r\n"
	const mail = "MAIL FROM:<ana@client.example> SIZE=10\r\nRCPT TO:<help@our.example>\r\nDATA\r\n"
	for _, seed := range []string{
		hello + mail + "hello\r\n..\r\n.\r\n" + mail + ".\r\nQUIT\r\n",
		hello + mail + "a\n.\nb\r\n.\rc\r.\r\n.\r\n",
		hello + mail + "cut",
		hello + "BDAT 5 LAST\r\nhello",
		hello + "RCPT TO:<postmaster>\r\nRSET\r\nNOOP\r\nVRFY x\r\nHELP\r\nAUTH PLAIN AAAA\r\nSTARTTLS\r\nDATA\r\n",
		"GET / HTTP/1.1\r\n\r\n", "\x16\x03\x01\n", "\r\n\r\n", "EHLO\r\nHELO x\nMAIL FROM:<>\n",
		hello + mail + strings.Repeat("0123456789", 150) + "\r\n.\r\n",
	} {
		f.Add(seed, byte(0))
		f.Add(seed, byte(1))
		f.Add(seed, byte(200))
	}
	f.Fuzz(func(t *testing.T, in string, piece byte) { play(t, in, piece) })
}

// play gives a server all that a peer says, in packets of a size, holds the laws
// and returns the number of mails that were kept.
func play(t *testing.T, in string, piece byte) int {
	d, ln := &fakeDesk{}, make(pipes)
	var logged syncBuffer
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- New(ln, d, Config{Hostname: "our.example", MaxMessageBytes: 1000}, slog.New(slog.NewTextHandler(&logged, nil))).Run(ctx)
	}()
	peer := &script{in: in, piece: int(piece), gone: make(chan struct{})}
	ln <- peer
	<-peer.gone
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Run = %v, want nil", err)
	}
	if strings.Contains(logged.String(), "panic") {
		t.Errorf("a panic:\n%s", logged.String())
	}
	checkLaws(t, in, peer.out.String(), d.kept())
	return len(d.kept())
}

func checkLaws(t *testing.T, in, out string, mails []keptMail) {
	t.Helper()
	granted, acknowledged := 0, 0
	for line := range strings.Lines(out) {
		line, whole := strings.CutSuffix(line, "\r\n")
		if !whole || !anyReply.MatchString(line) {
			t.Errorf("answer %q is no SMTP reply", line)
		}
		if strings.HasPrefix(line, "354 ") {
			granted++
		}
		if strings.HasPrefix(line, "250 2.0.0 kept as ") {
			acknowledged++
		}
	}
	var bodies []string
	for _, command := range dataCommand.FindAllStringIndex(in, -1) {
		if body, ok := unstuffed(in[command[1]:]); ok {
			bodies = append(bodies, body)
		}
	}
	if len(mails) > granted || len(mails) != acknowledged {
		t.Errorf("%d mails kept, %d granted, %d acknowledged", len(mails), granted, acknowledged)
	}
	for _, m := range mails {
		if len(m.raw) > 1000 || !slices.Contains(bodies, m.raw) {
			t.Errorf("kept %q, want one of %q", m.raw, bodies)
		}
	}
}

// unstuffed is the mail at the beginning of s, told in another way than readBody.
func unstuffed(s string) (body string, ended bool) {
	s, _, ended = strings.Cut("\r\n"+s, "\r\n.\r\n")
	body = strings.ReplaceAll(s+"\r\n", "\r\n.", "\r\n")
	return body[2:], ended
}
