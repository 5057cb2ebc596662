package localdesk

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"maildesk/config"
	"maildesk/desk/learning"
	"maildesk/ticket"
)

var spring = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// openOn opens a desk on a folder, with what it has learnt, and why it has learnt nothing.
func openOn(t *testing.T, folder string) (*Local, *learning.Learner, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "maildesk.toml")
	if err := os.WriteFile(path, []byte(strings.Replace(scratchConfig, "[desk]\n", fmt.Sprintf("[desk]\ndata = %q\n", folder), 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	local, err := Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	l, err := local.ReadLearnt(t.Context())
	return local, l, err
}

// file files requests about the network and about printing, as alice does it.
func file(t *testing.T, local *Local, n int, at time.Time) {
	t.Helper()
	words := map[string]string{"network": "The vpn tunnel drops", "printing": "The printer jams"}
	err := local.Store.Update(t.Context(), func(tx ticket.Tx) error {
		for i := range n {
			category := []string{"network", "printing"}[i%2]
			of := ticket.Ticket{Subject: words[category], Requester: "ana@example.net", Language: "en", Queue: "first-line", Status: ticket.StatusNew, Priority: ticket.PriorityNormal, CreatedAt: at, UpdatedAt: at}
			id, err := tx.InsertTicket(of)
			if err == nil {
				_, err = tx.AddEntry(ticket.Entry{Ticket: id, Kind: ticket.EntryMessage, Author: of.Requester, Text: words[category], At: at})
			}
			if err == nil {
				_, err = tx.AddEvent(ticket.Event{Ticket: id, Kind: ticket.EventCategory, Actor: "alice", To: category, At: at})
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// learnAll learns what there is, and returns how many events that were.
func learnAll(t *testing.T, local *Local, l *learning.Learner) (all int) {
	t.Helper()
	for {
		n, err := l.Step(t.Context(), local.Desk, spring.AddDate(1, 0, 0))
		if err != nil {
			t.Fatal(err)
		}
		if all += n; n < learning.AtOnce {
			return all
		}
	}
}

// TestLearntOverRestarts: what was learnt goes on where it was kept, and from a file that is
// damaged, cut off, of another version or of another history nothing is taken: all is learnt
// anew, and comes to the same.
func TestLearntOverRestarts(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	path := filepath.Join(folder, LearntFile)
	request := ticket.Ticket{Subject: "vpn tunnel", Requester: "kim@example.net", Language: "en"}
	says := func(l *learning.Learner) ticket.Learnt { return l.Suggest(request, "It drops.") }

	local, l, err := openOn(t, folder)
	if err != nil {
		t.Fatalf("without a file: %v", err)
	}
	file(t, local, 60, spring)
	if n := learnAll(t, local, l); n != 60 {
		t.Fatalf("%d events were learnt, want 60", n)
	}
	first := says(l)
	if first.Category.Value != "network" {
		t.Fatalf("it says %v, want that it is about the network", first)
	}
	if err := local.KeepLearnt(l); err != nil {
		t.Fatal(err)
	}
	file(t, local, 10, spring.Add(time.Hour)) // after it was kept, as before a crash
	if err := local.Close(); err != nil {
		t.Fatal(err)
	}

	local, l, err = openOn(t, folder)
	if err != nil || !reflect.DeepEqual(says(l), first) {
		t.Fatalf("after a restart it says %v, %v, want %v", says(l), err, first)
	}
	if n := learnAll(t, local, l); n != 10 {
		t.Errorf("after a restart %d events were learnt, want the 10 that were not", n)
	}
	all := says(l)
	if err := local.KeepLearnt(l); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := local.Close(); err != nil {
		t.Fatal(err)
	}

	changed := append([]byte(nil), whole...)
	changed[len(changed)/2] ^= 1
	for name, bytes := range map[string][]byte{
		"empty":           {},
		"half-written":    whole[:len(whole)/2],
		"a changed byte":  changed,
		"another version": append([]byte("maildesk learnt 0\n"), whole[len("maildesk learnt 1\n"):]...),
		"longer":          append(append([]byte(nil), whole...), whole...),
		"text":            []byte("who wrote this?\n"),
	} {
		if err := os.WriteFile(path, bytes, 0o600); err != nil {
			t.Fatal(err)
		}
		local, l, err := openOn(t, folder)
		if err == nil || !strings.Contains(err.Error(), LearntFile) {
			t.Errorf("%s: %v, want an error that names the file", name, err)
		}
		if said := says(l); !reflect.DeepEqual(said, ticket.Learnt{}) {
			t.Errorf("%s: before it has learnt it says %v", name, said)
		}
		if n := learnAll(t, local, l); n != 70 || !reflect.DeepEqual(says(l), all) {
			t.Errorf("%s: learnt anew from %d events it says %v, want %v from 70", name, n, says(l), all)
		}
		if err := local.Close(); err != nil {
			t.Fatal(err)
		}
	}

	// The history of another desk, as after a backup was restored.
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "data")
	local, _, err = openOn(t, other)
	if err != nil {
		t.Fatal(err)
	}
	file(t, local, 70, spring.AddDate(0, 1, 0))
	if err := os.WriteFile(filepath.Join(other, LearntFile), whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if l, err = local.ReadLearnt(t.Context()); err == nil || !strings.Contains(err.Error(), "another one") || !reflect.DeepEqual(says(l), ticket.Learnt{}) {
		t.Errorf("of another history it says %v, %v", says(l), err)
	}
	if err := local.Close(); err != nil {
		t.Fatal(err)
	}
}
