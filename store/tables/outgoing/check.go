package outgoing

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"

	"maildesk/store/laws"
	"maildesk/store/statement"
	"maildesk/ticket"
)

// Check compares the bytes of every outgoing mail that are kept with the
// hash taken when the mail was made. view runs a function on a snapshot.
func Check(ctx context.Context, view func(context.Context, func(*statement.Reader) error) error) (problems []laws.Problem, err error) {
	for after, n := ticket.OutboxID(0), laws.HashPage; n == laws.HashPage; {
		err := view(ctx, func(s *statement.Reader) error {
			r := Reader{s}
			page, err := r.outbox(`WHERE id > $1 ORDER BY id LIMIT $2`, after, laws.HashPage)
			if err != nil {
				return err
			}
			n = len(page)
			for _, m := range page {
				after = m.ID
				wrong, err := r.wrongBytes(m)
				if err != nil {
					return err
				}
				if wrong {
					problems = append(problems, laws.Problem{Law: "an outgoing mail's bytes are those that were written", What: fmt.Sprintf("outbox %d has another SHA-256", m.ID)})
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return problems, nil
}

// wrongBytes reports whether the bytes of a mail exist and do not match its
// hash. Missing bytes are found by the laws.
func (r *Reader) wrongBytes(m ticket.OutboxMail) (bool, error) {
	if !m.DroppedAt.IsZero() {
		return false, nil
	}
	raw, err := r.outgoingBytes(m)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	sum := sha256.Sum256(raw)
	return !bytes.Equal(sum[:], m.SHA256[:]), err
}
