package mailauth

import (
	"slices"
	"strings"
	"testing"

	"maildesk/mailparse"
)

func TestSigners(t *testing.T) {
	const one = "DKIM-Signature: v=1; d=a.example; s=x\n"
	for _, tt := range []struct {
		name, header string
		want         []string
	}{
		{"none", "Subject: d=x\n", nil},
		{"two", one + "dkim-signature: a=rsa-sha256;d=b.example\n", []string{"a.example", "b.example"}},
		{"folded", "DKIM-Signature: v=1;\n\td =\n\tc.exam\n ple;\n i=@d=x\n", []string{"c.example"}},
		{"no domain", "DKIM-Signature: v=1; bh=d=; h=d\n" + one, []string{"a.example"}},
		{"two domains in one", "DKIM-Signature: d=a.example; d=b.example\n", []string{"a.example"}},
		{"more than are asked for", strings.Repeat("DKIM-Signature: s=x\n", 6) + one, nil},
	} {
		m := mailparse.Parse([]byte(tt.header+"From: ana@example.net\n\nHello\n"), mailparse.Envelope{})
		if got := Signers(m.Header, 6); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
