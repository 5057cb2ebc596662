package tables

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"maildesk/store/laws"
	"maildesk/store/sqlrow"
	"maildesk/store/statement"
	"maildesk/ticket"
)

// The audit is a chain: the hash of a row covers its values and the hash of the row before
// it. Changing, inserting or removing a row would mean recomputing all hashes
// after it, and the last one is kept in the data folder; see daemon/auditanchor.

const auditColumns = "id, at, kind, actor, coalesce(ticket, 0), coalesce(mail, 0), number, coalesce(event, 0), said, salt, hash"

func scanAudit(row sqlrow.Scanner) (a ticket.Audit, err error) {
	var said []byte
	err = row.Scan(&a.ID, sqlrow.At(&a.At), &a.Kind, &a.Actor, &a.Ticket, &a.Mail, &a.Number, &a.Event, &said, &a.Salt, sqlrow.Digest(&a.Hash))
	copy(a.Said[:], said)
	return a, err
}

// Chain returns the hash of a row that follows one with the hash before.
func Chain(before [32]byte, a ticket.Audit) [32]byte {
	text := fmt.Sprintf("%x|%d|%d|%q|%q|%d|%d|%d|%d", before, a.ID, sqlrow.Micros(a.At), a.Kind, a.Actor, a.Ticket, a.Mail, a.Number, a.Event)
	if a.Said != [32]byte{} {
		text += fmt.Sprintf("|%x", a.Said)
	}
	return sha256.Sum256([]byte(text))
}

// LastAudit returns the last row of the audit, zero if there is none.
func (r *Reader) LastAudit() (a ticket.Audit, err error) {
	a, err = scanAudit(r.Row(`SELECT ` + auditColumns + ` FROM audit ORDER BY id DESC LIMIT 1`))
	if errors.Is(err, sql.ErrNoRows) {
		return ticket.Audit{}, nil
	}
	return a, err
}

