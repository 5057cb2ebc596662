package imappoll

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"maildesk/desk/notify"
	"maildesk/faulttest"
	"maildesk/faulttest/dovecot"
	"maildesk/store"
	"maildesk/ticket"
)

// refuse answers a command that holds some words with a response.
func refuse(words, response string) func(string, net.Conn) bool {
	return func(line string, client net.Conn) bool {
		if !strings.Contains(line, words) {
			return false
		}
		tag, _, _ := strings.Cut(line, " ")
		io.WriteString(client, tag+" "+response+"\r\n")
		return true
	}
}

func TestT126UIDValidityChanges(t *testing.T) {
	t.Parallel()
	const fresh = 3
	old := 150
	if os.Getenv(faulttest.Variable) == "long" {
		old = 500
	}
	s := dovecot.Start(t, dovecot.Options{})
	w := openWorld(t, store.Options{})
	c := s.Client(support)
	if err := c.Create("Support", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	b := box(s.Addr, support)
	b.Name, b.Poll = "Support", time.Second
	p, stop := w.fetch(0, b)
	state(t, p, 0, ticket.MailboxFine, "")
	for i := range old {
		dovecot.Append(t, c, "Support", time.Now(), letter(i))
	}
	w.handled(int64(old))
	state(t, p, 0, ticket.MailboxFine, "")
	stop()
	acks := w.sent(notify.TemplateAcknowledgement)
	before := w.mailbox(0).UIDValidity

	if err := c.Delete("Support").Wait(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(1100 * time.Millisecond) // Dovecot makes UIDVALIDITY of the clock's seconds
	if err := c.Create("Support", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	for i := range old + fresh { // the same UIDs again, and three mails more
		dovecot.Append(t, c, "Support", time.Now(), letter(i))
	}
	p, _ = w.fetch(0, b)
	got := w.handled(int64(old + fresh))
	await(t, "the pass is over", func() bool { return w.mailbox(0).Backlog == "" && w.mailbox(0).UIDValidity != before })
	state(t, p, 0, ticket.MailboxFine, "")
	m := w.mailbox(0)
	if got[ticket.DispositionNew] != int64(old+fresh) || m.Recognised != int64(old) || w.sent(notify.TemplateAcknowledgement) != acks {
		t.Errorf("%d tickets, %d recognised, %d acknowledgements after %d; want %d, %d and none more",
			got[ticket.DispositionNew], m.Recognised, w.sent(notify.TemplateAcknowledgement), acks, old+fresh, old)
	}
	// Afterwards a mail is as any other.
	dovecot.Append(t, c, "Support", time.Now(), letter(9999))
	w.handled(int64(old + fresh + 1))
	if n := w.sent(notify.TemplateAcknowledgement); n != acks+1 {
		t.Errorf("a mail after the pass made %d acknowledgements, want 1", n-acks)
	}
	faulttest.Seen(t, "T126", fmt.Sprintf("mailbox deleted and made anew with the same UIDs: %d old and 3 new mails", old),
		"%d recognised, 3 new tickets, 0 acknowledgements in that pass; the next mail is acknowledged", m.Recognised)
}

// TestRelistedLeavesOld: what lay there before the first contact is not taken
// when the UIDs change, either.
func TestRelistedLeavesOld(t *testing.T) {
	t.Parallel()
	s := dovecot.Start(t, dovecot.Options{})
	w := openWorld(t, store.Options{})
	c := s.Client(support)
	c.Create("Support", nil).Wait()
	long := time.Now().Add(-48 * time.Hour)
	for i := range 5 {
		dovecot.Append(t, c, "Support", long, letter(i))
	}
	b := box(s.Addr, support)
	b.Name = "Support"
	p, stop := w.fetch(0, b)
	state(t, p, 0, ticket.MailboxFine, "")
	stop()
	c.Delete("Support").Wait()
	time.Sleep(1100 * time.Millisecond)
	c.Create("Support", nil).Wait()
	for i := range 5 {
		dovecot.Append(t, c, "Support", long, letter(i))
	}
	dovecot.Append(t, c, "Support", time.Now(), letter(6))
	w.fetch(0, b)
	w.handled(1)
	if got := w.subjects(); !slices.Equal(got, []string{"request 6"}) {
		t.Errorf("tickets %v, want only the one that came after the first contact", got)
	}
}

func TestT130BrokenLiteral(t *testing.T) {
	t.Parallel()
	s := dovecot.Start(t, dovecot.Options{})
	w := openWorld(t, store.Options{})
	proxy := openProxy(t, s.Addr)
	p, stop := w.fetch(0, box(proxy.addr, support))
	state(t, p, 0, ticket.MailboxFine, "")
	stop()
	c := s.Client(support)
	for i := 1; i <= 20; i++ {
		dovecot.Append(t, c, "INBOX", time.Now(), letter(i))
	}
	var tries atomic.Int32
	proxy.set(func(line string, client net.Conn) bool {
		if !strings.Contains(line, "UID FETCH 7 (UID BODY.PEEK") {
			return false
		}
		tries.Add(1)
		tag, _, _ := strings.Cut(line, " ")
		fmt.Fprintf(client, "* 7 FETCH (UID 7 BODY[] {20}\r\nFrom: a@b.c\r\n\r\nhello)\r\n)))\r\n%s OK done\r\n", tag)
		return true
	})
	p, _ = w.fetch(0, box(proxy.addr, support))
	w.handled(19)
	h := state(t, p, 0, ticket.MailboxDegraded, "cannot be fetched: 1")
	blocked := w.uids(ticket.UIDBlocked)
	if len(blocked) != 1 || blocked[0].UID != 7 || blocked[0].Attempts != 3 || blocked[0].Reason == "" || h.Blocked != 1 {
		t.Fatalf("blocked %+v, health %+v; want UID 7 after 3 attempts with a reason", blocked, h)
	}
	// The poll goes on, and leaves it alone.
	dovecot.Append(t, c, "INBOX", time.Now(), letter(21))
	w.handled(20)
	if n := tries.Load(); n != 3 {
		t.Errorf("the mail was fetched %d times, want 3", n)
	}
	proxy.set(nil)
	if n, err := RetryUID(t.Context(), w.db, 7); n != 1 || err != nil {
		t.Errorf("RetryUID = %d, %v, want 1", n, err)
	}
	w.handled(21)
	state(t, p, 0, ticket.MailboxFine, "")
	faulttest.Seen(t, "T130", "the server breaks the literal of one mail of 20", "19 fetched; UID 7 tried %d times, then blocked with the reason %q; retried by hand it comes", tries.Load(), blocked[0].Reason)
}

func TestT131TooLarge(t *testing.T) {
	t.Parallel()
	s := dovecot.Start(t, dovecot.Options{})
	w := openWorld(t, store.Options{})
	proxy := openProxy(t, s.Addr)
	b := box(proxy.addr, support)
	b.After = Delete
	p, _ := w.fetch(100_000, b)
	state(t, p, 0, ticket.MailboxFine, "")
	c := s.Client(support)
	dovecot.Append(t, c, "INBOX", time.Now(), letter(1)+strings.Repeat("far too much text\r\n", 20_000))
	dovecot.Append(t, c, "INBOX", time.Now(), letter(2))
	w.handled(2)
	await(t, "the small one is deleted", func() bool { return len(flagsOf(t, c, "INBOX")) == 1 })
	for range 3 { // polls
		n := len(proxy.commands())
		await(t, "another poll", func() bool { return len(proxy.commands()) > n+6 })
	}
	fetched := 0
	for _, c := range proxy.commands() {
		if strings.Contains(c, "FETCH 1 ") && strings.Contains(c, "BODY") {
			fetched++
		}
	}
	tickets := w.tickets()
	stub := slices.IndexFunc(tickets, func(t ticket.Ticket) bool { return t.Requester == "ana1@example.net" }) // either may be the first
	if len(tickets) != 2 || stub < 0 || !slices.Contains(tickets[stub].Tags, "too-large") || fetched != 1 {
		t.Fatalf("tickets %+v, %d fetches of the large one; want a stub with its requester, fetched once", tickets, fetched)
	}
	var text string
	w.view(func(r ticket.Reader) error {
		entries, err := r.Correspondence(tickets[stub].ID)
		text = entries[0].Text
		return err
	})
	if !strings.Contains(text, "more than the desk takes") {
		t.Errorf("the stub says %q", text)
	}
	if n := w.sent(notify.TemplateAcknowledgement); n != 1 {
		t.Errorf("%d acknowledgements, want 1: none for the stub", n)
	}
	if got := w.uids(ticket.UIDTooLarge); len(got) != 1 || got[0].UID != 1 {
		t.Errorf("too large: %+v, want UID 1", got)
	}
	faulttest.Seen(t, "T131", "a mail of 380 KB, the limit is 100 KB", "a stub ticket with the header, tag too-large, no acknowledgement; left in the mailbox, its header fetched %d time", fetched)
}

// TestT132SilentServer: a connection that is silently dead, a server that says
// BYE, a server that is started again.
func TestT132SilentServer(t *testing.T) {
	s := dovecot.Start(t, dovecot.Options{})
	w := openWorld(t, store.Options{})
	proxy := openProxy(t, s.Addr)
	b := box(proxy.addr, support)
	b.Poll, b.patience = 300*time.Millisecond, 500*time.Millisecond
	p, _ := w.fetch(0, b)
	state(t, p, 0, ticket.MailboxFine, "")
	c := s.Client(support)
	goroutines := runtime.NumGoroutine()

	proxy.silent.Store(true)
	dovecot.Append(t, c, "INBOX", time.Now(), letter(1))
	state(t, p, 0, ticket.MailboxDown, "does not answer")
	proxy.silent.Store(false)
	begun := time.Now()
	w.handled(1)
	again := time.Since(begun)
	state(t, p, 0, ticket.MailboxFine, "")

	bye := make(chan struct{})
	var said atomic.Bool
	proxy.set(func(line string, client net.Conn) bool {
		if strings.Contains(line, "IDLE") && said.CompareAndSwap(false, true) {
			io.WriteString(client, "* BYE too many of you\r\n")
			client.Close()
			close(bye)
			return true
		}
		return false
	})
	<-bye
	dovecot.Append(t, c, "INBOX", time.Now(), letter(2))
	w.handled(2)

	s.Stop()
	state(t, p, 0, ticket.MailboxDown, "")
	s.Run()
	dovecot.Append(t, s.Client(support), "INBOX", time.Now(), letter(3))
	w.handled(3)
	state(t, p, 0, ticket.MailboxFine, "")
	await(t, "no goroutine is left behind", func() bool { return runtime.NumGoroutine() <= goroutines+10 })
	faulttest.Seen(t, "T132", "a connection in IDLE silently dead; BYE; the server started again", "noticed after the poll and the bound of a command, back %v after the line was; all 3 mails fetched; no goroutine left", again.Round(10*time.Millisecond))
}

func TestT133WrongPassword(t *testing.T) {
	t.Parallel()
	s := dovecot.Start(t, dovecot.Options{})
	w := openWorld(t, store.Options{})
	proxy := openProxy(t, s.Addr)
	var password atomic.Value
	password.Store("hunter2-is-wrong")
	bad := box(proxy.addr, "other@example.org")
	bad.Password = func() (string, error) { return password.Load().(string), nil }
	bad.backoff = 2 * time.Millisecond // so that a refused log-in waits 0.12 s, then 0.24 s
	begun := time.Now()
	p, _ := w.fetch(0, bad, box(s.Addr, support))
	h := state(t, p, 0, ticket.MailboxDown, "log in")
	if strings.Contains(h.Reason, "hunter2") {
		t.Errorf("the reason shows the password: %s", h.Reason)
	}
	state(t, p, 1, ticket.MailboxFine, "")
	c := s.Client(support)
	for i := range 10 {
		dovecot.Append(t, c, "INBOX", time.Now(), letter(i))
		w.handled(int64(i + 1))
	}
	await(t, "two seconds", func() bool { return time.Since(begun) > 2*time.Second })
	tries := 0
	for _, c := range proxy.commands() {
		if strings.HasPrefix(c, "AUTHENTICATE") || strings.HasPrefix(c, "LOGIN") {
			tries++
		}
	}
	took, most := time.Since(begun), 1
	for wait := 90 * time.Millisecond; wait <= took; wait = 2*wait + 90*time.Millisecond { // each pause a quarter shorter, by chance
		most++
	}
	if tries > most {
		t.Errorf("%d log-ins within %v, want at most %d", tries, took, most)
	}
	password.Store(dovecot.Password) // as an admin who mends the file
	state(t, p, 0, ticket.MailboxFine, "")
	faulttest.Seen(t, "T133", "one mailbox with a wrong password beside a good one", "%d log-ins in %v (the pause doubles up to half an hour, from a minute on with the usual settings), reason without the password, the other mailbox fetched 10 of 10; mended without a restart", tries, took.Round(100*time.Millisecond))
}

func TestT135OldMailbox(t *testing.T) {
	t.Parallel()
	n := 2000
	s := dovecot.Start(t, dovecot.Options{})
	s.Deliver(support, n, letter)
	w := openWorld(t, store.Options{})
	begun := time.Now()
	b := box(s.Addr, support)
	p, stop := w.fetch(0, b)
	state(t, p, 0, ticket.MailboxFine, "")
	took := time.Since(begun)
	dovecot.Append(t, s.Client(support), "INBOX", time.Now(), letter(n+1))
	w.handled(1)
	stop()
	if m := w.mailbox(0); m.PassedOver != n || len(w.tickets()) != 1 {
		t.Errorf("passed over %d, %d tickets; want %d and 1", m.PassedOver, len(w.tickets()), n)
	}

	few := min(n, 300) // the other way: history is taken over, and nobody is written to
	other := "archive@example.org"
	s.Deliver(other, few, func(i int) string { return letter(i + 1_000_000) })
	b = box(s.Addr, other)
	b.All = true
	p, _ = w.fetch(0, b)
	w.handled(int64(few + 1))
	state(t, p, 0, ticket.MailboxFine, "")
	acks, told := w.sent(notify.TemplateAcknowledgement), w.sent(notify.TemplateNewTicket)
	if acks != 1 || told != 1 {
		t.Errorf("%d acknowledgements and %d notices, want one each: of the new mail", acks, told)
	}
	dovecot.Append(t, s.Client(other), "INBOX", time.Now(), letter(n+2))
	w.handled(int64(few + 2))
	if acks := w.sent(notify.TemplateAcknowledgement); acks != 2 {
		t.Errorf("a mail after the history made %d acknowledgements, want 1", acks-1)
	}
	faulttest.Seen(t, "T135", fmt.Sprintf("first contact with %d old mails; with first = \"all\" %d", n, few), "none taken, ready after %v; with \"all\" %d tickets without an acknowledgement or notice", took.Round(10*time.Millisecond), few)
}

func TestT135FiftyThousand(t *testing.T) {
	faulttest.Long(t, "T135")
	const n, history = 50_000, 5_000
	s := dovecot.Start(t, dovecot.Options{})
	s.Deliver(support, n, letter)
	w := openWorld(t, store.Options{})
	b := box(s.Addr, support)
	b.patience = 2 * time.Minute // Dovecot reads all of them first
	begun := time.Now()
	_, stop := w.fetch(0, b)
	for end := begun.Add(5 * time.Minute); time.Now().Before(end) && w.mailbox(0).PassedOver != n; {
		time.Sleep(100 * time.Millisecond)
	}
	ready := time.Since(begun)
	stop()
	if m := w.mailbox(0); m.PassedOver != n || len(w.tickets()) != 0 {
		t.Fatalf("%d mails are passed over and %d tickets made, want %d and none", m.PassedOver, len(w.tickets()), n)
	}

	s.Deliver("archive@example.org", history, func(i int) string { return letter(i) + strings.Repeat("old words\r\n", 2000) })
	b.User, b.Account, b.All = "archive@example.org", "archive@example.org", true
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	begun = time.Now()
	w.fetch(0, b)
	for end := begun.Add(8 * time.Minute); time.Now().Before(end) && w.mailbox(1).Taken < history; {
		time.Sleep(100 * time.Millisecond)
	}
	took := time.Since(begun)
	runtime.ReadMemStats(&after)
	if taken := w.mailbox(1).Taken; taken != history || w.sent(notify.TemplateAcknowledgement) != 0 || after.HeapAlloc > before.HeapAlloc+64<<20 {
		t.Fatalf("%d mails taken in %v, %d acknowledgements, heap from %d to %d MiB; want %d, none and no growth",
			taken, took, w.sent(notify.TemplateAcknowledgement), before.HeapAlloc>>20, after.HeapAlloc>>20, history)
	}
	faulttest.Seen(t, "T135", "first contact with 50,000 old mails; first = \"all\" with 5,000 mails of 22 KB", "none taken, ready after %v; all taken in %v (%.0f/s), nobody written to, heap %d MiB, then %d MiB",
		ready.Round(time.Millisecond), took.Round(time.Second), history/took.Seconds(), before.HeapAlloc>>20, after.HeapAlloc>>20)
}

func TestT137NoLoginWithoutTLS(t *testing.T) {
	s := dovecot.Start(t, dovecot.Options{})
	var seen []string
	for _, tt := range []struct {
		name   string
		change func(*Mailbox, *proxy)
		reason string // "": it works
	}{
		{"STARTTLS", func(m *Mailbox, _ *proxy) { m.TLS = STARTTLS }, ""},
		{"wrong certificate", func(m *Mailbox, _ *proxy) { m.TLS, m.RootCAs = STARTTLS, nil }, "certificate"},
		{"wrong name", func(m *Mailbox, _ *proxy) {
			m.TLS = STARTTLS
			_, port, _ := net.SplitHostPort(m.Host)
			m.Host = "127.0.0.2:" + port
		}, "certificate"},
		{"STARTTLS stripped", func(m *Mailbox, p *proxy) {
			m.TLS = STARTTLS
			edit := func(b []byte) []byte { return []byte(strings.ReplaceAll(string(b), " STARTTLS", "")) }
			p.edit.Store(&edit)
			p.set(refuse("STARTTLS", "BAD no such command"))
		}, "STARTTLS"},
		{"plain text behind OK", func(m *Mailbox, p *proxy) {
			m.TLS = STARTTLS
			p.set(refuse("STARTTLS", "OK begin\r\n* PREAUTH welcome"))
		}, ""},
		{"plain server at the TLS port", func(m *Mailbox, _ *proxy) { m.TLS = Implicit }, "TLS"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := openWorld(t, store.Options{})
			proxy := openProxyOn(t, "0.0.0.0:0", s.Addr)
			b := box(proxy.addr, support)
			b.RootCAs = s.RootCAs
			b.patience = 2 * time.Second
			tt.change(&b, proxy)
			p, _ := w.fetch(0, b)
			if tt.name == "STARTTLS" {
				state(t, p, 0, ticket.MailboxFine, "")
				dovecot.Append(t, s.Client(support), "INBOX", time.Now(), letter(1))
				w.handled(1)
			} else {
				seen = append(seen, tt.name+": "+state(t, p, 0, ticket.MailboxDown, tt.reason).Reason)
			}
			for _, c := range proxy.commands() {
				if strings.HasPrefix(c, "LOGIN") || strings.HasPrefix(c, "AUTHENTICATE") {
					t.Errorf("in clear the client sent %s", c)
				}
			}
		})
	}
	t.Run("imaps", func(t *testing.T) {
		w := openWorld(t, store.Options{})
		b := box(s.TLSAddr, support)
		b.TLS, b.RootCAs = Implicit, s.RootCAs
		p, _ := w.fetch(0, b)
		state(t, p, 0, ticket.MailboxFine, "")
	})
	faulttest.Seen(t, "T137", "TLS stripped, plain text after STARTTLS, wrong certificate, wrong name", "no log-in in clear in any case; %s", strings.Join(seen, "; "))
}

// TestPaused: where the disk's reserve is reached mails wait in the mailbox, and
// none is marked.
func TestPaused(t *testing.T) {
	t.Parallel()
	s := dovecot.Start(t, dovecot.Options{})
	folder := t.TempDir()
	c := s.Client(support)
	t.Run("no room", func(t *testing.T) {
		w := openWorldIn(t, folder, store.Options{Reserve: 1 << 60})
		b := box(s.Addr, support)
		b.After = Delete
		p, _ := w.fetch(0, b)
		state(t, p, 0, ticket.MailboxFine, "")
		dovecot.Append(t, c, "INBOX", time.Now(), letter(1))
		h := state(t, p, 0, ticket.MailboxPaused, "storage full")
		if left := w.uids(); len(left) > 0 || len(flagsOf(t, c, "INBOX")) != 1 {
			t.Errorf("the ledger has %+v and the mailbox %d mails (%s); want none and 1", left, len(flagsOf(t, c, "INBOX")), h.Reason)
		}
	})
	t.Run("room again", func(t *testing.T) {
		w := openWorldIn(t, folder, store.Options{})
		b := box(s.Addr, support)
		b.After = Delete
		w.fetch(0, b)
		w.handled(1)
		await(t, "the mail is deleted", func() bool { return len(flagsOf(t, c, "INBOX")) == 0 })
	})
}

// dying is a desk whose poller is stopped dead at some point of a mail's way.
type dying struct {
	*world
	at   string
	left atomic.Int32 // mails before it dies
	die  context.CancelFunc
}

func (d *dying) here(at string) error {
	if d.at == at && d.left.Add(-1) == 0 {
		d.die()
		return context.Canceled
	}
	return nil
}

func (d *dying) AcceptFetched(ctx context.Context, f ticket.Fetched, address string, history bool, raw []byte) (ticket.MailID, error) {
	if err := d.here("fetched"); err != nil {
		return 0, err
	}
	id, err := d.world.AcceptFetched(context.WithoutCancel(ctx), f, address, history, raw)
	if e := d.here("journal committed"); e != nil {
		return 0, e
	}
	return id, err
}

// Update is that of the books: a mail that is done on the server is not entered.
func (d *dying) Update(ctx context.Context, fn func(ticket.Tx) error) error {
	return d.db.Update(ctx, func(tx ticket.Tx) error { return fn(dyingTx{tx, d}) })
}

type dyingTx struct {
	ticket.Tx
	d *dying
}

func (tx dyingTx) SetUID(u ticket.MailboxUID) error {
	if u.State == ticket.UIDDone {
		if err := tx.d.here("done on the server"); err != nil {
			return err
		}
	}
	return tx.Tx.SetUID(u)
}

// TestT125Interrupted stops the poller for good at each step of a mail's way,
// and starts another one on the same store. The real process is killed by
// TestT125KillWhileFetching in cmd/maildesk.
func TestT125Interrupted(t *testing.T) {
	t.Parallel()
	points := 0
	for _, after := range []After{Leave, Flag, Move, Delete} {
		for _, at := range []string{"fetched", "journal committed", "done on the server", "UID EXPUNGE"} {
			if after == Leave && at == "done on the server" || after != Delete && at == "UID EXPUNGE" {
				continue
			}
			points++
			t.Run(fmt.Sprint(after, " ", at), func(t *testing.T) {
				t.Parallel()
				s := dovecot.Start(t, dovecot.Options{})
				w := openWorld(t, store.Options{})
				proxy := openProxy(t, s.Addr)
				b := box(proxy.addr, support)
				b.After, b.Folder = after, "Done"
				p, stop := w.fetch(0, b)
				state(t, p, 0, ticket.MailboxFine, "")
				stop()
				c := s.Client(support)
				for i := range 6 {
					dovecot.Append(t, c, "INBOX", time.Now(), letter(i))
				}
				ctx, die := context.WithCancel(t.Context())
				d := &dying{world: w, at: at, die: die}
				d.left.Store(3)
				if at == "UID EXPUNGE" { // between the mark and the expunge
					proxy.set(func(line string, client net.Conn) bool {
						if strings.Contains(line, at) {
							die()
							client.Close()
							return true
						}
						return false
					})
				}
				runAll(ctx, New(d, d, Config{Mailboxes: []Mailbox{b}}, w.log()))
				if ctx.Err() == nil {
					t.Fatalf("the poller was not stopped at %s", at)
				}
				proxy.set(nil)
				w.fetch(0, b)
				got := w.handled(6)
				await(t, "all settled", func() bool { return len(w.uids(ticket.UIDDone)) == 6 })
				want := map[After]int{Leave: 6, Flag: 6}[after]
				if acks, left := w.sent(notify.TemplateAcknowledgement), len(flagsOf(t, c, "INBOX")); got[ticket.DispositionNew] != 6 || acks != 6 || left != want {
					t.Errorf("dispositions %v, %d acknowledgements, %d left; want 6 new, 6 and %d", got, acks, left, want)
				}
				if after == Move && len(flagsOf(t, c, "Done")) != 6 {
					t.Errorf("%d mails in the folder, want 6", len(flagsOf(t, c, "Done")))
				}
				noPlainExpunge(t, proxy)
			})
		}
	}
	t.Cleanup(func() {
		faulttest.Seen(t, "T125", "the poller stopped dead between fetch, journal, flag/move and expunge, another one started", "%d points, 6 mails each: 6 tickets, 6 acknowledgements, none twice, all settled on the server", points)
	})
}
