package notify

import (
	"time"

	"maildesk/ticket"
	"maildesk/ticket/history"
)

// Answer answers one question that an agent asked by mail.
type Answer struct {
	Name         string          // of the question in command.Questions
	About        string          // what it is about: a queue, an address, words
	Wrong        ticket.Phrase   // why there is no answer; zero: there is one
	Tickets      []Listed        // in their order
	Articles     []ListedArticle // that a search found beside them, or in their place ([AnswerArticles])
	People       []Colleague
	Rated        []Rated    // in the place of Tickets: how they are rated
	Gathered     []Gathered // likewise: notices that waited
	Duties       []Duty
	More         int  // tickets that are not listed
	Older        bool // there may be further ones, which were not looked for
	MoreArticles bool // match than are listed beside tickets
}

// Why a mail to the desk has no answer: the Reason of [TemplateAnswer].
const (
	AskedUnproven = "unproven" // nothing shows that the agent wrote it
	AskedWrong    = "wrong"    // a line of it was not understood
)

// AskedHandover is the Reason of a [TemplateAnswer] that was not asked for: a colleague
// hands over what they have.
const AskedHandover = "handover"

// AskedTakenBack is the Reason of one by which the colleague takes that back.
const AskedTakenBack = "taken-back"

// SaidAway and SaidBack are the Reasons of one that tells its reader that a colleague says
// that they are away, or back.
const (
	SaidAway = "said-away"
	SaidBack = "said-back"
)

// Names of answers that list what was handed over, to its reader and by them, and what was
// taken back of it, by its reader and from them.
const (
	HandedToYou = "handed-to-you"
	HandedOver  = "handed-over"
	YoursAgain  = "yours-again"
	TakenBackBy = "taken-back-by"
)

// maxListed bounds the tickets of a list.
const maxListed = 50

// ListOf returns an answer that lists tickets.
func ListOf(name, about string, tickets []ticket.Ticket) Answer {
	a := Answer{Name: name, About: about, More: max(0, len(tickets)-maxListed)}
	for _, t := range tickets[:min(len(tickets), maxListed)] {
		a.Tickets = append(a.Tickets, Listed{Ticket: t})
	}
	return a
}

// AnswerArticles is the name of the answer to a search for articles alone.
const AnswerArticles = "articles"

// ListedArticle is an article that a search found.
type ListedArticle struct {
	Slug, Title, Language string
	Internal              bool
	Line                  string // that matched; empty: the title did
}

// AnswerYours is the name of the answer to a requester who asks what of theirs is open.
const AnswerYours = "yours"

// LanguageUnknown says that the desk does not write in a language: the Reason of
// [TemplateLanguage].
const LanguageUnknown = "unknown"

// Duty is who is on call in a rota.
type Duty struct {
	Rota      string
	Now, Next string    // as people know them; empty: nobody
	Until     time.Time // the end of the one; zero: nobody is on call
	From      time.Time // the begin of the other; zero: nobody is next
}

// The names of lists that nobody asked for: of a digest, beside "mine" and "away", and of
// notices that waited.
const (
	DigestLate     = "late"
	DigestWaiting  = "waiting" // for somebody in the queue that it is about
	DigestRated    = "rated"
	AnswerGathered = "gathered"
)

// Rated is a ticket with how its requester rates the answer.
type Rated struct {
	Listed
	Rating history.Rating
}

// Gathered is a notice that waited to come with others.
type Gathered struct {
	Listed
	What        Template
	Actor, Text string // whose words it was about, and how they begin
	At          time.Time
}

// Listed is a ticket in a list.
type Listed struct {
	ticket.Ticket
	Show Action // asks to see it
	// What a search found of it: the line that matched, in which file, who wrote it and when.
	// By is empty where it is the subject, and File where the line is in the mail itself; there
	// is no line where it is the name of the file.
	Line, File, By string
	At             time.Time
}

// Colleague is an agent as other agents see them.
type Colleague struct {
	Name, Known string // in #assign, and among people
	Queues      []string
	Languages   []string
	Confirmed   []string // addresses that they have confirmed, beside those in the configuration
	Open        int      // tickets that they have and that are not resolved
	Away        bool
	Until       time.Time // the last day away; zero: none is known
}
