package mailparse

import (
	"bytes"
	"encoding/base64"
	"io"
	"net/mail"
	"strings"
	"testing"

	"github.com/emersion/go-message"
	"github.com/jhillyerd/enmime/v2"

	"maildesk/faulttest"
)

const benchHeader = "Return-Path: <ana@example.net>\r\nReceived: from mx.example.net (mx.example.net [192.0.2.1])\r\n\tby desk.example.org with ESMTPS id 12345\r\n\tfor <support@example.org>; Mon, 23 Nov 2026 10:00:01 +0000\r\n" +
	"DKIM-Signature: v=1; a=rsa-sha256; d=example.net; s=mail; h=from:to:subject:date;\r\n\tbh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;\r\n\tb=dzdVyOfAKCdLXdJOc9G2q8LoXSlEniSbav+yuU4zGeeruD00lszZVoG4ZHRNiYzR\r\n" +
	"From: Ana =?utf-8?q?Garc=C3=ADa?= <ana@example.net>\r\nTo: Support <support@example.org>\r\nSubject: Re: =?utf-8?q?Der_Drucker_l=C3=A4uft?= nicht\r\nMessage-ID: <1@example.net>\r\nIn-Reply-To: <0@desk.example.org>\r\nReferences: <0@desk.example.org>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"

// benchMails are an ordinary answer of 4 KB, the same in HTML, a delivery report,
// a mail of 60 KB with HTML and an attachment, and one with a file of 1 MB.
func benchMails() map[string][]byte {
	const paragraph = "The printer on the second floor has been blinking since this morning, and we cannot print anything.\r\n"
	text := strings.Repeat(paragraph, 12) + "\r\nRegards\r\nAna\r\n\r\nOn Sun, 22 Nov 2026 at 18:00, Support <support@example.org> wrote:\r\n" + strings.Repeat("> "+paragraph, 20)
	plain := benchHeader + "Content-Type: text/plain; charset=utf-8\r\n\r\n" + text
	long := strings.Repeat(paragraph, 50) + "\r\n-----Original Message-----\r\nFrom: Support <support@example.org>\r\nSent: Sunday\r\n\r\n" + strings.Repeat(paragraph, 60)
	page := "<html><head><style>p { margin: 0 }</style></head><body>" + strings.Repeat("<p class=\"MsoNormal\"><span style=\"font-size:11.0pt\">"+strings.TrimSpace(paragraph)+"</span></p>\r\n", 50) +
		"<div id=\"divRplyFwdMsg\"><b>From:</b> Support &lt;support@example.org&gt;<br><b>Sent:</b> Sunday<br></div>" + strings.Repeat("<p>"+paragraph+"</p>", 60) + "</body></html>\r\n"
	multipart := benchHeader + "Content-Type: multipart/mixed; boundary=\"outer\"\r\n\r\n--outer\r\nContent-Type: multipart/alternative; boundary=\"inner\"\r\n\r\n" +
		"--inner\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + long + "--inner\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page + "--inner--\r\n" +
		"--outer\r\nContent-Type: application/pdf; name=\"a.pdf\"\r\nContent-Disposition: attachment; filename=\"a.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64Lines(22400) + "\r\n--outer--\r\n"
	html := benchHeader + "Content-Type: text/html; charset=utf-8\r\n\r\n<div dir=\"ltr\">" + strings.Repeat("<p>"+paragraph+"</p>", 12) +
		"</div><div class=\"gmail_quote\"><div class=\"gmail_attr\">On Sun, 22 Nov 2026, Support wrote:</div><blockquote class=\"gmail_quote\">" + strings.Repeat("<p>"+paragraph+"</p>", 20) + "</blockquote></div>"
	report := strings.Replace(benchHeader, "ana@example.net>", "MAILER-DAEMON@example.net>", 2) + "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\n" +
		"This is the mail system at host mx.example.net.\r\n\r\n<kim@example.com>: host mx said: 550 5.1.1 User unknown\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n" +
		"Reporting-MTA: dns; mx.example.net\r\n\r\nFinal-Recipient: rfc822; kim@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + plain + "\r\n--b--\r\n"
	file := benchHeader + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n" + paragraph + "--b\r\nContent-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64Lines(760<<10) + "\r\n--b--\r\n"
	return map[string][]byte{"plain": []byte(plain), "html": []byte(html), "report": []byte(report), "multipart": []byte(multipart), "file": []byte(file)}
}

// base64Lines is a file of some bytes in lines of base64.
func base64Lines(size int) string {
	file := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("0123456789abcdef"), size/16))
	var lines strings.Builder
	for len(file) > 76 {
		lines.WriteString(file[:76] + "\r\n")
		file = file[76:]
	}
	return lines.String() + file
}

// BenchmarkParse compares whole understanding with what other libraries need
// to read the same mails.
func BenchmarkParse(b *testing.B) {
	readers := []struct {
		name string
		read func([]byte) error
	}{
		{"maildesk", func(raw []byte) error { Parse(raw, Envelope{}); return nil }},
		{"fingerprint", func(raw []byte) error { Fingerprint(raw); return nil }},
		{"net-mail", readNetMail},
		{"go-message", readGoMessage},
		{"enmime", func(raw []byte) error { _, err := enmime.ReadEnvelope(bytes.NewReader(raw)); return err }},
	}
	for _, kind := range []string{"plain", "html", "report", "multipart", "file"} {
		raw := benchMails()[kind]
		for _, r := range readers {
			b.Run(kind+"/"+r.name, func(b *testing.B) {
				b.SetBytes(int64(len(raw)))
				before := faulttest.CPUTime(b)
				for b.Loop() {
					if err := r.read(raw); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(faulttest.CPUTime(b)-before)/float64(b.N), "cpu-ns/op")
			})
		}
	}
}

// readNetMail reads header and raw body only: net/mail knows no MIME.
func readNetMail(raw []byte) error {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, m.Body)
	return err
}

func readGoMessage(raw []byte) error {
	e, err := message.Read(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	return e.Walk(func(_ []int, e *message.Entity, err error) error {
		if err != nil || e.MultipartReader() != nil {
			return err
		}
		_, err = io.Copy(io.Discard, e.Body)
		return err
	})
}

// BenchmarkReadings is what an answer costs beside Parse: a mail that was sent is
// read, to see what is quoted of it.
func BenchmarkReadings(b *testing.B) {
	for name, raw := range benchMails() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Readings(raw)
			}
		})
	}
}
