package rota_test

import (
	"strings"
	"testing"
	"time"

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
		{"no calendar", "hello", ""},
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
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
