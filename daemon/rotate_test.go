package daemon

import (
	"log/slog"
	"testing"
	"time"

	"maildesk/daemon/localdesk"

	"maildesk/threading"
)

// TestRevokedWhileRunning: a desk that runs takes up the keys that a command has changed.
func TestRevokedWhileRunning(t *testing.T) {
	cfg := house(t, firstConfig)
	local, err := localdesk.Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { local.Close() })
	address, err := local.Keys.ReplyAddress("support@example.org", threading.Token{Ticket: 1, Participant: 1, Role: "requester", Kind: threading.Public})
	if err != nil {
		t.Fatal(err)
	}
	before := time.Now()
	if _, err := localdesk.RevokeKey(cfg.Desk.Data, "a", before); err != nil {
		t.Fatal(err)
	}
	d := &Daemon{local: local, policy: policy{cfg: cfg}}
	if err := d.observeKeys(); err != nil {
		t.Fatal(err)
	}
	for at, want := range map[time.Time]bool{before.Add(-time.Minute): true, before.Add(time.Minute): false} {
		if _, _, ok := local.Keys.At(at).ParseReplyAddress(address); ok != want {
			t.Errorf("the address in a mail of %s, %s: %t, want %t", at, before, ok, want)
		}
	}
}
