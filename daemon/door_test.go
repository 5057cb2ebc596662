package daemon

import (
	"context"
	"fmt"
	"net"
	"net/textproto"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"maildesk/faulttest"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// knock opens an SMTP session with a daemon and says EHLO.
func knock(t *testing.T, d *Daemon) *textproto.Conn {
	t.Helper()
	c, err := textproto.Dial("tcp", d.Addrs()[0].String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if _, _, err := c.ReadResponse(220); err != nil {
		t.Fatal(err)
	}
	say(t, c, 250, "EHLO client.example")
	return c
}

// say says a command and returns the text of the answer, which must have a code.
func say(t *testing.T, c *textproto.Conn, code int, format string, args ...any) string {
	t.Helper()
	if err := c.PrintfLine(format, args...); err != nil {
		t.Fatal(err)
	}
	got, text, err := c.ReadResponse(code)
	if err != nil {
		t.Fatalf("%.80s: %d %s (%v), want %d", fmt.Sprintf(format, args...), got, text, err, code)
	}
	return text
}

// bring brings a mail and returns the text of the answer to it.
func bring(t *testing.T, c *textproto.Conn, code int, to, raw string) string {
	t.Helper()
	say(t, c, 250, "MAIL FROM:<ana@client.example>")
	say(t, c, 250, "RCPT TO:<%s>", to)
	say(t, c, 354, "DATA")
	return say(t, c, code, "%s", strings.ReplaceAll(raw, "\n", "\r\n")+"\r\n.")
}

// await waits until a condition holds on a snapshot of the data.
func await(t *testing.T, d *Daemon, what string, ok func(ticket.Reader) (bool, error)) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		done := false
		err := d.local.Store.View(t.Context(), func(r ticket.Reader) (err error) {
			done, err = ok(r)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if done {
			return
		}
	}
	t.Fatalf("after 20 s: not yet %s", what)
}

// handled waits until so many mails have their disposition, and returns them.
func handled(t *testing.T, d *Daemon, n int) (mails []ticket.Mail) {
	t.Helper()
	await(t, d, fmt.Sprintf("%d mails handled", n), func(r ticket.Reader) (bool, error) {
		pending, err := r.Pending(0, 1)
		if err != nil || len(pending) > 0 {
			return false, err
		}
		mails, err = r.Mails("", 0, 1000)
		return len(mails) >= n, err
	})
	return mails
}

func startDoor(t *testing.T) *Daemon {
	t.Helper()
	path := filepath.Join(t.TempDir(), "maildesk.toml")
	writeConfig(t, path, firstConfig)
	d, _ := start(t, path)
	return d
}

const request = "From: Ana <ana@client.example>\nTo: support@example.org\nMessage-ID: <%s@client.example>\nSubject: %s\n\nPlease help.\n"

// TestT031ReplyTokens: RCPT does not tell a good reply address from a bad one.
func TestT031ReplyTokens(t *testing.T) {
	d := startDoor(t)
	c := knock(t, d)
	bring(t, c, 250, "support@example.org", fmt.Sprintf(request, "1", "printer"))
	handled(t, d, 1)
	var good string
	await(t, d, "acknowledged", func(r ticket.Reader) (bool, error) {
		mails, err := r.OutboxOf(1)
		if err != nil || len(mails) == 0 {
			return false, err
		}
		m, err := r.OutboxMail(mails[0].ID)
		for _, a := range mailparse.Parse(m.Bytes, mailparse.Envelope{}).ReplyTo {
			good = a.Address
		}
		return good != "", err
	})
	local, domain, _ := strings.Cut(good, "@")
	flip := map[byte]string{'a': "b"}[local[len(local)-1]]
	if flip == "" {
		flip = "a"
	}
	addresses := []string{
		good,
		local[:len(local)-1] + flip + "@" + domain,                    // bad MAC
		strings.Replace(local, "+t1-", "+t999999-", 1) + "@" + domain, // no such ticket
		"support+t1-@" + domain, "support+anything@" + domain,
	}
	if !strings.Contains(good, "+t1-") {
		t.Fatalf("the reply address is %s, want one with +t1-", good)
	}
	answers := map[string]bool{}
	took, median := make([][]time.Duration, len(addresses)), make([]time.Duration, len(addresses))
	for range 60 {
		for i, a := range addresses { // in turn: what else the machine does is the same to all
			say(t, c, 250, "MAIL FROM:<ana@client.example>")
			began := time.Now()
			answers[strings.ReplaceAll(say(t, c, 250, "RCPT TO:<%s>", a), a, "X")] = true
			took[i] = append(took[i], time.Since(began))
			say(t, c, 250, "RSET")
		}
	}
	for i := range took {
		slices.Sort(took[i])
		median[i] = took[i][len(took[i])/2]
	}
	if len(answers) != 1 {
		t.Errorf("RCPT of good and bad reply addresses is answered %v, want the same", answers)
	}
	slices.Sort(median)
	if fastest, slowest := median[0], median[len(median)-1]; slowest > 5*fastest+time.Millisecond {
		t.Errorf("RCPT takes from %v to %v, want about the same", fastest, slowest)
	}
	bring(t, c, 250, addresses[1], fmt.Sprintf(request, "2", "forged"))
	mails := handled(t, d, 2)
	if m := mails[1]; m.Disposition != ticket.DispositionNew || m.Ticket == mails[0].Ticket {
		t.Errorf("a mail to a reply address with a bad MAC is %s on #%d, want a ticket of its own", m.Disposition, m.Ticket)
	}
	faulttest.Seen(t, "T031", "RCPT of a good reply address, a bad MAC, an unknown ticket, and plus suffixes; a mail to the bad one",
		"the same answer to all, medians %v to %v; the mail made a ticket of its own", median[0], median[len(median)-1])
}

// TestT038PostmasterIsARequest: the queue and the silence.
func TestT038PostmasterIsARequest(t *testing.T) {
	d := startDoor(t)
	c := knock(t, d)
	for i, to := range []string{"postmaster", "postmaster@example.org", "abuse@example.org"} {
		bring(t, c, 250, to, fmt.Sprintf(request, fmt.Sprint(i), "your server"))
	}
	mails := handled(t, d, 3)
	acknowledged := 0
	await(t, d, "read", func(r ticket.Reader) (bool, error) {
		for _, m := range mails {
			if m.Disposition != ticket.DispositionNew {
				t.Errorf("mail to %v: %s, want a ticket", m.Envelope.ForwardPaths, m.Disposition)
			}
			out, err := r.OutboxOf(m.Ticket)
			if err != nil {
				return false, err
			}
			for _, o := range out {
				if o.Recipient == "ana@client.example" {
					acknowledged++
				}
			}
		}
		return true, nil
	})
	if acknowledged > 0 {
		t.Errorf("%d automatic answers, want none", acknowledged)
	}
	faulttest.Seen(t, "T038", "mails to <postmaster>, postmaster@ and abuse@ of a desk that lists none of them", "3 tickets in the fallback queue, no acknowledgement")
}

// TestT041Hops: a mail that has gone round is refused at the end of DATA.
func TestT041Hops(t *testing.T) {
	path := filepath.Join(t.TempDir(), "maildesk.toml")
	for _, tt := range []struct {
		config string
		hops   int
		code   int
	}{
		{firstConfig, 50, 250}, {firstConfig, 51, 554}, {firstConfig, 101, 554},
		{firstConfig + "[limits]\nmax_hops = 30\n", 30, 250}, {firstConfig + "[limits]\nmax_hops = 30\n", 31, 554},
		{firstConfig + "[limits]\nmax_hops = 0\n", 300, 250},
	} {
		t.Run(fmt.Sprint(tt.hops), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), filepath.Base(path))
			writeConfig(t, path, tt.config)
			d, _ := start(t, path)
			c := knock(t, d)
			raw := strings.Repeat("Received: from a.example by b.example; Tue, 24 Nov 2026 10:00:00 +0000\n", tt.hops) + fmt.Sprintf(request, "1", "round")
			text := bring(t, c, tt.code, "support@example.org", raw)
			if tt.code == 554 && !strings.HasPrefix(text, "5.4.6") {
				t.Errorf("%d hops: %s, want 5.4.6", tt.hops, text)
			}
		})
	}
	faulttest.Seen(t, "T041", "mails with 50, 51 and 101 Received fields; with 31 and 300 under max_hops 30 and 0", "250, 554 5.4.6, 554 5.4.6; 554 5.4.6, 250")
}

// TestT045NoDNS: no resolver answers. A mail is taken all the same, and soon.
func TestT045NoDNS(t *testing.T) {
	var lookups atomic.Int64
	before := net.DefaultResolver
	t.Cleanup(func() { net.DefaultResolver = before })
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		lookups.Add(1)
		<-ctx.Done() // as a dead one
		return nil, ctx.Err()
	}}
	d := startDoor(t)
	c := knock(t, d)
	began := time.Now()
	bring(t, c, 250, "support@example.org", fmt.Sprintf(request, "1", "printer"))
	took := time.Since(began)
	if m := handled(t, d, 1)[0]; m.Disposition != ticket.DispositionNew || took > 5*time.Second {
		t.Errorf("without DNS a mail is %s after %v, want new within 5 s", m.Disposition, took)
	}
	faulttest.Seen(t, "T045", "a mail while the resolver is dead", "250 after %v, %d lookups: nothing in this maildesk asks SPF, DKIM or DMARC yet, so there is no result to be temperror", took.Round(time.Millisecond), lookups.Load())
}
