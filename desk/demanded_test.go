package desk_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/routing"
	"maildesk/ticket"
)

const second = "second@client.example"

// demands lets the category "purchase" demand an approval; its tickets wait in sales.
func demands(a routing.Approval) func(*settings.Settings) {
	return func(s *settings.Settings) {
		s.Deputies = map[string]string{chief: vice}
		s.Routing.Categories = append(s.Routing.Categories, routing.Category{Name: "purchase", Kind: "service request", Path: []string{"first-line"}, Approval: a})
		s.Routing.Rules = append(s.Routing.Rules, routing.Rule{Name: "purchases", When: `subject contains "licence"`, Category: "purchase"})
	}
}

// ways are the ways on which a ticket comes into the category.
var ways = []struct {
	name  string
	comes func(b *bench) ticket.Ticket
	seen  bool // agents know the ticket by then
}{
	{"rule", func(b *bench) ticket.Ticket {
		return b.ticket(b.take(letter{from: "Ana Roth <" + ana + ">", to: support, subject: "A licence", text: "I would like a licence for drawing.\n"}).Ticket)
	}, false},
	{"#category on a new mail", func(b *bench) ticket.Ticket {
		return b.ticket(b.opens(aliceBox, "#for "+ana+"\n#category purchase\n#subject A licence\n\nI would like a licence for drawing.\n").Ticket)
	}, false},
	{"#category", func(b *bench) ticket.Ticket {
		m := b.take(letter{from: "Ana Roth <" + ana + ">", to: support, subject: "Drawing", text: "I would like a licence for drawing.\n"})
		b.agentWrites(aliceBox, notify.TemplateNewTicket, "#category purchase\n")
		return b.ticket(m.Ticket)
	}, true},
}

// TestDemandedApproval: a ticket of a category that demands an approval comes to its queue
// when it has it; its requester is told what becomes of it.
func TestDemandedApproval(t *testing.T) {
	anyOf := routing.Approval{By: []string{chief, second}, Within: 48 * time.Hour}
	allOf := routing.Approval{By: []string{chief, second}, All: true, Within: 48 * time.Hour}
	opened, resolved, held := ticket.StatusOpen, ticket.StatusResolved, ticket.StatusOnHold
	for _, tt := range []struct {
		name   string
		need   routing.Approval
		then   func(b *bench, of ticket.ID)
		status ticket.Status // then, where the queue had not heard of it
		seen   ticket.Status // and where agents knew it
		says   string        // to the agents of the queue with the request; empty: they do not hear of it
	}{
		{"nobody votes yet", anyOf, func(*bench, ticket.ID) {}, held, held, ""},
		{"any, one approves", anyOf, func(b *bench, of ticket.ID) { b.votesFor(second, "approve") }, opened, opened, "Approved by " + second + "."},
		{"any, one rejects", anyOf, func(b *bench, of ticket.ID) { b.votesFor(second, "reject") }, held, held, ""},
		{"any, both reject", anyOf, func(b *bench, of ticket.ID) { b.votesFor(second, "reject"); b.votesFor(chief, "reject") }, resolved, opened, ""},
		{"any, one rejects and the other approves", anyOf, func(b *bench, of ticket.ID) { b.votesFor(second, "reject"); b.votesFor(chief, "approve") }, opened, opened, "Approved by " + chief + "."},
		{"all, one approves", allOf, func(b *bench, of ticket.ID) { b.votesFor(second, "approve") }, held, held, ""},
		{"all, both approve", allOf, func(b *bench, of ticket.ID) { b.votesFor(second, "approve"); b.votesFor(chief, "approve") }, opened, opened, "Approved by " + chief + ", " + second + "."},
		{"all, one rejects", allOf, func(b *bench, of ticket.ID) { b.votesFor(second, "reject") }, resolved, opened, ""},
		{"any, late, the deputy approves", anyOf, func(b *bench, of ticket.ID) { b.late(of); b.votesFor(vice, "approve") }, opened, opened, "Approved by " + vice + "."},
		{"all, late, the deputy rejects", allOf, func(b *bench, of ticket.ID) { b.late(of); b.votesFor(vice, "reject") }, resolved, opened, ""},
		{"any, late, and the deputy too", anyOf, func(b *bench, of ticket.ID) { b.late(of); b.late(of) }, opened, opened, chief + ", " + second + " has not voted"},
		{"all, one approves, late, and the deputy too", allOf, func(b *bench, of ticket.ID) { b.votesFor(second, "approve"); b.late(of); b.late(of) }, opened, opened, chief + " has not voted"},
		{"a vote after it was late", anyOf, func(b *bench, of ticket.ID) {
			b.late(of)
			b.late(of)
			b.votesFor(chief, "reject")
			b.votesFor(second, "reject")
		}, opened, opened, "has not voted"},
	} {
		for _, way := range ways {
			t.Run(tt.name+", by "+way.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					b := open(t, withControl, demands(tt.need))
					of := way.comes(b)
					if of.Status != held || of.Category != "purchase" {
						t.Fatalf("the ticket of %s is %s: %q", of.Category, of.Status, b.summary())
					}
					for _, who := range tt.need.By {
						asked := b.last(notify.TemplateApproval, who)
						if !says(asked, "asks for the following, which needs your approval") || !says(asked, "I would like a licence for drawing.") {
							t.Errorf("%s reads\n%s", who, asked.msg.Text)
						}
					}
					before := len(b.summary())
					if !way.seen {
						if ack := b.last(notify.TemplateAcknowledgement, ana); !says(ack, "your request has to be approved first") {
							t.Errorf("ana reads\n%s", ack.msg.Text)
						}
						if sent := b.summary(); slices.Contains(sent, "new-ticket bob@example.org") {
							t.Errorf("the queue hears of it: %q", sent)
						}
					}
					tt.then(b, of.ID)
					want := tt.status
					if way.seen {
						want = tt.seen
					}
					if got := b.ticket(of.ID); got.Status != want {
						t.Errorf("the ticket is %s, want %s; sent were %q", got.Status, want, b.since(before))
					}
					b.demandedMails(tt.says, way.seen, want, b.since(before))
					b.sound()
					b.sameRebuilt()
				})
			})
		}
	}
}

