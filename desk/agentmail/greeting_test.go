package agentmail

import "testing"

func TestGreets(t *testing.T) {
	for _, tt := range []struct {
		text string
		want bool
	}{
		{"Dear Ana,\n\nthe lamp is new.", true},
		{"Hi Ana", true},
		{"Good morning Mrs Berg,", true},
		{"Hallo Frau Berg,", true},
		{"Sehr geehrte Damen und Herren,", true},
		{"Bonjour Ana, la lampe", true},
		{"Madame, Monsieur,", true},
		{"Estimada Ana:", true},
		{"Buenas tardes, Ana", true},
		{"Dear customer,", true},
		{"Hi Bob,\nAna rings every hour.", false},
		{"Hi Bob, Ana rings every hour.", false},
		{"Hello,\nwho knows this lamp?", false},
		{"Hinweis: Ana ruft an", false},
		{"Ana rings every hour.", false},
		{"Dearest lamp", false},
		{"", false},
	} {
		if got := Greets(tt.text, "Ana Berg"); got != tt.want {
			t.Errorf("Greets(%q) = %t, want %t", tt.text, got, tt.want)
		}
	}
}
