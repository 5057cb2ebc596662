package outgoing

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"maildesk/store/datafolder"
	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

const outboxColumns = `id, coalesce(ticket, 0), coalesce(participant, 0), coalesce(cause, 0), cause_event, template, language, recipient,
	reverse_path, message_id, automatic, priority, state, attempts, next_at, lease_owner, created_at, done_at, last_code, last_text, held, held_key, allowed_at, standing, size, sha256, dropped_at, budget_mailbox, budget_domain`

func scanOutbox(row sqlrow.Scanner) (m ticket.OutboxMail, err error) {
	err = row.Scan(&m.ID, &m.Ticket, &m.Participant, &m.Cause, &m.CauseEvent, &m.Template, &m.Language, &m.Recipient,
		&m.ReversePath, &m.MessageID, &m.Automatic, &m.Priority, &m.State, &m.Attempts, sqlrow.At(&m.NextAt), &m.LeaseOwner, sqlrow.At(&m.CreatedAt), sqlrow.At(&m.DoneAt), &m.LastCode, &m.LastText, &m.Held, &m.HeldKey, sqlrow.At(&m.AllowedAt), &m.Standing, &m.Size, sqlrow.Digest(&m.SHA256), sqlrow.At(&m.DroppedAt), &m.BudgetMailbox, &m.BudgetDomain)
	if m.State == ticket.OutboxClaimed {
		m.LeaseUntil = m.NextAt
	}
	return m, err
}

// OutboxOf is described at [ticket.OutboxReader].
func (r *Reader) OutboxOf(t ticket.ID, states ...ticket.OutboxState) ([]ticket.OutboxMail, error) {
	var c sqlrow.Conditions
	waiting := len(states) > 0 && !slices.ContainsFunc(states, isDone)
	switch {
	case waiting && t != 0:
		c.Add("ticket = ", t) // as the index outbox_order has it
	case t != 0:
		c.Add("coalesce(ticket, 0) = ", t) // as the index outbox_once has it
	}
	wanted := states
	if slices.Contains(states, ticket.OutboxClaimed) {
		wanted = append(slices.Clone(states), ticket.OutboxReady) // as the table has those that are leased
	}
	switch {
	case waiting:
		c.Text = append(c.Text, "state IN ('ready', 'claimed')") // likewise
	case len(states) > 0:
		c.In("state", len(wanted), func(i int) any { return wanted[i] })
	}
	mails, err := r.outbox(c.Where()+` ORDER BY id`, c.Args...)
	if len(states) > 0 {
		mails = slices.DeleteFunc(mails, func(m ticket.OutboxMail) bool { return !slices.Contains(states, m.State) })
	}
	return mails, err
}

// isDone reports whether a mail in a state will no longer be sent.
func isDone(s ticket.OutboxState) bool { return s != ticket.OutboxReady && s != ticket.OutboxClaimed }

// OutboxMail is described at [ticket.OutboxReader].
func (r *Reader) OutboxMail(id ticket.OutboxID) (ticket.OutboxMail, error) {
	m, err := r.Outgoing(id)
	if err == nil && m.DroppedAt.IsZero() {
		m.Bytes, err = r.outgoingBytes(m)
		err = sqlrow.Found(err, "outgoing mail", id)
	}
	return m, err
}

// Outgoing is described at [ticket.OutboxReader].
func (r *Reader) Outgoing(id ticket.OutboxID) (ticket.OutboxMail, error) {
	m, err := scanOutbox(r.Row(`SELECT `+outboxColumns+` FROM outbox WHERE id = $1`, id))
	r.State.Leases.Show(&m)
	return m, sqlrow.Found(err, "outgoing mail", id)
}

// LatestTo is described at [ticket.OutboxReader].
func (r *Reader) LatestTo(p ticket.ParticipantID, limit int) ([]ticket.OutboxMail, error) {
	return r.outbox(`WHERE participant = $1 ORDER BY id DESC LIMIT $2`, p, limit)
}

// OutboxWith begins its condition with the columns of the index outbox_once.
func (r *Reader) OutboxWith(t ticket.ID, templates ...string) ([]ticket.OutboxMail, error) {
	var c sqlrow.Conditions
	c.Add("coalesce(ticket, 0) = ", t)
	c.In("template", len(templates), func(i int) any { return templates[i] })
	return r.outbox(c.Where()+` ORDER BY id`, c.Args...)
}

