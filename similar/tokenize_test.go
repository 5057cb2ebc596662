package similar

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Two forms of a word are one, with its accents and without; of two languages they are not.
func TestForms(t *testing.T) {
	for _, tt := range []struct {
		language, a, b string
		same           bool
	}{
		{"en", "printers", "printer", true}, {"en", "printing", "printed", true}, {"en", "printer", "paper", false}, {"en", "café", "cafe", true},
		{"de", "Drucker", "Druckern", true}, {"de", "Drucker für", "drucker", true}, {"de", "Schlüssel", "Schluessel", true}, {"de", "Straße", "STRASSE", true},
		{"fr", "bloquée", "bloquee", true}, {"fr", "bloqué", "bloquer", true}, {"fr", "imprimantes", "imprimante", true}, {"fr", "l'écran", "ecrans", true},
		{"es", "contraseñas", "contrasena", true}, {"es", "bloqueada", "bloqueado", true}, {"it", "stampanti", "stampante", true}, {"nl", "printers", "printer", true},
		{"pt", "impressoras", "impressora", true}, {"pl", "drukarka", "drukarki", true}, {"pl", "hasło", "haslo", true}, {"xx", "Ångström", "angstrom", true}, {"fr", "cœurs", "coeur", true}, {"xx", "smørrebrød", "smorrebrod", true}, {"xx", "Đorđe", "dorde", true}, {"xx", "printers", "printer", false},
	} {
		a, b := Read(tt.language, tt.a, ""), Read(tt.language, tt.b, "")
		if len(a) != 1 || len(b) != 1 {
			t.Errorf("%s: %q and %q are %d and %d words, want one each", tt.language, tt.a, tt.b, len(a), len(b))
		} else if same := a[0].Hash == b[0].Hash; same != tt.same {
			t.Errorf("%s: %q and %q are one word: %t, want %t", tt.language, tt.a, tt.b, same, tt.same)
		}
	}
	if Read("en", "vpn", "")[0].Hash == Read("de", "vpn", "")[0].Hash {
		t.Error("a word of two languages has one hash")
	}
}

// What says nothing of the matter is left out: addresses, numbers, greetings.
func TestRead(t *testing.T) {
	for text, want := range map[string]string{
		"Dear support team, the VPN drops! Please help, thanks":   "vpn drops",
		"see https://example.org/vpn or write to ana@example.org": "write",
		"order 4711234567, error 809 and x-ray of room 12":        "order error 809 ray room 12",
		"vpn VPN Vpn": "vpn",
	} {
		var got []string
		for _, w := range Read("en", "", text) {
			got = append(got, w.Shown)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("Read(%q) = %q, want %q", text, got, want)
		}
	}
	if all := Read("en", strings.Repeat("x", 1<<20), strings.Repeat("\xff w\x00", 1<<18)+strings.Repeat("\u0301", 9999)); len(all) > maxWords {
		t.Errorf("a hostile text has %d words", len(all))
	}
}

// One word in common is chance; words that all have weigh next to nothing.
func TestCompare(t *testing.T) {
	d := DocumentOf(Read("en", "VPN drops after sleep", "The tunnel of the client drops"))
	u := Usage{Texts: 500, Of: map[Hash]int{}}
	for _, w := range Read("en", "printer jam", "") {
		u.Of[w.Hash] = 400
	}
	for text, want := range map[string]bool{
		"vpn drops": true, "vpn tunnel dead after sleep": true, "vpn": false, "": false, "printer jam": false, "coffee and vpn": false,
	} {
		if m := Compare(Read("en", text, ""), d, u); (m.Score >= EnoughForAgents) != want {
			t.Errorf("Compare(%q) = %.2f %q, want enough: %t", text, m.Score, m.Words, want)
		}
	}
}

// Rarest looks for few words with few texts, and for one at least.
func TestRarest(t *testing.T) {
	words := Read("en", "alpha beta gamma delta", "")
	u := Usage{Texts: 10_000, Of: map[Hash]int{words[0].Hash: 9000, words[1].Hash: 30, words[2].Hash: 5}}
	for _, tt := range []struct{ most, hits, want int }{{9, 100_000, 3}, {2, 100_000, 2}, {9, 100, 2}, {9, 10, 1}, {9, 1, 1}} {
		got := Rarest(words, u, tt.most, tt.hits)
		if len(got) != tt.want || got[0] != words[2].Hash || slices.Contains(got, words[3].Hash) {
			t.Errorf("Rarest(most %d, hits %d) = %v, want %d words, the rarest first", tt.most, tt.hits, got, tt.want)
		}
	}
}

// TestReadRequest: of a request the first words are read, and are those that Read returns.
func TestReadRequest(t *testing.T) {
	var body strings.Builder
	for n := range 500 {
		fmt.Fprintf(&body, "printer%d the printers %d\n", n, n)
	}
	for _, title := range []string{"", "Printer on floor three"} {
		all, first := Read("en", title, body.String()), ReadRequest("en", title, body.String())
		if len(all) <= MostAsked || !slices.Equal(first, all[:MostAsked]) {
			t.Errorf("ReadRequest(%q) = %v, want the first %d of %v", title, first, MostAsked, all)
		}
		if got := ReadRequest("en", title, "toner"); !slices.Equal(got, Read("en", title, "toner")) {
			t.Errorf("ReadRequest of a short text = %v", got)
		}
	}
}
