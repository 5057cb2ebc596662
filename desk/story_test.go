package desk_test

import (
	"strings"
	"testing"
	"time"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

func TestStory(t *testing.T) {
	b := open(t)
	opened := b.request()
	if opened.Status != ticket.StatusNew || opened.Queue != "first-line" || opened.Category != "network" || opened.Priority != "high" || opened.Level != 1 {
		t.Errorf("the ticket is %+v, want new, first-line, network, high, level 1", opened)
	}
	equal(t, "after the request", b.summary(), []string{"acknowledgement " + ana, "new-ticket alice@example.org", "new-ticket bob@example.org"})

	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "Which version do you have?\n")
	equal(t, "after the first answer", b.since(3), []string{"reply " + ana})
	if got := b.ticket(opened.ID); got.Status != ticket.StatusOpen || got.Assignee != "alice" {
		t.Errorf("after the first answer the ticket is %s with %q, want open with alice", got.Status, got.Assignee)
	}
	if text := b.last(notify.TemplateReply, ana).msg.Text; !strings.Contains(text, "Which version do you have?") {
		t.Errorf("the reply says %q", text)
	}

	reply := b.last(notify.TemplateReply, ana)
	m := b.take(letter{from: ana, to: reply.answer(), subject: "Re: whatever", text: "Version 4.\n"})
	if m.Disposition != ticket.DispositionAppended || m.Ticket != opened.ID || m.Reason != "reply-address" {
		t.Errorf("the requester's reply is %s in #%d (%s)", m.Disposition, m.Ticket, m.Reason)
	}
	equal(t, "after the requester's reply", b.since(4), []string{"message alice@example.org"})

	b.agentWrites("alice@example.org", notify.TemplateMessage, "#escalate version 4 is known to drop\n")
	if got := b.ticket(opened.ID); got.Queue != "network" || got.Level != 2 || got.Assignee != "" {
		t.Errorf("after the escalation the ticket is in %s, level %d, with %q", got.Queue, got.Level, got.Assignee)
	}
	equal(t, "after the escalation", b.since(5), []string{"escalated " + ana, "escalation carol@example.org", "transcript alice@example.org"})
	if text := b.last(notify.TemplateEscalated, ana).msg.Text; strings.Contains(text, "known to drop") {
		t.Errorf("the requester was told the inner reason: %q", text)
	}
	story := b.last(notify.TemplateEscalation, "carol@example.org").msg
	for _, part := range []string{"version 4 is known to drop", "My VPN drops every ten minutes", "Which version do you have?", "Version 4."} {
		if !strings.Contains(story.Text, part) {
			t.Errorf("the escalation does not tell %q:\n%s", part, story.Text)
		}
	}

	b.agentWrites("carol@example.org", notify.TemplateEscalation, "#resolve\n\nPlease restart once.\n")
	got := b.ticket(opened.ID)
	if got.Status != ticket.StatusResolved || got.Informed() {
		t.Errorf("after #resolve the ticket is %s, informed %t; want resolved, not yet informed", got.Status, got.Informed())
	}
	if text := b.last(notify.TemplateResolution, ana).msg.Text; !strings.Contains(text, "Please restart once.") {
		t.Errorf("the resolution notice says %q", text)
	}
	b.deliver()
	if !b.ticket(opened.ID).Informed() {
		t.Error("the notice was accepted, yet the requester counts as not informed")
	}

	again := b.last(notify.TemplateResolution, ana)
	b.take(letter{from: ana, to: again.answer(), subject: "Re: x", text: "Still broken.\n"})
	if got := b.ticket(opened.ID); got.Status != ticket.StatusOpen || got.Informed() {
		t.Errorf("after the reply the ticket is %s, informed %t; want open", got.Status, got.Informed())
	}
	b.last(notify.TemplateReopened, "carol@example.org")

	b.agentWrites("carol@example.org", notify.TemplateReopened, "#resolve\nNow it works.\n")
	b.due(time.Now().Add(15 * 24 * time.Hour))
	if got := b.ticket(opened.ID); got.Status != ticket.StatusResolved {
		t.Errorf("the ticket is %s though its requester was not told", got.Status)
	}
	b.deliver()
	b.due(time.Now().Add(13 * 24 * time.Hour))
	if got := b.ticket(opened.ID); got.Status != ticket.StatusResolved {
		t.Errorf("the ticket is %s within the grace time", got.Status)
	}
	b.due(time.Now().Add(15 * 24 * time.Hour))
	if got := b.ticket(opened.ID); got.Status != ticket.StatusClosed || got.ClosedAt.IsZero() {
		t.Errorf("after the grace time the ticket is %s", got.Status)
	}

	late := b.take(letter{from: ana, to: again.answer(), subject: "Re: x", text: "It is back.\n"})
	if follow := b.ticket(late.Ticket); late.Disposition != ticket.DispositionNew || follow.Follows != opened.ID {
		t.Errorf("a reply to the closed ticket is %s and follows #%d, want new and #%d", late.Disposition, follow.Follows, opened.ID)
	}
}

