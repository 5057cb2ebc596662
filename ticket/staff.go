package ticket

import "time"

// StaffReader reads whose turn it is, who is away and what agents were thanked for.
type StaffReader interface {
	// OpenPerAgent counts the tickets that each agent has and that are not resolved.
	OpenPerAgent() (map[string]int, error)
	// Rotation returns the agent whose turn it was last in a queue, empty: nobody's.
	Rotation(queue string) (string, error)
	// Away returns the agents who said by mail that they are away, by name.
	Away() ([]Absence, error)
	// Duties returns whom agents put on call by mail, in the order in which they did.
	Duties() ([]Duty, error)
	// Invitations returns to which shifts agents were invited by mail, by rota, begin and
	// agent.
	Invitations() ([]Invitation, error)
	// ThanksFor returns the thanks for tickets of an agent that no notice has shown
	// yet: the oldest tickets first, at most so many.
	ThanksFor(agent string, most int) (map[ID]MailID, error)
}

// StaffWriter keeps whose turn it is, who is away and what agents are thanked for.
type StaffWriter interface {
	// SetRotation keeps whose turn it was last in a queue.
	SetRotation(queue, agent string) error
	// SetAway keeps until which day an agent is away; without a day they are back.
	SetAway(Absence) error
	// AddDuty adds that an agent is on call.
	AddDuty(Duty) error
	// SetInvitation keeps what became of the invitation of an agent to a shift of a rota.
	SetInvitation(Invitation) error
	// AddThanks keeps for an agent that a mail says thanks for a ticket, until
	// TakeThanks returns it, as ThanksFor does.
	AddThanks(t ID, agent string, mail MailID) error
	// TakeThanks returns what ThanksFor does, and forgets it.
	TakeThanks(agent string, most int) (map[ID]MailID, error)
}

// Duty says that an agent is on call in a rota from one moment to another, as an agent wrote.
type Duty struct {
	Rota, Agent string
	From, Until time.Time
	By          string // the agent who wrote it
}

// Absence says that an agent is away, up to and including a day (2026-12-24).
type Absence struct{ Agent, Last string }

// Invitation says that an agent was invited by mail to the shift of a rota that begins at a
// moment.
type Invitation struct {
	Rota, Agent string
	From, Until time.Time
	Sequence    int // of the mail, among those about the shift: 0, 1, … (RFC 5545 section 3.8.7.4)
	State       InvitationState
}

// InvitationState is what became of an invitation. Closed set.
type InvitationState string

// The states of an invitation.
const (
	Invited             InvitationState = "invited" // and has not answered
	InvitationAccepted  InvitationState = "accepted"
	InvitationDeclined  InvitationState = "declined"
	InvitationWithdrawn InvitationState = "withdrawn" // the shift is another's now
)
