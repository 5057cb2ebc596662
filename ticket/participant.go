package ticket

// Role is what somebody is to a ticket. It is bound into reply tokens.
type Role string

// The roles.
const (
	RoleRequester   Role = "requester"
	RoleParticipant Role = "participant" // added by an agent, may read the correspondence
	RoleAgent       Role = "agent"
	RoleVendor      Role = "vendor"   // asked by an agent beside the correspondence, of which they see nothing
	RoleApprover    Role = "approver" // asked whether something may be done
)

// Reads reports whether somebody of a role reads what is answered on a ticket.
func (r Role) Reads() bool { return r == RoleRequester || r == RoleParticipant }

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
