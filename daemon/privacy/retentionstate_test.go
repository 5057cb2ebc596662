package privacy

import (
	"strings"
	"testing"
	"time"

	"maildesk/config"
	"maildesk/routing"
)

// TestRetentionState: the desk waits for a day before it erases by a time that is new or shorter, or after its clock
// went ahead by more than a week; for somebody to say so where that was by half a year.
func TestRetentionState(t *testing.T) {
	const day = 24 * time.Hour
	begun := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	type look struct {
		after time.Duration // since begun
		keep  string        // "after" in days, then a category's, then mails'
		may   bool
	}
	none, year, month, law := "0 0 0", "365 365 0", "365 30 0", "365 0 0"
	for name, looks := range map[string][]look{
		"nothing is erased":                  {{0, none, true}, {time.Hour, none, true}},
		"the key appears":                    {{0, none, true}, {day, year, false}, {day + time.Hour, year, false}, {2*day - time.Minute, year, false}, {2 * day, year, true}, {3 * day, year, true}},
		"it is there at the first start":     {{0, year, false}, {23 * time.Hour, year, false}, {24 * time.Hour, year, true}},
		"one category's is shorter":          {{0, year, false}, {day, year, true}, {2 * day, month, false}, {3 * day, month, true}},
		"longer, and for ever":               {{0, month, false}, {day, month, true}, {day + time.Hour, year, true}, {day + 2*time.Hour, law, true}},
		"for ever no more":                   {{0, law, false}, {day, law, true}, {2 * day, year, false}, {3 * day, year, true}},
		"mails":                              {{0, year, false}, {day, year, true}, {2 * day, "365 365 90", false}, {3 * day, "365 365 90", true}},
		"shorter again while it waits":       {{0, year, false}, {20 * time.Hour, month, false}, {30 * time.Hour, month, false}, {44 * time.Hour, month, true}},
		"taken back while it waits":          {{0, year, false}, {day, year, true}, {2 * day, month, false}, {2*day + time.Hour, year, true}, {3 * day, month, false}},
		"off for a week":                     {{0, year, false}, {day, year, true}, {8 * day, year, true}},
		"off for a month":                    {{0, year, false}, {day, year, true}, {31 * day, year, false}, {31*day + 23*time.Hour, year, false}, {32 * day, year, true}, {33 * day, year, true}},
		"off while it waits":                 {{0, year, false}, {3 * day, year, false}, {3*day + time.Hour, year, false}, {4 * day, year, true}},
		"the clock leaps by years":           {{0, year, false}, {day, year, true}, {4000 * day, year, false}, {4001 * day, year, false}, {4002 * day, year, false}},
		"and is set right":                   {{0, year, false}, {day, year, true}, {4000 * day, year, false}, {4001 * day, year, false}, {2 * day, year, true}, {3 * day, year, true}},
		"it leaps while the desk waits":      {{0, year, false}, {400 * day, year, false}, {401 * day, year, false}, {402 * day, year, false}},
		"the clock was ahead and waits":      {{0, year, false}, {100 * day, year, false}, {time.Hour, year, false}, {time.Hour + day - time.Minute, year, false}, {time.Hour + day, year, true}},
		"leaps, one after the other, of all": {{0, year, false}, {day, year, true}, {100 * day, year, false}, {300 * day, year, false}, {301 * day, year, false}},
	} {
		folder := t.TempDir()
		for i, l := range looks {
			s, err := readRetention(folder)
			if err != nil {
				t.Fatal(err)
			}
			var days []time.Duration
			for n := range strings.FieldsSeq(l.keep) {
				d, err := time.ParseDuration(n + "h")
				if err != nil {
					t.Fatal(err)
				}
				days = append(days, d*24)
			}
			cfg := &config.Config{Retention: config.Retention{After: days[0], Mails: days[2], Categories: map[string]time.Duration{"network": days[1]}},
				Routing: routing.Desk{Categories: []routing.Category{{Name: "network"}, {Name: "wifi", Parent: "network"}, {Name: "other"}}}}
			if got := s.look(timesOf(cfg), begun.Add(l.after)); got != l.may {
				t.Errorf("%s: at look %d it may erase: %t; %+v", name, i, got, s)
			}
			if text := s.trouble(5, 7).Text; s.waits() && (!strings.Contains(text, "5 closed tickets and 7 mails") || !strings.Contains(text, "erase --retention --yes")) {
				t.Errorf("%s: the admin is told %q", name, text)
			}
			if err := s.keep(folder); err != nil {
				t.Fatal(err)
			}
		}
	}
	folder := t.TempDir()
	cfg := &config.Config{Retention: config.Retention{After: 365 * day}}
	if err := saidToErase(folder, cfg, begun); err != nil {
		t.Fatal(err)
	}
	if s, err := readRetention(folder); err != nil || !s.look(timesOf(cfg), begun.Add(time.Hour)) {
		t.Errorf("after somebody has said so it waits: %+v, %v", s, err)
	}
}
