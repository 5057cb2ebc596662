package templates

import (
	"testing"

	"maildesk/ticket"
)

// TestNamesWithCommas: who reads along is told apart, also where a name has a comma.
func TestNamesWithCommas(t *testing.T) {
	hans, piet := ticket.Participant{Name: "Müller, Hans", Address: "hans@example.net"}, ticket.Participant{Address: "piet@example.net"}
	for _, tt := range []struct {
		who    string
		copied []ticket.Participant
		want   string
	}{
		{"Berg, Ana", nil, "Berg, Ana"},
		{"Berg, Ana", []ticket.Participant{piet}, `"Berg, Ana", piet@example.net`},
		{"Ana Berg", []ticket.Participant{hans, piet}, `Ana Berg, "Müller, Hans", piet@example.net`},
	} {
		if got := readers(tt.who, tt.copied); got != tt.want {
			t.Errorf("readers(%q) = %q, want %q", tt.who, got, tt.want)
		}
	}
	var l language
	if got, want := l.names([]ticket.Participant{hans, piet}), `"Müller, Hans" <hans@example.net>, piet@example.net`; got != want {
		t.Errorf("names are %q, want %q", got, want)
	}
}
