package imappoll

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
)

// maxNested is how deep a server may nest lists. No reply to our commands is nested
// deeper than 3; the library parses whatever is sent, such as a body structure that
// we did not ask for, and recurses at each level.
const maxNested = 50

// guard is a connection, above TLS, that fails when the server nests lists too
// deeply, or lists its mails in an order that is expensive to process.
type guard struct {
	net.Conn
	first   string // is read before the bytes of the connection
	depth   int
	quoted  bool
	escaped bool
	braces  bool  // within {…}, or just after it
	number  int64 // in the braces
	literal int64 // bytes of a literal still to come
	order   order
}

func (g *guard) Read(b []byte) (int, error) {
	if g.first != "" {
		n := copy(b, g.first)
		g.first = g.first[n:]
		return n, nil
	}
	n, err := g.Conn.Read(b)
	for i := 0; i < n; i++ {
		if g.literal > 0 {
			skip := min(g.literal, int64(n-i))
			g.literal -= skip
			i += int(skip) - 1
			continue
		}
		if g.scan(b[i]); g.depth > maxNested {
			return 0, fmt.Errorf("the server nests its reply more than %d levels deep", maxNested)
		}
		if !g.order.scan(b[i]) {
			return 0, errors.New("the server lists too many mails out of order")
		}
	}
	return n, err
}

// scan processes one byte outside of literals (RFC 9051 section 9).
func (g *guard) scan(c byte) {
	switch {
	case c == '\n': // the end of a response, unless a literal begins
		if g.braces {
			g.literal = g.number
		} else {
			g.depth = 0
		}
		g.quoted, g.escaped, g.braces = false, false, false
	case g.escaped:
		g.escaped = false
	case g.quoted:
		g.escaped = c == '\\'
		g.quoted = c != '"'
	case c == '{':
		g.braces, g.number = true, 0
	case g.braces && c >= '0' && c <= '9':
		g.number = min(g.number*10+int64(c-'0'), 1<<40)
	case g.braces && (c == '}' || c == '+' || c == '\r'):
	default:
		g.braces = false
		switch c {
		case '"':
			g.quoted = true
		case '(':
			g.depth++
		case ')':
			g.depth--
		}
	}
}

// startTLS waits for the greeting, starts TLS (RFC 9051 section 6.2.1) and returns
// the encrypted connection, from which a greeting is read again. Plain text
// received after the reply is discarded. The library can do this too, but then
// there is no place for a guard.
func startTLS(ctx context.Context, w net.Conn, config *tls.Config) (*guard, error) {
	r := bufio.NewReaderSize(io.LimitReader(w, smallLine), 512)
	greeting, err := r.ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("greeting: %w", err)
	}
	if !strings.HasPrefix(strings.ToUpper(greeting), "* OK") {
		return nil, fmt.Errorf("greeting: %.100q", greeting)
	}
	if _, err := io.WriteString(w, "S1 STARTTLS\r\n"); err != nil {
		return nil, err
	}
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return nil, err
		}
		if answer, ok := strings.CutPrefix(line, "S1 "); ok {
			if !strings.HasPrefix(strings.ToUpper(answer), "OK") {
				return nil, errors.New("the server refuses it: " + strings.TrimSpace(answer))
			}
			break
		}
	}
	secure := tls.Client(w, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	return &guard{Conn: secure, first: "* OK ready\r\n"}, nil
}

// smallLine bounds what a server may send before TLS, in bytes.
const smallLine = 16 << 10
