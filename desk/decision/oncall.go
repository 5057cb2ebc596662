package decision

import (
	"slices"
	"time"

	"maildesk/desk/settings"
	"maildesk/rota"
	"maildesk/ticket"
)

// WithDuties returns a rota with the overrides that agents wrote by mail.
func WithDuties(r rota.Rota, duties []ticket.Duty) rota.Rota {
	r.Overrides = slices.Clone(r.Overrides)
	for _, d := range duties {
		if d.Rota == r.Name {
			r.Overrides = append(r.Overrides, rota.Override{Agent: d.Agent, From: d.From, Until: d.Until})
		}
	}
	return r
}

// NotOnCall returns who cannot be on call when: those who are away, by the config or by
// what they said, and those who cannot be written to.
func NotOnCall(s *settings.Settings, said []ticket.Absence) rota.Away {
	return func(agent string, at time.Time) bool {
		a, known := s.AgentNamed(agent)
		day := s.Today(at)
		return !known || len(a.Mail) == 0 ||
			slices.ContainsFunc(said, func(x ticket.Absence) bool { return x.Agent == a.Name && x.Last >= day }) ||
			slices.ContainsFunc(a.Absent, func(d settings.Days) bool { return d.First <= day && day <= d.Last })
	}
}

// Rotas returns the rotas as they are now, and who cannot be on call.
func Rotas(s *settings.Settings, r ticket.StaffReader) ([]rota.Rota, rota.Away, error) {
	duties, err := r.Duties()
	if err != nil {
		return nil, nil, err
	}
	said, err := r.Away()
	if err != nil {
		return nil, nil, err
	}
	all := s.Rules.Rotas()
	for i := range all {
		all[i] = WithDuties(all[i], duties)
	}
	return all, NotOnCall(s, said), nil
}

// Team returns who hears of what nobody has in a queue: who is on call there, else all its
// agents.
func (c *Change) Team(queue string) ([]settings.Agent, error) {
	of, has := c.Set.Rules.RotaOf(queue)
	if !has {
		return c.Set.AgentsOf(queue), nil
	}
	all, away, err := Rotas(c.Set, c.Tx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(r rota.Rota) bool { return r.Name == of.Name })
	if a, known := c.Set.AgentNamed(all[i].At(c.Now, away)); known {
		return []settings.Agent{a}, nil
	}
	return c.Set.AgentsOf(queue), nil
}
