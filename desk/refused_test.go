package desk_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"maildesk/ticket"
)

// refusingStore has a database that does not take what a plan says that makes a ticket of a mail.
type refusingStore struct{ ticket.Store }

func (s refusingStore) Commit(ctx context.Context, u ticket.Urgency, p *ticket.Plan) error {
	makes := func(c ticket.Change) bool {
		d, is := c.(ticket.Dispose)
		return is && d.Disposition == ticket.DispositionNew
	}
	if i := slices.IndexFunc(p.Changes, makes); i >= 0 {
		harmed := *p
		harmed.Changes = append(slices.Clone(p.Changes), ticket.AddEvent{Event: ticket.Event{Ticket: p.Changes[i].(ticket.Dispose).Ticket, Kind: "nonsense"}})
		p = &harmed
	}
	return s.Store.Commit(ctx, u, p)
}

// A mail of which the database never takes what was decided is not tried for ever, unseen: it goes to quarantine.
func TestRefusedDecisionGoesToQuarantine(t *testing.T) {
	b := open(t)
	b.Store = refusingStore{b.db}
	m := b.take(letter{from: ana, to: support, subject: "VPN drops", text: "My VPN drops.\n"})
	if m.Disposition != ticket.DispositionQuarantined || m.Attempts != 3 || !strings.Contains(m.Reason, ticket.ErrRefused.Error()) {
		t.Errorf("the mail is %s after %d attempts (%s), want quarantined after 3 and the cause", m.Disposition, m.Attempts, m.Reason)
	}
	if stub := b.ticket(m.Ticket); !strings.Contains(stub.Subject, ana) {
		t.Errorf("the stub is %+v, want one that names the sender", stub)
	}
	b.sound()
}
