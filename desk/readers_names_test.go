package desk_test

import (
	"slices"
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
)

// TestNamesOfReaders: a text is for whoever it greets among those who read it, also of a merged
// ticket, or who signed a mail of a shared mailbox; a colleague of that name is not asked about.
func TestNamesOfReaders(t *testing.T) {
	const desk = "office@client.example"
	for name, tt := range map[string]struct {
		requests []letter // each merged into the first
		text     string
		reaches  []string
		reason   string
	}{
		"the requester of a merged ticket":         {[]letter{{from: "Ana <" + ana + ">"}, {from: "Bob Miller <" + gus + ">"}}, "Hi Bob,\n\nit opens again.\n", []string{ana, gus}, ""},
		"one in copy of a merged ticket":           {[]letter{{from: "Ana <" + ana + ">"}, {from: "Gus <" + gus + ">", header: "Cc: Bob Miller <bob@farm.example>\n"}}, "Hi Bob,\n\nit opens again.\n", []string{ana, gus}, ""},
		"nobody of a merged ticket":                {[]letter{{from: "Ana <" + ana + ">"}, {from: "Gus <" + gus + ">"}}, "Hi Bob,\n\nit opens again.\n", nil, "held-colleague"},
		"an internal note to one of them":          {[]letter{{from: "Ana <" + ana + ">"}, {from: "Gus <" + gus + ">"}}, "#note\nHi Gus,\n\nit opens again.\n", nil, "held-greeting"},
		"an internal note to a colleague":          {[]letter{{from: "Ana <" + ana + ">"}, {from: "Bob Miller <" + gus + ">"}}, "#note\nHi Bob,\n\nit opens again.\n", nil, ""},
		"a colleague with the name of a domain":    {[]letter{{from: "Ana <ana@bob.example>"}}, "Hi Bob,\n\nshe rings every hour.\n", nil, "held-colleague"},
		"an internal note with a word of a domain": {[]letter{{from: "Ana <ana@it.example>"}}, "#note\nHello, it is the switch again.\n", nil, ""},
		"who is called by the address alone":       {[]letter{{from: "Client Ltd <bob@client.example>"}}, "Hi Bob,\n\nit opens again.\n", []string{"bob@client.example"}, ""},

		"who signed for a mailbox":             {[]letter{{from: "Client Ltd <" + desk + ">", text: "It is down.\n\nKind regards\nBob Miller\n"}}, "Hi Bob,\n\nit opens again.\n", []string{desk}, ""},
		"who signed with the name alone":       {[]letter{{from: "Client Ltd <" + desk + ">", text: "It is down.\n\nBob\n"}}, "Hi Bob,\n\nit opens again.\n", []string{desk}, ""},
		"who signed below two dashes":          {[]letter{{from: "Client Ltd <" + desk + ">", text: "It is down.\n\n-- \nBob Miller\nClient Ltd\nTel. 030 1234\n"}}, "Hi Bob,\n\nit opens again.\n", []string{desk}, ""},
		"who signed in German":                 {[]letter{{from: "Client Ltd <" + desk + ">", text: "Es geht nicht.\n\nViele Grüße, Bob\n"}}, "Hallo Bob,\n\nes geht wieder.\n", []string{desk}, ""},
		"who is thanked":                       {[]letter{{from: "Client Ltd <" + desk + ">", text: "It is down.\n\nThanks Bob\n"}}, "Hi Bob,\n\nshe rings every hour.\n", nil, "held-colleague"},
		"who is greeted":                       {[]letter{{from: "Client Ltd <" + desk + ">", text: "Bob\nIt is down.\n"}}, "Hi Bob,\n\nshe rings every hour.\n", nil, "held-colleague"},
		"who is named":                         {[]letter{{from: "Client Ltd <" + desk + ">", text: "It is down.\nCall Bob\n"}}, "Hi Bob,\n\nshe rings every hour.\n", nil, "held-colleague"},
		"a colleague whose answer is pasted":   {[]letter{{from: "Client Ltd <" + desk + ">", text: "Your Bob wrote me last week.\n\nPlease switch it off and on.\n\nKind regards\nBob Miller\n"}}, "Hi Bob,\n\nshe rings every hour.\n", nil, "held-colleague"},
		"a colleague by the whole name":        {[]letter{{from: "Client Ltd <" + desk + ">", text: "This did not help.\n\nPlease switch it off and on.\n\nKind regards\nBob Brown\nExample IT\n"}}, "Hi Bob,\n\nshe rings every hour.\n", nil, "held-colleague"},
		"who signed older mail that it quotes": {[]letter{{from: "Client Ltd <" + desk + ">", text: "It is down again.\n\nOn Monday, Example IT wrote:\n> It is up.\n> Kind regards\n> Bob\n"}}, "Hi Bob,\n\nshe rings every hour.\n", nil, "held-colleague"},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t, withPeople, func(s *settings.Settings) {
				i := slices.IndexFunc(s.Agents, func(a settings.Agent) bool { return a.Name == "bob" })
				s.Agents = slices.Clone(s.Agents)
				s.Agents[i].Display = "Bob Brown"
			})
			for i, l := range tt.requests {
				if l.to, l.subject = support, []string{"Portal down", "Le portail"}[i]; l.text == "" {
					l.text = []string{"The portal of the mill does not open, code 4711.\n", "Le portail de la ferme ne s'ouvre pas.\n"}[i]
				}
				l.header += "Content-Type: text/plain; charset=utf-8\n"
				id := b.take(l).Ticket
				b.deliver()
				if i > 0 {
					b.mergeFrom(id, "#merge 1\n")
				}
			}
			n := len(b.outbox())
			m := b.writesOn(1, aliceAt, notify.TemplateNewTicket, tt.text)
			if tt.reason != "" && m.Reason != tt.reason || tt.reason == "" && m.Reason != "reply-address" {
				t.Errorf("it became %s", m.Reason)
			}
			for _, who := range []string{ana, gus, desk, "ana@bob.example", "ana@it.example", "bob@client.example"} {
				if got := len(b.to(who, n)) > 0; got != slices.Contains(tt.reaches, who) {
					t.Errorf("it reaches %s: %t", who, got)
				}
			}
			b.sameRebuilt()
		})
	}
}

