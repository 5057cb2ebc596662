package delivery

import (
	"testing"
	"time"

	"maildesk/threading"
	"maildesk/ticket"
)

// TestReportedOf: which of the mails of a ticket to one reader a report to their
// common reverse-path is about.
func TestReportedOf(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	mail := func(id ticket.OutboxID, state ticket.OutboxState, done time.Duration) ticket.OutboxMail {
		m := ticket.OutboxMail{ID: id, Participant: 5, ReversePath: "support@example.org", State: state, MessageID: "<" + string(rune('a'+id)) + "@desk.example.org>"}
		if done != 0 {
			m.DoneAt = now.Add(done)
		}
		return m
	}
	another, answer := mail(8, ticket.OutboxSent, -time.Minute), mail(9, ticket.OutboxSent, -time.Minute)
	another.Participant, answer.ReversePath = 6, ""
	first, second := mail(1, ticket.OutboxSent, -3*time.Hour), mail(2, ticket.OutboxSent, -2*time.Hour)
	for _, tt := range []struct {
		name      string
		mails     []ticket.OutboxMail
		messageID string
		want      ticket.OutboxID
	}{
		{"none", nil, first.MessageID, 0},
		{"the one", []ticket.OutboxMail{first}, "", 1},
		{"by its Message-ID", []ticket.OutboxMail{first, second}, first.MessageID, 1},
		{"a foreign Message-ID", []ticket.OutboxMail{first, second}, "<x@example.net>", 2},
		{"the last that was sent", []ticket.OutboxMail{first, second, mail(3, ticket.OutboxReady, 0)}, "", 2},
		{"not one that was cancelled", []ticket.OutboxMail{first, mail(2, ticket.OutboxCancelled, -time.Hour)}, "", 1},
		{"one that is known to have failed", []ticket.OutboxMail{first, mail(2, ticket.OutboxFailed, -time.Hour)}, "", 2},
		{"one that is being sent", []ticket.OutboxMail{mail(1, ticket.OutboxClaimed, 0)}, "", 1},
		{"not another's", []ticket.OutboxMail{first, another}, another.MessageID, 1},
		{"not one with the null reverse-path", []ticket.OutboxMail{first, answer}, answer.MessageID, 1},
	} {
		if got := reportedOf(tt.mails, threading.Sent{Ticket: 17, Participant: 5}, tt.messageID, now); got.ID != tt.want {
			t.Errorf("%s: mail %d, want %d", tt.name, got.ID, tt.want)
		}
	}
}
