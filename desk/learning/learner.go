package learning

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"maildesk/learn"
	"maildesk/ticket"
)

// Learner is a model with the place in the history up to which it has learnt. It is safe
// for concurrent use.
type Learner struct {
	mu    sync.RWMutex
	model *learn.Model // nil: nothing was learnt
	place Place
}

// Place is the last event that was looked at: its number, and when it happened, by which
// another history shows.
type Place struct {
	Event int64
	At    time.Time
}

// Viewer is a store that is only read.
type Viewer interface {
	View(ctx context.Context, fn func(ticket.Reader) error) error
}

// Suggest guesses the fields of a new ticket from the text that opens it.
func (l *Learner) Suggest(t ticket.Ticket, text string) ticket.Learnt {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.model == nil {
		return ticket.Learnt{}
	}
	return suggest(l.model, textOf(t, text))
}

func suggest(m *learn.Model, text learn.Text) (all ticket.Learnt) {
	for field, to := range map[string]*ticket.Guess{Category: &all.Category, Queue: &all.Queue, Priority: &all.Priority} {
		g := m.Guess(text, field)
		if sure := int(math.Floor(100 * g.Sure)); sure >= ticket.LeastSure {
			*to = ticket.Guess{Value: g.Value, Sure: sure, Words: g.Words}
		}
	}
	return all
}

// AtOnce is how many events are looked at on one snapshot.
const AtOnce = 200

// Step learns from the next events until a time, and returns how many it looked at: fewer
// than [AtOnce] where there were no more. Events are numbered when they are decided on and
// may be committed a little later: until should leave time for that.
func (l *Learner) Step(ctx context.Context, store Viewer, until time.Time) (n int, err error) {
	err = store.View(ctx, func(r ticket.Reader) (err error) {
		n, err = l.learnPage(r, until)
		return err
	})
	if err != nil {
		return n, fmt.Errorf("learn from the history: %w", err)
	}
	return n, nil
}

// learnPage learns from the next events, and returns how many it looked at.
func (l *Learner) learnPage(r ticket.Reader, until time.Time) (n int, err error) {
	l.mu.RLock()
	place := l.place
	l.mu.RUnlock()
	events, err := r.EventsAfter(place.Event, AtOnce, teaching...)
	if err != nil {
		return 0, err
	}
	for _, e := range events {
		if !e.At.Before(until) {
			break
		}
		lessons, text, err := lesson(r, e)
		if err != nil {
			return n, err
		}
		l.mu.Lock()
		if l.model == nil {
			l.model = learn.New()
		}
		for _, label := range lessons {
			l.model.Learn(text, label)
		}
		l.place = Place{e.ID, e.At}
		l.mu.Unlock()
		n++
	}
	return n, nil
}

// lesson returns what an event teaches, and of which text.
func lesson(r ticket.Reader, e ticket.Event) ([]learn.Label, learn.Text, error) {
	if !byAgent(e) || e.Kind == ticket.EventStatus && e.To != string(ticket.StatusResolved) {
		return nil, learn.Text{}, nil
	}
	t, err := r.Ticket(e.Ticket)
	if errors.Is(err, ticket.ErrNotFound) {
		return nil, learn.Text{}, nil
	}
	if err != nil {
		return nil, learn.Text{}, err
	}
	events, err := r.Events(e.Ticket, telling...)
	if err != nil {
		return nil, learn.Text{}, err
	}
	all := labels(t, events, e)
	if len(all) == 0 {
		return nil, learn.Text{}, nil
	}
	entries, err := r.Correspondence(e.Ticket)
	if err != nil {
		return nil, learn.Text{}, err
	}
	text := textOf(t, opening(entries))
	if isErased(t, text) {
		return nil, learn.Text{}, nil
	}
	return all, text, nil
}

// Encode returns what was learnt as bytes; nil: nothing was.
func (l *Learner) Encode() ([]byte, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.model == nil {
		return nil, nil
	}
	return l.model.Encode(fmt.Sprintf("%d %d", l.place.Event, l.place.At.UnixMicro()))
}

// Decode puts what Encode returned in force, if the history is still the one from which it
// was learnt. Else nothing is known, and all will be learnt anew; the error says why.
func (l *Learner) Decode(ctx context.Context, store Viewer, b []byte) error {
	model, mark, err := learn.Decode(b)
	var place Place
	if err == nil {
		var micros int64
		if _, err = fmt.Sscanf(mark, "%d %d", &place.Event, &micros); err == nil {
			place.At = time.UnixMicro(micros)
			err = place.check(ctx, store)
		}
	}
	if err != nil {
		model, place = nil, Place{}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.model, l.place = model, place
	return err
}

// check returns an error where the event of a place is not there any more, or another one.
func (p Place) check(ctx context.Context, store Viewer) error {
	return store.View(ctx, func(r ticket.Reader) error {
		events, err := r.EventsAfter(p.Event-1, 1)
		if err != nil {
			return err
		}
		if len(events) == 0 || events[0].ID != p.Event || !events[0].At.Equal(p.At) {
			return errors.New("the history is another one than that from which it was learnt")
		}
		return nil
	})
}

// Forget makes the learner know nothing, as where nothing is to be learnt any more.
func (l *Learner) Forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.model, l.place = nil, Place{}
}
