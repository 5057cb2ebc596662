package tables

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"maildesk/store/personal"

	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// ErasedMails is described at [ticket.Reader].
func (r *Reader) ErasedMails() ([]ticket.ErasedMail, error) {
	return sqlrow.Collect(func(row sqlrow.Scanner) (e ticket.ErasedMail, err error) {
		err = row.Scan(&e.Mail, &e.How, &e.Erasure)
		return e, err
	})(r.Journal().Query(`SELECT mail, how, erasure FROM erased ORDER BY mail`))
}

// Erasures is described at [ticket.Reader].
func (r *Reader) Erasures() ([]ticket.Erasure, error) {
	return sqlrow.Collect(func(row sqlrow.Scanner) (e ticket.Erasure, err error) {
		err = row.Scan(&e.ID, sqlrow.At(&e.At), &e.Actor, &e.Digest, sqlrow.At(&e.DoneAt))
		return e, err
	})(r.Query(`SELECT id, at, actor, digest, done_at FROM erasure ORDER BY id`))
}

// AddErasure records the beginning of an erasure under its number or, if another erasure has that, under the
// next free one, and returns the number. An erasure of the same person counts as the same.
func (t *Tx) AddErasure(e ticket.Erasure) (int64, error) {
	var taken bool
	var last int64
	err := t.Row(`SELECT EXISTS (SELECT 1 FROM erasure WHERE id = $1 AND (digest <> $2 OR digest = '')), (SELECT coalesce(max(id), 0) FROM erasure)`, e.ID, e.Digest).Scan(&taken, &last)
	if err != nil {
		return 0, fmt.Errorf("number of an erasure: %w", err)
	}
	if taken {
		e.ID = last + 1
	}
	return e.ID, t.SaveErasure(e)
}

// SaveErasure stores an erasure, new or changed.
func (t *Tx) SaveErasure(e ticket.Erasure) error {
	_, err := t.Exec(`INSERT INTO erasure (id, at, actor, digest, done_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET at = excluded.at, actor = excluded.actor, digest = excluded.digest, done_at = excluded.done_at`,
		e.ID, sqlrow.Micros(e.At), e.Actor, e.Digest, sqlrow.Micros(e.DoneAt))
	if err != nil {
		return fmt.Errorf("keep erasure %d: %w", e.ID, err)
	}
	return nil
}

