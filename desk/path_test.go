package desk_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/calendar"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/faulttest"
	"maildesk/routing"
)

// twoTeams gives the desk two queues on each level, the wrong one first in the
// file, and a category that says nothing of its own about who is asked next.
func twoTeams(s *settings.Settings) {
	s.Agents = append(s.Agents, settings.Agent{Name: "dora", Mail: []string{"dora@example.org"}})
	s.Routing.Queues = []routing.Queue{
		{Name: "sales", Level: 1, Agents: []string{"bob"}},
		{Name: "first-line", Level: 1, Agents: []string{"alice"}},
		{Name: "applications", Level: 2, Agents: []string{"dora"}},
		{Name: "network", Level: 2, Agents: []string{"carol"}},
	}
	s.Routing.Categories = []routing.Category{
		{Name: "network", Kind: "incident", Path: []string{"first-line", "network"}},
		{Name: "wifi", Parent: "network"},
		{Name: "room 5", Parent: "wifi"},
	}
	s.Routing.Rules = []routing.Rule{{Name: "Room", When: `subject contains "room 5"`, Category: "room 5"}}
	s.Outages = settings.Outages{Requests: 4, Within: 30 * time.Minute, Priority: "urgent", Page: true}
}

// late promises an answer that nobody can give, so that the clock escalates.
func late(s *settings.Settings) {
	s.Routing.Targets = []routing.Target{{Name: "soon", FirstResponse: "1m", Warn: "0", Calendar: calendar.AroundTheClock, OutsideHours: true, Escalate: true}}
}

// Whatever hands a ticket on follows the path that its category inherits.
func TestT173InheritedPath(t *testing.T) {
	const category = "wifi in room 5 is dead"
	for _, tt := range []struct {
		name, subject string
		change        func(*settings.Settings)
		do            func(*bench)
		want          string // queue of ticket 1
	}{
		{"by command", category, nil, func(b *bench) { b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#escalate too hard\n") }, "network"},
		{"by the clock", category, late, func(b *bench) { b.due(time.Now().Add(2 * time.Minute)) }, "network"},
		{"by an incident", category, nil, func(b *bench) {
			for i := range 3 {
				b.take(letter{from: fmt.Sprintf("p%d@example.net", i), to: support, subject: category, text: "The beacon blinks violet, code 4711.\n"})
			}
		}, "network"},
		{"after #category", "something", nil, func(b *bench) {
			b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#category ROOM 5\n#escalate too hard\n")
		}, "network"},
		{"without a category, by command", "something", nil, func(b *bench) {
			b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#escalate too hard\n")
			if got := b.last(notify.TemplateRefusal, "alice@example.org").msg.Text; !strings.Contains(got, "#category NAME") || !strings.Contains(got, "#queue NAME") {
				b.t.Errorf("alice is not told what to do instead:\n%s", got)
			}
		}, "first-line"},
		{"without a category, by the clock", "something", late, func(b *bench) { b.due(time.Now().Add(2 * time.Minute)) }, "first-line"},
		{"the fallback's own path", "something", func(s *settings.Settings) { s.Routing.FallbackPath = []string{"first-line", "network"} },
			func(b *bench) { b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#escalate too hard\n") }, "network"},
		{"one queue a level", "something", func(s *settings.Settings) { s.Routing.Queues[2].Level = 3 },
			func(b *bench) { b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#escalate too hard\n") }, "network"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				change := []func(*settings.Settings){twoTeams}
				if tt.change != nil {
					change = append(change, tt.change)
				}
				b := open(t, change...)
				b.take(letter{from: ana, to: support, subject: tt.subject, text: "The beacon blinks violet, code 4711.\n"})
				tt.do(b)
				if got := b.ticket(1); got.Queue != tt.want {
					t.Errorf("the ticket is in %s, want %s", got.Queue, tt.want)
				}
				for _, s := range b.summary() {
					if strings.HasSuffix(s, "dora@example.org") {
						t.Errorf("dora of another team was written to: %s", s)
					}
				}
			})
		})
	}
	faulttest.Seen(t, "T173", "tickets of a category that inherits its path, and of none, were handed on by command, clock and incident, with two queues on each level", "each went to the queue of its path, those without one stayed, and no other team was told")
}

// A queue beside the fallback's path has none by itself: nothing leads from
// sales to the network team.
func TestNoPathFromAnotherQueue(t *testing.T) {
	b := open(t, twoTeams, func(s *settings.Settings) {
		s.Routing.FallbackPath = []string{"first-line", "network"}
		s.Routing.Addresses = []routing.Address{{Mail: "sales@example.org", Queue: "sales"}}
	})
	b.take(letter{from: ana, to: "sales@example.org", subject: "An offer", text: "How much is it?\n"})
	b.agentWrites("bob@example.org", notify.TemplateNewTicket, "#escalate who knows\n")
	if got := b.ticket(1); got.Queue != "sales" {
		t.Errorf("the ticket is in %s, want sales", got.Queue)
	}
}

// Only an agent's escalation is told to the requester, also after the clock
// has handed the ticket on before.
func TestAutomaticEscalationTellsNoRequester(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, threeLevels, func(s *settings.Settings) { late(s); s.Routing.Targets[0].NextUpdate = "1h" })
		b.request()
		b.due(time.Now().Add(2 * time.Minute))
		if got := b.ticket(1); got.Level != 2 {
			t.Fatalf("the clock left the ticket at level %d, want 2", got.Level)
		}
		if n := b.made(notify.TemplateEscalated, 1); n != 0 {
			t.Errorf("the requester was told of specialists %d times, though nobody took over", n)
		}
		b.agentWrites("carol@example.org", notify.TemplateEscalation, "#escalate the vendor must look\n")
		if n := b.made(notify.TemplateEscalated, 1); n != 1 {
			t.Errorf("after an agent's escalation the requester was told %d times, want once", n)
		}
	})
}

// Nothing here reads the configuration as it was written: what a category
// inherits, only the compiled rules know.
func TestOnlyCompiledRulesAreRead(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, e.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "Routing" {
				t.Errorf("%s reads Settings.Routing; ask Settings.Rules", files.Position(s.Pos()))
			}
			return true
		})
	}
}
