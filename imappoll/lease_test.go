package imappoll

import (
	"context"
	"errors"
	"io"
	"math"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"maildesk/faulttest/dovecot"
	"maildesk/store"
	"maildesk/ticket"
)

// Once a mailbox may be another daemon's nothing is said to its server, on the connection that stands or on a
// new one: a mail in custody is not moved, and none is fetched, until the mailbox is ours again.
func TestNothingIsSaidAfterTheLease(t *testing.T) {
	t.Parallel()
	s := dovecot.Start(t, dovecot.Options{})
	w := openWorld(t, store.Options{})
	proxy := openProxy(t, s.Addr)
	b := box(proxy.addr, support)
	b.After, b.Folder = Move, "Done"
	var left atomic.Int64
	left.Store(math.MaxInt64)
	p := New(w, w.db, Config{Mailboxes: []Mailbox{b}, Left: func() time.Duration { return time.Duration(left.Load()) }}, w.log())
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { runAll(ctx, p); close(done) }()
	defer func() { stop(); <-done }()
	state(t, p, 0, ticket.MailboxFine, "")

	const asked = "BODY.PEEK"
	proxy.set(func(line string, _ net.Conn) bool {
		if strings.Contains(line, asked) { // the daemon is frozen while the mail is on its way, and wakes too late
			left.Store(0)
		}
		return false
	})
	c := s.Client(support)
	dovecot.Append(t, c, "INBOX", time.Now(), letter(1))
	state(t, p, 0, ticket.MailboxDown, errLost.Error())
	w.handled(1)
	if said := proxy.commands(); !strings.Contains(said[len(said)-1], asked) {
		t.Errorf("after the lease was over the poller said %q", said[len(said)-1])
	}

	proxy.set(nil)
	dovecot.Append(t, c, "INBOX", time.Now(), letter(2))
	left.Store(math.MaxInt64)
	w.handled(2)
	await(t, "both mails in the folder", func() bool { return len(flagsOf(t, c, "INBOX")) == 0 && len(flagsOf(t, c, "Done")) == 2 })
}

// Which goroutine of the library says first that a connection is over is chance: what is told is why we
// ended it.
func TestReasonOfOurs(t *testing.T) {
	for _, test := range []struct {
		name string
		left time.Duration
		use  func(w *wire)
		want error
	}{
		{"the lease is over", 0, func(w *wire) { w.Write([]byte("A1 NOOP\r\n")) }, errLost},
		{"too much", time.Hour, func(w *wire) { w.Read(make([]byte, 1)); w.Read(make([]byte, 1)) }, errTooMuch},
		{"the server's end", time.Hour, func(w *wire) { w.Write([]byte("A1 NOOP\r\n")) }, io.ErrUnexpectedEOF},
	} {
		t.Run(test.name, func(t *testing.T) {
			here, there := net.Pipe()
			defer there.Close()
			go io.Copy(io.Discard, there)
			go there.Write([]byte("*"))
			w := &wire{Conn: here, lease: func() time.Duration { return test.left }}
			err := within(t.Context(), w, time.Minute, 1, func() error { test.use(w); return io.ErrUnexpectedEOF })
			if !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}
