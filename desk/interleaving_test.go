package desk_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/desk"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/routing"
	"maildesk/store"
	"maildesk/ticket"
)

// TestInterleavings makes decisions that touch each other on snapshots of one moment,
// and commits them in every order. Whatever the order is, what is kept must be what
// some order of whole decisions would have made.
func TestInterleavings(t *testing.T) {
	count := 0
	for _, tt := range interleavings {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t, tt.change...)
			round := 0
			for range tt.rounds {
				for _, order := range orders(tt.actors) {
					round++
					actors, check := tt.play(s, round)
					s.perform(actors, order)
					check(order)
					count++
					if t.Failed() {
						t.Fatalf("round %d, committed in the order %v", round, order)
					}
				}
			}
			if s.overtaken == 0 {
				t.Error("no decision was ever overtaken: they do not touch each other")
			}
			s.numbered()
			s.sound()
			t.Logf("%d interleavings, %d decisions made again", round, s.overtaken)
		})
	}
	if count < 1000 && !t.Failed() {
		t.Errorf("%d interleavings, want a thousand", count)
	}
}

// orders returns every order of n.
func orders(n int) [][]int {
	if n == 0 {
		return [][]int{nil}
	}
	var all [][]int
	for _, shorter := range orders(n - 1) {
		for at := range n {
			all = append(all, slices.Insert(slices.Clone(shorter), at, n-1))
		}
	}
	return all
}

// actor makes decisions of which each commit waits for its turn on the stage.
type actor func(context.Context) error

// stage is a desk whose store lets decisions wait between snapshot and commit.
type stage struct {
	*bench
	overtaken int // decisions made again
}

// inTurn is a store in which a decision of an actor waits before its commit.
type inTurn struct {
	*store.DB
	stage *stage
}

// cue is where an actor waits.
type cue struct{ arrived, goOn chan struct{} }

type cueKey struct{}

func (s inTurn) Commit(ctx context.Context, u ticket.Urgency, p *ticket.Plan) error {
	if c, acts := ctx.Value(cueKey{}).(cue); acts {
		c.arrived <- struct{}{}
		<-c.goOn
	}
	err := s.DB.Commit(ctx, u, p)
	if errors.Is(err, ticket.ErrOvertaken) {
		s.stage.overtaken++ // one actor at a time goes on
	}
	return err
}

func newStage(t *testing.T, change ...func(*settings.Settings)) *stage {
	t.Helper()
	b := open(t, change...)
	s := &stage{bench: b}
	b.Desk = desk.New(inTurn{b.db, s}, b.keys, b.Settings(), slog.New(slog.DiscardHandler))
	return s
}

// perform lets each actor take its snapshot and decide, then commit in an order.
func (s *stage) perform(actors []actor, order []int) {
	s.t.Helper()
	cues := make([]cue, len(actors))
	ended := make([]chan error, len(actors))
	open := make([]bool, len(actors))
	for i, act := range actors {
		cues[i], ended[i], open[i] = cue{make(chan struct{}), make(chan struct{})}, make(chan error, 1), true
		ctx := context.WithValue(s.ctx, cueKey{}, cues[i])
		go func() { ended[i] <- act(ctx) }()
		open[i] = s.proceeds(cues[i], ended[i])
	}
	for _, i := range order {
		for open[i] {
			cues[i].goOn <- struct{}{}
			open[i] = s.proceeds(cues[i], ended[i])
		}
	}
}

// proceeds waits until an actor waits before a commit, or has ended.
func (s *stage) proceeds(c cue, ended chan error) bool {
	s.t.Helper()
	select {
	case <-c.arrived:
		return true
	case err := <-ended:
		if err != nil {
			s.t.Error(err)
		}
		return false
	}
}

// numbered checks that no number of a ticket is missing.
func (s *stage) numbered() {
	s.t.Helper()
	s.view(func(r ticket.Reader) error {
		all, err := r.Tickets(ticket.Filter{})
		for i, t := range all {
			if t.ID != ticket.ID(i+1) {
				s.t.Errorf("the %d. ticket has the number %d", i+1, t.ID)
			}
		}
		return err
	})
}

