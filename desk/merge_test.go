package desk_test

import (
	"slices"
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

const gus = "gus@farm.example"

// twoRequests brings a request of Ana and one of Gus about the same matter.
func twoRequests(b *bench) {
	b.take(letter{from: ana, to: support, subject: "Portal down for the mill", text: "The portal of the mill does not open, code 4711.\n", id: "<ana.1@example.net>"})
	b.take(letter{from: gus, to: support, subject: "Le portail ne marche pas", text: "Bonjour, le portail de la ferme ne s'ouvre pas depuis ce matin, mon mot de passe est Heu2026.\n", id: "<gus.1@farm.example>"})
	b.deliver()
}

// mergeFrom lets alice merge the ticket whose notice she answers.
func (b *bench) mergeFrom(of ticket.ID, text string) ticket.Mail {
	b.t.Helper()
	return b.writesOn(of, "alice@example.org", notify.TemplateNewTicket, text)
}

// writesOn lets an agent answer the last notice of a template about a ticket.
func (b *bench) writesOn(of ticket.ID, who string, template notify.Template, text string) ticket.Mail {
	b.t.Helper()
	for _, n := range slices.Backward(b.outbox()) {
		if n.Ticket == of && n.Recipient == who && n.Template == string(template) {
			return b.take(letter{from: who, to: n.answer(), subject: "Re: " + n.msg.Subject, text: text, header: "In-Reply-To: " + n.MessageID + "\n"})
		}
	}
	b.t.Fatalf("no %s on #%d to %s", template, of, who)
	return ticket.Mail{}
}

// to returns what somebody outside was sent since the first n mails.
func (b *bench) to(who string, n int) (all []sent) {
	b.t.Helper()
	for _, s := range b.outbox()[n:] {
		if s.Recipient == who {
			all = append(all, s)
		}
	}
	return all
}

func TestMerge(t *testing.T) {
	b := open(t)
	twoRequests(b)
	n := len(b.outbox())
	b.mergeFrom(2, "#merge 1\n")
	two := b.ticket(2)
	if two.Merged != 1 || two.Status != ticket.StatusResolved {
		t.Fatalf("#2 is %s, merged into #%d; want resolved, #1", two.Status, two.Merged)
	}
	if told := b.to(gus, n); len(told) != 1 || told[0].Template != "merged" || told[0].Language != "fr" || strings.Contains(told[0].msg.Text, "mill") {
		t.Errorf("gus is told %v, want once, in French, without Ana's words", b.since(n))
	}
	if told := b.to(ana, n); len(told) != 1 || told[0].Template != "joined" || strings.Contains(told[0].msg.Text, "ferme") || strings.Contains(told[0].msg.Text, "gus") {
		t.Errorf("ana is told %v, want once, without the words of Gus", b.since(n))
	}
	if told := b.to("bob@example.org", n); len(told) != 1 || told[0].Ticket != 1 || !strings.Contains(told[0].msg.Text, "le portail de la ferme") {
		t.Errorf("bob, who has #1 in his queue, is told %v", b.since(n))
	}
	b.deliver()
	if two := b.ticket(2); two.Status != ticket.StatusClosed {
		t.Errorf("#2 is %s once Gus was told, want closed", two.Status)
	}
	if one := b.ticket(1); one.Status == ticket.StatusResolved || one.Status == ticket.StatusClosed {
		t.Errorf("#1 is %s", one.Status)
	}
	b.sound()
	b.sameRebuilt()
}

// However the reply of somebody whose ticket was merged finds it, agents read it with
// the other one, and neither requester reads what the other wrote.
func TestRepliesToAMergedTicket(t *testing.T) {
	for _, tt := range []struct {
		name string
		by   func(b *bench) letter
	}{
		{"signed address", func(b *bench) letter {
			m := b.last(notify.TemplateMerged, gus)
			return letter{to: m.answer(), header: "In-Reply-To: " + m.MessageID + "\n"}
		}},
		{"signed address of before", func(b *bench) letter { return letter{to: b.last(notify.TemplateAcknowledgement, gus).answer()} }},
		{"our Message-ID", func(b *bench) letter {
			return letter{to: support, header: "In-Reply-To: " + b.last(notify.TemplateMerged, gus).MessageID + "\n"}
		}},
		{"their own Message-ID", func(b *bench) letter { return letter{to: support, header: "References: <gus.1@farm.example>\n"} }},
		{"tag", func(b *bench) letter { return letter{to: support, subject: "Re: [Example IT #2] portail"} }},
		{"tag of the other one", func(b *bench) letter { return letter{to: support, subject: "Re: [Example IT #1] portail"} }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t)
			twoRequests(b)
			b.mergeFrom(2, "#merge 1\n")
			b.deliver()
			n := len(b.outbox())
			l := tt.by(b)
			l.from, l.text = gus, "Toujours rien, erreur 0815 sur la page.\n"
			m := b.take(l)
			if m.Disposition != ticket.DispositionAppended {
				t.Fatalf("the reply is %s (%s) in #%d", m.Disposition, m.Reason, m.Ticket)
			}
			told := b.to("alice@example.org", n)
			if len(told) != 1 || told[0].Ticket != 1 || !strings.Contains(told[0].msg.Text, "erreur 0815") {
				t.Fatalf("alice is told %v, want the reply on #1", b.since(n))
			}
			b.deliver()
			n = len(b.outbox())
			b.writesOn(1, "alice@example.org", notify.TemplateMessage, "> Toujours rien, erreur 0815\nPlease try the portal again, we have restarted it.\n")
			for _, who := range []string{ana, gus} {
				got := b.to(who, n)
				if len(got) != 1 || !strings.Contains(got[0].msg.Text, "we have restarted it") {
					t.Fatalf("%s gets %v, want the answer once", who, b.since(n))
				}
				all := got[0].msg.Subject + got[0].msg.Text + strings.Join(got[0].msg.References, " ")
				for _, not := range map[string][]string{ana: {"ferme", "farm.example", "Heu2026", "0815"}, gus: {"mill", "4711", ana}}[who] {
					if strings.Contains(all, not) {
						t.Errorf("%s reads %q of the other requester:\n%s", who, not, all)
					}
				}
			}
			if got := b.to(gus, n)[0]; got.Ticket != 2 {
				t.Errorf("Gus is answered on #%d, want his own #2", got.Ticket)
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}

// What one requester of a matter does with it must not end it for the other.
func TestMergedRequestersEndNothing(t *testing.T) {
	b := open(t)
	twoRequests(b)
	b.mergeFrom(2, "#merge 1\n")
	b.deliver()
	b.take(letter{from: gus, to: b.last(notify.TemplateMerged, gus).answer(), text: "#close\n"})
	if one := b.ticket(1); one.Status == ticket.StatusResolved || one.Status == ticket.StatusClosed {
		t.Errorf("#close of Gus makes #1 %s", one.Status)
	}
	n := len(b.outbox())
	b.writesOn(1, "alice@example.org", notify.TemplateTranscript, "#resolve\n\nThe portal is back.\n")
	for _, who := range []string{ana, gus} {
		if got := b.to(who, n); len(got) != 1 || got[0].Template != "resolution" || !strings.Contains(got[0].msg.Text, "The portal is back.") {
			t.Errorf("%s gets %v, want the solution", who, b.since(n))
		}
	}
	b.deliver()
	if one := b.ticket(1); !one.Informed() {
		t.Error("#1 is not informed, though everybody was told")
	}
	b.take(letter{from: gus, to: b.last(notify.TemplateResolution, gus).answer(), text: "It does still not open here, error 0815 again.\n"})
	if one := b.ticket(1); one.Status != ticket.StatusOpen {
		t.Errorf("#1 is %s after Gus says that it is not solved, want open", one.Status)
	}
	b.sound()
	b.sameRebuilt()
}

func TestUndoMerge(t *testing.T) {
	for _, tt := range []struct {
		name     string
		of       ticket.ID
		template notify.Template
		text     string
	}{
		{"the transcript", 1, notify.TemplateTranscript, "#split\n"},
		{"the first notice of the merged one", 2, notify.TemplateNewTicket, "#split\n"},
		{"by its number", 1, notify.TemplateNewTicket, "#split 2\n"},
		{"a message on it", 1, notify.TemplateMessage, "#split\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t)
			twoRequests(b)
			b.mergeFrom(2, "#merge 1\n")
			b.deliver()
			b.take(letter{from: gus, to: b.last(notify.TemplateMerged, gus).answer(), text: "Toujours rien, erreur 0815.\n"})
			b.deliver()
			n := len(b.outbox())
			if m := b.writesOn(tt.of, "alice@example.org", tt.template, tt.text); m.Reason == "refused-command" {
				t.Fatalf("#split is refused: %s", b.last(notify.TemplateRefusal, "alice@example.org").msg.Text)
			}
			two := b.ticket(2)
			if two.Merged != 0 || two.Status != ticket.StatusOpen {
				t.Fatalf("#2 is %s, merged into #%d; want open, on its own", two.Status, two.Merged)
			}
			if len(b.to("bob@example.org", n)) != 1 || len(b.to(gus, n)) != 0 || len(b.to(ana, n)) != 0 {
				t.Errorf("the mails are %v, want one to each agent", b.since(n))
			}
			if texts := b.entries(2); !slices.ContainsFunc(texts, func(e ticket.Entry) bool { return strings.Contains(e.Text, "0815") }) {
				t.Errorf("what Gus wrote meanwhile is not on #2: %v", texts)
			}
			n = len(b.outbox())
			b.take(letter{from: gus, to: b.last(notify.TemplateMerged, gus).answer(), text: "Et maintenant ? La page est toujours blanche.\n"})
			if told := b.to("alice@example.org", n); len(told) != 1 || told[0].Ticket != 2 {
				t.Errorf("his next mail is told as %v, want on #2", b.since(n))
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}

// TestMergeTakenBack: whoever takes back the mail that merged a ticket, or set it apart again,
// hears that this stays; so does the status that came with it.
func TestMergeTakenBack(t *testing.T) {
	for _, tt := range []struct {
		name string
		does []string // on #2
		into ticket.ID
	}{
		{"a merge", []string{"#merge 1\n"}, 1},
		{"that it is set apart again", []string{"#merge 1\n", "#split\n"}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t)
			twoRequests(b)
			for _, text := range tt.does {
				b.mergeFrom(2, text)
				b.deliver()
			}
			before := b.ticket(2).Status
			b.mergeFrom(2, "#undo\n")
			if two := b.ticket(2); two.Merged != tt.into || two.Status != before {
				t.Errorf("#2 is %s, merged into #%d; want it %s, and into #%d", two.Status, two.Merged, before, tt.into)
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}

func TestMergeThatCannotBe(t *testing.T) {
	for _, tt := range []struct{ name, text, says string }{
		{"no number", "#merge\n", "#merge 17"},
		{"no ticket", "#merge 99\n", "there is no ticket #99"},
		{"itself", "#merge 2\n", "is this ticket itself"},
		{"with another end", "#merge 1\n#resolve\n", "cannot end in another way"},
		{"a link to nothing", "#link 99\n", "there is no ticket #99"},
		{"a link to itself", "#link 2\n", "is this ticket itself"},
		{"nothing to split", "#split\n", "nothing to split off"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t)
			twoRequests(b)
			m := b.mergeFrom(2, tt.text)
			said := ""
			if m.Reason == "refused-command" {
				said = singleBlanks(b.last(notify.TemplateRefusal, "alice@example.org").msg.Text)
			}
			if !strings.Contains(said, tt.says) || b.ticket(2).Merged != 0 {
				t.Errorf("%q is %s, and says %q; want %q", tt.text, m.Reason, said, tt.says)
			}
		})
	}
}

func singleBlanks(s string) string { return strings.Join(strings.Fields(s), " ") }

// A chain of merged tickets leads to its end, and a circle cannot be.
func TestMergeOfMerged(t *testing.T) {
	b := open(t)
	twoRequests(b)
	const kim = "kim@dock.example"
	b.take(letter{from: kim, to: support, subject: "No portal", text: "The portal is not there.\n"})
	b.deliver()
	b.mergeFrom(3, "#merge 2\n")
	b.mergeFrom(2, "#merge 1\n")
	b.deliver()
	if m := b.writesOn(1, "alice@example.org", notify.TemplateNewTicket, "#merge 3\n"); m.Reason != "refused-command" || b.ticket(1).Merged != 0 {
		t.Errorf("a circle is %s", m.Reason)
	}
	n := len(b.outbox())
	b.take(letter{from: kim, to: b.last(notify.TemplateMerged, kim).answer(), text: "Is there any news of the portal?\n"})
	if told := b.to("alice@example.org", n); len(told) != 1 || told[0].Ticket != 1 {
		t.Errorf("a reply to #3, merged into #2, merged into #1, is told as %v", b.since(n))
	}
	n = len(b.outbox())
	b.writesOn(1, "alice@example.org", notify.TemplateMessage, "We are on it.\n")
	for _, who := range []string{ana, gus, kim} {
		if got := b.to(who, n); len(got) != 1 {
			t.Errorf("%s gets %v, want the answer once", who, b.since(n))
		}
	}
	b.sound()
	b.sameRebuilt()
}

// One person who wrote twice gets one conversation from then on.
func TestMergeOfOnePerson(t *testing.T) {
	b := open(t)
	b.take(letter{from: ana, to: support, subject: "Portal down", text: "The portal does not open.\n"})
	b.take(letter{from: ana, to: support, subject: "Still no portal", text: "I forgot: it is the one of the mill.\n"})
	b.deliver()
	n := len(b.outbox())
	b.mergeFrom(2, "#merge 1\n\nThank you, we look into both.\n")
	if told := b.to(ana, n); len(told) != 1 || !strings.Contains(told[0].msg.Text, "we look into both") || told[0].Automatic {
		t.Errorf("ana is told %v, want once, with what alice wrote", b.since(n))
	}
	b.deliver()
	n = len(b.outbox())
	b.writesOn(1, "alice@example.org", notify.TemplateNewTicket, "It works again.\n")
	if got := b.to(ana, n); len(got) != 1 || got[0].Ticket != 1 {
		t.Errorf("ana gets %v, want one answer", b.since(n))
	}
	b.sound()
	b.sameRebuilt()
}

func TestLink(t *testing.T) {
	b := open(t)
	twoRequests(b)
	b.mergeFrom(2, "#link 1\n")
	if !slices.Contains(b.events(1), "linked: see #2") || !slices.Contains(b.events(2), "linked: see #1") {
		t.Errorf("the events are %q and %q", b.events(1), b.events(2))
	}
	if b.ticket(2).Status == ticket.StatusClosed || b.ticket(2).Merged != 0 {
		t.Error("a link is a merge")
	}
	b.sameRebuilt()
}
