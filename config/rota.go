package config

import "maildesk/routing"

// readRota reads a [[rota]] with its layers and overrides.
func (l *loader) readRota(t *table) {
	r := routing.Rota{
		Name:     t.needed("name", `add name = "nights"`),
		Queues:   t.texts("queues"),
		Timezone: t.text("timezone", ""),
		Invite:   t.flag("invite"),
	}
	for _, layer := range t.list("layer") {
		r.Layers = append(r.Layers, routing.RotaLayer{
			Agents:   layer.texts("agents"),
			Start:    layer.needed("start", `add the day of the first hand-over, as in start = "2026-11-30"`),
			Handover: layer.text("handover", "09:00"),
			Turn:     layer.text("turn", "7d"),
			During:   layer.text("during", ""),
			Outside:  layer.text("outside", ""),
		})
		layer.done()
		l.layers = append(l.layers, layer)
	}
	for _, o := range t.list("override") {
		r.Overrides = append(r.Overrides, routing.RotaOverride{
			Agent: o.needed("agent", `add agent = "alice"`),
			From:  o.needed("from", `add from = "2026-12-24 09:00"`),
			Until: o.needed("until", `add until = "2026-12-26 09:00"`),
		})
		o.done()
		l.overrides = append(l.overrides, o)
	}
	if r.Feed = t.text("feed", ""); r.Feed != "" {
		r.Feed = l.resolve(r.Feed)
	}
	if r.Invite && l.config.Desk.Control == "" {
		t.mistake("invite", "answers to invitations come to the desk's control address, and there is none", `take control = "none" out of [desk], or leave invite out`)
	}
	t.done()
	l.rotas = append(l.rotas, t)
	l.config.Routing.Rotas = append(l.config.Routing.Rotas, r)
}
