package daemon

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/config"
	"maildesk/daemon/localdesk"
	"maildesk/desk/trouble"
	"maildesk/faulttest"
	"maildesk/faulttest/pgserver"
	"maildesk/ticket"
)

// What is known of a person who is to be erased: nobody else writes so.
var hers = []string{"ana@example.net", "quillfeather", "zyzzomat"}

// everyRoom lets a daemon keep something of Ana wherever it keeps anything: requests, answers,
// an article, what is alike, a trouble and the mail about it, what was learnt, what was sent.
func everyRoom(t *testing.T, d *Daemon) {
	t.Helper()
	brings := func(env ticket.Envelope, raw string) ticket.Mail {
		t.Helper()
		id, err := d.local.Desk.Accept(t.Context(), env, []byte(strings.ReplaceAll(raw, "\n", "\r\n")))
		if err != nil {
			t.Fatal(err)
		}
		var m ticket.Mail
		for begun := time.Now(); m.Disposition == "" || m.Disposition == ticket.DispositionPending; time.Sleep(5 * time.Millisecond) {
			if time.Since(begun) > time.Minute {
				t.Fatalf("mail %d is not handled", id)
			}
			if err := d.local.Desk.View(t.Context(), func(r ticket.Reader) (err error) { m, err = r.Mail(id); return err }); err != nil {
				t.Fatal(err)
			}
		}
		return m
	}
	signed := regexp.MustCompile(`Reply-To:[^@]*?(support\+t[^@\s>]+@example\.org)`)
	addressOf := func() (address string) {
		err := d.local.Desk.View(t.Context(), func(r ticket.Reader) error {
			all, err := r.OutboxOf(0)
			for _, m := range all {
				if m.Recipient != "alice@example.org" || err != nil {
					continue
				}
				if m, err = r.OutboxMail(m.ID); err != nil {
					return err
				}
				if found := signed.FindSubmatch(m.Bytes); found != nil {
					address = string(found[1])
				}
			}
			return err
		})
		if err != nil || address == "" {
			t.Fatalf("no mail to alice has an address to answer to, %v", err)
		}
		return address
	}
	hers := ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: "ana@example.net", ForwardPaths: []string{"support@example.org"}, Client: "203.0.113.9"}
	agents := func(text string) {
		t.Helper()
		to := addressOf()
		m := brings(ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: "alice@example.org", ForwardPaths: []string{to}},
			fmt.Sprintf("From: alice@example.org\nTo: %s\nSubject: Re: [Example IT #1] The zyzzomat hums\nMessage-ID: <%x@example.org>\n\n%s", to, text, text))
		if m.Disposition != ticket.DispositionAppended {
			t.Fatalf("%q is %s (%s)", text, m.Disposition, m.Reason)
		}
	}
	first := brings(hers, "From: Ana Quillfeather <ana@example.net>\nTo: support@example.org\nSubject: The zyzzomat hums\nMessage-ID: <1@example.net>\n\nThe zyzzomat in my office hums since noon.\n\nAna Quillfeather\n")
	agents("Dear Ms Quillfeather,\n\nplease turn the zyzzomat off and on.\n")
	agents("#note\nMs Quillfeather has the old zyzzomat.\n")
	agents("#resolve\nIt has a new fan.\n")
	agents("#kb When a machine hums\n")
	brings(hers, "From: Ana Quillfeather <ana@example.net>\nTo: support@example.org\nSubject: The zyzzomat hums again\nMessage-ID: <2@example.net>\n\nThe zyzzomat in my office hums again.\n\nAna Quillfeather\n")
	brings(hers, "From: alice@example.org\nTo: support@example.org\nSubject: Re: [Example IT #1] The zyzzomat hums\nMessage-ID: <3@example.net>\n\n#close\nThe zyzzomat is mine, Quillfeather.\n")
	seen := trouble.Sighting{At: time.Now(), What: "failed log-in (the page)", Origin: "ana@example.net"}
	for range 5 {
		seen.Ticket = first.Ticket
		if err := d.local.Desk.ObserveSecurity(t.Context(), time.Now(), []trouble.Sighting{seen, seen, seen}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.learner.Step(t.Context(), d.local.Desk, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := d.local.KeepLearnt(d.learner); err != nil {
		t.Fatal(err)
	}
}

// TestT158EveryRoom: whatever the daemon keeps, and wherever, has nothing of an erased person, nor
// has a backup that is made afterwards. On PostgreSQL that is what a dump of the database has.
func TestT158EveryRoom(t *testing.T) {
	text := strings.Replace(toldConfig, "[desk]", "[desk]\nadmin = \"boss@example.org\"\nlearn = \"suggest\"", 1) + "[limits]\nsecurity_events_per_hour = 3\n"
	for name, open := range engines {
		t.Run(name, func(t *testing.T) { eraseEveryRoom(t, open(t, text)) })
	}
}

// engines are the houses in which erasing is tried.
var engines = map[string]func(*testing.T, string) *config.Config{"sqlite": house, "postgresql": serverHouse}

// keeping returns where the data of a configuration have a text: files of its folder, and a dump of its
// database on a server.
func keeping(t *testing.T, cfg *config.Config, text string) []string {
	t.Helper()
	where := holding(t, cfg.Desk.Data, text)
	if cfg.Desk.OnServer() && bytes.Contains(bytes.ToLower(pgserver.Dump(t, cfg.Desk.Database)), []byte(text)) {
		where = append(where, "a dump of the database")
	}
	return where
}

func eraseEveryRoom(t *testing.T, cfg *config.Config) {
	d, err := Open(t.Context(), cfg, Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	everyRoom(t, d)
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	for _, word := range hers {
		if where := keeping(t, cfg, word); where == nil || cfg.Desk.OnServer() && !slices.Contains(where, "a dump of the database") {
			t.Errorf("%q is in %v before the erasure, that proves nothing", word, where)
		}
	}
	for _, name := range []string{localdesk.LearntFile, "outgoing"} {
		if _, err := os.Stat(filepath.Join(cfg.Desk.Data, name)); err != nil {
			t.Errorf("a room is missing: %v", err)
		}
	}
	eraseTest(t, cfg)
	backup := filepath.Join(t.TempDir(), "backup")
	if _, err := Backup(t.Context(), cfg, backup, BackupOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, word := range hers {
		if left := append(keeping(t, cfg, word), holding(t, backup, word)...); left != nil {
			t.Errorf("%q is in %v", word, left)
		}
	}
	files, err := os.ReadDir(cfg.Desk.Data)
	if err != nil {
		t.Fatal(err)
	}
	faulttest.Seen(t, "T158", "a person in requests, answers, notes, an article, a trouble and its mail, what was learnt and what was sent, then erased", "address, name and words in none of %d files, nor in a new backup", len(files))
}
