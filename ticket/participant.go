package ticket

// Role is what somebody is to a ticket. It is bound into reply tokens.
type Role string

// The roles.
const (
	RoleRequester   Role = "requester"
	RoleParticipant Role = "participant" // added by an agent, may read the correspondence
	RoleAgent       Role = "agent"
)

// ParticipantID numbers participants over all tickets.
type ParticipantID int64

// Participant is one person on one ticket.
type Participant struct {
	ID      ParticipantID
	Ticket  ID
	Address string // as it is written to; compared by its normal form
	Name    string
	Role    Role
	Proven  bool // they wrote from there, or answered what was sent there; see [Tx.SetProven]
	Left    bool // they take part no more, see [Tx.SetLeft]
}
