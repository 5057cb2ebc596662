package rota_test

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"maildesk/rota"
)

// TestInvitation: what calendar programs read of it.
func TestInvitation(t *testing.T) {
	at := time.Date(2026, 3, 28, 18, 0, 0, 0, time.UTC)
	i := rota.Invitation{
		Rota: "late nights", Shift: rota.Shift{Agent: "bob", From: at, Until: at.Add(14 * time.Hour)}, Host: "desk.example.org", Sequence: 2,
		Organizer: "desk+c1@example.org", Desk: "Example IT", Attendee: "bob@example.org", Name: "Bob Brown", Now: at.Add(-time.Hour),
	}
	text := strings.ReplaceAll(string(i.Bytes()), "\r\n ", "")
	for _, want := range []string{
		"METHOD:REQUEST", "UID:late-nights-1774720800@desk.example.org", "SEQUENCE:2", "DTSTART:20260328T180000Z", "DTEND:20260329T080000Z", "ORGANIZER;CN=Example IT:mailto:desk+c1@example.org",
		"ATTENDEE;", "RSVP=true", "PARTSTAT=NEEDS-ACTION", ":mailto:bob@example.org",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	i.Withdrawn = true
	if text := string(i.Bytes()); i.Method() != "CANCEL" || !strings.Contains(text, "METHOD:CANCEL") || !strings.Contains(text, "STATUS:CANCELLED") || strings.Contains(text, "RSVP") {
		t.Errorf("withdrawn it is\n%s", text)
	}
	if from, ok := rota.BeginOf("late-nights-1774720800@desk.example.org", "late nights", "desk.example.org"); !ok || !from.Equal(at) {
		t.Errorf("its UID says %v, %t", from, ok)
	}
	for _, uid := range []string{"", "nights-1774720800@desk.example.org", "late-nights-soon@desk.example.org", "late-nights-1774720800@example.org", "late-nights-1774720800"} {
		if _, ok := rota.BeginOf(uid, "late nights", "desk.example.org"); ok {
			t.Errorf("%q is taken for a UID of the rota", uid)
		}
	}
}

// TestReplies: what calendar programs answer.
func TestReplies(t *testing.T) {
	reply := func(method, attendees string) string {
		return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + method + "BEGIN:VEVENT\r\nUID:u@x\r\nDTSTAMP:20260328T180000Z\r\n" + attendees + "END:VEVENT\r\nEND:VCALENDAR\r\n"
	}
	for _, tt := range []struct{ name, calendar, want string }{
		{"accepted", reply("METHOD:REPLY\r\n", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@example.org\r\n"), "u@x accepted"},
		{"declined, in small letters", reply("METHOD:reply\r\n", "ATTENDEE;CN=Bob;PARTSTAT=declined:MAILTO:bob@example.org\r\n"), "u@x declined"},
		{"folded", reply("METHOD:REPLY\r\n", "ATTENDEE;CN=Bob Brown;ROLE=REQ-PARTICIPANT;RSVP=TRUE;PARTST\r\n AT=DECLINED:mailto:bob@example.org\r\n"), "u@x declined"},
		{"perhaps", reply("METHOD:REPLY\r\n", "ATTENDEE;PARTSTAT=TENTATIVE:mailto:bob@example.org\r\n"), "u@x"},
		{"two who differ", reply("METHOD:REPLY\r\n", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@example.org\r\nATTENDEE;PARTSTAT=DECLINED:mailto:b@example.org\r\n"), "u@x"},
		{"an invitation", reply("METHOD:REQUEST\r\n", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@example.org\r\n"), ""},
		{"no method", reply("", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@example.org\r\n"), ""},
		{"with words", reply("METHOD:REPLY\r\n", "ATTENDEE;PARTSTAT=DECLINED:mailto:b@example.org\r\nCOMMENT;LANGUAGE=en:Ill\\, sorry\\nAna\a\r\n"), "u@x declined: Ill, sorry Ana"},
		{"with a book", reply("METHOD:REPLY\r\n", "COMMENT:"+strings.Repeat("x", 2000)+"\r\n"), "u@x: " + strings.Repeat("x", 500) + "…"},
		{"no calendar", "hello", ""},
		{"a large one", reply("METHOD:REPLY\r\n", strings.Repeat("X-A:b\r\n", 30_000)), ""},
		{"a deep one", strings.Repeat("BEGIN:VEVENT\r\n", 201) + reply("METHOD:REPLY\r\n", ""), ""},
	} {
		got := ""
		for _, r := range rota.Replies([]byte(tt.calendar)) {
			got += r.UID
			if r.Accepted {
				got += " accepted"
			}
			if r.Declined {
				got += " declined"
			}
			if r.Comment != "" {
				got += ": " + r.Comment
			}
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// FuzzReplies: what a stranger writes as an answer is bounded, and its words are one line.
func FuzzReplies(f *testing.F) {
	for _, text := range []string{"", "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:nights-948096000@desk.example.org\r\nATTENDEE;PARTSTAT=DECLINED:mailto:a@example.org\r\nCOMMENT:Ill\\, sorry\\nAna\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, calendar []byte) {
		all := rota.Replies(calendar)
		if len(all) > 50 {
			t.Errorf("%d answers are read", len(all))
		}
		for _, r := range all {
			if r.UID == "" || r.Accepted && r.Declined || utf8.RuneCountInString(r.Comment) > 501 || strings.ContainsFunc(r.Comment, unicode.IsControl) {
				t.Errorf("read is %+v", r)
			}
			rota.BeginOf(r.UID, "nights", "desk.example.org")
		}
	})
}
