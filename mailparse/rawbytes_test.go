package mailparse

import "testing"

// TestRawBytes: raw bytes in a header are read by the charset that the rest of the
// mail names, wherever it names one.
func TestRawBytes(t *testing.T) {
	const name, file = "\xc0\xee\xc4\xc8", "\xca\xd6\xbb\xfa\xbc\xdb\xb8\xf1.xls" // 李娜, 手机价格.xls in GB 2312
	attached := "--b\nContent-Type: application/octet-stream; name=\"" + file + "\"\nContent-Disposition: attachment; filename=\"" + file + "\"\n\nHi\n--b--\n"
	for _, tt := range []struct{ where, fields, part string }{
		{"the text", "Content-Type: multipart/mixed; boundary=b", "Content-Type: text/plain; charset=gb2312"},
		{"the top", "Content-Type: multipart/mixed; boundary=b; charset=gb2312", "Content-Type: text/plain"},
		{"an encoded word", "Comments: =?GB2312?B?yta7+g==?=\nContent-Type: multipart/mixed; boundary=b", "Content-Type: text/plain"},
	} {
		m := Parse([]byte("From: "+name+" <li@example.net>\nSubject: "+name+"\nMIME-Version: 1.0\n"+tt.fields+"\n\n--b\n"+tt.part+"\n\nhello\n"+attached), Envelope{})
		if m.From.Name != "李娜" || m.From.Address != "li@example.net" || m.Subject != "李娜" {
			t.Errorf("%s: From = %+v, Subject = %q, want 李娜", tt.where, m.From, m.Subject)
		}
		if len(m.Attachments) != 1 || m.Attachments[0].Name != "手机价格.xls" {
			t.Errorf("%s: Attachments = %+v, want 手机价格.xls", tt.where, m.Attachments)
		}
	}
	if m := Parse([]byte("From: J\xc3\xb6rg <a@example.net>\nSubject: gr\xfcn\nContent-Type: text/plain; charset=iso-8859-1\n\ngr\xfcn\n"), Envelope{}); m.From.Name != "Jörg" || m.Subject != "grün" {
		t.Errorf("From = %+v, Subject = %q: want Jörg in UTF-8 and grün by the charset", m.From, m.Subject)
	}
}

// TestParametersWithoutIndent: parameters at the beginning of their line belong to
// their field, at the top and in the parts.
func TestParametersWithoutIndent(t *testing.T) {
	const inner = "Content-Type: multipart/alternative;\nboundary=\"c\"\n\n--c\nContent-Type: text/plain;\ncharset=utf-8\n\nThe printer is off.\n--c\nContent-Type: text/html\n\n<p>The printer is off.</p>\n--c--\n"
	for name, raw := range map[string]string{
		"in a part":  "From: ana@example.net\nContent-Type: multipart/mixed; boundary=\"b\"\n\n--b\n" + inner + "\n--b--\n",
		"at the top": "From: ana@example.net\n" + inner,
		"in both":    "From: ana@example.net\nContent-Type: multipart/mixed;\nboundary=\"b\"\n\n--b\n" + inner + "\n--b--\n",
	} {
		if m := Parse([]byte(raw), Envelope{}); m.Reply != "The printer is off." || len(m.Attachments) > 0 {
			t.Errorf("%s: Reply = %q, Attachments = %v", name, m.Reply, m.Attachments)
		}
	}
}
