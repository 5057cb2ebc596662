package tables

import (
	"context"
	"fmt"
	"strings"

	"maildesk/store/laws"
	"maildesk/store/sqlrow"
	"maildesk/store/statement"
	"maildesk/store/tables/articles"
)

// A row whose texts people or the desk rely on has a sum of them in its column
// checksum, written with them: changes by anything else (a disk, memory,
// another program) are found. A CRC does not stop a determined
// person, but finds every change of up to 64 neighbouring bits, and costs less
// than a microsecond per kilobyte. What changes often and is checked by the laws
// (state and times of an outgoing mail, what became of a mail) is not included.

// Summed lists the columns in a row's checksum, in order.
// Migrations that change one have to recompute all checksums of the table.
var Summed = []struct{ Table, Columns string }{
	{"mail", "source, reverse_path, unknown, forward_paths, client, helo, tls, auth_user, received_at, size, sha256, fingerprint, message_id, trusted"},
	{"authentication", authenticationColumns},
	{"ticket", `subject, address, requester, requester_key, name, status, category, kind, priority, queue, level, assignee, language,
		tags, rules, follows, merged, created_at, updated_at, resolved_at, informed_at, closed_at, wake_at,
		target, due_first_response, due_update, due_resolution, target_at, round, await_at, plan_at`},
	{"participant", "ticket, address, address_key, name, role"},
	{"entry", "ticket, mail, kind, author, name, subject, text, full_text, at"},
	{"event", eventColumns},
	{"article", articles.Columns},
	{"article_text", articles.TextColumns},
	{"message_ref", "message_id, ticket, mail, participant, own"},
	{"outbox", `ticket, participant, cause, cause_event, template, language, recipient, recipient_key, reverse_path, message_id, automatic,
		created_at, standing, budget_mailbox, budget_domain, size, sha256`},
}

// CheckSums compares every row with its checksum. view runs a function on a snapshot.
func CheckSums(ctx context.Context, view func(context.Context, func(*statement.Reader) error) error) (problems []laws.Problem, err error) {
	for _, s := range Summed {
		for after, n := int64(0), laws.HashPage; n == laws.HashPage; {
			err := view(ctx, func(r *statement.Reader) error {
				more, last, read, err := wrongSums(r, s.Table, s.Columns, after)
				problems, after, n = append(problems, more...), last, read
				return err
			})
			if err != nil {
				return nil, fmt.Errorf("checksums of %s: %w", s.Table, err)
			}
		}
	}
	return problems, nil
}

// wrongSums compares up to hashPage rows, and returns the number of the last.
func wrongSums(r *statement.Reader, table, columns string, after int64) (problems []laws.Problem, last int64, read int, err error) {
	rows, err := r.Query(`SELECT id, checksum, `+columns+` FROM `+table+` WHERE id > $1 ORDER BY id LIMIT $2`, after, laws.HashPage)
	if err != nil {
		return nil, after, 0, err
	}
	defer rows.Close()
	var wanted int64
	values := make([]any, 1+strings.Count(columns, ","))
	into := []any{&last, &wanted}
	for i := range values {
		into = append(into, &values[i])
	}
	for ; rows.Next(); read++ {
		if err := rows.Scan(into...); err != nil {
			return nil, after, 0, err
		}
		if sqlrow.Sum(values...) != wanted {
			problems = append(problems, laws.Problem{Law: "a row is as it was written", What: fmt.Sprintf("%s %d has another checksum", table, last)})
		}
	}
	return problems, last, read, rows.Err()
}
