package store

import (
	"errors"
	"strings"
	"testing"

	"maildesk/ticket"
)

func TestReadOnlyRefusesChanges(t *testing.T) {
	sites(t, func(t *testing.T, s site) {
		daemon := s.open(t, Options{Exclusive: true})
		id, _, err := appendMail(daemon, ticket.Mail{Fingerprint: [32]byte{1}, Envelope: ticket.Envelope{Source: ticket.SourceSMTP}}, []byte("a"))
		if err != nil {
			t.Fatal(err)
		}
		db := s.open(t, Options{ReadOnly: true})
		for name, err := range map[string]error{
			"Update":       db.Update(t.Context(), func(ticket.Tx) error { return nil }),
			"UpdateSoon":   db.UpdateSoon(t.Context(), func(ticket.Tx) error { return nil }),
			"Commit":       db.Commit(t.Context(), ticket.First, &ticket.Plan{}),
			"CommitInTurn": db.CommitInTurn(t.Context(), ticket.First, func(ticket.Reader) (*ticket.Plan, error) { return &ticket.Plan{}, nil }),
			"KeepLost":     db.KeepLost(t.Context(), ticket.LostMail{}),
			"KeepErased":   db.KeepErased(t.Context(), ticket.ErasedMail{}),
		} {
			if !errors.Is(err, ErrReadOnly) {
				t.Errorf("%s = %v, want ErrReadOnly", name, err)
			}
		}
		if _, _, err := appendMail(db, ticket.Mail{Fingerprint: [32]byte{2}, Envelope: ticket.Envelope{Source: ticket.SourceSMTP}}, []byte("b")); !errors.Is(err, ErrReadOnly) {
			t.Errorf("Keep = %v, want ErrReadOnly", err)
		}
		err = db.View(t.Context(), func(r ticket.Reader) error {
			_, err := r.Raw(id)
			return err
		})
		if err != nil {
			t.Errorf("read the mail: %v", err)
		}
	})
}

// TestReadOnlyBesideADaemonThatBegins: what was read without a lock counts for nothing once somebody works on the files.
func TestReadOnlyBesideADaemonThatBegins(t *testing.T) {
	folder := t.TempDir()
	made, err := Open(t.Context(), folder, Options{Exclusive: true})
	if err == nil {
		err = made.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	db := openFolder(t, folder, Options{ReadOnly: true})
	look := func(ticket.Reader) error { return nil }
	if err := db.View(t.Context(), look); err != nil {
		t.Fatal(err)
	}
	openFolder(t, folder, Options{Exclusive: true})
	if err := db.View(t.Context(), look); err == nil || !strings.Contains(err.Error(), "try again") {
		t.Errorf("View beside a daemon that has begun = %v, want that it is to be tried again", err)
	}
}
