package templates

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
func fortnight(from time.Time) kept {
	r := rand.New(rand.NewPCG(7, 7))
	k := kept{events: map[ticket.ID][]ticket.Event{}}
	subjects := []string{"Printer on the second floor", "VPN does not connect", "New laptop for Ms Martin", "Password has expired", "Invoice 4711 is missing"}
	for day := range 14 {
		n := []int{9, 12, 8, 11, 7, 1, 0}[day%7] + day/7*4*min(1, 6-day%7)
		for range n {
			id := ticket.ID(len(k.tickets) + 1)
			made := from.AddDate(0, 0, day).Add(time.Duration(9*60+r.IntN(420)) * time.Minute)
			t := ticket.Ticket{ID: id, CreatedAt: made, Subject: subjects[r.IntN(len(subjects))], Category: []string{"printing", "network", "account"}[r.IntN(3)], Queue: "first-line", Level: 1, Status: ticket.StatusNew}
			if day >= 7 && r.IntN(3) == 0 {
				t.Category = "network"
			}
			events := []ticket.Event{{Ticket: id, Kind: ticket.EventCreated, To: "first-line", Number: 1, At: made}}
			add := func(after time.Duration, e ticket.Event) {
				e.At, e.Ticket = made.Add(after), id
				events = append(events, e)
			}
			if r.IntN(9) > 0 {
				took := time.Duration(20+r.IntN(400)) * time.Minute
				kind := ticket.EventMet
				if took > 5*time.Hour {
					kind = ticket.EventBreached
				}
				add(took, ticket.Event{Kind: kind, Topic: string(ticket.TargetFirstResponse)})
				add(took, ticket.Event{Kind: ticket.EventAnswered, Actor: "bob"})
				add(took, ticket.Event{Kind: ticket.EventStatus, Actor: "bob", From: "new", To: "resolved"})
				t.Status = ticket.StatusResolved
			}
			k.tickets, k.events[id] = append(k.tickets, t), events
		}
	}
	return k
}

// figuresSample is the summary of a week in November 2026.
func figuresSample(t testing.TB) (*report.Summary, time.Time) {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, berlin)
	s, err := report.Summarise(fortnight(now.AddDate(0, 0, -14).Truncate(24*time.Hour)), func(ticket.Ticket) report.Terms { return report.Terms{} }, report.Week, now)
	if err != nil {
		t.Fatal(err)
	}
	return s, now
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
