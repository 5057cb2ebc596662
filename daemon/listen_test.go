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

// A daemon that cannot listen, as behind some poolers, finds by itself what a command puts into the
// database, and sends what follows from it.
func TestDaemonThatCannotListen(t *testing.T) {
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
		for begun, sent := time.Now(), false; !sent; time.Sleep(10 * time.Millisecond) {
			if time.Since(begun) > 2*time.Minute {
				t.Fatal("the mail of a command is not answered within two minutes")
			}
			err := d.Desk().View(t.Context(), func(r ticket.Reader) error {
				mails, err := r.OutboxOf(0, ticket.OutboxSent)
				sent = len(mails) > 0
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
	if ended.Load() == 0 {
		t.Error("the daemon did not try to listen, that proves nothing")
	}
}
