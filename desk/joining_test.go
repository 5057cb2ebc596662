package desk_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/routing"
	"maildesk/ticket"
)

// netDesk has rules for the network, in two languages, and looks for outages.
func netDesk(s *settings.Settings) {
	s.Routing.Rules = []routing.Rule{
		{Name: "Network", When: `any([subject, body], has_word(#, "network", "internet", "vpn", "wifi", "réseau"))`, Category: "network"},
	}
	s.Outages = settings.Outages{Requests: 5, Within: 30 * time.Minute, Priority: "urgent", Page: true}
}

// What people write while the internet is down, in two languages, and what
// others of the same category want at the same time.
var (
	netDownEnglish = []string{
		"Internet down|Since ten o'clock there is no internet on our floor. Cables are plugged in.",
		"no internet|Hello, the internet is down in the whole building, nobody can reach any page.",
		"Connection lost|My computer says the internet connection is lost. Colleagues on the floor have the same.",
		"internet outage?|Is there an outage? Nobody on the second floor reaches the internet, all pages time out.",
		"cannot work|No page loads, the internet is gone since ten. Please look at it.",
		"Internet|The internet connection dropped at ten and all pages time out since.",
		"Internet not working|internet down??",
	}
	netDownFrench = []string{
		"Plus d'internet|Bonjour, depuis dix heures plus aucune connexion internet à l'étage.",
		"Panne réseau|Le réseau est en panne dans tout le bâtiment, aucune page ne s'affiche.",
		"Connexion coupée|La connexion au réseau est coupée depuis dix heures, toutes les pages sont inaccessibles.",
		"réseau|Il n'y a plus de réseau à l'étage, personne n'a de connexion.",
		"Panne ?|Est-ce une panne ? Le réseau ne répond plus, les pages restent blanches.",
	}
	netOther = []string{
		"Network socket|Please patch the network socket 12 behind the cupboard of the intern who starts on Monday.",
		"VPN for a guest|A visiting professor from Porto needs VPN access until the end of June, who approves that?",
		"Wifi password|What is the wifi password for the conference hall? The caterer asks.",
		"prise réseau|Pouvez-vous déplacer la prise réseau sous la fenêtre du secrétariat pour la nouvelle imprimante ?",
		"VPN on a telephone|How do I set up the VPN on my private telephone? The instructions are for laptops.",
		"Printer|The tray of the printer in the archive is jammed, a corner of paper is left inside.",
		"Badge|The badge of our trainee opens neither the bicycle cellar nor the canteen.",
		"Invoice 4471|Invoice 4471 was booked twice on our cost centre, please reverse one.",
	}
)

// play sends mails over half an hour, those of pick(i) each, and returns the
// numbers of the tickets in their order.
func (b *bench) play(mails []string) []ticket.ID {
	b.t.Helper()
	ids := make([]ticket.ID, len(mails))
	for i, m := range mails {
		subject, text, _ := strings.Cut(m, "|")
		ids[i] = b.take(letter{from: fmt.Sprintf("p%d@company%d.example", i, i), to: support, subject: subject, text: text + "\n"}).Ticket
		time.Sleep(30 * time.Minute / time.Duration(len(mails)))
	}
	return ids
}

func (b *bench) incidents() (list []ticket.Incident) {
	b.t.Helper()
	b.view(func(r ticket.Reader) (err error) { list, err = r.OpenIncidents(); return err })
	return list
}

// TestOutageBesideOthers plays an outage in two languages beside requests of
// the same category and others: one incident, and nobody joins it wrongly.
func TestOutageBesideOthers(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := open(t, netDesk)
				r := rand.New(rand.NewPCG(seed, 1))
				var mails []string
				for range 20 {
					mails = append(mails, netDownEnglish[r.IntN(len(netDownEnglish))], netDownFrench[r.IntN(len(netDownFrench))])
				}
				mails = append(mails, netOther...)
				r.Shuffle(len(mails), func(i, j int) { mails[i], mails[j] = mails[j], mails[i] })
				ids := b.play(mails)
				incidents := b.incidents()
				if len(incidents) != 1 {
					t.Fatalf("there are %d incidents, want 1", len(incidents))
				}
				reports := b.reports(incidents[0].Lead)
				alone := 0
				for i, id := range ids {
					other, joined := slices.Contains(netOther, mails[i]), slices.Contains(reports, id)
					if other && joined {
						t.Errorf("joined wrongly: %s", mails[i])
					}
					if !other && !joined {
						t.Logf("alone: %s", mails[i])
						alone++
					}
				}
				t.Logf("%d of 40 reports stayed alone", alone)
				if alone > 8 {
					t.Errorf("%d of 40 reports stayed alone, want 8 at most", alone)
				}
			})
		})
	}
}

// Whoever holds a ticket that joins is told, whatever its queue; the notice names
// all reports with their words, and begins with what is least like the others.
func TestHoldersAreTold(t *testing.T) {
	b := open(t, watchful, func(s *settings.Settings) {
		s.Agents = append(s.Agents, settings.Agent{Name: "dora", Mail: []string{"dora@example.org"}})
		s.Routing.Queues = append(s.Routing.Queues, routing.Queue{Name: "desks", Level: 1, Agents: []string{"dora"}})
		s.Routing.Rules = []routing.Rule{{Name: "Desks", When: `subject == "gateway"`, Queue: "desks"}}
	})
	for n := range 3 {
		b.report(n)
	}
	before := len(b.summary())
	b.report(3)
	if told := b.since(before); !slices.Contains(told, "incident dora@example.org") {
		t.Errorf("dora, in whose queue one of the reports lies, is not told: %v", told)
	}
	text := b.last(notify.TemplateIncident, "dora@example.org").msg.Text
	for _, want := range []string{"Hi, the gateway says error 4711 when I try to connect", "#4 dan@example.net: error 4711", "Dear team, what is error 4711?"} {
		if !strings.Contains(text, want) {
			t.Errorf("the notice does not say %q:\n%s", want, text)
		}
	}
	last := strings.LastIndex(text, fmt.Sprintf("\n#%d ", b.incidents()[0].Lead))
	for id := ticket.ID(1); id <= 4; id++ {
		if strings.LastIndex(text, fmt.Sprintf("\n#%d ", id)) > last {
			t.Errorf("report %d stands below the lead, which is the most alike:\n%s", id, text)
		}
	}
}
