package outbox

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// script is a smarthost that answers each command by a table. The keys are the
// verbs, "greeting" and "." (the final dot). An answer beginning with "hang"
// never comes, "drop" closes the connection, "wait 9m 250 ok" comes late, "drip 250 ok"
// byte by byte.
type script struct {
	mu      sync.Mutex
	answers map[string]string
	log     []string // what the client said, without the data
	mails   []string // the data as it came, still dot-stuffed
	dials   int
}

func (s *script) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	s.mu.Lock()
	s.dials++
	s.mu.Unlock()
	go s.serve(server)
	return client, nil
}

// answer sends the answer to a key; false: the connection is over.
func (s *script) answer(conn net.Conn, key, normal string) bool {
	s.mu.Lock()
	a, ok := s.answers[key]
	s.mu.Unlock()
	if !ok {
		a = normal
	}
	if after, ok := strings.CutPrefix(a, "wait "); ok {
		wait, rest, _ := strings.Cut(after, " ")
		d, err := time.ParseDuration(wait)
		if err != nil {
			panic(err)
		}
		time.Sleep(d)
		a = rest
	}
	if after, ok := strings.CutPrefix(a, "drip "); ok { // a byte a minute
		for i := range len(after) {
			if _, err := conn.Write([]byte{after[i]}); err != nil {
				return false
			}
			time.Sleep(time.Minute)
		}
	}
	switch a {
	case "drop":
		return false
	case "hang":
		io.Copy(io.Discard, conn)
		return false
	}
	_, err := fmt.Fprintf(conn, "%s\r\n", a)
	return err == nil && !strings.HasPrefix(a, "421")
}

func (s *script) serve(conn net.Conn) {
	defer conn.Close()
	normal := map[string]string{
		"EHLO": "250-smarthost\r\n250-8BITMIME\r\n250 SIZE", "DATA": "354 go on", "QUIT": "221 bye",
	}
	r := bufio.NewReader(conn)
	if !s.answer(conn, "greeting", "220 smarthost") {
		return
	}
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		verb, _, _ := strings.Cut(line, " ")
		s.mu.Lock()
		s.log = append(s.log, line)
		_, told := s.answers["DATA"]
		s.mu.Unlock()
		answer := normal[verb]
		if answer == "" {
			answer = "250 ok"
		}
		if !s.answer(conn, verb, answer) || verb == "QUIT" {
			return
		}
		if verb == "DATA" && !told && !s.data(conn, r) {
			return
		}
	}
}

func (s *script) data(conn net.Conn, r *bufio.Reader) bool {
	var b strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return false
		}
		if line == ".\r\n" {
			break
		}
		b.WriteString(line)
	}
	s.mu.Lock()
	s.mails = append(s.mails, b.String())
	s.mu.Unlock()
	return s.answer(conn, ".", "250 2.0.0 queued as 7")
}

func (s *script) open(t *testing.T, address string) Transport {
	t.Helper()
	open, err := Open(address, Options{Hostname: "desk.example.org", Dial: s.dial})
	if err != nil {
		t.Fatal(err)
	}
	return open()
}
