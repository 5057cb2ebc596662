package smtpd

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"maildesk/faulttest"
)

// TestT024Siege: 5000 connections of 250 addresses, each with a byte of EHLO
// every 30 s, all of which come back 30 s after they were sent away. Meanwhile an
// honest client brings a mail every second.
func TestT024Siege(t *testing.T) {
	faulttest.Long(t, "T024")
	const attackers, perAddress, places = 5000, 20, 300
	const siege = 75 * time.Second
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &fakeDesk{}
	s, stop := runLogging(t, ln, d, Config{Proxies: fromLoopback, MaxConnections: places, MaxPerAddress: perAddress}, io.Discard)
	end := time.Now().Add(siege)
	var wg sync.WaitGroup
	for i := range attackers {
		client := netip.AddrPortFrom(netip.AddrFrom4([4]byte{198, 51, 100, byte(i / perAddress)}), uint16(1024+i))
		wg.Go(func() { slowLoris(ln.Addr().String(), proxyHeader(t, 2, client.String()), end) })
	}
	most, longest := &atomic.Int64{}, time.Duration(0)
	wg.Go(func() {
		for time.Now().Before(end) {
			most.Store(max(most.Load(), int64(s.Counts().Connections)))
			time.Sleep(50 * time.Millisecond)
		}
	})
	time.Sleep(time.Second)
	honest := 0
	for time.Now().Before(end) {
		began := time.Now()
		for !oneMail(ln.Addr().String(), proxyHeader(t, 2, fmt.Sprintf("192.0.2.1:%d", 1024+honest))) && time.Since(began) < time.Minute {
			time.Sleep(200 * time.Millisecond) // as a mail server would, only sooner
		}
		honest++
		longest = max(longest, time.Since(began))
		time.Sleep(time.Second)
	}
	wg.Wait()
	counts := s.Counts()
	stop()
	if most.Load() > places {
		t.Errorf("%d connections at once, want %d at most", most.Load(), places)
	}
	if longest > 5*time.Second {
		t.Errorf("the honest client waited up to %v, want 5 s at most", longest)
	}
	if got := len(d.kept()); got != honest || honest < 10 {
		t.Errorf("%d mails kept, want the %d of the honest client", got, honest)
	}
	if n := runtime.NumGoroutine(); n > 100 {
		t.Errorf("%d goroutines are left", n)
	}
	faulttest.Seen(t, "T024", "5000 slow-loris connections of 250 addresses for 75 s, 300 places", "at most %d at once, %d refused with 421, %d evicted; an honest client brought %d mails, each within %v",
		most.Load(), counts.RefusedConnections, counts.Evicted, honest, longest.Round(10*time.Millisecond))
}

// slowLoris keeps a connection with a byte every 30 s, again and again.
func slowLoris(addr, header string, end time.Time) {
	time.Sleep(rand.N(5 * time.Second))
	for time.Now().Before(end) {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			time.Sleep(time.Second)
			continue
		}
		io.WriteString(conn, header)
		for time.Now().Before(end) {
			if _, err := io.WriteString(conn, "E"); err != nil {
				break
			}
			conn.SetReadDeadline(time.Now().Add(min(30*time.Second, time.Until(end))))
			if _, err := io.Copy(io.Discard, conn); err == nil {
				break // sent away
			}
		}
		conn.Close()
		time.Sleep(min(30*time.Second, time.Until(end)))
	}
}

// oneMail brings a mail over a connection of its own; false: it was not taken.
func oneMail(addr, header string) bool {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return false
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	io.WriteString(conn, header)
	reply := make([]byte, 2000)
	for _, command := range []string{"", "EHLO honest.example", "MAIL FROM:<ana@client.example>", "RCPT TO:<help@our.example>", "DATA", "Subject: honest\r\n\r\nhello\r\n."} {
		if command != "" {
			if _, err := io.WriteString(conn, command+"\r\n"); err != nil {
				return false
			}
		}
		n, err := conn.Read(reply)
		if err != nil || reply[0] != '2' && reply[0] != '3' || n < 4 || strings.Contains(string(reply[:n]), "\n421") {
			return false
		}
	}
	return true
}

// TestT044Storm throws dialogues made of pieces that fit together and such that
// do not at a server, in packets of random size, and holds the
// laws of FuzzConnection. The long run takes 3 minutes.
func TestT044Storm(t *testing.T) {
	took := 2 * time.Second
	if os.Getenv(faulttest.Variable) == "long" {
		took = 3 * time.Minute
	}
	before := runtime.NumGoroutine()
	var dialogues, mails atomic.Int64
	var wg sync.WaitGroup
	end := time.Now().Add(took)
	for range 4 {
		wg.Go(func() {
			for time.Now().Before(end) && !t.Failed() {
				in := randomDialogue()
				piece := byte(0) // a line in a packet, as most clients send
				if rand.IntN(3) == 0 {
					piece = byte(rand.IntN(256))
				}
				kept := play(t, in, piece)
				dialogues.Add(1)
				mails.Add(int64(kept))
			}
		})
	}
	wg.Wait()
	time.Sleep(100 * time.Millisecond)
	if after := runtime.NumGoroutine(); after > before+10 {
		t.Errorf("%d goroutines before, %d after", before, after)
	}
	faulttest.Seen(t, "T044", fmt.Sprintf("random dialogues for %v", took), "%d dialogues, %d mails kept, each after a DATA that was granted and with its bytes; no panic, no goroutine left", dialogues.Load(), mails.Load())
}

// randomDialogue is a line of pieces of SMTP, some of them wrong.
func randomDialogue() string {
	pieces := []string{
		"EHLO client.example\r\n", "EHLO client.example\r\n", "HELO x\r\n", "LHLO x\r\n", "MAIL FROM:<ana@client.example>\r\n", "MAIL FROM:<>\r\n", "MAIL FROM:<a@b.example> SIZE=999\r\n",
		"RCPT TO:<help@our.example>\r\n", "RCPT TO:<postmaster>\r\n", "RCPT TO:<nobody@our.example>\r\n", "DATA\r\n", "DATA\r\n", "data\n", "Subject: x\r\n\r\nbody\r\n.\r\n", ".\r\n", "..\r\n",
		"\r\n.\n", "\n.\r\n", "\r.\r", "RSET\r\n", "NOOP\r\n", "VRFY x\r\n", "QUIT\r\n", "BDAT 3 LAST\r\nabc", "STARTTLS\r\n", "AUTH PLAIN AAAA\r\n", "GET / HTTP/1.1\r\n",
		"\x00", "\xff\xfe", "\r", "\n", "\r\n", " ", "MAIL FROM:<ana@client.example>\r\nRCPT TO:<help@our.example>\r\nDATA\r\n", strings.Repeat("x", rand.IntN(3000)), strings.Repeat("y\r\n", rand.IntN(400)),
	}
	var b strings.Builder
	if rand.IntN(4) > 0 {
		b.WriteString("EHLO client.example\r\n")
	}
	for range rand.IntN(30) {
		if rand.IntN(4) == 0 { // a whole mail, with anything in it
			b.WriteString("RSET\r\nMAIL FROM:<ana@client.example>\r\nRCPT TO:<help@our.example>\r\nDATA\r\n" + pieces[rand.IntN(len(pieces))] + "\r\n.\r\n")
			continue
		}
		b.WriteString(pieces[rand.IntN(len(pieces))])
	}
	return b.String()
}
