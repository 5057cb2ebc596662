package daemon

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"maildesk/daemon/localdesk"
	"maildesk/faulttest/pgserver"
	"maildesk/store"
	"maildesk/ticket"
)

// A daemon that cannot listen, as behind some poolers, finds by itself what commands put into the
// database: a mail to be handled, and one that was decided there and is to be sent.
func TestDaemonThatCannotListen(t *testing.T) {
	t.Parallel()
	cfg := serverHouse(t, toldConfig+fmt.Sprintf("[outgoing]\nsmarthost = %q\n", "maildir:"+filepath.Join(t.TempDir(), "sent")))
	deaf := *cfg
	url, ended := pgserver.Deaf(t, cfg.Desk.Database)
	deaf.Desk.Database = url
	runWith(t, &deaf, func(d *Daemon) {
		command, err := localdesk.OpenWith(t.Context(), cfg, slog.New(slog.DiscardHandler), store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer command.Close()
		raw := "From: ana@example.net\r\nTo: support@example.org\r\nSubject: Lamp\r\nMessage-ID: <deaf@example.net>\r\n\r\nIt is dark.\r\n"
		env := ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: "ana@example.net", ForwardPaths: []string{"support@example.org"}}
		if _, err := command.Desk.Accept(t.Context(), env, []byte(raw)); err != nil {
			t.Fatal(err)
		}
		awaitSent(t, d, "ana@example.net", 1) // the acknowledgement
		if _, err := command.Desk.Command(t.Context(), command.Desk.Settings().Agents[0], 1, "It has a new bulb.\n", "a test"); err != nil {
			t.Fatal(err)
		}
		awaitSent(t, d, "ana@example.net", 2)
	})
	if ended.Load() == 0 {
		t.Error("the daemon did not try to listen, that proves nothing")
	}
}

// awaitSent waits until a daemon has sent so many mails to an address.
func awaitSent(t *testing.T, d *Daemon, address string, want int) {
	t.Helper()
	for begun := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		sent := 0
		err := d.Desk().View(t.Context(), func(r ticket.Reader) error {
			mails, err := r.OutboxOf(0, ticket.OutboxSent)
			for _, m := range mails {
				if m.Recipient == address {
					sent++
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if sent >= want {
			return
		}
		if time.Since(begun) > 2*time.Minute {
			t.Fatalf("%d mails went to %s within two minutes, want %d", sent, address, want)
		}
	}
}
