package learning

import (
	"context"
	"errors"
	"fmt"

	"maildesk/learn"
	"maildesk/ticket"
)

// Past is a ticket of the history with what would have been said of it when it came, and
// what turned out to be right. Of a field that nobody settled yet nothing is right: it
// stands empty.
type Past struct {
	Ticket   ticket.ID
	Language string
	Said     ticket.Learnt
	Right    map[string]string // by field
}

// Compare learns the whole history once more from nothing and hands each ticket, once all
// is known of it, to fn, in no order. Each was guessed by what had been learnt until it
// came: a guess never knows the ticket itself. seen is called with the number of events
// that were looked at.
func Compare(ctx context.Context, store Viewer, seen func(int), fn func(Past)) error {
	model, all, place := learn.New(), map[ticket.ID]*Past{}, int64(0)
	kinds := append([]ticket.EventKind{ticket.EventCreated}, teaching...)
	for {
		n := 0
		err := store.View(ctx, func(r ticket.Reader) error {
			events, err := r.EventsAfter(place, AtOnce, kinds...)
			if err != nil {
				return err
			}
			for _, e := range events {
				if err := compareOne(r, model, e, all); err != nil {
					return err
				}
				place = e.ID
			}
			n = len(events)
			return nil
		})
		if err != nil {
			return fmt.Errorf("go through the history: %w", err)
		}
		if seen(n); n < AtOnce {
			break
		}
	}
	for _, p := range all {
		fn(*p)
	}
	return nil
}

// compareOne guesses the ticket that an event made, or learns what an event teaches.
func compareOne(r ticket.Reader, model *learn.Model, e ticket.Event, all map[ticket.ID]*Past) error {
	if e.Kind == ticket.EventCreated {
		t, text, err := request(r, e.Ticket)
		if errors.Is(err, ticket.ErrNotFound) {
			return nil
		}
		if err == nil && !isErased(t, text) {
			all[t.ID] = &Past{Ticket: t.ID, Language: t.Language, Said: suggest(model, text), Right: map[string]string{}}
		}
		return err
	}
	lessons, text, err := lesson(r, e)
	if err != nil {
		return err
	}
	for _, label := range lessons {
		model.Learn(text, label)
		if p := all[e.Ticket]; p != nil {
			p.Right[label.Field] = label.Value
		}
	}
	return nil
}

// request returns a ticket with what a model sees of it.
func request(r ticket.Reader, id ticket.ID) (ticket.Ticket, learn.Text, error) {
	t, err := r.Ticket(id)
	if err != nil {
		return t, learn.Text{}, err
	}
	entries, err := r.Correspondence(id)
	return t, textOf(t, opening(entries)), err
}
