package tables

import (
	"fmt"

	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// WantedLanguage is described at [ticket.LanguageReader].
func (r *Reader) WantedLanguage(address string) (string, error) {
	all, err := sqlrow.Collect(sqlrow.ScanText)(r.Query(`SELECT language FROM wanted_language WHERE address = $1`, sqlrow.Key(address)))
	if err != nil || len(all) == 0 {
		return "", err
	}
	return all[0], nil
}

// SetWantedLanguage is described at [ticket.LanguageWriter].
func (t *Tx) SetWantedLanguage(address, language string) error {
	err := t.Put(`INSERT INTO wanted_language (address, language) VALUES ($1, $2) ON CONFLICT (address) DO UPDATE SET language = excluded.language`, sqlrow.Key(address), language)
	if err != nil {
		return fmt.Errorf("keep the language that %s wants: %w", address, err)
	}
	t.Touch(ticket.OfLanguage, 0, sqlrow.Key(address))
	return nil
}
