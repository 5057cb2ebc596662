package imappoll

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"maildesk/desk"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/faulttest/dovecot"
	"maildesk/routing"
	"maildesk/store"
	"maildesk/templates"
	"maildesk/threading"
	"maildesk/ticket"
)

const support = "support@example.org"

// world is a desk on a real store that works through its journal.
type world struct {
	*desk.Desk
	t  *testing.T
	db *store.DB
}

func openWorld(t *testing.T, o store.Options) *world {
	t.Helper()
	folder := t.TempDir()
	return openWorldIn(t, folder, o)
}

func openWorldIn(t *testing.T, folder string, o store.Options) *world {
	t.Helper()
	db, err := store.Open(t.Context(), folder, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	keys, err := threading.NewKeyring(threading.GenerateKeys())
	if err != nil {
		t.Fatal(err)
	}
	words, err := templates.New("")
	if err != nil {
		t.Fatal(err)
	}
	s := &settings.Settings{
		Name: "Example IT", Hostname: "desk.example.org", Grace: 14 * 24 * time.Hour, Words: words, Limits: settings.Limits{Late: 24 * time.Hour},
		Addresses: []settings.Address{{Mail: support}, {Mail: "sales@example.org", Queue: "sales"}},
		Agents:    []settings.Agent{{Name: "alice", Mail: []string{"alice@example.org"}}},
		Routing: routing.Desk{Fallback: "first-line", Addresses: []routing.Address{{Mail: support}, {Mail: "sales@example.org", Queue: "sales"}}, Queues: []routing.Queue{
			{Name: "first-line", Level: 1, Agents: []string{"alice"}}, {Name: "sales", Level: 1, Agents: []string{"alice"}},
		}},
	}
	if s.Rules, err = routing.Compile(s.Routing); err != nil {
		t.Fatal(err)
	}
	w := &world{desk.New(db, keys, s, slog.New(slog.DiscardHandler)), t, db}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	t.Cleanup(func() { stop(); <-done })
	return w
}

// box is a mailbox with the patience of a test.
func box(addr, account string) Mailbox {
	return Mailbox{
		Account: account, Name: "INBOX", Address: support, Host: addr, TLS: NoTLS, User: account,
		Password: func() (string, error) { return dovecot.Password, nil },
		Poll:     100 * time.Millisecond, patience: 5 * time.Second, retry: time.Millisecond, backoff: 20 * time.Millisecond,
	}
}

// fetch runs a poller until the test ends, or until the function it returns is called.
func (w *world) fetch(limit int64, boxes ...Mailbox) (*Poller, func()) {
	p := New(w, w.db, Config{Mailboxes: boxes, MaxMessageBytes: limit}, w.log())
	ctx, cancel := context.WithCancel(w.t.Context())
	done := make(chan struct{})
	go func() { runAll(ctx, p); close(done) }()
	stop := sync.OnceFunc(func() { cancel(); <-done })
	w.t.Cleanup(stop)
	return p, stop
}

// runAll fetches all mailboxes of a poller until ctx is done.
func runAll(ctx context.Context, p *Poller) {
	var all sync.WaitGroup
	for _, run := range p.Runs(func(account, mailbox string) string { return account + " " + mailbox }) {
		all.Go(func() { run(ctx) })
	}
	all.Wait()
}

func (w *world) log() *slog.Logger { return slog.New(slog.NewTextHandler(w.t.Output(), nil)) }

func (w *world) view(fn func(ticket.Reader) error) {
	w.t.Helper()
	if err := w.View(w.t.Context(), fn); err != nil {
		w.t.Fatal(err)
	}
}

// await waits until something holds; it is a failure when that takes long.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	const wait = 2 * time.Minute
	for end := time.Now().Add(wait); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatalf("%s: not within %v", what, wait)
}

// handled waits until n mails are in the journal and all of them are handled.
func (w *world) handled(n int64) map[ticket.Disposition]int64 {
	w.t.Helper()
	var tally ticket.Tally
	await(w.t, fmt.Sprintf("%d mails handled", n), func() bool {
		w.view(func(r ticket.Reader) (err error) { tally, err = r.Tally(); return err })
		return tally.Accepted >= n && tally.Dispositions[ticket.DispositionPending] == 0
	})
	if tally.Accepted != n {
		w.t.Errorf("the journal has %d mails, want %d", tally.Accepted, n)
	}
	return tally.Dispositions
}

