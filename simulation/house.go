package simulation

import (
	"testing/fstest"
	"time"

	"maildesk/desk/macro"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/routing"
	"maildesk/simulation/brittle"
)

// The addresses of the desk and its agents.
const (
	support = "support@example.org"
	sales   = "sales@example.org"
	alice   = "alice@example.org"
	bob     = "bob@example.org"
	carol   = "carol@example.org"

	control = "desk@example.org"

	vendorAt = "support@vendor.example" // whom agents ask
	bossAt   = "boss@vendor.example"    // whom agents ask for approval
	silentAt = "sales@silent.example"   // likewise, who never answers
)

// house is which features a desk has, and how much goes wrong around it.
type house struct {
	assign     string // how tickets are given out
	check      bool   // answers in another language wait
	incidents  bool
	approval   bool   // VPN requests must be approved before agents have them
	rota       bool   // of the first line one is on call at a time
	invites    bool   // for a week, and is invited to it
	idle       string // after which time owners lose what they have; empty: never
	targets    bool
	same       time.Duration // within which a mail may be about the matter of another one; 0: off
	letters    int           // at most so many are written; a few plays are long
	console    bool          // an admin acts beside the desk
	erases     bool          // somebody is erased
	guide      bool          // it has an article from the beginning
	mailbox    bool          // a part of its mail lies in a mailbox
	peer       bool          // another desk is pointed at this one
	tight      bool          // budgets of automatic mail are small
	grace      time.Duration
	window     time.Duration // in which answers can be taken back
	kills      int           // per cent of the steps in which one may fall
	overtakes  int           // per cent of the mails during whose handling another is handled
	lazy       int           // per cent of the steps after which the desk does nothing
	losses     int           // per cent of the outgoing mails whose answer is lost
	refusals   int           // per cent that are refused for now
	rejections int           // per cent that are refused for good
}

// drawHouse switches features on and off.
func (w *world) drawHouse() house {
	rate := func(most int) int { return pick(w, []int{0, 0, most / 4, most}) }
	return house{
		assign: pick(w, []string{"", "round-robin", "least-open"}), check: w.chance(50), incidents: w.chance(50), targets: w.chance(40), tight: w.chance(30),
		rota: w.chance(30), invites: w.chance(60), approval: w.seed%5 == 0,
		letters: pick(w, []int{8, 12, 20}), console: w.chance(25), mailbox: w.chance(20), erases: w.chance(5), guide: w.chance(40), peer: w.chance(10),
		same:   pick(w, []time.Duration{0, 7 * 24 * time.Hour}),
		grace:  pick(w, []time.Duration{time.Hour, 6 * time.Hour, 3 * 24 * time.Hour}),
		idle:   pick(w, []string{"", "3h", "1d"}),
		window: pick(w, []time.Duration{0, 20 * time.Second, 5 * time.Minute}),
		kills:  rate(20), overtakes: rate(60), lazy: rate(40), losses: rate(10), refusals: rate(20), rejections: rate(6),
	}
}

// settings returns those of the desk, with the texts of its mails.
func (h house) settings(words notify.Words) (*settings.Settings, error) {
	s := &settings.Settings{
		Name: "Example IT", Hostname: "desk.example.org", Control: control, Grace: h.grace, UndoWindow: h.window, TokenLife: 30 * 24 * time.Hour, Words: brittle.Words{Words: words}, LoadedAt: begin,
		Addresses: []settings.Address{{Mail: support}, {Mail: sales, Queue: "sales"}},
		Agents: []settings.Agent{
			{Name: "alice", Mail: []string{alice}, Languages: []string{"en", "fr"}},
			{Name: "bob", Mail: []string{bob}},
			{Name: "carol", Mail: []string{carol}, Languages: []string{"de", "en"}},
		},
		Limits:        settings.Limits{SenderHour: 5, SenderDay: 20, DomainHour: 50, Hour: 300, Hops: 50, Participants: 5},
		LanguageCheck: h.check,
		SameWithin:    h.same,
		Routing: routing.Desk{
			Fallback: "first-line",
			Queues: []routing.Queue{
				{Name: "first-line", Level: 1, Agents: []string{"alice", "bob"}, Assign: h.assign, OwnerIdle: h.idle},
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
	if h.tight {
		s.Limits.SenderHour, s.Limits.SenderDay, s.Limits.DomainHour, s.Limits.Hour = 1, 3, 2, 4
	}
	if h.incidents {
		s.Outages = settings.Outages{Requests: 3, Within: 2 * time.Hour, Priority: "urgent"}
	}
	if h.targets {
		s.Routing.Targets = []routing.Target{{Name: "usual", FirstResponse: "4h", Resolution: "24h", Calendar: "24x7", Escalate: true, OutsideHours: true}}
	}
	if h.approval {
		s.Routing.Categories[0].Approval = routing.Approval{By: []string{bossAt}, Within: 4 * time.Hour}
	}
	if h.rota {
		turn := "12h"
		if h.invites {
			turn = "7d"
		}
		s.Routing.Rotas = []routing.Rota{{Name: "nights", Queues: []string{"first-line"}, Invite: h.invites, Layers: []routing.RotaLayer{
			{Agents: []string{"alice", "bob"}, Start: begin.Format(time.DateOnly), Handover: "09:00", Turn: turn},
		}}}
	}
	var err error
	if s.Macros, err = macro.Read(fstest.MapFS{"restart.md": {Data: []byte("Please restart the device{{if .Name}}, {{.Name}}{{end}}.\n")}}, "macros"); err != nil {
		return nil, err
	}
	s.Rules, err = routing.Compile(s.Routing)
	return s, err
}