// post puts a mail into the journal, for an actor to handle.
func (s *stage) post(l letter) (ticket.MailID, actor) {
	s.t.Helper()
	s.count++
	if l.id == "" {
		l.id = fmt.Sprintf("<letter.%d@example.net>", s.count)
	}
	id, err := s.Keep(s.ctx, ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: l.from, ForwardPaths: []string{l.to}}, l.bytes())
	if err != nil {
		s.t.Fatal(err)
	}
	return id, func(ctx context.Context) error { return s.HandleNow(ctx, id) }
}

// brings posts a mail and handles it.
func (s *stage) brings(l letter) ticket.Mail {
	s.t.Helper()
	id, act := s.post(l)
	if err := act(s.ctx); err != nil {
		s.t.Fatal(err)
	}
	return s.mail(id)
}

// somebody is another person in each round, whose budget is not spent.
func somebody(round int) string { return fmt.Sprintf("somebody%d@example.net", round) }

// opens brings a request of somebody.
func (s *stage) opens(from string, n int) ticket.ID {
	s.t.Helper()
	return s.brings(letter{from: from, to: support, subject: fmt.Sprintf("Printer %d", n), text: "It does not print.\n"}).Ticket
}

// noticeOf returns the last mail of a template about a ticket to somebody.
func (s *stage) noticeOf(t ticket.ID, template notify.Template, to string) sent {
	s.t.Helper()
	for _, m := range slices.Backward(s.outboxOf(t)) {
		if m.Template == string(template) && m.Recipient == to {
			return m
		}
	}
	s.t.Fatalf("ticket %d: no %s to %s", t, template, to)
	return sent{}
}

func (s *stage) outboxOf(t ticket.ID) []sent {
	s.t.Helper()
	var all []sent
	s.view(func(r ticket.Reader) error {
		mails, err := r.OutboxOf(t)
		for _, m := range mails {
			if m, err = r.OutboxMail(m.ID); err != nil {
				return err
			}
			all = append(all, sent{m, mailparse.Parse(m.Bytes, mailparse.Envelope{})})
		}
		return err
	})
	return all
}

func (s *stage) answerOf(who string, n sent, text string) letter {
	return letter{from: who, to: n.answer(), subject: "Re: " + n.msg.Subject, text: text, header: "In-Reply-To: " + n.MessageID + "\n"}
}

// explained checks that the events of a ticket, in their order, lead to its state.
func (s *stage) explained(id ticket.ID) {
	s.t.Helper()
	t := s.ticket(id)
	var status, assignee string
	s.view(func(r ticket.Reader) error {
		events, err := r.Events(id)
		for _, e := range events {
			switch e.Kind {
			case ticket.EventStatus:
				if status != "" && e.From != status {
					s.t.Errorf("ticket %d goes from %s to %s when it is %s", id, e.From, e.To, status)
				}
				status = e.To
			case ticket.EventAssigned:
				if e.From != assignee {
					s.t.Errorf("ticket %d goes from %q to %q when %q has it", id, e.From, e.To, assignee)
				}
				assignee = e.To
			}
		}
		return err
	})
	if status != "" && status != string(t.Status) || assignee != t.Assignee {
		s.t.Errorf("by its events ticket %d is %s with %q, it is %s with %q", id, status, assignee, t.Status, t.Assignee)
	}
}

// kindsOf returns the kinds of a ticket's entries.
func (s *stage) kindsOf(id ticket.ID) (kinds []string) {
	for _, e := range s.entries(id) {
		kinds = append(kinds, string(e.Kind))
	}
	return kinds
}

// interleaving is a kind of decisions that touch each other. play prepares a round
// and returns who acts, and what must hold when they have committed in an order.
type interleaving struct {
	name   string
	change []func(*settings.Settings)
	actors int
	rounds int // each in every order
	play   func(s *stage, round int) ([]actor, func(order []int))
}

