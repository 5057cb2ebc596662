package tables

import (
	"encoding/json"
	"fmt"

	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

const authenticationColumns = `at, spf, spf_domain, dkim, signatures, dmarc, policy, policy_at, signer, fault`

// addAuthentication keeps what is known of a mail that is kept.
func (t *Tx) addAuthentication(m ticket.Mail) error {
	a := m.Envelope.Checked
	if a == nil || a.At.IsZero() {
		return nil
	}
	return t.KeepAuthentication(m.ID, *a)
}

// KeepAuthentication keeps who sent a mail of the journal, once.
func (t *Tx) KeepAuthentication(id ticket.MailID, a ticket.Authentication) error {
	signatures, err := signaturesText(a.Signatures)
	if err != nil {
		return err
	}
	values := []any{sqlrow.Micros(a.At), a.SPF, a.SPFDomain, a.DKIM, signatures, a.DMARC, a.Policy, a.PolicyAt, a.Signer, a.Fault}
	err = t.Put(`INSERT INTO authentication (`+authenticationColumns+`, checksum, id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT DO NOTHING`, append(values, sqlrow.Sum(values...), id)...)
	if err != nil {
		return fmt.Errorf("keep who sent mail %d: %w", id, err)
	}
	return nil
}

func signaturesText(all []ticket.Signature) (string, error) {
	if len(all) == 0 {
		return "", nil
	}
	text, err := json.Marshal(all)
	return string(text), err
}

// Authentication is described at [ticket.MailReader].
func (r *Reader) Authentication(id ticket.MailID) (a ticket.Authentication, err error) {
	var signatures string
	err = r.Journal().Row(`SELECT `+authenticationColumns+` FROM authentication WHERE id = $1`, id).
		Scan(sqlrow.At(&a.At), &a.SPF, &a.SPFDomain, &a.DKIM, &signatures, &a.DMARC, &a.Policy, &a.PolicyAt, &a.Signer, &a.Fault)
	if err == nil && signatures != "" {
		err = json.Unmarshal([]byte(signatures), &a.Signatures)
	}
	return a, sqlrow.Found(err, "authentication of mail", id)
}
