package attached

import (
	"strings"
	"testing"
	"unicode/utf8"

	"maildesk/mailparse"
	"maildesk/ticket"
)

func TestText(t *testing.T) {
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
		if got := Text(&tt.msg); got != tt.want {
			t.Errorf("%s: %q; want %q", name, got, tt.want)
		}
	}
	long := strings.Repeat("é", mostText) // twice as many bytes
	got := Text(&mailparse.Message{Attachments: []mailparse.Attachment{file("a.txt", "text/plain", "x"+long), file("b.txt", "text/plain", "never read")}})
	if len(got) > mostText+20 || !utf8.ValidString(got) || strings.Contains(got, "never read") || !strings.HasPrefix(got, "a.txt\nb.txt\nxéé") {
		t.Errorf("of much text %d bytes are found: %.30q", len(got), got)
	}
}

// journal has one mail of a size.
type journal struct {
	ticket.MailReader
	raw  string
	size int64
}

func (j journal) Mail(id ticket.MailID) (ticket.Mail, error) {
	if j.raw == "" {
		return ticket.Mail{}, ticket.ErrNotFound
	}
	return ticket.Mail{ID: id, Size: max(j.size, int64(len(j.raw)))}, nil
}

func (j journal) Raw(ticket.MailID) ([]byte, error) { return []byte(j.raw), nil }

// TestLines: a hit has its line, and the file in which that stands.
func TestLines(t *testing.T) {
	const raw = "From: ana@example.net\r\nSubject: No VPN\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: text/plain\r\n\r\nEvery try fails.\r\n" +
		"--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=hosts.csv\r\n\r\nhost;error\r\nwinkle;refused\r\n" +
		"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=trace.log\r\n\r\nwinkle\r\nwinkle timed out\r\n" +
		"--b\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\nFrom: Bo <bo@example.net>\r\nSubject: Outage\r\n\r\nA fibre is cut.\r\n" +
		"--b--\r\n"
	for _, tt := range []struct {
		name       string
		journal    journal
		words      string
		files      bool
		line, file string
	}{
		{"in the text", journal{raw: raw}, "fails", false, "Every try fails.", ""},
		{"in the text, and in a file", journal{raw: raw}, "fails winkle", false, "Every try fails.", ""},
		{"in a file", journal{raw: raw}, "refused", false, "winkle;refused", "hosts.csv"},
		{"most of it in another", journal{raw: raw}, "winkle timed", false, "winkle timed out", "trace.log"},
		{"its name", journal{raw: raw}, "trace", false, "", "trace.log"},
		{"in a mail that is attached", journal{raw: raw}, "fibre", false, "A fibre is cut.", "Outage"},
		{"in several texts", journal{raw: raw}, "printer", false, "", ""},
		{"a file, no words", journal{raw: raw}, "", true, "", "hosts.csv"},
		{"neither", journal{raw: raw}, "", false, "", ""},
		{"too much to read", journal{raw: raw, size: mostRead + 1}, "refused", false, "", ""},
		{"a mail that is gone", journal{}, "refused", false, "", ""},
	} {
		q := ticket.Query{Files: tt.files}
		for word := range strings.FieldsSeq(tt.words) {
			q.All = append(q.All, ticket.Term{Words: word})
		}
		lines := Lines{Mails: tt.journal, Query: q}
		line, file, err := lines.Of(ticket.Hit{Entry: ticket.Entry{ID: 1, Mail: 1, Text: "Every try fails."}})
		if err != nil || line != tt.line || file != tt.file {
			t.Errorf("%s: %q in %q, %v; want %q in %q", tt.name, line, file, err, tt.line, tt.file)
		}
	}
}

// TestLinesOfPage: of the mails of one page no more is read than the bound.
func TestLinesOfPage(t *testing.T) {
	const raw = "From: ana@example.net\r\nMIME-Version: 1.0\r\nContent-Type: text/csv; name=a.csv\r\nContent-Disposition: attachment; filename=a.csv\r\n\r\nwinkle\r\n"
	lines := Lines{Mails: journal{raw: raw, size: mostRead / 2}, Query: ticket.Query{All: []ticket.Term{{Words: "winkle"}}}}
	for i, want := range []string{"winkle", "winkle", ""} {
		if line, _, err := lines.Of(ticket.Hit{Entry: ticket.Entry{ID: 1, Mail: 1}}); err != nil || line != want {
			t.Errorf("hit %d: %q, %v; want %q", i+1, line, err, want)
		}
	}
}
