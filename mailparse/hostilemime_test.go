package mailparse

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// mimeKinds are hostile structures, transfer encodings and types.
var mimeKinds = []kind{
	{"nested 20 and a large leaf", func(size int) string { return nested(20) + of(size, "deep words\r\n") }, ""},
	{"nested 20, odd lines", func(size int) string {
		return strings.ReplaceAll(nested(20), "\r\nContent-Type", "\r\nno field at all\r\nContent-Type") + of(size, "deep words\r\n")
	}, ""},
	{"nested without end", func(size int) string { return nested(min(size/50, 20000)) }, "nested"},
	{"flat parts", func(size int) string {
		return hostileHeader + "Content-Type: multipart/mixed; boundary=x\r\n\r\n" + of(size, "--x\r\n\r\n\r\n")
	}, "parts"},
	{"bare delimiters", func(size int) string {
		return hostileHeader + "Content-Type: multipart/mixed; boundary=x\r\n\r\n" + of(size, "--x\r\n")
	}, "parts"},
	{"almost delimiters", func(size int) string {
		return hostileHeader + "Content-Type: multipart/mixed; boundary=xyz\r\n\r\n--xyz\r\n\r\n" + of(size, "--xy\r\n")
	}, ""},
	{"hidden boundary", func(size int) string {
		return hostileHeader + "Content-Type: multipart/mixed; =?utf-8?q?bound=61ry?==x\r\n\r\n" + of(size, "--x\r\n\r\n\r\n")
	}, ""},
	{"undeclared boundary", func(size int) string {
		return hostileHeader + "Content-Type: multipart/mixed\r\n\r\n" + of(size, "--y\r\nContent-Type: text/plain\r\n\r\nhi\r\n")
	}, ""},
	{"boundaries in the body", func(size int) string {
		return hostileHeader + "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nodd line\r\n\r\n" + numbered(size, "boundary=b%d\r\n")
	}, ""},
	{"preamble", func(size int) string {
		return hostileHeader + "Content-Type: multipart/mixed; boundary=x\r\n\r\n" + of(size, "preamble\r\n") + "--x\r\n\r\nhello\r\n--x--\r\n"
	}, ""},
	{"epilogue", func(size int) string { return multipart("\r\nhello") + of(size, "epilogue\r\n") }, ""},
	{"unclosed parts", func(size int) string {
		return strings.TrimSuffix(bodies(size, "Content-Type: text/plain", "a\r\n"), "--xyz--\r\n")
	}, ""},
	{"many texts", func(size int) string { return bodies(size, "Content-Type: text/plain", "a\r\n") }, ""},
	{"many files", func(size int) string { return bodies(size, "Content-Type: image/png; name=a.png", "AAAA\r\n") }, ""},
	{"many calendars", func(size int) string { return bodies(size, "Content-Type: text/calendar", "BEGIN:VEVENT\r\n") }, ""},
	{"many mails", func(size int) string {
		return bodies(size, "Content-Type: message/rfc822\r\n\r\nSubject: a", "words\r\n")
	}, ""},
	{"digest", func(size int) string {
		return strings.Replace(bodies(size, "Subject: a", "words\r\n"), "multipart/mixed", "multipart/digest", 1)
	}, ""},
	{"mails in mails", func(size int) string {
		mail := plainMail(of(size, "the innermost\r\n"))
		for range 50 {
			mail = hostileHeader + "Content-Type: message/rfc822\r\n\r\n" + mail
		}
		return mail
	}, ""},
	{"mails in mails in base64", func(size int) string {
		mail := htmlMail(of(size*27/64, "<br>"))
		for range 3 {
			mail = hostileHeader + "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + wrapped(mail)
		}
		return mail
	}, ""},
	{"forwarded chain", func(size int) string {
		mail := "\r\n" + of(size, "the innermost\r\n")
		for range 10 {
			mail = "--f\r\nContent-Type: message/rfc822\r\n\r\n" + hostileHeader + "Content-Type: multipart/mixed; boundary=f\r\n\r\n" + mail
		}
		return hostileHeader + "Content-Type: multipart/mixed; boundary=f\r\n\r\n" + mail
	}, ""},
	partKind("a large file", "Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64", "", strings.Repeat("QUJD", 19)+"\r\n"),
	partKind("base64 of one line", "Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64", "", "QUJD"),
	partKind("base64 garbage", "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64", "", "\x80!?\r\n"),
	partKind("base64 padding", "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64", "", "QQ=="),
	partKind("base64 equals signs", "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64", "!", "="),
	partKind("quoted-printable garbage", "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable", "", "=ZZ\x80=\r\n"),
	partKind("quoted-printable of one line", "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable", "", "=41"),
	partKind("quoted-printable soft breaks", "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable", "", "=\r\n"),
	partKind("x-uuencode", "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: x-uuencode", "begin 644 a\r\n", "M"+strings.Repeat("A", 60)+"\r\n"),
	partKind("nested BER", "Content-Type: application/pkcs7-mime", "", "\x30\x80"),
	partKind("BER pieces", "Content-Type: application/pkcs7-mime", "\x30\x80\x06\x01\x2a\xa0\x80\x30\x80\x02\x01\x01\x31\x00\x30\x80\x06\x01\x2a\xa0\x80\x24\x80", "\x04\x01a"),
	partKind("calendar", "Content-Type: text/calendar", "BEGIN:VCALENDAR\r\n", "BEGIN:VEVENT\r\n"),
	partKind("calendar of one line", "Content-Type: text/calendar", "BEGIN:VCALENDAR\r\nSUMMARY:", "a"),
	partKind("delivery report", "Content-Type: message/delivery-status", "Reporting-MTA: dns; a\r\n\r\n", "Final-Recipient: rfc822; a@example.net\r\nAction: failed\r\n\r\n"),
	partKind("delivery report of one block", "Content-Type: message/delivery-status", "", "a: b\r\n").over("header"),
	partKind("delivery report of odd lines", "Content-Type: message/delivery-status", "", "no field\r\n"),
	partKind("returned header", "Content-Type: text/rfc822-headers", "", "Received: from a by b\r\n"),
	partKind("returned header of one field", "Content-Type: text/rfc822-headers", "To: ", "(a@example.net,\r\n "),
	partKind("feedback report", "Content-Type: message/feedback-report", "", "Feedback-Type: abuse\r\n\r\n"),
	partKind("enriched text", "Content-Type: text/enriched", "", "<bold>a</bold>\n"),
	partKind("a text file", "Content-Type: text/csv; name=a.csv\r\nContent-Disposition: attachment", "", "1,2,3\r\n"),
	{"delivery report of many people", func(size int) string {
		return strings.Replace(multipart("\r\nnot delivered", "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; a\r\n\r\n"+
			numbered(size, "Final-Recipient: rfc822; a%d@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n")), "multipart/mixed", "multipart/report; report-type=delivery-status", 1)
	}, ""},
	{"bounce in words", func(size int) string {
		return "X-Failed-Recipients: a@example.net\r\n" + plainMail(numbered(size, "<a%d@example.net>: 550 user unknown\r\n"))
	}, ""},
	tnefKind("files", attachBegin, "file"),
	tnefKind("titles", attachTitle, strings.Repeat("a", 60)),
	tnefKind("text", messageBody, strings.Repeat("a", 60)),
	{"TNEF properties", func(size int) string {
		props := binary.LittleEndian.AppendUint32(nil, 0xffffffff)
		props = append(props, of(size/2, "\x03\x00\x00\x10\x00\x00\x00\x00")...)
		return hostileHeader + "Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\n" + wrapped(tnefOf(len(props)+20, messageProps, string(props)))
	}, ""},
	{"TNEF page", func(size int) string {
		page := of(size*3/4, "<br>")
		props := binary.LittleEndian.AppendUint32(nil, 1)
		props = append(props, 0x02, 0x01, 0x13, 0x10, 1, 0, 0, 0)
		props = append(binary.LittleEndian.AppendUint32(props, uint32(len(page))), page...)
		return hostileHeader + "Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\n" + wrapped(tnefOf(40, messageBody, "")+tnefOf(0, 0, "")[:0]+attributeOf(messageProps, string(props)))
	}, ""},
	{"RTF", func(size int) string { return rtfBomb(of(size*3/4, "{\\b a}")) }, ""},
	{"RTF groups", func(size int) string { return rtfBomb(of(size*3/4, "{")) }, ""},
	{"RTF escapes", func(size int) string { return rtfBomb("{\\rtf1\\ansicpg1252 " + of(size*3/4, "\\'e4")) }, ""},
}

