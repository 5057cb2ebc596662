package desk_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/desk"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/routing"
	"maildesk/store"
	"maildesk/templates"
	"maildesk/threading"
	"maildesk/ticket"
	"maildesk/ticket/wording"
)

// The desk of the tests: one support address, three agents, three levels.
const (
	support = "support@example.org"
	ana     = "ana@example.net"
)

// bench is a desk on a real store, and everything it sent.
type bench struct {
	*desk.Desk
	t     *testing.T
	ctx   context.Context
	db    *store.DB
	keys  *threading.Keyring
	count int
	read  map[ticket.OutboxID]sent // to read a mail takes time, above all with the race detector
}

// open returns a desk on a store of its own. change may alter its settings.
func open(t *testing.T, change ...func(*settings.Settings)) *bench {
	t.Helper()
	db, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return openOn(t, db, "Example IT", change...)
}

func openOn(t *testing.T, db *store.DB, name string, change ...func(*settings.Settings)) *bench {
	t.Helper()
	keys, err := threading.NewKeyring(threading.GenerateKeys())
	if err != nil {
		t.Fatal(err)
	}
	s := exampleIT(t, name)
	for _, c := range change {
		c(s)
	}
	if s.Rules, err = routing.Compile(s.Routing); err != nil {
		t.Fatal(err)
	}
	d := desk.New(db, keys, s, slog.New(slog.NewTextHandler(t.Output(), nil)))
	return &bench{Desk: d, t: t, ctx: t.Context(), db: db, keys: keys}
}

func exampleIT(t *testing.T, name string) *settings.Settings {
	t.Helper()
	words, err := templates.New("")
	if err != nil {
		t.Fatal(err)
	}
	return &settings.Settings{
		Name: name, Hostname: "desk.example.org", Grace: 14 * 24 * time.Hour, Words: words, FigureWords: words,
		Addresses: []settings.Address{{Mail: support}, {Mail: "sales@example.org", Queue: "sales"}},
		Agents: []settings.Agent{
			{Name: "alice", Mail: []string{"alice@example.org"}},
			{Name: "bob", Mail: []string{"bob@example.org"}},
			{Name: "carol", Mail: []string{"carol@example.org"}, Languages: []string{"de"}},
		},
		Routing: routing.Desk{
			Fallback: "first-line",
			Queues: []routing.Queue{
				{Name: "first-line", Level: 1, Agents: []string{"alice", "bob"}},
				{Name: "network", Level: 2, Agents: []string{"carol"}},
				{Name: "sales", Level: 1, Agents: []string{"bob"}},
			},
			Categories: []routing.Category{{Name: "network", Kind: "incident", Path: []string{"first-line", "network"}}},
			Rules: []routing.Rule{
				{Name: "VPN", When: `subject contains "VPN"`, Category: "network", Priority: "high"},
				{Name: "junk", When: `subject contains "lottery"`, Spam: true},
				{Name: "quiet", When: `subject contains "monitoring"`, NoAck: true},
			},
		},
	}
}

// letter is a mail as somebody writes it.
type letter struct {
	from, to, subject, text string
	header                  string   // further fields, LF
	id                      string   // Message-ID, "" for one of its own
	envelope                *string  // reverse-path; nil: from
	rcpt                    []string // forward-paths; nil: to
	source                  ticket.Source
	client                  string // IP address
}

func (l letter) bytes() []byte {
	head := fmt.Sprintf("From: %s\nTo: %s\nSubject: %s\nDate: Tue, 24 Nov 2026 10:00:00 +0000\n", l.from, l.to, l.subject)
	if l.id != "" {
		head += "Message-ID: " + l.id + "\n"
	}
	trace, fields := "", ""
	for line := range strings.Lines(l.header) { // what servers write stands on top
		if strings.HasPrefix(line, "Authentication-Results:") || strings.HasPrefix(line, "Received:") {
			trace += line
			continue
		}
		fields += line
	}
	return []byte(strings.ReplaceAll(trace+head+fields+"\n"+l.text, "\n", "\r\n"))
}

