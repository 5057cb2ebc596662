package incoming

import (
	"strings"
	"testing"
	"unicode/utf8"

	"maildesk/mailparse"
)

func TestSearchable(t *testing.T) {
	file := func(name, media, content string) mailparse.Attachment {
		return mailparse.Attachment{Name: name, Type: media, Content: []byte(content)}
	}
	logo := mailparse.Attachment{Name: "logo.png", Type: "image/png", Inline: true}
	old := mailparse.Attachment{Name: "old.png", Type: "image/png", Inline: true, Quoted: true}
	eml := file("mail.eml", "message/rfc822", "From: raw bytes")
	within := mailparse.Forwarded{Text: "part of the mail's own text"}
	attached := mailparse.Forwarded{Attachment: true, From: mailparse.Address{Name: "Ana", Address: "ana@example.net"}, Subject: "Order", Text: "As agreed"}
	for name, tt := range map[string]struct {
		msg  mailparse.Message
		want string
	}{
		"none":               {mailparse.Message{}, ""},
		"pictures":           {mailparse.Message{Attachments: []mailparse.Attachment{logo, old}}, ""},
		"a picture, a scan":  {mailparse.Message{Attachments: []mailparse.Attachment{logo, file("scan.pdf", "application/pdf", "%PDF")}}, "scan.pdf\n"},
		"text":               {mailparse.Message{Attachments: []mailparse.Attachment{file("a.log", "text/plain", "refused"), file("b.pdf", "application/pdf", "x")}}, "a.log\nb.pdf\nrefused\n"},
		"an attached mail":   {mailparse.Message{Attachments: []mailparse.Attachment{eml}, Forwarded: []mailparse.Forwarded{attached}}, "mail.eml\nAna\nana@example.net\nOrder\nAs agreed\n"},
		"a mail passed on":   {mailparse.Message{Forwarded: []mailparse.Forwarded{within}}, ""},
		"bytes called text":  {mailparse.Message{Attachments: []mailparse.Attachment{file("a.txt", "text/plain", "a\x00b\x01")}}, "a.txt\n"},
		"a page, not markup": {mailparse.Message{Attachments: []mailparse.Attachment{file("a.html", "text/html", "<b>now</b>")}}, "a.html\nnow\n"},
	} {
		if got := searchable(&tt.msg); got != tt.want {
			t.Errorf("%s: %q; want %q", name, got, tt.want)
		}
	}
	long := strings.Repeat("é", maxFileText) // twice as many bytes
	got := searchable(&mailparse.Message{Attachments: []mailparse.Attachment{file("a.txt", "text/plain", "x"+long), file("b.txt", "text/plain", "never read")}})
	if len(got) > maxFileText+20 || !utf8.ValidString(got) || strings.Contains(got, "never read") || !strings.HasPrefix(got, "a.txt\nb.txt\nxéé") {
		t.Errorf("of much text %d bytes are searchable: %.30q", len(got), got)
	}
}
