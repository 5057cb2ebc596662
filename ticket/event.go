package ticket

import (
	"time"
)

// Event is one thing that happened on a ticket: facts, of which [Event.Words]
// makes a sentence for whoever reads them. No code reads the sentence.
type Event struct {
	ID     int64
	Ticket ID
	At     time.Time
	Kind   EventKind
	Actor  string // agent's name, address, [ActorDesk], [ActorImport], or whoever was at the console
	Mail   MailID // the incoming mail that caused it, 0: none did

	// The rest is zero unless the comment of the kind names it.
	From        string    `json:",omitzero"` // what it was before
	To          string    `json:",omitzero"` // what it is now; the recipient of an outgoing mail
	Topic       string    `json:",omitzero"` // the template of an outgoing mail, a [TargetKind], a kind of question
	Reason      string    `json:",omitzero"` // the id of a reason, or what a person or another host said
	Number      int       `json:",omitzero"` // a level, a limit, a count
	Until       time.Time `json:",omitzero"`
	OtherTicket ID        `json:",omitzero"`
	OtherMail   MailID    `json:",omitzero"`
	Outgoing    OutboxID  `json:",omitzero"` // the outgoing mail that it is about, where it has a number already
}

// The actors of events that are no person.
const (
	ActorDesk   = "desk"
	ActorImport = "import"
)

// EventKind says what happened. Closed set: the schema allows no other, so that a
// new one needs a migration.
type EventKind string

