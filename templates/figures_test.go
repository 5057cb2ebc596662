package templates

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maildesk/calendar"
	"maildesk/desk/settings"
	"maildesk/report"
	"maildesk/ticket"
)

// kept has tickets and their events, as a store does.
type kept struct {
	tickets []ticket.Ticket
	events  map[ticket.ID][]ticket.Event
}

// Tickets is described at [report.Reader].
func (k kept) Tickets(f ticket.Filter) ([]ticket.Ticket, error) {
	return k.tickets[min(int(f.After), len(k.tickets)):min(int(f.After)+f.Limit, len(k.tickets))], nil
}

// EventsOfAll is described at [report.Reader].
func (k kept) EventsOfAll(tickets []ticket.ID, _ ...ticket.EventKind) (all []ticket.Event, err error) {
	for _, id := range tickets {
		all = append(all, k.events[id]...)
	}
	return all, nil
}

// fortnight makes the tickets of two weeks, of which the second is busier.
type fortnight struct {
	kept
	r     *rand.Rand
	hours *calendar.Hours
	until time.Time
}

// fortnightFrom returns the fortnight that begins on a day, of a desk that works in hours.
func fortnightFrom(from time.Time, hours *calendar.Hours) kept {
	f := fortnight{kept{events: map[ticket.ID][]ticket.Event{}}, rand.New(rand.NewPCG(7, 7)), hours, from.AddDate(0, 0, 14)}
	for day := range 14 {
		n := []int{9, 12, 8, 11, 7, 1, 0}[day%7] + day/7*4*min(1, 6-day%7)
		for range n {
			f.live(from.AddDate(0, 0, day).Add(time.Duration(9*60+f.r.IntN(420))*time.Minute), day >= 7)
		}
	}
	return f.kept
}

// live makes a ticket and what becomes of it: many are solved by the first answer, others after
// a question or on the next level; some are reopened, rated, or wait.
func (f *fortnight) live(made time.Time, busy bool) {
	of := [][2]string{{"Printer on the second floor", "printing"}, {"VPN does not connect", "network"}, {"New laptop for Ms Martin", "hardware"}, {"Password has expired", "account"}, {"Invoice 4711 is missing", "account"}}[f.r.IntN(5)]
	if busy && f.r.IntN(4) == 0 {
		of = [2]string{"VPN does not connect", "network"}
	}
	id := ticket.ID(len(f.tickets) + 1)
	t := ticket.Ticket{ID: id, CreatedAt: made, Subject: of[0], Category: of[1], Queue: "first-line", Level: 1, Status: ticket.StatusNew}
	f.events[id] = []ticket.Event{{Ticket: id, Kind: ticket.EventCreated, To: "first-line", Number: 1, At: made}}
	agent, at, status := "bob", f.hours.Add(made, time.Duration(5+f.r.IntN(150))*time.Minute), ticket.StatusNew
	say := func(to ticket.Status) { // as the desk writes it: the status before the answer
		mail := ticket.MailID(len(f.events[id]))
		f.add(id, at, ticket.Event{Kind: ticket.EventStatus, Actor: agent, From: string(status), To: string(to), Mail: mail})
		f.add(id, at, ticket.Event{Kind: ticket.EventAnswered, Actor: agent, Mail: mail})
		status = to
	}
	pass := func(minutes int) { at = f.hours.Add(at, time.Duration(minutes)*time.Minute) }
	late := f.r.IntN(5) == 0 || of[1] == "network" && f.r.IntN(3) == 0
	if late {
		pass(200)
	}
	f.promise(id, ticket.TargetFirstResponse, made, at, 4*time.Hour)
	switch f.r.IntN(10) {
	case 0: // still waits
		f.tickets = append(f.tickets, t)
		return
	case 1, 2, 3: // a question first
		say(ticket.StatusOpen)
		pass(60 + f.r.IntN(600))
	case 4, 5: // on the next level
		say(ticket.StatusOpen)
		pass(20 + f.r.IntN(60))
		f.add(id, at, ticket.Event{Kind: ticket.EventQueue, From: "first-line", To: "specialists"})
		f.add(id, at, ticket.Event{Kind: ticket.EventEscalated, Actor: "bob", Reason: []string{"needs rights on the switch", "a part must be replaced"}[f.r.IntN(2)]})
		f.add(id, at, ticket.Event{Kind: ticket.EventLevel, From: "1", To: "2"})
		t.Queue, t.Level, agent = "specialists", 2, "eve"
		pass(240 + f.r.IntN(1200))
	}
	say(ticket.StatusResolved)
	f.promise(id, ticket.TargetResolution, made, at, 12*time.Hour)
	pass(30 + f.r.IntN(300))
	switch f.r.IntN(16) {
	case 0: // not content
		f.add(id, at, ticket.Event{Kind: ticket.EventStatus, Actor: "ana@example.net", From: string(status), To: string(ticket.StatusOpen)})
		status = ticket.StatusOpen
		pass(60 + f.r.IntN(300))
		say(ticket.StatusResolved)
	case 1, 2, 3, 4:
		says := ticket.RatingGood
		if late && f.r.IntN(2) == 0 {
			says = ticket.RatingBad
		}
		f.add(id, at, ticket.Event{Kind: ticket.EventRated, To: says})
	}
	t.Status = status
	f.tickets = append(f.tickets, t)
}

