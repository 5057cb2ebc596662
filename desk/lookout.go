package desk

import (
	"slices"
	"sync"
	"time"

	"maildesk/outage"
	"maildesk/ticket"
)

// seenAtStart is how many earlier requests a new daemon learns from what is usual.
const seenAtStart = 5000

// lookout is the watch for outages, with what it needs to be shared.
type lookout struct {
	mu      sync.Mutex
	watch   *outage.Detector
	options outage.Options
}

// add lets the watch see a new request. The first time, and when the admin has
// said otherwise what an outage is, it learns from what is kept.
func (l *lookout) add(r ticket.IncidentReader, set Outages, request outage.Request) (outage.Alarm, bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.ready(r, set, ticket.ID(request.Ticket)); err != nil {
		return outage.Alarm{}, false, err
	}
	alarm, found := l.watch.Add(request)
	return alarm, found, nil
}

// describe returns the signature of a request by hand.
func (l *lookout) describe(r ticket.IncidentReader, set Outages, request outage.Request) (outage.Signature, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.ready(r, set, 0); err != nil {
		return outage.Signature{}, err
	}
	return l.watch.Describe(request), nil
}

// remove forgets a request whose ticket did not come to be.
func (l *lookout) remove(t ticket.ID) {
	if t == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.watch != nil {
		l.watch.Remove(int64(t))
	}
}

// ready makes the watch; the request that is about to be added is left out.
func (l *lookout) ready(r ticket.IncidentReader, set Outages, without ticket.ID) error {
	options := outage.Options{Requests: set.Requests, Within: set.Within}
	if set.Requests == 0 { // declared by hand only
		options = outage.Options{Requests: 1 << 30, Within: time.Hour}
	}
	if l.watch != nil && l.options == options {
		return nil
	}
	earlier, err := r.LatestRequests(seenAtStart)
	if err != nil {
		return err
	}
	l.watch, l.options = outage.New(options), options
	for i, e := range earlier {
		if e.Imported { // it came with the import, but did not happen then
			earlier[i].At = e.At.Add(-options.Within)
		}
	}
	slices.SortStableFunc(earlier, func(a, b ticket.Request) int { return a.At.Compare(b.At) })
	for _, e := range earlier {
		if e.Ticket != without {
			l.watch.Add(requestSeen(e))
		}
	}
	return nil
}