// AuditRow returns a row of the audit, zero if there is none with that number.
func (r *Reader) AuditRow(id int64) (a ticket.Audit, err error) {
	a, err = scanAudit(r.Row(`SELECT `+auditColumns+` FROM audit WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return ticket.Audit{}, nil
	}
	return a, err
}

// AuditOf returns the rows of the given kinds. It reads the whole audit.
func (r *Reader) AuditOf(kinds ...string) ([]ticket.Audit, error) {
	var c sqlrow.Conditions
	c.In("kind", len(kinds), func(i int) any { return kinds[i] })
	return sqlrow.Collect(scanAudit)(r.Query(`SELECT `+auditColumns+` FROM audit`+c.Where()+` ORDER BY id`, c.Args...))
}

// AuditedSince is described at [ticket.ConditionReader].
func (r *Reader) AuditedSince(since time.Time, kinds ...ticket.EventKind) ([]ticket.Event, error) {
	last, err := r.LastAudit()
	if err != nil || last.At.Before(since) {
		return nil, err
	}
	var first int64 // of the latest rows that tell of an event: an erasure adds others, without bound
	if err := r.Row(`SELECT coalesce(min(id), 0) FROM (SELECT id FROM audit WHERE event IS NOT NULL ORDER BY id DESC LIMIT $1) AS latest`, 1000).Scan(&first); err != nil {
		return nil, err
	}
	var c sqlrow.Conditions
	c.Add("id >= ", first)
	c.Add("at >= ", sqlrow.Micros(since))
	c.In("kind", len(kinds), func(i int) any { return kinds[i] })
	return r.events(` WHERE id IN (SELECT event FROM audit`+c.Where()+`) ORDER BY id`, c.Args...)
}

// AddAudit appends to the audit.
func (t *Tx) AddAudit(a ticket.Audit) error {
	last, err := t.LastAudit()
	if err != nil {
		return err
	}
	if strings.Contains(a.Actor, "@") { // somebody outside
		a.Actor = ""
	}
	a.ID = last.ID + 1
	a.Hash = Chain(last.Hash, a)
	var said []byte
	if a.Salt != nil {
		said = a.Said[:]
	}
	err = t.Put(`INSERT INTO audit (id, at, kind, actor, ticket, mail, number, event, said, salt, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		a.ID, sqlrow.Micros(a.At), a.Kind, a.Actor, sqlrow.Ref(a.Ticket), sqlrow.Ref(a.Mail), a.Number, sqlrow.Ref(a.Event), said, a.Salt, a.Hash[:])
	if err != nil {
		return fmt.Errorf("append to the audit: %w", err)
	}
	t.Audits = true
	return nil
}

// auditedCount is the number of auditedColumns.
var auditedCount = 1 + strings.Count(auditedColumns, ",")

// audit appends an event to the audit, if it is security-relevant; values are those of its row.
func (t *Tx) audit(e ticket.Event, values []any) error {
	if !e.Audited() {
		return nil
	}
	salt := make([]byte, 16)
	rand.Read(salt) // never fails
	return t.AddAudit(ticket.Audit{At: e.At, Kind: string(e.Kind), Actor: e.Actor, Ticket: e.Ticket, Mail: e.Mail, Number: e.Number, Event: e.ID,
		Said: sqlrow.Salted(salt, values[:auditedCount]...), Salt: salt})
}

// auditErased records in the audit that words were erased from an event: its row loses the salt, without which
// nobody can find out what was digested, and a new row says so.
func (t *Tx) auditErased(event any) error {
	of, err := sqlrow.Collect(scanAudit)(t.Query(`SELECT `+auditColumns+` FROM audit WHERE event = $1 AND salt IS NOT NULL`, event))
	for _, a := range of {
		if _, err := t.Exec(`UPDATE audit SET salt = NULL WHERE id = $1`, a.ID); err != nil {
			return err
		}
		if err := t.AddAudit(ticket.Audit{At: time.Now(), Kind: ticket.AuditWordsErased, Actor: ticket.ActorDesk, Ticket: a.Ticket, Number: int(a.ID)}); err != nil {
			return err
		}
	}
	return err
}

// auditedKinds returns the kinds of events that are audited, as an SQL list.
func auditedKinds() string {
	var all []string
	for _, k := range ticket.EventKinds {
		if k.Audited() {
			all = append(all, "'"+string(k)+"'")
		}
	}
	return strings.Join(all, ", ")
}

// auditLaw is broken if somebody tampered with the audit.
const auditLaw = "the audit is a chain without a gap"

// CheckAudit follows the chain, and looks for events that are missing from it or differ.
func CheckAudit(ctx context.Context, view func(context.Context, func(*statement.Reader) error) error) (problems []laws.Problem, err error) {
	var before ticket.Audit
	untold := map[int]bool{} // rows without their salt, of which no row says yet that words were erased
	for n := 1; n > 0; {
		err := view(ctx, func(r *statement.Reader) error {
			page, err := sqlrow.Collect(scanAudit)(r.Query(`SELECT `+auditColumns+` FROM audit WHERE id > $1 ORDER BY id LIMIT $2`, before.ID, personalPage))
			n = len(page)
			for _, a := range page {
				if a.ID != before.ID+1 {
					problems = append(problems, laws.Problem{Law: auditLaw, What: fmt.Sprintf("audit %d is missing", before.ID+1)})
				} else if a.Hash != Chain(before.Hash, a) {
					problems = append(problems, laws.Problem{Law: auditLaw, What: fmt.Sprintf("audit %d has another hash", a.ID)})
				}
				before = a
				if a.Said != [32]byte{} && a.Salt == nil {
					untold[int(a.ID)] = true
				} else if a.Kind == ticket.AuditWordsErased {
					delete(untold, a.Number)
				}
			}
			if err != nil || n == 0 {
				return err
			}
			changed, err := changedEvents(r, page[0].ID, before.ID)
			problems = append(problems, changed...)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("audit: %w", err)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(untold)) {
		problems = append(problems, laws.Problem{Law: auditLaw, What: fmt.Sprintf("audit %d has lost the salt of its event, though nobody erased anything of that", id)})
	}
	err = view(ctx, func(r *statement.Reader) error {
		var since int64 // events of an earlier version are not in it
		if err := r.Row(`SELECT coalesce(min(event), 0) FROM audit`).Scan(&since); err != nil || since == 0 {
			return err
		}
		missing, err := sqlrow.Collect(sqlrow.ScanID)(r.Query(`SELECT e.id FROM event e LEFT JOIN audit a ON a.event = e.id
			WHERE e.kind IN (`+auditedKinds()+`) AND NOT (e.kind = '`+string(ticket.EventSuspect)+`' AND e.topic = '`+ticket.SuspectName+`') AND e.id >= $1 AND a.id IS NULL ORDER BY e.id`, since))
		for _, id := range missing {
			problems = append(problems, laws.Problem{Law: auditLaw, What: fmt.Sprintf("event %d is not in it", id)})
		}
		gone, err2 := sqlrow.Collect(sqlrow.ScanID)(r.Query(`SELECT a.event FROM audit a LEFT JOIN event e ON e.id = a.event AND e.kind = a.kind
			WHERE a.event > $1 AND e.id IS NULL ORDER BY a.event`, 0))
		for _, id := range gone {
			problems = append(problems, laws.Problem{Law: auditLaw, What: fmt.Sprintf("event %d, of which it tells, is gone or another", id)})
		}
		return errors.Join(err, err2)
	})
	return problems, err
}

// changedEvents returns which events of the rows from first to last were changed since.
func changedEvents(r *statement.Reader, first, last int64) (problems []laws.Problem, err error) {
	rows, err := r.Query(`SELECT a.event, a.said, a.salt, e.`+strings.ReplaceAll(auditedColumns, ", ", ", e.")+` FROM audit a JOIN event e ON e.id = a.event
		WHERE a.id >= $1 AND a.id <= $2 AND a.salt IS NOT NULL ORDER BY a.id`, first, last)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var event int64
	var said [32]byte
	var salt []byte
	values := make([]any, auditedCount)
	into := []any{&event, sqlrow.Digest(&said), &salt}
	for i := range values {
		into = append(into, &values[i])
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		if sqlrow.Salted(salt, values...) != said {
			problems = append(problems, laws.Problem{Law: auditLaw, What: fmt.Sprintf("event %d, of which it tells, says something else", event)})
		}
	}
	return problems, rows.Err()
}
