package notify

import (
	"strings"
	"time"

	"maildesk/compose"
	"maildesk/ticket"
)

// Notice is everything that a template may say. Of a bare one the templates take
// whatever the requester wrote.
type Notice struct {
	Template   Template
	Bare       bool   // to somebody outside, and no agent wrote it for them: no word of a stranger stands in it
	Subject    string // of a bare one, where its reader is known to have written it; it may stand in the Subject field; question: under which the vendor is asked
	Variant    string // of the acknowledgement: the admin's text that a rule chose, empty: the ordinary one
	Language   string // wanted; the templates fall back to English
	Desk       string // the desk's name
	Support    string // the address people write to
	Ticket     ticket.Ticket
	Recipient  ticket.Participant
	Actor      string             // name of who acted: an agent, the requester
	Text       string             // what the actor wrote, plain text
	Formatted  string             // Text as an agent formatted it: clean HTML that says the same; empty: there is none
	Says       ticket.Phrase      // to agents: what the desk says by itself, above Text or as the reason of a failure
	Careful    ticket.Phrase      // to agents and approvers: what the name of whose request it is, or of who wrote, pretends
	Written    bool               // an agent wrote it, even where Text is empty: it brings a file
	Channel    string             // acknowledgement: how its reader came to the desk, if not by mail: phone, visit, fax
	Known      bool               // acknowledgement: others report the same, and it is worked on
	Unproven   bool               // note: nobody knows that Actor wrote it; message: DMARC says that they did not
	Done       bool               // message: the requester says that it works or may be closed; closing is offered
	Reason     string             // of an escalation, a return, a failure
	Lines      []Line             // transcript: each command and what became of it
	To         []string           // sending: to whom Text goes
	Waits      time.Duration      // sending: until it leaves
	Undoable   bool               // transcript, or list of what was handed over: what was done can be taken back
	Held       Held               // of a mail that waits
	Did        Did                // by Actor, a colleague
	At         time.Time          // when Actor did it; new-ticket: when the requester wrote what Actor passed on
	Behalf     string             // new-ticket, not-done: how Actor's mail made it the requester's ticket (ticket's Request constants); empty: it is theirs
	Said       string             // how the answer of Actor begins
	Vendor     ticket.Participant // to agents: to whom an answer goes in place of the requester; zero: to no vendor
	InPlace    string             // approval: in whose place its reader is asked; empty: nobody's
	Approval   int                // approval: its number on the ticket
	Asking     string             // approval: who asks for what Text says, where no agent does; empty: an agent
	Awaits     bool               // acknowledgement: it has to be approved first
	Vote       string             // vote: what its writer says, empty: the mail is no vote; decided: what the votes came to (ticket's Vote constants)
	Asked      string             // vote: the address of the one who was asked
	Outcome    string             // vote: what the votes came to with it; empty: more are needed
	Rating     string             // rated: what Actor says (ticket's Rating constants)
	Asks       bool               // of a list: its reader can ask the desk in reply
	Guide      bool               // acknowledgement: its reader is told how to go on by mail
	Rates      bool               // to the requester: they are asked how they rate the answer
	Again      bool               // question: the vendor was asked before
	Expected   time.Time          // vendor-late: by when the answer was expected
	Doubt      string             // vendor: what speaks against its writer (ticket's Doubt constants), empty: nothing
	Accept     bool               // note: its writer can be accepted as a participant
	Told       string             // note that nothing proves: the agent in whose name it came, who was asked about it; empty: nobody was
	Confirm    string             // not-done: the address at which its reader confirms that they wrote the mail, good for an hour; empty: there is none
	Into       ticket.ID          // of a merge: the other ticket
	NewSubject string             // message: under which its writer goes on, where it is another one
	SameAs     ticket.Ticket      // new ticket: an open one that may be about the same matter; ID 0: none
	Learnt     []ticket.Phrase    // new ticket: what the history of the desk says of it
	AsLearnt   string             // the commands that do as it says, empty: nothing is suggested
	Same       bool               // merged: the other one is the reader's, too
	// For agents: the way here, the requester's other tickets, links to act.
	Correspondence []ticket.Entry
	Stages         []Stage // of an escalation or return: the way so far, the last one is here
	OtherTickets   []ticket.Ticket
	Participants   []ticket.Participant // who reads along, besides the requester
	Thanks         []Thank              // for what the reader had, since the last notice
	Actions        []Action
	Reports        []Report        // of an incident, the least alike first
	Attachments    []string        // names
	Pictures       []Picture       // those of Attachments that stand in Text, in their order
	LeftOut        []File          // files of the mail that are too large to go with the notice
	Plans          []ticket.Phrase // what agents have planned to send
	Worked         ticket.Minutes  // that agents have booked
	Answers        []Answer        // to what the agent asked the desk
	CloseAfter     time.Duration   // grace time until a resolved ticket closes
	PendingUntil   time.Time
	AsRequest      bool // of a mail not done: it was taken as anybody's request, and does not wait
	LastReceipt    bool // of an acknowledgement, or a mail not done or held: further ones are not told for now

	Alike    []ticket.SimilarTicket // new ticket: solved ones that may be like it, best first
	Solved   []Solved               // of these, those that the reader may see
	Articles []Article              // acknowledgement: that may solve the matter

	Feeds    []compose.Attachment // calendars that go along with Answers
	Calendar compose.Calendar     // shift: the invitation, or that it is withdrawn

	Now      time.Time           // when the notice is written, in the reader's time zone as far as it is known
	Abroad   bool                // that zone may not be the reader's: times need its name
	Late     []ticket.TargetKind // what of Ticket is late
	Soon     []ticket.TargetKind // what of it is due soon
	HandedTo string              // the queue to which it was handed on since it is late
	AlsoDue  []ticket.Ticket     // further tickets on which something is due
}

