package desk

import (
	"maildesk/ticket"
	"time"

	"maildesk/compose"
)

// Template names what a mail of ours says. Closed set; each has a text per
// language, and the admin's own file may override it.
type Template string

// The templates.
const (
	// To requesters and participants.
	TemplateAcknowledgement Template = "acknowledgement" // number, what was understood, what happens next
	TemplateReply           Template = "reply"           // an agent's answer
	TemplateEscalated       Template = "escalated"       // your request went to specialists; no inner matters
	TemplateResolution      Template = "resolution"      // solved: the resolution notice
	TemplateClosing         Template = "closing"         // the ticket is closed
	TemplateConfirm         Template = "confirm"         // your mail named the ticket only: Reason ("close" or "reopen") was not done

	// To agents.
	TemplateNewTicket     Template = "new-ticket"
	TemplateMessage       Template = "message"       // the requester wrote again
	TemplateNote          Template = "note"          // an internal note by another agent
	TemplateAssigned      Template = "assigned"      // you were given this ticket
	TemplateEscalation    Template = "escalation"    // handed on to your level, with the reason
	TemplateReturned      Template = "returned"      // handed back to your level, with the reason
	TemplateSolved        Template = "solved"        // what you handed on was solved at a higher level
	TemplateReopened      Template = "reopened"      // the requester answered a resolved ticket
	TemplateWoken         Template = "woken"         // the pending time is over
	TemplateDueSoon       Template = "due-soon"      // a promised time will soon be over
	TemplateOverdue       Template = "overdue"       // a promised time is over
	TemplateHeld          Template = "held"          // your mail waits, and why
	TemplateUndeliverable Template = "undeliverable" // your answer or our notice did not arrive
	TemplateIncident      Template = "incident"      // many people report the same
	TemplateNotDone       Template = "not-done"      // a mail in your name was kept as a note; Reason says why
	TemplateRefusal       Template = "refusal"       // a command was not understood: nothing was done
	TemplateTranscript    Template = "transcript"    // what your commands did
	TemplateHelp          Template = "help"          // the commands
)

// Notice is everything that a template may say. Of a bare one the templates take
// whatever the requester wrote.
type Notice struct {
	Template  Template
	Bare      bool   // to somebody outside, and no agent wrote it for them: no word of a stranger stands in it
	Subject   string // of a bare one, where its reader is known to have written it; it may stand in the Subject field
	Variant   string // of the acknowledgement: the admin's text that a rule chose, empty: the ordinary one
	Language  string // wanted; the templates fall back to English
	Desk      string // the desk's name
	Support   string // the address people write to
	Ticket    ticket.Ticket
	Recipient ticket.Participant
	Actor     string // name of who acted: an agent, the requester
	Text      string // what the actor wrote, plain text
	Known     bool   // acknowledgement: others report the same, and it is worked on
	Unproven  bool   // note: nobody knows that Actor wrote it; message: a mail server says that they did not
	Done      bool   // message: the requester says that it works or may be closed; closing is offered
	Reason    string // of an escalation, a return, a failure
	Lines     []Line // transcript: each command and what became of it
	Held      Held   // of a mail that waits
	// For agents: the way here, the requester's other tickets, links to act.
	Correspondence []ticket.Entry
	Stages         []Stage // of an escalation or return: the way so far, the last one is here
	OtherTickets   []ticket.Ticket
	Thanks         []Thank // for what the reader had, since the last notice
	Actions        []Action
	Reports        []Report      // of an incident, the least alike first
	Attachments    []string      // names
	CloseAfter     time.Duration // grace time until a resolved ticket closes
	PendingUntil   time.Time
	LastReceipt    bool // of an acknowledgement or a mail not done: further ones are not told for now

	Now      time.Time           // when the notice is written, in the reader's time zone as far as it is known
	Abroad   bool                // that zone may not be the reader's: times need its name
	Late     []ticket.TargetKind // what of Ticket is late
	Soon     []ticket.TargetKind // what of it is due soon
	HandedTo string              // the queue to which it was handed on since it is late
	AlsoDue  []ticket.Ticket     // further tickets on which something is due
}

// Line is one command of an agent and what became of it.
type Line struct {
	Command string
	OK      bool
	Message string
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

// Words renders notices.
type Words interface {
	// Render gives subject (without the ticket tag), text and HTML in
	// n.Language or, where that has no such template, in English.
	Render(n Notice) (compose.Words, error)
}
