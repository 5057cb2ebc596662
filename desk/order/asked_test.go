package order

import "testing"

// TestBelow: what is filed below inquiries is found again, and nothing of an inquiry that
// is not among them.
func TestBelow(t *testing.T) {
	vera, vic := Inquiry{Address: "vera@example.com", Text: "What does it cost?"}, Inquiry{Address: "vic@example.com", Text: "Are you cheaper?"}
	for _, tt := range []struct {
		name        string
		filed, read []Inquiry
		known       bool
	}{
		{"one", []Inquiry{vera}, []Inquiry{vera}, true},
		{"two", []Inquiry{vera, vic}, []Inquiry{vera, vic}, true},
		{"two with one text", []Inquiry{vera, {Address: vic.Address, Text: vera.Text}}, []Inquiry{vera, {Address: vic.Address, Text: vera.Text}}, true},
		{"without words of their own", []Inquiry{{Address: "vera@example.com"}}, []Inquiry{{Address: "vera@example.com"}}, true},
		{"one of two", []Inquiry{vera, vic}, []Inquiry{vera}, false},
		{"the other one", []Inquiry{vera}, []Inquiry{vic}, false},
		{"without the words", []Inquiry{vera}, []Inquiry{{Address: vera.Address}}, false},
	} {
		for _, text := range []string{"", "Thanks.", "→ a list\n\nThanks."} {
			got, known := Below(Filed(tt.filed, text), tt.read)
			if want := text; known != tt.known || known && got != want {
				t.Errorf("%s, %q: %q, %t", tt.name, text, got, known)
			}
		}
	}
}