// add lets something happen on a ticket, if that is within the fortnight.
func (f *fortnight) add(id ticket.ID, at time.Time, e ticket.Event) {
	if e.Ticket, e.At = id, at; at.Before(f.until) {
		f.events[id] = append(f.events[id], e)
	}
}

// promise keeps what was promised within a working time, or breaks it.
func (f *fortnight) promise(id ticket.ID, kind ticket.TargetKind, from, at time.Time, within time.Duration) {
	if due := f.hours.Add(from, within); at.After(due) {
		f.add(id, due, ticket.Event{Kind: ticket.EventBreached, Topic: string(kind)})
	} else {
		f.add(id, at, ticket.Event{Kind: ticket.EventMet, Topic: string(kind)})
	}
}

// figuresSample is the summary of a week in November 2026.
func figuresSample(t testing.TB) (*report.Summary, time.Time) {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, berlin)
	hours, wrong := calendar.New(calendar.Calendar{Timezone: "Europe/Berlin", Hours: []string{"mon-fri 09:00-17:00"}})
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	s, err := report.Summarise(fortnightFrom(report.Week.Begin(now).AddDate(0, 0, -14), hours), func(ticket.Ticket) report.Terms { return report.Terms{Hours: hours} }, report.Week, now)
	if err != nil {
		t.Fatal(err)
	}
	return s, now
}

// TestFiguresNameTheirPeriod: whole days by their names, and what begins or ends within a day by the time as well.
func TestFiguresNameTheirPeriod(t *testing.T) {
	w := newTemplates(t, "")
	s, now := figuresSample(t)
	midnight := time.Date(2026, 11, 23, 0, 0, 0, 0, now.Location())
	for _, tt := range []struct {
		language string
		from, to time.Time
		want     string
	}{
		{"en", midnight.AddDate(0, 0, -7), midnight, "From 16 November 2026 to 22 November 2026"},
		{"en", midnight.AddDate(0, 0, -1), midnight, "22 November 2026"},
		{"en", now.AddDate(0, 0, -7), now, "From 16 November 2026, 09:00 to 23 November 2026, 09:00"},
		{"en", midnight.AddDate(0, 0, -7), now, "From 16 November 2026 to 23 November 2026, 09:00"},
		{"en", now.Add(-3 * time.Hour), now, "From 23 November 2026, 06:00 to 23 November 2026, 09:00"},
		{"de", now.AddDate(0, 0, -7), midnight, "Vom 16. November 2026, 09:00\u00a0Uhr bis 22. November 2026"},
		{"fr", now.AddDate(0, 0, -7), midnight, "Du 16 novembre 2026, 9\u00a0h au 22 novembre 2026"},
	} {
		s.Now.From, s.Now.To = tt.from, tt.to
		words, _, err := w.RenderFigures(s, "Example IT", tt.language, now, []string{"a@x", "b@x"})
		title, _, _ := strings.Cut(words.Text, "\n")
		if err != nil || title != tt.want {
			t.Errorf("%s from %v to %v is called %q (%v), want %q", tt.language, tt.from, tt.to, title, err, tt.want)
		}
	}
}

