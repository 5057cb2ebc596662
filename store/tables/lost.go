package tables

import (
	"fmt"

	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// KeepLost writes into the journal.
func (t *Tx) KeepLost(l ticket.LostMail) error {
	_, err := t.exec(`INSERT INTO lost (mail, reason) VALUES ($1, $2) ON CONFLICT DO NOTHING`, l.Mail, l.Reason)
	if err == nil { // its number is not given again
		_, err = t.exec(`INSERT INTO sqlite_sequence (name, seq) SELECT 'mail', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'mail')`)
	}
	if err == nil {
		_, err = t.exec(`UPDATE sqlite_sequence SET seq = max(seq, $1) WHERE name = 'mail'`, l.Mail)
	}
	if err != nil {
		return fmt.Errorf("keep that mail %d is lost: %w", l.Mail, err)
	}
	return nil
}

func (r *Reader) LostMails() ([]ticket.LostMail, error) {
	return sqlrow.Collect(func(row sqlrow.Scanner) (l ticket.LostMail, err error) {
		err = row.Scan(&l.Mail, &l.Reason)
		return l, err
	})(r.kept().query(`SELECT mail, reason FROM lost ORDER BY mail`))
}
