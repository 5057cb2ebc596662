package trouble

import (
	"slices"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// What happens on no ticket.
const (
	LoginFailed       = "failed log-in (submission)"
	LoginThrottled    = "log-in that is throttled (submission)"
	LoginForeign      = "mail in another's name after a log-in (submission)"
	PageFailed        = "failed log-in (the page)"
	PageThrottled     = "log-in that is throttled (the page)"
	QuestionUnproven  = "question to the desk in an agent's name without proof"
	InvitationForeign = "answer to an invitation in an agent's name without proof"
)

// Kind is a kind of security event: somebody tried what they may not do. What everyday work
// brings, such as an answer after an escalation, is none.
type Kind struct {
	What  string           // in English, as the log and the mail to the admin have it
	Event ticket.EventKind // that stands on the ticket; empty: it is about none
	Of    []string         // the reasons or topics of that event; nil: any
	Log   string           // the message of its line in the log
	Audit bool             // it is in the audit, as whatever stands on a ticket is
}

// logged is the message of the line in the log of all that is not a log-in.
const logged = "security event"

// Kinds is the table of all that counts as a security event; docs/security.md has it for people.
var Kinds = []Kind{
	{"mail in an agent's name that a mail server or DMARC calls forged", ticket.EventUndone, undone(notify.UndoneForged), logged, true},
	{"mail in an agent's name below the proof that its commands need", ticket.EventUndone, undone(notify.UndoneLevel), logged, true},
	{"mail in an agent's name without proof", ticket.EventUndone, undone(notify.UndoneUnproven, notify.UndoneMessageID), logged, true},
	{"mail to an agent's signed address from an address that is not theirs", ticket.EventUndone, undone(notify.UndoneOther), logged, true},
	{"mail to a signed address of somebody else", ticket.EventForeign, nil, logged, true},
	{"mail to an address that was signed for a vendor or approver who is somebody else", ticket.EventSuspect, []string{ticket.SuspectAddress}, logged, true},
	{"mail in somebody's name that a mail server or DMARC calls forged", ticket.EventSuspect, []string{ticket.SuspectForged}, logged, true},
	{"mail without proof in the name of a requester who has proven others", ticket.EventSuspect, []string{ticket.SuspectUnproven}, logged, true},
	{"name of a sender that imitates an agent, the desk or an address", ticket.EventSuspect, []string{ticket.SuspectName}, logged, true},
	{"delivery report about a mail that its sender was not sent", ticket.EventUnproven, nil, logged, true},
	{QuestionUnproven, "", nil, logged, true},
	{InvitationForeign, "", nil, logged, true},
	{LoginForeign, "", nil, logged, true},
	{LoginFailed, "", nil, "login failed", false},
	{LoginThrottled, "", nil, "login failed", false},
	{PageFailed, "", nil, "log-in failed", false},
	{PageThrottled, "", nil, "log-in throttled", false},
}

func undone(all ...notify.Undone) (reasons []string) {
	for _, u := range all {
		reasons = append(reasons, string(u))
	}
	return reasons
}

// KindOf returns what an event of a ticket is, as a security event; empty: none.
func KindOf(e ticket.Event) string {
	of := e.Topic
	if e.Kind == ticket.EventUndone {
		of = e.Reason
	}
	for _, k := range Kinds {
		if k.Event != "" && k.Event == e.Kind && (k.Of == nil || slices.Contains(k.Of, of)) {
			return k.What
		}
	}
	return ""
}

// IsAudited reports whether what happened on no ticket is part of the audit.
func IsAudited(what string) bool {
	return slices.ContainsFunc(Kinds, func(k Kind) bool { return k.What == what && k.Audit })
}

// onTicket lists the kinds of events among which security events are.
func onTicket() (all []ticket.EventKind) {
	for _, k := range Kinds {
		if k.Event != "" && !slices.Contains(all, k.Event) {
			all = append(all, k.Event)
		}
	}
	return all
}
