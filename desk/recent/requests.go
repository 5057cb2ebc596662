package recent

import (
	"errors"
	"slices"
	"sync"
	"time"

	"maildesk/desk/settings"
	"maildesk/outage"
	"maildesk/ticket"
)

// seenAtStart is how many earlier requests a new daemon reads.
const seenAtStart = 5000

// Reader reads the requests of late, and the mails that made them.
type Reader interface {
	LatestRequests(limit int) ([]ticket.Request, error)
	Mail(ticket.MailID) (ticket.Mail, error)
}

// Requests is the requests of late, in which an outage shows. It is safe for concurrent use.
type Requests struct {
	mu       sync.Mutex
	detector *outage.Detector
	options  outage.Options
}

// Add adds a new request, and returns the alarm if it is one of many alike. The first time,
// and when the settings of outages have changed, earlier requests are read.
func (r *Requests) Add(from Reader, set settings.Outages, request outage.Request) (outage.Alarm, bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.ready(from, set, ticket.ID(request.Ticket)); err != nil {
		return outage.Alarm{}, false, err
	}
	alarm, found := r.detector.Add(request)
	return alarm, found, nil
}

// Describe returns the signature of a request by hand.
func (r *Requests) Describe(from Reader, set settings.Outages, request outage.Request) (outage.Signature, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.ready(from, set, 0); err != nil {
		return outage.Signature{}, err
	}
	return r.detector.Describe(request), nil
}

// Remove forgets a request whose ticket did not come to be.
func (r *Requests) Remove(t ticket.ID) {
	if t == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.detector != nil {
		r.detector.Remove(int64(t))
	}
}

// ready makes the detector; the request that is about to be added is left out.
func (r *Requests) ready(from Reader, set settings.Outages, without ticket.ID) error {
	options := outage.Options{Requests: set.Requests, Within: set.Within}
	if set.Requests == 0 { // declared by hand only
		options = outage.Options{Requests: 1 << 30, Within: time.Hour}
	}
	if r.detector != nil && r.options == options {
		return nil
	}
	earlier, err := from.LatestRequests(seenAtStart)
	if err != nil {
		return err
	}
	r.detector, r.options = outage.New(options), options
	for i, e := range earlier {
		if e.Imported { // it came with the import, but did not happen then
			earlier[i].At = e.At.Add(-options.Within)
		}
	}
	// As they were added when they came, after what was there before.
	slices.SortStableFunc(earlier, func(a, b ticket.Request) int {
		if a.Imported && b.Imported {
			return a.At.Compare(b.At)
		}
		switch {
		case a.Imported:
			return -1
		case b.Imported:
			return 1
		}
		return 0 // by their numbers
	})
	for _, e := range earlier {
		asked, err := byPerson(from, e)
		if err != nil {
			return err
		}
		if asked && e.Ticket != without {
			r.detector.Add(Request(e))
		}
	}
	return nil
}

// byPerson reports whether a person asked, as the mail says that opened the ticket.
func byPerson(from Reader, q ticket.Request) (bool, error) {
	if q.Mail == 0 {
		return true, nil
	}
	m, err := from.Mail(q.Mail)
	if errors.Is(err, ticket.ErrNotFound) {
		return true, nil
	}
	return ticket.OpenedByPerson(m.Reason), err
}

// Request returns a request as the detector of outages takes it: what was erased is alike nowhere.
func Request(r ticket.Request) outage.Request {
	return outage.Request{Ticket: int64(r.Ticket), From: r.From, At: r.At, Category: r.Category, Text: ticket.Left(r.Subject + "\n" + r.Text)}
}
