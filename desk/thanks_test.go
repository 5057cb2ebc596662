package desk_test

import (
	"slices"
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// TestThanks: whoever only says thanks disturbs nobody, whatever stands at the
// ticket; whoever says more is read.
func TestThanks(t *testing.T) {
	const (
		silent   = ""
		reopened = "reopened alice@example.org"
		told     = "message alice@example.org"
	)
	image := func(size int) string {
		return "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/plain\n\nThanks!\n--b\nContent-Type: image/png\nContent-ID: <i@x>\nContent-Disposition: inline; filename=i.png\n\n" + strings.Repeat("x", size) + "\n--b--\n"
	}
	for _, tt := range []struct {
		name, text string
		commands   string // of alice, before
		subject    string // empty: that of our mail
		want       ticket.Status
		mails      string // what follows, one mail at most; a blank behind it: without an offer to close
		others     bool   // a new ticket comes of it
	}{
		{name: "resolved, thanks", commands: "#resolve\nDone.", text: "Thank you so much!\n", want: ticket.StatusResolved},
		{name: "resolved, thanks above a short disclaimer", commands: "#resolve\nDone.", text: "Thank you!\n\nKind regards,\nAna Berg | Head of Purchasing\n\nThis e-mail is confidential and may be privileged. If you are not the intended recipient please delete it.\n", want: ticket.StatusResolved},
		{name: "resolved, thanks with a signature", commands: "#resolve\nDone.", text: "signed", want: ticket.StatusResolved},
		{name: "resolved, works", commands: "#resolve\nDone.", text: "Works now, thanks Alice!\n\nAna\n", want: ticket.StatusResolved},
		{name: "resolved, not content", commands: "#resolve\nDone.", text: "Thanks, but it drops again.\n", want: ticket.StatusOpen, mails: reopened},
		{name: "resolved, may be closed", commands: "#resolve\nDone.", text: "Thanks, you can close the ticket.\n", want: ticket.StatusResolved, mails: "closing " + ana},
		{name: "resolved, must not be closed", commands: "#resolve\nDone.", text: "Please don't close the ticket.\n", want: ticket.StatusOpen, mails: reopened},
		{name: "resolved, with a file", commands: "#resolve\nDone.", text: "header", want: ticket.StatusOpen, mails: reopened},
		{name: "resolved, with a logo", commands: "#resolve\nDone.", text: "logo", want: ticket.StatusResolved},
		{name: "resolved, with a picture", commands: "#resolve\nDone.", text: "picture", want: ticket.StatusOpen, mails: reopened},
		{name: "resolved, about another matter", commands: "#resolve\nDone.", subject: "Scanner in room 4", text: "Thanks!\n", want: ticket.StatusOpen, mails: reopened},
		{name: "resolved, ok", commands: "#resolve\nDone.", text: "ok\n", want: ticket.StatusResolved},
		{name: "resolved, OK and a name", commands: "#resolve\nDone.", text: "OK!\n\nAna\n", want: ticket.StatusResolved},
		{name: "resolved, d'accord", commands: "#resolve\nDone.", text: "D'accord\n", want: ticket.StatusResolved},
		{name: "resolved, a smiley", commands: "#resolve\nDone.", text: ":-)\n", want: ticket.StatusResolved},
		{name: "resolved, danke", commands: "#resolve\nDone.", text: "danke\n", want: ticket.StatusResolved},
		{name: "resolved, ok to a question", commands: "#resolve\nDone. Shall I order another one?", text: "ok\n", want: ticket.StatusResolved, mails: told},
		{name: "resolved, ok but", commands: "#resolve\nDone.", text: "ok, but it drops again\n", want: ticket.StatusOpen, mails: reopened},
		{name: "resolved, yes", commands: "#resolve\nLet me know if it drops again.", text: "Yes\n", want: ticket.StatusOpen, mails: reopened},
		{name: "resolved, yes again", commands: "#resolve\nLet me know if it drops again.", text: "Yes, again.\n", want: ticket.StatusOpen, mails: reopened},
		{name: "resolved, yes and thanks", commands: "#resolve\nDone.", text: "Yes, thanks.\n", want: ticket.StatusResolved},
		{name: "closed, ok to a question", commands: "#close\nClosed. Shall I order another one?", text: "ok\n", want: ticket.StatusClosed, mails: told + " "},
		{name: "closed, yes", commands: "#close", text: "Yes\n", want: ticket.StatusClosed, others: true},
		{name: "closed, ok", commands: "#close", text: "Vale\n", want: ticket.StatusClosed},
		{name: "open, ok", commands: "#take", text: "ok\n", want: ticket.StatusOpen, mails: told + " "},
		{name: "pending, ok", commands: "#take\n#pending\nMay we come at noon?", text: "ok\n", want: ticket.StatusOpen, mails: told + " "},
		{name: "pending, ok without a question", commands: "#take\n#pending\nWe come at noon.", text: "In Ordnung.\n", want: ticket.StatusOpen, mails: told + " "},
		{name: "closed, thanks", commands: "#close", text: "Danke, läuft wieder.\n", want: ticket.StatusClosed},
		{name: "closed, not content", commands: "#close", text: "Danke, aber es geht nicht.\n", want: ticket.StatusClosed, others: true},
		{name: "open, thanks", commands: "#take", text: "Thanks for the quick reply.\n", want: ticket.StatusOpen},
		{name: "open, works", commands: "#take", text: "It works again, thanks.\n", want: ticket.StatusOpen, mails: told},
		{name: "open, may be closed", commands: "#take", text: "Please close this, thanks.\n", want: ticket.StatusOpen, mails: told},
		{name: "pending, thanks", commands: "#take\n#pending\nWhich room?", text: "Thanks!\n", want: ticket.StatusPending},
		{name: "pending, answered", commands: "#take\n#pending\nDoes it work now?", text: "Yes, works. Thanks!\n", want: ticket.StatusOpen, mails: told},
		{name: "on hold, thanks", commands: "#take\n#hold", text: "Merci beaucoup !\n", want: ticket.StatusOnHold},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t)
			id := b.request().ID
			b.deliver()
			b.agentWrites("alice@example.org", notify.TemplateNewTicket, tt.commands+"\n")
			b.deliver()
			ours := b.outbox()[slices.IndexFunc(b.outbox(), func(s sent) bool { return s.Recipient == ana })]
			before := b.ticket(id)
			l := letter{from: ana, to: ours.answer(), subject: "Re: " + ours.msg.Subject, text: tt.text}
			if tt.subject != "" {
				l.subject = tt.subject
			}
			switch tt.text {
			case "header":
				l.header, l.text = strings.ReplaceAll(image(10), "inline", "attachment"), ""
			case "signed":
				l.header = "MIME-Version: 1.0\nContent-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=b\n\n--b\nContent-Type: text/plain\n\nThanks!\n--b\nContent-Type: application/pkcs7-signature; name=smime.p7s\nContent-Disposition: attachment; filename=smime.p7s\nContent-Transfer-Encoding: base64\n\nMIIB\n--b--\n"
				l.text = ""
			case "logo":
				l.header, l.text = image(2000), ""
			case "picture":
				l.header, l.text = image(100_000), ""
			}
			n := len(b.summary())
			m := b.take(l)
			if tt.others != (m.Ticket != id) {
				t.Errorf("the mail is in ticket %d, want %d: %t", m.Ticket, id, !tt.others)
			}
			after := b.ticket(id)
			if after.Status != tt.want {
				t.Errorf("the ticket is %s, want %s", after.Status, tt.want)
			}
			if tt.others {
				return
			}
			want := []string{}
			if tt.mails != "" {
				want = append(want, strings.TrimSpace(tt.mails))
			}
			equal(t, "mails", b.since(n), want)
			entries := b.entries(id)
			if len(entries) == 0 || entries[len(entries)-1].Mail != m.ID {
				t.Error("the words are not kept")
			}
			if tt.mails == silent && (after.TargetAt != before.TargetAt || after.DueUpdate != before.DueUpdate) {
				t.Errorf("thanks changed the ticket from %+v to %+v", before, after)
			}
			if tt.mails == "closing "+ana {
				b.deliver()
				if got := b.ticket(id); got.Status != ticket.StatusClosed {
					t.Errorf("once %s was told it is %s, want closed", ana, got.Status)
				}
			}
			if offered := strings.Contains(lastText(b), "-close@"); tt.mails == told && tt.want != ticket.StatusResolved && !offered {
				t.Errorf("alice is not offered to close:\n%s", lastText(b))
			}
		})
	}
}

