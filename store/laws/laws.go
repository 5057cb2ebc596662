// Package laws defines what must always be true of a desk's data, whatever
// happened to it, and finds violations: in the files, in the references between
// rows, in the hashes of mails, and in the sum of what became of them.
//
// It only reads, and repairs nothing. Begin with [Breaches].
package laws

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"

	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// Problem is one broken law of the store.
type Problem struct {
	Law  string // what ought to hold
	What string // where it does not: a table and the number of its row
}

func (p Problem) String() string { return p.Law + ": " + p.What }

// told are the mails of which one went out. It is joined: for "NOT IN (SELECT ...)" PostgreSQL reads
// the table anew for each row once it is large.
const told = `(SELECT DISTINCT cause FROM outbox WHERE cause IS NOT NULL) told`

// laws are questions whose answers, one a row, are the breaches. None may cost
// more than a pass over a table. (SQLite takes the tables of a CROSS JOIN in the
// order written.)
var laws = [...]struct{ law, query string }{
	// The journal.
	{"every mail has its raw bytes", `SELECT 'mail ' || m.id FROM mail m LEFT JOIN mail_raw r ON r.mail = m.id WHERE r.mail IS NULL OR length(r.raw) <> m.size`},
	{"raw bytes belong to a mail", `SELECT 'mail_raw ' || r.mail FROM mail_raw r LEFT JOIN mail m ON m.id = r.mail WHERE m.id IS NULL`},
	{"who sent a mail is known of mails of the journal", `SELECT 'authentication ' || a.id FROM authentication a LEFT JOIN mail m ON m.id = a.id WHERE m.id IS NULL`},
	{"a copy of a mail would be known", `SELECT 'mail ' || m.id FROM mail m LEFT JOIN fingerprint f ON f.fingerprint = m.fingerprint WHERE f.mail IS NULL`},
	{"a copy names an earlier mail", `SELECT 'mail ' || id FROM mail WHERE duplicate_of >= id`},
	{"a mail that was handled is in the journal", `SELECT 'handled ' || h.mail FROM handled h LEFT JOIN mail m ON m.id = h.mail WHERE m.id IS NULL`},
	{"attempts are counted at pending mails of the journal", `SELECT 'begun ' || b.mail FROM begun b LEFT JOIN mail m ON m.id = b.mail LEFT JOIN handled h ON h.mail = b.mail WHERE m.id IS NULL OR h.mail IS NOT NULL`},
	{"what a pending mail says stands in no ticket yet", `SELECT 'entry ' || e.id || ' of mail ' || e.mail FROM entry e LEFT JOIN handled h ON h.mail = e.mail
		WHERE e.mail IS NOT NULL AND e.kind <> 'system' AND h.mail IS NULL`},
	{"a new or appended mail has one entry, in its ticket", `SELECT 'mail ' || h.mail || ' (' || h.disposition || ', ticket ' || coalesce(h.ticket, 0) || ') has 0' FROM handled h
		LEFT JOIN (SELECT DISTINCT mail FROM entry WHERE mail IS NOT NULL AND kind <> 'system') e ON e.mail = h.mail
		WHERE h.disposition IN ('new', 'appended') AND e.mail IS NULL`},
	{"a new or appended mail has one entry, in its ticket", `SELECT 'mail ' || m.mail || ' (' || m.disposition || ', ticket ' || coalesce(m.ticket, 0) || ') has ' || count(*) || ' in ticket ' || min(e.ticket)
		FROM entry e CROSS JOIN handled m WHERE m.mail = e.mail AND e.kind <> 'system' AND m.disposition IN ('new', 'appended')
		AND NOT (e.kind = 'note' AND m.disposition = 'new' AND EXISTS (SELECT 1 FROM event x WHERE x.ticket = e.ticket AND x.kind = 'requester' AND x.topic = 'forwarded' AND x.mail = e.mail)) -- what an agent wrote above it
		GROUP BY m.mail, m.disposition, m.ticket
		HAVING sum(CASE WHEN e.ticket = coalesce(m.ticket, 0) THEN 1 ELSE 0 END) <> 1 OR count(*) <> count(DISTINCT e.ticket)`},
	{"a mail stands on another ticket only as an answer to several, or in a matter that was split off", `SELECT 'mail ' || m.mail || ' (ticket ' || m.ticket || ') stands on ticket ' || e.ticket
		FROM entry e CROSS JOIN handled m WHERE m.mail = e.mail AND e.kind <> 'system' AND m.disposition IN ('new', 'appended') AND e.ticket <> m.ticket
		AND NOT EXISTS (SELECT 1 FROM event x WHERE x.ticket = e.ticket AND (x.kind = 'comes of' OR x.kind = 'answered' AND x.mail = e.mail))`},
	{"a new mail has a ticket of its own", `SELECT 'ticket ' || coalesce(ticket, 0) || ' was opened by ' || count(*) || ' mails' FROM handled WHERE disposition = 'new'
		GROUP BY ticket HAVING count(*) <> 1 OR ticket IS NULL`},
	{"a mail in quarantine has a ticket that says so", `SELECT 'mail ' || mail FROM handled WHERE disposition = 'quarantined' AND ticket IS NULL`},
	{"a duplicate names the first mail", `SELECT 'mail ' || h.mail FROM handled h JOIN mail m ON m.id = h.mail WHERE h.disposition = 'duplicate' AND m.duplicate_of IS NULL`},
	{"every mail that is named is in the journal", `SELECT r.what || ' names mail ' || r.mail FROM (
			SELECT 'entry ' || id AS what, mail FROM entry UNION ALL SELECT 'event ' || id, mail FROM event
			UNION ALL SELECT 'message_ref ' || id, mail FROM message_ref UNION ALL SELECT 'outbox ' || id, cause FROM outbox
			UNION ALL SELECT 'judgement', mail FROM judgement UNION ALL SELECT 'thanks of ticket ' || ticket, mail FROM thanks
			UNION ALL SELECT 'mailbox ' || mailbox || ', UID ' || uid, mail FROM mailbox_uid) r
		LEFT JOIN mail m ON m.id = r.mail WHERE r.mail IS NOT NULL AND m.id IS NULL`},

	// Tickets.
	{"a ticket's status is what its last event says", `SELECT 'ticket ' || t.id || ' is ' || t.status || ', event ' || e.id || ' says ' || e.to_value
		FROM (SELECT ticket, max(id) AS id FROM event WHERE kind = 'status' GROUP BY ticket) last JOIN event e ON e.id = last.id JOIN ticket t ON t.id = last.ticket
		WHERE e.to_value <> t.status`},
	{"a ticket's status is what its last event says", `SELECT 'ticket ' || t.id || ' is ' || t.status || ', no event says so' FROM ticket t
		WHERE t.status <> 'new' AND NOT EXISTS (SELECT 1 FROM event e WHERE e.ticket = t.id AND e.kind = 'status')`},
	{"a resolved or closed ticket says when", `SELECT 'ticket ' || id FROM ticket WHERE (status IN ('resolved', 'closed')) <> (resolved_at > 0) OR (status = 'closed') <> (closed_at > 0)`},
	{"a ticket is closed only when its requester was told", `SELECT 'ticket ' || id FROM ticket WHERE status = 'closed' AND informed_at = 0`},
	{"who was told was told by an event", `SELECT 'ticket ' || t.id FROM ticket t LEFT JOIN event e ON e.ticket = t.id AND e.kind = 'informed' WHERE t.informed_at > 0 AND e.id IS NULL`},

	// Every word reaches somebody: what is over without that an agent was told of it was
	// ended by somebody, by its own mail, or an event says why nobody was told.
	{"what somebody wrote was told to somebody, or lies in an open queue", `SELECT 'entry ' || e.id || ' of mail ' || e.mail || ', ticket ' || t.id || ' is ' || t.status
		FROM ticket t CROSS JOIN entry e LEFT JOIN ` + told + ` ON told.cause = e.mail
		WHERE t.status IN ('resolved', 'closed') AND e.ticket = t.id AND e.kind = 'message' AND e.mail IS NOT NULL AND told.cause IS NULL
		AND NOT EXISTS (SELECT 1 FROM event x WHERE x.ticket = t.id AND x.mail = e.mail AND x.kind NOT IN ('created', 'joined', 'assigned'))
		AND NOT EXISTS (SELECT 1 FROM event x WHERE x.ticket = t.id AND x.at >= e.at AND x.kind <> 'created' AND (x.actor <> 'desk' OR x.mail <> e.mail))
		AND NOT EXISTS (SELECT 1 FROM mail m WHERE m.id = e.mail AND m.source = 'import')`},
	{"what an agent answered went out, or its writer was told", `SELECT 'entry ' || e.id || ' of mail ' || e.mail || ', ticket ' || e.ticket
		FROM entry e CROSS JOIN handled h LEFT JOIN ` + told + ` ON told.cause = e.mail
		WHERE e.kind = 'reply' AND h.mail = e.mail AND h.reason <> 'written-directly' AND told.cause IS NULL
		AND NOT EXISTS (SELECT 1 FROM event x WHERE x.mail = e.mail AND x.ticket = e.ticket AND x.kind IN ('not sent', 'informed', 'requester'))
		AND NOT EXISTS (SELECT 1 FROM mail m WHERE m.id = e.mail AND m.source = 'import')`},

	// The outbox.
	{"a mail that waits to be settled in its mailbox is in the journal", `SELECT 'mailbox ' || mailbox || ', UID ' || uid FROM mailbox_uid WHERE state IN ('kept', 'too-large') AND mail IS NULL`},
	{"an outgoing mail has its bytes", `SELECT 'outbox ' || o.id FROM outbox o LEFT JOIN outbox_bytes b ON b.outbox = o.id WHERE (b.outbox IS NULL) <> (o.dropped_at > 0)`},
	{"only a mail that is done has lost its bytes", `SELECT 'outbox ' || id || ' is ' || state FROM outbox WHERE dropped_at > 0 AND state IN ('ready', 'claimed')`},
	{"a file of outgoing mails is carried by one", `SELECT 'outbox_file ' || f.id FROM outbox_file f LEFT JOIN outbox_part p ON p.file = f.id WHERE p.file IS NULL`},
	{"only a mail with bytes has files", `SELECT 'outbox_part of ' || p.outbox FROM outbox_part p LEFT JOIN outbox_bytes b ON b.outbox = p.outbox WHERE b.outbox IS NULL`},
	{"outgoing bytes belong to a mail", `SELECT 'outbox_bytes ' || b.outbox FROM outbox_bytes b LEFT JOIN outbox o ON o.id = b.outbox WHERE o.id IS NULL`},
	{"an outgoing mail that is done says when, no other does", `SELECT 'outbox ' || id || ' is ' || state FROM outbox WHERE (state IN ('ready', 'claimed')) <> (done_at = 0)`},
	{"a mail that was sent has the attempt", `SELECT 'outbox ' || o.id FROM outbox o LEFT JOIN attempt a ON a.outbox = o.id AND a.state = 'sent' WHERE o.state = 'sent' AND a.id IS NULL`},
	// One that came back is failed since, and may be tried again.
	{"a mail that the next hop took is not sent again", `SELECT 'outbox ' || o.id || ' is ' || o.state FROM outbox o WHERE o.state IN ('ready', 'claimed')
		AND (SELECT a.state FROM attempt a WHERE a.outbox = o.id AND a.state IN ('sent', 'failed') ORDER BY a.id DESC LIMIT 1) = 'sent'`},
	{"one acknowledgement a ticket", `SELECT 'ticket ' || ticket || ' has ' || count(*) FROM outbox WHERE template = 'acknowledgement' GROUP BY ticket HAVING count(*) > 1`},

	// The search index.
	{"every entry is in the search index", `SELECT 'entry ' || e.id FROM entry e LEFT JOIN search_docsize s ON s.id = e.id WHERE s.id IS NULL`},
	{"every subject is in the search index", `SELECT 'ticket ' || t.id FROM ticket t LEFT JOIN search_docsize s ON s.id = -t.id WHERE s.id IS NULL`},
	{"the search index holds nothing else", `SELECT 'search ' || s.id FROM search_docsize s
		LEFT JOIN entry e ON e.id = s.id LEFT JOIN ticket t ON t.id = -s.id WHERE e.id IS NULL AND t.id IS NULL`},
	{"of an article the latest texts are in the search index", `SELECT 'article_text ' || coalesce(x.id, s.id) FROM search_article_docsize s FULL JOIN (
			SELECT t.id FROM article a CROSS JOIN article_text t WHERE t.article = a.id AND a.revision = (SELECT max(revision) FROM article b WHERE b.slug = a.slug)) x ON x.id = s.id
		WHERE x.id IS NULL OR s.id IS NULL`},
	{"what is alike is in its index", `SELECT 'text ' || coalesce(x.id, s.id) FROM search_alike_docsize s FULL JOIN search_alike_text x ON x.id = s.id WHERE x.id IS NULL OR s.id IS NULL`},

	// The knowledge base.
	{"no revision of an article is missing", `SELECT 'article ' || slug FROM article GROUP BY slug HAVING min(revision) <> 1 OR max(revision) <> count(*)`},
	{"an article has a text", `SELECT 'article ' || a.id FROM article a LEFT JOIN article_text t ON t.article = a.id WHERE t.article IS NULL`},
}

