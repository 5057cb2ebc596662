package desk_test

import (
	"strings"
	"testing"
	"time"

	"maildesk/desk/notify"
	"maildesk/routing"
	"maildesk/ticket"
)

// Where nobody reads a ticket, the writer of an answer is told that it went to nobody.
func TestAnswerThatNobodyReads(t *testing.T) {
	for text, kept := range map[string]ticket.Status{
		"Please write again.\n":                 ticket.StatusOpen,
		"#resolve\n\nPlease write again.\n":     ticket.StatusResolved,
		"#close\n\nPlease write again.\n":       ticket.StatusResolved,
		"#pending 2d\n\nPlease write again.\n":  ticket.StatusPending,
		"#note this is for us\n":                ticket.StatusNew,
		"#escalate\nthis is for the network.\n": ticket.StatusNew,
	} {
		t.Run(text, func(t *testing.T) {
			b, _ := openBrittle(t)
			stub := b.take(letter{from: ana, to: support, subject: "poison", text: "drink me\n"})
			before := len(b.summary())
			b.agentWrites(alice, notify.TemplateNewTicket, text)
			told := 0
			for _, s := range b.outbox()[before:] {
				if s.Template == string(notify.TemplateUndeliverable) && s.Recipient == alice && strings.Contains(s.msg.Text, "Please write again.") {
					told++
				}
			}
			want := 1
			if !strings.Contains(text, "Please") {
				want = 0
			}
			if got := b.ticket(stub.Ticket).Status; told != want || want > 0 && got != kept {
				t.Errorf("the agent is told %d times, want %d, and the ticket is %s, want %s; sent were %v", told, want, got, kept, b.since(before))
			}
		})
	}
}

// What an agent calls spam is as sound as anything else.
func TestAgentsSpamIsSound(t *testing.T) {
	b := open(t)
	b.request()
	b.agentWrites(alice, notify.TemplateNewTicket, "#spam\n")
	b.sound()
}

// The ticket of a mail in quarantine has its times from the beginning.
func TestStubHasTargets(t *testing.T) {
	b, _ := openBrittle(t)
	s := *b.Settings()
	s.Routing.Targets = []routing.Target{{Name: "usual", FirstResponse: "4h", Calendar: "24x7"}}
	var err error
	if s.Rules, err = routing.Compile(s.Routing); err != nil {
		t.Fatal(err)
	}
	b.Reload(&s)
	b.due(time.Now()) // from here on no ticket is counted anew
	stub := b.ticket(b.take(letter{from: ana, to: support, subject: "poison", text: "drink me\n"}).Ticket)
	if got := stub.DueFirstResponse.Sub(stub.CreatedAt); got != 4*time.Hour || stub.TargetAt.IsZero() {
		t.Errorf("the first response is due %s after it came, and looked at %s; want 4h", got, stub.TargetAt)
	}
}
