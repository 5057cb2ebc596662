package tables

import (
	"fmt"

	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// Invitations is described at [ticket.StaffReader].
func (r *Reader) Invitations() ([]ticket.Invitation, error) {
	return sqlrow.Collect(func(s sqlrow.Scanner) (i ticket.Invitation, err error) {
		err = s.Scan(&i.Rota, &i.Agent, sqlrow.At(&i.From), sqlrow.At(&i.Until), &i.Sequence, &i.State)
		return i, err
	})(r.Query(`SELECT rota, agent, begins, ends, sequence, state FROM invitation ORDER BY rota, begins, agent`))
}

// SetInvitation is described at [ticket.StaffWriter].
func (t *Tx) SetInvitation(i ticket.Invitation) error {
	_, err := t.Exec(`INSERT INTO invitation (rota, begins, agent, ends, sequence, state) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (rota, begins, agent) DO UPDATE SET ends = excluded.ends, sequence = excluded.sequence, state = excluded.state`,
		i.Rota, sqlrow.Micros(i.From), i.Agent, sqlrow.Micros(i.Until), i.Sequence, i.State)
	if err != nil {
		return fmt.Errorf("keep the invitation of %s to a shift: %w", i.Agent, err)
	}
	t.Touch(ticket.OfInvitation, 0, "")
	return nil
}