// Breaches asks every question on one snapshot, of which y is the tally.
func Breaches(ctx context.Context, q sqlrow.Querier, y ticket.Tally) (problems []Problem, err error) {
	for _, l := range laws {
		breaches, err := sqlrow.Collect(sqlrow.ScanText)(q.QueryContext(ctx, l.query))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l.law, err)
		}
		for _, b := range breaches {
			problems = append(problems, Problem{l.law, b})
		}
	}
	var sum int64
	for _, n := range y.Dispositions {
		sum += n
	}
	if sum != y.Accepted {
		problems = append(problems, Problem{"accepted = the sum of all dispositions", fmt.Sprintf("accepted %d, sum %d", y.Accepted, sum)})
	}
	return problems, nil
}

// HashPage is how many mails are read on one snapshot: a snapshot that is held
// for long keeps the daemon's log from being tidied up.
const HashPage = 500

// Hashes compares the bytes of every mail with the hash taken at the door. view
// runs a function on a snapshot.
func Hashes(ctx context.Context, view func(context.Context, func(sqlrow.Querier) error) error) (problems []Problem, err error) {
	for after, n := int64(0), HashPage; n == HashPage; {
		err := view(ctx, func(q sqlrow.Querier) error {
			rows, err := q.QueryContext(ctx, `SELECT m.id, m.sha256, r.raw FROM mail m JOIN mail_raw r ON r.mail = m.id
				LEFT JOIN lost ON lost.mail = m.id WHERE m.id > $1 AND lost.mail IS NULL ORDER BY m.id LIMIT $2`, after, HashPage)
			if err != nil {
				return err
			}
			defer rows.Close()
			for n = 0; rows.Next(); n++ {
				var wanted, raw sql.RawBytes
				if err := rows.Scan(&after, &wanted, &raw); err != nil {
					return err
				}
				if got := sha256.Sum256(raw); !bytes.Equal(got[:], wanted) {
					problems = append(problems, Problem{"a mail's bytes are those that came", fmt.Sprintf("mail %d has another SHA-256", after)})
				}
			}
			return rows.Err()
		})
		if err != nil {
			return nil, err
		}
	}
	return problems, nil
}