func attributeOf(id uint16, data string) string {
	b := binary.LittleEndian.AppendUint16([]byte{1}, id)
	return string(binary.LittleEndian.AppendUint32(append(b, 0, 0), uint32(len(data)))) + data + "\x00\x00"
}

func rtfBomb(rtf string) string {
	value := binary.LittleEndian.AppendUint32(nil, uint32(len(rtf)+12))
	value = binary.LittleEndian.AppendUint32(value, uint32(len(rtf)))
	value = binary.LittleEndian.AppendUint32(value, rtfPlain)
	value = append(binary.LittleEndian.AppendUint32(value, 0), rtf...)
	props := append(binary.LittleEndian.AppendUint32(nil, 1), 0x02, 0x01, 0x09, 0x10, 1, 0, 0, 0)
	props = append(binary.LittleEndian.AppendUint32(props, uint32(len(value))), value...)
	return hostileHeader + "Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\n" + wrapped(tnefOf(20, tnefVersion, "")+attributeOf(messageProps, string(props)))
}

// headerKinds are hostile header fields.
var headerKinds = []kind{
	{"many fields", func(size int) string { return of(size, "X: y\r\n") + plainMail("hello\r\n") }, "header"},
	{"odd lines in the header", func(size int) string {
		return hostileHeader + of(size, "no field here\r\nX: y\r\n") + "\r\nhello\r\n"
	}, "header"},
	{"folded lines in the header", func(size int) string { return hostileHeader + "X: y\r\n" + of(size, " a\r\n") + "\r\nhello\r\n" }, "header"},
	{"blank lines before the header", func(size int) string { return of(size, "\r\n") + plainMail("hello\r\n") }, ""},
	{"mbox lines", func(size int) string { return of(size, "From a\r\n") + plainMail("hello\r\n") }, "header"},
	{"no header", func(size int) string { return of(size, "words without a header\r\n") }, "header"},
	headerKind("References", "References: ", "<a@example.net>\r\n ", ""),
	headerKind("References without brackets", "References: ", "a@example.net\r\n ", ""),
	headerKind("In-Reply-To", "In-Reply-To: ", "Message of a <a@example.net> ", ""),
	headerKind("Message-ID", "Message-ID: <", "a", ">"),
	headerKind("encoded words", "X-Words: ", "=?utf-8?q?a?=\r\n ", ""),
	headerKind("encoded words in the subject", "Subject: ", "=?utf-8?b?QQ?= ", ""),
	headerKind("encoded word without end", "Subject: ", "=?utf-8?q?", ""),
	headerKind("encoded words of unknown charsets", "Subject: ", "=?x-a?q?=ff?= ", ""),
	headerKind("encoded names", "To: ", "=?utf-8?q?a?= <a@example.net>, ", ""),
	headerKind("address list", "Cc: ", "a@example.net, ", ""),
	headerKind("names without addresses", "Cc: ", "a, ", ""),
	headerKind("open comments in Cc", "Cc: ", "(", ""),
	headerKind("open comments in From", "From: ", "(", " <a@example.net>"),
	headerKind("nested comments in From", "From: a@example.net ", "(a", ""),
	headerKind("closed comments", "From: a@example.net ", "()", ""),
	headerKind("quotes in From", "From: ", "\"", " <a@example.net>"),
	headerKind("quoted pairs", "From: \"", "\\\"", "\" <a@example.net>"),
	headerKind("angle brackets", "To: ", "<", ""),
	headerKind("groups", "To: ", "a:b@example.net;", ""),
	headerKind("colons", "To: ", ":", ";"),
	headerKind("semicolons", "To: ", ";", ""),
	headerKind("route", "To: <", "@a,", ":b@example.net>"),
	headerKind("backslashes", "To: ", "\\", ""),
	headerKind("domain of many labels", "From: a@", "a.", "example.net"),
	headerKind("domain of another script", "From: a@", "ä.", "example.net"),
	headerKind("local part of another script", "From: ", "ж", "@example.net"),
	headerKind("Reply-To", "Reply-To: ", "\"a\" (b) <c@example.net>, ", ""),
	headerKind("Received", "Received: ", "from a by b for <c@example.net>; ", ""),
	headerKind("Received, many", "", "Received: from a (b [192.0.2.1]) by c; Mon, 23 Nov 2026 10:00:00 +0000\r\n", "X: y").over("header"),
	headerKind("Authentication-Results", "Authentication-Results: example.org; ", "spf=pass (a) smtp.mailfrom=a; ", ""),
	headerKind("Date", "Date: ", "(", ""),
	headerKind("subject prefixes", "Subject: ", "Re: ", ""),
	headerKind("subject of marks", "Subject: ", "[#1] ", ""),
	headerKind("raw 8-bit", "Subject: ", "\xe4\xf6", ""),
	headerKind("parameters", "Content-Type: text/plain", ";\r\n name*1*=%41", ""),
	headerKind("parameters of many names", "Content-Disposition: attachment", "; a=b", ""),
	headerKind("one long parameter", "Content-Type: text/plain; name=\"", "a", "\""),
	headerKind("boundary parameters", "X: ", "boundary=", "").over("boundary"),
	{"parameters of parts", func(size int) string {
		var b strings.Builder
		for i := 0; b.Len() < min(size, 200<<10); i++ {
			fmt.Fprintf(&b, ";\r\n name*%d*=%%41", i)
		}
		return multipart("Content-Type: application/octet-stream"+b.String()+"\r\n\r\nx", "Content-Type: text/plain\r\n\r\nhello")
	}, ""},
	{"headers of parts", func(size int) string {
		return bodies(size, "Content-Type: text/plain\r\n"+strings.Repeat("X-Long: =?utf-8?q?a?=\r\n", 900), "a\r\n")
	}, "header"},
	{"long boundary", func(size int) string {
		return hostileHeader + "Content-Type: multipart/mixed; boundary=" + of(min(size, 5000), "x") + "\r\n\r\n"
	}, "boundary"},
}

