package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"maildesk/faulttest"
)

// soakVariable is the time of a long soak, as in "24h". Without it a few hundred mails come.
const soakVariable = "MAILDESK_SOAK"

// soak is a desk under load, with what its process has open.
type soak struct {
	*killable
	hop    *nextHop
	health string
	page   string
	sent   atomic.Int64 // mails that got their 250
	next   atomic.Int64
	rate   time.Duration // between mails; 0: at once
}

// TestT162Soak: load, failed log-ins, mailboxes whose server ends the session, a smarthost that
// hangs, and kills. When it is quiet again the desk has as many descriptors and goroutines as
// before, and no mail is lost or doubled.
func TestT162Soak(t *testing.T) {
	s := openSoak(t)
	if long, err := time.ParseDuration(os.Getenv(soakVariable)); err == nil {
		s.rate = 200 * time.Millisecond
		s.long(long)
		return
	}
	s.start()
	s.load(60)
	before := s.quiet(figure{})
	for range 3 {
		s.load(60)
	}
	after := s.quiet(before)
	s.kill()
	s.start()
	s.load(60)
	s.quiet(before)
	s.conserved()
	faulttest.Seen(t, "T162", fmt.Sprintf("%d mails, 3 failed log-ins and 2 dropped connections for each, a mailbox that is cut off again and again, a smarthost that hangs, a kill -9", s.sent.Load()),
		"descriptors %d → %d, goroutines %d → %d when it is quiet; accepted = handled, each acknowledged once or, after the kill, twice byte for byte", before.descriptors, after.descriptors, before.goroutines, after.goroutines)
}

// long loads the desk for a time, kills it about every five minutes, and writes what it has
// once a minute.
func (s *soak) long(d time.Duration) {
	end := time.Now().Add(d)
	var first, last figure
	kills := 0
	for time.Now().Before(end) {
		s.start()
		first = figure{}
		for alive := time.Now().Add(time.Duration(2+rand.IntN(7)) * time.Minute); time.Now().Before(alive) && time.Now().Before(end); {
			s.load(int(time.Minute / s.rate))
			last = s.quiet(first)
			if first == (figure{}) {
				first = last
			}
			s.t.Logf("%s mails %d descriptors %d goroutines %d memory %d MiB kills %d", time.Now().Format(time.TimeOnly), s.sent.Load(), last.descriptors, last.goroutines, last.memory>>20, kills)
		}
		s.load(20) // and while these are handled
		s.kill()
		kills++
	}
	s.start()
	s.conserved()
	faulttest.Seen(s.t, "T162", fmt.Sprintf("%v, %d mails, %d kills", d, s.sent.Load(), kills), "descriptors %d → %d, goroutines %d → %d, memory %d → %d MiB in the last process; conservation: difference 0",
		first.descriptors, last.descriptors, first.goroutines, last.goroutines, first.memory>>20, last.memory>>20)
}

