package desk_test

import (
	"fmt"
	"testing"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
)

// crowds are decisions at once that have nothing to do with each other. What all of them
// read and also change would make each overtake the others, and cost each of them twice.
var crowds = []struct {
	name   string
	change func(*settings.Settings)
	act    func(s *stage, n int) actor
}{
	{"requests in a storm", func(s *settings.Settings) { s.Notices = settings.Notices{Many: 4, Within: time.Hour} }, request},
	{"requests while outages are watched", func(s *settings.Settings) {
		s.Outages = settings.Outages{Requests: 300, Within: 30 * time.Minute, Priority: "urgent"}
	}, request},
	{"requests with budgets", func(s *settings.Settings) {
		s.Limits = settings.Limits{SenderHour: 5, SenderDay: 20, DomainHour: 500, Hour: 3000}
	}, request},
	{"replies on many tickets", nil, func(s *stage, n int) actor {
		id := s.opens(somebody(n), n)
		_, act := s.post(s.answerOf(somebody(n), s.noticeOf(id, notify.TemplateAcknowledgement, somebody(n)), "It is still so.\n"))
		return act
	}},
	{"an agent's answers", nil, func(s *stage, n int) actor { return answered(s, n, "Please restart it.\n") }},
	{"an agent's solutions", nil, func(s *stage, n int) actor { return answered(s, n, "#resolve\n\nPlease restart it.\n") }},
	{"an agent takes many", nil, func(s *stage, n int) actor { return answered(s, n, "#take\n") }},
}

// request is a new request of somebody who has written about nothing else.
func request(s *stage, n int) actor {
	_, act := s.post(letter{from: somebody(n), to: support, subject: fmt.Sprintf("Printer %d", n), text: "It does not print.\n"})
	return act
}

// answered is alice's answer on a ticket of its own.
func answered(s *stage, n int, text string) actor {
	const alice = "alice@example.org"
	id := s.opens(somebody(n), n)
	_, act := s.post(s.answerOf(alice, s.noticeOf(id, notify.TemplateNewTicket, alice), text))
	return act
}

// TestCrowdsDoNotOvertake counts how many of such decisions, made on snapshots of one moment
// by as many as the desk has workers, have to be made again.
func TestCrowdsDoNotOvertake(t *testing.T) {
	const workers = 8
	order := make([]int, workers)
	for i := range order {
		order[i] = i
	}
	for _, tt := range crowds {
		t.Run(tt.name, func(t *testing.T) {
			rounds := 4
			if tt.name == "requests in a storm" {
				rounds = 13 // a hundred
			}
			change := []func(*settings.Settings){}
			if tt.change != nil {
				change = append(change, tt.change)
			}
			s := newStage(t, change...)
			for round := range rounds {
				var actors []actor
				for i := range workers {
					actors = append(actors, tt.act(s, round*workers+i))
				}
				s.perform(actors, order)
			}
			// A storm begins once, and budgets come near their limit once.
			if s.overtaken > workers {
				t.Errorf("of %d decisions %d were made again", rounds*workers, s.overtaken)
			}
			if plans, overtaken := s.db.Plans(); plans < int64(rounds*workers) || overtaken != int64(s.overtaken) {
				t.Errorf("the store counts %d plans and %d that were overtaken, which were %d", plans, overtaken, s.overtaken)
			}
		})
	}
}
