package notify

import "testing"

func TestPartsGoToTheirReaders(t *testing.T) {
	const both = "[fr]\nLe serveur est redémarré.\n\n[EN]\r\nThe server was restarted.\n"
	for _, tt := range []struct{ name, text, language, want string }{
		{"none", "The server was restarted.\n", "fr", "The server was restarted.\n"},
		{"first", both, "fr", "Le serveur est redémarré."},
		{"second, in capitals", both, "en", "The server was restarted."},
		{"no part, nothing above", both, "de", "Le serveur est redémarré."},
		{"what stands above is for the others", "It works again.\n\n" + both, "de", "It works again."},
		{"and for them only", "It works again.\n\n" + both, "fr", "Le serveur est redémarré."},
		{"a part in two pieces", "[fr]\nUn.\n[en]\nOne.\n[fr]\nDeux.\n", "fr", "Un.\nDeux."},
		{"no language", "[qq]\nThe server was restarted.", "fr", "[qq]\nThe server was restarted."},
		{"within a line", "See [fr] and [en].", "fr", "See [fr] and [en]."},
		{"a mark without text", "It works.\n[fr]\n\n", "fr", "It works.\n[fr]\n\n"},
		{"in a list of options", "[ok]\nfine\n", "en", "[ok]\nfine\n"},
	} {
		if got := ForReader(tt.text, tt.language); got != tt.want {
			t.Errorf("%s: ForReader(%q, %s) = %q, want %q", tt.name, tt.text, tt.language, got, tt.want)
		}
	}
}
