package tables

import (
	"encoding/json"
	"fmt"

	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

const incidentColumns = `i.lead, i.signature, i.opened_at, i.solved_at, i.solver, i.solution, i.announcements`

func scanIncident(row sqlrow.Scanner) (i ticket.Incident, err error) {
	var signature, announcements string
	if err := row.Scan(&i.Lead, &signature, sqlrow.At(&i.OpenedAt), sqlrow.At(&i.SolvedAt), &i.Solver, &i.Solution, &announcements); err != nil {
		return i, err
	}
	if announcements != "" {
		if err := json.Unmarshal([]byte(announcements), &i.Announcements); err != nil {
			return i, fmt.Errorf("announcements of incident %d: %w", i.Lead, err)
		}
	}
	if err := json.Unmarshal([]byte(signature), &i.Signature); err != nil {
		return i, fmt.Errorf("signature of incident %d: %w", i.Lead, err)
	}
	return i, nil
}

// OpenIncidents is described at [ticket.IncidentReader].
func (r *Reader) OpenIncidents() ([]ticket.Incident, error) {
	return sqlrow.Collect(scanIncident)(r.Query(`SELECT ` + incidentColumns + ` FROM incident i WHERE i.solved_at = 0 ORDER BY i.lead`))
}

// IncidentOf is described at [ticket.IncidentReader].
func (r *Reader) IncidentOf(of ticket.ID) (ticket.Incident, error) {
	i, err := scanIncident(r.Row(`SELECT `+incidentColumns+` FROM report r JOIN incident i ON i.lead = r.incident WHERE r.ticket = $1`, of))
	return i, sqlrow.Found(err, "incident of ticket", of)
}

// Reports is described at [ticket.IncidentReader].
func (r *Reader) Reports(lead ticket.ID) ([]ticket.Ticket, error) {
	return sqlrow.Collect(scanTicket)(r.Query(`SELECT `+ticketColumns+` FROM ticket WHERE id IN (SELECT ticket FROM report WHERE incident = $1) ORDER BY id`, lead))
}

// CountReports is described at [ticket.IncidentReader].
func (r *Reader) CountReports(lead ticket.ID) (n int, err error) {
	err = r.Row(`SELECT count(*) FROM report WHERE incident = $1`, lead).Scan(&n)
	return n, err
}

// ReportsToTell is described at [ticket.IncidentReader].
func (r *Reader) ReportsToTell(limit int) ([]ticket.ID, error) {
	return sqlrow.Collect(func(s sqlrow.Scanner) (id ticket.ID, err error) { err = s.Scan(&id); return id, err })(
		r.Query(`SELECT r.ticket FROM incident i JOIN report r ON r.incident = i.lead WHERE r.told = 0 AND i.solved_at > 0 ORDER BY r.ticket LIMIT $1`, limit))
}

// LatestRequests is described at [ticket.IncidentReader].
func (r *Reader) LatestRequests(limit int) ([]ticket.Request, error) {
	var mails []ticket.MailID // of the requests
	requests, err := sqlrow.Collect(func(s sqlrow.Scanner) (q ticket.Request, err error) {
		var mail ticket.MailID
		err = s.Scan(&q.Ticket, &q.From, sqlrow.At(&q.At), &q.Category, &q.Subject, &q.Text, &mail)
		mails = append(mails, mail)
		return q, err
	})(r.Query(`SELECT t.id, t.requester, t.created_at, t.category, t.subject, coalesce(substr(e.text, 1, 4096), ''), coalesce(e.mail, 0)
		FROM (SELECT id, requester, created_at, category, subject FROM ticket ORDER BY id DESC LIMIT $1) t
		LEFT JOIN entry e ON e.id = (SELECT min(f.id) FROM entry f WHERE f.ticket = t.id AND f.kind = 'message')
		ORDER BY t.id`, limit))
	if err != nil {
		return nil, err
	}
	imported, err := r.importedOf(mails)
	for i := range requests {
		requests[i].Mail, requests[i].Imported = mails[i], imported[mails[i]]
	}
	return requests, err
}

// SaveIncident is described at [ticket.IncidentWriter].
func (t *Tx) SaveIncident(i ticket.Incident) error {
	signature, err := json.Marshal(i.Signature)
	if err != nil {
		return fmt.Errorf("signature of incident %d: %w", i.Lead, err)
	}
	var announcements []byte
	if len(i.Announcements) > 0 {
		if announcements, err = json.Marshal(i.Announcements); err != nil {
			return fmt.Errorf("announcements of incident %d: %w", i.Lead, err)
		}
	}
	_, err = t.Exec(`INSERT INTO incident (lead, signature, opened_at, solved_at, solver, solution, announcements) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (lead) DO UPDATE SET signature = excluded.signature, opened_at = excluded.opened_at, solved_at = excluded.solved_at,
			solver = excluded.solver, solution = excluded.solution, announcements = excluded.announcements`,
		i.Lead, string(signature), sqlrow.Micros(i.OpenedAt), sqlrow.Micros(i.SolvedAt), i.Solver, i.Solution, string(announcements))
	if err != nil {
		return fmt.Errorf("keep incident %d: %w", i.Lead, err)
	}
	t.Touch(ticket.OfIncidents, 0, "")
	return nil
}

// SetReport is described at [ticket.IncidentWriter].
func (t *Tx) SetReport(of, lead ticket.ID, told bool) error {
	var was int64
	err := t.Row(`SELECT coalesce((SELECT incident FROM report WHERE ticket = $1), 0)`, of).Scan(&was)
	if err != nil {
		return fmt.Errorf("incident of ticket %d: %w", of, err)
	}
	if lead == 0 {
		_, err = t.Exec(`DELETE FROM report WHERE ticket = $1`, of)
	} else {
		_, err = t.Exec(`INSERT INTO report (ticket, incident, told) VALUES ($1, $2, $3)
			ON CONFLICT (ticket) DO UPDATE SET incident = excluded.incident, told = excluded.told`, of, lead, sqlrow.Flag(told))
	}
	if err != nil {
		return fmt.Errorf("keep the incident of ticket %d: %w", of, err)
	}
	t.Touch(ticket.OfReport, int64(of), "")
	t.Touch(ticket.OfReports, was, "")
	t.Touch(ticket.OfReports, int64(lead), "")
	return nil
}
