package desk_test

import (
	"slices"
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// TestAgentsAbsenceWithoutAMark: what a rule of an agent's mail program answers while they
// are away is from their own address, under a bare "Re:", and bears no mark. It goes to
// nobody before the agent says so; they are asked once a day, as the program answers that
// mail, too.
func TestAgentsAbsenceWithoutAMark(t *testing.T) {
	for _, text := range []string{
		"I am away until Monday.\nPlease write to Bob.\n",
		"Hello,\n\nthank you for your message. I'm out of the office until 7 December.\n\nAlice\n",
		"Guten Tag,\n\nbis zum 7. Dezember bin ich nicht im Büro.\n",
		"Je suis en congé jusqu'au 7 décembre.\n",
		"Estoy de vacaciones hasta el 7 de diciembre.\n",
		"Sono fuori ufficio fino al 7 dicembre.\n",
		"Ik ben tot 7 december met vakantie.\n",
		"Jestem na urlopie do 7 grudnia.\n",
		"Estou de férias até 7 de dezembro.\n",
	} {
		b := open(t)
		id := b.request().ID
		n := len(b.summary())
		m := b.agentWrites(aliceAt, notify.TemplateNewTicket, text)
		if got := b.since(n); !slices.Equal(got, []string{"held " + aliceAt}) || m.Reason != "held-absence" {
			t.Errorf("%q became %s, and this was sent: %q", text, m.Reason, got)
			continue
		}
		if got := b.last(notify.TemplateHeld, aliceAt).msg.Text; !strings.Contains(got, strings.SplitN(text, "\n", 2)[0]) || !strings.Contains(got, "#anyway") {
			t.Errorf("%q: alice is told\n%s", text, got)
		}
		n = len(b.summary())
		b.agentWrites(aliceAt, notify.TemplateHeld, text) // the program answers that, too
		if got := b.since(n); len(got) != 0 {
			t.Errorf("%q: the program was answered again: %q", text, got)
		}
		if entries := b.entries(id); entries[len(entries)-1].Kind != ticket.EntryNote {
			t.Errorf("%q is kept as %s", text, entries[len(entries)-1].Kind)
		}
		b.agentWrites(aliceAt, notify.TemplateHeld, "#anyway\n")
		if got := b.last(notify.TemplateReply, ana).msg.Text; !strings.Contains(got, strings.SplitN(text, "\n", 2)[0]) {
			t.Errorf("%q: after #anyway ana reads\n%s", text, got)
		}
		b.sameRebuilt()
	}
}

// TestAnotherAbsence: an agent who was asked about one mail is asked about the next as well, if
// it is another one.
func TestAnotherAbsence(t *testing.T) {
	b := open(t)
	b.request()
	b.agentWrites(aliceAt, notify.TemplateNewTicket, "I am away until Monday, Bob will come.\n")
	b.agentWrites(aliceAt, notify.TemplateHeld, "#anyway\n")
	n := len(b.summary())
	m := b.agentWrites(aliceAt, notify.TemplateNewTicket, "I'm on a business trip today. The new code is 4711.\n")
	if got := b.since(n); !slices.Equal(got, []string{"held " + aliceAt}) || m.Reason != "held-absence" {
		t.Errorf("the second became %s, and this was sent: %q", m.Reason, got)
	}
	b.sameRebuilt()
}

// TestAbsenceInAnAnswer: an agent who says to somebody that they are away is not asked.
func TestAbsenceInAnAnswer(t *testing.T) {
	for _, text := range []string{
		"Good morning Ana,\n\nI am away until Monday, so Bob will look after it.\n\nAlice\n",
		"#take\nI am away until Monday and look after it then.\n",
		"You were out of office when we rang. When may we come?\n",
	} {
		b := open(t)
		b.take(letter{from: "Ana Berg <" + ana + ">", to: support, subject: "VPN drops", text: "My VPN drops.\n", envelope: ptr(ana)})
		b.agentWrites(aliceAt, notify.TemplateNewTicket, text)
		if !slices.Contains(b.summary(), "reply "+ana) {
			t.Errorf("%q does not reach ana: %q", text, b.summary())
		}
	}
}

// TestAnswersOfASignatureAlone: nobody is sent a letter that says nothing; its writer is told.
func TestAnswersOfASignatureAlone(t *testing.T) {
	for _, text := range []string{
		"-- \nAlice Ames\nExample IT\n+43 1 234567\n",
		"Kind regards\nAlice\n",
		"Kind regards, Alice\n",
		"Alice Ames\nExample IT, Main Street 1\nTel. +43 1 234567\n",
		"Viele Grüße\nAlice Ames\n\nSent from my iPhone\n",
		"Alice reacted to your message:\n\n👍\n",
		"❤️ Alice hat auf Ihre Nachricht reagiert:\n",
	} {
		b := open(t)
		id := b.request().ID
		n := len(b.summary())
		m := b.agentWrites(aliceAt, notify.TemplateNewTicket, text)
		if got := b.since(n); !slices.Equal(got, []string{"refusal " + aliceAt}) {
			t.Errorf("%q became %s, and this was sent: %q", text, m.Reason, got)
		}
		if s := b.ticket(id); s.Status != ticket.StatusNew || s.Assignee != "" {
			t.Errorf("%q made the ticket %s, of %q", text, s.Status, s.Assignee)
		}
		b.sameRebuilt()
	}
}

// TestRecallOfAnAnswer: the line by which a mail program calls a mail back goes to nobody, and its
// writer is told that this does nothing. Who writes about a recall is understood.
func TestRecallOfAnAnswer(t *testing.T) {
	for text, want := range map[string]string{
		"Ames, Alice would like to recall the message, \"[Example IT #1] VPN drops\".\n":       "refusal " + aliceAt,
		"Alice Ames möchte die Nachricht \"[Example IT #1] VPN drops\" zurückrufen.\n":         "refusal " + aliceAt,
		"Alice Ames souhaite rappeler le message « [Example IT #1] VPN drops ».\n":             "refusal " + aliceAt,
		"Alice Ames would like to recall the message,\n\"[Example IT #1] VPN drops\".\n":       "refusal " + aliceAt,
		"Notre directeur souhaite rappeler le message suivant : n'ouvrez pas cela.\n":          "reply " + ana,
		"The vendor would like to recall the message bus of your model. Please bring it in.\n": "reply " + ana,
	} {
		b := open(t)
		b.request()
		n := len(b.summary())
		m := b.agentWrites(aliceAt, notify.TemplateNewTicket, text)
		if got := b.since(n); !slices.Contains(got, want) || len(got) != 1 {
			t.Errorf("%q became %s, and this was sent: %q, want %q", text, m.Reason, got, want)
		}
		b.sameRebuilt()
	}
}

// TestRecallByARequester: that a requester calls a mail back changes no ticket, and makes none; agents are told.
func TestRecallByARequester(t *testing.T) {
	for _, tt := range []struct {
		command string
		want    ticket.Status
	}{{"#resolve", ticket.StatusResolved}, {"#close", ticket.StatusClosed}, {"#pending 30d", ticket.StatusPending}} {
		b := open(t)
		b.take(letter{from: "Ana Berg <" + ana + ">", to: support, subject: "VPN drops", text: "My VPN drops.\n", envelope: ptr(ana)})
		b.deliver()
		b.agentWrites(aliceAt, notify.TemplateNewTicket, tt.command+"\nDone.\n")
		b.deliver()
		ours := b.outbox()[slices.IndexFunc(b.outbox(), func(s sent) bool { return s.Recipient == ana })]
		n := len(b.summary())
		m := b.take(letter{from: "Ana Berg <" + ana + ">", to: ours.answer(), subject: "Recall: " + ours.msg.Subject, text: "Ana Berg would like to recall the message, \"VPN drops\".\n\nThis mail is confidential.\n", envelope: ptr(ana)})
		if got := b.since(n); m.Ticket != 1 || !slices.Equal(got, []string{"message " + aliceAt}) {
			t.Errorf("after %s it is in #%d, and this was sent: %q", tt.command, m.Ticket, got)
		}
		if got := b.ticket(1).Status; got != tt.want {
			t.Errorf("after %s the ticket is %s, want %s", tt.command, got, tt.want)
		}
		b.sameRebuilt()
	}
}

// TestRequestersAbsenceWithoutAMark: what a rule of a requester's mail program answers to the
// solution opens nothing; an agent is told of it, in case a person wrote it.
func TestRequestersAbsenceWithoutAMark(t *testing.T) {
	for _, tt := range []struct {
		command, text string
		want          ticket.Status
		mails         string
	}{
		{"#resolve", "Hello,\n\nthank you for your email. I am on leave until 7 December.\n\nAna\n", ticket.StatusResolved, "message " + aliceAt},
		{"#resolve", "Vielen Dank für Ihre Nachricht. Ich bin bis zum 7.12. im Urlaub.\n", ticket.StatusResolved, "message " + aliceAt},
		{"#close", "I am out of the office until Monday.\n", ticket.StatusClosed, "message " + aliceAt},
		{"#resolve", "It drops again. I am on leave from tomorrow until 7 December.\n", ticket.StatusOpen, "reopened " + aliceAt},
		{"#resolve", "I am on leave until Monday. Can it stay open until then?\n", ticket.StatusOpen, "reopened " + aliceAt},
		{"#resolve", "👍 Ana Berg reacted to your message:\n", ticket.StatusResolved, ""},
		{"#resolve", "Nobody reacted to your message:\n", ticket.StatusOpen, "reopened " + aliceAt},
	} {
		b := open(t)
		b.take(letter{from: "Ana Berg <" + ana + ">", to: support, subject: "VPN drops", text: "My VPN drops.\n", envelope: ptr(ana)})
		id := b.ticket(1).ID
		b.deliver()
		b.agentWrites(aliceAt, notify.TemplateNewTicket, tt.command+"\nDone.\n")
		b.deliver()
		ours := b.outbox()[slices.IndexFunc(b.outbox(), func(s sent) bool { return s.Recipient == ana })]
		n := len(b.summary())
		b.take(letter{from: "Ana Berg <" + ana + ">", to: ours.answer(), subject: "Re: " + ours.msg.Subject, text: tt.text, envelope: ptr(ana)})
		if got := strings.Join(b.since(n), ", "); got != tt.mails {
			t.Errorf("%q: this was sent: %q, want %q", tt.text, got, tt.mails)
		}
		if got := b.ticket(id).Status; got != tt.want {
			t.Errorf("%q: the ticket is %s, want %s", tt.text, got, tt.want)
		}
		b.sameRebuilt()
	}
}