func TestCloseByCommandWaitsForTheNotice(t *testing.T) {
	b := open(t)
	opened := b.request()
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#close\nDone.\n")
	if got := b.ticket(opened.ID); got.Status != ticket.StatusResolved {
		t.Errorf("after #close the ticket is %s, want resolved until the notice is accepted", got.Status)
	}
	b.deliver()
	if got := b.ticket(opened.ID); got.Status != ticket.StatusClosed {
		t.Errorf("after the notice was accepted the ticket is %s, want closed", got.Status)
	}
}

func TestRequesterCloses(t *testing.T) {
	b := open(t)
	opened := b.request()
	ack := b.last(notify.TemplateAcknowledgement, ana)
	b.take(letter{from: ana, to: ack.answer(), subject: "Re: x", text: "#close\n"})
	b.deliver()
	if got := b.ticket(opened.ID); got.Status != ticket.StatusClosed {
		t.Errorf("after the requester's #close the ticket is %s, want closed", got.Status)
	}
	closing, n := b.last(notify.TemplateClosing, ana), len(b.summary())
	m := b.take(letter{from: ana, to: closing.answer(), subject: "Re: x", text: "#close\n"})
	if got := b.since(n); m.Ticket != opened.ID || m.Disposition != ticket.DispositionAppended || len(got) != 0 {
		t.Errorf("a second #close is %s in #%d, and this was sent: %q", m.Disposition, m.Ticket, got)
	}
}

func TestFailedNoticeIsToldToTheAgents(t *testing.T) {
	b := open(t)
	opened := b.request()
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#resolve\nDone.\n")
	notice := b.last(notify.TemplateResolution, ana)
	if err := b.Outcome(t.Context(), ticket.Attempt{Outbox: notice.ID, At: time.Now(), State: ticket.OutboxFailed, Host: "mx", Code: 550, Text: "5.1.1 no such user"}); err != nil {
		t.Fatal(err)
	}
	if got := b.ticket(opened.ID); got.Status != ticket.StatusOpen {
		t.Errorf("the ticket is %s though its requester cannot be told; want open", got.Status)
	}
	told := b.last(notify.TemplateUndeliverable, "alice@example.org").msg
	if !strings.Contains(told.Text, "no such user") {
		t.Errorf("the agent is told %q, want the remote's words", told.Text)
	}
}

func TestT139DelayIsToldOnce(t *testing.T) {
	b := open(t)
	opened := b.request()
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "Hello.\n")
	reply := b.last(notify.TemplateReply, ana)
	for _, after := range []time.Duration{0, time.Hour, 4 * time.Hour, 8 * time.Hour} {
		at := reply.CreatedAt.Add(after)
		a := ticket.Attempt{Outbox: reply.ID, At: at, State: ticket.OutboxReady, NextAt: at.Add(time.Hour), Host: "mx", Code: 451, Text: "4.3.2 full"}
		if err := b.Outcome(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	delays := 0
	for _, e := range b.events(opened.ID) {
		if strings.HasPrefix(e, "delayed: ") && strings.Contains(e, "4.3.2 full") {
			delays++
		}
	}
	if delays != 1 {
		t.Errorf("the delay was told %d times in %q, want once", delays, b.events(opened.ID))
	}
	b.last(notify.TemplateNote, "alice@example.org")
}

func TestPendingWakes(t *testing.T) {
	b := open(t)
	opened := b.request()
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#pending 2d\nPlease send a screenshot.\n")
	if got := b.ticket(opened.ID); got.Status != ticket.StatusPending {
		t.Fatalf("the ticket is %s, want pending", got.Status)
	}
	b.due(time.Now().Add(47 * time.Hour))
	if got := b.ticket(opened.ID); got.Status != ticket.StatusPending {
		t.Errorf("the ticket is %s before its time", got.Status)
	}
	b.due(time.Now().Add(49 * time.Hour))
	if got := b.ticket(opened.ID); got.Status != ticket.StatusOpen {
		t.Errorf("the ticket is %s after its time, want open", got.Status)
	}
	b.last(notify.TemplateWoken, "alice@example.org")
}
