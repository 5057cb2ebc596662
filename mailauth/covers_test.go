package mailauth

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maildesk/faulttest"
	"maildesk/mailparse"
)

// TestUncovered has the h= of signers as they are, and what forgers make of a mail that was signed in part.
func TestUncovered(t *testing.T) {
	const whole = "From: a@example.org\nTo: s@example.org\nSubject: x\nDate: y\nMessage-ID: <1@example.org>\nContent-Type: text/plain\nIn-Reply-To: <2@example.org>\n"
	for _, tt := range []struct {
		name, signed, header string
		want                 bool
	}{
		{"Gmail", "to:subject:message-id:date:from:mime-version:from:to:cc:subject:date:message-id:reply-to", whole, false},
		{"Exchange Online, without To", "From:Date:Subject:Message-ID:Content-Type:MIME-Version:X-MS-Exchange-SenderADCheck", whole, false},
		{"OpenDKIM, without Message-ID", "Date:From:To:Subject:In-Reply-To:From", whole, false},
		{"Fastmail", "cc:content-type:content-type:date:date:from:from:in-reply-to:message-id:mime-version:references:reply-to:subject:subject:to:to", whole, false},
		{"folded, with blanks", "From :\n\tTo : Subject\n :Date", whole, false},
		{"From alone", "from", whole, true},
		{"without Subject", "from:to:date:message-id", whole, true},
		{"Plesk, without Date", "From:To:Subject", whole, false},
		{"SendGrid, without Date", "content-type:from:mime-version:subject:x-feedback-id:to:cc:content-type:from:subject:to", whole, false},
		{"without To and Message-ID", "from:subject:date", whole, true},
		{"From alone, of a mail that has no more", "from", "From: a@example.org\n", false},
		{"no To, and Message-ID is not covered", "from:subject:date", strings.Replace(whole, "To: s@example.org\n", "", 1), true},
		{"no To, which is covered nevertheless", "from:subject:date:to", strings.Replace(whole, "To: s@example.org\n", "", 1), false},
		{"a second Subject, added", "from:subject:date:to", "Subject: other\n" + whole, true},
		{"a second Subject, with a blank before its colon", "from:subject:date:to", "Subject : other\n" + whole, true},
		{"a Subject, added to a mail without one", "from:date:to", whole, true},
		{"an h= in the words of another tag", "from; z=h=subject|date:to", whole, true},
	} {
		for field, of := range map[string]string{"DKIM-Signature:": "example.org", "dkim-signature :": "example.org", "DKIM-Signature: s=1;": "example.org."} {
			raw := field + " v=1; d=" + of + "; h=" + tt.signed + "; b=x\n" + tt.header + "\nHello\n"
			h := mailparse.Parse([]byte(strings.ReplaceAll(raw, "\n", "\r\n")), mailparse.Envelope{}).Header
			if got := Uncovered(h, func(domain string) bool { return domain == "example.org" }); got != tt.want {
				t.Errorf("%s, %s: %t, want %t", tt.name, field, got, tt.want)
			}
			if Uncovered(h, func(string) bool { return false }) {
				t.Errorf("%s: the signature of a domain that does not count", tt.name)
			}
		}
	}
}

// TestRealSignersCover: of the signed mails that people have published, none is uncovered.
func TestRealSignersCover(t *testing.T) {
	folder, n := faulttest.Shared(t, "corpus"), 0
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil || len(raw) > 1<<20 {
			return err
		}
		h := mailparse.Parse(raw, mailparse.Envelope{}).Header
		if len(h.All("DKIM-Signature")) == 0 {
			return nil
		}
		n++
		if Uncovered(h, func(domain string) bool { return domain != "" }) { // one of them is cut before it
			t.Errorf("%s: uncovered: %q", path, h.All("DKIM-Signature"))
		}
		return nil
	})
	if err != nil || n < 15 {
		t.Errorf("%d signed mails, %v", n, err)
	}
}