func (w *world) tickets() (all []ticket.Ticket) {
	w.t.Helper()
	w.view(func(r ticket.Reader) (err error) { all, err = r.Tickets(ticket.Filter{}); return err })
	return all
}

// sent counts the mails of a template that were made.
func (w *world) sent(template notify.Template) (n int) {
	w.t.Helper()
	w.view(func(r ticket.Reader) error {
		mails, err := r.OutboxOf(0)
		for _, m := range mails {
			if m.Template == string(template) && m.State != ticket.OutboxCancelled {
				n++
			}
		}
		return err
	})
	return n
}

func (w *world) mailbox(i int) (m ticket.Mailbox) {
	w.t.Helper()
	w.view(func(r ticket.Reader) error {
		all, err := r.Mailboxes()
		if i < len(all) {
			m = all[i]
		}
		return err
	})
	return m
}

func (w *world) uids(states ...ticket.UIDState) (all []ticket.MailboxUID) {
	w.t.Helper()
	w.view(func(r ticket.Reader) (err error) { all, err = r.MailboxUIDs(w.mailbox(0).ID, states...); return err })
	return all
}

// subjects returns those of all tickets, sorted.
func (w *world) subjects() []string {
	var all []string
	for _, t := range w.tickets() {
		all = append(all, t.Subject)
	}
	slices.Sort(all)
	return all
}

func letter(i int) string {
	return fmt.Sprintf("From: Ana <ana%d@example.net>\r\nTo: %s\r\nSubject: request %d\r\nMessage-ID: <request.%d@example.net>\r\nDate: Thu, 26 Nov 2026 10:00:00 +0000\r\n\r\nPlease help me with matter %d.\r\n", i, support, i, i, i)
}

// state waits for a state of a mailbox whose reason holds some words.
func state(t *testing.T, p *Poller, i int, want ticket.MailboxState, words string) Health {
	t.Helper()
	var h Health
	await(t, fmt.Sprintf("state %s with %q", want, words), func() bool {
		h = p.Health()[i]
		return h.State == want && strings.Contains(h.Reason, words)
	})
	return h
}

// proxy stands between a poller and a server. It remembers every line of the
// client; hook may answer in the place of the server.
type proxy struct {
	addr   string
	target string
	mu     sync.Mutex
	lines  []string
	hook   func(line string, client net.Conn) (swallow bool)
	silent atomic.Bool                         // nothing comes through any more, on connections of now
	edit   atomic.Pointer[func([]byte) []byte] // of what the server says
}

func openProxy(t *testing.T, target string) *proxy {
	t.Helper()
	return openProxyOn(t, "127.0.0.1:0", target)
}

func openProxyOn(t *testing.T, addr, target string) *proxy {
	t.Helper()
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	p := &proxy{addr: "127.0.0.1:" + port, target: target}
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go p.serve(c)
		}
	}()
	return p
}

func (p *proxy) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		defer client.Close()
		buffer := make([]byte, 64<<10)
		for {
			n, err := server.Read(buffer)
			text := buffer[:n]
			if edit := p.edit.Load(); edit != nil {
				text = (*edit)(text)
			}
			if !p.silent.Load() {
				client.Write(text)
			}
			if err != nil {
				return
			}
		}
	}()
	r := bufio.NewReader(client)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		p.mu.Lock()
		p.lines = append(p.lines, strings.TrimSpace(line))
		hook := p.hook
		p.mu.Unlock()
		if hook != nil && hook(line, client) || p.silent.Load() {
			continue
		}
		if _, err := io.WriteString(server, line); err != nil {
			return
		}
		if strings.HasSuffix(line, "STARTTLS\r\n") { // what follows are no lines
			io.Copy(server, r)
			return
		}
	}
}

// commands returns the commands of the client without their tags.
func (p *proxy) commands() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []string
	for _, line := range p.lines {
		_, command, _ := strings.Cut(line, " ")
		all = append(all, command)
	}
	return all
}

func (p *proxy) set(hook func(line string, client net.Conn) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hook = hook
}