// take brings a mail to its disposition and returns the journal row.
func (b *bench) take(l letter) ticket.Mail {
	b.t.Helper()
	b.count++
	if l.id == "" {
		l.id = fmt.Sprintf("<letter.%d@%s>", b.count, "example.net")
	}
	return b.takeRaw(l, l.bytes())
}

func (b *bench) takeRaw(l letter, raw []byte) ticket.Mail {
	b.t.Helper()
	env := ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: l.from, ForwardPaths: l.rcpt, Client: l.client}
	if l.source != "" {
		env.Source = l.source
	}
	if l.envelope != nil {
		env.ReversePath = *l.envelope
	}
	if l.rcpt == nil {
		env.ForwardPaths = []string{l.to}
	}
	id, err := b.Accept(b.ctx, env, raw)
	if err != nil {
		b.t.Fatalf("Accept(%s) = %v", l.subject, err)
	}
	b.work()
	return b.mail(id)
}

// work runs the desk until nothing is pending.
func (b *bench) work() {
	b.t.Helper()
	ctx, stop := context.WithCancel(b.ctx)
	done := make(chan error)
	go func() { done <- b.Run(ctx) }()
	deadline := time.After(2 * time.Minute)
	for b.tally().Dispositions[ticket.DispositionPending] > 0 {
		select {
		case <-deadline:
			b.t.Fatal("the desk did not get done with its mails in two minutes")
		case <-time.After(time.Millisecond):
		}
	}
	stop()
	if err := <-done; err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) view(fn func(ticket.Reader) error) {
	b.t.Helper()
	if err := b.View(b.ctx, fn); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) mail(id ticket.MailID) (m ticket.Mail) {
	b.t.Helper()
	b.view(func(r ticket.Reader) (err error) { m, err = r.Mail(id); return err })
	return m
}

func (b *bench) ticket(id ticket.ID) (t ticket.Ticket) {
	b.t.Helper()
	b.view(func(r ticket.Reader) (err error) { t, err = r.Ticket(id); return err })
	return t
}

func (b *bench) tally() (t ticket.Tally) {
	b.t.Helper()
	b.view(func(r ticket.Reader) (err error) { t, err = r.Tally(); return err })
	return t
}

func (b *bench) entries(id ticket.ID) (list []ticket.Entry) {
	b.t.Helper()
	b.view(func(r ticket.Reader) (err error) { list, err = r.Correspondence(id); return err })
	return list
}

func (b *bench) events(id ticket.ID) []string {
	b.t.Helper()
	var list []string
	b.view(func(r ticket.Reader) error {
		events, err := r.Events(id)
		for _, e := range events {
			list = append(list, string(e.Kind)+": "+wording.Of(e))
		}
		return err
	})
	return list
}

// sent is a mail of the outbox, as its reader gets it.
type sent struct {
	ticket.OutboxMail
	msg *mailparse.Message
}

// answer is the address to which a reader answers.
func (s sent) answer() string { return s.msg.ReplyTo[0].Address }

// outbox returns every mail that was made, oldest first.
func (b *bench) outbox() []sent {
	b.t.Helper()
	var list []sent
	b.view(func(r ticket.Reader) error {
		all, err := r.OutboxOf(0)
		if err != nil {
			return err
		}
		for _, m := range all {
			if m, err = r.OutboxMail(m.ID); err != nil {
				return err
			}
			list = append(list, b.reading(m))
		}
		return nil
	})
	return list
}

// reading returns a mail as its reader gets it.
func (b *bench) reading(m ticket.OutboxMail) sent {
	was, read := b.read[m.ID]
	if !read || !bytes.Equal(was.Bytes, m.Bytes) {
		was.msg = mailparse.Parse(m.Bytes, mailparse.Envelope{})
	}
	if b.read == nil {
		b.read = map[ticket.OutboxID]sent{}
	}
	b.read[m.ID] = sent{m, was.msg}
	return b.read[m.ID]
}

// last returns the last mail of a template to somebody.
func (b *bench) last(template notify.Template, to string) sent {
	b.t.Helper()
	for _, s := range slices.Backward(b.outbox()) {
		if s.Template == string(template) && s.Recipient == to {
			return s
		}
	}
	b.t.Fatalf("no %s to %s; sent were %v", template, to, b.summary())
	return sent{}
}

