package mailparse

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/rogpeppe/go-internal/txtar"

	"maildesk/faulttest"
	"maildesk/mailparse/header"
	"maildesk/mailparse/report"
)

// TestT083BounceDialects reads delivery reports of many mail systems.
func TestT083BounceDialects(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/bounces.txtar")
	if err != nil {
		t.Fatal(err)
	}
	plain := 0
	for _, f := range archive.Files {
		if !strings.Contains(strings.ToLower(string(f.Data)), "multipart/report") {
			plain++
		}
		t.Run(f.Name, func(t *testing.T) {
			line, raw, _ := strings.Cut(string(f.Data), "\n")
			want := strings.TrimPrefix(line, "Want: ")
			m := Parse([]byte(raw), Envelope{})
			class := BounceClass
			if strings.Contains(want, " delivered ") {
				class = Report
			}
			if m.Class != class || m.Silence != Hard {
				t.Errorf("Class = %q (%s), Silence = %d, want %q and %d", m.Class, m.ClassReason, m.Silence, class, Hard)
			}
			var got []string
			wants := strings.Split(want, ", ")
			for i, b := range m.Bounces {
				line := b.Recipient + " " + b.Action
				if i >= len(wants) || strings.Count(wants[i], " ") > 1 { // the status is named
					line += " " + b.Status
				}
				got = append(got, line)
			}
			if s := strings.Join(got, ", "); s != want {
				t.Errorf("Bounces = %s, want %s", s, want)
			}
			if strings.Contains(raw, "<one@example.org>") && m.ReportedMessageID != "<one@example.org>" {
				t.Errorf("ReportedMessageID = %q, want <one@example.org>", m.ReportedMessageID)
			}
		})
	}
	faulttest.Seen(t, "T083", "delivery reports of many mail systems, with and without multipart/report", "%d reports, each never answered, with recipient and fate", len(archive.Files))
	faulttest.Seen(t, "T084", "delivery reports without multipart/report in the dialects of qmail, Exim, Exchange, Notes, GroupWise and others", "%d reports, all of class bounce with recipient and fate", plain)
}

// TestT088Receipts reads receipts and feedback reports: they are about a mail,
// and nobody answers them.
func TestT088Receipts(t *testing.T) {
	for _, tt := range []struct{ name, kind, part, reason, id string }{
		{"MDN", "disposition-notification", "Content-Type: message/disposition-notification\n\nReporting-UA: x\nFinal-Recipient: rfc822;kim@example.net\nOriginal-Message-ID: <one@example.org>\nDisposition: manual-action/MDN-sent-manually; displayed\n", "disposition-notification", "<one@example.org>"},
		{"ARF", "feedback-report", "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: x/1\nVersion: 1\n\n--b\nContent-Type: message/rfc822\n\nFrom: desk@example.org\nMessage-ID: <two@example.org>\n\nText\n", "feedback-report", "<two@example.org>"},
		{"ARF with the header only", "feedback-report", "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <three@example.org>\n", "feedback-report", "<three@example.org>"},
	} {
		raw := "From: kim@example.net\nTo: desk@example.org\nSubject: Report\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=" + tt.kind + "; boundary=b\n\n--b\nContent-Type: text/plain\n\nA report.\n\n--b\n" + tt.part + "\n--b--\n"
		m := Parse([]byte(raw), Envelope{})
		if m.Class != Report || m.ClassReason != tt.reason || m.Silence != Hard || m.ReportedMessageID != tt.id || len(m.Bounces) > 0 {
			t.Errorf("%s: Parse = %q, %q, %d, %q, %v, want a report about %s", tt.name, m.Class, m.ClassReason, m.Silence, m.ReportedMessageID, m.Bounces, tt.id)
		}
	}
	faulttest.Seen(t, "T088", "receipts and feedback reports", "of class report, never answered, about the mail that they name")
}

