package routing

import (
	"time"

	"maildesk/calendar"
)

// Facts is everything that a rule's condition can see. The expr tags are the
// names that admins write; they are a contract.
type Facts struct {
	Subject     string            `expr:"subject"`
	Body        string            `expr:"body"`  // the whole readable text
	Reply       string            `expr:"reply"` // what the author newly wrote
	From        string            `expr:"from"`  // strict identity, lower case; empty when there is none
	FromDomain  string            `expr:"from_domain"`
	FromName    string            `expr:"from_name"`
	To          []string          `expr:"to"`         // header To and Cc, lower case
	Recipients  []string          `expr:"recipients"` // envelope forward-paths, lower case
	ReversePath string            `expr:"reverse_path"`
	Client      string            `expr:"client"`  // IP address of the peer
	Source      string            `expr:"source"`  // smtp, imap, pipe, import
	Headers     map[string]string `expr:"headers"` // lower-case name → values joined by LF
	Attachments []Attachment      `expr:"attachments"`
	Size        int               `expr:"size"` // bytes
	Language    string            `expr:"language"`
	Class       string            `expr:"class"`
	Received    time.Time         `expr:"received"`
	TLS         bool              `expr:"tls"`
	Helo        string            `expr:"helo"`         // the peer's name for itself, lower case
	AuthUser    string            `expr:"auth_user"`    // SMTP AUTH identity; empty: none
	SPF         string            `expr:"spf"`          // RFC 8601 section 2.7 results: pass, fail, none, …; empty: not checked
	DKIM        string            `expr:"dkim"`         // likewise
	DMARC       string            `expr:"dmarc"`        // likewise
	DMARCPolicy string            `expr:"dmarc_policy"` // none, quarantine, reject; empty: the desk found none
	DKIMDomains []string          `expr:"dkim_domains"` // whose signatures the desk has verified
	OpenTickets int               `expr:"open_tickets"` // of this requester
	AllTickets  int               `expr:"all_tickets"`  // of this requester
}

// Attachment is what a rule sees of an attachment.
type Attachment struct {
	Name string `expr:"name"`
	Type string `expr:"type"`
	Size int    `expr:"size"`
}

// Decision is what the rules say of a new request.
type Decision struct {
	Category  string   `json:"category"`
	Kind      string   `json:"kind"`
	Priority  string   `json:"priority"`
	Queue     string   `json:"queue"`
	Level     int      `json:"level"`
	Assignee  string   `json:"assignee,omitempty"`
	Tags      []string `json:"tags,omitempty"`
	Template  string   `json:"template,omitempty"`
	Language  string   `json:"language,omitempty"`
	Target    string   `json:"target,omitempty"` // name of the [[target]], where a rule chose it
	Spam      bool     `json:"spam,omitempty"`
	NoAck     bool     `json:"no_ack,omitempty"`    // no acknowledgement
	Onlookers []string `json:"onlookers,omitempty"` // queues told as well
	Ticket    string   `json:"ticket,omitempty"`    // whether a machine's mail is a ticket: TicketYes, TicketNo; empty: as the desk finds
	Requester string   `json:"requester,omitempty"` // RequesterReplyTo; empty: whoever wrote the mail
	Thread    string   `json:"thread,omitempty"`    // mails with the same one are kept in one open ticket
	Resolves  bool     `json:"resolves,omitempty"`  // the mail ends the matter of its thread
	Rules     []string `json:"rules"`               // names of the rules that fired, in order
	Problems  []string `json:"problems,omitempty"`  // rules that failed while they ran and so did not fire
}

// Rule is one [[rule]] block. Empty fields set nothing.
type Rule struct {
	Name      string
	When      string // expr-lang expression over Facts; empty is always true
	Plurals   bool   `json:",omitempty"` // has_word finds the plurals of its words, too
	Category  string
	Kind      string
	Priority  string
	Queue     string
	Assignee  string
	Tags      []string
	Template  string
	Language  string
	Target    string
	Spam      bool
	NoAck     bool
	Onlookers []string
	Ticket    string `json:",omitempty"` // TicketYes or TicketNo, of mail that no person wrote
	Requester string `json:",omitempty"` // RequesterReplyTo
	Thread    string `json:",omitempty"` // expr-lang expression over Facts: a text
	Resolves  bool   `json:",omitempty"`
	Stop      bool
}

// What a rule says of mail that no person wrote.
const (
	TicketYes = "yes" // it becomes a ticket, even a note of absence
	TicketNo  = "no"  // it is filed and becomes none
)

// RequesterReplyTo is the requester of a rule by which the one who asks stands in
// Reply-To: a form sends the mail.
const RequesterReplyTo = "reply-to"

// Category is what a matter is about. Path names one queue per level; Start is
// the level (1, 2, 3) at which its tickets begin, 0 means the first. What is
// empty is inherited from Parent.
type Category struct {
	Name     string
	Parent   string
	Kind     string
	Priority string
	Path     []string
	Start    int
	Learn    string   `json:",omitempty"` // LearnOff, LearnSuggest or LearnRoute; empty: as the desk
	Approval Approval `json:",omitzero"`
}

// Approval says who must agree before a ticket of a category comes to its queue.
type Approval struct {
	By     []string      // addresses of those who are asked; none: nobody is
	All    bool          // all of them must agree, else one of them
	Within time.Duration // until the queue has it all the same; 0: never
}

// Queue is where tickets wait for agents.
type Queue struct {
	Name   string
	Level  int // 1, 2, 3
	Agents []string
	Assign string // how its tickets are given out, one of Assignments; empty: AssignAll
	// Private shows its tickets to its own agents alone, and to whoever has one.
	Private bool
	// OwnerIdle is how much working time of the desk a requester waits for whoever has the
	// ticket, until nobody has it any more, as "4h" or "1d"; empty: for ever.
	OwnerIdle string `json:",omitempty"`
}

// How the tickets of a queue are given out.
const (
	AssignAll        = "all"         // everybody is told, nobody has it
	AssignRoundRobin = "round-robin" // to one after the other
	AssignLeastOpen  = "least-open"  // to the one who has the fewest tickets that are not resolved
	AssignByLanguage = "by-language" // likewise, among those who read the requester's language
)

// Assignments is the closed set of them.
func Assignments() []string {
	return []string{AssignAll, AssignRoundRobin, AssignLeastOpen, AssignByLanguage}
}

// Address is one of the desk's own addresses. Queue is where mails to it wait
// that no rule and no category sends elsewhere; empty means the fallback.
type Address struct {
	Mail  string
	Queue string
}

// Desk is what routing needs to know of the desk.
type Desk struct {
	Learn        string   `json:",omitempty"` // LearnOff (or empty) or LearnSuggest: what is done with guesses
	Fallback     string   // queue of everything that no rule sends elsewhere
	FallbackPath []string `json:",omitempty"` // queues by rising level, for tickets without a category; empty: see [Rules.Path]
	Addresses    []Address
	Queues       []Queue
	Categories   []Category
	Lists        []List
	Calendars    []calendar.Calendar // the first is the desk's
	Rotas        []Rota              `json:",omitempty"`
	Targets      []Target            // for each ticket the first one that fits
	Rules        []Rule
}
