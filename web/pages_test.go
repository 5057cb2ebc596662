package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/faulttest"
	"maildesk/ticket"
)

// mailWithFile has an HTML body and a file.
const mailWithFile = `From: Ana Berg <ana@example.net>
To: support@example.org
Subject: %s
Message-ID: <file.%x@example.net>
Date: Tue, 24 Nov 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=m

--m
Content-Type: multipart/alternative; boundary=a

--a
Content-Type: text/plain; charset=utf-8

%s
--a
Content-Type: text/html; charset=utf-8

%s
--a--
--m
Content-Type: %s
Content-Disposition: attachment; filename="%s"

%s
--m--
`

func withFile(subject, text, html, fileType, name, content string) string {
	return fmt.Sprintf(mailWithFile, subject, subject+text+html+name, text, html, fileType, name, content)
}

// TestT122Rights: what is not there, what an agent may not read, and what hangs on another
// ticket look the same; and nobody sees anything without a log-in.
func TestT122Rights(t *testing.T) {
	s := open(t)
	open1 := s.take(t, "support@example.org", withFile("Printer jams", "It jams.", "<p>It <b>jams</b>.</p>", "text/plain", "log.txt", "jam"))
	secret := s.take(t, "hr@example.org", withFile("Salary", "Of the boss.", "<p>Of the boss.</p>", "text/plain", "salary.txt", "1000000"))
	if open1.Ticket == 0 || secret.Ticket == 0 {
		t.Fatalf("the mails made no tickets: %+v %+v", open1, secret)
	}
	paths := func(id ticket.ID, m ticket.MailID) []string {
		one := fmt.Sprintf("/ticket/%d", id)
		mail := fmt.Sprintf("%s/mail/%d", one, m)
		return []string{one, one + "?before=99", mail, mail + "?as=html", mail + "/html", mail + "/file/1"}
	}
	mine, theirs := paths(open1.Ticket, open1.ID), paths(secret.Ticket, secret.ID)
	odd := append(paths(999, 999), paths(open1.Ticket, secret.ID)[2:]...)
	odd = append(odd, mine[2]+"/file/0", mine[2]+"/file/2", mine[2]+"/file/..%2f1", "/ticket/-1", "/ticket/0x1", "/ticket/1%20OR%201=1", "/ticket/..%2f..%2fetc%2fpasswd", "/nothing", "/figures/9.svg", "/tickets?queue=hr")

	alice, carol, nobody := s.loggedIn(t, "alice"), s.loggedIn(t, "carol"), s.browser(t)
	for _, path := range mine {
		if path != mine[1] {
			alice.shows(path)
			carol.shows(path)
		}
	}
	for _, path := range theirs {
		if path != theirs[1] {
			carol.shows(path)
		}
	}
	missing := strings.Split(alice.get("/ticket/999").body, "<footer>")[0]
	for _, path := range append(theirs, odd...) {
		a := alice.get(path)
		if body := strings.Split(a.body, "<footer>")[0]; a.StatusCode != http.StatusNotFound || body != missing {
			t.Errorf("GET %s as alice = %d, want the page of what is not there:\n%s", path, a.StatusCode, a.body)
		}
	}
	all := append(append(append([]string{"/", "/tickets", "/search?q=salary", "/figures", "/figures/1.svg"}, mine...), theirs...), odd...)
	for _, path := range all {
		a := nobody.get(path)
		if a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "/login") || len(a.body) > 200 {
			t.Errorf("GET %s as nobody = %d %q, want the form to log in", path, a.StatusCode, a.body)
		}
	}
	for _, path := range []string{"/", "/tickets?status=any", "/tickets?requester=ana@example.net", "/search?q=boss", "/search?q=salary", "/figures"} {
		if page := alice.shows(path); strings.Contains(strings.ReplaceAll(page, "q=salary", ""), "Salary") || strings.Contains(page, ">hr<") {
			t.Errorf("GET %s shows alice what is private:\n%s", path, page)
		}
	}
	if page := carol.shows("/search?q=boss"); !strings.Contains(page, "Salary") {
		t.Errorf("carol does not find the ticket of her queue:\n%s", page)
	}
	// A session ends with the agent.
	set := exampleIT(t)
	set.Agents = set.Agents[1:]
	s.Reload(set)
	if a := alice.get("/"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("who is not an agent any more is shown %d", a.StatusCode)
	}
	faulttest.Seen(t, "T122", "tickets, mails, files and lists of a private queue, made-up numbers, path traversal, as another agent and without a log-in",
		"%d paths: 404 with the same bytes for missing and forbidden; %d paths without a log-in: the form, the same for all", len(theirs)+len(odd), len(all))
}

