package daemon

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"net"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"maildesk/faulttest"
	"maildesk/ticket"
)

// relay is the mail server between desks, on a real socket: it passes mail on
// by domain, as it is or after a filter, and counts it.
type relay struct {
	t      *testing.T
	addr   string
	filter func(raw []byte) []byte

	mu      sync.Mutex
	routes  map[string]func(from, to string, raw []byte) error // by domain
	passed  map[string]int                                     // mails to a domain
	last    time.Time
	busy    int // mails on their way
	desks   []*Daemon
	workers sync.WaitGroup
}

func openRelay(t *testing.T) *relay {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{t: t, addr: ln.Addr().String(), routes: map[string]func(string, string, []byte) error{}, passed: map[string]int{}}
	server := smtp.NewServer(r)
	server.AllowInsecureAuth = true
	server.ErrorLog = log.New(io.Discard, "", 0)
	go server.Serve(ln)
	t.Cleanup(func() { server.Close(); r.workers.Wait() })
	return r
}

func (r *relay) NewSession(*smtp.Conn) (smtp.Session, error) { return &relaySession{relay: r}, nil }

type relaySession struct {
	relay *relay
	from  string
	to    []string
}

func (s *relaySession) Mail(from string, _ *smtp.MailOptions) error { s.from = from; return nil }
func (s *relaySession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return nil
}
func (s *relaySession) Reset()        { s.from, s.to = "", nil }
func (s *relaySession) Logout() error { return nil }
func (s *relaySession) Data(body io.Reader) error {
	raw, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	for _, to := range s.to {
		s.relay.pass(s.from, to, raw)
	}
	return nil
}

// pass hands a mail on by itself, as a mail server does that has taken it.
func (r *relay) pass(from, to string, raw []byte) {
	domain := to[strings.LastIndexByte(to, '@')+1:]
	r.mu.Lock()
	defer r.mu.Unlock()
	route := r.routes[domain]
	if strings.HasPrefix(to, "agent@") || route == nil {
		return
	}
	r.passed[domain]++
	r.last = time.Now()
	if r.filter != nil {
		raw = r.filter(raw)
		if from == "" { // as gateways do that know no null reverse-path
			from = string(regexp.MustCompile(`(?im)^From:.*?([^\s<>]+@[^\s<>]+)`).FindSubmatch(raw)[1])
		}
	}
	r.busy++
	r.workers.Go(func() {
		if err := route(from, to, raw); err != nil {
			r.t.Errorf("pass a mail to %s on: %v", to, err)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.busy, r.last = r.busy-1, time.Now()
	})
}

func (r *relay) count(domain string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.passed[domain]
}

// await waits until nothing has moved for a while.
func (r *relay) await() {
	r.t.Helper()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		r.mu.Lock()
		quiet := r.busy == 0 && time.Since(r.last) > 2*time.Second
		r.mu.Unlock()
		if quiet && r.idle() {
			return
		}
	}
	r.t.Error("the mails go round for two minutes")
}

// idle reports whether no desk has anything left to do.
func (r *relay) idle() bool {
	r.t.Helper()
	idle := true
	for _, d := range r.desks {
		err := d.Desk().View(r.t.Context(), func(rd ticket.Reader) error {
			y, err := rd.Tally()
			idle = idle && y.Dispositions[ticket.DispositionPending]+y.Outbox[ticket.OutboxReady]+y.Outbox[ticket.OutboxClaimed] == 0
			return err
		})
		if err != nil {
			r.t.Fatal(err)
		}
	}
	return idle
}

// open runs a desk of a domain behind the relay.
func (r *relay) open(name, address string) *Daemon {
	r.t.Helper()
	domain := address[strings.IndexByte(address, '@')+1:]
	path := filepath.Join(r.t.TempDir(), "maildesk.toml")
	writeConfig(r.t, path, fmt.Sprintf(`
[desk]
name = %q
hostname = "desk.%s"
fallback = "first-line"
[smtp]
listen = "127.0.0.1:0"
[outgoing]
smarthost = "smtp://%s"
[[address]]
mail = %q
[[agent]]
name = "agent"
mail = "agent@%s"
[[queue]]
name = "first-line"
level = 1
agents = ["agent"]
`, name, domain, r.addr, address, domain))
	d, _ := start(r.t, path)
	r.desks = append(r.desks, d)
	door := d.Addrs()[0].String()
	r.mu.Lock()
	r.routes[domain] = func(from, to string, raw []byte) error { return hand(door, from, to, raw) }
	r.mu.Unlock()
	return d
}

// hand gives a mail to a server by SMTP.
func hand(addr, from, to string, raw []byte) error {
	c, err := smtp.Dial(addr)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.SendMail(from, []string{to}, bytes.NewReader(raw)); err != nil {
		return err
	}
	return c.Quit()
}

func plainMail(from, to, subject, id, text string) []byte {
	return fmt.Appendf(nil, "From: %s\r\nTo: %s\r\nSubject: %s\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\nMessage-ID: <%s>\r\n\r\n%s\r\n", from, to, subject, id, text)
}

