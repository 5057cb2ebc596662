package mailparse

import (
	"strings"
	"testing"
)

// TestAnswersToInvitations: that somebody comes is no mail of a person; what they
// write beside it is.
func TestAnswersToInvitations(t *testing.T) {
	for _, tt := range []struct {
		name, plain, comment string
		class                Class
		silence              Silence
	}{
		{"alone", "", "", AutoReply, Hard},
		{"in Google's words", "Dora Held has accepted this invitation.\nhttps://calendar.google.com/calendar/event?x=1", "", AutoReply, Hard},
		{"above the line of a phone", "Sent from my iPhone", "", AutoReply, Hard},
		{"above a signature", "-- \nDora Held\nClinic", "", AutoReply, Hard},
		{"above the invitation", "-----Original Appointment-----\nFrom: Example IT <support@example.org>\nSent: Friday\nTo: Dora Held\nSubject: Visit\n\nWe come at eight.", "", AutoReply, Hard},
		{"with a remark above the line of a phone", "I come later.\n\nSent from my iPhone", "", Person, Answerable},
		{"with a remark above the invitation", "I come later.\n\n-----Original Appointment-----\nFrom: Example IT <support@example.org>\nSent: Friday\nTo: Dora Held\nSubject: Visit\n\nWe come at eight.", "", Person, Answerable},
		{"with a remark below the invitation", "> We come at eight.\n\nI come later.", "", Person, Answerable},
		{"with a remark", "I come ten minutes later.", "", Person, Answerable},
		{"with a comment", "", "COMMENT:Please bring the key.\n", Person, Answerable},
	} {
		m := Parse([]byte("From: Dora Held <dora@example.net>\nSubject: Accepted: Visit\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n"+
			"--b\nContent-Type: text/plain\n\n"+tt.plain+"\n--b\nContent-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nATTENDEE;PARTSTAT=ACCEPTED;CN=Dora Held:mailto:dora@example.net\nSUMMARY:Visit\nDTSTART:20261203T070000Z\n"+
			tt.comment+"END:VEVENT\nEND:VCALENDAR\n--b--\n"), Envelope{})
		if m.Class != tt.class || m.Silence != tt.silence {
			t.Errorf("%s: class %s (%s), silence %d; want %s, %d", tt.name, m.Class, m.ClassReason, m.Silence, tt.class, tt.silence)
		}
		if want := "Dora Held <dora@example.net> accepts: Visit, Thursday, 3 December 2026, 07:00 UTC"; !strings.Contains(m.Text, want) {
			t.Errorf("%s: Text = %q, want %q in it", tt.name, m.Text, want)
		}
	}
}

// TestDescriptionInHTML: a description is read where a program writes HTML, in its own field or in that of plain text;
// plain text stays as it is.
func TestDescriptionInHTML(t *testing.T) {
	for _, tt := range []struct{ properties, want string }{
		{"X-ALT-DESC;FMTTYPE=text/html:<html><body><p>Bring the <b>long</b> cable.</p></body></html>\n", "Bring the long cable."},
		{"DESCRIPTION:\nX-ALT-DESC;FMTTYPE=text/html:<p>Bring the long cable.</p>\n", "Bring the long cable."},
		{"DESCRIPTION:<p>Bring the&nbsp\\;<b>long</b> cable.</p><p>Room 3</p>\n", "Bring the long cable.\n\nRoom 3"},
		{"DESCRIPTION:Bring the long cable.<br>Room 3<br>\n", "Bring the long cable.\nRoom 3"},
		{"DESCRIPTION:Bring the long cable.\nX-ALT-DESC;FMTTYPE=text/html:<p>Bring it.</p>\n", "Bring the long cable."},
		{"DESCRIPTION:Is a < b\\, and b > c?\n", "Is a < b, and b > c?"},
	} {
		m := Parse([]byte("From: Dora Held <dora@example.net>\nSubject: Visit\nMIME-Version: 1.0\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Visit\nDTSTART:20261203T070000Z\n"+
			tt.properties+"END:VEVENT\nEND:VCALENDAR\n"), Envelope{})
		if _, got, _ := strings.Cut(m.Reply, "\n\n"); strings.ReplaceAll(got, "\u00a0", " ") != tt.want {
			t.Errorf("%q is described by %q, want %q", tt.properties, got, tt.want)
		}
	}
}