// demandedMails checks who heard of the end of an approval that a category demands.
func (b *bench) demandedMails(text string, seen bool, status ticket.Status, sent []string) {
	b.t.Helper()
	told := slices.Contains(sent, "new-ticket bob@example.org")
	switch {
	case !seen && told != (text != ""):
		b.t.Errorf("that the queue hears of it is %t; sent were %q", told, sent)
	case told:
		n := b.last(notify.TemplateNewTicket, "bob@example.org")
		if !says(n, text) || !says(n, "I would like a licence for drawing.") || strings.HasSuffix(text, ".") != says(n, "Well.") && !strings.Contains(text, "has not voted") {
			b.t.Errorf("bob reads\n%s", n.msg.Text)
		}
	}
	rejected := slices.Contains(sent, "rejected "+ana)
	if rejected != (status == ticket.StatusResolved) {
		b.t.Errorf("the ticket is %s, sent were %q", status, sent)
	}
	if rejected {
		if n := b.last(notify.TemplateRejected, ana); !says(n, "it has not been") || !says(n, "Well.") {
			b.t.Errorf("ana reads\n%s", n.msg.Text)
		}
	}
}

// TestDemandedOnce: an answer of the requester opens no ticket that waits; one that was
// rejected it opens again, and nobody is asked once more.
func TestDemandedOnce(t *testing.T) {
	b := open(t, demands(routing.Approval{By: []string{chief}}))
	of := ways[0].comes(b)
	b.take(letter{from: ana, to: b.last(notify.TemplateAcknowledgement, ana).answer(), subject: "Re: A licence", text: "Two of them, please.\n"})
	if got := b.ticket(of.ID); got.Status != ticket.StatusOnHold {
		t.Errorf("after her answer it is %s", got.Status)
	}
	if n := b.last(notify.TemplateMessage, "bob@example.org"); !says(n, "It waits for the approval of "+chief) || !says(n, "Two of them, please.") {
		t.Errorf("bob reads\n%s", n.msg.Text)
	}
	b.votesFor(chief, "reject")
	b.deliver()
	if got := b.ticket(of.ID); got.Status != ticket.StatusResolved || got.InformedAt.IsZero() {
		t.Errorf("rejected and told it is %s, informed at %v", got.Status, got.InformedAt)
	}
	before := len(b.summary())
	b.take(letter{from: ana, to: b.last(notify.TemplateRejected, ana).answer(), subject: "Re: A licence", text: "But I need it.\n"})
	if got := b.ticket(of.ID); got.Status != ticket.StatusOpen {
		t.Errorf("after her answer it is %s", got.Status)
	}
	equal(t, "mails", b.since(before), []string{"reopened " + aliceBox, "reopened bob@example.org"})
	b.sameRebuilt()
}

// TestDemandedOfTheirOwn: nobody approves their own request; their deputy does, and where
// there is none the queue has it, and is told.
func TestDemandedOfTheirOwn(t *testing.T) {
	for _, tt := range []struct {
		from  string
		asked []string
	}{{chief, []string{"approval " + vice}}, {second, nil}} {
		b := open(t, func(s *settings.Settings) {
			demands(routing.Approval{By: []string{tt.from}})(s)
		})
		m := b.take(letter{from: tt.from, to: support, subject: "A licence", text: "I would like a licence.\n"})
		asked := slices.DeleteFunc(b.summary(), func(s string) bool { return !strings.HasPrefix(s, "approval ") })
		equal(t, "asked for "+tt.from, asked, tt.asked)
		if waits := b.ticket(m.Ticket).Status == ticket.StatusOnHold; waits != (tt.asked != nil) {
			t.Errorf("%s: the ticket is %s", tt.from, b.ticket(m.Ticket).Status)
		}
		if tt.asked == nil && !says(b.last(notify.TemplateNewTicket, "bob@example.org"), "nobody but the requester can give it") {
			t.Errorf("bob reads\n%s", b.last(notify.TemplateNewTicket, "bob@example.org").msg.Text)
		}
		b.sameRebuilt()
	}
}
