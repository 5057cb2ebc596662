package routing

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"maildesk/calendar"
	"maildesk/rota"
)

// Rota says who is on call for some queues.
type Rota struct {
	Name      string
	Queues    []string
	Timezone  string // whose clock the hand-overs follow; empty: the desk's
	Layers    []RotaLayer
	Overrides []RotaOverride
	Invite    bool   `json:",omitzero"` // each shift is mailed to its agent as an invitation
	Feed      string `json:",omitzero"` // the file to which the shifts are written as a calendar; empty: none
}

// RotaLayer is agents who take turns. The first layer that has somebody at a time counts.
type RotaLayer struct {
	Agents   []string
	Start    string // the day of the first hand-over: "2026-11-30"
	Handover string // the time of that day: "09:00"
	Turn     string // from one hand-over to the next: "7d", "1d", "12h"
	During   string // a calendar, in whose hours alone it counts; empty: always
	Outside  string // a calendar, outside of whose hours alone it counts; empty: always
}

// RotaOverride puts an agent on call, before all layers.
type RotaOverride struct {
	Agent       string
	From, Until string // "2026-12-24 09:00"
}

// Rotas returns the rotas, in the order of the file.
func (r *Rules) Rotas() []rota.Rota { return slices.Clone(r.rotas) }

// RotaOf returns the rota of a queue; false when it has none.
func (r *Rules) RotaOf(queue string) (rota.Rota, bool) {
	q, _ := r.Queue(queue)
	i := slices.IndexFunc(r.rotas, func(x rota.Rota) bool { return q.Name != "" && slices.Contains(x.Queues, q.Name) })
	if i < 0 {
		return rota.Rota{}, false
	}
	return r.rotas[i], true
}

// rotaChecking checks one rota; layer and override number those of all rotas.
type rotaChecking struct {
	*checking
	index, layer, override int
	raw                    Rota
	made                   rota.Rota
}

// checkRotas checks all rotas.
func (c *checking) checkRotas() {
	k := rotaChecking{checking: c}
	for i, r := range c.desk.Rotas {
		k.index, k.raw = i, r
		k.made = rota.Rota{Name: r.Name, Queues: r.Queues, Location: c.rules.deskHours().Location(), Invite: r.Invite, Feed: r.Feed}
		k.checkNames()
		if r.Timezone != "" {
			if location, err := time.LoadLocation(r.Timezone); err != nil {
				k.wrong("timezone", -1, fmt.Sprintf("%q is not a time zone", r.Timezone), `write it as in "Europe/Berlin"`)
			} else {
				k.made.Location = location
			}
		}
		for _, l := range r.Layers {
			k.checkLayer(l)
			k.layer++
		}
		for _, o := range r.Overrides {
			k.checkOverride(o)
			k.override++
		}
		c.rules.rotas = append(c.rules.rotas, k.made)
	}
}

func (k *rotaChecking) wrong(field string, item int, reason, remedy string) {
	k.mistake(SectionRota, k.index, k.raw.Name, field, item, reason, remedy)
}

// checkNames checks the name and the queues of a rota.
func (k *rotaChecking) checkNames() {
	for _, other := range k.desk.Rotas[:k.index] {
		if other.Name == k.raw.Name && other.Name != "" {
			k.wrong("name", -1, fmt.Sprintf("there are two rotas named %q", other.Name), "give one of them another name")
		}
		for j, q := range k.raw.Queues {
			if slices.Contains(other.Queues, q) {
				k.wrong("queues", j, fmt.Sprintf("queue %q has a rota already, %q", q, other.Name), "name each queue in one rota; several layers of one rota may differ")
			}
		}
	}
	if len(k.raw.Queues) == 0 {
		k.wrong("queues", -1, "the rota is of no queue", `add queues = ["first-line"]`)
	}
	for j, q := range k.raw.Queues {
		k.wantQueue(SectionRota, k.index, k.raw.Name, "queues", j, q)
	}
	if len(k.raw.Layers)+len(k.raw.Overrides) == 0 {
		k.wrong("name", -1, "the rota has no layer: nobody is on call", "add a [[rota.layer]] block with agents")
	}
}

