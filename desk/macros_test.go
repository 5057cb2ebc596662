package desk_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"maildesk/desk/macro"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// withMacros sets up the texts that agents can send.
func withMacros(t *testing.T) func(*settings.Settings) {
	m, err := macro.Read(fstest.MapFS{
		"restart.en.md": {Data: []byte("Please restart the client twice.\n")},
		"restart.fr.md": {Data: []byte("Veuillez redémarrer le client deux fois.\n")},
		"number.md":     {Data: []byte("Your number is #{{.Number}}, about {{.Subject}}.\n")},
	}, "macros")
	if err != nil {
		t.Fatal(err)
	}
	return func(s *settings.Settings) { s.Macros = m }
}

// TestSend: a text of the admin's goes to the requester in their language, alone, above
// the agent's own words or between them.
func TestSend(t *testing.T) {
	for _, tt := range []struct{ name, request, text, want string }{
		{"alone", "My VPN drops every ten minutes.\n", "#send restart\n", "Please restart the client twice."},
		{"in another case, by an alias", "My VPN drops every ten minutes.\n", "#Textbaustein RESTART\n", "Please restart the client twice."},
		{"in the requester's language", "Bonjour, mon VPN se coupe toutes les dix minutes depuis hier, pouvez-vous m'aider ?\n", "#send restart\n", "Veuillez redémarrer le client deux fois."},
		{"above own words", "My VPN drops every ten minutes.\n", "#send restart\nTell me whether it helps.\n", "Please restart the client twice.\n\nTell me whether it helps."},
		{"between own words", "My VPN drops every ten minutes.\n", "Hello Ana,\n\n#send restart\n\nTell me whether it helps.\n", "Hello Ana,\n\nPlease restart the client twice.\n\nTell me whether it helps."},
		{"two of them", "My VPN drops every ten minutes.\n", "#send restart\n#send number\n", "Please restart the client twice.\n\nYour number is #1, about VPN drops."},
		{"with another command", "My VPN drops every ten minutes.\n", "#resolve\n#send restart\n", "Please restart the client twice."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, withMacros(t))
			b.take(letter{from: ana, to: support, subject: "VPN drops", text: tt.request})
			m := b.agentWrites(alices, notify.TemplateNewTicket, tt.text)
			var got string
			for _, s := range b.outbox() {
				if s.Recipient == ana && s.Cause == m.ID {
					got += strings.ReplaceAll(s.msg.Text, "\r\n", "\n")
				}
			}
			if !strings.Contains(got, tt.want) || strings.Contains(got, "#send") {
				t.Errorf("the mail is %s, ana gets\n%s\nwant\n%s", m.Reason, got, tt.want)
			}
			entries := b.entries(1)
			if e := entries[len(entries)-1]; e.Kind != ticket.EntryReply || !strings.Contains(e.Text, strings.SplitN(tt.want, "\n", 2)[0]) {
				t.Errorf("the correspondence has a %s: %q", e.Kind, e.Text)
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}

// TestSendListsAndRefuses: #send alone lists the texts; a name that there is not sends
// nothing, and neither does any where the admin has none.
func TestSendListsAndRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, text, want string
		none             bool
	}{
		{"alone", "#send\n", "#send restart – Please restart the client twice.", false},
		{"an unknown one", "#send restrat\n", "did you mean restart", false},
		{"an unknown one within the text", "Hello,\n#send reboot\n", "Texts: number, restart", false},
		{"none are there", "#send restart\n", "no texts to send", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			change := withMacros(t)
			if tt.none {
				change = func(*settings.Settings) {}
			}
			b := open(t, change)
			before := b.request()
			n := len(b.outbox())
			b.agentWrites(alices, notify.TemplateNewTicket, tt.text)
			var told string
			for _, s := range b.outbox()[n:] {
				if s.Recipient == ana {
					t.Errorf("ana gets\n%s", s.msg.Text)
				}
				told += s.msg.Text
			}
			if !strings.Contains(strings.Join(strings.Fields(told), " "), tt.want) {
				t.Errorf("alice is told\n%s\nwant %q", told, tt.want)
			}
			if got := b.ticket(before.ID); got.Status != before.Status {
				t.Errorf("the ticket is %s", got.Status)
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}

// TestSendInside: in a note the text stays inside, and a text that holds an internal
// address does not go out.
func TestSendInside(t *testing.T) {
	b := open(t, withMacros(t))
	r := b.request()
	n := len(b.outbox())
	b.agentWrites(alices, notify.TemplateNewTicket, "#note\n#send restart\n")
	for _, s := range b.outbox()[n:] {
		if s.Recipient == ana {
			t.Errorf("ana gets\n%s", s.msg.Text)
		}
	}
	if e := b.entries(r.ID)[1]; e.Kind != ticket.EntryNote || !strings.Contains(e.Text, "restart the client") {
		t.Errorf("the note is a %s: %q", e.Kind, e.Text)
	}
}

// TestSendAsNote: whoever writes nothing but commands is told what they did, also where
// all that came of them is a note.
func TestSendAsNote(t *testing.T) {
	b := open(t, withMacros(t))
	b.request()
	before := len(b.summary())
	b.agentWrites(alices, notify.TemplateNewTicket, "#send restart\n#note\n")
	equal(t, "what is sent", b.since(before), []string{"note bob@example.org", "transcript " + alices})
}

// TestSendOnANewMail: a text that an agent sends with a new mail is the first answer to
// whose request it is; nothing of the agent's own words goes there.
func TestSendOnANewMail(t *testing.T) {
	for _, tt := range []struct {
		name, to, text string
		want           string // in what ana gets; empty: the agent's mail is refused
		says           string // in what alice gets then
	}{
		{name: "after a call", to: support, text: "#for ana@example.net\n#channel phone\n#send restart\n\nShe called, as always on Mondays.\n", want: "Please restart the client twice."},
		{name: "no text of their own", to: support, text: "#for ana@example.net\n#send restart\n", want: "Please restart the client twice."},
		{name: "two of them", to: support, text: "#for ana@example.net\n#send restart\n#send number\n\nShe called, as always on Mondays.\n", want: "Please restart the client twice.\n\nYour number is #1"},
		{name: "the mail went to her", to: ana + ", " + support, text: "#send restart\n\nHello Ana, as always on Mondays.\n", want: "Please restart the client twice."},
		{name: "own request", to: support, text: "#send restart\n\nMy printer is dead.\n", says: "as in #for ana@example.net"},
		{name: "which ones are there", to: support, text: "#for ana@example.net\n#send\n\nShe called.\n", says: "Texts: number, restart"},
		{name: "an unknown one", to: support, text: "#for ana@example.net\n#send restrat\n\nShe called.\n", says: "did you mean restart"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, withControl, withMacros(t))
			m := b.take(letter{from: alice, to: tt.to, rcpt: []string{support}, subject: "Printer", text: tt.text, client: "192.0.2.7"})
			if tt.want == "" {
				if m.Ticket != 0 || !says(b.last(notify.TemplateAnswer, alice), tt.says) {
					t.Errorf("it opened %d; alice reads\n%s", m.Ticket, b.last(notify.TemplateAnswer, alice).msg.Text)
				}
				b.sameRebuilt()
				return
			}
			got := strings.ReplaceAll(b.last(notify.TemplateReply, ana).msg.Text, "\r\n", "\n")
			if !strings.Contains(got, tt.want) || strings.Contains(got, "Mondays") {
				t.Errorf("ana gets\n%s\nwant\n%s", got, tt.want)
			}
			if of := b.ticket(m.Ticket); of.Status != ticket.StatusOpen || of.Assignee != "alice" || of.Requester != ana {
				t.Errorf("the ticket of %s is %s, and %q has it", of.Requester, of.Status, of.Assignee)
			}
			entries := b.entries(m.Ticket)
			if e := entries[len(entries)-1]; len(entries) != 2 || e.Kind != ticket.EntryReply || e.Author != alice || !strings.Contains(e.Text, strings.SplitN(tt.want, "\n", 2)[0]) {
				t.Errorf("the correspondence is %+v", entries)
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}
