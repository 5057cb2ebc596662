package tables

import (
	"fmt"

	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// Duties is described at [ticket.StaffReader].
func (r *Reader) Duties() ([]ticket.Duty, error) {
	return sqlrow.Collect(func(s sqlrow.Scanner) (d ticket.Duty, err error) {
		err = s.Scan(&d.Rota, &d.Agent, sqlrow.At(&d.From), sqlrow.At(&d.Until), &d.By)
		return d, err
	})(r.Query(`SELECT rota, agent, begins, ends, writer FROM duty ORDER BY id`))
}

// AddDuty is described at [ticket.StaffWriter].
func (t *Tx) AddDuty(d ticket.Duty) error {
	_, err := t.Exec(`INSERT INTO duty (rota, agent, begins, ends, writer) VALUES ($1, $2, $3, $4, $5)`, d.Rota, d.Agent, sqlrow.Micros(d.From), sqlrow.Micros(d.Until), d.By)
	if err != nil {
		return fmt.Errorf("keep that %s is on call: %w", d.Agent, err)
	}
	t.Touch(ticket.OfDuty, 0, "")
	return nil
}
