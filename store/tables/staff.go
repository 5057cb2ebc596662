package tables

import (
	"fmt"

	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// OpenPerAgent is described at [ticket.StaffReader].
func (r *Reader) OpenPerAgent() (map[string]int, error) {
	type row struct {
		agent string
		n     int
	}
	rows, err := sqlrow.Collect(func(s sqlrow.Scanner) (x row, err error) { err = s.Scan(&x.agent, &x.n); return x, err })(
		r.Query(`SELECT assignee, count(*) FROM ticket
			WHERE assignee <> '' AND status IN ('new', 'open', 'pending', 'on-hold') GROUP BY assignee`))
	open := make(map[string]int, len(rows))
	for _, x := range rows {
		open[x.agent] = x.n
	}
	return open, err
}

// Rotation is described at [ticket.StaffReader].
func (r *Reader) Rotation(queue string) (string, error) {
	agents, err := sqlrow.Collect(func(s sqlrow.Scanner) (agent string, err error) { err = s.Scan(&agent); return agent, err })(
		r.Query(`SELECT agent FROM rotation WHERE queue = $1`, queue))
	if len(agents) == 0 {
		return "", err
	}
	return agents[0], err
}

// SetRotation is described at [ticket.StaffWriter].
func (t *Tx) SetRotation(queue, agent string) error {
	err := t.Put(`INSERT INTO rotation (queue, agent) VALUES ($1, $2) ON CONFLICT (queue) DO UPDATE SET agent = excluded.agent`, queue, agent)
	if err != nil {
		return fmt.Errorf("keep whose turn it is in queue %s: %w", queue, err)
	}
	t.Touch(ticket.OfRotation, 0, queue)
	return nil
}

// Away is described at [ticket.StaffReader].
func (r *Reader) Away() ([]ticket.Absence, error) {
	return sqlrow.Collect(func(s sqlrow.Scanner) (a ticket.Absence, err error) {
		err = s.Scan(&a.Agent, &a.Last)
		return a, err
	})(r.Query(`SELECT agent, until FROM away ORDER BY agent`))
}

// SetAway is described at [ticket.StaffWriter].
func (t *Tx) SetAway(a ticket.Absence) error {
	var err error
	if a.Last == "" {
		_, err = t.Exec(`DELETE FROM away WHERE agent = $1`, a.Agent)
	} else {
		_, err = t.Exec(`INSERT INTO away (agent, until) VALUES ($1, $2) ON CONFLICT (agent) DO UPDATE SET until = excluded.until`, a.Agent, a.Last)
	}
	if err != nil {
		return fmt.Errorf("keep the absence of %s: %w", a.Agent, err)
	}
	t.Touch(ticket.OfAway, 0, "")
	return nil
}