// The kinds. The comments name the fields that a kind uses besides those that all
// have.
const (
	// How the ticket came to be.
	EventCreated     EventKind = "created"        // To: queue, Number: level, Reason: names of the rules
	EventFollows     EventKind = "follows"        // OtherTicket: the closed ticket that it follows up
	EventLost        EventKind = "lost past"      // OtherTicket: as the mail names it, of a time whose data were lost
	EventClaims      EventKind = "claims"         // OtherTicket: that the mail names, though its sender takes no part in it
	EventOnlooker    EventKind = "onlooker"       // To: the further queue that is told of the ticket
	EventRuleFailed  EventKind = "rule failed"    // Reason: which rule, and how
	EventQuarantined EventKind = "quarantined"    // the ticket stands for a mail that cannot be handled; Reason: why
	EventDropped     EventKind = "dropped"        // that mail was dropped by a person; Reason: why
	EventQuestion    EventKind = "not confirmed"  // the requester is asked to confirm; Topic: what ("close", "reopen")
	EventForeign     EventKind = "foreign sender" // Actor wrote to the signed address of another person
	EventSuspect     EventKind = "suspect sender" // Actor may not be who the mail says; Topic: what speaks against it (one of the Suspect constants)
	EventToBounces   EventKind = "mail to a reverse-path"
	EventCopy        EventKind = "copy"    // an altered copy came; OtherMail: the first one
	EventThanked     EventKind = "thanked" // the mail only says thanks

	// What changed.
	EventStatus       EventKind = "status"        // From, To; Until: when it was to wake up, where it waited
	EventAssigned     EventKind = "assigned"      // From, To: agents' names; Reason: [ReasonIdle] where its owner lost it
	EventQueue        EventKind = "queue"         // From, To
	EventCategory     EventKind = "category"      // From, To
	EventPriority     EventKind = "priority"      // From, To
	EventKindOf       EventKind = "kind"          // From, To: of the matter
	EventTagged       EventKind = "tagged"        // To: the tag
	EventUntagged     EventKind = "untagged"      // From: the tag
	EventSubject      EventKind = "subject"       // From, To
	EventWorked       EventKind = "worked"        // Number: minutes of work that Actor books
	EventLevel        EventKind = "level"         // From, To
	EventLanguage     EventKind = "language"      // From, To: of the requester, ISO 639-1
	EventRequester    EventKind = "requester"     // From, To: addresses; Topic: how (one of the Request constants); Reason: the Message-ID of what they wrote, Until: when they wrote it, where a mail of theirs was passed on
	EventJoined       EventKind = "joined"        // To: who takes part from now on; Topic: how (one of the Joined constants)
	EventAccepted     EventKind = "accepted"      // To: who wrote without taking part, and does now
	EventLeft         EventKind = "left"          // To: who takes part no more; Topic: how (one of the Left constants)
	EventEscalated    EventKind = "escalated"     // follows EventQueue; Reason: as the agent wrote it
	EventReturned     EventKind = "returned"      // likewise
	EventNotEscalated EventKind = "not escalated" // Reason; Number: so many tickets are late at once that this one waits
	EventWoken        EventKind = "woken"         // Until: when the ticket was to wake up

	// Agents' mails.
	EventAnswered  EventKind = "answered"   // an answer went to the readers; OtherTicket: the lead on which it was announced
	EventRefused   EventKind = "refused"    // a command was not understood, and nothing was done
	EventHeld      EventKind = "held"       // Mail waits for its writer; Topic: for what (notify.Held); From, To: the language wanted and written
	EventReleased  EventKind = "released"   // OtherMail: the mail that waited, or was in quarantine, and was handled after all; 0 in old events
	EventReplaced  EventKind = "replaced"   // OtherMail: the mail that waited, in whose place another text went out; 0 in old events
	EventPassedOn  EventKind = "passed on"  // the mail only passes on somebody else's words
	EventUndone    EventKind = "not done"   // the mail may not act and is a note; Reason: why
	EventTakenBack EventKind = "taken back" // OtherMail: the mail whose writer takes back what it did; Topic: how much of it (one of the Taken constants)

	// Sendings that an agent planned. From is the vendor to whom they go, empty: to the
	// readers.
	EventPlanned   EventKind = "planned"    // Topic: what (one of the Plan constants); Until: when the clock acts first; OtherMail: whose text it is; To: what the ticket becomes then, by when a vendor is to answer then (RFC 3339), or the time between reminders; Number: of them; Reason: the subject for a vendor
	EventReminded  EventKind = "reminded"   // Number: which reminder; Until: when the clock acts next; OtherMail: the mail that planned it
	EventPlanEnded EventKind = "plan ended" // Topic: how (one of the Ended constants); OtherMail: the mail that planned it

	// Incidents.
	EventReports  EventKind = "incident"        // OtherTicket: the ticket that leads the incident
	EventLeads    EventKind = "incident led"    // Number: of the reports
	EventSolved   EventKind = "incident solved" // OtherTicket: the lead with which it was solved
	EventSplit    EventKind = "split"           // OtherTicket: the lead to which it does not belong
	EventReported EventKind = "storm"           // delivery reports about mails that are not ours; Number: how many, Until: the hour's begin

	// Tickets about one matter, and matters in one ticket.
	EventMerged   EventKind = "merged"    // OtherTicket: in which it is worked on from now on
	EventMergedIn EventKind = "merged in" // OtherTicket: the one that is worked on here
	EventUnmerged EventKind = "unmerged"  // of both; OtherTicket: the other one
	EventLinked   EventKind = "linked"    // of both; OtherTicket: the other one
	EventSplitOff EventKind = "split off" // OtherMail, and what followed it, is a matter of its own: OtherTicket
	EventComesOf  EventKind = "comes of"  // OtherTicket: the ticket from which it was split off

	// Targets; Topic is the [TargetKind], Until when it was due, where the clock ran.
	EventWarned   EventKind = "warned"   // that something is due soon
	EventBreached EventKind = "breached" // that its time is over; Reason: [ReasonNewTarget] where it was not promised before
	EventMet      EventKind = "met"      // that it was done in time

	// Outgoing mails; To is the recipient, Topic the template, where they are known.
	EventInformed        EventKind = "informed"         // the requester knows that the matter is solved; Reason: why nobody is told
	EventNeverAnswered   EventKind = "never answered"   // the ticket gets no automatic mail; Reason
	EventNotAcknowledged EventKind = "not acknowledged" // Reason
	EventNotSent         EventKind = "not sent"         // Reason
	EventHeldBack        EventKind = "held back"        // Reason: the budget, Until: when the guard is asked again
	EventLetGo           EventKind = "let go"           // by the guard, after it was held back
	EventBudgetSpent     EventKind = "budget spent"     // Reason: the budget, Number: its limit, To: the domain, where it is one's
	EventDelayed         EventKind = "delayed"          // it goes on being tried; Reason; From: [FromReport] where a delivery report says so
	EventReportedAgain   EventKind = "reported again"   // another delivery report about a mail that came back
	EventUndeliverable   EventKind = "undeliverable"    // Reason
	EventUnproven        EventKind = "unproven report"  // From: what it says ("delayed", "failed", "complaint"), Reason: as it says
	EventSuppressed      EventKind = "suppressed"       // automatic mail to the address; Until, Reason
	EventComplaint       EventKind = "complaint"        // the recipient called the mail spam; Until: suppressed so long
	EventLoopSign        EventKind = "loop sign"        // Reason: what shows that a machine may answer ours
	EventLoopSuspected   EventKind = "loop suspected"   // Reason likewise, To: the address, Until: suppressed so long
	EventRetried         EventKind = "retried"          // by a person
	EventCancelled       EventKind = "cancelled"        // by a person; Reason

	// People outside who are asked beside the correspondence. From is the address of the
	// vendor or approver.
	EventAsked          EventKind = "asked"           // a vendor, by an agent; Topic: the subject, Until: when the answer is expected, zero: no time was set
	EventVendorAnswered EventKind = "vendor answered" // Actor: who wrote; Topic: what speaks against its writer (one of the Doubt constants), empty: nothing
	EventVendorNumber   EventKind = "vendor number"   // To: the mark by which the vendor knows the matter, as it stands in subjects
	EventVendorLate     EventKind = "vendor late"     // Until: when the answer was expected
	EventApprovalAsked  EventKind = "approval asked"  // To: the others who are asked at once; Topic: how many must agree (Approve constants), of a deputy [ApproveInPlace], To: of whom; Reason: what is asked, as it stood behind the command, an empty line, and what stood below; Until: when a vote is expected; Number: of the approval on the ticket
	EventVoted          EventKind = "voted"           // Actor: who wrote; To: the vote (Vote constants); Topic: how well it is known who wrote; Number: of the approval
	EventApproval       EventKind = "approval"        // it is decided; To: the vote; Number: of the approval
	EventApprovalLate   EventKind = "approval late"   // Until: when the vote was expected; Number: of the approval

	EventRated EventKind = "rated" // by the requester; To: one of the Rating constants, Reason: in their words

	// Articles of the knowledge base. To is the slug.
	EventArticle        EventKind = "article"         // made from the ticket; Topic: what became of it (one of the Article constants below)
	EventArticleSent    EventKind = "article sent"    // by an agent, in an answer
	EventArticleOffered EventKind = "article offered" // by the desk, in a mail to the requester
	EventArticleSolved  EventKind = "article solved"  // Actor, the requester, says that it solved the matter

	EventErased EventKind = "erased" // Topic: how much (one of the ErasedHow constants), Number: of the erasure

	// EventOther is an event of an earlier version that no other kind stands for:
	// Topic is its kind of then, Reason its text.
	EventOther EventKind = "other"
)

