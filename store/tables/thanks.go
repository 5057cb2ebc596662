package tables

import (
	"fmt"

	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// AddThanks is described at [ticket.StaffWriter].
func (t *Tx) AddThanks(of ticket.ID, agent string, mail ticket.MailID) error {
	var before string
	err := t.Row(`SELECT coalesce((SELECT agent FROM thanks WHERE ticket = $1), '')`, of).Scan(&before)
	if err != nil {
		return fmt.Errorf("thanks for ticket %d: %w", of, err)
	}
	err = t.Put(`INSERT INTO thanks (ticket, agent, mail) VALUES ($1, $2, $3)
		ON CONFLICT (ticket) DO UPDATE SET agent = excluded.agent, mail = excluded.mail`, of, agent, mail)
	if err != nil {
		return fmt.Errorf("keep the thanks for ticket %d: %w", of, err)
	}
	t.Touch(ticket.OfThanks, 0, before)
	t.Touch(ticket.OfThanks, 0, agent)
	return nil
}

// ThanksFor is described at [ticket.StaffReader].
func (r *Reader) ThanksFor(agent string, most int) (map[ticket.ID]ticket.MailID, error) {
	type row struct {
		ticket ticket.ID
		mail   ticket.MailID
	}
	rows, err := sqlrow.Collect(func(s sqlrow.Scanner) (r row, err error) {
		err = s.Scan(&r.ticket, &r.mail)
		return r, err
	})(r.Query(`SELECT ticket, mail FROM thanks WHERE agent = $1 ORDER BY ticket LIMIT $2`, agent, most))
	if err != nil {
		return nil, fmt.Errorf("thanks for %s: %w", agent, err)
	}
	all := map[ticket.ID]ticket.MailID{}
	for _, r := range rows {
		all[r.ticket] = r.mail
	}
	return all, nil
}

// TakeThanks is described at [ticket.StaffWriter].
func (t *Tx) TakeThanks(agent string, most int) (map[ticket.ID]ticket.MailID, error) {
	all, err := t.ThanksFor(agent, most)
	if err != nil {
		return nil, err
	}
	for id := range all {
		if _, err := t.Exec(`DELETE FROM thanks WHERE ticket = $1`, id); err != nil {
			return nil, fmt.Errorf("thanks for %s: %w", agent, err)
		}
		t.Touch(ticket.OfThanks, 0, agent)
	}
	return all, nil
}
