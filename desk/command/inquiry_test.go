package command

import (
	"testing"
	"time"
)

func TestReadInquiry(t *testing.T) {
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC) // a Tuesday
	for _, tt := range []struct{ arg, addresses, by, text string }{
		{"", "", "", ""},
		{"vendor@example.net", "vendor@example.net", "", ""},
		{"vendor@example.net Is there a newer release?", "vendor@example.net", "", "Is there a newer release?"},
		{"a@example.net, b@example.com: Who sells it?", "a@example.net b@example.com", "", "Who sells it?"},
		{"<vendor@example.net> Hello", "<vendor@example.net>", "", "Hello"},
		{"vendor@example.net by Friday Is there one?", "vendor@example.net", "2026-11-27 00:00", "Is there one?"},
		{"vendor@example.net by Friday 15:00: Is there one?", "vendor@example.net", "2026-11-27 15:00", "Is there one?"},
		{"vendor@example.net within 2 days", "vendor@example.net", "2026-11-26 10:00", ""},
		{"vendor@example.net within 4h please", "vendor@example.net", "2026-11-24 14:00", "please"},
		{"vendor@example.net by the way, is there one?", "vendor@example.net", "", "by the way, is there one?"},
		{"vendor@example.net bis Freitag Gibt es eine neue Version?", "vendor@example.net", "2026-11-27 00:00", "Gibt es eine neue Version?"},
		{"vendor@example.net avant vendredi Y a-t-il une version ?", "vendor@example.net", "2026-11-27 00:00", "Y a-t-il une version ?"},
		{"vendor@example.net antes del viernes ¿Hay otra?", "vendor@example.net", "2026-11-27 00:00", "¿Hay otra?"},
		{"vendor@example.net entro venerdì C'è?", "vendor@example.net", "2026-11-27 00:00", "C'è?"},
		{"vendor@example.net até sexta-feira Existe?", "vendor@example.net", "2026-11-27 00:00", "Existe?"},
		{"vendor@example.net voor vrijdag Is er een?", "vendor@example.net", "2026-11-27 00:00", "Is er een?"},
		{"vendor@example.net do piątku Czy jest?", "vendor@example.net", "2026-11-27 00:00", "Czy jest?"},
		{"Is there one?", "", "", "Is there one?"},
		{"a@example.net b@example.net all by Friday May we?", "a@example.net b@example.net", "2026-11-27 00:00", "May we?"},
		{"a@example.net b@example.net any May we?", "a@example.net b@example.net", "", "May we?"},
		{"a@example.net all printers are down", "a@example.net", "", "all printers are down"},
		{"write to vendor@example.net", "", "", "write to vendor@example.net"},
	} {
		a := ReadInquiry(tt.arg, now)
		by := ""
		if a.Timed {
			by = a.By.At.Format("2006-01-02 15:04")
		}
		if a.Addresses != tt.addresses || by != tt.by || a.Text != tt.text {
			t.Errorf("ReadInquiry(%q) = %q by %q: %q; want %q by %q: %q", tt.arg, a.Addresses, by, a.Text, tt.addresses, tt.by, tt.text)
		}
	}
}