// EventKinds lists every kind.
var EventKinds = []EventKind{
	EventCreated, EventFollows, EventLost, EventClaims, EventOnlooker, EventRuleFailed, EventQuarantined, EventDropped,
	EventQuestion, EventForeign, EventToBounces, EventCopy, EventThanked,
	EventStatus, EventAssigned, EventQueue, EventCategory, EventPriority, EventLevel, EventLanguage,
	EventRequester, EventJoined, EventAccepted, EventLeft, EventEscalated,
	EventReturned, EventNotEscalated, EventWoken,
	EventAnswered, EventRefused, EventHeld, EventReleased, EventReplaced, EventPassedOn, EventUndone,
	EventReports, EventLeads, EventSolved, EventSplit, EventReported,
	EventMerged, EventMergedIn, EventUnmerged, EventLinked, EventSplitOff, EventComesOf,
	EventWarned, EventBreached, EventMet,
	EventInformed, EventNeverAnswered, EventNotAcknowledged, EventNotSent, EventHeldBack, EventLetGo, EventBudgetSpent,
	EventDelayed, EventReportedAgain, EventUndeliverable, EventUnproven, EventSuppressed, EventComplaint,
	EventLoopSign, EventLoopSuspected, EventRetried, EventCancelled,
	EventAsked, EventVendorAnswered, EventVendorNumber, EventVendorLate, EventApprovalAsked, EventVoted, EventApproval, EventApprovalLate, EventRated,
	EventTakenBack,
	EventKindOf, EventTagged, EventUntagged, EventSubject, EventWorked, EventPlanned, EventReminded, EventPlanEnded,
	EventErased, EventArticle, EventArticleSent, EventArticleOffered, EventArticleSolved, EventSuspect,
	EventOther,
}