// Internal reports whether an answer to a notice stays among agents.
func (n Notice) Internal() bool { return n.Template.Internal() || n.AsRequest }

// Line is one command of an agent and what became of it.
type Line struct {
	Command string
	OK      bool
	Message ticket.Phrase
}

// File is a file of a ticket that an agent can ask for by its number.
type File struct {
	Number int
	Name   string
	Size   ticket.Bytes
}

// Picture is a picture that goes along: where Text has its name in brackets, the HTML
// shows it.
type Picture struct {
	Name      string
	ContentID string // "left@right"
}

// Action is a link by which an agent acts: a mailto URL with a prefilled command.
type Action struct {
	Name string // take, resolve, escalate, note: the template shows it in its language
	URL  string // mailto:… (RFC 6068)
}

// Thank is what a requester wrote who only says thanks.
type Thank struct {
	Report
	Reopen []Action // the link that opens the ticket again, none: it is closed, or open
}

// Report is one ticket of an incident, with the words of its request.
type Report struct {
	ticket.Ticket
	Text string
}

// PeopleIn counts the requesters of reports.
func PeopleIn(reports []Report) int {
	people := map[string]bool{}
	for _, r := range reports {
		people[strings.ToLower(r.Requester)] = true
	}
	return len(people)
}

// Stage is the time that a ticket spent in one queue.
type Stage struct {
	Queue  string
	Level  int                 // 0: the queue is gone from the config
	Agents []string            // who wrote or acted there, in the order of their first act
	From   time.Time           // when it came
	Until  time.Time           // when it left; zero: it is still there
	Reason string              // why it was handed on, empty: none was given
	Late   []ticket.TargetKind // what was late when the clock handed it on
}

// What a requester's mail asks for that has to be confirmed: the Reason of
// [TemplateConfirm].
const (
	ConfirmClose  = "close"
	ConfirmReopen = "reopen"
)

// Words renders notices.
type Words interface {
	// Render returns subject (without the ticket tag), text and HTML in
	// n.Language or, where that has no such template, in English.
	Render(n Notice) (compose.Words, error)
	// Writes reports whether there are words in a language.
	Writes(language string) bool
}
