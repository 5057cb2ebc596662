package calendar

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
)

// event wraps properties into a calendar.
func event(method, properties string) []byte {
	return []byte("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:" + method + "\r\n" + strings.ReplaceAll(custom, "\n", "\r\n") +
		"BEGIN:VEVENT\r\nUID:1\r\n" + strings.ReplaceAll(properties, "\n", "\r\n") + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
}

// custom is a zone that only the calendar explains.
const custom = `BEGIN:VTIMEZONE
TZID:Our house
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
`

// TestText: what an invitation says, in words.
func TestText(t *testing.T) {
	const who = "ORGANIZER;CN=Dora Held:mailto:dora@example.net\n"
	for _, tt := range []struct{ name, method, properties, language, want string }{
		{"an invitation of Outlook", "REQUEST", who + "DESCRIPTION;LANGUAGE=en-GB:Please move the PC from room 12\n  to room 31\\, the sockets are ready.\\n\\nBring a cable.\\n\nSUMMARY:Move of the PC\nDTSTART;TZID=W. Europe Standard Time:20261203T080000\nDTEND;TZID=W. Europe Standard Time:20261203T090000\nLOCATION:Room 31", "en",
			"Invitation: Move of the PC\nWhen: Thursday, 3 December 2026, 08:00–09:00 (Europe/Berlin)\nWhere: Room 31\nOrganiser: Dora Held <dora@example.net>\n\nPlease move the PC from room 12 to room 31, the sockets are ready.\n\nBring a cable."},
		{"in German", "REQUEST", "SUMMARY:Umzug\nDTSTART:20261203T070000Z\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;UNTIL=20270301T000000Z", "de",
			"Einladung: Umzug\nWann: Donnerstag, 3. Dezember 2026, 07:00 UTC\nWiederholung: alle 2 Wochen am Donnerstag, bis 1. März 2027"},
		{"all day", "PUBLISH", "SUMMARY:Fair\nDTSTART;VALUE=DATE:20261203\nDTEND;VALUE=DATE:20261205", "en", "Invitation: Fair\nWhen: Thursday, 3 December 2026 – Friday, 4 December 2026"},
		{"one day", "REQUEST", "SUMMARY:Foire\nDTSTART;VALUE=DATE:20261203\nDTEND;VALUE=DATE:20261204", "fr", "Invitation: Foire\nQuand: jeudi 3 décembre 2026"},
		{"over midnight", "REQUEST", "SUMMARY:Guardia\nDTSTART;TZID=Europe/Madrid:20261203T220000\nDTEND;TZID=Europe/Madrid:20261204T060000", "es", "Invitación: Guardia\nCuándo: jueves, 3 de diciembre de 2026, 22:00 – viernes, 4 de diciembre de 2026, 06:00 (Europe/Madrid)"},
		{"cancelled", "CANCEL", "SUMMARY:Move\nDTSTART:20261203T070000Z", "en", "Cancelled: Move\nWhen: Thursday, 3 December 2026, 07:00 UTC"},
		{"another time", "COUNTER", "SUMMARY:Move\nDTSTART:20261203T070000Z\nCOMMENT:Later\\, please", "en", "New time proposed: Move\nWhen: Thursday, 3 December 2026, 07:00 UTC\nNote: Later, please"},
		{"accepted", "REPLY", "ATTENDEE;PARTSTAT=ACCEPTED;CN=Dora Held:mailto:dora@example.net\nSUMMARY:Accepted: Move\nDTSTART:20261203T070000Z\nDTEND:20261203T080000Z", "en", "Dora Held <dora@example.net> accepts: Move, Thursday, 3 December 2026, 07:00–08:00 UTC"},
		{"declined with words", "REPLY", "ATTENDEE;PARTSTAT=DECLINED:mailto:dora@example.net\nSUMMARY:Umzug\nCOMMENT:Bin krank", "de", "dora@example.net sagt ab: Umzug\nBin krank"},
		{"a zone of its own in summer", "REQUEST", "SUMMARY:Move\nDTSTART;TZID=Our house:20260703T080000", "en", "Invitation: Move\nWhen: Friday, 3 July 2026, 08:00 (Our house, UTC+02:00)"},
		{"a zone of its own in winter", "REQUEST", "SUMMARY:Move\nDTSTART;TZID=Our house:20261203T080000", "en", "Invitation: Move\nWhen: Thursday, 3 December 2026, 08:00 (Our house, UTC+01:00)"},
		{"a zone at the end of a path", "REQUEST", "SUMMARY:Move\nDTSTART;TZID=/mozilla.org/20050126_1/Europe/Rome:20261203T080000", "en", "Invitation: Move\nWhen: Thursday, 3 December 2026, 08:00 (Europe/Rome)"},
		{"no zone", "REQUEST", "SUMMARY:Move\nDTSTART:20261203T080000", "en", "Invitation: Move\nWhen: Thursday, 3 December 2026, 08:00"},
		{"an unknown language", "REQUEST", "SUMMARY:Move", "xx", "Invitation: Move"},
	} {
		events := Read(event(tt.method, tt.properties))
		if len(events) != 1 {
			t.Errorf("%s: %d events, want 1", tt.name, len(events))
			continue
		}
		if got := events[0].Text(tt.language); got != tt.want {
			t.Errorf("%s: got\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
}

// TestRecurrence: rules in words; one that has none stands as it is.
func TestRecurrence(t *testing.T) {
	for _, tt := range []struct{ rule, language, want string }{
		{"FREQ=DAILY", "en", "every day"},
		{"FREQ=DAILY;INTERVAL=3;COUNT=4", "en", "every 3 days, 4 times"},
		{"FREQ=WEEKLY;BYDAY=MO,WE;WKST=MO", "en", "every week on Monday, Wednesday"},
		{"FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "fr", "chaque semaine du lundi au vendredi"},
		{"FREQ=MONTHLY;BYMONTHDAY=15", "es", "cada mes el día 15"},
		{"FREQ=MONTHLY;BYMONTHDAY=-1", "en", "every month on the last day"},
		{"FREQ=MONTHLY;BYDAY=2TU", "de", "jeden Monat am zweiten Dienstag"},
		{"FREQ=MONTHLY;BYDAY=FR;BYSETPOS=-1", "fr", "chaque mois le dernier vendredi"},
		{"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", "en", "every month on the first working day"},
		{"FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "en", "every year on the last Sunday in March"},
		{"FREQ=YEARLY;BYWEEKNO=20", "en", "rule FREQ=YEARLY;BYWEEKNO=20"},
		{"FREQ=HOURLY", "de", "Regel FREQ=HOURLY"},
	} {
		e := Event{Rule: tt.rule}
		if got := e.recurs(languages[tt.language]); got != tt.want {
			t.Errorf("%s in %s: %q, want %q", tt.rule, tt.language, got, tt.want)
		}
	}
}

// TestZones: every zone of Windows is one of the database.
func TestZones(t *testing.T) {
	if n := len(windowsZones()); n < 130 {
		t.Errorf("%d zones, want all", n)
	}
	for name, zone := range windowsZones() {
		if _, err := time.LoadLocation(zone); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestWords: no language lacks a word.
func TestWords(t *testing.T) {
	for code, w := range languages {
		for _, e := range []Event{{Method: "REQUEST"}, {Method: "CANCEL"}, {Method: "COUNTER"}, {}} {
			if text := e.Text(code); len(text) < 5 {
				t.Errorf("%s: %q of %s", code, text, e.Method)
			}
		}
		for _, all := range [][]string{w.weekdays[:], w.months[:], w.ordinals[:], {w.working, w.workDay, w.anyDay, w.times, w.until, w.inMonth}} {
			for i, word := range all {
				if word == "" {
					t.Errorf("%s: word %d is missing in %q", code, i, all)
				}
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(event("REQUEST", "SUMMARY:Move\nDTSTART;TZID=Our house:20261203T080000\nRRULE:FREQ=WEEKLY;BYDAY=MO"))
	f.Add(event("REPLY", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b\nDTSTART;VALUE=DATE:20261203"))
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, e := range Read(content) {
			if strings.Contains(e.Text("en"), "%!") {
				t.Errorf("Text = %q", e.Text("en"))
			}
		}
	})
}