// TestColleagueWhoHasAnswered: where a colleague has answered, a mail of the requester's that ends with their name
// may end with their answer.
func TestColleagueWhoHasAnswered(t *testing.T) {
	const desk = "office@client.example"
	for _, answers := range []bool{false, true} {
		b := open(t, withPeople)
		b.take(letter{from: "Client Ltd <" + desk + ">", to: support, subject: "Portal down", text: "It is down.\n\nKind regards\nBob\n"})
		if answers {
			b.writesOn(1, "bob@example.org", notify.TemplateNewTicket, "Please switch it off and on.\n")
		}
		want := "reply-address"
		if answers {
			want = "held-colleague"
		}
		if m := b.writesOn(1, aliceAt, notify.TemplateNewTicket, "#anyway\nIt opens.\n"); m.Reason != "reply-address" {
			t.Fatalf("alice's answer is %s", m.Reason)
		}
		if m := b.writesOn(1, aliceAt, notify.TemplateNewTicket, "Hi Bob,\n\nit opens again.\n"); m.Reason != want {
			t.Errorf("where Bob has answered: %t, a mail to a Bob is %s, want %s", answers, m.Reason, want)
		}
		b.sameRebuilt()
	}
}

// TestAgentsPasteMachines: an agent's text that reads like a machine's is held and asked about,
// few times, and goes to nobody by itself; around it an agent writes to the requester.
func TestAgentsPasteMachines(t *testing.T) {
	const (
		held  = "held " + aliceAt
		lost  = "Delivery has failed to these recipients or groups:\n\nana@old.example\nThe email address you entered couldn't be found.\n"
		reply = "reply " + ana
	)
	for _, tt := range []struct {
		subject, text string
		want          []string
		from          string // empty: ana
	}{
		{"Undeliverable: VPN drops", lost, []string{held}, ""},
		{"Unzustellbar: VPN drops", "Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:\n\nana@old.example\n", []string{held}, ""},
		{"Re: VPN drops", "This is an automatic reply. Our shop is closed today.\n", []string{held}, ""},
		{"Re: VPN drops", "Dies ist eine automatische Antwort. Das Geschäft ist heute zu.\n", []string{held}, ""},
		{"Re: VPN drops", "Dear Ana,\n\nour email to your other address came back:\n\n" + lost, []string{reply}, ""},
		{"Undeliverable: VPN drops", "Dear Ana,\n\nour email to your other address came back:\n\n" + lost, []string{reply}, ""},
		{"Undeliverable: VPN drops", "#note\n" + lost, []string{"note bob@example.org"}, ""},
		{"FW: Undeliverable: VPN", "Our email came back, who has her number?\n\n-----Original Message-----\nFrom: Mail Delivery System <mailer-daemon@example.org>\nSent: Monday, November 30, 2026 09:00\nTo: Alice <alice@example.org>\nSubject: Undeliverable: VPN\n\n" + lost, []string{held}, ""},
		{"FW: Your licence", "Here is your licence.\n\n-----Original Message-----\nFrom: Store <noreply@store.example>\nSent: Monday, November 30, 2026 09:00\nTo: Alice <alice@example.org>\nSubject: Your licence\n\nKEY-4711\n", []string{reply}, ""},
		{"FW: Mail", "She gave another address.\n\n-----Original Message-----\nFrom: Postmaster <postmaster@example.org>\nSent: Monday, November 30, 2026 09:00\nTo: Alice <alice@example.org>\nSubject: Mail\n\n" + lost, []string{held}, ""},
		{"FW: VPN", "FYI\n\nAlice\n\n-----Original Message-----\nFrom: Bob <bob@example.org>\nSent: Monday, November 30, 2026 09:00\nTo: Alice <alice@example.org>\nSubject: VPN\n\nShe is a nuisance.\n", []string{held, "note bob@example.org"}, ""},
		{"WG: VPN", "zur Kenntnis\n\nVon: Bob <bob@example.org>\nGesendet: Montag, 30. November 2026 09:00\nAn: Alice <alice@example.org>\nBetreff: VPN\n\nSie nervt.\n", []string{held, "note bob@example.org"}, ""},
		{"FW: VPN", "Please install version 5.\n\n-----Original Message-----\nFrom: Bob <bob@example.org>\nSent: Monday, November 30, 2026 09:00\nTo: Alice <alice@example.org>\nSubject: VPN\n\nShe needs version 5.\n", []string{reply}, ""},
		{"Automatic reply: VPN drops", "I am away until Monday.\n", nil, ""},
		{"Re: VPN drops", "Hola, esta es una respuesta automática. Estoy de vacaciones.\n", []string{held}, "Ana Berg <ana@es.example>"},
		{"Re: VPN drops", "Hello, I am out of the office until Monday.\n", []string{held}, "Client Ltd <office@client.example>"},
	} {
		b := open(t)
		from, address, reply := "Ana Berg <"+ana+">", ana, reply
		if tt.from != "" {
			from = tt.from
			address = strings.TrimSuffix(from[strings.Index(from, "<")+1:], ">")
			reply = "reply " + address
		}
		b.take(letter{from: from, to: support, subject: "VPN drops", text: "My VPN drops.\n", envelope: ptr(address)})
		n := len(b.summary())
		notice := b.last(notify.TemplateNewTicket, aliceAt)
		write := func(text string) {
			b.take(letter{from: aliceAt, to: notice.answer(), subject: tt.subject, text: text, header: "In-Reply-To: " + notice.MessageID + "\nContent-Type: text/plain; charset=utf-8\n"})
		}
		write(tt.text)
		if got := b.since(n); !slices.Equal(got, tt.want) && len(got)+len(tt.want) > 0 {
			t.Errorf("%q, %q: this was sent: %q, want %q", tt.subject, tt.text, got, tt.want)
		}
		if !slices.Equal(tt.want, []string{held}) {
			continue
		}
		const last = "further ones of today"
		if first := b.last(notify.TemplateHeld, aliceAt); strings.Contains(first.msg.Text, last) {
			t.Errorf("%q: the first question says that it is the last:\n%s", tt.subject, first.msg.Text)
		}
		for i := range 20 { // a program that answers each question with another text
			write(tt.text + "\nNumber " + string(rune('A'+i)) + "\n")
		}
		got := b.since(n)
		if len(got) > 5 || slices.Contains(got, reply) {
			t.Errorf("%q: of twenty more this was sent: %q", tt.subject, got)
		}
		if asked := b.last(notify.TemplateHeld, aliceAt); strings.Contains(asked.msg.Text, last) != (len(got) == 5) { // of the same text above a forward there is one
			t.Errorf("%q: the last of %d questions says:\n%s", tt.subject, len(got), asked.msg.Text)
		}
		b.agentWrites(aliceAt, notify.TemplateHeld, "#anyway\n")
		if got := b.since(n); !slices.Contains(got, reply) {
			t.Errorf("%q: after #anyway this was sent: %q", tt.subject, got)
		}
		b.sameRebuilt()
	}
}

