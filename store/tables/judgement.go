package tables

import (
	"encoding/json"
	"fmt"
	"time"

	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

const judgementColumns = `j.mail, coalesce(j.ticket, 0), j.version, j.loaded_at, j.open_tickets, j.all_tickets, j.learnt`

func scanJudgement(row sqlrow.Scanner) (j ticket.Judgement, err error) {
	var learnt string
	err = row.Scan(&j.Mail, &j.Ticket, &j.Version, sqlrow.At(&j.LoadedAt), &j.History.Open, &j.History.All, &learnt)
	if learnt != "" && json.Unmarshal([]byte(learnt), &j.Learnt) != nil {
		j.Learnt = ticket.Learnt{} // somebody wrote into it: nothing was said
	}
	return j, err
}

// learntAs returns what was learnt as it is kept.
func learntAs(l ticket.Learnt) (string, error) {
	if l.IsZero() {
		return "", nil
	}
	text, err := json.Marshal(l)
	return string(text), err
}

// AddJudgement is described at [ticket.JudgementWriter].
func (t *Tx) AddJudgement(j ticket.Judgement) error {
	learnt, err := learntAs(j.Learnt)
	if err == nil {
		err = t.Put(`INSERT INTO judgement (mail, ticket, version, loaded_at, open_tickets, all_tickets, learnt) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			j.Mail, sqlrow.Ref(j.Ticket), j.Version, sqlrow.Micros(j.LoadedAt), j.History.Open, j.History.All, learnt)
	}
	if err != nil {
		return fmt.Errorf("keep which rules judged mail %d: %w", j.Mail, err)
	}
	return nil
}

// Judgement is described at [ticket.JudgementReader].
func (r *Reader) Judgement(t ticket.ID) (ticket.Judgement, error) {
	j, err := scanJudgement(r.Row(`SELECT `+judgementColumns+` FROM judgement j WHERE j.ticket = $1`, t))
	return j, sqlrow.Found(err, "judgement of ticket", t)
}

// Judgements is described at [ticket.JudgementReader].
func (r *Reader) Judgements(after ticket.MailID, since time.Time, limit int) ([]ticket.Judgement, error) {
	var all []ticket.Judgement
	for len(all) < limit {
		page, err := sqlrow.Collect(scanJudgement)(r.Query(`SELECT `+judgementColumns+` FROM judgement j
			WHERE j.mail > $1 ORDER BY j.mail LIMIT $2`, after, limit))
		if err != nil || len(page) == 0 {
			return all, err
		}
		first, last := page[0].Mail, page[len(page)-1].Mail
		came, err := r.receivedSince(first, last, since)
		if err != nil {
			return nil, err
		}
		for _, j := range page {
			if came[j.Mail] && len(all) < limit {
				all = append(all, j)
			}
		}
		after = last
	}
	return all, nil
}

// receivedSince reports which mails with numbers from first to last came at since or
// later.
func (r *Reader) receivedSince(first, last ticket.MailID, since time.Time) (map[ticket.MailID]bool, error) {
	ids, err := sqlrow.Collect(scanMailID)(r.Journal().Query(`SELECT id FROM mail WHERE id >= $1 AND id <= $2 AND received_at >= $3`, first, last, sqlrow.Micros(since)))
	came := make(map[ticket.MailID]bool, len(ids))
	for _, id := range ids {
		came[id] = true
	}
	return came, err
}

// CountJudgements is described at [ticket.JudgementReader].
func (r *Reader) CountJudgements(since time.Time) (n int, err error) {
	for after := ticket.MailID(0); ; {
		page, err := sqlrow.Collect(scanMailID)(r.Query(`SELECT mail FROM judgement WHERE mail > $1 ORDER BY mail LIMIT $2`, after, frontPage))
		if err != nil || len(page) == 0 {
			return n, err
		}
		last := page[len(page)-1]
		came, err := r.receivedSince(page[0], last, since)
		if err != nil {
			return n, err
		}
		for _, id := range page {
			if came[id] {
				n++
			}
		}
		after = last
	}
}

// historyBound is how many tickets of a requester count: a machine that writes
// for years must not make each of its mails slower.
const historyBound = 1000

// History is described at [ticket.TicketReader].
func (r *Reader) History(requester string) (h ticket.History, err error) {
	err = r.Row(`SELECT count(*), coalesce(sum(CASE WHEN status IN ('resolved', 'closed') THEN 0 ELSE 1 END), 0)
		FROM (SELECT status FROM ticket WHERE requester_key = $1 ORDER BY id DESC LIMIT $2) AS latest`, sqlrow.Key(requester), historyBound).Scan(&h.All, &h.Open)
	if err != nil {
		return h, fmt.Errorf("count the tickets of %s: %w", requester, err)
	}
	return h, nil
}
