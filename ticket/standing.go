package ticket

// Standing is how much speaks for the reader of an automatic mail.
type Standing int

// The standings, least first.
const (
	// StandingUnknown: nothing but a From field, which anybody can write.
	StandingUnknown Standing = iota
	// StandingHouse: the address is of a domain of the desk's own, or of one
	// beside or below it, or its ticket reports an incident that goes on. That is
	// likely to be true, and harms few where it is not; yet a From field proves
	// neither.
	StandingHouse
	// StandingProven: see [Participant.Proven].
	StandingProven
)
