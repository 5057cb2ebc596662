package imappoll

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"maildesk/faulttest"
	"maildesk/store"
	"maildesk/ticket"
)

// hostile is an IMAP server that does what it is told by a table, else what a
// mailbox of one mail would. A key is how a command begins, behind its tag; the
// answer is written as it is, with TAG for the tag. An answer that ends in CUT
// ends the connection.
type hostile struct {
	addr     string
	mu       sync.Mutex
	greeting string
	answers  map[string]func(line string) string
	lines    []string
}

const oneMail = "From: ana@example.net\r\nTo: support@example.org\r\nSubject: large\r\nMessage-ID: <large@example.net>\r\n\r\n"

func startHostile(t *testing.T, answers map[string]func(string) string) *hostile {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	h := &hostile{addr: ln.Addr().String(), greeting: "* OK [CAPABILITY IMAP4rev1] ready\r\n", answers: answers}
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go h.serve(conn)
		}
	}()
	return h
}

func (h *hostile) serve(conn net.Conn) {
	defer conn.Close()
	io.WriteString(conn, h.greeting)
	r := bufio.NewReader(conn)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		tag, command, _ := strings.Cut(strings.TrimSpace(line), " ")
		h.mu.Lock()
		h.lines = append(h.lines, command)
		answer := usual(command)
		for key, f := range h.answers {
			if strings.HasPrefix(command, key) {
				answer = f(command)
			}
		}
		h.mu.Unlock()
		answer, cut := strings.CutSuffix(answer, "CUT")
		if _, err := io.WriteString(conn, strings.ReplaceAll(answer, "TAG", tag)); err != nil || cut {
			return
		}
	}
}

// usual answers for a mailbox with one mail, of UID 5.
func usual(command string) string {
	switch verb, _, _ := strings.Cut(command, " "); verb {
	case "CAPABILITY":
		return "* CAPABILITY IMAP4rev1\r\nTAG OK\r\n"
	case "SELECT", "EXAMINE":
		return "* 1 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 6] x\r\nTAG OK\r\n"
	case "UID":
		switch {
		case strings.HasPrefix(command, "UID SEARCH"):
			return "* SEARCH 5\r\nTAG OK\r\n"
		case strings.Contains(command, "BODY"):
			return fmt.Sprintf("* 1 FETCH (UID 5 BODY[] {%d}\r\n%s)\r\nTAG OK\r\n", len(oneMail), oneMail)
		}
		return fmt.Sprintf("* 1 FETCH (UID 5 FLAGS () RFC822.SIZE %d INTERNALDATE \"%s\")\r\nTAG OK\r\n", len(oneMail), time.Now().Format("_2-Jan-2006 15:04:05 -0700"))
	}
	return "TAG OK\r\n"
}

func (w *world) fetchHostile(h *hostile) *Poller {
	b := box(h.addr, support)
	b.All = true
	p, _ := w.fetch(0, b)
	w.t.Cleanup(func() {
		if w.t.Failed() {
			h.mu.Lock()
			defer h.mu.Unlock()
			w.t.Logf("the server was asked: %q", h.lines[:min(len(h.lines), 50)])
		}
	})
	return p
}

// TestT177LineIsCut: a line that is cut again and again in the same mail costs
// time only: what came is not fetched again, and the mail is taken in the end.
func TestT177LineIsCut(t *testing.T) {
	t.Parallel()
	const piece = 20 << 10
	mail := oneMail + strings.Repeat("a line of a large mail\r\n", 5<<10)
	fetches := 0
	h := startHostile(t, map[string]func(string) string{
		"UID FETCH": func(line string) string {
			if !strings.Contains(line, "BODY") {
				return fmt.Sprintf("* 1 FETCH (UID 5 FLAGS () RFC822.SIZE %d INTERNALDATE \"%s\")\r\nTAG OK\r\n", len(mail), time.Now().Format("_2-Jan-2006 15:04:05 -0700"))
			}
			fetches++
			offset := 0
			if _, partial, ok := strings.Cut(line, "]<"); ok {
				fmt.Sscanf(partial, "%d.", &offset)
			}
			rest := mail[offset:]
			where := ""
			if offset > 0 {
				where = fmt.Sprintf("<%d>", offset)
			}
			if len(rest) > piece {
				return fmt.Sprintf("* 1 FETCH (UID 5 BODY[]%s {%d}\r\n%sCUT", where, len(rest), rest[:piece])
			}
			return fmt.Sprintf("* 1 FETCH (UID 5 BODY[]%s {%d}\r\n%s)\r\nTAG OK\r\n", where, len(rest), rest)
		},
	})
	w := openWorld(t, store.Options{})
	p := w.fetchHostile(h)
	w.handled(1)
	state(t, p, 0, ticket.MailboxFine, "")
	raw := ""
	w.view(func(r ticket.Reader) error { b, err := r.Raw(1); raw = string(b); return err })
	if raw != mail || len(w.uids(ticket.UIDBlocked))+len(w.uids(ticket.UIDFailed)) > 0 {
		t.Errorf("%d bytes were taken, want the %d of the mail; blocked %v", len(raw), len(mail), w.uids(ticket.UIDBlocked))
	}
	if want := len(mail)/piece + 1; fetches != want {
		t.Errorf("the mail was asked for %d times, want %d", fetches, want)
	}
	faulttest.Seen(t, "T177", fmt.Sprintf("a line that is cut every %d KiB of a mail of %d KiB", piece>>10, len(mail)>>10), "taken whole after %d connections, each fetching what was missing", fetches)
}

