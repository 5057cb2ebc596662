package store

import (
	"context"
	"fmt"

	"maildesk/desk"
)

// Problem is one broken law of the store.
type Problem struct {
	Law  string // what ought to hold
	What string // where it does not: a table and the number of its row
}

func (p Problem) String() string { return p.Law + ": " + p.What }

// laws are questions whose answers, one a row, are the breaches.
var laws = [...]struct{ law, query string }{
	{"every mail has its raw bytes", `SELECT 'mail ' || m.id FROM mail m LEFT JOIN mail_raw r ON r.mail = m.id WHERE r.mail IS NULL OR length(r.raw) <> m.size`},
	{"raw bytes belong to a mail", `SELECT 'mail_raw ' || r.mail FROM mail_raw r LEFT JOIN mail m ON m.id = r.mail WHERE m.id IS NULL`},
	{"a new or appended mail has one entry, in its ticket", `SELECT 'mail ' || m.id || ' (' || m.disposition || ', ticket ' || coalesce(m.ticket, 0) || ') has ' || count(e.id)
		FROM mail m LEFT JOIN entry e ON e.mail = m.id AND e.kind <> 'system' WHERE m.disposition IN ('new', 'appended')
		GROUP BY m.id, m.disposition, m.ticket HAVING count(e.id) <> 1 OR min(e.ticket) <> coalesce(m.ticket, 0)`},
	{"a new mail has a ticket of its own", `SELECT 'ticket ' || coalesce(ticket, 0) || ' was opened by ' || count(*) || ' mails' FROM mail WHERE disposition = 'new'
		GROUP BY ticket HAVING count(*) <> 1 OR ticket IS NULL`},
	{"a duplicate names the first mail", `SELECT 'mail ' || id FROM mail WHERE disposition = 'duplicate' AND duplicate_of IS NULL`},
	{"an outgoing mail has its bytes", `SELECT 'outbox ' || o.id FROM outbox o LEFT JOIN outbox_bytes b ON b.outbox = o.id WHERE b.outbox IS NULL`},
	{"every entry is in the search index", `SELECT 'entry ' || e.id FROM entry e LEFT JOIN search_docsize s ON s.id = e.id WHERE s.id IS NULL`},
	{"every subject is in the search index", `SELECT 'ticket ' || t.id FROM ticket t LEFT JOIN search_docsize s ON s.id = -t.id WHERE s.id IS NULL`},
	{"the search index holds nothing else", `SELECT 'search ' || s.id FROM search_docsize s
		LEFT JOIN entry e ON e.id = s.id LEFT JOIN ticket t ON t.id = -s.id WHERE e.id IS NULL AND t.id IS NULL`},
}

// Check reads everything and gives every breach of the laws: the file's own
// integrity, the references, conservation (accepted mails against the sum of
// the dispositions), and the laws above. It may run beside a working daemon,
// in another process: this DB takes no changes while its file is read.
func (db *DB) Check(ctx context.Context) ([]Problem, error) {
	var problems []Problem
	err := db.alone(ctx, func() (err error) {
		problems, err = db.checkFile(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("check: %w", err)
	}
	err = db.View(ctx, func(dr desk.Reader) error {
		r := dr.(*reader)
		for _, l := range laws {
			breaches, err := collect(scanText)(r.query(l.query))
			if err != nil {
				return fmt.Errorf("%s: %w", l.law, err)
			}
			for _, b := range breaches {
				problems = append(problems, Problem{l.law, b})
			}
		}
		y, err := r.Tally()
		if err != nil {
			return err
		}
		var sum int64
		for _, n := range y.Dispositions {
			sum += n
		}
		if sum != y.Accepted {
			problems = append(problems, Problem{"accepted = the sum of all dispositions", fmt.Sprintf("accepted %d, sum %d", y.Accepted, sum)})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("check: %w", err)
	}
	return problems, nil
}

func scanText(row scanner) (s string, err error) {
	err = row.Scan(&s)
	return s, err
}
