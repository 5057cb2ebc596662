package tables

import (
	"fmt"

	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// Troubles is described at [ticket.ConditionReader].
func (r *Reader) Troubles(kinds ...ticket.TroubleKind) ([]ticket.TroubleState, error) {
	var c sqlrow.Conditions
	if len(kinds) > 0 {
		c.In("kind", len(kinds), func(i int) any { return kinds[i] })
	}
	return sqlrow.Collect(func(row sqlrow.Scanner) (s ticket.TroubleState, err error) {
		err = row.Scan(&s.Kind, &s.Subject, &s.Text, &s.Mark, sqlrow.At(&s.Since), sqlrow.At(&s.OverAt), &s.Told, &s.ToldMark, sqlrow.At(&s.Hour), &s.Mails)
		return s, err
	})(r.Query(`SELECT kind, subject, text, mark, since, over_at, told, told_mark, hour, mails FROM trouble`+c.Where()+` ORDER BY kind, subject`, c.Args...))
}

// SaveTrouble is described at [ticket.TroubleWriter].
func (t *Tx) SaveTrouble(s ticket.TroubleState) error {
	t.Touch(ticket.OfTroubles, 0, "")
	_, err := t.Exec(`INSERT INTO trouble (kind, subject, text, mark, since, over_at, told, told_mark, hour, mails) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (kind, subject) DO UPDATE SET text = excluded.text, mark = excluded.mark, since = excluded.since, over_at = excluded.over_at,
		told = excluded.told, told_mark = excluded.told_mark, hour = excluded.hour, mails = excluded.mails`,
		s.Kind, s.Subject, s.Text, s.Mark, sqlrow.Micros(s.Since), sqlrow.Micros(s.OverAt), sqlrow.Flag(s.Told), s.ToldMark, sqlrow.Micros(s.Hour), s.Mails)
	if err != nil {
		return fmt.Errorf("keep the trouble %s of %s: %w", s.Kind, s.Subject, err)
	}
	return nil
}

// DropTrouble is described at [ticket.TroubleWriter].
func (t *Tx) DropTrouble(kind ticket.TroubleKind, subject string) error {
	t.Touch(ticket.OfTroubles, 0, "")
	_, err := t.Exec(`DELETE FROM trouble WHERE kind = $1 AND subject = $2`, kind, subject)
	if err != nil {
		return fmt.Errorf("forget the trouble %s of %s: %w", kind, subject, err)
	}
	return nil
}
