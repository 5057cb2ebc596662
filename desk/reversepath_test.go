package desk

import (
	"testing"
	"time"

	"maildesk/threading"
)

// TestReportedOf: which of the mails of a ticket to one reader a report to their
// common reverse-path is about.
func TestReportedOf(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	mail := func(id OutboxID, state OutboxState, done time.Duration) OutboxMail {
		m := OutboxMail{ID: id, Participant: 5, ReversePath: "support@example.org", State: state, MessageID: "<" + string(rune('a'+id)) + "@desk.example.org>"}
		if done != 0 {
			m.DoneAt = now.Add(done)
		}
		return m
	}
	another, answer := mail(8, OutboxSent, -time.Minute), mail(9, OutboxSent, -time.Minute)
	another.Participant, answer.ReversePath = 6, ""
	first, second := mail(1, OutboxSent, -3*time.Hour), mail(2, OutboxSent, -2*time.Hour)
	for _, tt := range []struct {
		name      string
		mails     []OutboxMail
		messageID string
		want      OutboxID
	}{
		{"none", nil, first.MessageID, 0},
		{"the one", []OutboxMail{first}, "", 1},
		{"by its Message-ID", []OutboxMail{first, second}, first.MessageID, 1},
		{"a foreign Message-ID", []OutboxMail{first, second}, "<x@example.net>", 2},
		{"the last that was sent", []OutboxMail{first, second, mail(3, OutboxReady, 0)}, "", 2},
		{"not one that was cancelled", []OutboxMail{first, mail(2, OutboxCancelled, -time.Hour)}, "", 1},
		{"one that is known to have failed", []OutboxMail{first, mail(2, OutboxFailed, -time.Hour)}, "", 2},
		{"one that is being sent", []OutboxMail{mail(1, OutboxClaimed, 0)}, "", 1},
		{"not another's", []OutboxMail{first, another}, another.MessageID, 1},
		{"not one with the null reverse-path", []OutboxMail{first, answer}, answer.MessageID, 1},
	} {
		if got := reportedOf(tt.mails, threading.Sent{Ticket: 17, Participant: 5}, tt.messageID, now); got.ID != tt.want {
			t.Errorf("%s: mail %d, want %d", tt.name, got.ID, tt.want)
		}
	}
}
