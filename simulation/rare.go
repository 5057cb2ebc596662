package simulation

import (
	"maps"
	"slices"

	"maildesk/ticket"
)

// Rare names a path that a desk seldom takes. A run of many seeds that never took one
// plays too little.
type Rare string

// The rare paths.
const (
	Killed      Rare = "the desk was killed and started again"
	Overtaken   Rare = "a plan was overtaken, and decided again"
	Window      Rare = "a kill fell between the acceptance of an outgoing mail and its outcome"
	SecondCopy  Rare = "a mail reached its reader a second time"
	AnswerLost  Rare = "the answer of the next hop was lost"
	HostDown    Rare = "the next hop was not there"
	Deferred    Rare = "an outgoing mail was refused for now"
	Refused     Rare = "an outgoing mail was refused for good"
	Repeated    Rare = "a mail came a second time"
	Quarantined Rare = "a mail went to quarantine"
	Reopened    Rare = "an answer opened a resolved ticket again"
	FollowedUp  Rare = "an answer to a closed ticket opened another one"
	AgentHeld   Rare = "an agent's mail was held"
	Released    Rare = "an agent's mail that was held was released"
	TakenBack   Rare = "an agent took back what they had done"
	KeptIn      Rare = "an answer was kept in before anybody outside had it"
	BudgetBit   Rare = "a budget of automatic mail was spent"
	LetGo       Rare = "a mail that was held back was let go"
	Incident    Rare = "an incident formed"
	Suppressed  Rare = "automatic mail was suppressed after a bounce"
	FailedAloud Rare = "a mail that could not be delivered was told to agents"
	CommandBad  Rare = "a command was not understood"
	Escalated   Rare = "a ticket was escalated"
	Woken       Rare = "a pending ticket woke up"
	Closed      Rare = "a ticket closed by itself"
	Spam        Rare = "a rule called a mail spam"
	AskedVendor Rare = "a vendor was asked"
	ByVendor    Rare = "a vendor answered"
	LateVendor  Rare = "a vendor was late"
	Approved    Rare = "a request was approved, or was not"
	Demanded    Rare = "a category demanded an approval"
	Muted       Rare = "an agent muted a ticket"
	SentLater   Rare = "what an agent had planned went out"
	Reminded    Rare = "somebody who did not answer was reminded"
	GivenUp     Rare = "nobody answered after the last reminder"
	CameFirst   Rare = "an answer came before what was planned for silence"
	Published   Rare = "an article was published"
	ArticleSent Rare = "an article was sent by an agent"
	Offered     Rare = "an acknowledgement offered an article"
	SolvedIt    Rare = "an article that was offered solved it"
	Idle        Rare = "an owner who was idle lost a ticket"
	Handed      Rare = "an agent handed over all they had"
	Merged      Rare = "a ticket was merged into another one"
	Unmerged    Rare = "a merge was taken back"
	SplitOff    Rare = "a mail became a ticket of its own"
	Linked      Rare = "two tickets were linked"
	Joined      Rare = "somebody came to read along"
	LeftCopy    Rare = "somebody in copy left"
	Behalf      Rare = "a request became somebody else's"
	PassedOn    Rare = "a forward joined the request that it was about"
	ByAddress   Rare = "an agent acted by the address of an action"
	Erased      Rare = "somebody was erased"
	ByHand      Rare = "an admin acted at the console"
	DeskToDesk  Rare = "another desk got a mail of this one"
	NewUIDs     Rare = "a mailbox gave its mails new UIDs"
	Recognised  Rare = "a mail of a mailbox was recognised under its new UID"
	Relisted    Rare = "a mail was fetched first under a new UID"
	Silent      Rare = "a machine's mail was filed and not answered"
)

