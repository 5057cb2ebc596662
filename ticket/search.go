package ticket

import (
	"reflect"
	"time"
)

// Term is what a text is to hold: a word, or several side by side in this order.
type Term struct {
	Words   string // plain text, never a language of its own
	Prefix  bool   // the last word may go on
	Subject bool   // in the subject of a ticket and nowhere else
}

// Query is what a search asks for. A ticket has a word where its subject or an entry of
// its correspondence holds it.
type Query struct {
	In      Scope // where; [ticket.Reader]'s Search finds tickets only
	All     []Term
	None    []Term // neither the subject nor an entry holds one of them
	Tickets Filter // of which the ticket is one; its order and limits do not count
	// From and Requester are addresses, or part of an address or a name: of who wrote the
	// texts that are searched, and of whose the ticket is.
	From, Requester string
	Files           bool      // a mail of the ticket has a file
	Now             time.Time // from when freshness is counted
	// Of tickets in Private queues, those are found that Shown reports: of the best 200, as
	// each is read for that.
	Private []string
	Shown   func(Ticket) (bool, error)
	// What who asks has seen already is not found again, and counts for no bound of the search.
	Seen        []ID
	SeenArticle func(slug string) bool // nil: none
	Limit       int                    // of the tickets in the order of their rank; 0: all
}

// Scope is where a search looks. Closed set.
type Scope string

// The scopes.
const (
	InAll      Scope = ""
	InTickets  Scope = "tickets"
	InArticles Scope = "articles"
)

// IsEmpty reports whether nothing is asked for: then nothing is found.
func (q Query) IsEmpty() bool {
	if q.In == InArticles { // all of them
		return false
	}
	return len(q.All)+len(q.None) == 0 && q.From+q.Requester == "" && !q.Files && reflect.ValueOf(q.Tickets).IsZero()
}

// Hit is a ticket that a search found.
type Hit struct {
	Ticket Ticket
	Entry  Entry   // that matched best; zero: the subject did, or no word was asked for
	Score  float64 // higher is better; of one search only
}

// Found is what a search found.
type Found struct {
	Hits  []Hit // best first
	Total int   // tickets found that were not seen, with those over the limit
	// Older says that the search ended at a bound: some texts older than those that were
	// looked at may match, too.
	Older bool
}