// outbox returns the mails that a condition selects; leased ones are shown as claimed.
func (r *Reader) outbox(where string, args ...any) ([]ticket.OutboxMail, error) {
	mails, err := r.outboxRows(where, args...)
	for i := range mails {
		r.State.Leases.Show(&mails[i])
	}
	return mails, err
}

// outboxRows is outbox, but ignores leases.
func (r *Reader) outboxRows(where string, args ...any) ([]ticket.OutboxMail, error) {
	return sqlrow.Collect(scanOutbox)(r.Query(`SELECT `+outboxColumns+` FROM outbox AS o `+where, args...))
}

const latestSent = `SELECT bytes FROM outbox JOIN outbox_bytes ON outbox = id WHERE participant = $1 ORDER BY id DESC LIMIT $2`

// LatestSent is described at [ticket.OutboxReader].
func (r *Reader) LatestSent(p ticket.ParticipantID, limit int) ([][]byte, error) {
	return sqlrow.Collect(func(row sqlrow.Scanner) (bytes []byte, err error) {
		err = row.Scan(&bytes)
		return bytes, err
	})(r.Query(latestSent, p, limit))
}

// IsQueued uses the columns of the index outbox_once.
func (r *Reader) IsQueued(m ticket.OutboxMail) (queued bool, err error) {
	err = r.Row(`SELECT EXISTS (SELECT 1 FROM outbox WHERE coalesce(ticket, 0) = $1 AND template = $2 AND coalesce(cause, 0) = $3 AND cause_event = $4 AND recipient_key = $5)`,
		m.Ticket, m.Template, m.Cause, m.CauseEvent, sqlrow.Key(m.Recipient)).Scan(&queued)
	return queued, err
}

// touchOutgoing notes that an outgoing mail was changed.
func (t *Tx) touchOutgoing(id ticket.OutboxID) error {
	m, err := t.read.Outgoing(id)
	if errors.Is(err, ticket.ErrNotFound) {
		return nil
	}
	if err == nil {
		t.touchOutbox(m)
	}
	return err
}

// touchOutbox notes everything that changes with a changed or new outgoing mail.
func (t *Tx) touchOutbox(m ticket.OutboxMail) { t.read.State.NoteOutgoing(m) }

// touchBudgets notes that an automatic mail was let go.
func (t *Tx) touchBudgets(m ticket.OutboxMail) {
	if !m.Automatic {
		return
	}
	for _, name := range []string{m.BudgetMailbox, m.BudgetDomain, ""} {
		t.Touch(ticket.OfBudget, 0, name)
	}
}

// Attempts is described at [ticket.OutboxReader].
func (r *Reader) Attempts(id ticket.OutboxID) ([]ticket.Attempt, error) {
	return sqlrow.Collect(func(row sqlrow.Scanner) (a ticket.Attempt, err error) {
		err = row.Scan(&a.Outbox, sqlrow.At(&a.At), &a.State, sqlrow.At(&a.NextAt), &a.Host, &a.Code, &a.Text)
		return a, err
	})(r.Query(`SELECT outbox, at, state, next_at, host, code, text FROM attempt WHERE outbox = $1 ORDER BY id`, id))
}

// AddOutbox takes an empty State for ready, and a zero NextAt for CreatedAt.
func (t *Tx) AddOutbox(m ticket.OutboxMail) (ticket.OutboxID, error) {
	next := m.NextAt
	if next.IsZero() {
		next = m.CreatedAt
	}
	sum := sha256.Sum256(m.Bytes)
	id, err := t.Number(datafolder.OutgoingNumbers, int64(m.ID))
	if err != nil {
		return 0, err
	}
	values := []any{sqlrow.Ref(m.Ticket), sqlrow.Ref(m.Participant), sqlrow.Ref(m.Cause), m.CauseEvent, m.Template, m.Language, m.Recipient, sqlrow.Key(m.Recipient),
		m.ReversePath, m.MessageID, sqlrow.Flag(m.Automatic), m.Priority, cmp.Or(m.State, ticket.OutboxReady), m.Attempts, sqlrow.Micros(next), m.LeaseOwner,
		sqlrow.Micros(m.CreatedAt), sqlrow.Micros(m.DoneAt), m.LastCode, m.LastText,
		m.Held, m.HeldKey, sqlrow.Micros(m.AllowedAt), m.Standing, m.BudgetMailbox, m.BudgetDomain, len(m.Bytes), sum[:],
		sqlrow.Sum(sqlrow.Ref(m.Ticket), sqlrow.Ref(m.Participant), sqlrow.Ref(m.Cause), m.CauseEvent, m.Template, m.Language, m.Recipient, sqlrow.Key(m.Recipient), m.ReversePath, m.MessageID, sqlrow.Flag(m.Automatic),
			sqlrow.Micros(m.CreatedAt), m.Standing, m.BudgetMailbox, m.BudgetDomain, len(m.Bytes), sum[:]), id}
	n, err := t.Exec(`INSERT INTO outbox (ticket, participant, cause, cause_event, template, language, recipient, recipient_key,
		reverse_path, message_id, automatic, priority, state, attempts, next_at, lease_owner, created_at, done_at, last_code, last_text,
		held, held_key, allowed_at, standing, budget_mailbox, budget_domain, size, sha256, checksum, id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30) ON CONFLICT DO NOTHING`, values...)
	if err != nil {
		return 0, fmt.Errorf("keep outgoing mail: %w", err)
	}
	if n == 0 {
		return 0, nil
	}
	m.ID = ticket.OutboxID(id)
	t.touchOutbox(m)
	if !m.AllowedAt.IsZero() {
		t.touchBudgets(m)
	}
	if err := t.addOutgoingBytes(ticket.OutboxID(id), m); err != nil {
		return 0, fmt.Errorf("keep outgoing bytes: %w", err)
	}
	return ticket.OutboxID(id), nil
}

