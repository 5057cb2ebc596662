package threading

import (
	"strings"
	"testing"
)

// TestControlAddress: it is good for one agent on one day, and passes for no other
// signed address.
func TestControlAddress(t *testing.T) {
	keys, err := NewKeyring(GenerateKeys())
	if err != nil {
		t.Fatal(err)
	}
	other, err := NewKeyring(GenerateKeys())
	if err != nil {
		t.Fatal(err)
	}
	address, err := keys.ControlAddress("desk@example.org", "alice", 20786)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		keys    *Keyring
		address string
		agent   string
		ok      bool
	}{
		{keys, address, "alice", true},
		{keys, strings.ToUpper(address), "alice", true},
		{keys, strings.Replace(address, "desk", "support", 1), "alice", true}, // the base is not signed
		{keys, address, "bob", false},
		{keys, address, "", false},
		{other, address, "alice", false},
		{keys, strings.Replace(address, "c20786", "c20787", 1), "alice", false},
		{keys, strings.Replace(address, "c20786", "c020786", 1), "alice", false},
		{keys, "desk@example.org", "alice", false},
		{keys, "desk+c@example.org", "alice", false},
		{keys, "", "alice", false},
	} {
		if day, ok := tt.keys.ParseControlAddress(tt.address, tt.agent); ok != tt.ok || ok && day != 20786 {
			t.Errorf("%s for %s is %d, %t, want %t", tt.address, tt.agent, day, ok, tt.ok)
		}
	}
	if _, _, ok := keys.ParseReplyAddress(address); ok {
		t.Error("it passes for a reply address")
	}
	if _, ok := keys.ParseBounceAddress(address); ok {
		t.Error("it passes for a reverse-path")
	}
	if _, err := keys.ControlAddress("no mailbox", "alice", 1); err == nil {
		t.Error("an address was made of no mailbox")
	}
}
