package desk_test

import (
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// TestConfirmWords: what an agent writes to the address that confirms. Only a mail without words
// of its own has the one that waits carried out; what else comes there is read by people.
func TestConfirmWords(t *testing.T) {
	const said, forgery = "that", "Is it better by cable?"
	for _, tt := range []struct {
		name, subject, text string
		done, off           bool   // the mail that waits is carried out; it is over
		card                string // the name of a file that comes with it
		foot                string // what their server writes below each mail
	}{
		{name: "empty", done: true},
		{name: "a signature", text: "-- \nAlice Berger\nExample IT\n", done: true},
		{name: "signed by name", text: "\n\nKind regards\n\nAlice\n", done: true},
		{name: "above the notice", subject: "Re: x", text: "\n\nOn Monday the desk wrote:\n> If you wrote it, confirm it within an hour.\n> #take\n", done: true},
		{name: "OK", text: "OK\n", done: true},
		{name: "yes, above the notice", text: "Yes, confirmed.\n\nOn Monday the desk wrote:\n> An email in your name\n", done: true},
		{name: "a subject alone", subject: "Re: [Example IT #1] VPN drops", done: true},
		{name: "confirm, as the subject", subject: "Confirm", done: true},
		{name: "not me", text: "This was not me! Do NOT send that.\n", off: true},
		{name: "no", text: "No\n", off: true},
		{name: "not me, in German", text: "Das war ich nicht, bitte nicht senden: that.\n", off: true},
		{name: "not me, below the notice", subject: "Re: x", text: "> An email in your name on request #1 was kept as an internal note.\n> Is it better by cable?\n\nI did not write that.\n", off: true},
		{name: "no, as the subject", subject: "Not me, stop that", off: true},
		{name: "no, behind the tag", subject: "Re: [Example IT #1] not me", off: true},
		{name: "yes, and a name", text: "Yes\n\nKind regards,\nAlice Berger\n", done: true},
		{name: "yes in German, and a name", text: "Ja\n\nMit freundlichen Grüßen\n\nAlice Berger\n", done: true},
		{name: "yes, that was me, with courtesy", text: "Hi,\n\nyes, that was me, thanks!\n\nAlice\n\n-- \nAlice Berger\nExample IT\n", done: true},
		{name: "the same in Italian", text: "Buongiorno,\n\nsì, sono stato io, grazie mille.\n\nAlice\n", done: true},
		{name: "the same, with a card", text: "Yes, that was me, thanks! Alice\n", card: "alice.vcf", done: true},
		{name: "a card alone", card: "alice.vcf", done: true},
		{name: "another file", card: "alice.txt"},
		{name: "yes, but", text: "Yes, that was me, but do not send that.\n", off: true},
		{name: "empty, above a disclaimer", foot: "This email and any attachments are confidential. If you are not the addressee, do not send it on.\n", done: true},
		{name: "empty, above another one", foot: "This email and any attachments are confidential and intended for the addressee only.\n\nExample IT GmbH, Lyon, HRB 12345\n", done: true},
		{name: "yes, above a disclaimer", text: "Yes\n", foot: "P Please consider the environment before printing this e-mail\n", done: true},
		{name: "empty, above a virus scanner", foot: "No virus found in this message.\nChecked by AVG - www.avg.com\n", done: true},
		{name: "empty, above a warning", foot: "Please do not send confidential data by email.\n", done: true},
		{name: "words, above a disclaimer", text: "Who has sent that?\n", foot: "Please do not send confidential data by email.\n"},
		{name: "a question", text: "Who has sent that?\n"},
		{name: "yes, and more", text: "Yes, and tell her that it may take a day.\n"},
		{name: "another subject", subject: "About that router"},
		{name: "a command", text: "#note\nMind that.\n"},
		{name: "a command below its level", text: "#take\n\nI do that.\n"},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := open(t, strictly)
			opened := b.request()
			b.agentWrites(aliceAt, notify.TemplateNewTicket, "#priority low\n\n"+forgery+"\n\n"+tt.foot)
			to := b.confirmation()
			time.Sleep(time.Minute)
			n, entries := len(b.outbox()), len(b.entries(opened.ID))
			l := letter{from: aliceAt, to: to, subject: tt.subject, text: tt.text + "\n" + tt.foot}
			if tt.card != "" {
				l.header = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n"
				l.text = "--x\n\n" + l.text + "\n--x\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=" + tt.card + "\n\nBEGIN:VCARD\nFN:Alice that\nEND:VCARD\n--x--\n"
			}
			b.take(l)
			toAna, toBob, toAlice := "", "", ""
			for _, s := range b.outbox()[n:] {
				switch s.Recipient {
				case ana:
					toAna += s.msg.Text
				case aliceAt:
					toAlice += s.msg.Text
				default:
					toBob += s.msg.Text
				}
			}
			if got := strings.Contains(toAna, forgery); got != tt.done || !tt.done && toAna != "" {
				t.Errorf("%s: the requester gets %q", tt.name, toAna)
			}
			if done := b.ticket(opened.ID).Priority == "low"; done != tt.done {
				t.Errorf("%s: carried out: %t", tt.name, done)
			}
			if !tt.done && tt.text != "" {
				all := ""
				for _, e := range b.entries(opened.ID)[entries:] {
					all += e.Text
				}
				word := map[bool]string{true: "No", false: said}[tt.name == "no"]
				if !strings.Contains(all, word) || !strings.Contains(toBob, word) {
					t.Errorf("%s: the words are in no entry (%q) or no notice (%q)", tt.name, all, toBob)
				}
			}
			if !tt.done && !strings.Contains(toAlice, map[bool]string{true: "cannot be confirmed any more", false: "nothing was confirmed"}[tt.off]) {
				t.Errorf("%s: alice is told %q", tt.name, toAlice)
			}
			if strings.Contains(toBob, "#accept") || strings.Contains(toBob, "told nothing") {
				t.Errorf("%s: bob reads\n%s", tt.name, toBob)
			}
			b.take(letter{from: aliceAt, to: to, subject: "Re: x"})
			if done := b.ticket(opened.ID).Priority == "low"; done == tt.off {
				t.Errorf("%s: confirmed by an empty mail after that: %t", tt.name, done)
			}
			security := false
			for _, e := range b.events(opened.ID) {
				security = security || strings.Contains(e, string(notify.UndoneDisowned))
			}
			if security != tt.off {
				t.Errorf("%s: events %q", tt.name, b.events(opened.ID))
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}

// TestNoticeOfAnUnprovenMail: what colleagues read of a mail in an agent's name: who was asked
// about it. Of a mail of an agent at a colleague's address to confirm nobody is told to accept them.
func TestNoticeOfAnUnprovenMail(t *testing.T) {
	const bobAt = "bob@example.org"
	b := open(t, strictly)
	b.request()
	b.agentWrites(aliceAt, notify.TemplateNewTicket, "#priority low\n\nIs it better by cable?\n")
	if got := b.last(notify.TemplateNote, bobAt).msg.Text; strings.Contains(got, "told nothing") || !strings.Contains(got, "was asked about it") {
		t.Errorf("bob reads of a mail of which alice was asked\n%s", got)
	}
	b.take(letter{from: bobAt, to: b.confirmation(), subject: "Re: x", text: "Alice is away, so I do.\n"})
	for _, s := range b.outbox() {
		if strings.Contains(s.msg.Text, "#accept") && strings.Contains(s.msg.Text, "Alice is away") {
			t.Errorf("%s reads\n%s", s.Recipient, s.msg.Text)
		}
	}
	if got := b.last(notify.TemplateNote, aliceAt).msg.Text; !strings.Contains(got, "Alice is away") {
		t.Errorf("alice reads\n%s", got)
	}
}

// TestWordsAtActionAddresses: words that came to an address that asks for an action stand in an
// entry, and somebody reads them or their writer is told what became of them, whatever the action.
func TestWordsAtActionAddresses(t *testing.T) {
	const words = "The red one smells of smoke."
	for _, tt := range []struct {
		name string
		ask  func(b *bench) letter
		told string // who reads the words, or is told of them
	}{
		{"take", func(b *bench) letter {
			b.request()
			return letter{from: alices, to: actionOf(b.t, b.last(notify.TemplateNewTicket, alices), "take")}
		}, ana},
		{"undo", func(b *bench) letter {
			b.request()
			b.agentWrites(alices, notify.TemplateNewTicket, "#priority low\n")
			return letter{from: alices, to: actionOf(b.t, b.last(notify.TemplateTranscript, alices), "undo")}
		}, alices},
		{"publish an article", func(b *bench) letter {
			return letter{from: alices, to: actionOf(b.t, b.draft(b.t, "#resolve\n#kb"), "publish")}
		}, alices},
		{"drop an article", func(b *bench) letter {
			return letter{from: alices, to: actionOf(b.t, b.draft(b.t, "#resolve\n#kb"), "drop")}
		}, alices},
		{"approve", func(b *bench) letter {
			b.request()
			b.agentWrites(alices, notify.TemplateNewTicket, "#approve "+chief+"\nMay she?\n")
			return letter{from: chief, to: voteAt(b.last(notify.TemplateApproval, chief), "approve")}
		}, alices},
		{"reject", func(b *bench) letter {
			b.request()
			b.agentWrites(alices, notify.TemplateNewTicket, "#approve "+chief+"\nMay she?\n")
			return letter{from: chief, to: voteAt(b.last(notify.TemplateApproval, chief), "reject")}
		}, alices},
		{"leave", func(b *bench) letter { return leaves(b, 0) }, alices},
		{"leave once more", func(b *bench) letter { return leaves(b, 1) }, alices},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, withPeople)
			l := tt.ask(b)
			n := len(b.outbox())
			l.subject, l.text = "Re: x", words+"\n"
			m := b.take(l)
			read := ""
			for _, s := range b.outbox()[n:] {
				if s.Recipient == tt.told {
					read += strings.Join(strings.Fields(s.msg.Text), " ")
				}
			}
			if !strings.Contains(read, words) {
				t.Errorf("%s reads %q", tt.told, read)
			}
			kept := false
			b.view(func(r ticket.Reader) error {
				all, err := r.Correspondence(m.Ticket)
				for _, e := range all {
					kept = kept || e.Mail == m.ID && strings.Contains(e.Text, words) && e.Kind != ticket.EntryMachine
				}
				return err
			})
			if !kept {
				t.Errorf("the words are in no entry of #%d (%s, %s)", m.Ticket, m.Disposition, m.Reason)
			}
			b.sameRebuilt()
		})
	}
}

// leaves returns a mail to the address in List-Unsubscribe, after as many others.
func leaves(b *bench, others int) letter {
	const piet = "piet@example.com"
	b.take(letter{from: ana, to: support, subject: "VPN drops", text: "My VPN drops.\n", header: "Cc: " + piet + "\n"})
	b.agentWrites(alices, notify.TemplateNewTicket, "#take\nPlease update it.\n")
	link, err := url.Parse(strings.Trim(b.last(notify.TemplateReply, piet).msg.Header.Get("List-Unsubscribe"), "<>"))
	if err != nil {
		b.t.Fatal(err)
	}
	for range others {
		b.take(letter{from: piet, to: link.Opaque, subject: "unsubscribe"})
	}
	return letter{from: piet, to: link.Opaque}
}
