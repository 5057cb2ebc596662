package config

import (
	"maildesk/config/section"
	"maildesk/routing"
)

// readRota reads a [[rota]] with its layers and overrides.
func (l *loader) readRota(t *section.Table) {
	r := routing.Rota{
		Name:     t.Needed("name", `add name = "nights"`),
		Queues:   t.Texts("queues"),
		Timezone: t.Text("timezone", ""),
		Invite:   t.Flag("invite"),
	}
	for _, layer := range t.List("layer") {
		r.Layers = append(r.Layers, routing.RotaLayer{
			Agents:   layer.Texts("agents"),
			Start:    layer.Needed("start", `add the day of the first hand-over, as in start = "2026-11-30"`),
			Handover: layer.Text("handover", "09:00"),
			Turn:     layer.Text("turn", "7d"),
			During:   layer.Text("during", ""),
			Outside:  layer.Text("outside", ""),
		})
		layer.Done()
		l.layers = append(l.layers, layer)
	}
	for _, o := range t.List("override") {
		r.Overrides = append(r.Overrides, routing.RotaOverride{
			Agent: o.Needed("agent", `add agent = "alice"`),
			From:  o.Needed("from", `add from = "2026-12-24 09:00"`),
			Until: o.Needed("until", `add until = "2026-12-26 09:00"`),
		})
		o.Done()
		l.overrides = append(l.overrides, o)
	}
	if r.Feed = t.Text("feed", ""); r.Feed != "" {
		r.Feed = l.resolve(r.Feed)
	}
	if r.Invite && l.config.Desk.Control == "" {
		t.Mistake("invite", "answers to invitations come to the desk's control address, and there is none", `take control = "none" out of [desk], or leave invite out`)
	}
	t.Done()
	l.rotas = append(l.rotas, t)
	l.config.Routing.Rotas = append(l.config.Routing.Rotas, r)
}