func openSoak(t *testing.T) *soak {
	t.Helper()
	k, hop := openKillable(t)
	s := &soak{killable: k, hop: hop}
	var mails atomic.Int64
	hop.onMail = func() {
		if mails.Add(1)%50 == 0 {
			time.Sleep(time.Second) // a smarthost that hangs
		}
	}
	var err error
	if s.health, err = faulttest.FreeAddr(); err != nil {
		t.Fatal(err)
	}
	if s.page, err = faulttest.FreeAddr(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(k.config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(k.config), "password"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	more := fmt.Sprintf("[health]\nlisten = %q\n[web]\nlisten = %q\n[[imap]]\naddress = \"imap://desk@%s\"\npassword_file = \"password\"\nmail = \"support@example.org\"\n", s.health, s.page, cutting(t))
	if err := os.WriteFile(k.config, append(text, more...), 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// cutting starts an IMAP server that ends each session at another place.
func cutting(t *testing.T) (addr string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() {
		for lines := 0; ; lines++ {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				io.WriteString(conn, "* OK [CAPABILITY IMAP4rev1] ready\r\n")
				r := bufio.NewScanner(conn)
				for range lines % 4 {
					if !r.Scan() {
						return
					}
					tag, _, _ := strings.Cut(r.Text(), " ")
					io.WriteString(conn, "* CAPABILITY IMAP4rev1\r\n* 0 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 1] x\r\n"+tag+" OK done\r\n")
				}
			}()
		}
	}()
	return ln.Addr().String()
}

// load brings n mails, and with each what strangers do besides.
func (s *soak) load(n int) {
	s.t.Helper()
	var senders sync.WaitGroup
	turns := make(chan struct{}, 8)
	for range n {
		time.Sleep(s.rate)
		turns <- struct{}{}
		senders.Go(func() {
			defer func() { <-turns }()
			s.disturb()
			i := int(s.next.Add(1))
			if !keepSending(s.t.Context(), s.addr, i) {
				s.t.Errorf("mail %d was never taken", i)
			}
			s.sent.Add(1)
		})
	}
	senders.Wait()
}

// disturb asks for links to the page in vain and lets connections go in the middle. What
// becomes of it does not matter here: the desk may just be killed.
func (s *soak) disturb() {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}
	for _, path := range []string{"/login", "/login", "/login/not-a-link"} {
		if answer, err := client.PostForm("http://"+s.page+path, url.Values{"address": {"nobody@example.net"}}); err == nil {
			answer.Body.Close()
		}
	}
	for _, line := range []string{"EHLO x\r\nMAIL FROM:<x@example.net>\r\nRCPT TO:<nobody@example.org>\r\n", "EHLO x\r\nMAIL FROM:<x@example.net>\r\nRCPT TO:<support@example.org>\r\nDATA\r\nhalf"} {
		if c, err := net.Dial("tcp", s.addr); err == nil {
			io.WriteString(c, line)
			c.Close()
		}
	}
}

// figure is what a process has.
type figure struct{ descriptors, goroutines, memory int }

// slack is how many descriptors and goroutines may be there beside those of a quiet desk:
// what looks for mail or measures just now.
const slack = 10

// quiet waits until every mail is acknowledged and the desk has no more than before, and
// returns what it has. A zero before asks for nothing.
func (s *soak) quiet(before figure) (f figure) {
	s.t.Helper()
	if got := s.hop.wait(int(s.sent.Load())); got != int(s.sent.Load()) {
		s.t.Fatalf("%d of %d mails are acknowledged", got, s.sent.Load())
	}
	http.DefaultClient.CloseIdleConnections()
	least := figure{}
	s.eventually(fmt.Sprintf("no more than %+v", before), func() bool {
		f = s.measure()
		if least == (figure{}) || f.goroutines < least.goroutines {
			least = f
			return false // it still falls
		}
		return before == (figure{}) || f.descriptors <= before.descriptors+slack && f.goroutines <= before.goroutines+slack
	})
	return f
}

// measure reads the metrics.
func (s *soak) measure() (f figure) {
	s.t.Helper()
	answer, err := http.Get("http://" + s.health + "/metrics")
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), " ")
		n, _ := strconv.ParseFloat(value, 64)
		switch name {
		case "process_open_fds":
			f.descriptors = int(n)
		case "go_goroutines":
			f.goroutines = int(n)
		case "process_resident_memory_bytes":
			f.memory = int(n)
		}
	}
	if f.descriptors == 0 || f.goroutines == 0 || f.memory == 0 {
		s.t.Fatalf("the metrics say %+v", f)
	}
	return f
}

// conserved checks that every mail that got its 250 is one ticket, and nothing else is there.
func (s *soak) conserved() {
	s.t.Helper()
	s.quiet(figure{})
	figures := s.handled()
	if figures["new"] != int(s.sent.Load()) {
		s.t.Errorf("%d mails got their 250, check --data says %v", s.sent.Load(), figures)
	}
	s.stop()
	s.sound()
}
