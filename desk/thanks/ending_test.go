package thanks

import "testing"

func TestIsEnding(t *testing.T) {
	for _, tt := range []struct {
		text string
		want bool
	}{
		{"Kind regards", true},
		{"Kind regards,\n\nAlice Berger\nQuay IT\nPhone +49 123 456\nHafenstr. 1, 20457 Hamburg", true},
		{"Best regards\r\nAlice Berger\r\nIT Support | Quay IT\r\nT +49 123 456 | www.example.org", true},
		{"Alice Berger\nIT Support\nmobile: +49 123 456\nalice@example.org", true},
		{"Mit freundlichen Grüßen\n\nAlice Berger\nLeitung Einkauf\nSitz der Gesellschaft: Hamburg", true},
		{"Cordialement,\nAlice Berger\nhttps://www.example.org/", true},
		{"Saludos\nAlice", true},
		{"Cordiali saluti\nAlice Berger", true},
		{"Met vriendelijke groet,\n\nAlice", true},
		{"Cumprimentos,\nAlice", true},
		{"Pozdrawiam\nAlice Berger", true},
		{"Alice", true},
		{"Kind regards, Alice", true},
		{"Viele Grüße, Alice Berger", true},
		{"Kind regards to Alice", false},
		{"Alice Marie Berger-Holm\nIT Support | Quay IT\nT +49 123 456", true},
		{"Alice Marie Berger-Holm\nIT Support", false},
		{"Alice Marie comes\nT +49 123 456", false},
		{"Carla Ek\nT +49 123 456", false},
		{"", false},
		{"Thanks,\nAlice", false},
		{"We come at noon.\n\nKind regards\nAlice", false},
		{"Kind regards\nWe come at noon", false},
		{"Kind regards\nAlice\n\nPS: the key is with Bob.", false},
		{"Kind regards\nAlice\n\nPlease call 555-0134 at noon", false},
		{"Alice rings at noon", false},
		{"Alice\nthe lamp is new", false},
		{"Alice?", false},
		{"Quay IT\nPhone +49 123 456", false},
		{"Bob Ek", false},
	} {
		if got := IsEnding(tt.text, "alice", "Alice Berger"); got != tt.want {
			t.Errorf("IsEnding(%q) = %t, want %t", tt.text, got, tt.want)
		}
	}
}