// A row waits while the guard holds it, or while an older one of its ticket and
// recipient is not done; a held row blocks no other. Both
// conditions use the wording of the partial indexes.
const (
	claimable = `o.priority = $1 AND o.state IN ('ready', 'claimed') AND ` + ItsTurn
	ItsTurn   = `o.held = '' AND NOT EXISTS (SELECT 1 FROM outbox AS older
	WHERE older.ticket = o.ticket AND older.recipient_key = o.recipient_key AND older.state IN ('ready', 'claimed') AND older.held = '' AND older.id < o.id)`
)

// bulk is the last priority: 0, 1, 2. Each is queried separately, so that the
// index returns its rows in order of time and nothing is sorted.
const bulk = 2

// NextOutboxAt is described at [ticket.OutboxReader].
func (r *Reader) NextOutboxAt() (time.Time, error) {
	earliest := r.State.Leases.NextEnd()
	for priority := 0; priority <= bulk; priority++ {
		due, err := sqlrow.Collect(func(row sqlrow.Scanner) (m ticket.OutboxMail, err error) {
			err = row.Scan(&m.ID, sqlrow.At(&m.NextAt))
			return m, err
		})(r.Query(`SELECT id, next_at FROM outbox AS o WHERE `+claimable+` ORDER BY next_at LIMIT $2`, priority, r.State.Leases.Count()+1))
		if err != nil {
			return time.Time{}, fmt.Errorf("next outgoing mail: %w", err)
		}
		if i := slices.IndexFunc(due, func(m ticket.OutboxMail) bool { return r.State.Leases.Of(m.ID).Owner == "" }); i >= 0 {
			earliest = earlier(earliest, due[i].NextAt)
		}
	}
	var next time.Time
	if err := r.Row(`SELECT coalesce(min(next_at), 0) FROM outbox WHERE held <> ''`).Scan(sqlrow.At(&next)); err != nil {
		return time.Time{}, fmt.Errorf("next held mail: %w", err)
	}
	return earlier(earliest, next), nil
}

