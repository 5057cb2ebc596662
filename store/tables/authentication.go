package tables

import (
	"encoding/hex"
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
	if err := t.claimSignature(id, &a); err != nil {
		return err
	}
	signatures, err := signaturesText(a)
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

// claimSignature names, of a mail that its writer has signed, the first one that came with the same signature: the
// index of fingerprints has it, like the mail itself.
func (t *Tx) claimSignature(id ticket.MailID, a *ticket.Authentication) error {
	if !a.Signed.Holds() {
		return nil
	}
	digest, err := hex.DecodeString(a.Signed.Digest)
	if err != nil || len(digest) != 32 {
		return fmt.Errorf("keep the signature of mail %d: digest %q", id, a.Signed.Digest)
	}
	if err := t.Put(`INSERT INTO fingerprint (fingerprint, mail, seen_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, digest, id, sqlrow.Micros(a.At)); err != nil {
		return fmt.Errorf("keep the signature of mail %d: %w", id, err)
	}
	first, _, err := t.seen([32]byte(digest))
	if err == nil && first != id {
		signed := *a.Signed
		signed.First, a.Signed = first, &signed
	}
	return err
}

// keptSignature is one of the signatures of a mail as they are kept: a DKIM signature, or, the last one, its writer's own.
type keptSignature struct {
	ticket.Signature
	Signed *ticket.Signed `json:"signed,omitempty"`
}

func signaturesText(a ticket.Authentication) (string, error) {
	var all []keptSignature
	for _, s := range a.Signatures {
		all = append(all, keptSignature{Signature: s})
	}
	if a.Signed != nil {
		all = append(all, keptSignature{Signed: a.Signed})
	}
	if len(all) == 0 {
		return "", nil
	}
	text, err := json.Marshal(all)
	return string(text), err
}

// readSignatures adds the signatures as they are kept.
func readSignatures(text string, a *ticket.Authentication) error {
	var all []keptSignature
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return err
	}
	for _, s := range all {
		if s.Signed != nil {
			a.Signed = s.Signed
			continue
		}
		a.Signatures = append(a.Signatures, s.Signature)
	}
	return nil
}

// Authentication is described at [ticket.MailReader].
func (r *Reader) Authentication(id ticket.MailID) (a ticket.Authentication, err error) {
	var signatures string
	err = r.Journal().Row(`SELECT `+authenticationColumns+` FROM authentication WHERE id = $1`, id).
		Scan(sqlrow.At(&a.At), &a.SPF, &a.SPFDomain, &a.DKIM, &signatures, &a.DMARC, &a.Policy, &a.PolicyAt, &a.Signer, &a.Fault)
	if err == nil && signatures != "" {
		err = readSignatures(signatures, &a)
	}
	return a, sqlrow.Found(err, "authentication of mail", id)
}
