package outage

import (
	"slices"
	"strings"
	"time"
)

// Request is one new request, as far as it matters here.
type Request struct {
	Ticket   int64  // its number; tells requests apart
	From     string // who asks, compared in lower case
	At       time.Time
	Category string // empty when no rule set one
	Text     string // subject and what the author newly wrote, without quotes
}

// Options define an outage. All of them are required.
type Options struct {
	Requests int           // at least so many people
	Within   time.Duration // within this time
}

// Alarm is the finding that the request added last is one of many alike.
type Alarm struct {
	Tickets   []int64 // tickets that report the same, oldest first, including the one just added; one person may have several
	Lead      int64   // the ticket among them that is most like the others
	Signature Signature
}

// Bounds of what is remembered and compared.
const (
	maxRequests = 5000 // the latest requests that are remembered
	maxFeatures = 150  // words of one request
)

// Detector remembers the latest requests. It is not safe for concurrent use.
type Detector struct {
	options Options
	recent  []request      // within the time, oldest first
	usual   []request      // before, oldest first
	now     map[string]int // feature → people among the recent requests
	before  map[string]int // feature → usual requests
}

// request is a Request reduced to its features.
type request struct {
	ticket   int64
	from     string
	at       time.Time
	features []string
	counts   bool // it is the first recent one of this person
}

// New returns a detector that has seen no requests yet.
func New(o Options) *Detector {
	return &Detector{options: o, now: map[string]int{}, before: map[string]int{}}
}

// Add takes the next request; they come roughly in the order of their times.
// It returns an alarm and true when so many requests are alike that it can hardly
// be chance.
func (d *Detector) Add(r Request) (Alarm, bool) {
	d.passUntil(r.At.Add(-d.options.Within))
	added := request{ticket: r.Ticket, from: strings.ToLower(r.From), at: r.At, features: features(r)}
	added.counts = !slices.ContainsFunc(d.recent, func(o request) bool { return o.from == added.from })
	d.recent = append(d.recent, added)
	if !added.counts {
		return Alarm{}, false
	}
	for _, f := range added.features {
		d.now[f]++
	}
	return d.alarm(added)
}

// Remove forgets a recent request: its ticket was not created after all, or is
// known to report something else.
func (d *Detector) Remove(ticket int64) {
	i := slices.IndexFunc(d.recent, func(r request) bool { return r.ticket == ticket })
	if i < 0 {
		return
	}
	d.uncount(d.recent[i])
	d.recent = slices.Delete(d.recent, i, i+1)
}

// passUntil moves requests before limit from recent to usual, and forgets the
// oldest beyond maxRequests.
func (d *Detector) passUntil(limit time.Time) {
	for len(d.recent) > 0 && (d.recent[0].at.Before(limit) || len(d.recent) > maxRequests) {
		old := d.recent[0]
		d.recent = d.recent[1:]
		d.uncount(old)
		d.usual = append(d.usual, old)
		for _, f := range old.features {
			d.before[f]++
		}
	}
	for len(d.usual) > maxRequests {
		for _, f := range d.usual[0].features {
			decrease(d.before, f)
		}
		d.usual = d.usual[1:]
	}
}

// uncount subtracts a request from the numbers of people.
func (d *Detector) uncount(r request) {
	if !r.counts {
		return
	}
	for _, f := range r.features {
		decrease(d.now, f)
	}
}

func decrease(counts map[string]int, f string) {
	if counts[f]--; counts[f] <= 0 {
		delete(counts, f)
	}
}

// people returns the recent requests, one per person.
func (d *Detector) people() []request {
	return slices.DeleteFunc(slices.Clone(d.recent), func(r request) bool { return !r.counts })
}