// summary returns "template recipient" of every mail that was made.
func (b *bench) summary() []string {
	b.t.Helper()
	list := []string{}
	b.view(func(r ticket.Reader) error {
		all, err := r.OutboxOf(0)
		for _, m := range all {
			list = append(list, m.Template+" "+m.Recipient)
		}
		return err
	})
	return list
}

// since returns the summary of the mails made after the first n.
func (b *bench) since(n int) []string { b.t.Helper(); return b.summary()[n:] }

// deliver lets the next hop take everything that waits, and returns the
// reverse-path with which each mail went out.
func (b *bench) deliver() map[ticket.OutboxID]string {
	b.t.Helper()
	paths := map[ticket.OutboxID]string{}
	mails, err := b.Claim(b.ctx, "test", time.Minute, 1000)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, m := range mails {
		paths[m.ID] = m.ReversePath
		if err := b.Outcome(b.ctx, ticket.Attempt{Outbox: m.ID, At: time.Now(), State: ticket.OutboxSent, Host: "test", Code: 250, Text: "taken"}); err != nil {
			b.t.Fatal(err)
		}
	}
	if len(mails) > 0 {
		maps.Copy(paths, b.deliver()) // what waited behind an older mail
	}
	return paths
}

// due lets the clock strike at a time.
func (b *bench) due(at time.Time) {
	b.t.Helper()
	if _, err := b.Due(b.ctx, at); err != nil {
		b.t.Fatal(err)
	}
}

// request brings an ordinary request and returns its ticket.
func (b *bench) request() ticket.Ticket {
	b.t.Helper()
	m := b.take(letter{from: ana, to: support, subject: "VPN drops", text: "My VPN drops every ten minutes.\n"})
	if m.Disposition != ticket.DispositionNew {
		b.t.Fatalf("an ordinary request became %s (%s)", m.Disposition, m.Reason)
	}
	return b.ticket(m.Ticket)
}

// agentWrites lets an agent answer the last notice of a template.
func (b *bench) agentWrites(who string, notice notify.Template, text string) ticket.Mail {
	b.t.Helper()
	n := b.last(notice, who)
	return b.take(letter{from: who, to: n.answer(), subject: "Re: " + n.msg.Subject, text: text, header: "In-Reply-To: " + n.MessageID + "\n"})
}

func equal(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

func null() *string { s := ""; return &s }

func TestCheckRecipient(t *testing.T) {
	b := open(t)
	for _, tt := range []struct {
		path  string
		lives bool
	}{
		{"support@example.org", true},
		{"SUPPORT@EXAMPLE.ORG", true},
		{"support+t1-aaaa@example.org", true}, // no oracle: a bad token is the base address (T031)
		{"sales@example.org", true},
		{"postmaster@example.org", true},
		{"Abuse@Example.org", true},
		{"postmaster@desk.example.org", true}, // a bare <postmaster>
		{"support@desk.example.org", false},
		{"nobody@example.org", false},
		{"support@example.com", false},
		{"postmaster@example.com", false},
		{"support%example.org@example.com", false},
		{"support", false},
		{"@example.org", false},
		{"", false},
	} {
		err := b.CheckRecipient(t.Context(), tt.path)
		if (err == nil) != tt.lives {
			t.Errorf("CheckRecipient(%q) = %v, want lives %t", tt.path, err, tt.lives)
		}
		if unknown, ok := errors.AsType[*desk.UnknownRecipientError](err); err != nil && (!ok || unknown.ForwardPath != tt.path || !errors.Is(err, ticket.ErrRejected)) {
			t.Errorf("CheckRecipient(%q) = %v, want an UnknownRecipientError that wraps ErrRejected", tt.path, err)
		}
	}
}

// accept takes custody of a mail; work handles it.
func (b *bench) accept(l letter) {
	b.t.Helper()
	path := l.from
	if l.envelope != nil {
		path = *l.envelope
	}
	if _, err := b.Accept(b.ctx, ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: path, ForwardPaths: []string{l.to}}, l.bytes()); err != nil {
		b.t.Errorf("Accept(%s) = %v", l.subject, err)
	}
}

func ptr[T any](v T) *T { return &v }
