package oldmail

import (
	"testing"
	"time"
)

func TestDateOf(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	written, delivered, before := now.AddDate(-1, 0, 0), now.AddDate(-1, 0, 1), now.AddDate(-2, 0, 0)
	for _, tt := range []struct {
		name                     string
		written, delivered, want time.Time
	}{
		{"a date", written, delivered, written},
		{"none, but delivered", time.Time{}, delivered, delivered},
		{"neither", time.Time{}, time.Time{}, before},
		{"a clock that was ahead", now.AddDate(10, 0, 0), delivered, delivered},
		{"a clock at its beginning", time.Unix(0, 0), delivered, delivered},
		{"both wrong", time.Unix(0, 0), now.Add(time.Hour), before},
	} {
		if got := dateOf(tt.written, tt.delivered, before, now); !got.Equal(tt.want) {
			t.Errorf("%s: dateOf = %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestImportMark(t *testing.T) {
	for _, tt := range []struct{ tag, subject, want string }{
		{``, "[Ticket#2025001] Lamp", ""},
		{`\[Ticket#(\d+)\]`, "Re: [Ticket#2025001] Lamp", "2025001"},
		{`\[Ticket#(\d+)\]`, "Lamp", ""},
		{`\[Ticket#\d+\]`, "Re: [Ticket#2025001] Lamp", "[Ticket#2025001]"},
		{`(?i)\[(?:ticket|case)[ #:]*(\d+)\]`, "AW: [CASE: 77] Lamp", "77"},
		{`#(x)?\d+`, "Lamp #12", "#12"}, // the group found nothing
	} {
		how, err := (&Command{SubjectTag: tt.tag}).options()
		if err != nil {
			t.Fatal(err)
		}
		if got := how.mark(tt.subject); got != tt.want {
			t.Errorf("mark of %q by %s = %q, want %q", tt.subject, tt.tag, got, tt.want)
		}
	}
}
