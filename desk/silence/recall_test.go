package silence

import "testing"

// What a gateway writes below the line keeps it from being one only where the subject does not say what it is.
func TestIsRecall(t *testing.T) {
	const line, disclaimer = "Ana Berg would like to recall the message, \"VPN drops\".\r\n", "\r\nThis mail is confidential.\r\n"
	for _, tt := range []struct {
		subject, text string
		want          bool
	}{
		{"Re: VPN drops", line, true},
		{"Re: VPN drops", line + disclaimer, false},
		{"Recall: VPN drops", line + disclaimer, true},
		{"Rückruf: VPN", "Ana Berg möchte die Nachricht \"VPN\" zurückrufen.\n\nVertraulich.\n", true},
		{"Rappel : VPN", "Ana Berg souhaite rappeler le message « VPN ».\n\nConfidentiel.\n", true},
		{"Recall: VPN drops", "The vendor has recalled it.\n", false},
		{"Recall: VPN drops", "Hello,\n\n" + line, false},
		{"", "", false},
	} {
		if got := IsRecall(tt.subject, tt.text); got != tt.want {
			t.Errorf("IsRecall(%q, %q) = %t, want %t", tt.subject, tt.text, got, tt.want)
		}
	}
}
