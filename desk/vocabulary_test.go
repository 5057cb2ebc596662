package desk_test

import (
	"testing"

	"maildesk/desk/notify"
	"maildesk/routing"
	"maildesk/ticket"
	"maildesk/ticket/wording"
)

// TestWordsOfRoutingAndTickets: what rules may set is what tickets may have, in the
// same order.
func TestWordsOfRoutingAndTickets(t *testing.T) {
	var kinds, priorities []string
	for _, k := range ticket.Kinds {
		kinds = append(kinds, string(k))
	}
	for _, p := range ticket.Priorities {
		priorities = append(priorities, string(p))
	}
	equal(t, "kinds", kinds, routing.Kinds())
	equal(t, "priorities", priorities, routing.Priorities())
	if ticket.PriorityNormal != routing.DefaultPriority {
		t.Errorf("the default priority of rules is %q, of tickets %q", routing.DefaultPriority, ticket.PriorityNormal)
	}
}

// TestHeldEventsHaveWords: whatever an agent's mail waits for, its event says so.
func TestHeldEventsHaveWords(t *testing.T) {
	for _, h := range []notify.Held{notify.HeldLanguage, notify.HeldCommand, notify.HeldBehind, notify.HeldUnclear, notify.HeldParts, notify.HeldInternal} {
		if e := (ticket.Event{Kind: ticket.EventHeld, Topic: string(h), From: "fr", To: "de"}); wording.Of(e) == "" {
			t.Errorf("an event of a mail held for %q has no words", h)
		}
	}
}
