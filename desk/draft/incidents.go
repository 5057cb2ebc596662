package draft

import (
	"cmp"
	"fmt"
	"slices"

	"maildesk/ticket"
)

// incidents are those that are new or changed, and what changed in who reports
// them.
type incidents struct {
	now     map[ticket.ID]ticket.Incident // by their lead
	reports map[ticket.ID]report          // by the ticket
}

// report says which incident a ticket reports; 0: none.
type report struct {
	lead ticket.ID
	told bool
}

func newIncidents() incidents {
	return incidents{now: map[ticket.ID]ticket.Incident{}, reports: map[ticket.ID]report{}}
}

// OpenIncidents is described at [ticket.Reader].
func (d *Draft) OpenIncidents() ([]ticket.Incident, error) {
	d.rely(ticket.OfIncidents, 0, "")
	all, err := d.Reader.OpenIncidents()
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(i ticket.Incident) bool { _, changed := d.incidents.now[i.Lead]; return changed })
	for _, i := range d.incidents.now {
		if i.SolvedAt.IsZero() {
			all = append(all, i)
		}
	}
	slices.SortFunc(all, func(a, b ticket.Incident) int { return cmp.Compare(a.Lead, b.Lead) })
	return all, nil
}

// IncidentOf is described at [ticket.Reader].
func (d *Draft) IncidentOf(t ticket.ID) (ticket.Incident, error) {
	now, changed := d.incidents.reports[t]
	if changed && now.lead == 0 || !changed && d.tickets.made[t] {
		return ticket.Incident{}, fmt.Errorf("incident of ticket %d: %w", t, ticket.ErrNotFound)
	}
	lead := now.lead
	if !changed {
		d.rely(ticket.OfReport, int64(t), "")
		d.rely(ticket.OfIncidents, 0, "")
		i, err := d.Reader.IncidentOf(t)
		if err != nil {
			return i, err
		}
		lead = i.Lead
		if _, own := d.incidents.now[lead]; !own {
			return i, nil
		}
	}
	if i, own := d.incidents.now[lead]; own {
		return i, nil
	}
	return d.incidentLedBy(lead)
}

// incidentLedBy returns an incident as the snapshot has it. Its lead need not report
// it any more.
func (d *Draft) incidentLedBy(lead ticket.ID) (ticket.Incident, error) {
	d.rely(ticket.OfIncidents, 0, "")
	open, err := d.Reader.OpenIncidents()
	if err != nil {
		return ticket.Incident{}, err
	}
	if i := slices.IndexFunc(open, func(i ticket.Incident) bool { return i.Lead == lead }); i >= 0 {
		return open[i], nil
	}
	reports, err := d.Reader.Reports(lead)
	if err != nil {
		return ticket.Incident{}, err
	}
	if len(reports) > 0 {
		lead = reports[0].ID
	}
	return d.Reader.IncidentOf(lead)
}

// Reports is described at [ticket.Reader].
func (d *Draft) Reports(lead ticket.ID) ([]ticket.Ticket, error) {
	d.rely(ticket.OfReports, int64(lead), "")
	all, err := d.Reader.Reports(lead)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(t ticket.Ticket) bool { _, changed := d.incidents.reports[t.ID]; return changed })
	for i := range all {
		all[i] = d.saw(all[i])
	}
	for id, r := range d.incidents.reports {
		if r.lead != lead {
			continue
		}
		t, err := d.Ticket(id)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b ticket.Ticket) int { return cmp.Compare(a.ID, b.ID) })
	return all, nil
}

// CountReports is described at [ticket.Reader].
func (d *Draft) CountReports(lead ticket.ID) (int, error) {
	d.rely(ticket.OfReports, int64(lead), "")
	n, err := d.Reader.CountReports(lead)
	if err != nil {
		return 0, err
	}
	for id, r := range d.incidents.reports {
		if r.lead == lead {
			n++
		}
		if d.tickets.made[id] {
			continue
		}
		was, err := d.Reader.IncidentOf(id)
		if err == nil && was.Lead == lead {
			n--
		} else if err != nil && !isMissing(err) {
			return 0, err
		}
	}
	return n, nil
}

// SaveIncident is described at [ticket.Draft].
func (d *Draft) SaveIncident(i ticket.Incident) error {
	d.incidents.now[i.Lead] = i
	d.change(ticket.SaveIncident{Incident: i})
	return nil
}

// SetReport is described at [ticket.Draft].
func (d *Draft) SetReport(t, lead ticket.ID, told bool) error {
	d.incidents.reports[t] = report{lead, told}
	d.change(ticket.SetReport{Ticket: t, Lead: lead, Told: told})
	return nil
}
