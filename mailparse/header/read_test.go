package header

import "testing"

// TestReadBroken: headers as gateways leave them.
func TestReadBroken(t *testing.T) {
	long := "X-Tracker: H4sIAAAAAAAAA\n"
	for range 30 {
		long += "Ig5drOCwmrVzP5sDoseXbDeYAxijWzLyk00\n"
	}
	for _, tt := range []struct{ name, raw, field, want, body string }{
		{"as it should be", "From: a@b\nSubject: x\n y\n\nhello\n", "Subject", "x y", "hello\n"},
		{"a long field without indents above the author", long + "From: a@b\nSubject: x\n\nhello\n", "From", "a@b", "hello\n"},
		{"a line that is no field", "From: a@b\nodd line\nSubject: x\n\nhello\n", "Subject", "x", "hello\n"},
		{"no empty line", "From: a@b\nSubject: x\nhello\nworld\n", "Subject", "x", "hello\nworld\n"},
		{"no empty line, and a text that quotes a header far below", "From: a@b\nhello\n1\n2\n3\n4\n5\n6\nFrom: c@d\n", "From", "a@b", "hello\n1\n2\n3\n4\n5\n6\nFrom: c@d\n"},
		{"a parameter without its indent", "From: a@b\nContent-Type: multipart/mixed;\nboundary=\"b\"\n\nhello\n", "Content-Type", `multipart/mixed; boundary="b"`, "hello\n"},
		{"two of them, and no semicolon", "Content-Type: text/plain\ncharset=utf-8;\nformat=flowed\nFrom: a@b\n\nhello\n", "Content-Type", "text/plain; charset=utf-8; format=flowed", "hello\n"},
		{"an empty line above the fields of programs", "From: a@b\n\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/plain\n\nhello\n", "Subject", "x", "hello\n"},
		{"a form that sends fields", "From: a@b\nTo: c@d\nSubject: x\n\nFrom: Joe <j@e>\nTo: sales\nSubject: toner\nRoom: 5\n\nhello\n", "Subject", "x", "From: Joe <j@e>\nTo: sales\nSubject: toner\nRoom: 5\n\nhello\n"},
		{"a form that sends other fields", "From: a@b\nSubject: x\n\nReply-To: e@f\nAuto-Submitted: auto-replied\n\nhello\n", "Reply-To", "", "Reply-To: e@f\nAuto-Submitted: auto-replied\n\nhello\n"},
		{"a byte order mark", "\ufeffFrom: a@b\nSubject: x\n\nhello\n", "From", "a@b", "hello\n"},
		{"empty lines in front", "\n\r\n\nFrom: a@b\nSubject: x\n\nhello\n", "From", "a@b", "hello\n"},
		{"a mark, an empty line, and mbox", "\ufeff\nFrom a@b Mon Nov  2 10:00:00 2026\nFrom: a@b\n\nhello\n", "From", "a@b", "hello\n"},
		{"no header, but empty lines and a text", "\n\nhello\n", "From", "", "\nhello\n"},
		{"a text that looks like one", "From: a@b\nSubject: x\na=b\n\nhello\n", "Subject", "x", "a=b\n\nhello\n"},
	} {
		h, body, _ := Read([]byte(tt.raw))
		if got := h.Get(tt.field); got != tt.want || string(body) != tt.body {
			t.Errorf("%s: %s = %q, want %q; body %q, want %q", tt.name, tt.field, got, tt.want, body, tt.body)
		}
	}
}
