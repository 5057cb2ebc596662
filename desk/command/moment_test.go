package command

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestReadMoment(t *testing.T) {
	brussels, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		t.Skip(err)
	}
	now := time.Date(2026, 11, 25, 15, 30, 0, 0, brussels) // a Wednesday
	for _, tt := range []struct{ text, want string }{
		// counted from now
		{"2d", "2026-11-27 15:30"}, {"2 days", "2026-11-27 15:30"}, {"in 2 days", "2026-11-27 15:30"}, {"for 3 days", "2026-11-28 15:30"}, {"30m", "2026-11-25 16:00"},
		{"4h", "2026-11-25 19:30"}, {"1w", "2026-12-02 15:30"}, {"a week", "2026-12-02 15:30"}, {"two weeks", "2026-12-09 15:30"}, {"2 hours 30 minutes", "2026-11-25 18:00"},
		{"one month", "2026-12-25 15:30"}, {"in einer Woche", "2026-12-02 15:30"}, {"2 Tage", "2026-11-27 15:30"}, {"2 jours", "2026-11-27 15:30"}, {"dans une semaine", "2026-12-02 15:30"},
		{"dentro de 3 días", "2026-11-28 15:30"}, {"fra tre giorni", "2026-11-28 15:30"}, {"em 2 semanas", "2026-12-09 15:30"}, {"over twee weken", "2026-12-09 15:30"}, {"za 2 tygodnie", "2026-12-09 15:30"},
		{"za 3 dni", "2026-11-28 15:30"}, {"3T", "2026-11-28 15:30"}, {"3 j", "2026-11-28 15:30"}, {"next week", "2026-12-02 15:30"}, {"nächste Woche", "2026-12-02 15:30"}, {"la semaine prochaine", "2026-12-02 15:30"},
		// days
		{"tomorrow", "2026-11-26"}, {"Tomorrow 9:00", "2026-11-26 09:00"}, {"tomorrow at 9", "2026-11-26 09:00"}, {"9am tomorrow", "2026-11-26 09:00"}, {"tomorrow, 5 pm", "2026-11-26 17:00"},
		{"morgen um 9 Uhr", "2026-11-26 09:00"}, {"übermorgen", "2026-11-27"}, {"demain à 9h30", "2026-11-26 09:30"}, {"demain 14 h", "2026-11-26 14:00"}, {"après-demain", "2026-11-27"},
		{"mañana a las 9:00", "2026-11-26 09:00"}, {"pasado mañana", "2026-11-27"}, {"domani alle 9.30", "2026-11-26 09:30"}, {"amanhã às 9:00", "2026-11-26 09:00"}, {"morgen om 9 uur", "2026-11-26 09:00"},
		{"jutro o 9:00", "2026-11-26 09:00"}, {"today 17:00", "2026-11-25 17:00"}, {"in 2 days at 9:00", "2026-11-27 09:00"}, {"tomorrow noon", "2026-11-26 12:00"},
		// weekdays
		{"Friday", "2026-11-27"}, {"until Friday", "2026-11-27"}, {"fri", "2026-11-27"}, {"next Monday 9:00", "2026-11-30 09:00"}, {"Wednesday", "2026-12-02"}, {"bis Freitag", "2026-11-27"}, {"Do", "2026-11-26"},
		{"nächsten Montag um 14:30", "2026-11-30 14:30"}, {"jusqu’à vendredi", "2026-11-27"}, {"lundi prochain", "2026-11-30"}, {"hasta el viernes", "2026-11-27"}, {"fino a venerdì", "2026-11-27"}, {"até sexta-feira", "2026-11-27"},
		{"tot vrijdag", "2026-11-27"}, {"do piątku", "2026-11-27"}, {"do", "2026-11-26"},
		// dates
		{"2026-12-24", "2026-12-24"}, {"until 2026-12-24 14:00", "2026-12-24 14:00"}, {"2026-12-24T14:00", "2026-12-24 14:00"}, {"24.12.", "2026-12-24"}, {"24.12", "2026-12-24"}, {"24.12.2027", "2027-12-24"},
		{"24.12.27 8:00", "2027-12-24 08:00"}, {"1.3.", "2027-03-01"}, {"24/12", "2026-12-24"}, {"12/24", "2026-12-24"}, {"24/12/2026", "2026-12-24"}, {"24 December", "2026-12-24"}, {"December 24", "2026-12-24"},
		{"Dec 24th, 2027", "2027-12-24"}, {"24. Dezember", "2026-12-24"}, {"am 24. Dezember um 9:00", "2026-12-24 09:00"}, {"1er mars", "2027-03-01"}, {"24 de diciembre", "2026-12-24"}, {"24 dicembre 2026", "2026-12-24"},
		{"24 december", "2026-12-24"}, {"24 grudnia", "2026-12-24"}, {"2020-01-01", "2020-01-01"}, {"3/3", "2027-03-03"},
		// times of the day
		{"17:00", "2026-11-25 17:00"}, {"9:00", "2026-11-26 09:00"}, {"9.30", "2026-11-26 09:30"}, {"14h30", "2026-11-26 14:30"}, {"9 Uhr", "2026-11-26 09:00"},
		// no times
		{"", ""}, {"soon", ""}, {"2", ""}, {"0d", ""}, {"1000d", ""}, {"-2d", ""}, {"2 apples", ""}, {"friday monday", ""}, {"31.2.", ""}, {"2026-13-01", ""}, {"25:00", ""}, {"9:60", ""}, {"13 pm", ""},
		{"until", ""}, {"tomorrow please", ""}, {"24.", ""}, {"99999999999999999999d", ""}, {strings.Repeat("1d ", 1000), ""},
	} {
		m, err := ReadMoment(tt.text, now)
		got := ""
		switch {
		case err != nil:
		case m.Clock:
			got = m.At.Format("2006-01-02 15:04")
		default:
			got = m.At.Format("2006-01-02")
			if m.At.Format("15:04") != "00:00" {
				t.Errorf("%q is the day %s at %s, want midnight", tt.text, got, m.At)
			}
		}
		if got != tt.want {
			t.Errorf("%q is %q (%v), want %q", tt.text, got, err, tt.want)
		}
	}
}