var interleavings = []interleaving{
	{"same thread", nil, 3, 17, func(s *stage, round int) ([]actor, func([]int)) {
		id := s.opens(somebody(round), round)
		n := s.noticeOf(id, notify.TemplateAcknowledgement, somebody(round))
		var actors []actor
		for i := range 3 {
			_, act := s.post(s.answerOf(somebody(round), n, fmt.Sprintf("And %d more.\n", i)))
			actors = append(actors, act)
		}
		return actors, func(order []int) {
			equal(s.t, "entries", s.kindsOf(id), []string{"message", "message", "message", "message"})
			for place, i := range order {
				if got := s.entries(id)[place+1].Text; !strings.Contains(got, fmt.Sprintf("And %d", i)) {
					s.t.Errorf("entry %d is %q", place+1, got)
				}
			}
			s.explained(id)
		}
	}},
	{"same requester", nil, 3, 17, func(s *stage, round int) ([]actor, func([]int)) {
		from := fmt.Sprintf("person%d@example.net", round)
		before := s.total()
		var actors []actor
		for i := range 3 {
			_, act := s.post(letter{from: from, to: support, subject: fmt.Sprintf("Request %d", i), text: "Please help.\n"})
			actors = append(actors, act)
		}
		return actors, func(order []int) {
			if n := s.total() - before; n != 3 {
				s.t.Errorf("%d tickets, want 3", n)
			}
			// Whoever is told of the last one is told of the two before.
			last := s.subject(fmt.Sprintf("Request %d", order[2]), from)
			text := s.noticeOf(last, notify.TemplateNewTicket, "alice@example.org").msg.Text
			for _, i := range order[:2] {
				if want := fmt.Sprintf("#%d", s.subject(fmt.Sprintf("Request %d", i), from)); !strings.Contains(text, want) {
					s.t.Errorf("the notice of %d does not name %s:\n%s", last, want, text)
				}
			}
		}
	}},
	{"same rotation", []func(*settings.Settings){func(s *settings.Settings) { s.Routing.Queues[0].Assign = routing.AssignRoundRobin }}, 3, 17, func(s *stage, round int) ([]actor, func([]int)) {
		var actors []actor
		var mails []ticket.MailID
		for i := range 3 {
			id, act := s.post(letter{from: fmt.Sprintf("p%d.%d@example.net", round, i), to: support, subject: "Printer", text: "It does not print.\n"})
			actors, mails = append(actors, act), append(mails, id)
		}
		last := s.turn("first-line")
		return actors, func(order []int) {
			for _, i := range order {
				t := s.ticket(s.mail(mails[i]).Ticket)
				if t.Assignee == last || t.Assignee == "" {
					s.t.Errorf("after %q the turn is %q's", last, t.Assignee)
				}
				last = t.Assignee
			}
		}
	}},
	{"same incident", []func(*settings.Settings){func(s *settings.Settings) {
		s.Outages = settings.Outages{Requests: 3, Within: 30 * time.Minute, Priority: "urgent"}
	}}, 3, 17, func(s *stage, round int) ([]actor, func([]int)) {
		word := func(n int) string { return fmt.Sprintf("%c%c%czork", 'a'+n%26, 'a'+n/26%26, 'k'+n%7) }
		var actors []actor
		var mails []ticket.MailID
		for i := range 3 {
			id, act := s.post(letter{
				from: fmt.Sprintf("p%d.%d@example.net", round, i), to: support, subject: word(2*round) + " " + word(2*round+1),
				text: fmt.Sprintf("Since today %s says %s, and nothing works.\n", word(2*round), word(2*round+1)),
			})
			actors, mails = append(actors, act), append(mails, id)
		}
		return actors, func([]int) {
			var tickets []ticket.ID
			for _, m := range mails {
				tickets = append(tickets, s.mail(m).Ticket)
			}
			slices.Sort(tickets)
			incident := ticket.Incident{}
			s.view(func(r ticket.Reader) (err error) { incident, err = r.IncidentOf(tickets[0]); return err })
			sameTickets(s.t, "the incident", s.reports(incident.Lead), tickets)
			incident.SolvedAt = time.Now() // the next one is another
			if err := s.db.Update(s.ctx, func(tx ticket.Tx) error { return tx.SaveIncident(incident) }); err != nil {
				s.t.Error(err)
			}
		}
	}},
	{"same budget", []func(*settings.Settings){func(s *settings.Settings) { s.Limits = settings.Limits{DomainHour: 4} }}, 3, 17, func(s *stage, round int) ([]actor, func([]int)) {
		domain := fmt.Sprintf("example%d.net", round)
		for i := range 2 {
			s.opens(fmt.Sprintf("early%d@%s", i, domain), round)
		}
		var actors []actor
		for i := range 3 {
			_, act := s.post(letter{from: fmt.Sprintf("p%d@%s", i, domain), to: support, subject: "Printer", text: "It does not print.\n"})
			actors = append(actors, act)
		}
		return actors, func([]int) {
			var let, held int
			s.view(func(r ticket.Reader) error {
				mails, err := r.OutboxOf(0)
				for _, m := range mails {
					switch {
					case m.BudgetDomain != domain:
					case m.Held != "":
						held++
					default:
						let++
					}
				}
				return err
			})
			if let != 4 || held != 1 {
				s.t.Errorf("%d mails went to the domain, and %d wait; want 4 and 1", let, held)
			}
		}
	}},
	{"same mail twice", nil, 2, 50, func(s *stage, round int) ([]actor, func([]int)) {
		l := letter{from: ana, to: support, subject: fmt.Sprintf("Once %d", round), text: "It does not print.\n", id: fmt.Sprintf("<once.%d@example.net>", round)}
		first, act := s.post(l)
		again := actor(func(ctx context.Context) error { // a second worker has it too
			if err := s.HandleNow(ctx, first); err == nil || !strings.Contains(err.Error(), "already handled") {
				return err
			}
			return nil
		})
		once := actor(func(ctx context.Context) error {
			if err := act(ctx); err != nil && !strings.Contains(err.Error(), "already handled") {
				return err
			}
			return nil
		})
		before := s.total()
		return []actor{once, again}, func([]int) {
			if n := s.total() - before; n != 1 {
				s.t.Errorf("%d tickets, want 1", n)
			}
			equal(s.t, "entries", s.kindsOf(s.mail(first).Ticket), []string{"message"})
		}
	}},
	{"a mail and its copy", nil, 2, 50, func(s *stage, round int) ([]actor, func([]int)) {
		id := s.opens(somebody(round), round)
		l := s.answerOf(somebody(round), s.noticeOf(id, notify.TemplateAcknowledgement, somebody(round)), "Once more.\n")
		l.id = fmt.Sprintf("<copied.%d@example.net>", round)
		_, one := s.post(l)
		l.to = "sales@example.org"
		_, other := s.post(l)
		return []actor{one, other}, func([]int) {
			if kinds := s.kindsOf(id); len(kinds) != 2 {
				s.t.Errorf("entries %v, want the request and one answer", kinds)
			}
			s.explained(id)
		}
	}},
	{"two agents take a ticket", nil, 2, 50, func(s *stage, round int) ([]actor, func([]int)) {
		id := s.opens(somebody(round), round)
		var actors []actor
		agents := []string{"alice", "bob"}
		for _, a := range agents {
			who := a + "@example.org"
			_, act := s.post(s.answerOf(who, s.noticeOf(id, notify.TemplateNewTicket, who), "#take\n"))
			actors = append(actors, act)
		}
		return actors, func(order []int) {
			s.explained(id)
			if got := s.ticket(id).Assignee; got != agents[order[1]] {
				s.t.Errorf("%q has it, want who wrote last, %q", got, agents[order[1]])
			}
		}
	}},
	{"reopened or closed by the clock", nil, 2, 50, func(s *stage, round int) ([]actor, func([]int)) {
		id := s.resolves(round)
		s.deliverOf(id)
		_, reply := s.post(s.answerOf(somebody(round), s.noticeOf(id, notify.TemplateResolution, somebody(round)), "Still broken.\n"))
		at := s.ticket(id).WakeAt.Add(time.Minute)
		before := s.total()
		clock := actor(func(ctx context.Context) error { _, err := s.Due(ctx, at); return err })
		return []actor{reply, clock}, func(order []int) {
			s.explained(id)
			status, made := s.ticket(id).Status, s.total()-before
			if order[0] == 0 && (status != ticket.StatusOpen || made != 0) || order[0] == 1 && (status != ticket.StatusClosed || made != 1) {
				s.t.Errorf("the ticket is %s, and there are %d new ones", status, made)
			}
			if status == ticket.StatusOpen { // for the clock of the next round
				s.brings(s.answerOf("alice@example.org", s.noticeOf(id, notify.TemplateReopened, "alice@example.org"), "#take\n"))
			}
		}
	}},
	{"an outcome or its withdrawal", nil, 2, 50, func(s *stage, round int) ([]actor, func([]int)) {
		id := s.resolves(round)
		notice := s.noticeOf(id, notify.TemplateResolution, somebody(round))
		_, reply := s.post(s.answerOf(somebody(round), notice, "Still broken.\n"))
		outcome := actor(func(ctx context.Context) error {
			return s.Outcome(ctx, ticket.Attempt{Outbox: notice.ID, At: time.Now(), State: ticket.OutboxSent, Host: "test", Code: 250, Text: "taken"})
		})
		return []actor{reply, outcome}, func([]int) {
			s.explained(id)
			t := s.ticket(id)
			if t.Status != ticket.StatusOpen || t.Informed() {
				s.t.Errorf("the ticket is %s, informed %t; want it open, and nobody informed", t.Status, t.Informed())
			}
		}
	}},
}