// lastText returns the text of the newest mail, its links decoded.
func lastText(b *bench) string {
	all := b.outbox()
	return strings.ReplaceAll(all[len(all)-1].msg.Text, "%23", "#")
}

// TestThanksAreShown: the agent who had the ticket reads the thanks in the next
// notice, once, and opens the ticket again with one click.
func TestThanksAreShown(t *testing.T) {
	b := open(t)
	id := b.request().ID
	b.deliver()
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#take\n#resolve\nDone.\n")
	b.deliver()
	solved := b.last(notify.TemplateResolution, ana)
	b.take(letter{from: ana, to: solved.answer(), subject: "Re: " + solved.msg.Subject, text: "Wonderful, thank you!\n"})
	var people []ticket.Participant
	b.view(func(r ticket.Reader) (err error) { people, err = r.Participants(id); return err })
	if !slices.ContainsFunc(people, func(p ticket.Participant) bool { return p.Address == ana && p.Proven }) {
		t.Error("thanks at the signed address do not prove their writer")
	}
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#help\n") // the answer shows nothing else
	next := func(subject string) sent {
		b.take(letter{from: "ben@example.net", to: support, subject: subject, text: "It is dark.\n"})
		return b.last(notify.TemplateNewTicket, "alice@example.org")
	}
	shown := next("Lamp")
	_, after, found := strings.Cut(shown.msg.Text, "Wonderful, thank you!")
	if !found {
		t.Fatalf("the next notice does not show the thanks:\n%s", shown.msg.Text)
	}
	if !strings.Contains(shown.msg.HTML, "Wonderful, thank you!") {
		t.Error("the HTML of the next notice does not show the thanks")
	}
	for _, who := range []string{"bob@example.org"} {
		if other := b.last(notify.TemplateNewTicket, who); strings.Contains(other.msg.Text, "Wonderful") {
			t.Errorf("%s, who did not have the ticket, is shown its thanks", who)
		}
	}
	if again := next("Second lamp"); strings.Contains(again.msg.Text, "Wonderful") {
		t.Error("the thanks are shown twice")
	}
	_, link, _ := strings.Cut(after, "mailto:")
	answer, _, _ := strings.Cut(link, "?")
	b.take(letter{from: "alice@example.org", to: answer, subject: "Re: x", text: "#reopen\n"})
	if got := b.ticket(id).Status; got != ticket.StatusOpen {
		t.Errorf("after a click on reopen the ticket is %s", got)
	}
}

