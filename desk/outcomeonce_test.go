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
