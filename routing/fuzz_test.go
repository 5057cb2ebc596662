package routing

import (
	"errors"
	"testing"
	"time"
)

// FuzzCondition: whatever an admin writes is refused with a place inside it,
// or runs in bounded time; a rule that fails does not fire and is named.
func FuzzCondition(f *testing.F) {
	for _, seed := range []string{
		`subject contains "x" and size > 3`, `any(attachments, .name matches "(a+)+$")`, `all(1..9999, all(1..9999, # > 0))`, `to[7] == "x"`,
		`let s = lower(subject); s contains "vpn"`, `has_word(body, "a b") or in_list(from, "vip")`, `received.Hour() / 0 > 1`, `-9223372036854775808 / -1 == size`,
		`in_network(client, "10.0.0.0/8")`, `header(subject)[99:] == ""`, `body[1:-1] != "" ? tls : not tls`, `size ** 9999 > 1`, `date(subject) > received`,
		`min(map(to, #)) == 1`, `subject | lower() | trim() == "x"`, `none(to, # in recipients) and count(to) == 1`, `duration(body) > duration("1h")`, `headers?.x ?? "y" == "z"`,
	} {
		f.Add(seed, "my VPN is down", 7)
	}
	desk := withCalendar(office(Rule{Name: "r"}, Rule{Name: "next"}))
	desk.Lists = []List{{Name: "vip", Entries: []string{"ana@example.org"}}}
	f.Fuzz(func(t *testing.T, when, text string, size int) {
		d := desk
		d.Rules = []Rule{{Name: "r", When: when}, {Name: "next"}}
		r, err := Compile(d)
		if err != nil {
			e, ok := errors.AsType[*RuleError](err)
			if !ok || e.Field != "when" || e.Line < 1 || e.Column < 1 || e.Reason == "" || e.Remedy == "" {
				t.Fatalf("Compile(%q) = %#v, want a place, a reason and a remedy", when, err)
			}
			return
		}
		facts := Facts{Subject: text, Body: text, From: "ana@example.org", To: []string{text}, Attachments: []Attachment{{Name: text, Size: size}}, Size: size, Received: time.Unix(int64(size), 0)}
		begin := time.Now()
		got := r.Route(facts)
		if took := time.Since(begin); took > 2*maxMailTime {
			t.Errorf("Route with %q took %v", when, took)
		}
		if n := len(got.Rules); n == 0 || got.Rules[n-1] != "next" || n+len(got.Problems) > 2 {
			t.Errorf("Route with %q = %+v, want the next rule fired and at most one problem", when, got)
		}
		fired := 0
		for _, trial := range r.Explain(facts) {
			if trial.Fired {
				fired++
			}
			if trial.Why == "" {
				t.Errorf("Explain with %q returns no reason for %s", when, trial.Rule)
			}
		}
		if fired != len(got.Rules) {
			t.Errorf("Explain with %q fires %d rules, Route %d", when, fired, len(got.Rules))
		}
	})
}
