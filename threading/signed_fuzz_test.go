package threading

import "testing"

// FuzzSignedAddresses: of the addresses that agents and delivery reports come to, none is
// taken for another kind, and what this keyring did not sign is none.
func FuzzSignedAddresses(f *testing.F) {
	keys, err := NewKeyring(GenerateKeys())
	if err != nil {
		f.Fatal(err)
	}
	other, err := NewKeyring(GenerateKeys())
	if err != nil {
		f.Fatal(err)
	}
	const base = "support@example.org"
	control, err := keys.ControlAddress(base, "alice", 20786)
	if err != nil {
		f.Fatal(err)
	}
	confirm, err := keys.ConfirmAddress(base, 1042)
	if err != nil {
		f.Fatal(err)
	}
	bounce, err := keys.BounceAddress(base, 17, 5)
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{control, confirm, bounce, "support+k1-a@example.org", "+@", "c1-", "support+c-1-aaaaaaaaaaaaaaaaa@x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, address string) {
		_, isControl := keys.ParseControlAddress(address, "alice")
		mail, isConfirm := keys.ParseConfirmAddress(address)
		_, isBounce := keys.ParseBounceAddress(address)
		_, _, isReply := keys.ParseReplyAddress(address)
		kinds := 0
		for _, is := range []bool{isControl, isConfirm, isBounce, isReply} {
			if is {
				kinds++
			}
		}
		if kinds > 1 {
			t.Errorf("%q is of %d kinds", address, kinds)
		}
		if isConfirm {
			if again, err := keys.ConfirmAddress(base, mail); err != nil || len(again) == 0 {
				t.Errorf("%q confirms mail %d, which has no address: %v", address, mail, err)
			}
		}
		_, foreign := other.ParseConfirmAddress(address)
		_, foreignControl := other.ParseControlAddress(address, "alice")
		if foreign || foreignControl {
			t.Errorf("%q was not signed by the other keyring", address)
		}
	})
}
