package outgoing

import (
	"fmt"
	"time"

	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// When several daemons send from one database, the lease is in the row of the mail: it is
// claimed until next_at, by the clock of the database. A claim is a change like any other, made in
// the daemon's turn, so that two daemons never take the same mail (SKIP LOCKED would
// have nothing to skip) and plans that found it ready are overtaken.

const dueRows = `SELECT o.id FROM outbox AS o WHERE ` + claimable + ` AND (o.state = 'ready' AND o.next_at <= $2 OR o.state = 'claimed' AND o.next_at <= $3)
	ORDER BY o.next_at, o.id LIMIT $4`

// astray selects mails that wait for longer than any should, put off by a clock that was wrong. Other daemons' leases are left to them.
const astray = `SELECT o.id FROM outbox AS o WHERE ` + claimable + ` AND o.next_at > $2 AND (o.state = 'ready' OR o.state = 'claimed' AND o.lease_owner = $3)
	ORDER BY o.next_at, o.id LIMIT $4`

// ClaimRows leases up to limit mails to owner, and returns them without their bytes. due is
// the desk's time, by which mails are put off; from and until are the database's time.
func (t *Tx) ClaimRows(owner string, due, from, until time.Time, limit int) ([]ticket.OutboxMail, error) {
	claimed, err := t.claimBy(dueRows, owner, until, limit, sqlrow.Micros(due), sqlrow.Micros(from))
	if err == nil && len(claimed) == 0 {
		last := due
		if from.After(due) {
			last = from
		}
		claimed, err = t.claimBy(astray, owner, until, limit, sqlrow.Micros(last.Add(maxAhead)), owner)
	}
	return claimed, err
}

// claimBy claims the mails that a query finds, given a priority ($1) and two more values ($2 and $3).
func (t *Tx) claimBy(query, owner string, until time.Time, limit int, second, third any) (claimed []ticket.OutboxMail, err error) {
	size := int64(0)
	for priority := 0; priority <= bulk && len(claimed) < limit && size < maxClaim; priority++ {
		ids, err := sqlrow.Collect(sqlrow.ScanID)(t.read.Query(query, priority, second, third, limit-len(claimed)))
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			if size >= maxClaim {
				break
			}
			m, err := scanOutbox(t.read.Row(`UPDATE outbox SET state = 'claimed', lease_owner = $1, next_at = $2 WHERE id = $3 RETURNING `+outboxColumns, owner, sqlrow.Micros(until), id))
			if err != nil {
				return nil, fmt.Errorf("claim outgoing mail %d: %w", id, err)
			}
			t.touchOutbox(m)
			claimed, size = append(claimed, m), size+m.Size
		}
	}
	return claimed, nil
}

// Claimers returns who has claimed mails in their rows.
func (r *Reader) Claimers() ([]string, error) {
	return sqlrow.Collect(sqlrow.ScanText)(r.Query(`SELECT DISTINCT lease_owner FROM outbox WHERE state IN ('ready', 'claimed') AND state = 'claimed' ORDER BY lease_owner`))
}

// PassOn transfers some of an owner's claimed mails to another, with the same lease.
func (t *Tx) PassOn(from, to string, ids []ticket.OutboxID) error {
	for _, id := range ids {
		n, err := t.Exec(`UPDATE outbox SET lease_owner = $1 WHERE id = $2 AND state = 'claimed' AND lease_owner = $3`, to, id, from)
		if err != nil {
			return fmt.Errorf("pass on outgoing mail %d: %w", id, err)
		}
		if n > 0 {
			if err := t.touchOutgoing(id); err != nil {
				return err
			}
		}
	}
	return nil
}

// ReleaseOf makes the mails ready again that a dead owner had claimed.
func (t *Tx) ReleaseOf(owner string, at time.Time) error {
	ids, err := sqlrow.Collect(sqlrow.ScanID)(t.read.Query(`SELECT id FROM outbox WHERE state IN ('ready', 'claimed') AND state = 'claimed' AND lease_owner = $1 ORDER BY id`, owner))
	for _, id := range ids {
		if err == nil {
			err = t.SetOutboxState(ticket.OutboxID(id), ticket.OutboxReady, at)
		}
	}
	return err
}
