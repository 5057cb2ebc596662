package mailparse

import (
	"bytes"
	"strings"
	"testing"

	"maildesk/mailparse/address"
	"maildesk/mailparse/header"
	"maildesk/mailparse/quote"
	"maildesk/mailparse/report"
)

// The cost of telling who wrote a mail, on a mail of 4 KB as people send them.
func benchMail() (Header, *part, string) {
	raw := "Return-Path: <kim@example.net>\nDelivered-To: desk@example.org\n" +
		strings.Repeat("Received: from mx.example.net (mx.example.net [192.0.2.1])\n\tby mx.example.org with ESMTPS id 4711\n\tfor <desk@example.org>; Mon, 02 Nov 2026 10:00:00 +0000\n", 5) +
		"DKIM-Signature: v=1; a=rsa-sha256; d=example.net; s=s; h=from:to:subject; bh=x; b=y\nMIME-Version: 1.0\n" +
		"Message-ID: <a@example.net>\nFrom: Kim Lee <kim@example.net>\nTo: Help Desk <desk@example.org>\nCc: lee@example.net\n" +
		"Subject: The printer in Room 12 does not print\nX-Mailer: Example 1.0\nContent-Type: text/plain; charset=utf-8\n\n" +
		strings.Repeat("Hello, the printer in Room 12 does not print since this morning. Could you please have a look?\n", 30)
	h, body, _ := header.Read([]byte(raw))
	root := readTree(h, body, 0, new(bytes.Buffer))
	return h, root, string(body)
}

func BenchmarkClassify(b *testing.B) {
	h, root, text := benchMail()
	for b.Loop() {
		m := Message{Text: text}
		m.classify(h, Envelope{}, &report.Mail{Header: h, Parts: reportParts(root)}, quote.Answer)
	}
}

func BenchmarkDetectLanguage(b *testing.B) {
	h, _, text := benchMail()
	for b.Loop() {
		languageOf(h, "", text)
	}
}

func BenchmarkIdentity(b *testing.B) {
	fields := []string{"Kim Lee <kim@example.net>"}
	for b.Loop() {
		address.Identity(fields)
	}
}

func BenchmarkAddressList(b *testing.B) {
	for b.Loop() {
		address.List(`Kim Lee <kim@example.net>, "Hara, Pat" <pat@example.net>, lee@example.net`)
	}
}
