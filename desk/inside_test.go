package desk_test

import (
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// TestWordsForTheColleague: text beside a command that hands the ticket on is for
// the colleague; #reply sends it to the requester.
func TestWordsForTheColleague(t *testing.T) {
	const words = "She rings me every hour."
	b := open(t)
	for i, tt := range []struct {
		text   string
		reader bool
		held   string
	}{
		{"#assign bob\n" + words, false, ""},
		{"#escalate too hard\n" + words, false, ""},
		{"#escalate\n\n" + words, false, ""}, // it is the reason
		{"#queue network\n" + words, false, ""},
		{"#escalate\nDear Ana,\n\n" + words, false, "refused-command"},
		{"#escalate\n#reply\n" + words, false, "refused-command"},
		{"#reply\n#assign bob\n" + words, true, ""},
		{"#escalate too hard\n#reply " + words, true, ""},
		{"#assign alice\n" + words, true, ""}, // herself
		{"#assign bob\nDear Ana,\n\n" + words, false, "held-greeting"},
		{"#note\nHi Ana, " + words, false, "held-greeting"},
		{"#note\nHi Bob, Ana says: " + words, false, ""},
		{"#note\n#reply\n" + words, false, "refused-command"},
		{"Hi Bob,\n\n" + words, false, "held-colleague"},
		{"Bob,\n" + words, false, "held-colleague"},
		{"@bob " + words, false, "held-colleague"},
		{"#resolve\nHallo Bob, " + words, false, "held-colleague"},
		{"#reply\nHi Bob, " + words, true, ""},
		{"Hi Ana, Bob says: " + words, true, ""},
		{"Bob knows it. " + words, true, ""},
		{"Hi Alice, " + words, true, ""},
	} {
		m := b.take(letter{from: "Ana Roth <" + ana + ">", to: support, subject: "VPN", text: "It drops.\n"})
		a := &matter{bench: b, id: m.Ticket, ana: ana}
		m, gets := a.says(aliceAt, a.noticeOf(aliceAt), tt.text+"\n")
		if got := strings.Contains(gets[ana], words); got != tt.reader {
			t.Errorf("%d %q: the requester reads it: %t, want %t (%s)", i, tt.text, got, tt.reader, m.Reason)
		}
		if tt.held != "" && m.Reason != tt.held || tt.held == "" && m.Reason != "reply-address" {
			t.Errorf("%q: it is %s, want %q", tt.text, m.Reason, tt.held)
		}
		if tt.held == "" && !tt.reader && !strings.Contains(gets[bob]+gets["carol@example.org"], words) {
			t.Errorf("%q: the colleague does not read it", tt.text)
		}
		if tt.held != "held-greeting" {
			continue
		}
		if _, gets = a.says(aliceAt, a.noticeOf(aliceAt), "#reply\n"); !strings.Contains(gets[ana], words) {
			t.Errorf("%q: #reply does not send it: %v", tt.text, gets)
		}
	}
}

// TestAnswerAddressSaysWhereItGoes: by its name, in the agent's language.
func TestAnswerAddressSaysWhereItGoes(t *testing.T) {
	b := open(t)
	m := b.take(letter{from: "Ana Roth <" + ana + ">", to: support, subject: "VPN", text: "It drops.\n"})
	a := &matter{bench: b, id: m.Ticket, ana: ana}
	name := func(s sent) string { return s.msg.ReplyTo[0].Name }
	if got := name(a.noticeOf(aliceAt)); got != "Ana Roth via Example IT" {
		t.Errorf("the notice is answered to %q", got)
	}
	a.says(aliceAt, a.noticeOf(aliceAt), "#note\nThe old one.\n")
	if got := name(a.noticeOf(bob)); got != "INTERNAL 1, not to Ana Roth" {
		t.Errorf("the note is answered to %q", got)
	}
	a.says(aliceAt, a.noticeOf(aliceAt), "#escalate too hard\n")
	if got := name(a.noticeOf("carol@example.org")); got != "Ana Roth über Example IT" {
		t.Errorf("carol answers to %q", got)
	}
	if got := name(a.noticeOf(ana)); got != "Example IT" {
		t.Errorf("the requester answers to %q", got)
	}
}

// TestAcceptStranger: the requester goes on from another address. Nothing goes
// there by itself; one word of an agent's makes it take part.
func TestAcceptStranger(t *testing.T) {
	const private = "ana@post.example.com"
	b := open(t)
	stranger := func() (a *matter, note sent) {
		m := b.take(letter{from: ana, to: support, subject: "VPN", text: "It drops.\n"})
		a = &matter{bench: b, id: m.Ticket, ana: ana}
		a.says(aliceAt, a.noticeOf(aliceAt), "Which version?\n")
		b.take(letter{from: private, to: a.noticeOf(ana).answer(), subject: "Re: VPN", text: "Version 4.\n"})
		return a, a.noticeOf(aliceAt)
	}
	a, note := stranger()
	if note.Template != string(notify.TemplateNote) || !strings.Contains(note.msg.Text, "#accept") {
		t.Fatalf("alice is sent %s:\n%s", note.Template, note.msg.Text)
	}
	m, gets := a.says(aliceAt, note, "Take version 5.\n")
	if m.Reason != "held-stranger" || gets[ana]+gets[private] != "" || !strings.Contains(gets[aliceAt], "#accept") {
		t.Fatalf("her answer is %s, and goes out as %v", m.Reason, gets)
	}
	_, gets = a.says(aliceAt, a.noticeOf(aliceAt), "#accept\n")
	if !strings.Contains(gets[private], "Take version 5.") || !strings.Contains(gets[ana], "Take version 5.") {
		t.Errorf("after #accept: %v", gets)
	}
	m = b.take(letter{from: private, to: a.noticeOf(private).answer(), subject: "Re: VPN", text: "It works.\n"})
	if m.Reason != "reply-address" || b.entries(a.id)[len(b.entries(a.id))-1].Kind != ticket.EntryMessage {
		t.Errorf("then they write, and it is %s", m.Reason)
	}
	// At once, above the text; or without one.
	a, note = stranger()
	if _, gets = a.says(aliceAt, note, "#accept\nTake version 5.\n"); !strings.Contains(gets[private], "Take version 5.") {
		t.Errorf("#accept above a text: %v", gets)
	}
	a, note = stranger()
	if _, gets = a.says(aliceAt, note, "#accept\n"); gets[private] != "" {
		t.Errorf("#accept without a text sends %v", gets)
	}
	if _, gets = a.says(aliceAt, a.noticeOf(aliceAt), "#reply\nTake version 5.\n"); !strings.Contains(gets[private], "Take version 5.") {
		t.Errorf("after #accept without a text: %v", gets)
	}
	// Nobody is there to be accepted.
	m = b.take(letter{from: ana, to: support, subject: "VPN", text: "It drops.\n"})
	a = &matter{bench: b, id: m.Ticket, ana: ana}
	if m, _ = a.says(aliceAt, a.noticeOf(aliceAt), "#accept\nTake version 5.\n"); m.Reason != "refused-command" {
		t.Errorf("#accept of nobody is %s", m.Reason)
	}
}

// TestAcceptReopens: what somebody wrote who is accepted does to the ticket what the
// same words of the requester would.
func TestAcceptReopens(t *testing.T) {
	const private = "ana@post.example.com"
	for _, tt := range []struct {
		name, before, wrote, after, says string
		want                             ticket.Status
	}{
		{"resolved", "#resolve\nNew cable.\n", "It is dark again.\n", "", "#accept\n", ticket.StatusOpen},
		{"with an answer", "#resolve\nNew cable.\n", "It is dark again.\n", "", "#accept\nWe come at noon.\n", ticket.StatusOpen},
		{"that was held", "#resolve\nNew cable.\n", "It is dark again.\n", "We come at noon.\n", "#accept\n", ticket.StatusOpen},
		{"pending", "#pending\nSince when?\n", "Since Monday.\n", "", "#accept\n", ticket.StatusOpen},
		{"on hold", "#hold\nWe have ordered a cable.\n", "Two of them, please.\n", "", "#accept\n", ticket.StatusOpen},
		{"mere thanks", "#resolve\nNew cable.\n", "Thank you, it works!\n", "", "#accept\n", ticket.StatusResolved},
		{"resolved at once", "Since when?\n", "It was the switch.\n", "", "#accept\n#resolve\nGood to hear.\n", ticket.StatusResolved},
		{"resolved since", "Since when?\n", "Since Monday.\n", "#resolve\n#reply\n#anyway\nNew cable.\n", "#accept\n", ticket.StatusResolved},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t)
			a := b.asks(0, "The lamp is dark.\n")
			a.says(aliceAt, a.noticeOf(aliceAt), tt.before)
			b.deliver()
			b.take(letter{from: private, to: a.noticeOf(a.ana).answer(), subject: "Re: Lamp", text: tt.wrote})
			b.deliver()
			notice := a.noticeOf(aliceAt)
			if tt.after != "" {
				a.says(aliceAt, notice, tt.after)
				if strings.HasPrefix(tt.after, "We") {
					notice = a.noticeOf(aliceAt)
				}
			}
			m, gets := a.says(aliceAt, notice, tt.says)
			if got := b.ticket(a.id).Status; got != tt.want || m.Reason == "refused-command" {
				t.Errorf("the ticket is %s (%s), want %s; told: %v", got, m.Reason, tt.want, gets)
			}
			if tt.name == "resolved" && !strings.Contains(gets[aliceAt], "open again") {
				t.Errorf("alice is told %v", gets)
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}

// TestSolutionInAnswerToANote: a ticket is not resolved without its text.
func TestSolutionInAnswerToANote(t *testing.T) {
	b := open(t)
	a := b.asks(0, "The lamp is dark.\n")
	a.says(aliceAt, a.noticeOf(aliceAt), "#note\nIt is the fuse.\n")
	m, gets := a.says(bob, a.noticeOf(bob), "#resolve\nThe fuse is new.\n")
	if m.Reason != "held-solution" || gets[a.ana] != "" || b.ticket(a.id).Status == ticket.StatusResolved {
		t.Fatalf("it is %s, and the requester gets %q", m.Reason, gets[a.ana])
	}
	if _, gets = a.says(bob, a.noticeOf(bob), "#reply\n"); !strings.Contains(gets[a.ana], "The fuse is new.") || b.ticket(a.id).Status != ticket.StatusResolved {
		t.Errorf("after #reply the requester gets %q", gets[a.ana])
	}
}