// earlier returns the earlier of two times, where zero is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// Attempted records the attempt even when the mail is already done, or another daemon has
// claimed it since; then it changes nothing else, unless the attempt sent the mail.
func (t *Tx) Attempted(a ticket.Attempt) (ticket.OutboxMail, error) {
	t.Done = append(t.Done, a.Outbox)
	if err := t.Put(`INSERT INTO attempt (outbox, at, state, next_at, host, code, text) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a.Outbox, sqlrow.Micros(a.At), a.State, sqlrow.Micros(a.NextAt), a.Host, a.Code, a.Text); err != nil {
		return ticket.OutboxMail{}, fmt.Errorf("keep attempt: %w", err)
	}
	var done time.Time
	if a.State != ticket.OutboxReady {
		done = a.At
	}
	if err := t.Put(`UPDATE outbox SET state = $1, attempts = attempts + 1, next_at = $2, lease_owner = '', done_at = $3, last_code = $4, last_text = $5,
		held = '', allowed_at = CASE WHEN held = '' THEN allowed_at ELSE $6 END WHERE id = $7 AND (state IN ('ready', 'claimed') AND (lease_owner IN ('', $8) OR $8 = '') OR state IN ('claimed', 'cancelled') AND $1 = 'sent')`,
		a.State, sqlrow.Micros(a.NextAt), sqlrow.Micros(done), a.Code, a.Text, sqlrow.Micros(a.At), a.Outbox, a.Owner); err != nil {
		return ticket.OutboxMail{}, fmt.Errorf("keep attempt: %w", err)
	}
	m, err := scanOutbox(t.read.Row(`SELECT `+outboxColumns+` FROM outbox WHERE id = $1`, a.Outbox))
	err = sqlrow.Found(err, "outgoing mail", a.Outbox)
	if err == nil {
		t.touchOutbox(m)
	}
	if err == nil && m.HeldKey != "" {
		t.touchBudgets(m)
	}
	return m, err
}

// CameBack is described at [ticket.OutboxWriter].
func (t *Tx) CameBack(a ticket.Attempt) error {
	_, err := t.Attempted(a)
	if err != nil {
		return err
	}
	err = t.Put(`UPDATE outbox SET state = 'failed', last_code = $1, last_text = $2 WHERE id = $3`, a.Code, a.Text, a.Outbox)
	if err != nil {
		return fmt.Errorf("keep that mail %d came back: %w", a.Outbox, err)
	}
	return nil
}

// SetOutboxState is described at [ticket.OutboxWriter].
func (t *Tx) SetOutboxState(id ticket.OutboxID, s ticket.OutboxState, nextAt time.Time) error {
	if s == ticket.OutboxClaimed {
		return fmt.Errorf("outgoing mail %d: only Claim claims", id)
	}
	var done time.Time
	if s != ticket.OutboxReady {
		done = nextAt
	}
	t.Done = append(t.Done, id)
	if err := t.touchOutgoing(id); err != nil {
		return err
	}
	n, err := t.Exec(`UPDATE outbox SET state = $1, next_at = $2, lease_owner = '', done_at = $3, held = '' WHERE id = $4`, s, sqlrow.Micros(nextAt), sqlrow.Micros(done), id)
	if err == nil && n == 0 {
		err = ticket.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("outgoing mail %d: %w", id, err)
	}
	return nil
}

// What a retry queries and changes beside its own row, which must cost the same
// however many mails wait. olderFirst names both states, so that the index
// outbox_order is used.
const (
	firstInLine = `SELECT coalesce(min(next_at), 0) FROM outbox WHERE priority = 0 AND state IN ('ready', 'claimed') AND held = ''`
	olderFirst  = `UPDATE outbox SET next_at = $1, priority = 0 WHERE state IN ('ready', 'claimed') AND state = 'ready' AND held = '' AND id < $2
		AND (ticket, recipient_key) = (SELECT ticket, recipient_key FROM outbox WHERE id = $2) RETURNING id`
)

// bringOlder moves the mails that one has to wait for to the front.
func (t *Tx) bringOlder(id ticket.OutboxID, first time.Time) error {
	older, err := sqlrow.Collect(func(row sqlrow.Scanner) (id ticket.OutboxID, err error) {
		err = row.Scan(&id)
		return id, err
	})(t.read.Query(olderFirst, sqlrow.Micros(first), id))
	for _, id := range older {
		t.Touch(ticket.OfOutgoing, int64(id), "")
	}
	return err
}

// RetryOutbox moves the mail, and those that it has to wait for, in front of all that
// are ready or claimed.
func (t *Tx) RetryOutbox(id ticket.OutboxID, now time.Time) error {
	m, err := t.read.Outgoing(id)
	if err != nil {
		return err
	}
	t.touchOutbox(m)
	if m.Held != "" {
		t.touchBudgets(m) // the guard is not asked
	}
	first := now
	var earliest time.Time
	err = t.read.Row(firstInLine).Scan(sqlrow.At(&earliest))
	if !earliest.IsZero() && !earliest.After(first) {
		first = earliest.Add(-time.Microsecond)
	}
	if err == nil {
		err = t.bringOlder(id, first)
	}
	var n int64
	if err == nil {
		n, err = t.Exec(`UPDATE outbox SET state = 'ready', attempts = 0, priority = 0, next_at = $1, lease_owner = '', done_at = 0,
			held = '', allowed_at = CASE WHEN held = '' THEN allowed_at ELSE $2 END WHERE id = $3`, sqlrow.Micros(first), sqlrow.Micros(now), id)
	}
	if err == nil && n == 0 {
		err = ticket.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("outgoing mail %d: %w", id, err)
	}
	return nil
}
