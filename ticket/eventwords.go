package ticket

import (
	"fmt"
	"strings"
	"time"
)

// Words returns what happened as a sentence for people, in English, without the
// kind, the time and the actor. It is empty where the kind says all. An event of an
// earlier version whose text could not be taken apart has that text.
func (e Event) Words() string {
	switch e.Kind {
	case EventStatus, EventAssigned, EventQueue, EventCategory, EventPriority, EventKindOf, EventSubject, EventLevel, EventLanguage:
		return e.changeWords()
	case EventTagged, EventUntagged:
		return e.From + e.To
	case EventWorked:
		return Minutes(e.Number).String()
	case EventPlanned, EventReminded, EventPlanEnded:
		return e.planWords()
	case EventRequester, EventJoined, EventAccepted, EventLeft:
		return e.peopleWords()
	case EventCreated, EventFollows, EventLost, EventClaims, EventOnlooker, EventForeign, EventToBounces, EventCopy,
		EventReports, EventLeads, EventSolved, EventSplit, EventReported, EventQuestion,
		EventMerged, EventMergedIn, EventUnmerged, EventLinked, EventSplitOff, EventComesOf:
		return e.originWords()
	case EventAnswered, EventRefused, EventHeld, EventReleased, EventReplaced, EventPassedOn, EventTakenBack:
		return e.agentWords()
	case EventWarned, EventBreached, EventMet, EventWoken, EventNotEscalated:
		return e.clockWords()
	case EventSuppressed, EventComplaint, EventLoopSuspected, EventBudgetSpent, EventUnproven:
		return e.Phrase().String()
	case EventInformed, EventNotSent, EventHeldBack, EventLetGo, EventDelayed, EventReportedAgain, EventUndeliverable, EventRetried, EventCancelled:
		return e.outgoingWords()
	case EventAsked, EventVendorAnswered, EventVendorNumber, EventVendorLate, EventApprovalAsked, EventVoted, EventApproval, EventApprovalLate, EventRated:
		return e.outsiderWords()
	case EventArticle, EventArticleSent, EventArticleOffered, EventArticleSolved:
		return joined(": ", e.To, e.Topic)
	case EventErased:
		if e.Topic == string(ErasedCut) {
			return fmt.Sprintf("what was about a person who was erased (erasure %d)", e.Number)
		}
		return fmt.Sprintf("what was written and who wrote it (erasure %d)", e.Number)
	case EventOther:
		return joined(": ", e.Topic, e.Reason)
	}
	return e.Reason
}

// changeWords returns what was and what is.
func (e Event) changeWords() string {
	if e.From == "" && e.To == "" {
		return e.Reason
	}
	changed := orDash(e.From) + " → " + orDash(e.To)
	if e.Kind == EventAssigned {
		return joined(", ", changed, e.Reason)
	}
	return changed
}