// TestT177SearchFindsNothing: a server whose search does not see the new mail.
func TestT177SearchFindsNothing(t *testing.T) {
	t.Parallel()
	h := startHostile(t, map[string]func(string) string{
		"UID SEARCH": func(string) string { return "* SEARCH\r\nTAG OK\r\n" },
		"FETCH":      func(string) string { return "* 1 FETCH (UID 5)\r\nTAG OK\r\n" },
	})
	w := openWorld(t, store.Options{})
	p := w.fetchHostile(h)
	w.handled(1)
	state(t, p, 0, ticket.MailboxFine, "")
	faulttest.Seen(t, "T177", "UIDNEXT rose and UID SEARCH finds nothing", "listed by FETCH, the mail is taken")
}

func manyMails(string) string {
	return "* 1000000 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 1000000] x\r\nTAG OK\r\n"
}

// descending names so many UIDs, from the last to the first, each with a blank
// before it and none beside another.
func descending(n int) string {
	var b strings.Builder
	for uid := 2 * n; uid > 0; uid -= 2 {
		fmt.Fprintf(&b, " %d", uid)
	}
	return b.String()
}

// TestOrder: what is ascending costs nothing, however much it is, and no list of
// a usual length is refused.
func TestOrder(t *testing.T) {
	var ascending strings.Builder
	for uid := range 100_000 {
		if uid%100 == 0 {
			ascending.WriteString("\r\n* SEARCH")
		}
		fmt.Fprintf(&ascending, " %d", uid)
	}
	fetched := strings.Repeat("* 1 FETCH (UID 9 RFC822.SIZE 3)\r\n", 100_000)
	for _, tt := range []struct {
		name, answer string
		ok           bool
	}{
		{"ascending", ascending.String() + "\r\nT1 OK\r\n", true},
		{"20,000 descending", "* SEARCH" + descending(20_000) + "\r\nT1 OK\r\n", true},
		{"20,000 descending, 20 times", strings.Repeat("* SEARCH"+descending(20_000)+"\r\nT1 OK\r\n", 20), true},
		{"20,000 descending, 20 lines", strings.Repeat("* SEARCH"+descending(20_000)+"\r\n", 20), false},
		{"100,000 descending", "* SEARCH" + descending(100_000), false},
		{"in lower case, extended", "* esearch (TAG \"T1\") UID ALL " + strings.ReplaceAll(descending(100_000), " ", ","), false},
		{"100,000 mails fetched", fetched, true},
	} {
		var o order
		ok := true
		for i := 0; i < len(tt.answer) && ok; i++ {
			ok = o.scan(tt.answer[i])
		}
		if ok != tt.ok {
			t.Errorf("%s: within bounds: %t, want %t", tt.name, ok, tt.ok)
		}
	}
}

// TestT177HostileAnswers: what a server sends without end, or nested without
// end, costs neither memory nor the process.
func TestT177HostileAnswers(t *testing.T) {
	deep := strings.Repeat("(", 1<<20)
	for name, answers := range map[string]map[string]func(string) string{
		"deep BODYSTRUCTURE":      {"UID FETCH": func(string) string { return "* 1 FETCH (UID 5 BODYSTRUCTURE " + deep }},
		"deep unknown item":       {"UID FETCH": func(string) string { return "* 1 FETCH (UID 5 X-ODD " + deep }},
		"deep in a response code": {"LOGIN": func(string) string { return "* OK [X-ODD " + deep }},
		"endless capabilities":    {"LOGIN": func(string) string { return "* CAPABILITY" + strings.Repeat(" X-CAPABILITY-OF-MANY", 1<<20) }},
		"huge EXISTS": {"SELECT": func(string) string {
			return "* 4294967295 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 4294967295] x\r\nTAG OK\r\n"
		}, "UID SEARCH": func(string) string { return "* SEARCH" + strings.Repeat(" 4294967294 7", 3<<20) }},
		"huge range":      {"UID SEARCH": func(string) string { return "* ESEARCH (TAG \"TAG\") UID ALL 1:4294967295\r\nTAG OK\r\n" }},
		"UIDs descending": {"SELECT": manyMails, "UID SEARCH": func(string) string { return "* SEARCH" + descending(200_000) + "\r\nTAG OK\r\n" }},
		"UIDs interleaved, a line each": {"SELECT": manyMails, "UID SEARCH": func(string) string {
			return strings.ReplaceAll(descending(200_000), " ", "\r\n* SEARCH 4294967294 ")[2:] + "\r\nTAG OK\r\n"
		}},
		"huge literal": {"UID FETCH": func(line string) string {
			if !strings.Contains(line, "BODY") {
				return usual(line)
			}
			return "* 1 FETCH (UID 5 BODY[] {4294967295}\r\n" + strings.Repeat("x", 1<<20)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			h := startHostile(t, answers)
			w := openWorld(t, store.Options{})
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			b := box(h.addr, support)
			b.All, b.patience = true, 2*time.Second
			p, stop := w.fetch(36<<20, b)
			await(t, "the mailbox is not fine", func() bool {
				s := p.Health()[0].State
				return s == ticket.MailboxDown || s == ticket.MailboxDegraded
			})
			stop()
			runtime.ReadMemStats(&after)
			if grown := int64(after.Sys) - int64(before.Sys); grown > 400<<20 {
				t.Errorf("the process grew by %d MiB", grown>>20)
			}
		})
	}
	faulttest.Seen(t, "T177", "body structure, items and response codes 1,000,000 levels deep, capabilities and UIDs without end or order, 4 billion mails, a literal of 4 GB", "the connection is ended, the mailbox is down, the process goes on")
}