// AllRare lists them.
var AllRare = slices.Concat([]Rare{
	Killed, Overtaken, Window, SecondCopy, AnswerLost, HostDown, Deferred, Refused, Repeated, Quarantined, Reopened, FollowedUp,
	AgentHeld, Released, TakenBack, KeptIn, BudgetBit, LetGo, Incident, Suppressed, FailedAloud, CommandBad, Escalated, Woken, Closed, Spam, AskedVendor, ByVendor, LateVendor, Approved, Demanded, Muted, Idle, Handed, Silent, SentLater, Reminded, GivenUp, CameFirst, Published, ArticleSent, Offered, SolvedIt,
	Merged, Unmerged, SplitOff, Linked, Joined, LeftCopy, Behalf, PassedOn, ByAddress, ByHand, Erased, DeskToDesk, NewUIDs, Recognised, Relisted,
}, allCarriedOut())

// Sightings counts the rare paths that were taken.
type Sightings map[Rare]int

func (s Sightings) note(r Rare) { s[r]++ }

// Add adds the sightings of another play.
func (s Sightings) Add(others Sightings) {
	for r, n := range others {
		s[r] += n
	}
}

// Missing returns the rare paths that were never taken.
func (s Sightings) Missing() []Rare {
	return slices.DeleteFunc(slices.Clone(AllRare), func(r Rare) bool { return s[r] > 0 })
}

// byEvent are the rare paths that an event shows.
var byEvent = map[ticket.EventKind]Rare{
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
var byEnd = map[string]Rare{ticket.EndedSent: SentLater, ticket.EndedUnanswered: GivenUp, ticket.EndedAnswered: CameFirst}

// noteEvents counts the rare paths that the events of all tickets show.
func (w *world) noteEvents(r ticket.Reader) error {
	tickets, err := r.Tickets(ticket.Filter{})
	if err != nil {
		return err
	}
	for _, t := range tickets {
		events, err := r.Events(t.ID)
		if err != nil {
			return err
		}
		for _, e := range events {
			if rare, ok := byEvent[e.Kind]; ok {
				w.seen.note(rare)
			}
			if e.Kind == ticket.EventTakenBack && e.Topic == ticket.TakenAll {
				w.seen.note(KeptIn)
			}
			if e.Kind == ticket.EventLeft && e.Topic == ticket.LeftMuted {
				w.seen.note(Muted)
			}
			if e.Kind == ticket.EventApprovalAsked && e.Actor == ticket.ActorDesk {
				w.seen.note(Demanded)
			}
			if rare, ok := byEnd[e.Topic]; ok && e.Kind == ticket.EventPlanEnded {
				w.seen.note(rare)
			}
			if e.Kind == ticket.EventAssigned && e.Reason == ticket.ReasonIdle {
				w.seen.note(Idle)
			}
			if e.Kind == ticket.EventAssigned && e.Actor != ticket.ActorDesk && e.From == e.Actor && e.To != "" {
				w.seen.note(Handed)
			}
			if e.Kind != ticket.EventStatus {
				continue
			}
			switch from, to := ticket.Status(e.From), ticket.Status(e.To); {
			case from == ticket.StatusResolved && to == ticket.StatusOpen:
				w.seen.note(Reopened)
			case to == ticket.StatusClosed && e.Actor == ticket.ActorDesk:
				w.seen.note(Closed)
			}
		}
	}
	return nil
}

// noteDispositions counts those that the dispositions of all mails show.
func (w *world) noteDispositions(r ticket.Reader) error {
	tally, err := r.Tally()
	for _, d := range slices.Sorted(maps.Keys(tally.Dispositions)) {
		n := int(tally.Dispositions[d])
		switch {
		case n == 0:
		case d == ticket.DispositionDuplicate:
			w.seen[Repeated] += n
		case d == ticket.DispositionQuarantined:
			w.seen[Quarantined] += n
		case d == ticket.DispositionSpam:
			w.seen[Spam] += n
		case d == ticket.DispositionMachine:
			w.seen[Silent] += n
		}
	}
	return err
}
