package imappoll

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"testing"
	"time"

	"maildesk/store"
	"maildesk/ticket"
)

// atHand is a mailbox in memory, by its UIDs, that notes what is done with its mails.
type atHand struct {
	validity uint32
	mails    map[uint32]string
	since    map[uint32]time.Time
	done     []string
}

func (a *atHand) Selected() ticket.Selected {
	return ticket.Selected{UIDValidity: a.validity, UIDNext: uint32(100 * (a.validity + 1)), Messages: uint32(len(a.mails))}
}

func (a *atHand) UIDs(above uint32) []uint32 {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(a.mails)), func(uid uint32) bool { return uid <= above })
}

func (a *atHand) Mail(uid uint32) (raw []byte, arrived time.Time, there bool) {
	text, there := a.mails[uid]
	return []byte(text), a.since[uid], there
}

func (a *atHand) Remove(uids []uint32) { a.did("delete", uids) }

func (a *atHand) did(what string, uids []uint32) {
	for _, uid := range uids {
		a.done = append(a.done, fmt.Sprintf("%s %d", what, uid))
	}
}

// capable is the server of such a mailbox, which can do all that may be asked of it.
type capable struct {
	shelf
	on *atHand
}

func (c capable) able(After) error { return nil }

func (c capable) flag(_ context.Context, uids []uint32, _ string) error {
	c.on.did("flag", uids)
	return nil
}

func (c capable) move(_ context.Context, uids []uint32, _ string) error {
	c.on.did("move", uids)
	return nil
}

// TestRelistedLeavesWhatIsNotOurs: when the UIDs of a mailbox have changed, the mails that
// lay there before the first contact are neither taken nor flagged, moved or deleted. Those
// of the desk are, if that had not been done yet.
func TestRelistedLeavesWhatIsNotOurs(t *testing.T) {
	for after, does := range map[After]string{Leave: "", Flag: "flag", Move: "move", Delete: "delete"} {
		t.Run(does, func(t *testing.T) {
			w := openWorld(t, store.Options{})
			longAgo := time.Now().AddDate(-1, 0, 0)
			box := &atHand{validity: 1, mails: map[uint32]string{101: letter(1)}, since: map[uint32]time.Time{101: longAgo}}
			log := slog.New(slog.DiscardHandler)
			pass := func() {
				t.Helper()
				f := &fetcher{desk: w.Desk, ledger: ledger{w.db, log}, cfg: Mailbox{Account: support, Name: "INBOX", Address: support, After: after, Folder: "Done"}, log: log}
				var err error
				if f.box, err = f.ledger.open(t.Context(), support, "INBOX"); err == nil {
					_, err = f.pass(t.Context(), capable{shelf{box}, box})
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			pass()
			box.mails[250], box.since[250] = letter(2), time.Now()
			pass()
			w.handled(1)
			want := []string{}
			if does != "" {
				want = []string{does + " 250"}
			}
			if !slices.Equal(box.done, want) {
				t.Errorf("before the UIDs changed it did %q, want %q", box.done, want)
			}
			box.validity, box.done = 2, nil
			box.mails = map[uint32]string{201: letter(1), 202: letter(2), 203: letter(3)}
			box.since = map[uint32]time.Time{201: longAgo, 202: box.since[250], 203: time.Now()}
			pass()
			w.handled(2)
			if does != "" {
				want = []string{does + " 202", does + " 203"}
			}
			if !slices.Equal(box.done, want) {
				t.Errorf("after the UIDs changed it did %q, want %q", box.done, want)
			}
			before := len(box.done)
			pass()
			if len(box.done) != before || len(w.tickets()) != 2 {
				t.Errorf("a further pass did %q, and there are %d tickets", box.done[before:], len(w.tickets()))
			}
		})
	}
}
