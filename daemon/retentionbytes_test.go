package daemon

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"maildesk/daemon/localdesk"
	"maildesk/daemon/privacy"
	"maildesk/store"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// TestRetentionLeavesNoBytes: beside a running desk an erasure by age leaves nothing of what was said in any file of the
// data folder, be it in the room of rows that were written anew long ago.
func TestRetentionLeavesNoBytes(t *testing.T) {
	t.Parallel()
	cfg := house(t, toldConfig+"\n[retention]\nafter = \"30d\"\n")
	const word, other = "wumpelstilz", "brobdingnag"
	var ids []ticket.ID
	runWith(t, cfg, func(d *Daemon) {
		m := &mailer{t: t, d: d}
		for i := range 12 {
			who := word
			if i%3 == 2 {
				who = other
			}
			text := strings.Repeat(fmt.Sprintf("The %s of room %d hums and hums. ", who, i), 20*(i+1))
			got := m.brings("Kim "+who+" <"+who+"@example.net>", "support@example.org", fmt.Sprintf("Subject: The %s %d\n\n%s\n", who, i, text))
			if who == word {
				ids = append(ids, got.Ticket)
			}
			m.answers("alice@example.org", "Turn the "+who+" off.\n")
			m.answers("alice@example.org", "#subject The "+who+" is off\n")
			m.answers("alice@example.org", "#resolve\nThe "+who+" has a new fan.\n")
		}
	})
	local, err := localdesk.OpenWith(t.Context(), cfg, slog.New(slog.DiscardHandler), store.Options{Exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	defer local.Close()
	err = local.Store.EraseTickets(t.Context(), func(tx *tables.Tx) (err error) {
		for _, id := range ids {
			err = errors.Join(err, closedDaysAgo(tx, id, 31))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if holding(t, cfg.Desk.Data, word) == nil {
		t.Fatal("the word is in no file before, that proves nothing")
	}
	r, err := privacy.EraseOldBeside(t.Context(), local, cfg, 100, &privacy.Reached{})
	if err != nil || len(r.Whole) != len(ids) || r.Left != nil {
		t.Fatalf("EraseOldBeside = %+v, %v", r, err)
	}
	if left := holding(t, cfg.Desk.Data, word); left != nil {
		t.Errorf("the word is left in %v", left)
	}
	if holding(t, cfg.Desk.Data, other) == nil {
		t.Error("what is not old is gone, too")
	}
}
