package tables

import (
	"fmt"

	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// AgentAt is described at [ticket.AgentAddressReader].
func (r *Reader) AgentAt(address string) (string, error) {
	all, err := sqlrow.Collect(sqlrow.ScanText)(r.Query(`SELECT agent FROM agent_address WHERE address = $1`, sqlrow.Key(address)))
	if err != nil || len(all) == 0 {
		return "", err
	}
	return all[0], nil
}

// AgentAddresses is described at [ticket.AgentAddressReader].
func (r *Reader) AgentAddresses() ([]ticket.AgentAddress, error) {
	return sqlrow.Collect(func(s sqlrow.Scanner) (a ticket.AgentAddress, err error) {
		err = s.Scan(&a.Address, &a.Agent)
		return a, err
	})(r.Query(`SELECT address, agent FROM agent_address ORDER BY address`))
}

// SetAgentAddress is described at [ticket.AgentAddressWriter].
func (t *Tx) SetAgentAddress(a ticket.AgentAddress) (err error) {
	address := sqlrow.Key(a.Address)
	if a.Agent == "" {
		_, err = t.Exec(`DELETE FROM agent_address WHERE address = $1`, address)
	} else {
		_, err = t.Exec(`INSERT INTO agent_address (address, agent) VALUES ($1, $2) ON CONFLICT (address) DO UPDATE SET agent = excluded.agent`, address, a.Agent)
	}
	if err != nil {
		return fmt.Errorf("keep whose the address %s is: %w", a.Address, err)
	}
	t.Touch(ticket.OfAgentAddress, 0, address)
	t.Touch(ticket.OfAgentAddress, 0, "")
	return nil
}
