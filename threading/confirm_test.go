package threading

import (
	"strings"
	"testing"
)

// TestConfirmAddress: it is good for one mail, and passes for no other signed address.
func TestConfirmAddress(t *testing.T) {
	keys, err := NewKeyring(GenerateKeys())
	if err != nil {
		t.Fatal(err)
	}
	other, err := NewKeyring(GenerateKeys())
	if err != nil {
		t.Fatal(err)
	}
	address, err := keys.ConfirmAddress("support@example.org", 1042)
	if err != nil {
		t.Fatal(err)
	}
	control, err := keys.ControlAddress("support@example.org", "alice", 1042)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		keys    *Keyring
		address string
		ok      bool
	}{
		{keys, address, true},
		{keys, strings.ToUpper(address), true},
		{keys, strings.Replace(address, "support", "desk", 1), true}, // the base is not signed
		{other, address, false},
		{keys, strings.Replace(address, "k1042", "k1043", 1), false},
		{keys, strings.Replace(address, "k1042", "k01042", 1), false},
		{keys, strings.Replace(address, "k1042", "1042", 1), false},
		{keys, control, false},
		{keys, strings.Replace(control, "+c", "+k", 1), false},
		{keys, "support@example.org", false},
		{keys, "support+k@example.org", false},
		{keys, "+k1@", false},
		{keys, "", false},
	} {
		if mail, ok := tt.keys.ParseConfirmAddress(tt.address); ok != tt.ok || ok && mail != 1042 {
			t.Errorf("%s is %d, %t, want %t", tt.address, mail, ok, tt.ok)
		}
	}
	if _, _, ok := keys.ParseReplyAddress(address); ok {
		t.Error("it passes for a reply address")
	}
	if _, ok := keys.ParseBounceAddress(address); ok {
		t.Error("it passes for a reverse-path")
	}
	if _, ok := keys.ParseControlAddress(address, "alice"); ok {
		t.Error("it passes for a control address")
	}
	if _, err := keys.ConfirmAddress("no mailbox", 1); err == nil {
		t.Error("an address was made of no mailbox")
	}
}