// resolves opens a ticket that alice takes and solves.
func (s *stage) resolves(round int) ticket.ID {
	s.t.Helper()
	id := s.opens(somebody(round), round)
	const alice = "alice@example.org"
	s.brings(s.answerOf(alice, s.noticeOf(id, notify.TemplateNewTicket, alice), "#resolve\n\nPlease restart once.\n"))
	if got := s.ticket(id).Status; got != ticket.StatusResolved {
		s.t.Fatalf("the ticket is %s", got)
	}
	return id
}

// deliverOf lets the next hop take the mails of a ticket.
func (s *stage) deliverOf(id ticket.ID) {
	s.t.Helper()
	for _, m := range s.outboxOf(id) {
		if m.State != ticket.OutboxReady {
			continue
		}
		if err := s.Outcome(s.ctx, ticket.Attempt{Outbox: m.ID, At: time.Now(), State: ticket.OutboxSent, Host: "test", Code: 250, Text: "taken"}); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *stage) total() (n int) {
	s.t.Helper()
	s.view(func(r ticket.Reader) error {
		tally, err := r.Tally()
		for _, tickets := range tally.Tickets {
			n += int(tickets)
		}
		return err
	})
	return n
}

// subject returns the ticket of somebody with a subject.
func (s *stage) subject(subject, from string) (id ticket.ID) {
	s.t.Helper()
	s.view(func(r ticket.Reader) error {
		all, err := r.Tickets(ticket.Filter{Requester: from})
		for _, t := range all {
			if t.Subject == subject {
				id = t.ID
			}
		}
		return err
	})
	return id
}

// turn returns whose turn it was last in a queue.
func (s *stage) turn(queue string) (agent string) {
	s.t.Helper()
	s.view(func(r ticket.Reader) (err error) { agent, err = r.Rotation(queue); return err })
	return agent
}
