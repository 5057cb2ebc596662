package transfer

import (
	"encoding/base64"
	"testing"
)

// TestUndeclared: encoded text that does not say so is read, and what people write
// about encodings stands as it is.
func TestUndeclared(t *testing.T) {
	const text = "Der Drucker im Büro läuft nicht. Bitte prüfen Sie ihn, und rufen Sie an."
	encoded := base64.StdEncoding.EncodeToString([]byte(text))
	for _, tt := range []struct{ name, body, want, encoding string }{
		{"base64, one line", encoded + "\r\n", text, "base64"},
		{"base64, lines", encoded[:60] + "\n" + encoded[60:] + "\n", text, "base64"},
		{"quoted-printable", "Der Drucker im B=C3=BCro l=C3=A4uft nicht. Bitte pr=C3=BCfen Sie ihn.", "Der Drucker im Büro läuft nicht. Bitte prüfen Sie ihn.", "quoted-printable"},
		{"quoted-printable, broken", "Der Drucker im B=C3=BCro steht =\nstill.", "Der Drucker im Büro steht still.", "quoted-printable"},
		{"a key", "MIIHfgYJKoZIhvcNAQcCoIIHbzCCB2sCAQExDzANBglghkgBZQMEAgEFADCCAZEGCSqG", "", ""},
		{"lines of a list", "printer\nscanner\nlaptop\nscreen\nkeyboard\nmouse\ncable\nadapter\nhub\ndock\n", "", ""},
		{"about an encoding", "Our mails show B=C3=BCro in the subject.", "", ""},
		{"a formula", "x=20 and y=30, so B=C3=BCro l=C3=A4uft pr=C3=BCfen is z=?", "", ""},
		{"plain", text, "", ""},
		{"nothing", "", "", ""},
	} {
		if content, encoding := Undeclared([]byte(tt.body)); string(content) != tt.want || encoding != tt.encoding {
			t.Errorf("%s: Undeclared = %q, %q, want %q, %q", tt.name, content, encoding, tt.want, tt.encoding)
		}
	}
}
