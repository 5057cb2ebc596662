// Package wording has what happened as people read it: an event as a line of English for the
// console and the page, or as a phrase that agents read in their own language.
package wording

import (
	"fmt"
	"strings"
	"time"

	"maildesk/ticket"
)

// Of returns what happened as a sentence for people, in English, without the
// kind, the time and the actor. It is empty where the kind says all. An event of an
// earlier version whose text could not be taken apart has that text.
func Of(e ticket.Event) string {
	switch e.Kind {
	case ticket.EventStatus, ticket.EventAssigned, ticket.EventQueue, ticket.EventCategory, ticket.EventPriority, ticket.EventKindOf, ticket.EventSubject, ticket.EventLevel, ticket.EventLanguage:
		return change(e)
	case ticket.EventTagged, ticket.EventUntagged:
		return e.From + e.To
	case ticket.EventWorked:
		return ticket.Minutes(e.Number).String()
	case ticket.EventPlanned, ticket.EventReminded, ticket.EventPlanEnded:
		return plan(e)
	case ticket.EventRequester, ticket.EventJoined, ticket.EventAccepted, ticket.EventLeft:
		return people(e)
	case ticket.EventCreated, ticket.EventFollows, ticket.EventLost, ticket.EventClaims, ticket.EventOnlooker, ticket.EventForeign, ticket.EventSuspect, ticket.EventToBounces, ticket.EventCopy,
		ticket.EventReports, ticket.EventLeads, ticket.EventSolved, ticket.EventSplit, ticket.EventReported, ticket.EventQuestion,
		ticket.EventMerged, ticket.EventMergedIn, ticket.EventUnmerged, ticket.EventLinked, ticket.EventSplitOff, ticket.EventComesOf:
		return origin(e)
	case ticket.EventAnswered, ticket.EventRefused, ticket.EventHeld, ticket.EventReleased, ticket.EventReplaced, ticket.EventPassedOn, ticket.EventTakenBack:
		return agentMail(e)
	case ticket.EventWarned, ticket.EventBreached, ticket.EventMet, ticket.EventWoken, ticket.EventNotEscalated:
		return clock(e)
	case ticket.EventSuppressed, ticket.EventComplaint, ticket.EventLoopSuspected, ticket.EventBudgetSpent, ticket.EventUnproven:
		return Phrase(e).String()
	case ticket.EventInformed, ticket.EventNotSent, ticket.EventHeldBack, ticket.EventLetGo, ticket.EventDelayed, ticket.EventReportedAgain, ticket.EventUndeliverable, ticket.EventRetried, ticket.EventCancelled:
		return outgoing(e)
	case ticket.EventAsked, ticket.EventVendorAnswered, ticket.EventVendorNumber, ticket.EventVendorLate, ticket.EventApprovalAsked, ticket.EventVoted, ticket.EventApproval, ticket.EventApprovalLate, ticket.EventRated:
		return outsider(e)
	case ticket.EventErased:
		if e.Topic == string(ticket.ErasedCut) {
			return fmt.Sprintf("what was about a person who was erased (erasure %d)", e.Number)
		}
		return fmt.Sprintf("what was written and who wrote it (erasure %d)", e.Number)
	case ticket.EventOther:
		return joined(": ", e.Topic, e.Reason)
	}
	if e.Kind.NamesArticle() {
		return joined(": ", e.To, e.Topic)
	}
	return e.Reason
}

// change returns what was and what is.
func change(e ticket.Event) string {
	if e.From == "" && e.To == "" {
		return e.Reason
	}
	changed := orDash(e.From) + " → " + orDash(e.To)
	if e.Kind == ticket.EventAssigned {
		return joined(", ", changed, e.Reason)
	}
	return changed
}

// plan returns what was planned, and what became of it.
func plan(e ticket.Event) string {
	switch {
	case e.Kind == ticket.EventReminded:
		return joined(", ", fmt.Sprintf("reminder %d", e.Number), joined(" ", "next look", e.Until.UTC().Format(minutes)))
	case e.Kind == ticket.EventPlanEnded:
		return joined(": ", fmt.Sprintf("of mail %d", e.OtherMail), e.Topic)
	}
	text := joined(" to ", e.Topic, e.From)
	if e.Topic == ticket.PlanChase {
		text = fmt.Sprintf("%s, %d times, every %s", text, e.Number, e.To)
	} else if e.To != "" {
		text += ", and then " + e.To
	}
	return text + ", " + e.Until.UTC().Format(minutes)
}

