package tables

import (
	"fmt"
	"slices"
	"time"

	"maildesk/store/memory"
	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// frontPage is how many mails beyond the front one statement looks at. At its start a desk
// looks at all that it ever kept.
const frontPage = 4000

// Pending is described at [ticket.MailReader].
func (r *Reader) Pending(after ticket.MailID, limit int) ([]ticket.Mail, error) {
	ids, err := r.pendingIDs(after, limit, &r.State.Front)
	for err == nil && len(ids) > 0 {
		last, full := ids[len(ids)-1], len(ids) == limit
		if ids, err = r.State.Mine(r.Ctx, r.Q, ids); err != nil || len(ids) > 0 || !full {
			break
		}
		ids, err = r.pendingIDs(last, limit, &r.State.Front) // all of them are those of other daemons
	}
	if err != nil {
		return nil, fmt.Errorf("pending mails: %w", err)
	}
	mails, err := r.keptMails(ids)
	if err != nil {
		return nil, err
	}
	return mails, r.complete(mails)
}

// pendingIDs returns the numbers of up to limit pending mails above after, in
// order; limit 0: of all.
func (r *Reader) pendingIDs(after ticket.MailID, limit int, f *memory.Front) ([]ticket.MailID, error) {
	ids, err := sqlrow.Collect(scanMailID)(r.Query(`SELECT mail FROM begun`))
	if err != nil {
		return nil, err
	}
	high, open, changed := f.Read()
	if open, err = r.unhandled(open); err != nil {
		return nil, err
	}
	ids = append(ids, open...)
	above := func() int {
		n := 0
		for _, id := range ids {
			if id > after {
				n++
			}
		}
		return n
	}
	whole := true // open has all that are not handled up to high
	for from := max(high, after); limit == 0 || above() < limit; {
		page, err := sqlrow.Collect(scanMailID)(r.Journal().Query(`SELECT id FROM mail WHERE id > $1 ORDER BY id LIMIT $2`, from, frontPage))
		if err != nil {
			return nil, err
		}
		if len(page) == 0 {
			break
		}
		last := page[len(page)-1]
		pending, err := r.unhandled(page)
		if err != nil {
			return nil, err
		}
		ids = append(ids, pending...)
		if whole = whole && from == high && len(open)+len(pending) <= memory.OpenAtMost; whole {
			high, open = last, append(open, pending...)
		}
		from = last
	}
	if !r.Writes {
		f.Move(high, open, changed)
	}
	ids = slices.DeleteFunc(ids, func(id ticket.MailID) bool { return id <= after })
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if limit > 0 && len(ids) > limit {
		ids = ids[:limit]
	}
	return ids, nil
}

// unhandled returns those of ascending numbers of mails that have no disposition.
func (r *Reader) unhandled(ids []ticket.MailID) (pending []ticket.MailID, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	done := make(map[ticket.MailID]bool)
	size := inChunks
	if isRange(ids) {
		size = len(ids)
	}
	for chunk := range slices.Chunk(ids, size) {
		var c sqlrow.Conditions
		if first, last := chunk[0], chunk[len(chunk)-1]; isRange(chunk) {
			c.Add("mail >= ", first)
			c.Add("mail <= ", last)
		} else {
			c.In("mail", len(chunk), func(i int) any { return chunk[i] })
		}
		handled, err := sqlrow.Collect(scanMailID)(r.Query(`SELECT mail FROM handled`+c.Where(), c.Args...))
		if err != nil {
			return nil, err
		}
		for _, id := range handled {
			done[id] = true
		}
	}
	for _, id := range ids {
		if !done[id] {
			pending = append(pending, id)
		}
	}
	return pending, nil
}

// isRange reports whether ascending numbers are asked for as a range: few between them are not
// among them.
func isRange(ids []ticket.MailID) bool { return int(ids[len(ids)-1]-ids[0]) < 2*len(ids) }

// countPending sets the number of pending mails.
func (r *Reader) countPending(counts map[ticket.Disposition]int64, f *memory.Front) error {
	ids, err := r.pendingIDs(0, 0, f)
	if err == nil && len(ids) > 0 {
		counts[ticket.DispositionPending] = int64(len(ids))
	}
	return err
}

// oldestPending sets when the first of the pending mails was received.
func (r *Reader) oldestPending(when *time.Time) error {
	mails, err := r.Pending(0, 1)
	if err == nil && len(mails) > 0 {
		*when = mails[0].ReceivedAt
	}
	return err
}
