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

func TestSpeaksTo(t *testing.T) {
	for _, tt := range []struct {
		text string
		want bool
	}{
		{"Hi Bob,\n\nshe rings every hour.", true},
		{"Bob,\n\nshe rings every hour.", true},
		{"Bob Brown,\nshe rings", true},
		{"@bob she rings every hour", true},
		{"@Bob", true},
		{"Bob", false},
		{"Bob rings, \nand rings", false},
		{"Bob the builder rings,\n", false},
		{"Dear Sir,\n", false},
		{"@home it works", false},
		{"Hi Bob and team,\n", false},
		{"Hello, Bob will ring you this afternoon.", false},
		{"Good morning! Bob is on his way.", false},
		{"Hi, this is Bob from IT.", false},
		{"", false},
	} {
		if got := SpeaksTo(tt.text, "bob", "Bob Brown"); got != tt.want {
			t.Errorf("SpeaksTo(%q) = %t, want %t", tt.text, got, tt.want)
		}
	}
}
