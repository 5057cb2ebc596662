package daemon

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/config"
	"maildesk/daemon/localdesk"
	"maildesk/daemon/logging"
	"maildesk/desk/trouble"
	"maildesk/faulttest"
	"maildesk/faulttest/pgserver"
	"maildesk/ticket"
)

// What is known of a person who is to be erased: nobody else writes so.
var hers = []string{"ana@example.net", "quillfeather", "zyzzomat"}

// mailer brings mails to a daemon that runs, and waits for what becomes of them.
type mailer struct {
	t *testing.T
	d *Daemon
	n int
}

// brings brings a mail with a Message-ID of its own.
func (m *mailer) brings(from, to, text string) ticket.Mail {
	m.t.Helper()
	m.n++
	env := ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: from[strings.LastIndexAny(from, "<")+1:], ForwardPaths: []string{to}, Client: "203.0.113.9"}
	env.ReversePath = strings.TrimSuffix(env.ReversePath, ">")
	_, domain, _ := strings.Cut(env.ReversePath, "@")
	raw := fmt.Sprintf("From: %s\nTo: %s\nMessage-ID: <m%d@%s>\n%s", from, to, m.n, domain, text)
	id, err := m.d.local.Desk.Accept(m.t.Context(), env, []byte(strings.ReplaceAll(raw, "\n", "\r\n")))
	if err != nil {
		m.t.Fatal(err)
	}
	var kept ticket.Mail
	for begun := time.Now(); kept.Disposition == "" || kept.Disposition == ticket.DispositionPending; time.Sleep(5 * time.Millisecond) {
		if time.Since(begun) > time.Minute {
			m.t.Fatalf("mail %d is not handled", id)
		}
		if err := m.d.local.Desk.View(m.t.Context(), func(r ticket.Reader) (err error) { kept, err = r.Mail(id); return err }); err != nil {
			m.t.Fatal(err)
		}
	}
	return kept
}

var signedAddress = regexp.MustCompile(`Reply-To:[^@]*?(support\+t[^@\s>]+@example\.org)`)

// addressOf returns the signed address in the last mail to somebody that has one.
func (m *mailer) addressOf(who string) (address string) {
	m.t.Helper()
	err := m.d.local.Desk.View(m.t.Context(), func(r ticket.Reader) error {
		all, err := r.OutboxOf(0)
		for _, sent := range all {
			if sent.Recipient != who || err != nil {
				continue
			}
			if sent, err = r.OutboxMail(sent.ID); err != nil {
				return err
			}
			if found := signedAddress.FindSubmatch(sent.Bytes); found != nil {
				address = string(found[1])
			}
		}
		return err
	})
	if err != nil || address == "" {
		m.t.Fatalf("no mail to %s has an address to answer to, %v", who, err)
	}
	return address
}

// answers answers the last mail to somebody.
func (m *mailer) answers(who, text string) {
	m.t.Helper()
	m.answersAs(who, who, text)
}

// answersAs is answers with a name in From.
func (m *mailer) answersAs(from, who, text string) {
	m.t.Helper()
	if got := m.brings(from, m.addressOf(who), "Subject: Re: [Example IT #1] It\n\n"+text); got.Disposition != ticket.DispositionAppended {
		m.t.Fatalf("%q is %s (%s)", text, got.Disposition, got.Reason)
	}
}

const anas = "Ana Quillfeather <ana@example.net>"

