package notify

import (
	"maps"
	"slices"
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
	TemplateReminder        Template = "reminder"        // of a question that is not answered: Text
	TemplateUnanswered      Template = "unanswered"      // the ticket is resolved, as it was not
	TemplateMerged          Template = "merged"          // it is worked on with another request: Into; Same: of the same person
	TemplateJoined          Template = "joined"          // another request is worked on with theirs
	TemplateLeft            Template = "left"            // you are no longer in copy, as you asked
	TemplateConfirm         Template = "confirm"         // your mail named the ticket only: Reason ("close" or "reopen") was not done
	TemplateOpen            Template = "open-requests"   // which of their requests are open: Answers
	TemplateLanguage        Template = "language"        // we write in this language from now on; Reason: not in that one
	TemplateDecided         Template = "decided"         // those who were asked have approved or rejected it
	TemplateRejected        Template = "rejected"        // they have rejected it, and the ticket is resolved with that; Text: their words

	// To people who are asked beside the correspondence.
	TemplateQuestion       Template = "question"        // an agent asks a vendor
	TemplateVendorReminder Template = "vendor-reminder" // of a question that the vendor does not answer: Text
	TemplateApproval       Template = "approval"        // an agent asks whether something may be done

	// To agents.
	TemplateNewTicket     Template = "new-ticket"
	TemplateMessage       Template = "message"       // the requester wrote again
	TemplateNote          Template = "note"          // an internal note by another agent
	TemplateAssigned      Template = "assigned"      // you were given this ticket
	TemplateEscalation    Template = "escalation"    // handed on to your level, with the reason
	TemplateReturned      Template = "returned"      // handed back to your level, with the reason
	TemplateColleague     Template = "colleague"     // another agent acted on your ticket; Did says what
	TemplateSolved        Template = "solved"        // what you handed on was solved at a higher level
	TemplateReopened      Template = "reopened"      // the requester answered a resolved ticket
	TemplateWoken         Template = "woken"         // the pending time is over
	TemplateIdle          Template = "idle"          // Actor had the ticket and let the requester wait: nobody has it now
	TemplateDueSoon       Template = "due-soon"      // a promised time will soon be over
	TemplateOverdue       Template = "overdue"       // a promised time is over
	TemplateHeld          Template = "held"          // your mail waits, and why
	TemplateUndeliverable Template = "undeliverable" // your answer or our notice did not arrive
	TemplateIncident      Template = "incident"      // many people report the same
	TemplateNotDone       Template = "not-done"      // a mail in your name was kept as a note; Reason says why
	TemplateRefusal       Template = "refusal"       // a command was not understood: nothing was done
	TemplateTranscript    Template = "transcript"    // what your commands did
	TemplateSending       Template = "sending"       // what you wrote leaves soon, and can be kept in until then
	TemplateUndo          Template = "undo"          // what became of your #undo
	TemplateFile          Template = "file"          // the files of a ticket that the agent asked for
	TemplateHelp          Template = "help"          // the commands
	TemplateShow          Template = "show"          // a ticket that the agent asked to see
	TemplateAnswer        Template = "answer"        // what the agent asked the desk
	TemplateVendor        Template = "vendor"        // a vendor wrote; Doubt says what speaks against its writer
	TemplateVendorLate    Template = "vendor-late"   // a vendor has not answered in time
	TemplateVote          Template = "vote"          // somebody who was asked to approve wrote
	TemplateApprovalLate  Template = "approval-late" // they have not voted in time
	TemplateDigest        Template = "digest"        // what waits, once a day
	TemplateGathered      Template = "gathered"      // notices that waited: Answers; Reason: settings.WaitQuiet or WaitMany
	TemplateArticle       Template = "article"       // the draft of an article, for review: Text; Lines: what was taken out
	TemplateShift         Template = "shift"         // of a rota, by the name in Reason: the agent is on call, or is no more; Says
	TemplateRated         Template = "rated"         // the requester rates the answer: Rating
)

// Audience is for whom a mail is written; it has a layout of that name.
type Audience string

// The audiences.
const (
	AudienceRequester Audience = "requester" // and participants
	AudienceAgent     Audience = "agent"
	AudienceVendor    Audience = "vendor" // or whoever is asked to approve: sees nothing but what an agent wrote for them
)

// story is how much of the correspondence a mail tells.
type story int

const (
	storyNone   story = iota
	storyLatest       // the latest entries
	storyWhole        // all, and the way through the queues: the ticket was handed on
)

// row is what holds for every mail of one template.
type row struct {
	audience Audience
	answers  bool  // it answers one mail: it is marked as automatic, has a null reverse-path and shows nothing else
	internal bool  // an answer to it stays among agents
	bare     bool  // no word that anybody wrote stands in it, whatever the notice says
	waited   bool  // a resolved ticket is closed only once this mail was accepted
	files    bool  // it carries the files of the mail that caused it
	story    story // agents only
}

