package outage

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// feed adds requests of as many people, a minute apart, and returns the alarms.
func feed(w *Detector, first int64, category string, texts ...string) (alarms []Alarm) {
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	for i, text := range texts {
		n := first + int64(i)
		if a, ok := w.Add(Request{Ticket: n, From: fmt.Sprint(n, "@example.org"), At: at.Add(time.Duration(n) * time.Minute), Category: category, Text: text}); ok {
			alarms = append(alarms, a)
		}
	}
	return alarms
}

// What has nothing to do with each other, of one category.
var unrelated = []string{
	"please patch the socket behind the cupboard in room twelve",
	"a visiting professor from Porto needs access until the end of June",
	"which password does the caterer of the conference hall get",
	"the switch in the archive makes a whistling noise at night",
	"how long are logs of connections stored, the auditor wants a list",
	"our trainee moves to another floor, the cable is too short",
}

// TestYoungDesk: a desk that has seen nothing yet needs no report more than the
// admin said.
func TestYoungDesk(t *testing.T) {
	w := New(Options{Requests: 4, Within: 30 * time.Minute})
	if alarms := feed(w, 1, "", unrelated...); len(alarms) > 0 {
		t.Fatalf("requests that are not alike made %v", alarms)
	}
	reports := []string{
		"the lift between the floors is stuck", "lift stuck again", "nobody comes up, lift is stuck at the second floor", "stuck lift, somebody is inside",
	}
	if alarms := feed(w, 11, "", reports[:3]...); len(alarms) > 0 {
		t.Fatalf("three of four reports made %v", alarms)
	}
	alarms := feed(w, 14, "", reports[3])
	if len(alarms) != 1 || !slices.Equal(alarms[0].Tickets, []int64{11, 12, 13, 14}) {
		t.Errorf("the fourth report made %v, want an alarm of the reports 11 to 14", alarms)
	}
}

// TestLead: the report that is most like the others leads, not the oldest.
func TestLead(t *testing.T) {
	w := New(Options{Requests: 4, Within: 30 * time.Minute})
	alarms := feed(w, 1, "", "lift stuck, I wait here with a parcel for the office", "the lift is stuck between the floors", "lift stuck between two floors", "stuck lift, between floors")
	if len(alarms) != 1 || alarms[0].Lead != 2 {
		t.Errorf("alarms = %+v, want one that report 2 leads", alarms)
	}
}

// TestSameCategoryIsNotTheSameMatter: requests that say much, each something
// else, are no outage though they have one category, and join none.
func TestSameCategoryIsNotTheSameMatter(t *testing.T) {
	w := New(Options{Requests: 4, Within: 30 * time.Minute})
	if alarms := feed(w, 1, "network", unrelated...); len(alarms) > 0 {
		t.Errorf("unrelated requests of one category made %+v", alarms)
	}
	for _, reports := range [][]string{
		{"internet is gone since ten", "no internet on the ground floor", "internet gone, also on the ground floor", "the internet is gone for all of us"},
		{"internet is gone", "kein Netz", "plus de connexion", "sin red"},
		{"help", "", "please help", "support please"},
	} {
		w := New(Options{Requests: 4, Within: 30 * time.Minute})
		alarms := feed(w, 1, "network", reports...)
		if len(alarms) != 1 {
			t.Errorf("%q made %d alarms, want 1", reports, len(alarms))
			continue
		}
		joined := 0
		for _, text := range unrelated {
			if alarms[0].Signature.Matches(Request{Category: "network", Text: text}) {
				joined++
			}
		}
		if joined > 0 {
			t.Errorf("%d of %d unrelated requests join %q", joined, len(unrelated), reports)
		}
	}
}

// TestOneWordIsNotEnough: whoever asks for what is broken elsewhere reports nothing.
func TestOneWordIsNotEnough(t *testing.T) {
	w := New(Options{Requests: 4, Within: 30 * time.Minute})
	alarms := feed(w, 1, "", "vpn down, client says timeout", "the vpn client ends with a timeout", "timeout of the vpn since eight", "vpn timeout, is it only me?")
	if len(alarms) != 1 {
		t.Fatalf("%d alarms, want 1", len(alarms))
	}
	s := alarms[0].Signature
	for text, want := range map[string]bool{
		"again a timeout in the vpn": true, "VPN down?": true, "our vpn client is dead, timeout": true,
		"I need a vpn token for the trainee who starts on Monday": false, "how is the vpn set up on an old telephone?": false,
	} {
		if got := s.Matches(Request{Text: text}); got != want {
			t.Errorf("%q matches %v: %t, want %t", text, s, got, want)
		}
	}
	other := s.Or(Signature{Weights: map[string]float64{"delai": 1}, Enough: 1})
	if french := (Request{Text: "délai dépassé depuis ce matin"}); s.Matches(french) || !other.Matches(french) || other.Likeness(french) != 1 {
		t.Errorf("%v does not match what its second part does", other)
	}
	if !other.Overlaps(Signature{Weights: map[string]float64{"delai": 2}}) || other.Overlaps(Signature{Weights: map[string]float64{"lift": 2}}) {
		t.Error("Overlaps misses a word of the second part, or finds one that is not there")
	}
}
