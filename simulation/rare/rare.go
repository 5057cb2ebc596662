// Package rare names the paths that a desk seldom takes, and counts how often plays took
// them.
//
// Begin with [Sightings].
package rare

import (
	"slices"

	"maildesk/desk/command"
	"maildesk/ticket"
)

// Path names a path that a desk seldom takes. A run of many seeds that never took one
// plays too little.
type Path string

// The rare paths.
const (
	Killed       Path = "the desk was killed and started again"
	Overtaken    Path = "a plan was overtaken, and decided again"
	Window       Path = "a kill fell between the acceptance of an outgoing mail and its outcome"
	SecondCopy   Path = "a mail reached its reader a second time"
	AnswerLost   Path = "the answer of the next hop was lost"
	HostDown     Path = "the next hop was not there"
	Deferred     Path = "an outgoing mail was refused for now"
	Refused      Path = "an outgoing mail was refused for good"
	Repeated     Path = "a mail came a second time"
	Quarantined  Path = "a mail went to quarantine"
	Reopened     Path = "an answer opened a resolved ticket again"
	FollowedUp   Path = "an answer to a closed ticket opened another one"
	AgentHeld    Path = "an agent's mail was held"
	Released     Path = "an agent's mail that was held was released"
	TakenBack    Path = "an agent took back what they had done"
	KeptIn       Path = "an answer was kept in before anybody outside had it"
	BudgetBit    Path = "a budget of automatic mail was spent"
	LetGo        Path = "a mail that was held back was let go"
	Incident     Path = "an incident formed"
	Suppressed   Path = "automatic mail was suppressed after a bounce"
	FailedAloud  Path = "a mail that could not be delivered was told to agents"
	CommandBad   Path = "a command was not understood"
	Escalated    Path = "a ticket was escalated"
	Woken        Path = "a pending ticket woke up"
	Closed       Path = "a ticket closed by itself"
	Spam         Path = "a rule called a mail spam"
	AskedVendor  Path = "a vendor was asked"
	ByVendor     Path = "a vendor answered"
	LateVendor   Path = "a vendor was late"
	Approved     Path = "a request was approved, or was not"
	Demanded     Path = "a category demanded an approval"
	Muted        Path = "an agent muted a ticket"
	SentLater    Path = "what an agent had planned went out"
	Reminded     Path = "somebody who did not answer was reminded"
	GivenUp      Path = "nobody answered after the last reminder"
	CameFirst    Path = "an answer came before what was planned for silence"
	Published    Path = "an article was published"
	ArticleSent  Path = "an article was sent by an agent"
	Offered      Path = "an acknowledgement offered an article"
	SolvedIt     Path = "an article that was offered solved it"
	Idle         Path = "an owner who was idle lost a ticket"
	Handed       Path = "an agent handed over all they had"
	Merged       Path = "a ticket was merged into another one"
	Unmerged     Path = "a merge was taken back"
	SplitOff     Path = "a mail became a ticket of its own"
	Linked       Path = "two tickets were linked"
	Joined       Path = "somebody came to read along"
	LeftCopy     Path = "somebody in copy left"
	Behalf       Path = "a request became somebody else's"
	PassedOn     Path = "a forward joined the request that it was about"
	ByAddress    Path = "an agent acted by the address of an action"
	Erased       Path = "somebody was erased"
	ByHand       Path = "an admin acted at the console"
	DeskToDesk   Path = "another desk got a mail of this one"
	NewUIDs      Path = "a mailbox gave its mails new UIDs"
	Recognised   Path = "a mail of a mailbox was recognised under its new UID"
	Relisted     Path = "a mail was fetched first under a new UID"
	Spared       Path = "what a requester wrote was not told to somebody who had muted the ticket"
	Invited      Path = "an agent was invited to a shift"
	Withdrawn    Path = "an invitation to a shift was withdrawn"
	GaveAway     Path = "an agent declined a shift"
	WordsOfShift Path = "words with the answer to an invitation reached an agent"
	Guessed      Path = "what was learnt said something of a request"
	Filed        Path = "a request was filed by what was learnt"
	Silent       Path = "a machine's mail was filed and not answered"
)

