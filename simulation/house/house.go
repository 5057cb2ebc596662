// Package house has the desks that are played: which features they have, drawn from a seed,
// how much goes wrong around them, and their settings. It is for tests only.
//
// Begin with [Draw].
package house

import (
	"testing/fstest"
	"time"

	"maildesk/desk/macro"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/routing"
	"maildesk/simulation/brittle"
	"maildesk/simulation/dice"
)

// Begin is when each play begins: a Monday morning.
var Begin = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// The addresses of the desk and its agents.
const (
	Support = "support@example.org"
	Sales   = "sales@example.org"
	Alice   = "alice@example.org"
	Bob     = "bob@example.org"
	Carol   = "carol@example.org"

	Control = "desk@example.org"

	VendorAt = "support@vendor.example" // whom agents ask
	BossAt   = "boss@vendor.example"    // whom agents ask for approval
	SilentAt = "sales@silent.example"   // likewise, who never answers
)

// House is which features a desk has, and how much goes wrong around it.
type House struct {
	Assign     string // how tickets are given out
	Check      bool   // answers in another language wait
	Incidents  bool
	Approval   bool   // VPN requests must be approved before agents have them
	Rota       bool   // of the first line one is on call at a time
	Invites    bool   // for a week, and is invited to it
	Idle       string // after which time owners lose what they have; empty: never
	Targets    bool
	Learns     bool          // a request that no rule gives a category gets the one it has learnt
	Same       time.Duration // within which a mail may be about the matter of another one; 0: off
	Letters    int           // at most so many are written; a few plays are long
	Console    bool          // an admin acts beside the desk
	Erases     bool          // somebody is erased
	Guide      bool          // it has an article from the beginning
	Mailbox    bool          // a part of its mail lies in a mailbox
	Peer       bool          // another desk is pointed at this one
	Tight      bool          // budgets of automatic mail are small
	Grace      time.Duration
	Window     time.Duration // in which answers can be taken back
	Kills      int           // per cent of the steps in which one may fall
	Overtakes  int           // per cent of the mails during whose handling another is handled
	Lazy       int           // per cent of the steps after which the desk does nothing
	Losses     int           // per cent of the outgoing mails whose answer is lost
	Refusals   int           // per cent that are refused for now
	Rejections int           // per cent that are refused for good
}

// Draw switches features on and off.
func Draw(seed uint64, d dice.Dice) House {
	rate := func(most int) int { return dice.Pick(d, []int{0, 0, most / 4, most}) }
	return House{
		Assign: dice.Pick(d, []string{"", "round-robin", "least-open"}), Check: d.Chance(50), Incidents: d.Chance(50), Targets: d.Chance(40), Tight: d.Chance(30),
		Rota: d.Chance(30), Invites: d.Chance(60), Approval: seed%5 == 0, Learns: seed%12 == 3,
		Letters: dice.Pick(d, []int{8, 12, 20}), Console: d.Chance(25), Mailbox: d.Chance(20), Erases: d.Chance(5), Guide: d.Chance(40), Peer: d.Chance(10),
		Same:   dice.Pick(d, []time.Duration{0, 7 * 24 * time.Hour}),
		Grace:  dice.Pick(d, []time.Duration{time.Hour, 6 * time.Hour, 3 * 24 * time.Hour}),
		Idle:   dice.Pick(d, []string{"", "3h", "1d"}),
		Window: dice.Pick(d, []time.Duration{0, 20 * time.Second, 5 * time.Minute}),
		Kills:  rate(20), Overtakes: rate(60), Lazy: rate(40), Losses: rate(10), Refusals: rate(20), Rejections: rate(6),
	}
}

// Settings returns those of the desk, with the texts of its mails.
func (h House) Settings(words notify.Words) (*settings.Settings, error) {
	s := &settings.Settings{
		Name: "Example IT", Hostname: "desk.example.org", Control: Control, Grace: h.Grace, UndoWindow: h.Window, TokenLife: 30 * 24 * time.Hour, Words: brittle.Words{Words: words}, LoadedAt: Begin,
		Addresses: []settings.Address{{Mail: Support}, {Mail: Sales, Queue: "sales"}},
		Agents: []settings.Agent{
			{Name: "alice", Mail: []string{Alice}, Languages: []string{"en", "fr"}},
			{Name: "bob", Mail: []string{Bob}},
			{Name: "carol", Mail: []string{Carol}, Languages: []string{"de", "en"}},
		},
		Limits:        settings.Limits{SenderHour: 5, SenderDay: 20, DomainHour: 50, Hour: 300, Hops: 50, Participants: 5},
		LanguageCheck: h.Check,
		SameWithin:    h.Same,
		Routing: routing.Desk{
			Fallback: "first-line",
			Queues: []routing.Queue{
				{Name: "first-line", Level: 1, Agents: []string{"alice", "bob"}, Assign: h.Assign, OwnerIdle: h.Idle},
				{Name: "network", Level: 2, Agents: []string{"carol"}},
				{Name: "sales", Level: 1, Agents: []string{"bob"}},
			},
			Categories: []routing.Category{{Name: "network", Kind: "incident", Path: []string{"first-line", "network"}}},
			Rules: []routing.Rule{
				{Name: "VPN", When: `subject contains "VPN"`, Category: "network", Priority: "high"},
				{Name: "junk", When: `subject contains "lottery"`, Spam: true},
				{Name: "quiet", When: `subject contains "monitoring"`, NoAck: true},
			},
		},
	}
	if h.Tight {
		s.Limits.SenderHour, s.Limits.SenderDay, s.Limits.DomainHour, s.Limits.Hour = 1, 3, 2, 4
	}
	if h.Incidents {
		s.Outages = settings.Outages{Requests: 3, Within: 2 * time.Hour, Priority: "urgent"}
	}
	if h.Targets {
		s.Routing.Targets = []routing.Target{{Name: "usual", FirstResponse: "4h", Resolution: "24h", Calendar: "24x7", Escalate: true, OutsideHours: true}}
	}
	if h.Approval {
		s.Routing.Categories[0].Approval = routing.Approval{By: []string{BossAt}, Within: 4 * time.Hour}
	}
	if h.Learns {
		s.Routing.Learn, s.Learn = routing.LearnSuggest, settings.Learn{Suggest: 60, Route: 90}
		s.Routing.Categories = append(s.Routing.Categories, routing.Category{Name: Hardware, Kind: "incident", Path: []string{"first-line", "network"}, Learn: routing.LearnRoute})
	}
	if h.Rota {
		turn := "12h"
		if h.Invites {
			turn = "7d"
		}
		s.Routing.Rotas = []routing.Rota{{Name: "nights", Queues: []string{"first-line"}, Invite: h.Invites, Layers: []routing.RotaLayer{
			{Agents: []string{"alice", "bob"}, Start: Begin.Format(time.DateOnly), Handover: "09:00", Turn: turn},
		}}}
	}
	var err error
	if s.Macros, err = macro.Read(fstest.MapFS{"restart.md": {Data: []byte("Please restart the device{{if .Name}}, {{.Name}}{{end}}.\n")}}, "macros"); err != nil {
		return nil, err
	}
	s.Rules, err = routing.Compile(s.Routing)
	return s, err
}
