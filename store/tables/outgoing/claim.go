package outgoing

import (
	"database/sql"
	"errors"
	"time"

	"maildesk/store/memory"
	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// maxClaim bounds the bytes that one Claim returns: it ends at the first mail that
// exceeds it.
const maxClaim = 32 << 20

// maxAhead is longer than any mail waits for its next try (9 hours), for a budget
// (a day) or for the end of a lease.
const maxAhead = 36 * time.Hour

// IDsOf returns the numbers of mails.
func IDsOf(mails []ticket.OutboxMail) []ticket.OutboxID {
	ids := make([]ticket.OutboxID, len(mails))
	for i, m := range mails {
		ids[i] = m.ID
	}
	return ids
}

// claiming is one search for mails to send.
type claiming struct {
	*Reader
	now   time.Time
	limit int
}

// choose returns the mails to claim, without their bytes, and notes the change, so that
// plans which found them ready are overtaken.
func (c *claiming) choose() ([]ticket.OutboxMail, error) {
	chosen, err := c.due("o.next_at <= $2", c.now)
	if err == nil && len(chosen) == 0 {
		c.State.Leases.EndAfter(c.now.Add(maxAhead)) // they were taken by a clock that was wrong
		chosen, err = c.due("o.next_at > $2", c.now.Add(maxAhead))
	}
	for _, m := range chosen {
		c.State.NoteOutgoing(m)
	}
	return chosen, err
}

// due returns mails that can be claimed by a condition on $2, at.
func (c *claiming) due(due string, at time.Time) (chosen []ticket.OutboxMail, err error) {
	size := int64(0)
	for priority := 0; priority <= bulk && len(chosen) < c.limit && size < maxClaim; priority++ {
		// Mails that are being sent are due, too: so only numbers are read here.
		ids, err := sqlrow.Collect(sqlrow.ScanID)(c.Query(`SELECT o.id FROM outbox AS o WHERE `+claimable+` AND `+due+` ORDER BY o.next_at, o.id LIMIT $3`,
			priority, sqlrow.Micros(at), c.limit-len(chosen)+c.State.Leases.Count()))
		if err != nil {
			return nil, err
		}
		for _, number := range ids {
			id := ticket.OutboxID(number)
			if len(chosen) == c.limit || size >= maxClaim {
				break
			}
			if !c.isFree(id) {
				continue
			}
			m, err := scanOutbox(c.Row(`SELECT `+outboxColumns+` FROM outbox WHERE id = $1`, id))
			if err != nil {
				return nil, err
			}
			chosen, size = append(chosen, m), size+m.Size
		}
	}
	return chosen, nil
}

// isFree reports whether nobody is sending a mail, and it has no change that is
// not committed yet.
func (c *claiming) isFree(id ticket.OutboxID) bool {
	x := c.State.Leases.Of(id)
	if x.Owner != "" && c.now.Before(x.Until) {
		return false
	}
	return c.State.Settled(ticket.Key{Of: ticket.OfOutgoing, ID: int64(id)})
}

// Claim leases up to limit mails to owner, until a time, and returns them without their
// bytes. The caller must have the turn.
func (r *Reader) Claim(owner string, now, until time.Time, limit int) ([]ticket.OutboxMail, error) {
	claimed, err := (&claiming{Reader: r, now: now, limit: limit}).choose()
	for i := range claimed {
		r.State.Leases.Add(claimed[i].ID, memory.Lease{Owner: owner, Until: until})
		r.State.Leases.Show(&claimed[i])
	}
	return claimed, err
}

// AddBytes reads the bytes of claimed mails. A mail without bytes is claimed all the same:
// its sender sees that they do not match its hash.
func (r *Reader) AddBytes(claimed []ticket.OutboxMail) error {
	for i := range claimed {
		bytes, err := r.outgoingBytes(claimed[i])
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		claimed[i].Bytes = bytes
	}
	return nil
}
