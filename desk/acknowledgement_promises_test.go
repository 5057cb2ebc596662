package desk_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/faulttest"
	"maildesk/routing"
	"maildesk/ticket"
)

func TestAcknowledgementPromises(t *testing.T) {
	for _, tt := range []struct {
		name, at, date, subject, text string
		want                          []string
	}{
		{"English, at the desk", "2026-11-24 10:30", "Tue, 24 Nov 2026 10:30:00 +0100", "VPN drops", "My VPN drops every ten minutes.\n",
			[]string{"get back to you by 12:30 today. We plan to have it solved by 10:30 on Thursday.\n"}},
		{"outside of working hours", "2026-11-27 20:00", "Fri, 27 Nov 2026 20:00:00 +0100", "VPN drops", "My VPN drops every ten minutes.\n",
			[]string{"by 11:00 on Monday"}},
		{"German", "2026-11-24 16:00", "Tue, 24 Nov 2026 16:00:00 +0100", "VPN", "Guten Tag, seit heute früh bricht die Verbindung alle zehn Minuten ab. Können Sie mir bitte helfen?\n",
			[]string{"antwortet Ihnen per E-Mail, spätestens morgen um 10:00\u00a0Uhr. Eine Lösung planen wir bis Donnerstag um 16:00\u00a0Uhr.\n"}},
		{"French", "2026-11-24 16:00", "Tue, 24 Nov 2026 16:00:00 +0100", "VPN", "Bonjour, depuis ce matin la connexion est coupée toutes les dix minutes. Pouvez-vous m'aider ?\n",
			[]string{"vous répond par courriel, au plus tard demain à 10\u00a0h. Nous prévoyons de la résoudre au plus tard jeudi à 16\u00a0h.\n"}},
		{"Spanish", "2026-11-24 16:00", "Tue, 24 Nov 2026 16:00:00 +0100", "VPN", "Buenos días, desde esta mañana la conexión se corta cada diez minutos. ¿Me pueden ayudar, por favor?\n",
			[]string{"le responderá por correo, a más tardar mañana a las 10:00. Prevemos resolverla a más tardar el jueves a las 16:00.\n"}},
		{"from India", "2026-11-24 10:30", "Tue, 24 Nov 2026 15:00:00 +0530", "VPN drops", "My VPN drops every ten minutes.\n",
			[]string{"by 17:00 today (UTC+5:30)", "by 15:00 on Thursday (UTC+5:30)"}},
		{"from a program that writes UTC", "2026-11-24 10:30", "Tue, 24 Nov 2026 09:30:00 +0000", "VPN drops", "My VPN drops every ten minutes.\n",
			[]string{"by 12:30 today (CET)"}},
		{"nothing is promised", "2026-11-24 10:30", "Tue, 24 Nov 2026 10:30:00 +0100", "monitor", "My monitor flickers, please help me with it.\n",
			[]string{"will read your request and get back to you.\n"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := open(t, promises, func(s *settings.Settings) { s.Routing.Targets = s.Routing.Targets[:3] })
				b.until(tt.at)
				raw := strings.Replace(string(letter{from: ana, to: support, subject: tt.subject, text: tt.text, id: "<a@example.net>"}.bytes()),
					"Tue, 24 Nov 2026 10:00:00 +0000", tt.date, 1)
				b.takeRaw(letter{from: ana, to: support}, []byte(raw))
				got := b.last(notify.TemplateAcknowledgement, ana).msg
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
		b := open(t, promises, func(s *settings.Settings) {
			s.Routing.Targets = append(s.Routing.Targets, routing.Target{Name: "vip", FirstResponse: "15m"})
			s.Routing.Rules = append(s.Routing.Rules, routing.Rule{Name: "VIP", When: `from == "` + ana + `"`, Target: "vip"})
		})
		b.until("2026-11-24 10:00")
		b.wantDues(b.request().ID, "by the rule", "first response Tue 24 10:15")
		m := b.take(letter{from: "ben@example.net", to: support, subject: "Hello", text: "A question.\n"})
		b.wantDues(m.Ticket, "of somebody else", "first response Tue 24 14:00")
	})
}

// TestT163OddDates: mails that come while the clock on the wall is put back,
// with Date fields that are no use. Our clock tells when they came.
func TestT163OddDates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, promises)
		b.until("2026-10-25 01:00")
		dates := []string{"Thu, 01 Jan 1970 00:00:00 +0200", "Fri, 31 Dec 2099 23:59:59 +0100", "", "Sat, 31 Dec 2016 23:59:60 +0000", "Sun, 25 Oct 2026 02:30:00 +0200",
			"Sun, 25 Oct 2026 02:30:00 +0100", "Sun, 25 Oct 2026 02:30:00 +9959", "yesterday"}
		var ids []ticket.ID
		for i, date := range dates {
			came := time.Now()
			l := letter{from: fmt.Sprintf("p%d@example.net", i), to: support, subject: "VPN drops", text: "My VPN drops every ten minutes.\n", id: fmt.Sprintf("<d%d@example.net>", i)}
			raw := strings.Replace(string(l.bytes()), "Date: Tue, 24 Nov 2026 10:00:00 +0000\r\n", "Date: "+date+"\r\n", 1)
			if date == "" {
				raw = strings.Replace(raw, "Date: \r\n", "", 1)
			}
			m := b.takeRaw(l, []byte(raw))
			opened := b.ticket(m.Ticket)
			if m.ReceivedAt.Sub(came).Abs() > time.Second || opened.CreatedAt.Sub(came).Abs() > time.Second {
				t.Errorf("Date %q: received %s, ticket of %s, came %s", date, m.ReceivedAt, opened.CreatedAt, came)
			}
			if got := b.last(notify.TemplateAcknowledgement, l.from).msg.Text; !strings.Contains(got, "11:00 tomorrow") {
				t.Errorf("Date %q: the acknowledgement does not promise Monday, 11:00, from Sunday:\n%s", date, got)
			}
			b.wantDues(opened.ID, date, "first response Mon 26 11:00, resolution Tue 27 17:00")
			ids = append(ids, opened.ID)
			time.Sleep(20 * time.Minute) // the hour from 2 to 3 comes twice
		}
		b.view(func(r ticket.Reader) error {
			tickets, err := r.Tickets(ticket.Filter{})
			for i, opened := range tickets {
				if opened.ID != ids[i] || i > 0 && !opened.CreatedAt.After(tickets[i-1].CreatedAt) {
					t.Errorf("ticket %d of %s stands at place %d", opened.ID, opened.CreatedAt, i)
				}
			}
			return err
		})
		faulttest.Seen(t, "T163", fmt.Sprintf("%d mails in the night in which the clock is put back, dated 1970, 2099, with a leap second, an odd zone, or not at all", len(dates)),
			"all received by our clock, in order; each promised Monday 11:00")
	})
}
