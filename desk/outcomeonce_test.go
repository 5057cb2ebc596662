package desk_test

import (
	"testing"
	"time"

	"maildesk/ticket"
)

// What became of a mail is kept once, however often it is told after a start, and that of a mail
// which the database does not have is no fault.
func TestOutcomeOnce(t *testing.T) {
	b := open(t)
	b.request()
	sent := b.outbox()[0]
	for _, tt := range []struct {
		name string
		of   ticket.OutboxID
		at   time.Time
		want int // attempts of the mail then
	}{
		{"the first time", sent.ID, time.Unix(1e9, 123456789), 1},
		{"again", sent.ID, time.Unix(1e9, 123456789), 1},
		{"another attempt", sent.ID, time.Unix(1e9+60, 0), 2},
		{"a mail that is not there", 999, time.Unix(1e9, 0), 2},
	} {
		err := b.OutcomeOnce(b.ctx, ticket.Attempt{Outbox: tt.of, At: tt.at, State: ticket.OutboxSent, Host: "next.hop", Code: 250})
		if err != nil {
			t.Errorf("%s: OutcomeOnce = %v", tt.name, err)
		}
		err = b.View(b.ctx, func(r ticket.Reader) error {
			all, err := r.Attempts(sent.ID)
			if len(all) != tt.want {
				t.Errorf("%s: the mail has %d attempts, want %d", tt.name, len(all), tt.want)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// An attempt of before that did not send a mail changes nothing where the mail is done by now, and
// nobody is told of it.
func TestOutcomeOnceOfAMailThatIsDone(t *testing.T) {
	for _, done := range []ticket.OutboxState{ticket.OutboxSent, ticket.OutboxFailed, ticket.OutboxCancelled} {
		for _, late := range []ticket.OutboxState{ticket.OutboxFailed, ticket.OutboxReady} {
			b := open(t)
			b.request()
			m := b.outbox()[0]
			var err error
			if done == ticket.OutboxCancelled {
				err = b.CancelOutbox(b.ctx, m.ID, "admin", "")
			} else {
				err = b.Outcome(b.ctx, ticket.Attempt{Outbox: m.ID, At: time.Unix(2e9, 0), State: done, Code: 550, Text: "no"})
			}
			if err != nil {
				t.Fatal(err)
			}
			mails := len(b.outbox())
			err = b.OutcomeOnce(b.ctx, ticket.Attempt{Outbox: m.ID, At: time.Unix(1e9, 0), State: late, Code: 550, Text: "no such user", NextAt: time.Unix(3e9, 0)})
			if err != nil {
				t.Fatal(err)
			}
			if got := len(b.outbox()); got != mails {
				t.Errorf("%s after %s: %d mails were made", late, done, got-mails)
			}
			err = b.View(b.ctx, func(r ticket.Reader) error {
				all, err := r.Attempts(m.ID)
				for _, a := range all {
					if a.At.Equal(time.Unix(1e9, 0)) {
						t.Errorf("%s after %s: the attempt is kept", late, done)
					}
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
	}
}
