package tables

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"maildesk/store/laws"
	"maildesk/store/sqlrow"
	"maildesk/store/statement"
	"maildesk/ticket"
)

// The audit is a chain: the hash of a row covers its values and the hash of the row before
// it. Whoever changes a row, puts one between or takes one away would have to make all hashes
// after it anew, and the last one is known to whoever noted what check --data prints.

const auditColumns = "id, at, kind, actor, coalesce(ticket, 0), coalesce(mail, 0), number, coalesce(event, 0), hash"

func scanAudit(row sqlrow.Scanner) (a ticket.Audit, err error) {
	err = row.Scan(&a.ID, sqlrow.At(&a.At), &a.Kind, &a.Actor, &a.Ticket, &a.Mail, &a.Number, &a.Event, sqlrow.Digest(&a.Hash))
	return a, err
}

// Chain returns the hash of a row that follows one with the hash before.
func Chain(before [32]byte, a ticket.Audit) [32]byte {
	text := fmt.Sprintf("%x|%d|%d|%q|%q|%d|%d|%d|%d", before, a.ID, sqlrow.Micros(a.At), a.Kind, a.Actor, a.Ticket, a.Mail, a.Number, a.Event)
	return sha256.Sum256([]byte(text))
}

// LastAudit returns the last row of the audit; a zero one where there is none.
func (r *Reader) LastAudit() (a ticket.Audit, err error) {
	a, err = scanAudit(r.Row(`SELECT ` + auditColumns + ` FROM audit ORDER BY id DESC LIMIT 1`))
	if errors.Is(err, sql.ErrNoRows) {
		return ticket.Audit{}, nil
	}
	return a, err
}

// AuditedSince is described at [ticket.ConditionReader].
func (r *Reader) AuditedSince(since time.Time, kinds ...ticket.EventKind) ([]ticket.Event, error) {
	last, err := r.LastAudit()
	if err != nil || last.At.Before(since) {
		return nil, err
	}
	var c sqlrow.Conditions
	c.Add("id > ", last.ID-1000)
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
	err = t.Put(`INSERT INTO audit (id, at, kind, actor, ticket, mail, number, event, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		a.ID, sqlrow.Micros(a.At), a.Kind, a.Actor, sqlrow.Ref(a.Ticket), sqlrow.Ref(a.Mail), a.Number, sqlrow.Ref(a.Event), a.Hash[:])
	if err != nil {
		return fmt.Errorf("append to the audit: %w", err)
	}
	return nil
}

// audit appends an event to the audit, if it bears on trust.
func (t *Tx) audit(e ticket.Event) error {
	if !e.Audited() {
		return nil
	}
	return t.AddAudit(ticket.Audit{At: e.At, Kind: string(e.Kind), Actor: e.Actor, Ticket: e.Ticket, Mail: e.Mail, Number: e.Number, Event: e.ID})
}

// auditedKinds returns the kinds of events that are part of the audit, as a list of SQL.
func auditedKinds() string {
	var all []string
	for _, k := range ticket.EventKinds {
		if k.Audited() {
			all = append(all, "'"+string(k)+"'")
		}
	}
	return strings.Join(all, ", ")
}

// auditLaw is broken where somebody tampered with the audit.
const auditLaw = "the audit is a chain without a gap"

// CheckAudit follows the chain, and looks for events that are missing in it.
func CheckAudit(ctx context.Context, view func(context.Context, func(*statement.Reader) error) error) (problems []laws.Problem, err error) {
	var before ticket.Audit
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
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("audit: %w", err)
		}
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
