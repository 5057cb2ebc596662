package mailparse

import (
	"strings"
	"testing"
)

// TestT111AttachmentNames: a name from a sender is one element without a path,
// and never empty.
func TestT111AttachmentNames(t *testing.T) {
	for name, want := range map[string]string{
		"../../etc/passwd": "passwd", `C:\dir\a.txt`: "a.txt", "a\x00b.txt": "a b.txt", "x\u202egpj.exe": "xgpj.exe",
		"..": "", "/": "", "": "", "CON": "CON", "a/": "a", "two words.txt": "two words.txt",
	} {
		if got := attachmentName(name); got != want {
			t.Errorf("attachmentName(%q) = %q, want %q", name, got, want)
		}
	}
}

// TestT112NestedMails: mails within mails are read to a fixed depth only.
func TestT112NestedMails(t *testing.T) {
	root := readTree(Header{{Name: "Content-Type", Value: "message/rfc822", Raw: "message/rfc822"}}, []byte(nestedMails(50)), 0)
	depth := 0
	for p := root; len(p.children) > 0; p = p.children[0] {
		depth++
	}
	if depth != maxNesting {
		t.Errorf("mails were read %d deep, want %d", depth, maxNesting)
	}
}

// TestT113DeepHTML: a page nested deeper than the tree builder of x/net/html
// allows still has its words.
func TestT113DeepHTML(t *testing.T) {
	m := Parse([]byte(htmlMail(strings.Repeat("<div>", 600)+"deep words"+strings.Repeat("</div>", 600))), Envelope{})
	if m.Text != "deep words" {
		t.Errorf("Text = %q, want the words", m.Text)
	}
}
