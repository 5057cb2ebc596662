package desk_test

import (
	"strings"
	"testing"
	"time"

	"maildesk/calendar"
	"maildesk/desk/figures"
	"maildesk/desk/settings"
	"maildesk/report"
	"maildesk/templates"
)

// withFigures lets the desk work from Monday to Friday and mail figures of each week.
func withFigures(t *testing.T) func(*settings.Settings) {
	words, err := templates.New("")
	if err != nil {
		t.Fatal(err)
	}
	return func(s *settings.Settings) {
		s.FigureWords = words
		s.Figures = []settings.FigureMail{{To: []string{"head@example.org", "boss@example.org"}, Every: report.Week, Language: "de"}, {To: []string{"head@example.org"}, Every: report.Month, Language: "en"}}
		s.Routing.Calendars = []calendar.Calendar{{Name: "office", Timezone: "Europe/Berlin", Hours: []string{"mon-fri 09:00-17:00"}, Holidays: []string{"2026-12-01"}}}
		s.Location, _ = time.LoadLocation("Europe/Berlin")
	}
}

// ofFigures returns the mails of figures that were put into the outbox.
func (b *bench) ofFigures() (all []sent) {
	b.t.Helper()
	for _, m := range b.outbox() {
		if m.Template == figures.Template {
			all = append(all, m)
		}
	}
	return all
}

// TestFiguresByMail: the figures of a week leave when work begins after it, once to each
// address, and not of a time in which nothing happened.
func TestFiguresByMail(t *testing.T) {
	b := open(t, withFigures(t))
	berlin := b.Settings().Zone()
	clock := func(now time.Time) int {
		t.Helper()
		if _, err := figures.SendDue(b.ctx, b.Maker, now); err != nil {
			t.Fatal(err)
		}
		return len(b.ofFigures())
	}
	if n := clock(time.Date(2026, 11, 30, 12, 0, 0, 0, berlin)); n != 0 {
		t.Fatalf("%d mails of an empty desk", n)
	}
	b.take(letter{from: ana, to: support, subject: "VPN down", text: "It does not connect."})
	made := b.ticket(1)
	monday := report.Week.Next(report.Week.Begin(made.CreatedAt.In(berlin)))
	if n := clock(monday.Add(8 * time.Hour)); n != 0 {
		t.Errorf("%d mails before work begins", n)
	}
	if n := clock(monday.Add(9 * time.Hour)); n < 2 {
		t.Fatalf("%d mails when work begins, want one to each of two", n)
	}
	before := len(b.ofFigures())
	if n := clock(monday.Add(10 * time.Hour)); n != before {
		t.Errorf("%d mails an hour later, want no more than %d", n, before)
	}
	m := b.ofFigures()[0]
	if !strings.Contains(m.msg.Subject, "[Example IT] Zahlen vom") {
		t.Errorf("the subject is %q", m.msg.Subject)
	}
	for _, want := range []string{"Anfragen: 1; gelöst: 0.", "Eingegangen", "Am längsten offen", "VPN down"} {
		if !strings.Contains(m.msg.Text, want) {
			t.Errorf("the text lacks %q:\n%s", want, m.msg.Text)
		}
	}
	if n := strings.Count(string(m.Bytes), "Content-ID: <figures."); n != settings.FigureCharts {
		t.Errorf("the mail has %d pictures:\n%.3000s", n, m.Bytes)
	}
}

// TestFiguresCatchUp: a desk that was stopped sends the last week's figures, but not those
// of long ago.
func TestFiguresCatchUp(t *testing.T) {
	b := open(t, withFigures(t), func(s *settings.Settings) { s.Figures = s.Figures[1:] })
	b.take(letter{from: ana, to: support, subject: "VPN down", text: "It does not connect."})
	made := b.ticket(1)
	next := report.Month.Next(report.Month.Begin(made.CreatedAt.In(b.Settings().Zone())))
	for days, want := range map[int]int{20: 0, 6: 1} {
		if _, err := figures.SendDue(b.ctx, b.Maker, next.AddDate(0, 0, days)); err != nil {
			t.Fatal(err)
		}
		if n := len(b.ofFigures()); n > want {
			t.Errorf("after %d days %d mails wait, want %d", days, n, want)
		}
		if days == 6 && len(b.ofFigures()) != 1 {
			t.Errorf("after %d days no mail waits", days)
		}
	}
}