// peopleWords returns who asks or takes part, and how that came.
func (e Event) peopleWords() string {
	text := e.To
	if e.Kind == EventRequester {
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
	RequestForwarded: "an agent passed on what they wrote",
	RequestAddressed: "an agent wrote to them",
	RequestNamed:     "an agent named them", // JoinedNamed is the same word
	RequestOwn:       "taken back by who passed it on",
	JoinedCopied:     "in copy of the requester's mail",
	LeftRemoved:      "removed by an agent",
	LeftAsked:        "at their own wish",
	LeftUnsubscribe:  "by the unsubscribe link",
	LeftMuted:        "hears nothing of it",
	JoinedUnmuted:    "hears of it again",
}

// originWords returns how the ticket stands to mails, queues and other tickets.
func (e Event) originWords() string {
	switch {
	case e.Kind == EventCreated && e.To != "":
		text := fmt.Sprintf("queue %s, level %d", e.To, e.Number)
		return joined(", by rule ", text, e.Reason)
	case e.Kind == EventOnlooker && e.To != "":
		return "queue " + e.To
	case e.Kind == EventForeign && e.Reason == "":
		return e.Actor + " wrote to the reply address of another person"
	case e.Kind == EventToBounces && e.To != "":
		return fmt.Sprintf("it is about the %s to %s", e.Topic, e.To)
	case e.Kind == EventQuestion && e.Topic != "":
		return e.Topic + ": the mail names the ticket and shows no more"
	case e.Kind == EventCopy && e.OtherMail != 0:
		return fmt.Sprintf("an altered copy of mail %d, which came by another way", e.OtherMail)
	case e.Kind == EventLeads && e.Number != 0:
		return fmt.Sprintf("leads %d reports", e.Number)
	case e.Kind == EventReported && e.Number != 0:
		return e.Phrase().String()
	case e.Kind == EventSplitOff && e.OtherMail != 0:
		return fmt.Sprintf("mail %d and what followed it is #%d now", e.OtherMail, e.OtherTicket)
	case e.OtherTicket != 0:
		return fmt.Sprintf(otherTicketWords[e.Kind], e.OtherTicket)
	}
	return e.Reason
}

// otherTicketWords have the number of the other ticket.
var otherTicketWords = map[EventKind]string{
	EventFollows: "#%d",
	EventLost:    "names #%d as it was in a time whose data were lost",
	EventClaims:  "names #%d, whose correspondence the sender is no part of",
	EventReports: "reports the same as #%d",
	EventSolved:  "solved with #%d",
	EventSplit:   "does not belong to #%d",

	EventMerged:   "worked on in #%d",
	EventMergedIn: "#%d is worked on here",
	EventUnmerged: "apart from #%d again",
	EventLinked:   "see #%d",
	EventSplitOff: "a part of it is #%d now",
	EventComesOf:  "was a part of #%d",
}

// heldWords say what an agent's mail waits for, by topic.
var heldWords = map[string]string{
	"command":  "a command may stand in it that is not on top",
	"behind":   "text stands behind a command that takes none",
	"unclear":  "its commands may be quoted words",
	"parts":    "readers have no part in their language",
	"internal": "what must stay inside stands in it",
}

// agentWords returns what became of an agent's mail.
func (e Event) agentWords() string {
	switch {
	case e.Reason != "":
		return e.Reason
	case e.Kind == EventAnswered && e.OtherTicket != 0:
		return fmt.Sprintf("announced on #%d", e.OtherTicket)
	case e.Kind == EventRefused:
		return "a command was not understood; nothing was done"
	case e.Kind == EventPassedOn:
		return "somebody else's words, kept as a note"
	case e.Kind == EventHeld && e.Topic == "language":
		return fmt.Sprintf("an answer in another language: %s instead of %s", e.To, e.From)
	case e.Kind == EventHeld:
		return heldWords[e.Topic]
	case e.Kind == EventTakenBack && e.Topic == TakenChanges:
		return fmt.Sprintf("what mail %d changed; its text had left", e.OtherMail)
	case e.OtherMail != 0:
		return fmt.Sprintf("mail %d", e.OtherMail)
	}
	return ""
}

// clockWords returns what the clock saw.
func (e Event) clockWords() string {
	switch {
	case e.Kind == EventWoken && !e.Until.IsZero():
		return e.Until.Format(time.RFC3339)
	case e.Kind == EventNotEscalated && e.Number != 0:
		return fmt.Sprintf("more than %d tickets are late at once", e.Number)
	case e.Topic == "":
		return e.Reason
	}
	text := e.Topic
	if !e.Until.IsZero() {
		text += ", due " + e.Until.UTC().Format(time.RFC3339)
	}
	if e.Reason == ReasonNewTarget {
		text += ", by a target that is new"
	}
	return text
}

// The forms of times that people read.
const (
	day     = "2006-01-02"
	minutes = "2006-01-02 15:04 MST"
	seconds = "2006-01-02 15:04:05 MST"
)

// outgoingWords returns what became of an outgoing mail.
func (e Event) outgoingWords() string {
	mail := joined(" to ", e.Topic, e.To)
	numbered := mail
	if e.Outgoing != 0 {
		numbered = fmt.Sprintf("%s (outgoing mail %d)", mail, e.Outgoing)
	}
	switch {
	case mail == "":
		return e.Reason
	case e.Kind == EventInformed, e.Kind == EventReportedAgain:
		return e.To
	case e.Kind == EventHeldBack:
		return fmt.Sprintf("%s, the guard is asked again at %s: %s", mail, e.Until.UTC().Format(seconds), e.Reason)
	case e.Kind == EventDelayed && e.From == FromReport:
		return mail + " is late, says the remote: " + e.Reason
	case e.Kind == EventDelayed:
		return numbered + " is late and goes on being tried: " + e.Reason
	case e.Kind == EventUndeliverable:
		return e.Phrase().String()
	case e.Kind == EventRetried, e.Kind == EventCancelled:
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