// TestNow: what is counted on the first page.
func TestNow(t *testing.T) {
	s := open(t)
	s.take(t, "support@example.org", plain("VPN is down", "since nine"))
	s.take(t, "support@example.org", plain("Printer", "jams"))
	page := s.loggedIn(t, "alice").shows("/")
	for _, want := range []string{`(?s)first-line</a> <span class="muted">level 1</span></th><td><b>2</b>`, `All is well`, `Waiting to be sent</dt><dd>4<`, `Nothing is due`, `You have none`} {
		if !regexp.MustCompile(want).MatchString(page) {
			t.Errorf("the page has no %s:\n%s", want, page)
		}
	}
}

// TestDue: what is late is there though the clock looks at it no more, then what is due soon;
// not what is due later, is solved, or is private.
func TestDue(t *testing.T) {
	s := open(t)
	now := time.Now()
	err := s.db.Update(t.Context(), func(tx ticket.Tx) error {
		for _, x := range []ticket.Ticket{
			{Subject: "late", Queue: "first-line", Status: ticket.StatusOpen, DueFirstResponse: now.Add(-time.Hour)},
			{Subject: "soon", Queue: "first-line", Status: ticket.StatusNew, DueResolution: now.Add(time.Hour), TargetAt: now.Add(time.Minute)},
			{Subject: "later", Queue: "first-line", Status: ticket.StatusOpen, DueResolution: now.Add(72 * time.Hour), TargetAt: now.Add(72 * time.Hour)},
			{Subject: "earlier and soon", Queue: "first-line", Status: ticket.StatusOpen, DueFirstResponse: now.Add(-2 * time.Hour), DueResolution: now.Add(time.Hour), TargetAt: now.Add(time.Minute)},
			{Subject: "never", Queue: "first-line", Status: ticket.StatusOpen},
			{Subject: "private", Queue: "hr", Status: ticket.StatusOpen, DueFirstResponse: now.Add(-time.Hour)},
		} {
			x.Level, x.CreatedAt, x.UpdatedAt = 1, now, now
			if _, err := tx.InsertTicket(x); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for agent, want := range map[string][]string{"alice": {"earlier and soon", "late", "soon"}, "carol": {"earlier and soon", "late", "private", "soon"}} {
		_, page, _ := strings.Cut(s.loggedIn(t, agent).shows("/"), "Due next")
		page, _, _ = strings.Cut(page, "Your tickets")
		var got []string
		for _, m := range regexp.MustCompile(`<bdi>([a-z ]+)</bdi></a>`).FindAllStringSubmatch(page, -1) {
			got = append(got, m[1])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s is shown as due %q, want %q", agent, got, want)
		}
	}
}

// TestMuchIsDue: of many tickets those stand on the first page that are due first, whatever their
// numbers are.
func TestMuchIsDue(t *testing.T) {
	s := open(t)
	err := s.db.Update(t.Context(), func(tx ticket.Tx) error {
		now := time.Now()
		for i := range 405 {
			x := ticket.Ticket{Subject: "late", Assignee: "alice", Queue: "first-line", Level: 1, Status: ticket.StatusOpen, CreatedAt: now, UpdatedAt: now, DueResolution: now.Add(-time.Hour)}
			switch i {
			case 202:
				x.Subject, x.DueResolution = "very late", now.Add(-48*time.Hour)
			case 203:
				x.Subject, x.DueFirstResponse = "rather late", now.Add(-24*time.Hour)
			}
			if _, err := tx.InsertTicket(x); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	_, due, _ := strings.Cut(s.loggedIn(t, "alice").shows("/"), "Due next")
	due, mine, _ := strings.Cut(due, "Your tickets")
	for list, page := range map[string]string{"what is due next": due, "alice's tickets": mine} {
		var got []string
		for _, m := range regexp.MustCompile(`<bdi>([a-z ]+)</bdi></a>`).FindAllStringSubmatch(page, 3) {
			got = append(got, m[1])
		}
		if want := []string{"very late", "rather late", "late"}; !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", list, got, want)
		}
	}
}

// TestDueBehindPrivate: what is due is shown though more than are read at once stand before it, in
// private queues. Of an agent's tickets without a time, the newest come first.
func TestDueBehindPrivate(t *testing.T) {
	s := open(t)
	err := s.db.Update(t.Context(), func(tx ticket.Tx) error {
		now := time.Now()
		for i := range mostDueRead + 21 {
			x := ticket.Ticket{Subject: "private", Queue: "hr", Level: 1, Status: ticket.StatusOpen, CreatedAt: now, UpdatedAt: now, DueResolution: now.Add(-2 * time.Hour)}
			switch {
			case i == mostDueRead:
				x.Subject, x.Queue, x.DueResolution = "open", "first-line", now.Add(-time.Hour)
			case i > mostDueRead:
				x.Subject, x.Queue, x.Assignee, x.DueResolution = fmt.Sprint("mine ", i-mostDueRead), "first-line", "alice", time.Time{}
			}
			if _, err := tx.InsertTicket(x); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	_, due, _ := strings.Cut(s.loggedIn(t, "alice").shows("/"), "Due next")
	due, mine, _ := strings.Cut(due, "Your tickets")
	if !strings.Contains(due, "<bdi>open</bdi>") || strings.Contains(due, "private") {
		t.Errorf("due is %s", due)
	}
	if !strings.Contains(mine, "<bdi>mine 20</bdi>") || strings.Contains(mine, "<bdi>mine 1</bdi>") {
		t.Errorf("alice's tickets are %s", mine)
	}
}

// TestPaging: each ticket is on one page, the newest first, whatever else is asked for.
func TestPaging(t *testing.T) {
	s := open(t)
	const n = 2*pageSize + 7
	err := s.db.Update(t.Context(), func(tx ticket.Tx) error {
		for i := range n {
			_, err := tx.InsertTicket(ticket.Ticket{Subject: fmt.Sprintf("case %d", i), Status: ticket.StatusOpen, Queue: "first-line", Level: 1, CreatedAt: time.Now(), UpdatedAt: time.Now()})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b := s.loggedIn(t, "alice")
	next, seen := "/tickets?queue=first-line&status=open", []string{}
	for next != "" {
		page := b.shows(next)
		for _, m := range regexp.MustCompile(`href="/ticket/(\d+)"`).FindAllStringSubmatch(page, -1) {
			seen = append(seen, m[1])
		}
		next = ""
		if m := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindStringSubmatch(page); m != nil {
			next = strings.ReplaceAll(m[1], "&amp;", "&")
		}
	}
	for i, id := range seen {
		if want := fmt.Sprint(n - i); id != want {
			t.Fatalf("ticket %d of the list is #%s, want #%s", i+1, id, want)
		}
	}
	if len(seen) != n {
		t.Errorf("%d tickets were listed, want %d", len(seen), n)
	}
	for path, code := range map[string]int{"/tickets?status=lost": 400, "/tickets?before=x": 400, "/tickets?before=-1": 400, "/figures?unit=decade": 400, "/figures?to=yesterday": 400, "/search?q=x&after=x": 400, "/search?q=status:lost": 400} {
		if a := b.get(path); a.StatusCode != code {
			t.Errorf("GET %s = %d, want %d:\n%s", path, a.StatusCode, code, a.body)
		}
	}
}

// TestSearchPages: each ticket that is found is on one page, and those of a private queue are
// neither shown nor counted for others.
func TestSearchPages(t *testing.T) {
	s := open(t)
	const n = foundPage + 5 // of each queue
	err := s.db.Update(t.Context(), func(tx ticket.Tx) error {
		for i := range 2 * n {
			of := ticket.Ticket{Subject: fmt.Sprintf("case %d", i), Status: ticket.StatusOpen, Queue: []string{"first-line", "HR"}[i%2], Level: 1, CreatedAt: time.Now(), UpdatedAt: time.Now()}
			if i == 1 {
				of.Assignee = "alice" // who reads what she has
			}
			if _, err := tx.InsertTicket(of); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for agent, want := range map[string]int{"alice": n + 1, "carol": 2 * n} {
		b := s.loggedIn(t, agent)
		seen := map[string]bool{}
		for next := "/search?q=case&page=3"; next != ""; { // page: of an old bookmark
			page, told := b.shows(next), fmt.Sprintf("%d found, best first.", want)
			if len(seen) > 0 {
				told = fmt.Sprintf("%d more found, best first.", want-len(seen))
			}
			if strings.Contains(page, "page=3") {
				t.Errorf("the links carry the number of a page:\n%s", page)
			}
			if !strings.Contains(page, told) {
				t.Errorf("%s is not told that there are %d:\n%s", agent, want, page)
			}
			for _, m := range regexp.MustCompile(`href="/ticket/(\d+)"`).FindAllStringSubmatch(page, -1) {
				if seen[m[1]] {
					t.Errorf("%s sees #%s twice", agent, m[1])
				}
				seen[m[1]] = true
			}
			next = ""
			if m := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindStringSubmatch(page); m != nil {
				next = strings.ReplaceAll(m[1], "&amp;", "&")
			}
		}
		if len(seen) != want {
			t.Errorf("%s sees %d tickets, want %d", agent, len(seen), want)
		}
	}
}

// TestTimeline: a long ticket is shown in parts, and nothing is in two of them or in none.
func TestTimeline(t *testing.T) {
	s := open(t)
	m := s.take(t, "support@example.org", plain("Long story", "text 0"))
	begin := time.Now().Add(time.Minute)
	const n = 2*entriesShown + 5
	err := s.db.Update(t.Context(), func(tx ticket.Tx) error {
		for i := 1; i < n; i++ {
			at := begin.Add(time.Duration(i) * time.Minute)
			if _, err := tx.AddEntry(ticket.Entry{Ticket: m.Ticket, Kind: ticket.EntryNote, Author: "alice@example.org", Text: fmt.Sprintf("text %d", i), At: at}); err != nil {
				return err
			}
			if _, err := tx.AddEvent(ticket.Event{Ticket: m.Ticket, Kind: ticket.EventTagged, Actor: "alice", To: fmt.Sprintf("tag-%d", i), At: at.Add(time.Second)}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b := s.loggedIn(t, "alice")
	path, pages, all := fmt.Sprintf("/ticket/%d", m.Ticket), 0, ""
	for path != "" {
		page := b.shows(path)
		all, pages, path = page+all, pages+1, ""
		if m := regexp.MustCompile(`rel="prev" href="([^"]+)"`).FindStringSubmatch(page); m != nil {
			path = m[1]
		}
	}
	last := 0
	for i := range n {
		text := strings.Index(all, fmt.Sprintf(">text %d<", i))
		if strings.Count(all, fmt.Sprintf(">text %d<", i)) != 1 || text < last {
			t.Errorf("text %d is not there once, in its order", i)
		}
		last = text
		if i > 0 && strings.Count(all, fmt.Sprintf("tag-%d<", i)) != 1 {
			t.Errorf("event %d is there %d times, want once", i, strings.Count(all, fmt.Sprintf("tag-%d<", i)))
		}
	}
	if pages != 3 {
		t.Errorf("%d pages, want 3", pages)
	}
}

// TestSearchNamesFile: where the words stand in a file, the page has its name and the line.
func TestSearchNamesFile(t *testing.T) {
	s := open(t)
	s.take(t, "support@example.org", attack{name: "No VPN", file: "tr<b>ace.csv", fileType: "text/csv", content: "winkle;refused"}.mail())
	b := s.loggedIn(t, "alice")
	for words, want := range map[string]string{"winkle": `<b><bdi>tr&lt;b&gt;ace.csv</bdi></b>: <bdi>winkle;refused</bdi></p>`, "ace": `<p class="found"><b><bdi>tr&lt;b&gt;ace.csv</bdi></b></p>`, "evil": `<p class="found"><bdi>evil No VPN</bdi></p>`} {
		if page := b.shows("/search?q=" + words); !strings.Contains(page, want) {
			t.Errorf("the page of %s has no %s:\n%s", words, want, page)
		}
	}
}

// TestT121Search: whatever is looked for, the answer is what was found, or what is wrong
// with the query, and never a fault or a word of SQL.
func TestT121Search(t *testing.T) {
	s := open(t)
	s.take(t, "support@example.org", plain("Printer", "it jams"))
	b := s.loggedIn(t, "alice")
	queries := []string{`"`, `""`, `" OR 1=1 --`, `NEAR(`, `NEAR(a b, 2)`, `a AND`, `*`, `a*b*`, `^x`, `-`, `--x`, `:`, `x:y`, `from:`, `since:never`, `{a b}:c`, `(((`, `'; DROP TABLE ticket; --`, "\x00", "a\x00b", "\xff\xfe", "𝕏\u202e", strings.Repeat("x ", 450), strings.Repeat(`"`, 900)}
	for _, q := range queries {
		for _, path := range []string{"/search", "/articles"} {
			a := b.get(path + "?" + url.Values{"q": {q}}.Encode())
			if a.StatusCode != http.StatusOK && a.StatusCode != http.StatusBadRequest || strings.Contains(strings.ToLower(a.body), "sql") || strings.Contains(a.body, "fts5") {
				t.Errorf("GET %s with %q = %d:\n%s", path, q, a.StatusCode, a.body)
			}
		}
	}
	faulttest.Seen(t, "T121", "metacharacters of FTS and SQL, NUL, broken UTF-8 and long queries on the page", "%d queries at tickets and articles: 200 or 400, no word of SQL", len(queries))
}

// TestErrors: what goes wrong is in the log, and not on the page.
func TestErrors(t *testing.T) {
	s := open(t)
	view := s.web.src.View
	s.web.src.View = func(context.Context, func(ticket.Reader) error) error { return errors.New("SELECT of hearts") }
	b := s.loggedIn(t, "alice")
	a := b.get("/tickets")
	if a.StatusCode != http.StatusInternalServerError || strings.Contains(a.body, "hearts") || !strings.Contains(s.log.String(), "SELECT of hearts") {
		t.Errorf("a fault is shown as %d:\n%s\nlog:\n%s", a.StatusCode, a.body, s.log)
	}
	s.web.src.View = func(context.Context, func(ticket.Reader) error) error { panic("hearts") }
	if a := b.get("/tickets"); a.StatusCode != http.StatusInternalServerError || strings.Contains(a.body, "hearts") {
		t.Errorf("a panic is shown as %d:\n%s", a.StatusCode, a.body)
	}
	s.web.src.View = view
	b.shows("/tickets")
}

// TestRunFails: a page whose listener is gone says so, and leaves nothing running.
func TestRunFails(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln.Close()
	s, err := New(ln, Config{URL: "http://127.0.0.1:1"}, Sources{}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(t.Context()); err == nil {
		t.Error("Run = nil, want an error")
	}
}

// TestCache: what is fresh is used again, what is kept is used while a newer one is made,
// what is older is waited for; many who ask at once make one.
func TestCache(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		makes := 0
		c := newCache(time.Second, time.Minute, 2, func(_ context.Context, key string) (string, error) {
			makes++
			time.Sleep(10 * time.Millisecond)
			return fmt.Sprintf("%s %d", key, makes), nil
		})
		for _, step := range []struct {
			after time.Duration
			want  string
		}{{0, "a 1"}, {500 * time.Millisecond, "a 1"}, {time.Second, "a 1"}, {500 * time.Millisecond, "a 2"}, {2 * time.Minute, "a 3"}} {
			time.Sleep(step.after)
			if got, _, err := c.get(t.Context(), "a"); got != step.want || err != nil {
				t.Errorf("after %s: %q %v, want %q", step.after, got, err, step.want)
			}
			c.wait()
		}
		for _, key := range []string{"b", "c", "c", "b"} {
			if _, _, err := c.get(t.Context(), key); err != nil {
				t.Error(err)
			}
		}
		if makes != 5 || len(c.made) != 2 {
			t.Errorf("%d were made, and %d are kept, want 5 and 2", makes, len(c.made))
		}
	})
}
