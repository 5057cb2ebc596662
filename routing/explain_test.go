package routing

import (
	"reflect"
	"sync"
	"testing"
)

func TestExplain(t *testing.T) {
	r := compile(t, office(
		Rule{Name: "VPN", When: `has_word(subject, "vpn") or body contains "AnyConnect"`, Category: "vpn"},
		Rule{Name: "big", When: `size > 1000 and language == "fr" and not tls`, Priority: "low", Tags: []string{"a", "b"}},
		Rule{Name: "neither", When: `not (language == "de" or to[0] == "x@example.org")`, Queue: "vendor"},
		Rule{Name: "broken", When: `to[7] == "x" and tls`},
		Rule{Name: "let", When: `let s = lower(subject); s contains "vpn" and s contains "down"`},
		Rule{Name: "always", NoAck: true, Stop: true},
		Rule{Name: "late", When: "tls"},
	))
	f := Facts{Subject: "my VPN is down", Size: 2000, Language: "de", To: []string{"help@example.org"}, TLS: true}
	want := []Trial{
		{"VPN", `has_word(subject, "vpn") or body contains "AnyConnect"`, true, true, `has_word(subject, "vpn") is true`, []string{"category = vpn"}},
		{"big", `size > 1000 and language == "fr" and not tls`, true, false, `language == "fr" is false (language: "de")`, []string{"priority = low", "tags = a, b"}},
		{"neither", `not (language == "de" or to[0] == "x@example.org")`, true, false, `language == "de" is true (language: "de")`, []string{"queue = vendor"}},
		{"broken", `to[7] == "x" and tls`, true, false, `the condition failed: index out of range: 7 (array length is 1)`, nil},
		{"let", `let s = lower(subject); s contains "vpn" and s contains "down"`, true, true, `let s = lower(subject); s contains "vpn" and s contains "down" is true`, nil},
		{"always", "", true, true, "it has no condition", []string{"no_ack = true", "stop = true"}},
		{"late", "tls", false, false, `rule "always" ended the list`, nil},
	}
	got := r.Explain(f)
	for i := range want {
		if i >= len(got) || !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("Explain[%d] =\n%+v, want\n%+v", i, got[i], want[i])
		}
	}
	var fired []string
	for _, trial := range got {
		if trial.Fired {
			fired = append(fired, trial.Rule)
		}
	}
	if d := r.Route(f); !reflect.DeepEqual(d.Rules, fired) {
		t.Errorf("Explain fires %q, Route %q", fired, d.Rules)
	}
}

// TestTogether: one Rules serves many goroutines.
func TestTogether(t *testing.T) {
	r := compile(t, office(Rule{Name: "VPN", When: `has_word(subject, "vpn") or subject matches "x" and body contains "y"`, Category: "vpn"}))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 20 {
				f := Facts{Subject: "VPN", Headers: map[string]string{}}
				if d, trials := r.Route(f), r.Explain(f); d.Category != "vpn" || !trials[0].Fired {
					t.Errorf("Route = %+v, Explain = %+v, want the rule VPN fired", d, trials)
				}
			}
		})
	}
	all.Wait()
}
