package desk_test

import (
	"slices"
	"strings"
	"testing"

	"maildesk/desk/settings"
	"maildesk/routing"
	"maildesk/ticket"
)

// A rule that fails for a mail is on the ticket, told to the admin once, and
// over when other rules are in force.
func TestFailedRule(t *testing.T) {
	failing := func(s *settings.Settings) {
		s.Admin = "root@example.org"
		s.Routing.Rules = append(s.Routing.Rules, routing.Rule{Name: "third reader", When: `to[3] == "x@example.org"`, Priority: "high"})
	}
	b := open(t, failing)
	for range 2 {
		opened := b.request()
		if !slices.ContainsFunc(b.events(opened.ID), func(e string) bool { return strings.HasPrefix(e, `rule failed: rule "third reader"`) }) {
			t.Errorf("ticket %d does not say that a rule failed: %q", opened.ID, b.events(opened.ID))
		}
	}
	standing := func() (subjects []string) {
		b.view(func(r ticket.Reader) error {
			known, err := r.Troubles(ticket.TroubleRule)
			for _, s := range known {
				if s.Stands() {
					subjects = append(subjects, s.Subject)
				}
			}
			return err
		})
		return subjects
	}
	if got := standing(); len(got) != 1 || !strings.Contains(got[0], `rule "third reader"`) {
		t.Errorf("standing troubles are %q, want one of the rule", got)
	}
	b = openOn(t, b.db, "Example IT", func(s *settings.Settings) { s.Admin = "root@example.org" })
	b.count = 10
	b.request()
	if got := standing(); len(got) != 0 {
		t.Errorf("with other rules in force %q stands", got)
	}
}
