package command

import (
	"errors"
	"testing"
	"time"
)

func TestReadDuty(t *testing.T) {
	now := time.Date(2026, 6, 10, 12, 0, 0, 0, time.UTC) // a Wednesday
	for _, tt := range []struct{ arg, rota, agent, from, until string }{
		{"", "", "", "", ""},
		{"bob", "", "bob", "", ""},
		{"bob until Friday 9:00", "", "bob", "", "2026-06-12 09:00"},
		{"@bob until tomorrow", "", "bob", "", "2026-06-11 00:00"},
		{"nights bob from Friday 17:00 until Monday 9:00", "nights", "bob", "2026-06-12 17:00", "2026-06-15 09:00"},
		{"night shift bob until 20:00", "night shift", "bob", "", "2026-06-10 20:00"},
		{"bob ab Freitag 17:00 bis Montag 9:00", "", "bob", "2026-06-12 17:00", "2026-06-15 09:00"},
		{"bob desde el viernes 17:00 hasta el lunes 9:00", "", "bob", "2026-06-12 17:00", "2026-06-15 09:00"},
		{"bob jusqu'à vendredi 9h00", "", "bob", "", "2026-06-12 09:00"},
		{"bob jusqu’à vendredi 9h00", "", "bob", "", "2026-06-12 09:00"},
		{"bob fino a venerdì 9:00", "", "bob", "", "2026-06-12 09:00"},
		{"bob do piątku 9:00", "", "bob", "", "2026-06-12 09:00"},
		{"bob tot vrijdag 9:00", "", "bob", "", "2026-06-12 09:00"},
		{"bob até sexta 9:00", "", "bob", "", "2026-06-12 09:00"},
		{"bob from 2026-06-20 08:00 until 20:00", "", "bob", "2026-06-20 08:00", "2026-06-20 20:00"},
		{"until", "", "until", "", ""},
	} {
		d, err := ReadDuty(tt.arg, now)
		if err != nil {
			t.Errorf("%q: %v", tt.arg, err)
			continue
		}
		from, until := "", ""
		if !d.FromNow {
			from = d.From.At.Format("2006-01-02 15:04")
		}
		if !d.Open {
			until = d.Until.At.Format("2006-01-02 15:04")
		}
		if d.Rota != tt.rota || d.Agent != tt.agent || from != tt.from || until != tt.until {
			t.Errorf("%q is %q %q from %q until %q", tt.arg, d.Rota, d.Agent, from, until)
		}
	}
	for _, arg := range []string{"bob until whenever", "bob from then until Friday"} {
		if _, err := ReadDuty(arg, now); err == nil {
			t.Errorf("%q has no error", arg)
		} else if _, is := errors.AsType[*MomentError](err); !is {
			t.Errorf("%q: %v", arg, err)
		}
	}
}