// TestMomentInTwoWays: a date that Americans and others read differently is asked about.
func TestMomentInTwoWays(t *testing.T) {
	now := time.Date(2026, 11, 25, 15, 30, 0, 0, time.UTC)
	for _, tt := range []struct{ text, either, or string }{
		{"3/4", "2027-04-03", "2027-03-04"},
		{"3/4/2027", "2027-04-03", "2027-03-04"},
		{"15.10", "15:10", "2027-10-15"},
	} {
		_, err := ReadMoment(tt.text, now)
		two, is := errors.AsType[*MomentError](err)
		if !is || two.Either != tt.either || two.Or != tt.or || !strings.Contains(err.Error(), tt.or) {
			t.Errorf("%q: %v, want the choice of %s and %s", tt.text, err, tt.either, tt.or)
		}
	}
}

// TestMomentOverTheChangeOfTheClock: a day has 23 or 25 hours then.
func TestMomentOverTheChangeOfTheClock(t *testing.T) {
	brussels, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		t.Skip(err)
	}
	now := time.Date(2027, 3, 27, 15, 30, 0, 0, brussels)
	for text, want := range map[string]string{"2d": "2027-03-29 15:30", "24h": "2027-03-28 16:30", "tomorrow 9:00": "2027-03-28 09:00", "1 month": "2027-04-27 15:30"} {
		if m, err := ReadMoment(text, now); err != nil || m.At.Format("2006-01-02 15:04") != want {
			t.Errorf("%q is %v (%v), want %s", text, m.At, err, want)
		}
	}
	if m, err := ReadMoment("1 month", time.Date(2027, 1, 31, 8, 0, 0, 0, brussels)); err != nil || m.At.Format(time.DateOnly) != "2027-02-28" {
		t.Errorf("a month after January 31 is %v (%v)", m.At, err)
	}
}

// TestMomentOnADayWithoutMidnight: the clock is put forward over it on the Azores, and the day is that which was said.
func TestMomentOnADayWithoutMidnight(t *testing.T) {
	azores, err := time.LoadLocation("Atlantic/Azores")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 27, 15, 30, 0, 0, azores)
	for text, want := range map[string]string{"Sunday": "2026-03-29 01:00", "29.3.": "2026-03-29 01:00", "until 2026-03-29": "2026-03-29 01:00", "Saturday": "2026-03-28 00:00", "Sunday 9:00": "2026-03-29 09:00"} {
		if m, err := ReadMoment(text, now); err != nil || m.At.Format("2006-01-02 15:04") != want {
			t.Errorf("%q is %v (%v), want %s", text, m.At, err, want)
		}
	}
}

// FuzzReadMoment: whatever is written, there is a time or an error, and never one
// before now that is counted from now.
func FuzzReadMoment(f *testing.F) {
	for _, s := range []string{"2d", "tomorrow 9:00", "24. Dezember 2027", "do", "a", "9 h 30", "24/12", "in einer Woche"} {
		f.Add(s)
	}
	now := time.Date(2026, 11, 25, 15, 30, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ReadMoment(s, now)
		if _, is := errors.AsType[*MomentError](err); err != nil && !is {
			t.Errorf("%q: %v", s, err)
		}
		if err == nil && m.At.IsZero() {
			t.Errorf("%q is not a time and no error", s)
		}
	})
}

// TestExamplesOfTheHelp: what the help shows in each language is understood.
func TestExamplesOfTheHelp(t *testing.T) {
	now := time.Date(2026, 11, 25, 15, 30, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"until Friday": "2026-11-27 00:00", "bis Freitag": "2026-11-27 00:00", "hasta el viernes": "2026-11-27 00:00", "jusqu’à vendredi": "2026-11-27 00:00", "fino a venerdì": "2026-11-27 00:00",
		"tot vrijdag": "2026-11-27 00:00", "do piątku": "2026-11-27 00:00", "até sexta-feira": "2026-11-27 00:00", "piątek": "2026-11-27 00:00",
		"tomorrow 9:00": "2026-11-26 09:00", "morgen 9 Uhr": "2026-11-26 09:00", "mañana 9:00": "2026-11-26 09:00", "demain 9 h": "2026-11-26 09:00", "domani alle 9": "2026-11-26 09:00",
		"morgen 9 uur": "2026-11-26 09:00", "jutro o 9:00": "2026-11-26 09:00", "amanhã às 9:00": "2026-11-26 09:00",
	} {
		if m, err := ReadMoment(text, now); err != nil || m.At.Format("2006-01-02 15:04") != want {
			t.Errorf("%q is %v (%v), want %s", text, m.At, err, want)
		}
	}
}
