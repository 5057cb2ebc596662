package store

import (
	"fmt"
	"maildesk/ticket"
)

func (t *tx) AddThanks(of ticket.ID, agent string, mail ticket.MailID) error {
	_, err := t.exec(`INSERT INTO thanks (ticket, agent, mail) VALUES ($1, $2, $3)
		ON CONFLICT (ticket) DO UPDATE SET agent = excluded.agent, mail = excluded.mail`, of, agent, mail)
	if err != nil {
		return fmt.Errorf("keep the thanks for ticket %d: %w", of, err)
	}
	return nil
}

func (t *tx) TakeThanks(agent string, most int) (map[ticket.ID]ticket.MailID, error) {
	type row struct {
		ticket ticket.ID
		mail   ticket.MailID
	}
	rows, err := collect(func(s scanner) (r row, err error) {
		err = s.Scan(&r.ticket, &r.mail)
		return r, err
	})(t.query(`SELECT ticket, mail FROM thanks WHERE agent = $1 ORDER BY ticket LIMIT $2`, agent, most))
	if err != nil {
		return nil, fmt.Errorf("thanks for %s: %w", agent, err)
	}
	taken := map[ticket.ID]ticket.MailID{}
	for _, r := range rows {
		if _, err := t.exec(`DELETE FROM thanks WHERE ticket = $1`, r.ticket); err != nil {
			return nil, fmt.Errorf("thanks for %s: %w", agent, err)
		}
		taken[r.ticket] = r.mail
	}
	return taken, nil
}
