package tables

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// Suppressions is described at [ticket.SuppressionReader].
func (r *Reader) Suppressions(addresses ...string) ([]ticket.Suppression, error) {
	var c sqlrow.Conditions
	if len(addresses) > 0 {
		c.In("address_key", len(addresses), func(i int) any { return sqlrow.Key(addresses[i]) })
	}
	return sqlrow.Collect(func(row sqlrow.Scanner) (s ticket.Suppression, err error) {
		err = row.Scan(&s.Address, &s.Cause, &s.Detail, &s.Strikes, sqlrow.At(&s.At), sqlrow.At(&s.Until))
		return s, err
	})(r.Query(`SELECT address, cause, detail, strikes, at, until FROM suppression`+c.Where()+` ORDER BY address_key, cause`, c.Args...))
}

// SetSuppression is described at [ticket.SuppressionWriter].
func (t *Tx) SetSuppression(s ticket.Suppression) error {
	_, err := t.Exec(`INSERT INTO suppression (address_key, address, cause, detail, strikes, at, until) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (address_key, cause) DO UPDATE SET address = excluded.address, detail = excluded.detail, strikes = excluded.strikes,
		at = excluded.at, until = excluded.until`, sqlrow.Key(s.Address), s.Address, s.Cause, s.Detail, s.Strikes, sqlrow.Micros(s.At), sqlrow.Micros(s.Until))
	if err != nil {
		return fmt.Errorf("keep the suppression of %s: %w", s.Address, err)
	}
	t.touchSuppressions(s.Address)
	return nil
}

func (t *Tx) touchSuppressions(address string) {
	t.Touch(ticket.OfSuppressions, 0, sqlrow.Key(address))
	t.Touch(ticket.OfSuppressions, 0, "")
}

// RemoveSuppressions is described at [ticket.SuppressionWriter].
func (t *Tx) RemoveSuppressions(address string) (int, error) {
	n, err := t.Exec(`DELETE FROM suppression WHERE address_key = $1`, sqlrow.Key(address))
	if err != nil {
		return 0, fmt.Errorf("remove the suppression of %s: %w", address, err)
	}
	t.touchSuppressions(address)
	return int(n), nil
}

// Storm is described at [ticket.SuppressionReader].
func (r *Reader) Storm(kind string, hour time.Time) (s ticket.Storm, err error) {
	err = r.Row(`SELECT count, coalesce(ticket, 0) FROM storm WHERE kind = $1 AND hour = $2`, kind, sqlrow.Micros(hour)).Scan(&s.Count, &s.Ticket)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return s, fmt.Errorf("count a storm of %s: %w", kind, err)
	}
	return s, nil
}

// CountUpTo is described at [ticket.SuppressionWriter].
func (t *Tx) CountUpTo(kind string, hour time.Time, _ int) (ticket.Storm, error) {
	return t.CountStorm(kind, hour)
}

// CountStorm is described at [ticket.SuppressionWriter].
func (t *Tx) CountStorm(kind string, hour time.Time) (ticket.Storm, error) {
	t.Touch(ticket.OfStorm, 0, kind)
	_, err := t.Exec(`INSERT INTO storm (kind, hour, count) VALUES ($1, $2, 1)
		ON CONFLICT (kind, hour) DO UPDATE SET count = storm.count + 1`, kind, sqlrow.Micros(hour))
	if err != nil {
		return ticket.Storm{}, fmt.Errorf("count a storm of %s: %w", kind, err)
	}
	return t.Storm(kind, hour)
}

// SetStormTicket is described at [ticket.SuppressionWriter].
func (t *Tx) SetStormTicket(kind string, hour time.Time, of ticket.ID) error {
	_, err := t.Exec(`UPDATE storm SET ticket = $1 WHERE kind = $2 AND hour = $3`, sqlrow.Ref(of), kind, sqlrow.Micros(hour))
	if err != nil {
		return fmt.Errorf("keep the ticket of a storm of %s: %w", kind, err)
	}
	t.Touch(ticket.OfStorm, 0, kind)
	return nil
}
