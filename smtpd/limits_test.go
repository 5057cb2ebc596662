package smtpd

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/faulttest"
)

func TestT024ConnectionLimit(t *testing.T) {
	addr := serve(t, &fakeDesk{}, Config{MaxConnections: 3})
	var in []*client
	for range 3 {
		in = append(in, greeted(t, addr))
	}
	for range 20 {
		c := dial(t, addr)
		c.want("421 4.3.2")
		c.wantEnd()
	}
	in[1].say("QUIT", "221")
	in[1].wantEnd()
	for again := time.Now().Add(time.Minute); ; { // the server counts it out a moment later
		c := dial(t, addr)
		if line, err := c.r.ReadString('\n'); strings.HasPrefix(line, "220") {
			break
		} else if time.Now().After(again) {
			t.Fatalf("reply = %q, %v, want 220", line, err)
		}
	}
	faulttest.Seen(t, "T024", "23 connections where 3 are allowed", "421 4.3.2 to the 20 over it; one that left makes room")
}

// from returns connections that seem to come from an address of the test's choice.
type from struct {
	net.Listener
	client atomic.Pointer[string]
}

type fromConn struct {
	net.Conn
	client net.Addr
}

func (c fromConn) RemoteAddr() net.Addr { return c.client }

func (f *from) Accept() (net.Conn, error) {
	c, err := f.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return fromConn{c, net.TCPAddrFromAddrPort(netip.MustParseAddrPort(*f.client.Load()))}, nil
}

func TestT024AddressLimit(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &from{Listener: ln}
	run(t, f, &fakeDesk{}, Config{MaxPerAddress: 2})
	for _, tt := range []struct{ client, reply string }{
		{"192.0.2.1:1000", "220"},
		{"192.0.2.1:1001", "220"},
		{"192.0.2.1:1002", "421 4.7.0"},
		{"[::ffff:192.0.2.1]:1003", "421 4.7.0"}, // the same address
		{"192.0.2.2:1000", "220"},
		{"[2001:db8::1]:1000", "220"},
		{"[2001:db8::2]:1000", "220"},
		{"[2001:db8::3]:1000", "421 4.7.0"}, // the same /64
		{"[2001:db8:0:1::3]:1000", "220"},
		{"127.0.0.1:1000", "220"},
		{"127.0.0.1:1001", "220"},
		{"127.0.0.1:1002", "220"}, // our own relay
	} {
		f.client.Store(&tt.client)
		c := dial(t, ln.Addr().String())
		line, err := c.r.ReadString('\n')
		if err != nil || !strings.HasPrefix(line, tt.reply) {
			t.Errorf("from %s: %q, %v; want %s", tt.client, line, err, tt.reply)
		}
	}
	faulttest.Seen(t, "T024", "connections beyond 2 of one IPv4 address, mapped address, IPv6 /64", "421 4.7.0; other addresses and loopback come in")
}

// pipes is a listener for synctest: no socket, time as the test makes it.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	if c, ok := <-p; ok {
		return c, nil
	}
	return nil, net.ErrClosed
}
func (p pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }
func (p pipes) Close() error {
	select {
	case _, open := <-p:
		if !open {
			return nil
		}
	default:
	}
	close(p)
	return nil
}

// inBubble returns a client of a server that lives in a synctest bubble.
func inBubble(t *testing.T, cfg Config, test func(t *testing.T, d *fakeDesk, c *client)) {
	synctest.Test(t, func(t *testing.T) {
		ln := make(pipes)
		d := &fakeDesk{listener: ln}
		stop := run(t, ln, d, cfg)
		here, there := net.Pipe()
		ln <- there
		c := newClient(t, here)
		here.SetDeadline(time.Time{})
		c.want("220")
		c.say("EHLO client.example", "250")
		test(t, d, c)
		here.Close()
		stop()
	})
}

// drip sends text again and again; the function it returns ends that.
func drip(c *client, every time.Duration, text string) (end func()) {
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			time.Sleep(every)
			if _, err := io.WriteString(c.conn, text); err != nil {
				return
			}
		}
	})
	return func() {
		c.conn.Close()
		wg.Wait()
	}
}

func TestT023HonestSlowMail(t *testing.T) {
	for _, size := range []int{46_800, 25 << 20} { // of the whole mail, a piece a second
		inBubble(t, Config{}, func(t *testing.T, d *fakeDesk, c *client) {
			c.begin()
			piece := strings.Repeat(strings.Repeat("x", 76)+"\r\n", size/600/78)
			for range 600 {
				time.Sleep(time.Second)
				c.send(piece)
			}
			c.send(".\r\n")
			c.want("250 2.0.0 kept as 1")
			if got, want := d.kept()[0].raw, strings.Repeat(piece, 600); got != want {
				t.Errorf("%d bytes kept, want %d", len(got), len(want))
			}
		})
	}
	faulttest.Seen(t, "T023", "honest mails of 46 kB and 25 MiB that take 10 min, a piece a second", "both kept")
}

func TestT023TooSlow(t *testing.T) {
	for _, tt := range []struct {
		name  string
		every time.Duration
		bytes int
		cut   time.Duration // at the latest
	}{
		{"a byte every 30 s", 30 * time.Second, 1, 4 * time.Minute},
		{"below the rate", time.Second, 40, 4 * time.Minute},
		{"silent", 10 * time.Minute, 1, 4 * time.Minute},
		{"for ever", time.Second, 100, 61 * time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, Config{}, func(t *testing.T, d *fakeDesk, c *client) {
				c.begin()
				begin := time.Now()
				defer drip(c, tt.every, strings.Repeat("x", tt.bytes-1)+"\n")()
				c.want("421 4.4.2")
				if took := time.Since(begin); took > tt.cut {
					t.Errorf("cut after %v, want %v at the latest", took, tt.cut)
				}
				c.wantEnd()
				if n := len(d.kept()); n > 0 {
					t.Errorf("%d mails kept, want none", n)
				}
			})
		})
	}
	faulttest.Seen(t, "T023", "bodies at a byte per 30 s, 40 bytes/s, silent, 100 bytes/s for ever", "421 4.4.2 within 4 min; the last after 1 h; 0 kept")
}

func TestT024SlowCommand(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, d *fakeDesk, c *client) {
		begin := time.Now()
		defer drip(c, 30*time.Second, "x")()
		c.want("421 4.4.2")
		if took := time.Since(begin); took != 5*time.Minute {
			t.Errorf("cut after %v, want 5 min", took)
		}
		c.wantEnd()
	})
	faulttest.Seen(t, "T024", "a command line at one byte per 30 s", "421 4.4.2 after 5 min")
}

func TestMaxLife(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, d *fakeDesk, c *client) {
		for i := range 13 { // 5 min each
			c.begin()
			time.Sleep(time.Minute)
			c.send("hello\r\n.\r\n")
			c.want(fmt.Sprintf("250 2.0.0 kept as %d", i+1))
			time.Sleep(4 * time.Minute)
		}
		c.want("421 4.7.0")
		c.wantEnd()
	})
}