// All lists them.
var All = slices.Concat([]Path{
	Killed, Overtaken, Window, SecondCopy, AnswerLost, HostDown, Deferred, Refused, Repeated, Quarantined, Reopened, FollowedUp,
	AgentHeld, Released, TakenBack, KeptIn, BudgetBit, LetGo, Incident, Suppressed, FailedAloud, CommandBad, Escalated, Woken, Closed, Spam, AskedVendor, ByVendor, LateVendor, Approved, Demanded, Muted, Idle, Handed, Silent, SentLater, Reminded, GivenUp, CameFirst, Published, ArticleSent, Offered, SolvedIt,
	Merged, Unmerged, SplitOff, Linked, Joined, LeftCopy, Behalf, PassedOn, ByAddress, ByHand, Erased, DeskToDesk, NewUIDs, Recognised, Relisted,
	Spared, Invited, Withdrawn, GaveAway, WordsOfShift, Guessed, Filed,
}, allCarriedOut())

// Sightings counts the rare paths that were taken.
type Sightings map[Path]int

// Note counts that a path was taken.
func (s Sightings) Note(r Path) { s[r]++ }

// Add adds the sightings of another play.
func (s Sightings) Add(others Sightings) {
	for r, n := range others {
		s[r] += n
	}
}

// Missing returns the rare paths that were never taken.
func (s Sightings) Missing() []Path {
	return slices.DeleteFunc(slices.Clone(All), func(r Path) bool { return s[r] > 0 })
}

// byEvent are the rare paths that an event shows.
var byEvent = map[ticket.EventKind]Path{
	ticket.EventFollows: FollowedUp, ticket.EventHeld: AgentHeld, ticket.EventReleased: Released, ticket.EventBudgetSpent: BudgetBit, ticket.EventLetGo: LetGo,
	ticket.EventLeads: Incident, ticket.EventSuppressed: Suppressed, ticket.EventUndeliverable: FailedAloud, ticket.EventRefused: CommandBad,
	ticket.EventAsked: AskedVendor, ticket.EventVendorAnswered: ByVendor, ticket.EventVendorLate: LateVendor, ticket.EventApproval: Approved,
	ticket.EventMerged: Merged, ticket.EventUnmerged: Unmerged, ticket.EventSplitOff: SplitOff, ticket.EventLinked: Linked,
	ticket.EventJoined: Joined, ticket.EventLeft: LeftCopy, ticket.EventRequester: Behalf, ticket.EventPassedOn: PassedOn,
	ticket.EventEscalated: Escalated, ticket.EventWoken: Woken,
	ticket.EventTakenBack: TakenBack, ticket.EventReminded: Reminded,
	ticket.EventArticleSent: ArticleSent, ticket.EventArticleOffered: Offered, ticket.EventArticleSolved: SolvedIt,
}

// byEnd are those that the end of what was planned shows.
var byEnd = map[string]Path{ticket.EndedSent: SentLater, ticket.EndedUnanswered: GivenUp, ticket.EndedAnswered: CameFirst}

// CarriedOut is that a command was carried out.
func CarriedOut(name string) Path { return Path("#" + name + " was carried out") }

// allCarriedOut is that of each command there is.
func allCarriedOut() (all []Path) {
	for _, e := range command.Table {
		all = append(all, CarriedOut(e.Name))
	}
	return all
}

// NoteEvent counts the rare paths that an event of a ticket shows.
func (s Sightings) NoteEvent(e ticket.Event) {
	if rare, ok := byEvent[e.Kind]; ok {
		s.Note(rare)
	}
	if e.Kind == ticket.EventTakenBack && e.Topic == ticket.TakenAll {
		s.Note(KeptIn)
	}
	if e.Kind == ticket.EventLeft && e.Topic == ticket.LeftMuted {
		s.Note(Muted)
	}
	if e.Kind == ticket.EventApprovalAsked && e.Actor == ticket.ActorDesk {
		s.Note(Demanded)
	}
	if rare, ok := byEnd[e.Topic]; ok && e.Kind == ticket.EventPlanEnded {
		s.Note(rare)
	}
	if e.Kind == ticket.EventAssigned && e.Reason == ticket.ReasonIdle {
		s.Note(Idle)
	}
	if e.Kind == ticket.EventAssigned && e.Actor != ticket.ActorDesk && e.From == e.Actor && e.To != "" {
		s.Note(Handed)
	}
	if e.Kind != ticket.EventStatus {
		return
	}
	switch from, to := ticket.Status(e.From), ticket.Status(e.To); {
	case from == ticket.StatusResolved && to == ticket.StatusOpen:
		s.Note(Reopened)
	case to == ticket.StatusClosed && e.Actor == ticket.ActorDesk:
		s.Note(Closed)
	}
}