// wantOnCall checks that an agent may be on call: they belong to all queues of the rota.
func (k *rotaChecking) wantOnCall(s Section, index int, field string, item int, agent string) {
	for _, name := range k.raw.Queues {
		if q, known := k.rules.queues[name]; known && !slices.Contains(q.Agents, agent) {
			k.mistake(s, index, k.raw.Name, field, item, fmt.Sprintf("%q is none of the agents of queue %q, and could not answer its tickets", agent, name), oneOfAgents(agent, q.Agents))
			return
		}
	}
}

func oneOfAgents(agent string, all []string) string {
	if near := Closest(agent, all); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "add the name to the agents of that queue, or name one of " + strings.Join(all, ", ")
}

// checkLayer checks a layer, and adds it to the rota.
func (k *rotaChecking) checkLayer(l RotaLayer) {
	wrong := func(field, reason, remedy string) {
		k.mistake(SectionLayer, k.layer, k.raw.Name, field, -1, reason, remedy)
	}
	for j, a := range l.Agents {
		k.wantOnCall(SectionLayer, k.layer, "agents", j, a)
	}
	made := rota.Layer{Agents: l.Agents}
	var err error
	if made.Start, err = time.Parse(time.DateOnly, l.Start); err != nil && l.Start != "" { // else said when it was read
		wrong("start", fmt.Sprintf("%q is not a day", l.Start), `write the day of the first hand-over, as in start = "2026-11-30"`)
	}
	clock, err := time.Parse("15:04", l.Handover)
	if err != nil {
		wrong("handover", fmt.Sprintf("%q is not a time of the day", l.Handover), `write handover = "09:00"`)
	}
	made.Minutes = clock.Hour()*60 + clock.Minute()
	if made.Turn = turnOf(l.Turn); made.Turn == 0 {
		wrong("turn", fmt.Sprintf("%q is not a time from one hand-over to the next", l.Turn), `write days as in turn = "7d", or hours of which a day has a whole number, as in "12h"`)
	}
	made.During = k.hoursOf("during", l.During)
	made.Outside = k.hoursOf("outside", l.Outside)
	k.made.Layers = append(k.made.Layers, made)
}

// hoursOf returns the hours of a calendar that a layer names; nil: it names none.
func (k *rotaChecking) hoursOf(field, name string) *calendar.Hours {
	hours := k.rules.hours[name]
	if name != "" && hours == nil {
		names := []string{calendar.AroundTheClock}
		for _, c := range k.desk.Calendars {
			names = append(names, c.Name)
		}
		k.mistake(SectionLayer, k.layer, k.raw.Name, field, -1, fmt.Sprintf("there is no calendar %q", name), oneOf(name, names, "[[calendar]]"))
	}
	return hours
}

// turnOf returns the minutes of "7d" or "12h"; 0: it is none of both.
func turnOf(s string) int {
	n, err := strconv.Atoi(strings.TrimRight(s, "dh"))
	switch {
	case err != nil || n < 1:
		return 0
	case s == strconv.Itoa(n)+"d" && n <= 366:
		return n * 24 * 60
	case s == strconv.Itoa(n)+"h" && 24%n == 0:
		return n * 60
	}
	return 0
}

// checkOverride checks an override, and adds it to the rota.
func (k *rotaChecking) checkOverride(o RotaOverride) {
	k.wantOnCall(SectionOverride, k.override, "agent", -1, o.Agent)
	read := func(field, text string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", text, k.made.Location)
		if err != nil && text != "" { // else said when it was read
			k.mistake(SectionOverride, k.override, k.raw.Name, field, -1, fmt.Sprintf("%q is not a moment", text), "write "+field+` = "2026-12-24 09:00"`)
		}
		return at
	}
	made := rota.Override{Agent: o.Agent, From: read("from", o.From), Until: read("until", o.Until)}
	if !made.From.IsZero() && !made.Until.IsZero() && !made.From.Before(made.Until) {
		k.mistake(SectionOverride, k.override, k.raw.Name, "until", -1, "the override ends before it begins", "write a later moment")
	}
	k.made.Overrides = append(k.made.Overrides, made)
}