// without returns a filter that takes fields away.
func without(fields string) func([]byte) []byte {
	unmarked := regexp.MustCompile(`(?im)^(` + fields + `):.*\r\n([ \t].*\r\n)*`)
	return func(raw []byte) []byte {
		head, body, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
		head = unmarked.ReplaceAll(append(head, "\r\n"...), nil)
		return bytes.Join([][]byte{head, body}, []byte("\r\n"))
	}
}

func countTickets(t *testing.T, d *Daemon) (n int) {
	t.Helper()
	err := d.Desk().View(t.Context(), func(r ticket.Reader) error {
		tickets, err := r.Tickets(ticket.Filter{})
		n = len(tickets)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestT067TwoDaemonsStop lets two daemons write to each other over SMTP, also
// through gateways that take every mark away.
func TestT067TwoDaemonsStop(t *testing.T) {
	const marks = `Auto-Submitted|Precedence|X-[\w-]+|List-[\w-]+`
	for _, tt := range []struct {
		name   string
		filter func([]byte) []byte
		most   int // mails between the desks
	}{
		{"as they are", nil, 2},
		{"without their marks", without(marks), 2},
		{"without marks and references", without(marks + `|In-Reply-To|References`), 6},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := openRelay(t)
			r.filter = tt.filter
			one, two := r.open("One", "support@one.example"), r.open("Two", "help@two.example")
			r.pass("help@two.example", "support@one.example", plainMail("help@two.example", "support@one.example", "Question", "q1@two.example", "Who answers first?"))
			r.await()
			automatic := r.count("one.example") + r.count("two.example") - 1
			if automatic > tt.most || automatic == 0 {
				t.Errorf("%d automatic mails went between the desks, want 1 to %d", automatic, tt.most)
			}
			t.Logf("%d automatic mails; tickets: %d and %d", automatic, countTickets(t, one), countTickets(t, two))
			faulttest.Seen(t, "T067", "two daemons that are each other's requester, by SMTP through a mail server, "+tt.name, "%d automatic mails, then silence", automatic)
		})
	}
}

// TestT068DumbPeerBySMTP: a peer that acknowledges every mail, with a new
// Message-ID and without any mark.
func TestT068DumbPeerBySMTP(t *testing.T) {
	for name, subject := range map[string]func(n int, ours string) string{
		"our subject within its own": func(n int, ours string) string { return fmt.Sprintf("Ticket Received - %d - %s", n, ours) },
		"its own subject":            func(n int, _ string) string { return fmt.Sprintf("Ticket %d received", n) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const peer = "help@peer.example"
			r := openRelay(t)
			d := r.open("One", "support@one.example")
			n := 55
			answer := func(from, to string, raw []byte) error {
				r.mu.Lock()
				n++
				n := n
				r.mu.Unlock()
				ours := string(regexp.MustCompile(`(?m)^Subject: (.*)\r`).FindSubmatch(raw)[1])
				r.pass(peer, "support@one.example", plainMail(peer, "support@one.example", subject(n, ours), fmt.Sprintf("%d@peer.example", n), fmt.Sprintf("Thank you. Your ticket is %d.", n)))
				return nil
			}
			r.mu.Lock()
			r.routes["peer.example"] = answer
			r.mu.Unlock()
			r.pass(peer, "support@one.example", plainMail(peer, "support@one.example", "Question", "q1@peer.example", "Who answers first?"))
			r.await()
			for i := range 4 { // and it never tires of telling
				r.pass(peer, "support@one.example", plainMail(peer, "support@one.example", subject(100+i, "news"), fmt.Sprintf("n%d@peer.example", i), fmt.Sprintf("Thank you. Your ticket is %d.", 100+i)))
			}
			r.await()
			ours, theirs := r.count("peer.example"), r.count("one.example")
			r.pass(peer, "support@one.example", plainMail(peer, "support@one.example", subject(200, "news"), "last@peer.example", "Thank you. Your ticket is 200."))
			r.await()
			theirs++
			if again := r.count("peer.example"); again > ours {
				t.Errorf("the peer confirms for the %dth time, and still gets mail", theirs)
			}
			if ours > 3 {
				t.Errorf("%d mails of ours to the peer, want at most 3", ours)
			}
			var tally ticket.Tally
			err := d.Desk().View(t.Context(), func(rd ticket.Reader) (err error) {
				tally, err = rd.Tally()
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if kept := tally.Dispositions[ticket.DispositionNew] + tally.Dispositions[ticket.DispositionAppended]; kept != int64(theirs) {
				t.Errorf("%d of the peer's %d mails are on tickets: %v", kept, theirs, tally.Dispositions)
			}
			faulttest.Seen(t, "T068", "a peer on SMTP that acknowledges every mail, no mark, new Message-IDs, "+name, "%d mails of ours for %d of the peer, then silence; every mail on a ticket", ours, theirs)
		})
	}
}
