package decision

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"maildesk/desk/recent"
	"maildesk/desk/settings"
	"maildesk/threading"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// Maker makes decisions: it has what all of them need. It is safe for concurrent use.
type Maker struct {
	Store    ticket.Store
	Keys     *threading.Keyring
	Log      *slog.Logger
	settings atomic.Pointer[settings.Settings]
	Targeted atomic.Pointer[settings.Settings] // those by which the times of all tickets count
	Posted   chan struct{}                     // signalled when mails were put into the outbox
	Recent   recent.Requests
	Past     Past
	Learner  Learner // nil: nothing is learnt
}

// Learner guesses what a new request is about. It is no part of what is kept: what it said
// of a mail is kept with the mail's judgement.
type Learner interface {
	// Suggest returns the guesses for a ticket and the text that opens it.
	Suggest(t ticket.Ticket, text string) ticket.Learnt
}

// Past is what a decision takes from the past when it is made once more, as by a
// rebuild, instead of making it anew. The zero Past has none of it.
type Past struct {
	// Draft returns the draft on which a decision is made: it gives new rows the numbers
	// that they had.
	Draft func(ticket.Draft) ticket.Draft
	// Assignee returns the agent to whom the desk gave a ticket by itself because of a mail,
	// 0: because of the clock at a time; empty: to nobody. known is false where that is to
	// be decided.
	Assignee func(r ticket.Reader, t ticket.ID, cause ticket.MailID, at time.Time) (agent string, known bool, err error)
	// Reported returns what a mail on a ticket, 0: on the one that it opens, brought to an
	// incident; known is false where that is to be decided.
	Reported func(cause ticket.MailID, t ticket.ID) (r Reported, known bool)
	// Planned returns when the clock took the next step of a planned sending, zero: it has
	// not; known is false where that is to be decided.
	Planned func(ticket.ID, history.Sending) (at time.Time, known bool)
	// Idle returns when the clock took a ticket from its owner, where it was taken from
	// owners so many times before and the time is over at due; zero: it was not. known is
	// false where that is to be decided.
	Idle func(t ticket.ID, before int, due time.Time) (at time.Time, known bool)
	// Learnt returns what the history of the desk said of a mail; nil: what is learnt says it.
	Learnt func(ticket.MailID) ticket.Learnt
	// Offered returns the articles that the acknowledgement of the ticket that a mail opened
	// offered, by their slugs; known is false where that is to be decided.
	Offered func(cause ticket.MailID) (slugs []string, known bool)
	// MessageID returns the Message-ID that a mail was sent with, empty: it was not sent.
	MessageID func(token threading.Token, sequence string) string
}

// Reported is which tickets became reports of an incident because of one mail.
type Reported struct {
	Lead     ticket.ID // 0: none did
	Opened   bool      // the mail made the incident of them
	Tickets  []ticket.ID
	Incident ticket.Incident // as the old store has it
}

// WasReported returns what the mail at hand brought to an incident when it was handled
// first; known is false where it is to be decided. What is alike is found by what a desk
// has seen since its start, which neither the journal nor the tickets say.
func (c *Change) WasReported(t ticket.ID) (r Reported, known bool) {
	if c.Maker.Past.Reported == nil {
		return r, false
	}
	return c.Maker.Past.Reported(c.Cause, t)
}

// WasOffered returns which articles the acknowledgement offered when the mail at hand opened a
// ticket; known is false where that is to be decided.
func (c *Change) WasOffered() (slugs []string, known bool) {
	if c.Maker.Past.Offered == nil {
		return nil, false
	}
	return c.Maker.Past.Offered(c.Cause)
}

// NewMaker returns a maker of decisions on a store.
func NewMaker(store ticket.Store, keys *threading.Keyring, settings *settings.Settings, log *slog.Logger) *Maker {
	m := &Maker{Store: store, Keys: keys, Log: log, Posted: make(chan struct{}, 1)}
	m.settings.Store(settings)
	return m
}

// Reload puts new settings in force. Mails that are being handled are judged
// by the settings they began with.
func (m *Maker) Reload(s *settings.Settings) { m.settings.Store(s) }

// Settings returns the settings in force.
func (m *Maker) Settings() *settings.Settings { return m.settings.Load() }

// View runs fn on a consistent snapshot of everything that is kept.
func (m *Maker) View(ctx context.Context, fn func(ticket.Reader) error) error {
	return m.Store.View(ctx, fn)
}

// MessageID returns the Message-ID of a mail to whom a token names. A sequence makes it
// the mail's own.
func (m *Maker) MessageID(token threading.Token, sequence, hostname string) string {
	if m.Past.MessageID != nil {
		if id := m.Past.MessageID(token, sequence); id != "" {
			return id
		}
	}
	return m.Keys.MessageID(token, sequence, hostname)
}

// Signal wakes the reader of a channel of capacity 1.
func Signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