// table has a row for each template. A new one needs words in each language of
// package templates, too.
var table = map[Template]row{
	TemplateAcknowledgement: {audience: AudienceRequester, answers: true, bare: true},
	TemplateReply:           {audience: AudienceRequester, files: true},
	TemplateEscalated:       {audience: AudienceRequester, bare: true},
	TemplateResolution:      {audience: AudienceRequester, waited: true, files: true},
	TemplateClosing:         {audience: AudienceRequester, waited: true, files: true},
	TemplateReminder:        {audience: AudienceRequester},
	TemplateUnanswered:      {audience: AudienceRequester, waited: true},
	TemplateMerged:          {audience: AudienceRequester, waited: true, files: true},
	TemplateJoined:          {audience: AudienceRequester, bare: true},
	TemplateLeft:            {audience: AudienceRequester, answers: true, bare: true},
	TemplateDecided:         {audience: AudienceRequester, bare: true},
	TemplateRejected:        {audience: AudienceRequester, waited: true},
	TemplateConfirm:         {audience: AudienceRequester, answers: true, bare: true},
	TemplateOpen:            {audience: AudienceRequester, answers: true},
	TemplateLanguage:        {audience: AudienceRequester, answers: true, bare: true},

	TemplateQuestion:       {audience: AudienceVendor, files: true},
	TemplateVendorReminder: {audience: AudienceVendor},
	TemplateApproval:       {audience: AudienceVendor, files: true},

	TemplateNewTicket:     {audience: AudienceAgent, files: true},
	TemplateMessage:       {audience: AudienceAgent, files: true, story: storyLatest},
	TemplateNote:          {audience: AudienceAgent, internal: true, files: true, story: storyLatest},
	TemplateAssigned:      {audience: AudienceAgent, files: true, story: storyLatest},
	TemplateEscalation:    {audience: AudienceAgent, files: true, story: storyWhole},
	TemplateReturned:      {audience: AudienceAgent, files: true, story: storyWhole},
	TemplateColleague:     {audience: AudienceAgent, internal: true},
	TemplateSolved:        {audience: AudienceAgent, internal: true},
	TemplateReopened:      {audience: AudienceAgent, files: true, story: storyLatest},
	TemplateWoken:         {audience: AudienceAgent, story: storyLatest},
	TemplateIdle:          {audience: AudienceAgent, story: storyLatest},
	TemplateDueSoon:       {audience: AudienceAgent, story: storyLatest},
	TemplateOverdue:       {audience: AudienceAgent, story: storyLatest},
	TemplateHeld:          {audience: AudienceAgent, answers: true},
	TemplateUndeliverable: {audience: AudienceAgent, story: storyLatest},
	TemplateIncident:      {audience: AudienceAgent},
	TemplateNotDone:       {audience: AudienceAgent, answers: true},
	TemplateRefusal:       {audience: AudienceAgent, answers: true},
	TemplateTranscript:    {audience: AudienceAgent, answers: true},
	TemplateSending:       {audience: AudienceAgent, answers: true},
	TemplateUndo:          {audience: AudienceAgent, answers: true, files: true},
	TemplateFile:          {audience: AudienceAgent, answers: true, files: true},
	TemplateHelp:          {audience: AudienceAgent, answers: true},
	TemplateShow:          {audience: AudienceAgent, story: storyWhole},
	TemplateAnswer:        {audience: AudienceAgent, answers: true},
	TemplateArticle:       {audience: AudienceAgent, answers: true, internal: true},
	TemplateVendor:        {audience: AudienceAgent, internal: true, files: true, story: storyLatest},
	TemplateVendorLate:    {audience: AudienceAgent, internal: true, story: storyLatest},
	TemplateVote:          {audience: AudienceAgent, internal: true, files: true, story: storyLatest},
	TemplateApprovalLate:  {audience: AudienceAgent, internal: true, story: storyLatest},
	TemplateDigest:        {audience: AudienceAgent},
	TemplateGathered:      {audience: AudienceAgent},
	TemplateShift:         {audience: AudienceAgent},
	TemplateRated:         {audience: AudienceAgent, files: true, story: storyLatest},
}

// Templates returns all templates, sorted by name.
func Templates() []Template { return slices.Sorted(maps.Keys(table)) }

// Known reports whether there is such a template.
func (t Template) Known() bool {
	_, known := table[t]
	return known
}

// Audience returns for whom the mails of a template are written.
func (t Template) Audience() Audience { return table[t].audience }

// AnswersMail reports whether a mail of the template answers one mail, and shows
// nothing else.
func (t Template) AnswersMail() bool { return table[t].answers }

// Internal reports whether an answer to a mail of the template stays among agents.
func (t Template) Internal() bool { return table[t].internal }

// Bare reports whether no word that anybody wrote may stand in a mail of the
// template.
func (t Template) Bare() bool { return table[t].bare }

// Waited reports whether a resolved ticket is closed only once a mail of the
// template was accepted by the next hop.
func (t Template) Waited() bool { return table[t].waited }

// CarriesFiles reports whether the files of the mail that caused it go with a
// mail of the template.
func (t Template) CarriesFiles() bool { return table[t].files }

// TellsStory reports whether a mail of the template tells the correspondence so far.
func (t Template) TellsStory() bool { return table[t].story != storyNone }

// TellsWay reports whether a mail of the template tells the way through the
// queues, and of the correspondence everything.
func (t Template) TellsWay() bool { return table[t].story == storyWhole }