// charsetKinds are texts of charsets that are dear to decode, or false.
var charsetKinds = []kind{
	charsetKind("utf-7", "+AGE"), charsetKind("utf-7 ", "+"), charsetKind("utf-8", "\xff\xfe\x80"), charsetKind("utf-8 ", "ab\xe4"),
	charsetKind("utf-16", "a"), charsetKind("utf-16le", "\x00\xd8"), charsetKind("utf-32le", "abc\xff"), charsetKind("utf-32be", "\x00\x00\x00a"),
	charsetKind("iso-2022-jp", "\x1b$B0!\x1b(B"), charsetKind("iso-2022-jp ", "\x1b$B"), charsetKind("iso-2022-kr", "\x0e!!\x0f"),
	charsetKind("gb18030", "\x81\x30\x81\x30"), charsetKind("gbk", "\xff"), charsetKind("hz-gb-2312", "~{<:~}"), charsetKind("big5", "\x87\x40"),
	charsetKind("shift_jis", "\x81"), charsetKind("euc-jp", "\x8f\xa1\xa1"), charsetKind("euc-kr", "\xc9\xa1"), charsetKind("windows-1252", "\x81\xff"),
	charsetKind("x-unknown", "\xe4\xf6\xfc words "), charsetKind("", "\x1b$B0!"), charsetKind("utf-8  ", "\xef\xbb\xbf"),
}

// hostileKinds are all of them.
var hostileKinds = slices.Concat(textKinds, htmlKinds, mimeKinds, headerKinds, charsetKinds)
