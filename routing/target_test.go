package routing

import (
	"errors"
	"testing"
	"time"

	"maildesk/calendar"
)

func promising(targets ...Target) Desk {
	return Desk{
		Fallback: "q", Queues: []Queue{{Name: "q", Level: 1}},
		Categories: []Category{{Name: "network"}, {Name: "vpn", Parent: "network"}, {Name: "printing"}},
		Calendars: []calendar.Calendar{
			{Name: "office", Timezone: "Europe/Berlin", Hours: []string{"mon-fri 09:00-17:00"}},
			{Name: "plant", Timezone: "Europe/Berlin", Hours: []string{"mon-sat 06:00-22:00"}},
		},
		Rules:   []Rule{{Name: "VIP", When: `from == "boss@example.org"`, Target: "vip"}},
		Targets: append(targets, Target{Name: "vip", Resolution: "1h"}),
	}
}

func TestPromise(t *testing.T) {
	r, err := Compile(promising(
		Target{Name: "network, urgent", Priority: []string{"urgent"}, Category: []string{"network"}, FirstResponse: "30m", Calendar: calendar.AroundTheClock},
		Target{Name: "pressing", Priority: []string{"high", "urgent"}, FirstResponse: "1h", Resolution: "1d", Calendar: "plant"},
		Target{Name: "others", FirstResponse: "1d4h"},
	))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ byRule, priority, category, want string }{
		{"", "urgent", "network", "network, urgent"},
		{"", "urgent", "vpn", "network, urgent"},
		{"", "urgent", "printing", "pressing"},
		{"", "high", "vpn", "pressing"},
		{"", "normal", "", "others"},
		{"vip", "urgent", "network", "vip"},
		{"gone", "normal", "", "others"},
	} {
		if got := r.Promise(tt.byRule, tt.priority, tt.category, ""); got == nil || got.Name != tt.want {
			t.Errorf("Promise(%q, %s, %s) = %+v, want %s", tt.byRule, tt.priority, tt.category, got, tt.want)
		}
	}
	if got := r.Route(Facts{From: "boss@example.org"}).Target; got != "vip" {
		t.Errorf("the boss gets target %q", got)
	}
	if p := r.Promise("", "high", "", ""); p.FirstResponse != time.Hour || p.Resolution != 16*time.Hour || p.NextUpdate != 0 {
		t.Errorf("an hour and a day of 16 hours are %+v", p)
	}
	if p := r.Promise("", "low", "", ""); p.FirstResponse != 12*time.Hour || p.WarnAfter(p.FirstResponse) != 9*time.Hour || p.Mailing != r.Calendar() {
		t.Errorf("a day of 8 hours and 4 are %+v", p)
	}
	if p := r.Promise("", "urgent", "vpn", ""); p.Mailing != r.Calendar() || p.Hours == r.Calendar() {
		t.Errorf("around the clock, agents are written to in %p, count in %p; want the desk's hours %p", p.Mailing, p.Hours, r.Calendar())
	}
}

func TestNothingPromised(t *testing.T) {
	r, err := Compile(promising(Target{Priority: []string{"urgent"}, Resolution: "1h"}))
	if err != nil {
		t.Fatal(err)
	}
	if p := r.Promise("", "low", "", ""); p != nil {
		t.Errorf("Promise of a low one = %+v, want none", p)
	}
	if p := r.Promise("", "", "", ""); p != nil {
		t.Errorf("Promise of nothing = %+v, want none", p)
	}
}

func TestTargetMistakes(t *testing.T) {
	for _, tt := range []struct {
		name   string
		target Target
		field  string
		reason string
		remedy string
	}{
		{"priority", Target{Priority: []string{"hihg"}, Resolution: "1h"}, "priority", `"hihg" is not a priority`, `did you mean "high"?`},
		{"category", Target{Category: []string{"netwrk"}, Resolution: "1h"}, "category", `there is no category "netwrk"`, `did you mean "network"?`},
		{"calendar", Target{Calendar: "ofice", Resolution: "1h"}, "calendar", `there is no calendar "ofice"`, `did you mean "office"?`},
		{"nothing", Target{Name: "x"}, "name", `target "x" promises nothing`, `add first_response = "2h", next_update or resolution`},
		{"time", Target{Resolution: "8 hours"}, "resolution", `"8 hours" is not working time`, `write working time as "30m", "2h", "1d" (a working day) or "1d4h"`},
		{"zero", Target{Resolution: "0h"}, "resolution", `"0h" is not a time at all`, `write working time as "30m", "2h", "1d" (a working day) or "1d4h"`},
		{"years", Target{Resolution: "9999d"}, "resolution", `"9999d" of working time is more than ten years`, `write working time as "30m", "2h", "1d" (a working day) or "1d4h"`},
		{"order", Target{FirstResponse: "2d", Resolution: "8h"}, "first_response", "the first response has more time than the resolution", "a solution is an answer, too: promise the answer earlier"},
		{"warn", Target{FirstResponse: "1h", Warn: "2h"}, "warn", "warn is not shorter than what is promised", "a warning comes before the time is over: make it shorter, or leave warn out for a quarter of each time"},
		{"twice", Target{Name: "vip", Resolution: "1h"}, "name", `there are two targets named "vip"`, "give one of them another name"},
	} {
		_, err := Compile(promising(tt.target))
		e, ok := errors.AsType[*RuleError](err)
		if !ok || e.Section != SectionTarget || e.Field != tt.field || e.Reason != tt.reason || e.Remedy != tt.remedy {
			t.Errorf("%s: Compile = %v, want %s: %s; %s", tt.name, err, tt.field, tt.reason, tt.remedy)
		}
	}
	d := promising(Target{Name: "x", Resolution: "1h"})
	d.Calendars = nil
	if _, err := Compile(d); err == nil {
		t.Error("a target without any calendar is taken")
	}
	d = promising()
	d.Rules[0].Target = "vipp"
	if e, ok := errors.AsType[*RuleError](func() error { _, err := Compile(d); return err }()); !ok || e.Remedy != `did you mean "vip"?` {
		t.Errorf("a rule with an unknown target: %v", e)
	}
	d = promising()
	d.Calendars[0].Name = calendar.AroundTheClock
	if _, err := Compile(d); err == nil {
		t.Errorf("a calendar of the name %s is taken", calendar.AroundTheClock)
	}
}
