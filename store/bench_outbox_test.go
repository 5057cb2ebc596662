package store

import (
	"fmt"
	"testing"
	"time"

	"maildesk/ticket"
)

// sentRows fills the outbox with mails that were sent long ago.
func sentRows(tb testing.TB, db *DB, n int) {
	tb.Helper()
	if _, err := db.tickets.Conn.ExecContext(tb.Context(), `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
		INSERT INTO outbox (cause_event, template, language, recipient, recipient_key, reverse_path, message_id, automatic, priority, state, attempts, next_at,
			lease_owner, created_at, done_at, last_code, last_text)
		SELECT i, 'acknowledgement', 'en', 'u' || i % 5000 || '@example.net', 'u' || i % 5000 || '@example.net', '', '<' || i || '@example.org>', 1, i % 3, 'sent', 1, 0,
			'', i, i, 250, 'ok: queued as 123456' FROM n`, n); err != nil {
		tb.Fatal(err)
	}
}

// BenchmarkSend is the life of 20 outgoing mails: kept, claimed, sent; with
// many that were sent before.
func BenchmarkSend(b *testing.B) {
	for _, sent := range []int{0, 200_000} {
		b.Run(fmt.Sprintf("sent=%d", sent), func(b *testing.B) {
			db := openTest(b)
			sentRows(b, db, sent)
			before := cpu(b)
			n := int64(sent)
			for b.Loop() {
				sendTwenty(b, db, &n)
			}
			b.ReportMetric(float64((cpu(b)-before).Microseconds())/float64(b.N)/20, "cpu-µs/mail")
		})
	}
}

func sendTwenty(b *testing.B, db *DB, n *int64) {
	b.Helper()
	err := db.Update(b.Context(), func(tx ticket.Tx) error {
		for range 20 {
			*n++
			if _, err := tx.AddOutbox(ticket.OutboxMail{CauseEvent: *n, Template: "reply", Recipient: "ana@example.net", CreatedAt: noon, Bytes: benchRaw[:2000]}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	mails, err := db.Claim(b.Context(), "sender", noon, noon.Add(time.Hour), 20)
	if err != nil || len(mails) != 20 {
		b.Fatalf("Claim = %d mails, %v", len(mails), err)
	}
	err = db.Update(b.Context(), func(tx ticket.Tx) error {
		for _, m := range mails {
			if _, err := tx.Attempted(ticket.Attempt{Outbox: m.ID, At: noon, State: ticket.OutboxSent, Code: 250, Text: "ok"}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkOutboxQuestions are those that are asked again and again.
func BenchmarkOutboxQuestions(b *testing.B) {
	db := openTest(b)
	sentRows(b, db, 200_000)
	for name, ask := range map[string]func(ticket.Reader) error{
		"NextOutboxAt": func(r ticket.Reader) error { _, err := r.NextOutboxAt(); return err },
		"CountOutbox": func(r ticket.Reader) error {
			_, err := r.CountOutbox(ticket.OutboxCount{Mailbox: "u7@example.net", Most: ticket.StandingProven})
			return err
		},
		"OutboxOf": func(r ticket.Reader) error {
			_, err := r.OutboxOf(0, ticket.OutboxFailed, ticket.OutboxReady)
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := db.View(b.Context(), ask); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
