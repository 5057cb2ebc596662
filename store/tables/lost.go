package tables

import (
	"fmt"

	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// KeepLost writes into the journal.
func (t *Tx) KeepLost(l ticket.LostMail) error {
	_, err := t.Exec(`INSERT INTO lost (mail, reason) VALUES ($1, $2) ON CONFLICT DO NOTHING`, l.Mail, l.Reason)
	if err == nil {
		err = t.Engine.Raise(t.Ctx, t.Q, "mail", int64(l.Mail)) // its number is not given again
	}
	if err != nil {
		return fmt.Errorf("keep that mail %d is lost: %w", l.Mail, err)
	}
	return nil
}

// LostMails is described at [ticket.MailReader].
func (r *Reader) LostMails() ([]ticket.LostMail, error) {
	return sqlrow.Collect(func(row sqlrow.Scanner) (l ticket.LostMail, err error) {
		err = row.Scan(&l.Mail, &l.Reason)
		return l, err
	})(r.Journal().Query(`SELECT mail, reason FROM lost ORDER BY mail`))
}
