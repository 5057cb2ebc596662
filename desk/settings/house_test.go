package settings

import "testing"

// TestOfHouse: who belongs to a desk that is written to at two domains.
func TestOfHouse(t *testing.T) {
	s := Settings{Addresses: []Address{{Mail: "support@example.org"}, {Mail: "it@help.example.co.uk"}}}
	for address, want := range map[string]bool{
		"ana@example.org": true, "ana@sales.Example.org": true, "ana@example.co.uk": true, "ana@it.example.co.uk": true,
		"ana@notexample.org": false, "ana@example.org.example.com": false, "ana@co.uk": false, "ana@other.co.uk": false, "ana": false, "": false,
	} {
		if got := s.OfHouse(address); got != want {
			t.Errorf("ofHouse(%q) = %t, want %t", address, got, want)
		}
	}
}
