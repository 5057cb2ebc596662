package desk_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/ticket"
)

// slowStore has a mail in the journal for a while before it says so.
type slowStore struct {
	ticket.Store
	said chan struct{}
}

func (s slowStore) Keep(ctx context.Context, u ticket.Urgency, m ticket.Mail, raw []byte) (kept ticket.Mail, known bool, err error) {
	kept, known, err = s.Store.Keep(ctx, u, m, raw)
	<-s.said
	return kept, known, err
}

// A mail that the journal has and whose taker does not know it yet is nobody's who looks into the
// journal: not of the start of the desk, which looks for what the last process had in its hands,
// and not of who takes over from another daemon.
func TestMailThatIsBeingKeptIsLeftAlone(t *testing.T) {
	for _, tt := range []struct {
		name  string
		first bool // it is kept before the desk begins to work
	}{{"at the start", true}, {"later", false}} {
		synctest.Test(t, func(t *testing.T) {
			b := open(t)
			said := make(chan struct{})
			b.Store = slowStore{b.db, said}
			l := letter{from: ana, to: support, subject: "VPN drops", text: "My VPN drops.\n", id: "<being.kept@example.net>"}
			accept := func() {
				if _, err := b.Accept(b.ctx, ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: ana, ForwardPaths: []string{support}}, l.bytes()); err != nil {
					t.Errorf("Accept = %v", err)
				}
			}
			if tt.first {
				go accept()
				synctest.Wait()
			}
			ctx, stop := context.WithCancel(b.ctx)
			ended := make(chan error, 1)
			go func() { ended <- b.Run(ctx) }()
			time.Sleep(time.Minute)
			if !tt.first {
				go accept()
			}
			time.Sleep(time.Minute)
			if m := b.mail(1); m.Disposition != ticket.DispositionPending || m.Attempts != 1 {
				t.Errorf("%s: before its taker knows it, the mail is %s after %d attempts; want that it waits, with the one that is counted", tt.name, m.Disposition, m.Attempts)
			}
			close(said)
			time.Sleep(time.Minute)
			if m := b.mail(1); m.Disposition != ticket.DispositionNew || m.Attempts != 1 {
				t.Errorf("%s: then it is %s after %d attempts, want new after 1", tt.name, m.Disposition, m.Attempts)
			}
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
	}
}

// fallingStore has a mail in the journal, and panics then.
type fallingStore struct{ ticket.Store }

func (s fallingStore) Keep(ctx context.Context, u ticket.Urgency, m ticket.Mail, raw []byte) (ticket.Mail, bool, error) {
	s.Store.Keep(ctx, u, m, raw)
	panic("it fell")
}

// A mail whose taker panicked once the journal had it is anybody's who looks into the journal.
func TestMailOfATakerThatPanicked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t)
		b.Store = fallingStore{b.db}
		l := letter{from: ana, to: support, subject: "VPN drops", text: "My VPN drops.\n", id: "<being.kept@example.net>"}
		func() {
			defer func() {
				if recover() == nil {
					t.Error("Accept did not panic")
				}
			}()
			b.Accept(b.ctx, ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: ana, ForwardPaths: []string{support}}, l.bytes())
		}()
		b.Store = b.db
		ctx, stop := context.WithCancel(b.ctx)
		ended := make(chan error, 1)
		go func() { ended <- b.Run(ctx) }()
		time.Sleep(time.Minute)
		if m := b.mail(1); m.Disposition != ticket.DispositionNew {
			t.Errorf("a minute later the mail is %s, want new", m.Disposition)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