// TestRobotsOfLists: the robot of a list and that of complaints are no persons.
func TestRobotsOfLists(t *testing.T) {
	for _, tt := range []struct{ name, raw, class string }{
		{"fml", "From: list-admin@example.net\nSubject: Loop Alert: Duplicated Message-ID (list ML)\nX-MLServer: fml [fml 4.0.3 release]\n\nDuplicated Message-ID.\n", "list"},
		{"Hotmail", "From: staff@hotmail.com\nSubject: complaint about message from 192.0.2.1\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nFrom: desk@example.org\nTo: kim@example.net\nMessage-ID: <one@example.org>\n\nText\n--b--\n", "report"},
		{"fml, not a member", "From: ml-ctl@example.net\nSubject: You are not member\nX-ML-Info: send help\n\nSorry.\n", "list"},
		{"Mailman", "From: printers-confirm+8f3a@example.net\nSubject: confirm 8f3a9b\n\nMailing list subscription confirmation notice.\n", "list"},
		{"Google Groups", "From: printers+owners@googlegroups.example.com\nSubject: Your message was not posted\n\nRestricted.\n", "list"},
		{"ezmlm", "From: printers-help@example.net\nSubject: confirm subscribe to printers@example.net\n\nHi! This is the ezmlm program. I'm managing the list.\n", "auto-reply"},
		{"ServiceNow", "From: it@example.net\nSubject: INC1 opened\nX-ServiceNow-Generated: true\n\nIt is open.\n", "auto-generated"},
		{"a person", "From: kim@example.net\nSubject: complaint about message from you\n\nPlease stop.\n", "person"},
	} {
		if m := Parse([]byte(tt.raw), Envelope{}); string(m.Class) != tt.class {
			t.Errorf("%s: class %s (%s), want %s", tt.name, m.Class, m.ClassReason, tt.class)
		}
	}
}

// FuzzReport holds the laws of delivery reports: only reports have recipients,
// each of them once, with an address that the mail names; and it is bounded.
func FuzzReport(f *testing.F) {
	archive, err := txtar.ParseFile("testdata/bounces.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range archive.Files {
		_, raw, _ := strings.Cut(string(file.Data), "\n")
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := Parse(raw, Envelope{})
		if len(m.Bounces) > 0 && m.Class != BounceClass && m.Class != Report {
			t.Fatalf("class %q has bounces %v", m.Class, m.Bounces)
		}
		if (m.Class == Person) != (m.ClassReason == "") || m.Class == Person && m.Silence != Answerable {
			t.Fatalf("class %q by %q with silence %d", m.Class, m.ClassReason, m.Silence)
		}
		seen := map[string]bool{}
		for _, b := range m.Bounces {
			normal := Address{Address: b.Recipient}.Normal()
			if b.Recipient == "" || seen[normal] || b.Action == "" || strings.ContainsFunc(b.Recipient+b.Status, unicode.IsControl) {
				t.Fatalf("bounce %+v of %+v", b, m.Bounces)
			}
			seen[normal] = true
		}
		if id := m.ReportedMessageID; id != "" && header.FirstID(id) != id {
			t.Fatalf("ReportedMessageID = %q", id)
		}
	})
}

// TestReportLinear holds that hostile reports cost little.
func TestReportLinear(t *testing.T) {
	head := "From: MAILER-DAEMON@example.net\nTo: desk@example.org\nSubject: failure notice\n"
	for _, piece := range []string{"<a@b.c>:\n", "<a@b.c> ", "to: a@b.c ", "@", "user unknown ", "(expanded from <a@b.c>) ", "a@b.c\n", "message-id:\n"} {
		raw := head + "\nHi. This is the qmail\n" + strings.Repeat(piece, 1<<20/len(piece))
		if m := Parse([]byte(raw), Envelope{}); len(m.Bounces) > report.MaxBounces {
			t.Errorf("Parse of %q… returns %d bounces, want %d at most", piece, len(m.Bounces), report.MaxBounces)
		}
	}
	var blocks strings.Builder
	blocks.WriteString(head + "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n")
	for i := range 20000 {
		fmt.Fprintf(&blocks, "\nFinal-Recipient: rfc822; u%d@example.net\nAction: failed\n", i)
	}
	if m := Parse([]byte(blocks.String()+"\n--b--\n"), Envelope{}); len(m.Bounces) != report.MaxBounces {
		t.Errorf("Parse of 20000 recipients returns %d bounces, want %d", len(m.Bounces), report.MaxBounces)
	}
}