// TestAgentsCalendar: of an agent's answer to an invitation the requester gets the words of theirs,
// and nothing of what their program writes: neither their own address nor the file.
func TestAgentsCalendar(t *testing.T) {
	const remark, says = "COMMENT:I bring a new lamp.\n", "I bring a new lamp."
	for name, tt := range map[string]struct{ text, comment, file, reads string }{
		"nothing written":         {"", "", "", ""},
		"a text":                  {says, "", "", says},
		"a remark in it":          {"", remark, "", says},
		"both":                    {says, remark, "", says},
		"a file as well":          {says, "", "application/ics; name=invite.ics", says},
		"a file without a type":   {says, "", "application/octet-stream; name=Invite.ICS", says},
		"in Google's words":       {aliceAt + " has accepted this invitation with this note:\n\n\"I bring a\nnew lamp.\"\n\nInspection\nhttps://calendar.google.com/calendar/event?x=1", remark, "application/ics; name=invite.ics", says},
		"beside an address there": {"See https://calendar.google.com/calendar/x\nI bring a new lamp.", "COMMENT:And a fuse.\n", "", says},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			b.take(letter{from: "Ana Berg <" + ana + ">", to: support, subject: "VPN drops", text: "My VPN drops.\n", envelope: ptr(ana)})
			n := len(b.outbox())
			notice := b.last(notify.TemplateNewTicket, aliceAt)
			event := "BEGIN:VCALENDAR\nMETHOD:REPLY\nVERSION:2.0\nBEGIN:VEVENT\nATTENDEE;PARTSTAT=ACCEPTED;CN=Alice:mailto:" + aliceAt +
				"\nUID:lamp-1\nSUMMARY:Inspection\nDTSTART:20261203T090000Z\nDTEND:20261203T100000Z\n" + tt.comment + "END:VEVENT\nEND:VCALENDAR\n"
			body := "--c\nContent-Type: text/plain; charset=utf-8\n\n" + tt.text + "\n--c\nContent-Type: text/calendar; method=REPLY; charset=utf-8\n\n" + event + "--c--\n"
			kind := "multipart/alternative; boundary=c"
			if tt.file != "" {
				body = "--m\nContent-Type: " + kind + "\n\n" + body + "--m\nContent-Type: " + tt.file + "\nContent-Disposition: attachment\n\n" + event + "--m--\n"
				kind = "multipart/mixed; boundary=m"
			}
			b.take(letter{from: aliceAt, to: notice.answer(), subject: "Accepted: Inspection", header: "In-Reply-To: " + notice.MessageID + "\nMIME-Version: 1.0\nContent-Type: " + kind + "\n", text: body})
			got := b.to(ana, n)
			if tt.reads == "" {
				if len(got) > 0 {
					t.Errorf("ana gets %q", got[0].msg.Text)
				}
				return
			}
			if len(got) != 1 || strings.Count(got[0].msg.Text, tt.reads) != 1 || strings.Contains(got[0].msg.Text, "Inspection") || strings.Contains(string(got[0].Bytes), aliceAt) || len(got[0].msg.Attachments) > 0 {
				t.Errorf("ana gets %v", got)
			}
			b.sameRebuilt()
		})
	}
}
