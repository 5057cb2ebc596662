package threading

import (
	"strings"
	"testing"
	"time"
)

// twoKeys are keys of both purposes, a and b, of which b signs.
func twoKeys() Keys {
	return Keys{PurposeReply: {testKey("a", 1), testKey("b", 1000)}, PurposeMessageID: {testKey("a", 1), testKey("b", 1000)}}
}

// TestEndedKeys: what a key signed means something in the mails that came before its end.
func TestEndedKeys(t *testing.T) {
	now := time.Unix(5000, 0).UTC()
	rotate := func(keys Keys) (Keys, error) { return keys.Rotate(now, time.Hour) }
	revoke := func(keys Keys) (Keys, error) { return keys.Revoke("b", now) }
	revokeOld := func(keys Keys) (Keys, error) { return keys.Revoke("a", now) }
	for _, tt := range []struct {
		name   string
		change func(Keys) (Keys, error)
		at     time.Time
		a, b   bool // what was signed by these means something
	}{
		{"rotated, at once", rotate, now, true, true},
		{"rotated, before the end", rotate, now.Add(time.Hour - time.Second), true, true},
		{"rotated, at the end", rotate, now.Add(time.Hour), false, false},
		{"the key that signs is revoked, before", revoke, now.Add(-time.Second), true, true},
		{"the key that signs is revoked, since", revoke, now, true, false},
		{"an old key is revoked, before", revokeOld, now.Add(-time.Second), true, true},
		{"an old key is revoked, since", revokeOld, now, false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			keys, err := tt.change(twoKeys())
			if err != nil {
				t.Fatal(err)
			}
			text, err := keys.MarshalText()
			if err != nil {
				t.Fatal(err)
			}
			var read Keys
			if err := read.UnmarshalText(text); err != nil {
				t.Fatal(err)
			}
			all, err := NewKeyring(read)
			if err != nil {
				t.Fatal(err)
			}
			at := all.At(tt.at)
			for id, want := range map[string]bool{"a": tt.a, "b": tt.b, keys.Newest(PurposeReply).ID: tt.b || keys.Newest(PurposeReply).ID != "b"} {
				holdSigned(t, keys, all, at, id, want)
			}
		})
	}
}

// holdSigned checks whether everything that a key signs means something to a keyring, and
// that the keyring of all times knows its Message-ID as ours.
func holdSigned(t *testing.T, keys Keys, all, at *Keyring, id string, want bool) {
	t.Helper()
	only := Keys{}
	for purpose, list := range keys {
		for _, k := range list {
			if k.ID == id {
				k.Until = time.Time{}
				only[purpose] = append(only[purpose], k)
			}
		}
	}
	signer, err := NewKeyring(only)
	if err != nil {
		t.Fatal(err)
	}
	token := Token{Ticket: 7, Participant: 3, Role: "agent", Kind: Public}
	address, err := signer.ReplyAddress("support@example.org", token)
	if err != nil {
		t.Fatal(err)
	}
	bounce, err := signer.BounceAddress("support@example.org", 7, 3)
	if err != nil {
		t.Fatal(err)
	}
	control, err := signer.ControlAddress("desk@example.org", "alice", 20000)
	if err != nil {
		t.Fatal(err)
	}
	message := signer.MessageID(token, "1", "desk.example.org")
	_, _, gotAddress := at.ParseReplyAddress(address)
	_, gotBounce := at.ParseBounceAddress(bounce)
	_, gotControl := at.ParseControlAddress(control, "alice")
	_, gotMessage := at.ParseMessageID(message)
	for what, got := range map[string]bool{"reply address": gotAddress, "bounce address": gotBounce, "control address": gotControl, "Message-ID": gotMessage} {
		if got != want {
			t.Errorf("the %s of key %s is known: %t, want %t", what, id, got, want)
		}
	}
	if !all.IsOurs(message) {
		t.Errorf("the Message-ID of key %s is not known as ours", id)
	}
}

// TestRotateKeys: the newest key signs and has no end, even where the clock went back.
func TestRotateKeys(t *testing.T) {
	keys := twoKeys()
	for i := range 100 {
		now := time.Unix(int64(10_000-i), 0)
		next, err := keys.Rotate(now, 0)
		if err != nil {
			t.Fatalf("rotation %d: %v", i, err)
		}
		for purpose := range next {
			k := next.Newest(purpose)
			if old := keys.Newest(purpose); !k.Created.After(old.Created) || !k.Until.IsZero() || k.ID == old.ID {
				t.Fatalf("rotation %d: key %s of %s until %v signs, after %s of %s", i, k.ID, k.Created, k.Until, old.ID, old.Created)
			}
		}
		keys = next
	}
	if n := len(keys[PurposeReply]); n != 32 {
		t.Errorf("%d keys are kept, want 32", n)
	}
}

func TestRotateKeysErrors(t *testing.T) {
	keys := twoKeys()
	var err error
	for range 30 {
		if keys, err = keys.Rotate(time.Unix(5000, 0), time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := keys.Rotate(time.Unix(5000, 0), time.Hour); err == nil || !strings.Contains(err.Error(), "all key ids are taken") {
		t.Errorf("Rotate with 32 keys that are good = %v, want that no id is left", err)
	}
	if _, err := twoKeys().Revoke("z", time.Unix(5000, 0)); err == nil || !strings.Contains(err.Error(), `no key "z"`) {
		t.Errorf("Revoke of an unknown key = %v, want that it is not there", err)
	}
	ended := twoKeys()
	ended[PurposeReply][1].Until = time.Unix(5000, 0)
	if _, err := NewKeyring(ended); err == nil || !strings.Contains(err.Error(), "must not end") {
		t.Errorf("NewKeyring with a newest key that ends = %v, want an error", err)
	}
}

// TestRoomForAKey: numbers that an epoch has lost stay lost when its first key makes room.
func TestRoomForAKey(t *testing.T) {
	keys := twoKeys()
	for purpose := range keys {
		keys[purpose][1].Kept = &Kept{Ticket: 5, Participant: 5, Mail: 5}
	}
	keys, err := keys.Revoke("b", time.Unix(5000, 0)) // so that it ends before a
	if err != nil {
		t.Fatal(err)
	}
	for range 30 {
		if keys, err = keys.Rotate(time.Unix(6000, 0), time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	all, err := NewKeyring(keys)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := NewKeyring(Keys{PurposeReply: {testKey("a", 1)}, PurposeMessageID: {testKey("a", 1)}})
	if err != nil {
		t.Fatal(err)
	}
	for ticket, want := range map[int64]bool{5: true, 6: false} {
		address, err := signer.ReplyAddress("support@example.org", Token{Ticket: ticket, Participant: 1, Role: "agent", Kind: Public})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, ok := all.ParseReplyAddress(address); ok != want {
			t.Errorf("an address for ticket %d: %t, want %t", ticket, ok, want)
		}
	}
}
