package desk_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/calendar"
	"maildesk/compose"
	"maildesk/desk/figures"
	"maildesk/desk/settings"
	"maildesk/report"
	"maildesk/report/plot"
	"maildesk/routing"
	"maildesk/templates"
	"maildesk/ticket"
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
	b := open(t, withFigures(t), func(s *settings.Settings) { s.Figures = s.Figures[:1] }) // a month may end in any week
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
	if n := clock(monday.Add(9 * time.Hour)); n != 2 {
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
	for _, x := range []struct{ days, want int }{{20, 0}, {6, 1}} {
		days, want := x.days, x.want
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

// TestFiguresAfterRebuild: a rebuilt desk mails the figures of last week no second time.
func TestFiguresAfterRebuild(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, withFigures(t), func(s *settings.Settings) { s.Figures = s.Figures[:1] })
		b.take(letter{from: ana, to: support, subject: "VPN down", text: "It does not connect."})
		berlin := b.Settings().Zone()
		monday := report.Week.Next(report.Week.Begin(time.Now().In(berlin))).Add(9 * time.Hour)
		time.Sleep(time.Until(monday.Add(time.Minute)))
		b.due(time.Now())
		b.deliver()
		if n := len(b.ofFigures()); n != 2 {
			t.Fatalf("%d mails of figures", n)
		}
		again := b.rebuilt()
		time.Sleep(time.Minute)
		again.due(time.Now())
		ready := 0
		for _, m := range again.ofFigures() {
			if m.State == ticket.OutboxReady {
				ready++
			}
		}
		if ready != 0 {
			t.Errorf("the rebuilt desk sends %d mails of figures again", ready)
		}
	})
}

// TestFiguresHidePrivateSubjects: whoever is of no queue reads no subject of a private one.
func TestFiguresHidePrivateSubjects(t *testing.T) {
	b := open(t, withFigures(t), withHR)
	b.take(letter{from: ana, to: support, subject: "My salary of May", text: "It is wrong.\n"})
	made := b.ticket(1)
	if made.Queue != "hr" {
		t.Fatal(made.Queue)
	}
	monday := report.Week.Next(report.Week.Begin(made.CreatedAt.In(b.Settings().Zone())))
	if _, err := figures.SendDue(b.ctx, b.Maker, monday.Add(9*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if m := b.ofFigures()[0]; strings.Contains(m.msg.Text, "salary") {
		t.Errorf("head@example.org, who is of no queue, reads\n%s", m.msg.Text)
	}
}

// TestFiguresOverHolidays: the week before a holiday of more than a week is mailed after it.
func TestFiguresOverHolidays(t *testing.T) {
	b := open(t, withFigures(t), func(s *settings.Settings) { s.Figures = s.Figures[:1] })
	b.take(letter{from: ana, to: support, subject: "VPN down", text: "It does not connect."})
	berlin := b.Settings().Zone()
	end := report.Week.Next(report.Week.Begin(b.ticket(1).CreatedAt.In(berlin)))
	var days []string
	for i := range 11 {
		days = append(days, end.AddDate(0, 0, i).Format(time.DateOnly))
	}
	b.change(func(s *settings.Settings) {
		s.Routing.Calendars = []calendar.Calendar{{Name: "office", Timezone: "Europe/Berlin", Hours: []string{"mon-fri 09:00-17:00"}, Holidays: days}}
		var err error
		if s.Rules, err = routing.Compile(s.Routing); err != nil {
			t.Fatal(err)
		}
	})
	for h := range 24 * 21 {
		if _, err := figures.SendDue(b.ctx, b.Maker, end.Add(time.Duration(h)*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	week := false
	for _, m := range b.ofFigures() {
		t.Log(m.msg.Subject, m.CreatedAt)
		week = week || strings.Contains(m.msg.Text, "Anfragen: 1; gelöst")
	}
	if !week {
		t.Errorf("of %d mails none has the week with the request", len(b.ofFigures()))
	}
}

// countingWords counts how often figures are counted and drawn.
type countingWords struct {
	settings.FigureWords
	n int
}

func (w *countingWords) RenderFigures(s *report.Summary, desk, language string, now time.Time, ids []string) (compose.Words, []plot.Chart, error) {
	w.n++
	return w.FigureWords.RenderFigures(s, desk, language, now, ids)
}

// TestRebuildDrawsNoFigures: what was mailed by the clock of then is not made anew.
func TestRebuildDrawsNoFigures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, withFigures(t), func(s *settings.Settings) { s.Figures = s.Figures[:1] })
		b.take(letter{from: ana, to: support, subject: "VPN down", text: "It does not connect."})
		for range 24 * 9 {
			time.Sleep(time.Hour)
			b.due(time.Now())
		}
		live := len(b.ofFigures())
		s := *b.Settings()
		w := &countingWords{FigureWords: s.FigureWords}
		s.FigureWords = w
		b.rebuiltBy(&s)
		if live == 0 || w.n > 0 {
			t.Errorf("the desk made %d mails of figures in nine days; a rebuild draws them %d times", live, w.n)
		}
	})
}
