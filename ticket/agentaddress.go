package ticket

// AgentAddress is an address that is an agent's beside those in the configuration: they
// have confirmed it.
type AgentAddress struct{ Address, Agent string }

// AgentAddressReader reads which addresses agents have confirmed.
type AgentAddressReader interface {
	// AgentAt returns the name of the agent who has confirmed an address; empty: none.
	AgentAt(address string) (string, error)
	// AgentAddresses returns all of them, by address.
	AgentAddresses() ([]AgentAddress, error)
}

// AgentAddressWriter keeps them.
type AgentAddressWriter interface {
	// SetAgentAddress keeps whose an address is; without an agent it is nobody's any more.
	SetAgentAddress(AgentAddress) error
}