// everyRoom lets a daemon keep something of Ana wherever it keeps anything: requests, answers,
// an article, what is alike, a trouble and the mail about it, what was learnt, what was sent.
func everyRoom(t *testing.T, d *Daemon) {
	t.Helper()
	m := &mailer{t: t, d: d}
	first := m.brings(anas, "support@example.org", "Subject: The zyzzomat hums\n\nThe zyzzomat in my office hums since noon.\n\nAna Quillfeather\n")
	for _, text := range []string{"Dear Ms Quillfeather,\n\nplease turn the zyzzomat off and on.\n", "#note\nMs Quillfeather has the old zyzzomat.\n", "#resolve\nIt has a new fan.\n", "#kb When Ana Quillfeather hums\n"} {
		m.answers("alice@example.org", text)
	}
	m.brings(anas, "support@example.org", "Subject: The zyzzomat hums again\n\nThe zyzzomat in my office hums again.\n\nAna Quillfeather\n")
	m.brings("alice@example.org", "support@example.org", "Subject: Re: [Example IT #1] The zyzzomat hums\n\n#close\nThe zyzzomat is mine, Quillfeather.\n")
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

// runWith runs a daemon and fn beside it, and returns its log, in which there are no addresses.
func runWith(t *testing.T, cfg *config.Config, fn func(*Daemon)) *logBuffer {
	t.Helper()
	log := &logBuffer{}
	d, err := Open(t.Context(), cfg, Options{Log: logging.New(log, "text", false)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	fn(d)
	stop()
	if err := errors.Join(<-done, d.Close()); err != nil {
		t.Fatal(err)
	}
	return log
}

// erasedEverywhere erases Ana, makes a backup, and fails where one of the words is left in the
// data, in that backup or in the log.
func erasedEverywhere(t *testing.T, cfg *config.Config, log *logBuffer, words []string) {
	t.Helper()
	eraseTest(t, cfg)
	backup := filepath.Join(t.TempDir(), "backup")
	if _, err := Backup(t.Context(), cfg, backup, BackupOptions{}); err != nil {
		t.Fatal(err)
	}
	gone(t, cfg, backup, log, words)
}

// gone fails where something of a person is left in the data, in a backup of it that is made now,
// or in the log.
func gone(t *testing.T, cfg *config.Config, backup string, log *logBuffer, words []string) {
	t.Helper()
	where := keepers(t, cfg)
	for _, word := range words {
		if left := append(where(word), holding(t, backup, word)...); left != nil {
			t.Errorf("%q is in %v", word, left)
		}
		for line := range strings.Lines(log.String()) {
			if strings.Contains(strings.ToLower(line), word) {
				t.Errorf("%q is in the log: %s", word, line)
			}
		}
	}
	if !strings.Contains(log.String(), `msg="mail received"`) {
		t.Errorf("the log has no mails, that proves nothing:\n%s", log)
	}
}

// TestT158EveryRoom: whatever the daemon keeps, and wherever, has nothing of an erased person, nor
// has a backup that is made afterwards. On PostgreSQL that is what a dump of the database has.
func TestT158EveryRoom(t *testing.T) {
	t.Parallel()
	text := strings.Replace(toldConfig, "[desk]", "[desk]\nadmin = \"boss@example.org\"\nlearn = \"suggest\"", 1) + "[limits]\nsecurity_events_per_hour = 3\n"
	for name, open := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eraseEveryRoom(t, open(t, text))
		})
	}
}

// engines are the houses in which erasing is tried.
var engines = map[string]func(*testing.T, string) *config.Config{"sqlite": house, "postgresql": serverHouse}

// keeping returns where the data of a configuration have a text: files of its folder, and a dump of its
// database on a server.
func keeping(t *testing.T, cfg *config.Config, text string) []string {
	t.Helper()
	return keepers(t, cfg)(text)
}

// keepers is keeping of many texts in data that do not change: to dump a database takes long.
func keepers(t *testing.T, cfg *config.Config) func(text string) []string {
	t.Helper()
	var dump []byte
	if cfg.Desk.OnServer() {
		dump = bytes.ToLower(pgserver.Dump(t, cfg.Desk.Database))
	}
	return func(text string) []string {
		t.Helper()
		where := holding(t, cfg.Desk.Data, text)
		if bytes.Contains(dump, []byte(text)) {
			where = append(where, "a dump of the database")
		}
		return where
	}
}

func eraseEveryRoom(t *testing.T, cfg *config.Config) {
	log := runWith(t, cfg, func(d *Daemon) { everyRoom(t, d) })
	keeping := keepers(t, cfg)
	for _, word := range hers {
		if where := keeping(word); where == nil || cfg.Desk.OnServer() && !slices.Contains(where, "a dump of the database") {
			t.Errorf("%q is in %v before the erasure, that proves nothing", word, where)
		}
	}
	for _, name := range []string{localdesk.LearntFile, "outgoing"} {
		if _, err := os.Stat(filepath.Join(cfg.Desk.Data, name)); err != nil {
			t.Errorf("a room is missing: %v", err)
		}
	}
	erasedEverywhere(t, cfg, log, hers)
	files, err := os.ReadDir(cfg.Desk.Data)
	if err != nil {
		t.Fatal(err)
	}
	faulttest.Seen(t, "T158", "a person in requests, answers, notes, an article, a trouble and its mail, what was learnt and what was sent, then erased", "address, name and words in none of %d files, nor in the log and a new backup", len(files))
}