// people returns who asks or takes part, and how that came.
func people(e ticket.Event) string {
	text := e.To
	if e.Kind == ticket.EventRequester {
		text = orDash(e.From) + " → " + orDash(e.To)
	}
	text = joined(": ", text, peopleHow[e.Topic])
	if !e.Until.IsZero() {
		text += ", written " + e.Until.UTC().Format(minutes)
	}
	return joined(", ", text, e.Reason)
}

// peopleHow say how somebody came to ask or take part, or left, by topic.
var peopleHow = map[string]string{
	ticket.RequestForwarded: "an agent passed on what they wrote",
	ticket.RequestAddressed: "an agent wrote to them",
	ticket.RequestNamed:     "an agent named them", // JoinedNamed is the same word
	ticket.RequestOwn:       "taken back by whoever passed it on",
	ticket.JoinedCopied:     "in copy of the requester's mail",
	ticket.LeftRemoved:      "removed by an agent",
	ticket.LeftAsked:        "at their own wish",
	ticket.LeftUnsubscribe:  "by the unsubscribe link",
	ticket.LeftMuted:        "hears nothing of it",
	ticket.JoinedUnmuted:    "hears of it again",
}

// origin returns how the ticket stands to mails, queues and other tickets.
func origin(e ticket.Event) string {
	switch {
	case e.Kind == ticket.EventCreated && e.To != "":
		text := fmt.Sprintf("queue %s, level %d", e.To, e.Number)
		return joined(", by rule ", text, e.Reason)
	case e.Kind == ticket.EventOnlooker && e.To != "":
		return "queue " + e.To
	case e.Kind == ticket.EventForeign && e.Reason == "":
		return e.Actor + " wrote to the reply address of another person"
	case e.Kind == ticket.EventSuspect:
		return fmt.Sprintf(suspectWords[e.Topic], e.Actor)
	case e.Kind == ticket.EventToBounces && e.To != "":
		return fmt.Sprintf("it is about the %s to %s", e.Topic, e.To)
	case e.Kind == ticket.EventQuestion && e.Topic != "":
		return e.Topic + ": the mail names the ticket and shows no more"
	case e.Kind == ticket.EventCopy && e.OtherMail != 0:
		return fmt.Sprintf("an altered copy of mail %d, which came by another way", e.OtherMail)
	case e.Kind == ticket.EventLeads && e.Number != 0:
		return fmt.Sprintf("leads %d reports", e.Number)
	case e.Kind == ticket.EventReported && e.Number != 0:
		return Phrase(e).String()
	case e.Kind == ticket.EventSplitOff && e.OtherMail != 0:
		return fmt.Sprintf("mail %d and what followed it is #%d now", e.OtherMail, e.OtherTicket)
	case e.OtherTicket != 0:
		return fmt.Sprintf(otherTicketWords[e.Kind], e.OtherTicket)
	}
	return e.Reason
}

// suspectWords say what speaks against the sender of a mail, by topic.
var suspectWords = map[string]string{
	ticket.SuspectForged:   "a mail server or DMARC says that %s did not write the mail",
	ticket.SuspectUnproven: "earlier mails of %s were authenticated, and nothing proves this one",
	ticket.SuspectName:     "%s uses a sender name that is or resembles an agent's or the desk's, or shows another address",
	ticket.SuspectAddress:  "%s wrote to an address that was signed for somebody else",
}

// otherTicketWords have the number of the other ticket.
var otherTicketWords = map[ticket.EventKind]string{
	ticket.EventFollows: "#%d",
	ticket.EventLost:    "names #%d as it was in a time whose data were lost",
	ticket.EventClaims:  "names #%d, whose correspondence the sender is no part of",
	ticket.EventReports: "reports the same as #%d",
	ticket.EventSolved:  "solved with #%d",
	ticket.EventSplit:   "does not belong to #%d",

	ticket.EventMerged:   "worked on in #%d",
	ticket.EventMergedIn: "#%d is worked on here",
	ticket.EventUnmerged: "apart from #%d again",
	ticket.EventLinked:   "see #%d",
	ticket.EventSplitOff: "a part of it is #%d now",
	ticket.EventComesOf:  "was a part of #%d",
}