// TestThanksThatAnswer: whoever was asked something and says "Great, thank you!" says yes, and the
// one who asked reads it; a mere thank-you for an answer disturbs nobody.
func TestThanksThatAnswer(t *testing.T) {
	for _, tt := range []struct {
		answer, text string
		told         bool
	}{
		{"#take\n#pending 2d\nMay we replace it tomorrow at noon?\n", "Great, thank you!\n", true},
		{"#take\nMay we replace it tomorrow at noon?\n", "👍\n", true},
		{"#take\n#pending 2d\nCzy mam zamówić nową drukarkę?\n", "Tak, dziękuję.\n", true},
		{"#take\n#pending 2d\nSollen wir sie tauschen?\n", "Danke, ja gerne.\n", true},
		{"#take\n#pending 2d\nFaut-il la remplacer ?\n", "Merci, oui\n", true},
		{"#take\n#pending 2d\nThe part is ordered.\n", "Great, thank you!\n", false},
		{"#take\n#pending 2d\nWhich room is it?\n", "Thank you very much!\n", false},
		{"#resolve\nIt is replaced. All right?\n", "Thanks!\n", false},
	} {
		b := open(t)
		id := b.request().ID
		b.agentWrites(aliceAt, notify.TemplateNewTicket, tt.answer)
		b.deliver()
		status := b.ticket(id).Status
		var answer sent
		for _, s := range b.outbox() {
			if s.Recipient == ana {
				answer = s
			}
		}
		n := len(b.summary())
		b.take(letter{from: ana, to: answer.answer(), subject: "Re: " + answer.msg.Subject, text: tt.text, header: "In-Reply-To: " + answer.MessageID + "\nContent-Type: text/plain; charset=utf-8\n"})
		if got := b.since(n); slices.Contains(got, "message "+aliceAt) != tt.told || !tt.told && b.ticket(id).Status != status {
			t.Errorf("after %q, %q sends %q, and the ticket is %s", tt.answer, tt.text, got, b.ticket(id).Status)
		}
		b.sameRebuilt()
	}
}
