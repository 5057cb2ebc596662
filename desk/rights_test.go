package desk_test

import (
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/routing"
	"maildesk/ticket"
)

// withHR adds a private queue of carol's, and a rule that fills it.
func withHR(s *settings.Settings) {
	s.Routing.Queues = append(s.Routing.Queues, routing.Queue{Name: "hr", Level: 1, Agents: []string{"carol"}, Private: true})
	s.Routing.Rules = append(s.Routing.Rules, routing.Rule{Name: "HR", When: `subject contains "salary"`, Queue: "hr"})
}

// TestPrivateQueue: nobody but its agents is shown a ticket of it, or given one.
func TestPrivateQueue(t *testing.T) {
	b := open(t, withHR)
	b.take(letter{from: ana, to: support, subject: "My salary of May", text: "It is wrong.\n"})
	b.take(letter{from: ana, to: support, subject: "A new mouse", text: "Mine is broken.\n"})

	if got := b.last(notify.TemplateNewTicket, alice); strings.Contains(got.msg.Text+got.msg.HTML, "salary") || !says(got, "A new mouse") {
		t.Errorf("alice is shown what is private:\n%s", got.msg.Text)
	}
	for _, line := range b.summary() {
		if strings.Contains(line, "new-ticket") && strings.Contains(line, "bob@") && strings.Contains(line, "salary") {
			t.Errorf("bob is told: %s", line)
		}
	}
	b.take(letter{from: ana, to: support, subject: "Salary again: salary of June", text: "It is wrong, too.\n"})
	if got := b.last(notify.TemplateNewTicket, "carol@example.org"); !says(got, "My salary of May") || !says(got, "A new mouse") {
		t.Errorf("carol is not shown the other tickets:\n%s", got.msg.Text)
	}
	m := b.agentWrites("carol@example.org", notify.TemplateNewTicket, "#assign alice\n")
	if told := b.last(notify.TemplateRefusal, "carol@example.org"); m.Reason != "refused-command" || !says(told, "hr is private") {
		t.Errorf("#assign alice: %s, told\n%s", m.Reason, told.msg.Text)
	}
}

// TestPrivateQueueAndMerges: whoever may not read a ticket of it can neither name it nor is
// offered it.
func TestPrivateQueueAndMerges(t *testing.T) {
	for _, command := range []string{"#merge 1", "#link 1"} {
		b := open(t, withHR)
		b.take(letter{from: ana, to: support, subject: "My salary of May", text: "It is wrong.\n"})
		b.take(letter{from: ana, to: support, subject: "A new mouse", text: "Mine is broken.\n"})
		m := b.agentWrites(alice, notify.TemplateNewTicket, command+"\n")
		if told := b.last(notify.TemplateRefusal, alice); m.Reason != "refused-command" || !says(told, "there is no ticket #1") {
			t.Errorf("%s: %s, told\n%s", command, m.Reason, told.msg.Text)
		}
		if events := strings.Join(b.events(1), "\n"); strings.Contains(events, "#2") {
			t.Errorf("%s: ticket 1 has\n%s", command, events)
		}
	}
	b := open(t, withHR)
	b.request()
	b.agentWrites(alice, notify.TemplateNewTicket, "#queue hr\n")
	b.request() // the same subject again
	if got := b.last(notify.TemplateNewTicket, alice); says(got, "#merge 1") {
		t.Errorf("alice is offered what is private:\n%s", got.msg.Text)
	}
}

// TestHandedToPrivateQueue: any agent may hand a ticket on to it, and then has lost it.
func TestHandedToPrivateQueue(t *testing.T) {
	b := open(t, withHR)
	opened := b.request()
	b.agentWrites(alice, notify.TemplateNewTicket, "#queue hr\nThis is for you.\n")
	if got := b.ticket(opened.ID); got.Queue != "hr" {
		t.Fatalf("the ticket is in %s", got.Queue)
	}
	if got := b.last(notify.TemplateAssigned, "carol@example.org"); !says(got, "This is for you.") {
		t.Errorf("carol is not told:\n%s", got.msg.Text)
	}
	if m := b.agentWrites(alice, notify.TemplateNewTicket, "#resolve\nDone.\n"); m.Reason != string(notify.UndoneNotTheirs) {
		t.Errorf("alice's old notice still acts: %s", m.Reason)
	}
}

// TestPrivateQueueWhoseAgentsAreAway: it is told all the same, and nobody else is.
func TestPrivateQueueWhoseAgentsAreAway(t *testing.T) {
	b := open(t, withHR, func(s *settings.Settings) {
		s.Agents[2].Absent = []settings.Days{{First: "2000-01-01", Last: "2999-12-31"}}
	})
	b.take(letter{from: ana, to: support, subject: "My salary of May", text: "It is wrong.\n"})
	b.last(notify.TemplateNewTicket, "carol@example.org")
	for _, s := range b.outbox() {
		if s.Template == string(notify.TemplateNewTicket) && s.Recipient != "carol@example.org" {
			t.Errorf("%s is told", s.Recipient)
		}
	}
}

// TestPrivateQueueAndIncidents: what is private joins no incident.
func TestPrivateQueueAndIncidents(t *testing.T) {
	b := open(t, withHR, func(s *settings.Settings) {
		s.Outages = settings.Outages{Requests: 2, Within: 3600e9, Priority: ticket.PriorityUrgent}
	})
	for _, who := range []string{"ana@example.net", "ida@example.net", "kim@example.net"} {
		b.take(letter{from: who, to: support, subject: "salary portal shows an error", text: "The salary portal shows error 1234 since this morning.\n"})
	}
	for _, s := range b.outbox() {
		if s.Template == string(notify.TemplateIncident) {
			t.Errorf("an incident was made of them, and %s is told", s.Recipient)
		}
	}
}