// KeepErased writes into the journal.
func (t *Tx) KeepErased(e ticket.ErasedMail) error {
	_, err := t.Exec(`INSERT INTO erased (mail, how, erasure) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, e.Mail, e.How, e.Erasure)
	if err != nil {
		return fmt.Errorf("keep that mail %d is erased: %w", e.Mail, err)
	}
	return nil
}

// EntriesOf returns the entries of mails. It reads all entries there are.
func (r *Reader) EntriesOf(mails []ticket.MailID) ([]ticket.Entry, error) {
	var c sqlrow.Conditions
	c.In("mail", len(mails), func(i int) any { return mails[i] })
	return sqlrow.Collect(scanEntry)(r.Query(`SELECT `+entryColumns+` FROM entry`+c.Where()+` ORDER BY id`, c.Args...))
}

// IndexEntry indexes an entry with its files again.
func (t *Tx) IndexEntry(e ticket.Entry) { t.Texts = append(t.Texts, TextOfEntry(e)) }

// Rewrite replaces texts of a row, by column, and recomputes its checksum; a wrong checksum
// stays wrong. The search index of entries and tickets follows, except for the files of an entry:
// see [Tx.IndexEntry].
func (t *Tx) Rewrite(of *personal.Table, key []any, texts map[string]string) error {
	if len(texts) == 0 {
		return nil
	}
	for column := range texts {
		if of.Columns[column] != personal.Words {
			return fmt.Errorf("rewrite %s: %s holds no words", of.Name, column)
		}
	}
	values := map[string]any{}
	for column, text := range texts {
		values[column] = text
	}
	if err := t.rewrite(of, key, values); err != nil {
		return fmt.Errorf("rewrite %s %v: %w", of.Name, key, err)
	}
	return t.reindex(of, key, texts)
}

// rewrite changes columns of a row and its checksum.
func (t *Tx) rewrite(of *personal.Table, key []any, values map[string]any) error {
	if columns := summedOf(of.Name); columns != nil {
		was, sum, err := t.summed(of, key, columns)
		if err != nil {
			return err
		}
		now := slices.Clone(was)
		for i, c := range columns {
			if v, changed := values[c]; changed {
				now[i] = v
			}
		}
		if sqlrow.Sum(was...) == sum {
			values["checksum"] = sqlrow.Sum(now...)
		}
	}
	var set []string
	var args []any
	for column, v := range values {
		args = append(args, v)
		set = append(set, fmt.Sprint(column, " = $", len(args)))
	}
	_, err := t.Exec("UPDATE "+of.Name+" SET "+strings.Join(set, ", ")+rowNamed(of, len(args)), append(args, key...)...)
	if err == nil && of.Name == "event" {
		err = t.auditErased(key[0])
	}
	return err
}

// summedOf returns the columns in a table's checksum, nil if it has none.
func summedOf(table string) []string {
	for _, s := range Summed {
		if s.Table == table {
			return strings.FieldsFunc(s.Columns, func(c rune) bool { return strings.ContainsRune(", \n\t", c) })
		}
	}
	return nil
}

// summed returns the values in a row's checksum, and the checksum.
func (t *Tx) summed(of *personal.Table, key []any, columns []string) (values []any, sum int64, err error) {
	values = make([]any, len(columns))
	into := []any{&sum}
	for i := range values {
		into = append(into, &values[i])
	}
	err = t.Row("SELECT checksum, "+strings.Join(columns, ", ")+" FROM "+of.Name+rowNamed(of, 0), key...).Scan(into...)
	return values, sum, err
}

// rowNamed returns the condition that selects a row of a table by its key, with parameters after n others.
func rowNamed(of *personal.Table, n int) string {
	var all []string
	for i, c := range of.Key {
		all = append(all, fmt.Sprint(c, " = $", n+i+1))
	}
	return " WHERE " + strings.Join(all, " AND ")
}

// reindex updates the search index for a changed row, and notes what was changed.
func (t *Tx) reindex(of *personal.Table, key []any, texts map[string]string) error {
	id, _ := key[0].(int64)
	if err := t.ForgetOf(of.Name, id); err != nil {
		return err
	}
	switch of.Name {
	case "ticket":
		t.Touch(ticket.OfTicket, id, "")
		if subject, changed := texts["subject"]; changed {
			t.index(-id, subject, "")
		}
	case "article":
		t.Touch(ticket.OfArticle, 0, "")
	case "article_text":
		var title, body string
		if err := t.Row(`SELECT title, body FROM article_text WHERE id = $1`, id).Scan(&title, &body); err != nil {
			return err
		}
		t.Touch(ticket.OfArticle, 0, "")
		if latest, err := t.IsLatestText(id); err != nil || !latest {
			return err
		}
		return t.Engine.IndexArticle(t.Ctx, t.Q, id, title, body)
	case "entry":
		e, err := scanEntry(t.Row(`SELECT `+entryColumns+` FROM entry WHERE id = $1`, id))
		if err != nil {
			return err
		}
		t.Touch(ticket.OfEntries, int64(e.Ticket), "")
		t.IndexEntry(e)
	}
	return nil
}

// Remove removes a row.
func (t *Tx) Remove(of *personal.Table, key []any) error {
	if id, is := key[0].(int64); is {
		if err := t.ForgetOf(of.Name, id); err != nil {
			return err
		}
	}
	if _, err := t.Exec("DELETE FROM "+of.Name+rowNamed(of, 0), key...); err != nil {
		return fmt.Errorf("remove %s %v: %w", of.Name, key, err)
	}
	return nil
}

// ReplaceMail replaces the bytes of a mail in the journal, with size,
// hash and checksum, and records that it is erased. Its number and its fingerprint stay.
func (t *Tx) ReplaceMail(e ticket.ErasedMail, raw []byte) error {
	sum := sha256.Sum256(raw)
	if err := t.rewrite(personal.TableOf("mail"), []any{int64(e.Mail)}, map[string]any{"size": int64(len(raw)), "sha256": sum[:]}); err != nil {
		return fmt.Errorf("replace mail %d: %w", e.Mail, err)
	}
	if _, err := t.Exec(`UPDATE mail_raw SET raw = $1 WHERE mail = $2`, raw, e.Mail); err != nil {
		return fmt.Errorf("replace the bytes of mail %d: %w", e.Mail, err)
	}
	_, err := t.Exec(`INSERT INTO erased (mail, how, erasure) VALUES ($1, $2, $3)
		ON CONFLICT (mail) DO UPDATE SET how = CASE WHEN erased.how = 'out' THEN erased.how ELSE excluded.how END, erasure = excluded.erasure`, e.Mail, e.How, e.Erasure)
	return err
}
