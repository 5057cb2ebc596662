package daemon

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maildesk/ticket"
)

// sentMails counts the outgoing mails of a state.
func sentMails(t *testing.T, d *Daemon, states ...ticket.OutboxState) (n int) {
	t.Helper()
	err := d.Desk().View(t.Context(), func(r ticket.Reader) error {
		mails, err := r.OutboxOf(0, states...)
		n = len(mails)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestPauseStopsARunningPostman(t *testing.T) {
	path := filepath.Join(t.TempDir(), "maildesk.toml")
	writeConfig(t, path, firstConfig+withHealth)
	d, log := start(t, path)
	data := filepath.Join(filepath.Dir(path), "data")
	one := func(n int) {
		if err := deliver(t, d.Addrs()[0], "u@example.net", "support@example.org", mailOf(n, "printer", "")); err != nil {
			t.Fatal(err)
		}
	}
	await := func(what string, done func() bool) {
		t.Helper()
		for end := time.Now().Add(2 * time.Minute); !done(); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%s: not within two minutes", what)
			}
		}
	}
	one(1)
	await("the first acknowledgement", func() bool { return sentMails(t, d, ticket.OutboxSent) == 1 })
	if err := PauseOutbox(data, Pause{time.Now(), "the smarthost moves"}); err != nil {
		t.Fatal(err)
	}
	log.await(t, "the outbox is paused")
	await("/readyz says so", func() bool {
		_, body := get(t, d, "/readyz")
		return strings.Contains(body, "sending is paused: the smarthost moves")
	})
	one(2)
	await("the second acknowledgement in the outbox", func() bool { return sentMails(t, d, ticket.OutboxReady) == 1 })
	if err := ResumeOutbox(data); err != nil {
		t.Fatal(err)
	}
	log.await(t, "the outbox is resumed")
	await("the second acknowledgement", func() bool { return sentMails(t, d, ticket.OutboxSent) == 2 })
	if p, err := OutboxPaused(data); p != nil || err != nil {
		t.Errorf("OutboxPaused = %v, %v; want nil", p, err)
	}
}
