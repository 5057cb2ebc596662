package mailparse

import (
	"strings"
	"testing"
)

// TestMended: mails whose header, structure or types came to harm are read all the same.
func TestMended(t *testing.T) {
	const head = "From: Ana <ana@example.net>\nTo: desk@example.org\nSubject: printer\nMessage-ID: <a@example.net>\nDate: Tue, 03 Nov 2026 10:12:00 +0100\n"
	const text = "The printer is off."
	const parts = "--=_b1x\nContent-Type: text/plain\n\n" + text + "\n--=_b1x\nContent-Type: text/html\n\n<p>" + text + "</p>\n--=_b1x--\n"
	for _, tt := range []struct{ name, raw string }{
		{"a word without indent", strings.Replace(head, "printer", "=?utf-8?Q?prin?=\n=?utf-8?Q?ter?=", 1) + "\n" + text},
		{"an address without indent", strings.Replace(head, "Ana <ana@example.net>", "=?utf-8?Q?Ana?=\n<ana@example.net>", 1) + "\n" + text},
		{"an empty line in the header", strings.Replace(head, "Subject", "\nSubject", 1) + "\n" + text},
		{"line endings made twice", strings.ReplaceAll(head+"Content-Type: multipart/alternative; boundary=\"=_b1x\"\n\n"+parts, "\n", "\r\r\n")},
		{"a multipart called text", head + "Content-Type: text/plain\n\n" + parts},
		{"a multipart without a type", head + "\nThis is a multi-part message in MIME format.\n\n" + parts},
		{"a subject that is cut off", strings.Replace(head, "printer", "=?utf-8?B?cHJpbnRlcg==?", 1) + "\n" + text},
		{"a subject encoded twice", strings.Replace(head, "printer", "=?utf-8?B?PT91dGYtOD9RP3ByaW50ZXI/PQ==?=", 1) + "\n" + text},
		{"type text", head + "Content-Type: text\n\n" + text},
		{"type plain", head + "Content-Type: plain; charset=utf-8\n\n" + text},
		{"type plain/text", head + "Content-Type: plain/text\n\n" + text},
		{"Markdown", head + "Content-Type: text/markdown\n\n" + text},
		{"XHTML", head + "Content-Type: application/xhtml+xml\n\n<html><body><p>" + text + "</p></body></html>"},
		{"enriched text", head + "Content-Type: text/enriched\n\n<bold>The printer</bold>\nis <color><param>red</param>off</color>."},
		{"rich text", head + "Content-Type: text/richtext\n\n<bold>The printer</bold> is off."},
		{"a piece of HTML as text", head + "Content-Type: text/plain\n\n<div>The printer<br>is off.</div>"},
		{"a signed text", head + "\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n" + text + "\n\n- -- \nAna\n-----BEGIN PGP SIGNATURE-----\nVersion: 1\n\nabc=\n=abcd\n-----END PGP SIGNATURE-----\n"},
	} {
		m := Parse([]byte(tt.raw), Envelope{})
		if reply := strings.Join(strings.Fields(m.Reply), " "); reply != text || m.Subject != "printer" || m.From.Address != "ana@example.net" {
			t.Errorf("%s: %q, %q of %q, want %q", tt.name, m.Subject, reply, m.From.Address, text)
		}
		checkLaws(t, m)
	}
	const asked = "--=_b1x\nwhat does this line mean at the top of my mails?"
	if m := Parse([]byte(head+"\n"+asked), Envelope{}); m.Reply != asked {
		t.Errorf("a text that begins with dashes: Reply = %q", m.Reply)
	}
}

// TestNamesOfFiles: names that programs write in other ways than RFC 2231.
func TestNamesOfFiles(t *testing.T) {
	for disposition, want := range map[string]string{
		"filename=\"Pr%C3%BCfung%20eins.pdf\"":                      "Prüfung eins.pdf",
		"filename=\"100%25 sure.pdf\"":                              "100%25 sure.pdf",
		"filename='plan.pdf'":                                       "plan.pdf",
		"filename=\"Ana's plan.pdf\"":                               "Ana's plan.pdf",
		"filename=\"\xca\xd6\xbb\xfa\xbc\xdb\xb8\xf1\xb1\xed.xls\"": "手机价格表.xls",
	} {
		m := Parse([]byte("From: ana@example.net\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nhello\n--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; "+disposition+"\n\nx\n--b--\n"), Envelope{})
		if len(m.Attachments) != 1 || m.Attachments[0].Name != want {
			t.Errorf("%q: attachments %+v, want %q", disposition, m.Attachments, want)
		}
	}
}

// TestFilesThatAreRead: mails and invitations that came as files of another type.
func TestFilesThatAreRead(t *testing.T) {
	file := func(fields, content string) *Message {
		return Parse([]byte("From: ana@example.net\nSubject: Fwd: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nhello\n--b\n"+fields+"\n\n"+content+"\n--b--\n"), Envelope{})
	}
	const inner = "From: Joe <joe@example.com>\nTo: ana@example.net\nSubject: printer\nDate: Tue, 03 Nov 2026 10:12:00 +0100\n\nIt is off."
	for _, fields := range []string{"Content-Type: text/plain; name=printer.eml\nContent-Disposition: attachment; filename=printer.eml", "Content-Type: text/rfc822"} {
		if m := file(fields, inner); len(m.Forwarded) != 1 || m.Forwarded[0].From.Address != "joe@example.com" || m.Reply != "hello" {
			t.Errorf("%q: reply %q, forwarded %+v", fields, m.Reply, m.Forwarded)
		}
	}
	if m := file("Content-Type: text/plain; name=notes.eml\nContent-Disposition: attachment; filename=notes.eml", "no mail at all"); len(m.Forwarded) != 0 || len(m.Attachments) != 1 {
		t.Errorf("a file that is no mail: %+v", m.Forwarded)
	}
	const event = "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:a\nDTSTART:20261203T070000Z\nLOCATION:Room 5\nSUMMARY:Visit\nEND:VEVENT\nEND:VCALENDAR"
	for _, fields := range []string{"Content-Type: application/ics", "Content-Type: application/octet-stream; name=invite.ics"} {
		if m := file(fields, event); !strings.Contains(m.Reply, "Visit") || !strings.Contains(m.Reply, "Room 5") {
			t.Errorf("%q: Reply = %q, want the event", fields, m.Reply)
		}
	}
}
