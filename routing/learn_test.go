package routing

import (
	"fmt"
	"testing"
)

// TestRouteLearnt: what was learnt counts where no rule sets a category, and what follows
// from the category follows from it.
func TestRouteLearnt(t *testing.T) {
	d := office(
		Rule{Name: "VPN", When: `subject contains "VPN"`, Category: "network"},
		Rule{Name: "to sales", When: `subject contains "offer"`, Queue: "first-line"},
		Rule{Name: "junk", When: `subject contains "lottery"`, Spam: true},
		Rule{Name: "no ticket", When: `subject contains "backup ok"`, Ticket: TicketNo},
	)
	d.Categories = []Category{
		{Name: "network", Kind: "incident", Priority: "high", Path: []string{d.Queues[1].Name}, Start: d.Queues[1].Level},
		{Name: "printing"},
	}
	r := compile(t, d)
	for _, tt := range []struct{ name, subject, learnt, want string }{
		{"nothing was learnt", "Help", "", "  normal first-line []"},
		{"all follows from the category", "Help", "network", "network incident high " + d.Queues[1].Name + " [learnt]"},
		{"a category that says nothing more", "Help", "printing", "printing  normal first-line [learnt]"},
		{"a category that does not exist", "Help", "phones", "  normal first-line []"},
		{"a rule's category comes first", "VPN", "printing", "network incident high " + d.Queues[1].Name + " [VPN]"},
		{"a rule's queue stays", "An offer", "network", "network incident high first-line [to sales learnt]"},
		{"spam is filed nowhere", "lottery", "network", "  normal first-line [junk]"},
		{"what becomes no ticket neither", "backup ok", "network", "  normal first-line [no ticket]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := r.RouteLearnt(Facts{Subject: tt.subject}, tt.learnt)
			if is := fmt.Sprint(got.Category, " ", got.Kind, " ", got.Priority, " ", got.Queue, " ", got.Rules); is != tt.want {
				t.Errorf("RouteLearnt = %q, want %q", is, tt.want)
			}
		})
	}
}

// TestLearnOf: what is done with guesses of a category.
func TestLearnOf(t *testing.T) {
	for _, tt := range []struct {
		desk, parent, own string
		want              string
		learns            bool
	}{
		{"", "", "", LearnOff, false},
		{LearnOff, "", "", LearnOff, false},
		{LearnSuggest, "", "", LearnSuggest, true},
		{LearnSuggest, "", LearnRoute, LearnRoute, true},
		{LearnSuggest, LearnRoute, "", LearnRoute, true},
		{LearnSuggest, LearnRoute, LearnOff, LearnOff, true},
		{LearnOff, "", LearnSuggest, LearnSuggest, true},
		{LearnOff, LearnOff, LearnRoute, LearnRoute, true},
	} {
		d := office()
		d.Learn = tt.desk
		d.Categories = []Category{{Name: "technology", Learn: tt.parent}, {Name: "network", Parent: "technology", Learn: tt.own}}
		r := compile(t, d)
		if got := r.LearnOf("network"); got != tt.want || r.Learns() != tt.learns {
			t.Errorf("learn = %q, of the parent %q, of the category %q: LearnOf = %s, Learns = %t; want %s, %t", tt.desk, tt.parent, tt.own, got, r.Learns(), tt.want, tt.learns)
		}
		if got := r.LearnOf("phones"); got != LearnOff {
			t.Errorf("LearnOf of a category that does not exist = %s", got)
		}
	}
}