// heldWords say what an agent's mail waits for, by topic.
var heldWords = map[string]string{
	"command":   "a command may stand in it that is not on top",
	"behind":    "text stands behind a command that takes none",
	"unclear":   "its commands may be quoted words",
	"parts":     "readers have no part in their language",
	"absence":   "it reads like a note of absence, or like another email that a program sends",
	"colleague": "it begins as if it were for a colleague",
	"hidden":    "it hides text from its readers",
	"internal":  "what must stay inside stands in it",
}

// agentMail returns what became of an agent's mail.
func agentMail(e ticket.Event) string {
	switch {
	case e.Reason != "":
		return e.Reason
	case e.Kind == ticket.EventAnswered && e.OtherTicket != 0:
		return fmt.Sprintf("announced on #%d", e.OtherTicket)
	case e.Kind == ticket.EventRefused:
		return "a command was not understood; nothing was done"
	case e.Kind == ticket.EventPassedOn:
		return "somebody else's words, kept as a note"
	case e.Kind == ticket.EventHeld && e.Topic == "language":
		return fmt.Sprintf("an answer in another language: %s instead of %s", e.To, e.From)
	case e.Kind == ticket.EventHeld:
		return heldWords[e.Topic]
	case e.Kind == ticket.EventTakenBack && e.Topic == ticket.TakenChanges:
		return fmt.Sprintf("what mail %d changed; its text had left", e.OtherMail)
	case e.OtherMail != 0:
		return fmt.Sprintf("mail %d", e.OtherMail)
	}
	return ""
}

// clock returns what the clock saw.
func clock(e ticket.Event) string {
	switch {
	case e.Kind == ticket.EventWoken && !e.Until.IsZero():
		return e.Until.Format(time.RFC3339)
	case e.Kind == ticket.EventNotEscalated && e.Number != 0:
		return fmt.Sprintf("more than %d tickets are late at once", e.Number)
	case e.Topic == "":
		return e.Reason
	}
	text := e.Topic
	if !e.Until.IsZero() {
		text += ", due " + e.Until.UTC().Format(time.RFC3339)
	}
	if e.Reason == ticket.ReasonNewTarget {
		text += ", by a target that is new"
	}
	return text
}

// The forms of times that people read.
const (
	minutes = "2006-01-02 15:04 MST"
	seconds = "2006-01-02 15:04:05 MST"
)

// outgoing returns what became of an outgoing mail.
func outgoing(e ticket.Event) string {
	mail := joined(" to ", e.Topic, e.To)
	numbered := mail
	if e.Outgoing != 0 {
		numbered = fmt.Sprintf("%s (outgoing mail %d)", mail, e.Outgoing)
	}
	switch {
	case mail == "":
		return e.Reason
	case e.Kind == ticket.EventInformed, e.Kind == ticket.EventReportedAgain:
		return e.To
	case e.Kind == ticket.EventHeldBack:
		return fmt.Sprintf("%s, the guard is asked again at %s: %s", mail, e.Until.UTC().Format(seconds), e.Reason)
	case e.Kind == ticket.EventDelayed && e.From == ticket.FromReport:
		return mail + " is late, says the remote: " + e.Reason
	case e.Kind == ticket.EventDelayed:
		return numbered + " is late and goes on being tried: " + e.Reason
	case e.Kind == ticket.EventUndeliverable:
		return Phrase(e).String()
	case e.Kind == ticket.EventRetried, e.Kind == ticket.EventCancelled:
		return joined(": ", fmt.Sprintf("outgoing mail %d, %s", e.Outgoing, mail), e.Reason)
	}
	return joined(": ", mail, e.Reason) // let go, not sent
}

// joined returns the texts that are not empty with sep between them.
func joined(sep string, a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + sep + b
}

func orDash(s string) string {
	if strings.TrimSpace(s) == "" {
		return "–"
	}
	return s
}
