package smtpd

import (
	"context"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// another returns one more client of a server in a bubble.
func another(t *testing.T, d *fakeDesk) *client {
	t.Helper()
	here, there := net.Pipe()
	d.listener <- there
	c := newClient(t, here)
	here.SetDeadline(time.Time{})
	return c
}

// TestEvicted: when all places are taken, a newcomer takes the place of the
// peer that has brought nothing for the longest time, if that is long enough.
func TestEvicted(t *testing.T) {
	inBubble(t, Config{MaxConnections: 2}, func(t *testing.T, d *fakeDesk, slow *client) {
		busy := another(t, d)
		busy.want("220")
		busy.say("EHLO busy.example", "250")
		busy.begin()
		another(t, d).want("421 4.3.2 Too many connections") // both came just now

		time.Sleep(patience)
		slow.say("NOOP", "250") // that is nothing
		busy.send("Subject: x\r\n")
		synctest.Wait()
		third := another(t, d)
		slow.want("421 4.3.2 Too busy")
		slow.wantEnd()
		third.want("220")
		another(t, d).want("421 4.3.2 Too many connections") // again all have brought something

		busy.send(".\r\n")
		busy.want("250 2.0.0 kept as 1")
		third.say("EHLO third.example", "250")
		third.begin()
		third.send(".\r\n")
		third.want("250 2.0.0 kept as 2")
		busy.conn.Close()
		third.conn.Close()
	})
}

// TestNobodyIsEvictedWhileTheDeskWorks: a peer that waits for us is not slow.
func TestNobodyIsEvictedWhileTheDeskWorks(t *testing.T) {
	inBubble(t, Config{MaxConnections: 1}, func(t *testing.T, d *fakeDesk, c *client) {
		d.accept = func(ctx context.Context, _ []byte) error { time.Sleep(time.Minute); return nil }
		c.begin()
		c.send(".\r\n")
		time.Sleep(30 * time.Second)
		another(t, d).want("421 4.3.2 Too many connections")
		c.want("250")
	})
}
