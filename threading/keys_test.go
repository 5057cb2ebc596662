package threading

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"
)

// testKey makes a key whose secret follows from its id.
func testKey(id string, created int64) Key {
	return Key{ID: id, Secret: bytes.Repeat([]byte(id), 32), Created: time.Unix(created, 0).UTC()}
}

func testKeyring(t testing.TB) *Keyring {
	t.Helper()
	k, err := NewKeyring(Keys{
		PurposeReply:     {testKey("k", 1)},
		PurposeMessageID: {testKey("m", 1)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestKeyFileRoundTrip(t *testing.T) {
	keys := GenerateKeys()
	second, err := GenerateKey(keys[PurposeReply]...)
	if err != nil {
		t.Fatal(err)
	}
	second.Created = second.Created.Add(time.Hour)
	keys[PurposeReply] = append(keys[PurposeReply], second)
	text, err := keys.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	var read Keys
	if err := read.UnmarshalText(append([]byte("# keys\r\n\r\n"), text...)); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(read, keys) {
		t.Errorf("UnmarshalText(MarshalText) = %v, want %v", read, keys)
	}
}

func TestGenerateKey(t *testing.T) {
	var keys []Key
	for range len(alphabet) {
		k, err := GenerateKey(keys...)
		if err != nil {
			t.Fatalf("GenerateKey beside %d keys: %v", len(keys), err)
		}
		for _, old := range keys {
			if old.ID == k.ID || bytes.Equal(old.Secret, k.Secret) {
				t.Fatalf("GenerateKey beside %d keys gives the id or secret of key %q again", len(keys), old.ID)
			}
		}
		keys = append(keys, k)
	}
	if _, err := GenerateKey(keys...); err == nil {
		t.Error("GenerateKey beside 32 keys: no error, and no id is left")
	}
}

func TestKeyFileErrors(t *testing.T) {
	good, err := GenerateKeys().MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	secret := strings.Repeat("a", 52)
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", "no key for reply"},
		{"words", "reply a 2026-11-24T10:00:00Z", "line 1: want purpose"},
		{"time", "\nreply a yesterday " + secret, `line 2: "yesterday"`},
		{"secret", "reply a 2026-11-24T10:00:00Z 0189", "line 1: the secret is not base32"},
		{"short", string(good) + "reply b 2026-11-24T10:00:00Z aaaa", "the secret has 2 bytes"},
		{"purpose", string(good) + "cookies b 2026-11-24T10:00:00Z " + secret, `unknown purpose "cookies"`},
		{"id", string(good) + "reply A 2026-11-24T10:00:00Z " + secret, `reply key "A"`},
		{"two numbers", string(good) + "reply b 2026-11-24T10:00:00Z " + secret + " 1 2", "three more numbers for the first key of an epoch; got 6 words"},
		{"no number", string(good) + "reply b 2026-11-24T10:00:00Z " + secret + " 1 x 3", `"x" is not a number`},
		{"negative", string(good) + "reply b 2026-11-24T10:00:00Z " + secret + " 1 2 -3", `"-3" is not a number`},
		{"end", string(good) + "reply b 2016-11-24T10:00:00Z " + secret + " until soon", `line 3: "soon" is not a time`},
		{"no end", string(good) + "reply b 2016-11-24T10:00:00Z " + secret + " until", "got 5 words"},
		{"newest ends", string(good) + "reply b 2036-11-24T10:00:00Z " + secret + " until 2037-01-01T00:00:00Z", "the newest key signs and must not end"},
		{"twice", string(good) + string(good), "two keys have this id"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var keys Keys
			err := keys.UnmarshalText([]byte(tt.text))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("UnmarshalText(%q) = %v, want an error with %q", tt.text, err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Errorf("UnmarshalText(%q): the error shows the secret: %v", tt.text, err)
			}
		})
	}
}

func TestKeyRotation(t *testing.T) {
	token := Token{Ticket: 7, Participant: 3, Role: "agent", Kind: Public}
	old := Keys{PurposeReply: {testKey("a", 1)}, PurposeMessageID: {testKey("a", 1)}}
	both := Keys{PurposeReply: {testKey("b", 2), testKey("a", 1)}, PurposeMessageID: {testKey("b", 2), testKey("a", 1)}}
	retired := Keys{PurposeReply: {testKey("b", 2)}, PurposeMessageID: {testKey("b", 2)}}
	sign := func(keys Keys) (address, id string) {
		k, err := NewKeyring(keys)
		if err != nil {
			t.Fatal(err)
		}
		address, err = k.ReplyAddress("support@example.org", token)
		if err != nil {
			t.Fatal(err)
		}
		return address, k.MessageID(token, "1", "desk.example.org")
	}
	oldAddress, oldID := sign(old)
	newAddress, newID := sign(both)
	if address, id := sign(retired); address != newAddress || id != newID {
		t.Errorf("the newest key does not sign: %s %s, want %s %s", newAddress, newID, address, id)
	}
	for _, tt := range []struct {
		name        string
		keys        Keys
		address, id string
		want        bool
	}{
		{"old checks what old signed", old, oldAddress, oldID, true},
		{"both check what old signed", both, oldAddress, oldID, true},
		{"both check what new signed", both, newAddress, newID, true},
		{"retired key checks nothing", retired, oldAddress, oldID, false},
		{"old does not know new", old, newAddress, newID, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k, err := NewKeyring(tt.keys)
			if err != nil {
				t.Fatal(err)
			}
			if got, _, ok := k.ParseReplyAddress(tt.address); ok != tt.want || ok && got != token {
				t.Errorf("ParseReplyAddress(%s) = %+v, %t, want %t", tt.address, got, ok, tt.want)
			}
			if got, ok := k.ParseMessageID(tt.id); ok != tt.want || ok && got != token {
				t.Errorf("ParseMessageID(%s) = %+v, %t, want %t", tt.id, got, ok, tt.want)
			}
		})
	}
}

func FuzzKeyFile(f *testing.F) {
	good, err := GenerateKeys().MarshalText()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte("# nothing\n"))
	f.Add(append(good, "reply b 2026-11-24T10:00:00Z "+strings.Repeat("a", 52)+" 17 40 95\n"...))
	f.Add(append(good, "reply b 2016-11-24T10:00:00Z "+strings.Repeat("a", 52)+" 17 40 95 until 2026-11-25T10:00:00Z\n"...))
	f.Fuzz(func(t *testing.T, text []byte) {
		var keys Keys
		if keys.UnmarshalText(text) != nil {
			return
		}
		if _, err := NewKeyring(keys); err != nil {
			t.Fatalf("UnmarshalText took %q, NewKeyring: %v", text, err)
		}
		again, err := keys.MarshalText()
		if err != nil {
			t.Fatalf("MarshalText of %q: %v", text, err)
		}
		var second Keys
		if err := second.UnmarshalText(again); err != nil {
			t.Fatalf("UnmarshalText(%q): %v", again, err)
		}
		if third, err := second.MarshalText(); err != nil || !bytes.Equal(third, again) {
			t.Errorf("key file changes when it is written again: %q, then %q, %v", again, third, err)
		}
	})
}
