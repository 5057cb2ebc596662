package recover

import (
	"slices"
	"testing"
	"time"

	"maildesk/ticket"
)

func TestInOrder(t *testing.T) {
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	mail := func(id ticket.MailID, at time.Duration, place int64) happening {
		return happening{at: noon.Add(at), mail: ticket.Mail{ID: id, Place: place}}
	}
	sent := func(at time.Duration) happening { return happening{at: noon.Add(at), attempt: &ticket.Attempt{}} }
	for _, tt := range []struct {
		name  string
		steps []happening
		want  []ticket.MailID // 0: the outcome of an outgoing mail
	}{
		{"by their times", []happening{mail(1, time.Second, 0), mail(2, 0, 0), sent(time.Minute), mail(3, time.Hour, 0)}, []ticket.MailID{2, 1, 0, 3}},
		{"begun first, committed last", []happening{mail(1, 0, 2), mail(2, time.Millisecond, 1), sent(time.Second)}, []ticket.MailID{2, 1, 0}},
		{"all that overtook it", []happening{mail(1, 0, 3), mail(2, time.Millisecond, 1), mail(3, time.Second, 2), mail(4, 2*time.Second, 4)}, []ticket.MailID{2, 3, 1, 4}},
		{"an outcome between", []happening{mail(1, 0, 2), mail(2, 2*time.Second, 1), sent(time.Second)}, []ticket.MailID{0, 2, 1}},
		{"of the same time", []happening{mail(1, 0, 2), mail(2, 0, 1)}, []ticket.MailID{2, 1}},
		{"old mail, imported later", []happening{mail(1, 0, 1), mail(2, -365*24*time.Hour, 2), mail(3, time.Hour, 3)}, []ticket.MailID{2, 1, 3}},
		{"handled by an older version first", []happening{mail(1, 0, 0), mail(2, time.Minute, 2), mail(3, 2*time.Minute, 1)}, []ticket.MailID{1, 3, 2}},
	} {
		var got []ticket.MailID
		for _, s := range inOrder(tt.steps) {
			got = append(got, s.mail.ID)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