// NamesArticle reports whether events of a kind name an article, by its slug in To.
func (k EventKind) NamesArticle() bool {
	return k == EventArticle || k == EventArticleSent || k == EventArticleOffered || k == EventArticleSolved
}

// What became of an article.
const (
	ArticleDrafted  = "drafted"
	ArticleChanged  = "changed"
	ArticleReleased = "published"
	ArticleDropped  = "withdrawn"
)

// How a ticket came to be the request of somebody else than whoever wrote the mail.
const (
	RequestForwarded = "forwarded" // an agent passed on what they wrote
	RequestAddressed = "addressed" // an agent wrote to them, with the desk among the recipients
	RequestNamed     = "named"     // an agent named them (#for)
	RequestOwn       = "own"       // the agent who opened it says that it is not theirs (#mine)
)

// How much of a mail was taken back.
const (
	TakenAll     = "all"     // nobody outside has read it
	TakenChanges = "changes" // its text or notices had left: what it changed on the ticket
)

// How somebody came to take part in a ticket, and how they left.
const (
	JoinedCopied    = "copied"       // the requester put them into To or Cc
	JoinedNamed     = "named"        // an agent named them (#cc)
	LeftRemoved     = "removed"      // an agent named them (#uncc)
	LeftAsked       = "asked"        // they asked by a word
	LeftUnsubscribe = "unsubscribed" // they wrote to the address in List-Unsubscribe
	LeftMuted       = "muted"        // an agent wants to hear nothing of it (#mute)
	JoinedUnmuted   = "unmuted"      // and does again (#unmute)
)

// What speaks against the writer of a vendor's answer.
const (
	DoubtAddress = "another address" // of the vendor's domain
	DoubtProof   = "unproven"        // DMARC says that it is not the vendor's, or it only names the ticket
	DoubtMachine = "automatic"       // a machine of theirs wrote it
)

// What speaks against the sender of a mail.
const (
	SuspectForged   = "forged"   // a mail server or DMARC says that it is not of the address in From
	SuspectUnproven = "unproven" // earlier mails from there were authenticated, and nothing proves this one
	SuspectName     = "name"     // the name is that of an agent or the desk, looks like it, or is an address of the house
	SuspectAddress  = "address"  // it came to an address that was signed for a vendor or an approver who is somebody else
)

// How many of those who are asked must agree.
const (
	ApproveAny = "any"
	ApproveAll = "all"

	ApproveInPlace = "in place" // a deputy is asked, whose vote counts as that of the other
)

// The votes of an approver, and what an approval comes to.
const (
	VoteApprove = "approved"
	VoteReject  = "rejected"
)

// The ratings of a requester.
const (
	RatingGood = "good"
	RatingBad  = "bad"
)

// Reasons and sources of events that code asks for.
const (
	ReasonIdle      = "the requester waited too long" // of EventAssigned: nobody has it any more
	ReasonImport    = "import"                        // of EventNotAcknowledged: the ticket is history, and nothing was promised
	ReasonNewTarget = "new-target"                    // of EventBreached
	FromReport      = "delivery report"               // where a delivery report speaks, and not the next hop
	FromComplaint   = "complaint"                     // of EventUnproven: a feedback report (RFC 5965)
)
