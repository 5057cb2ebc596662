package mailparse

import (
	"strings"
	"testing"

	"maildesk/faulttest"
)

func TestFingerprint(t *testing.T) {
	const mail = "Received: from a\nFrom: Ana <ana@example.net>\nMessage-ID: <1@example.net>\nDate: Mon, 23 Nov 2026 10:00:00 +0000\nSubject: one\n two\n\nHello\n\nAna\n"
	same := map[string]string{
		"crlf":             strings.ReplaceAll(mail, "\n", "\r\n"),
		"other hops":       "Return-Path: <x@example.net>\nDelivered-To: support@example.org\n" + mail,
		"newline at end":   mail + "\n",
		"no newline":       strings.TrimSuffix(mail, "\n"),
		"folding":          strings.Replace(mail, "one\n two", "one two", 1),
		"name of the From": strings.Replace(mail, "Ana <ana", "Someone <ana", 1),
		"mbox":             "From ana@example.net Mon Nov 23 10:00:00 2026\n" + mail,
	}
	for name, other := range same {
		if Fingerprint([]byte(other)) != Fingerprint([]byte(mail)) {
			t.Errorf("%s: Fingerprint differs, want the same for\n%s", name, other)
		}
	}
	different := map[string]string{
		"body":       strings.Replace(mail, "Hello", "Hallo", 1),
		"sender":     strings.Replace(mail, "ana@", "eva@", 1),
		"message id": strings.Replace(mail, "<1@", "<2@", 1),
		"date":       strings.Replace(mail, "10:00", "10:01", 1),
		"subject":    strings.Replace(mail, "two", "three", 1),
		"moved byte": strings.Replace(mail, "Subject: one\n two\n\nHello", "Subject: one\n\ntwo Hello", 1),
		"no body":    strings.Replace(mail, "Hello\n\nAna\n", "", 1),
	}
	for name, other := range different {
		if Fingerprint([]byte(other)) == Fingerprint([]byte(mail)) {
			t.Errorf("%s: Fingerprint is the same, want another for\n%s", name, other)
		}
	}
}

// TestFingerprintHugeHeader: a header beyond the guard still has a fingerprint
// that depends on all that follows.
func TestFingerprintHugeHeader(t *testing.T) {
	huge := "From: ana@example.net\nX-Long: " + strings.Repeat("x", 2*maxHeaderBytes) + "\n\nbody "
	if Fingerprint([]byte(huge+"one")) == Fingerprint([]byte(huge+"two")) {
		t.Error("Fingerprint of two mails with a huge header is the same, want two")
	}
}

func TestT052FingerprintOfTextThatLooksLikeAHeader(t *testing.T) {
	seen := map[[32]byte]string{}
	for _, raw := range []string{"", "Printer: on fire\n", "Printer: works\n", "Printer: on fire\nHelp: please\n", "Printer\n"} {
		f := Fingerprint([]byte(raw))
		if other, ok := seen[f]; ok {
			t.Errorf("Fingerprint(%q) is that of %q", raw, other)
		}
		seen[f] = raw
	}
	faulttest.Seen(t, "T052", "text that looks like a header", "another fingerprint for each")
}