// TestFiguresInEachLanguage renders the mail of figures in every language: nothing of it
// stays English, each chart is said in words too, and the table of the text is aligned.
// MAILDESK_FIGURES names a folder in which to look at them.
func TestFiguresInEachLanguage(t *testing.T) {
	w := newTemplates(t, "")
	s, now := figuresSample(t)
	english, _, err := w.RenderFigures(s, "Example IT", "en", now, []string{"a@x", "b@x"})
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range languages {
		words, charts, err := w.RenderFigures(s, "Example IT", language, now, []string{"a@x", "b@x"})
		if err != nil {
			t.Fatal(err)
		}
		if len(charts) != settings.FigureCharts {
			t.Errorf("%s: %d charts", language, len(charts))
		}
		for _, all := range []string{words.Text, words.HTML, words.Subject} {
			for _, bad := range []string{"figures-", "FROM", "<no value>", "%!", "ZgotmplZ"} {
				if strings.Contains(all, bad) {
					t.Errorf("%s: %q stands in\n%s", language, bad, all)
				}
			}
		}
		for _, line := range strings.Split(english.Text, "\n") {
			if language != "en" && len(strings.Fields(line)) > 4 && !strings.HasPrefix(line, "#") && strings.Contains(words.Text, line) {
				t.Errorf("%s: in English stands %q", language, line)
			}
		}
		for i, c := range charts {
			if !strings.Contains(words.HTML, fmt.Sprintf(`src="cid:%c@x"`, 'a'+i)) || !strings.Contains(words.HTML, c.Series[0].Name) {
				t.Errorf("%s: chart %d is not shown, or not said", language, i)
			}
		}
		if folder := os.Getenv("MAILDESK_FIGURES"); folder != "" {
			page := words.HTML
			for i, c := range charts {
				name := fmt.Sprintf("%s-%d.png", language, i)
				png, err := c.PNG()
				if err != nil {
					t.Fatal(err)
				}
				os.WriteFile(filepath.Join(folder, name), png, 0o644)
				page = strings.ReplaceAll(page, fmt.Sprintf("cid:%c@x", 'a'+i), name)
			}
			os.WriteFile(filepath.Join(folder, language+".html"), []byte(page), 0o644)
			os.WriteFile(filepath.Join(folder, language+".txt"), []byte(words.Text), 0o644)
		}
	}
}

// TestMonthsOfYears: the steps of figures have names of their own, however many there are.
func TestMonthsOfYears(t *testing.T) {
	l, err := embedded("words/en.toml")
	if err != nil {
		t.Fatal(err)
	}
	for months, first := range map[int]string{3: "November", 12: "November", 13: "November 2025", 36: "November 2025"} {
		s := &report.Summary{Unit: report.Year}
		for i := range months {
			from := time.Date(2025, time.Month(11+i), 1, 0, 0, 0, 0, time.UTC)
			s.Steps = append(s.Steps, &report.Sheet{Period: report.Period{From: from, To: from.AddDate(0, 1, 0)}})
		}
		seen := map[string]bool{}
		labels := l.charts(s)[0].Labels
		for _, label := range labels {
			seen[label] = true
		}
		if labels[0] != first || len(seen) != months {
			t.Errorf("of %d months the first is called %q, want %q; there are %d names", months, labels[0], first, len(seen))
		}
	}
}

// TestOtherCategories: the categories that the mail does not name are a row, so that the sums are
// those of all requests.
func TestOtherCategories(t *testing.T) {
	w := newTemplates(t, "")
	s, now := figuresSample(t)
	sum := 0
	s.Now.Groups, s.Before.Groups = map[string]*report.Figures{}, map[string]*report.Figures{}
	for i := range 9 {
		n := 40 - i
		s.Now.Groups[fmt.Sprintf("category%d", i)] = &report.Figures{Requests: n}
		sum += n
	}
	p, _ := w.languages["de"].figures(s, now)
	got := 0
	for _, row := range p.Categories {
		var n int
		fmt.Sscan(row.Cells[0], &n)
		got += n
	}
	if last := p.Categories[len(p.Categories)-1]; got != sum || len(p.Categories) != mostCategories+1 || last.Name != "andere (3)" || last.Cells[1] != "0" {
		t.Errorf("the rows %v have %d requests, want %d", p.Categories, got, sum)
	}
}

// TestJustCame: what has waited for seconds has waited for a minute, not for nothing.
func TestJustCame(t *testing.T) {
	w := newTemplates(t, "")
	s, now := figuresSample(t)
	s.Now.Oldest = []report.Old{{Ticket: ticket.Ticket{ID: 1, Queue: "first-line"}, Age: 3 * time.Second}}
	if p, _ := w.languages["en"].figures(s, now); p.Oldest[0].Status != "1\u00a0minute" {
		t.Errorf("it has waited for %q", p.Oldest[0].Status)
	}
}
