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
	Category string // "" where no rule knows one
	Text     string // subject and what the author newly wrote
}

// Options say what an outage is. All of them are needed.
type Options struct {
	Requests int           // at least so many people
	Within   time.Duration // within this time
}

// Alarm says that the request that was added last is one of many alike.
type Alarm struct {
	Tickets   []int64 // that report the same, oldest first, with the one just added; one person may have several
	Lead      int64   // of them, the one that is most like the others
	Signature Signature
}

// The bounds of what is remembered and compared.
const (
	maxRequests = 5000 // the latest requests that are remembered
	maxFeatures = 150  // words of one request
)

// Watch remembers the latest requests. It is not safe for concurrent use.
type Watch struct {
	options Options
	recent  []request      // within the time, oldest first
	usual   []request      // before, oldest first
	now     map[string]int // feature → people among the recent requests
	before  map[string]int // feature → usual requests
}

// request is a Request by its features.
type request struct {
	ticket   int64
	from     string
	at       time.Time
	features []string
	counts   bool // the first recent one of this person
}

// New gives a watch that has seen nothing.
func New(o Options) *Watch {
	return &Watch{options: o, now: map[string]int{}, before: map[string]int{}}
}

// Add takes the next request; they come roughly in the order of their times.
// It gives an alarm when the request is one of so many alike that it can
// hardly be chance.
func (w *Watch) Add(r Request) (Alarm, bool) {
	w.passUntil(r.At.Add(-w.options.Within))
	added := request{ticket: r.Ticket, from: strings.ToLower(r.From), at: r.At, features: features(r)}
	added.counts = !slices.ContainsFunc(w.recent, func(o request) bool { return o.from == added.from })
	w.recent = append(w.recent, added)
	if !added.counts {
		return Alarm{}, false
	}
	for _, f := range added.features {
		w.now[f]++
	}
	return w.alarm(added)
}

// Remove forgets a request of the last minutes: its ticket did not come to be,
// or is known to report something else.
func (w *Watch) Remove(ticket int64) {
	i := slices.IndexFunc(w.recent, func(r request) bool { return r.ticket == ticket })
	if i < 0 {
		return
	}
	w.uncount(w.recent[i])
	w.recent = slices.Delete(w.recent, i, i+1)
}

// passUntil makes usual what is older than a time, and forgets what is too
// much to remember.
func (w *Watch) passUntil(limit time.Time) {
	for len(w.recent) > 0 && (w.recent[0].at.Before(limit) || len(w.recent) > maxRequests) {
		old := w.recent[0]
		w.recent = w.recent[1:]
		w.uncount(old)
		w.usual = append(w.usual, old)
		for _, f := range old.features {
			w.before[f]++
		}
	}
	for len(w.usual) > maxRequests {
		for _, f := range w.usual[0].features {
			decrease(w.before, f)
		}
		w.usual = w.usual[1:]
	}
}

// uncount takes a request out of the numbers of people.
func (w *Watch) uncount(r request) {
	if !r.counts {
		return
	}
	for _, f := range r.features {
		decrease(w.now, f)
	}
}

func decrease(counts map[string]int, f string) {
	if counts[f]--; counts[f] <= 0 {
		delete(counts, f)
	}
}

// people gives the recent requests, one of each person.
func (w *Watch) people() []request {
	return slices.DeleteFunc(slices.Clone(w.recent), func(r request) bool { return !r.counts })
}
