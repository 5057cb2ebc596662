package trouble

import (
	"slices"
	"sync"
	"time"

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

// Audit says which of a kind of security events are in the audit. Whatever strangers can make as
// much of as they like is not, or not each: it would push out what else there is.
type Audit string

// They are written as docs/security.md has them.
const (
	AuditNone   Audit = "no"
	AuditEach   Audit = "yes"
	AuditHourly Audit = "once an hour and agent"
)

// Kind is a kind of security event: somebody tried what they may not do, or something speaks
// against who a mail says that it is of. No command is carried out for it, and nobody gets what
// they may not see; a mail in a requester's name is filed, and a new one acknowledged, as ever.
// What everyday work brings, such as an answer after an escalation, is none.
type Kind struct {
	What  string           // in English, as the log and the mail to the admin have it
	Event ticket.EventKind // that stands on the ticket; empty: it is about none
	Of    []string         // the reasons or topics of that event; nil: any
	Log   string           // the message of its line in the log
	Audit Audit
}

// logged is the message of the line in the log of all that is not a log-in.
const logged = "security event"

// Kinds is the table of all that counts as a security event; docs/security.md has it for people.
var Kinds = []Kind{
	{"mail in an agent's name that a mail server or DMARC calls forged", ticket.EventUndone, undone(notify.UndoneForged), logged, AuditEach},
	{"mail in an agent's name below the proof that its commands need", ticket.EventUndone, undone(notify.UndoneLevel), logged, AuditEach},
	{"mail in an agent's name without proof", ticket.EventUndone, undone(notify.UndoneUnproven, notify.UndoneMessageID), logged, AuditEach},
	{"mail in an agent's name that the agent says they did not write", ticket.EventUndone, undone(notify.UndoneDisowned), logged, AuditEach},
	{"mail to an agent's signed address from an address that is not theirs", ticket.EventUndone, undone(notify.UndoneOther), logged, AuditEach},
	{"mail to a signed address of somebody else", ticket.EventForeign, nil, logged, AuditEach},
	{"mail to an address that was signed for a vendor or approver who is somebody else", ticket.EventSuspect, []string{ticket.SuspectAddress}, logged, AuditEach},
	{"mail in somebody's name that a mail server or DMARC calls forged", ticket.EventSuspect, []string{ticket.SuspectForged}, logged, AuditEach},
	{"mail without proof in the name of a requester whose mails were authenticated before", ticket.EventSuspect, []string{ticket.SuspectUnproven}, logged, AuditEach},
	{"name of a sender that imitates an agent, the desk or an address of theirs", ticket.EventSuspect, []string{ticket.SuspectName}, logged, AuditNone},
	{"delivery report about a mail that its sender was not sent", ticket.EventUnproven, nil, logged, AuditEach},
	{QuestionUnproven, "", nil, logged, AuditHourly},
	{InvitationForeign, "", nil, logged, AuditHourly},
	{LoginForeign, "", nil, logged, AuditEach},
	{LoginFailed, "", nil, "login failed", AuditNone},
	{LoginThrottled, "", nil, "login failed", AuditNone},
	{PageFailed, "", nil, "log-in failed", AuditNone},
	{PageThrottled, "", nil, "log-in throttled", AuditNone},
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

// Auditor knows what belongs in the audit of security events that are on no ticket. A zero one is
// ready; it is safe for concurrent use.
type Auditor struct {
	mu   sync.Mutex
	last map[byAgent]time.Time // when there was one, of those that are once an hour
}

// byAgent is a kind of security event in the name of an agent.
type byAgent struct{ what, name string }

// Wants reports whether a security event belongs in the audit; of those that are there once an
// hour and agent, the first.
func (a *Auditor) Wants(one Sighting) bool {
	i := slices.IndexFunc(Kinds, func(k Kind) bool { return k.What == one.What })
	if i < 0 || Kinds[i].Audit != AuditHourly {
		return i >= 0 && Kinds[i].Audit == AuditEach
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	of := byAgent{one.What, one.Name}
	if last, known := a.last[of]; known && one.At.Sub(last) < SecurityWindow {
		return false
	}
	if a.last == nil {
		a.last = map[byAgent]time.Time{}
	}
	a.last[of] = one.At
	return true
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
