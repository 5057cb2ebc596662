package desk_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"maildesk/desk"
	"maildesk/routing"
)

func TestAcknowledgementPromises(t *testing.T) {
	for _, tt := range []struct {
		name, at, date, subject, text string
		want                          []string
	}{
		{"English, at the desk", "2026-11-24 10:30", "Tue, 24 Nov 2026 10:30:00 +0100", "VPN drops", "My VPN drops every ten minutes.\n",
			[]string{"answers you by mail, 12:30 today at the latest. We plan to have it solved by Thursday 10:30.\n"}},
		{"outside of working hours", "2026-11-27 20:00", "Fri, 27 Nov 2026 20:00:00 +0100", "VPN drops", "My VPN drops every ten minutes.\n",
			[]string{"Monday 11:00 at the latest"}},
		{"German", "2026-11-24 16:00", "Tue, 24 Nov 2026 16:00:00 +0100", "VPN", "Guten Tag, seit heute früh bricht die Verbindung alle zehn Minuten ab. Können Sie mir bitte helfen?\n",
			[]string{"antwortet Ihnen per E-Mail, spätestens morgen um 10:00\u00a0Uhr. Gelöst haben wollen wir sie spätestens am Donnerstag um 16:00\u00a0Uhr.\n"}},
		{"French", "2026-11-24 16:00", "Tue, 24 Nov 2026 16:00:00 +0100", "VPN", "Bonjour, depuis ce matin la connexion est coupée toutes les dix minutes. Pouvez-vous m'aider ?\n",
			[]string{"vous répond par courriel, au plus tard demain à 10\u00a0h\u00a000. Nous prévoyons de la résoudre au plus tard jeudi à 16\u00a0h\u00a000.\n"}},
		{"Spanish", "2026-11-24 16:00", "Tue, 24 Nov 2026 16:00:00 +0100", "VPN", "Buenos días, desde esta mañana la conexión se corta cada diez minutos. ¿Me pueden ayudar, por favor?\n",
			[]string{"le responderá por correo, a más tardar mañana a las 10:00. Prevemos resolverla a más tardar el jueves a las 16:00.\n"}},
		{"from India", "2026-11-24 10:30", "Tue, 24 Nov 2026 15:00:00 +0530", "VPN drops", "My VPN drops every ten minutes.\n",
			[]string{"17:00 today (UTC+5:30) at the latest", "by Thursday 15:00 (UTC+5:30)"}},
		{"from a program that writes UTC", "2026-11-24 10:30", "Tue, 24 Nov 2026 09:30:00 +0000", "VPN drops", "My VPN drops every ten minutes.\n",
			[]string{"12:30 today (CET) at the latest"}},
		{"nothing is promised", "2026-11-24 10:30", "Tue, 24 Nov 2026 10:30:00 +0100", "monitor", "My monitor flickers, please help me with it.\n",
			[]string{"reads your request and answers you by mail.\n"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := open(t, promises, func(s *desk.Settings) { s.Routing.Targets = s.Routing.Targets[:3] })
				b.until(tt.at)
				raw := strings.Replace(string(letter{from: ana, to: support, subject: tt.subject, text: tt.text, id: "<a@example.net>"}.bytes()),
					"Tue, 24 Nov 2026 10:00:00 +0000", tt.date, 1)
				b.takeRaw(letter{from: ana, to: support}, []byte(raw))
				got := b.last(desk.TemplateAcknowledgement, ana).msg
				for _, want := range tt.want {
					if !strings.Contains(got.Text, want) {
						t.Errorf("the acknowledgement does not say %q:\n%s", want, got.Text)
					}
				}
			})
		})
	}
}

func TestTargetOfARule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, promises, func(s *desk.Settings) {
			s.Routing.Targets = append(s.Routing.Targets, routing.Target{Name: "vip", FirstResponse: "15m"})
			s.Routing.Rules = append(s.Routing.Rules, routing.Rule{Name: "VIP", When: `from == "` + ana + `"`, Target: "vip"})
		})
		b.until("2026-11-24 10:00")
		b.wantDues(b.request().ID, "by the rule", "first response Tue 24 10:15")
		m := b.take(letter{from: "ben@example.net", to: support, subject: "Hello", text: "A question.\n"})
		b.wantDues(m.Ticket, "of somebody else", "first response Tue 24 14:00")
	})
}
